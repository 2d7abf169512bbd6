"""Label placement: beside their points, apart from each other, steady over time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from animopt.picture.clipping import Box
from animopt.picture.reader import free, gaps
from animopt.picture.stage import Stage
from animopt.picture.theme import TYPE
from animopt.picture.words import Word
from animopt.typing import Array, Indices, Mask

# How far an offset moves between pictures, per axis in pixels: with rounding less than 4 in all.
_STRIDE = 1.8
# The largest distance from a point to the nearest edge of its label, in pixels.
_REACH = 55.0
# The free space between labels, in pixels.
_SPACING = 3.0
# The part of a box that a name may take of its width.
_WIDEST = 0.4
# Rounds of moving labels to their preferred places, and then of only pushing them apart.
_ROUNDS, _PUSHES = 6, 30


@dataclass(frozen=True, eq=False)
class Places:
    """The lower left corner of each label in each picture, (pictures, n, 2) in whole pixels.

    ``free`` (pictures, n) is False where a label is left out because it would cover another one,
    as in the few pictures in which points race past each other.
    """

    corners: Array
    free: Mask


@dataclass(frozen=True, eq=False)
class Labels:
    """The name of each path beside its head, in pixels.

    Attributes:
        words: the names.
        points: the heads in each frame, (frames, n, 2).
        places: where the names are in each frame.
        shown: the step of each frame.
    """

    words: tuple[Word, ...]
    points: Array
    places: Places
    shown: tuple[int, ...]


def labels(stage: Stage, points: Array, box: Box) -> Labels:
    """Return the names beside the heads (frames, n, 2), both in the pixels of a box."""
    words = names(stage, box)
    sizes = np.array([word.ink_size(stage.dpi) for word in words])
    return Labels(words, points, place_labels(points, sizes, box, stage.px(6)), stage.shown)


def names(stage: Stage, box: Box) -> tuple[Word, ...]:
    """Return the names as they are written in a box of pixels, long ones cut short."""
    room, paper, fonts = _WIDEST * (box[2] - box[0]), stage.theme.paper, stage.theme.fonts
    size = TYPE * stage.theme.letters
    words = [Word(track.label, track.color, size, paper, "bold", fonts) for track in stage.paths]
    return tuple(word.fitted(room, stage.dpi) for word in words)


def place_labels(heads: Array, sizes: Array, box: Box, gap: float) -> Places:
    """Place n labels of the given sizes (n, 2) beside their points, heads (pictures, n, 2).

    A label is pulled towards its point, pushed away from other labels and points, and kept in the
    box. Its offset from the point changes by at most a few pixels between pictures, so near the
    edge of the box it begins to move ahead of time.
    """
    low, high = _envelopes(heads, sizes, box)
    reach = np.array([gap, _REACH])
    low, high = np.maximum(low, -sizes - reach), np.minimum(high, reach)
    high = np.maximum(low, high)
    preferred = _preferred_offsets(heads, sizes, box, gap)
    corners = np.empty_like(heads)
    limits = low[0], high[0]
    offset = _first_offsets(heads, sizes, preferred, limits)
    for i, head in enumerate(heads):
        if i > 0:
            limits = np.maximum(low[i], offset - _STRIDE), np.minimum(high[i], offset + _STRIDE)
        offset = _relax(head, offset, preferred, sizes, limits)
        corners[i] = _whole(head + offset, sizes, box)
    return Places(corners, _free(corners, heads, sizes, box))


def _whole(corners: Array, sizes: Array, box: Box) -> Array:
    """Return corners in whole pixels, rounded inwards where a label would leave the box by it."""
    low, high = np.array(box[:2]), np.array(box[2:])
    near = np.rint(corners)
    near = np.where(near + sizes > high, np.floor(corners), near)
    return np.asarray(np.where(near < low, np.ceil(corners), near))


def _preferred_offsets(heads: Array, sizes: Array, box: Box, gap: float) -> Array:
    """Return the preferred offset of each label, (n, 2): to the right of its point.

    Where more points start together than fit on one side, half of the labels go to the left: those
    whose points turn left, if there is room.
    """
    preferred = np.column_stack([np.full(len(sizes), gap), -sizes[:, 1] / 2])
    together = np.linalg.norm(heads[0] - heads[0].mean(axis=0), axis=1) < _REACH
    if together.sum() * (sizes[:, 1].max() + _SPACING) > _REACH + sizes[:, 1].max():
        room = (heads[..., 0] - sizes[:, 0] - gap > box[0]).mean(axis=0)
        order = np.lexsort([heads[..., 0].mean(axis=0), room < 0.8])
        for i in order[: len(sizes) // 2]:
            preferred[i, 0] = -sizes[i, 0] - gap
    return preferred


def _first_offsets(
    heads: Array, sizes: Array, preferred: Array, limits: tuple[Array, Array]
) -> Array:
    """Return the first offsets: labels on one side are stacked in order of their points' mean y."""
    low, high = limits
    offset = np.clip(preferred, low, high)
    for side in (preferred[:, 0] > 0, preferred[:, 0] <= 0):
        group = np.flatnonzero(side)
        if len(group):
            # Where that order does not fit, those that must stay high, since their points will soon
            # be low in the box, come first: if any order fits, this one does.
            by_height = np.argsort(-heads[:, group, 1].mean(axis=0), kind="stable")
            by_limit = by_height[np.argsort(-low[group[by_height], 1], kind="stable")]
            for order in (group[by_height], group[by_limit]):
                offset[order, 1] = _stack(order, sizes[:, 1], low[:, 1], high[:, 1])
                if (np.diff(offset[order, 1]) + sizes[order[1:], 1] <= 0).all():
                    break
    return np.clip(offset, low, high)


def _stack(order: Indices, tall: Array, low: Array, high: Array) -> Array:
    """Return the offsets of labels from the top down, around their point, as the limits ask."""
    pitch = tall[order].max() + _SPACING
    slots = ((len(order) - 1) / 2 - np.arange(len(order))) * pitch - tall[order] / 2
    for i, label in enumerate(order):
        slots[i] = min(slots[i], high[label], slots[i - 1] - pitch if i else math.inf)
    for i, label in reversed(list(enumerate(order))):
        above = slots[i + 1] + pitch if i + 1 < len(order) else -math.inf
        slots[i] = min(max(slots[i], low[label], above), high[label])
    return np.asarray(slots)


def _envelopes(heads: Array, sizes: Array, box: Box) -> tuple[Array, Array]:
    """Return the lowest and highest offsets that keep the labels in the box, now and later.

    The bounds of a picture spread to its neighbours, relaxed by one stride per picture, so that a
    label within them never has to jump.
    """
    low = np.array(box[:2]) + 1 - heads
    high = np.array(box[2:]) - 1 - sizes - heads
    for bounds, tighter, sign in ((low, np.maximum, -1), (high, np.minimum, 1)):
        for order in (slice(None), slice(None, None, -1)):
            run = bounds[order]
            for i in range(1, len(run)):
                run[i] = tighter(run[i], run[i - 1] + sign * _STRIDE)
    # Where a point crosses the box too fast for both bounds, use their middle.
    middle = (low + high) / 2
    return np.minimum(low, middle), np.maximum(high, middle)


def _relax(
    head: Array, offset: Array, preferred: Array, sizes: Array, limits: tuple[Array, Array]
) -> Array:
    """Move the offsets towards the preferred ones, and push overlapping labels apart in pairs.

    The last rounds only push, so that no labels are left overlapping if there is room.
    """
    low, high = limits
    near = np.argwhere(np.triu(gaps(head + sizes / 2, 1.6 * sizes + 40).max(axis=-1) < 0, 1))
    for step in range(_ROUNDS + _PUSHES):
        if step < _ROUNDS:
            offset = offset + 0.2 * (preferred - offset) + _off_points(head, offset, sizes)
        offset = offset.clip(low, high)
        pushed = _push_apart((head + offset).tolist(), sizes.tolist(), near.tolist())
        if pushed is None:
            if step >= _ROUNDS:
                break
            continue
        offset = (np.array(pushed) - head).clip(low, high)
    return offset


def _push_apart(
    corners: list[list[float]], sizes: list[list[float]], pairs: list[list[int]]
) -> list[list[float]] | None:
    """Push both labels of each overlapping pair apart; return None if no pair overlaps."""
    touched = False
    for a, b in pairs:
        (ax, ay), (bx, by) = corners[a], corners[b]
        dx = ax + sizes[a][0] / 2 - bx - sizes[b][0] / 2
        dy = ay + sizes[a][1] / 2 - by - sizes[b][1] / 2
        need_x = (sizes[a][0] + sizes[b][0]) / 2 + _SPACING - abs(dx)
        need_y = (sizes[a][1] + sizes[b][1]) / 2 + _SPACING - abs(dy)
        if need_x <= 0 or need_y <= 0:
            continue
        touched = True
        axis, need, way = (0, need_x, dx) if need_x < need_y else (1, need_y, dy)
        push = 0.55 * need if way > 0 else -0.55 * need
        corners[a][axis] += push
        corners[b][axis] -= push
    return corners if touched else None


def _off_points(head: Array, offset: Array, sizes: Array) -> Array:
    """Return a gentle push, up or down, on each label that covers a point."""
    delta = (head + offset + sizes / 2)[:, None] - head[None, :]
    need = sizes[:, None] / 2 + 2 * _SPACING - np.abs(delta)
    covers = (need > 0).all(axis=-1)
    push = np.zeros_like(offset)
    push[:, 1] = (covers * np.sign(delta[..., 1]) * need[..., 1]).sum(axis=1) * 0.2
    return push


def priorities(heads: Array) -> Indices:
    """Return the labels in each picture, the most important first: that of the slowest point."""
    speed = np.linalg.norm(np.diff(heads, axis=0, prepend=heads[:1]), axis=-1)
    return np.argsort(speed, axis=-1, kind="stable")


def _free(corners: Array, heads: Array, sizes: Array, box: Box) -> Mask:
    """Return which labels to show: of two that overlap, the more important one."""
    low, high = np.array(box[:2]), np.array(box[2:])
    frames = zip(corners, priorities(heads), strict=True)
    return np.array([free(corner, sizes, each, low, high) for corner, each in frames])
