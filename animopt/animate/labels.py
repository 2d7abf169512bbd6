"""Where the labels stand: beside their points, apart from each other, steady over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from animopt.animate.artists import Box
from animopt.typing import Array, Mask

# Per axis and picture. With the rounding to whole pixels an offset changes by less than 4 px.
_STRIDE = 1.8
# From a point to the nearest edge of its label, in pixels.
_REACH = 55.0
_AIR = 3.0
# How often labels are drawn to where they want to be, and then as often only pushed apart.
_ROUNDS = 6


@dataclass(frozen=True, eq=False)
class Places:
    """The lower left corner of each label at each picture, (pictures, n, 2) in whole pixels.

    ``free`` (pictures, n) is False in the few pictures, of points that race past each other, in
    which a label would lie on another one: there it is left out.
    """

    corners: Array
    free: Mask


def place_labels(heads: Array, sizes: Array, box: Box, gap: float) -> Places:
    """Place n labels of the given sizes (n, 2) beside their points, heads (pictures, n, 2).

    A label wants to stand beside its point, is pushed away from other labels and points, and
    stays in the box. Its offset from the point moves by at most a few pixels between pictures;
    near the edge of the box it begins to move before it has to.
    """
    low, high = _envelopes(heads, sizes, box)
    reach = np.array([gap, _REACH])
    low, high = np.maximum(low, -sizes - reach), np.minimum(high, reach)
    high = np.maximum(low, high)
    wish = _wishes(heads, sizes, box, gap)
    corners = np.empty_like(heads)
    offset = _stacked(heads, sizes, wish, low[0], high[0])
    offset = _relax(heads[0], offset, wish, sizes, (low[0], high[0]))
    for i, head in enumerate(heads):
        if i > 0:
            limits = (np.maximum(low[i], offset - _STRIDE), np.minimum(high[i], offset + _STRIDE))
            offset = _relax(head, offset, wish, sizes, limits)
        corners[i] = np.rint(head + offset)
    return Places(corners, _free(corners, heads, sizes, box))


def _wishes(heads: Array, sizes: Array, box: Box, gap: float) -> Array:
    """Return where each label wants to stand: right of its point, or left of it for half of them
    where more start together than fit on one side: those that turn left and have room there."""
    wish = np.column_stack([np.full(len(sizes), gap), -sizes[:, 1] / 2])
    together = np.linalg.norm(heads[0] - heads[0].mean(axis=0), axis=1) < _REACH
    if together.sum() * (sizes[:, 1].max() + _AIR) > _REACH + sizes[:, 1].max():
        room = (heads[..., 0] - sizes[:, 0] - gap > box[0]).mean(axis=0)
        order = np.lexsort([heads[..., 0].mean(axis=0), room < 0.8])
        for i in order[: len(sizes) // 2]:
            wish[i, 0] = -sizes[i, 0] - gap
    return wish


def _stacked(heads: Array, sizes: Array, wish: Array, low: Array, high: Array) -> Array:
    """Return a first placing: those on one side of their points above each other, in the order
    in which they will mostly be."""
    offset = wish.copy()
    for side in (wish[:, 0] > 0, wish[:, 0] <= 0):
        group = np.flatnonzero(side)
        group = group[np.argsort(-heads[:, group, 1].mean(axis=0), kind="stable")]
        if len(group) == 0:
            continue
        pitch = sizes[group, 1].max() + _AIR
        slots = ((len(group) - 1) / 2 - np.arange(len(group))) * pitch - sizes[group, 1] / 2
        slots += min(0.0, float((high[group, 1] - slots).min()))
        offset[group, 1] = slots
    return np.clip(offset, low, high)


def _envelopes(heads: Array, sizes: Array, box: Box) -> tuple[Array, Array]:
    """Return the lowest and highest offsets that keep the labels in the box, now and later.

    The bounds of a picture spread to its neighbours by one stride a picture, so whoever keeps to
    them never has to jump.
    """
    low = np.array(box[:2]) + 1 - heads
    high = np.array(box[2:]) - 1 - sizes - heads
    for bounds, tighter, sign in ((low, np.maximum, -1), (high, np.minimum, 1)):
        for order in (slice(None), slice(None, None, -1)):
            run = bounds[order]
            for i in range(1, len(run)):
                run[i] = tighter(run[i], run[i - 1] + sign * _STRIDE)
    # Where a point crosses the box too fast for any bounds, settle between them.
    middle = (low + high) / 2
    return np.minimum(low, middle), np.maximum(high, middle)


def _relax(
    head: Array, offset: Array, wish: Array, sizes: Array, limits: tuple[Array, Array]
) -> Array:
    """Draw the offsets to the wish, then push overlapping labels apart, pair by pair.

    The last rounds only push, so that nothing is left overlapping if there is room.
    """
    low, high = limits
    near = np.argwhere(np.triu(_gaps(head + sizes / 2, 1.6 * sizes + 40).max(axis=-1) < 0, 1))
    for step in range(2 * _ROUNDS):
        if step < _ROUNDS:
            offset = offset + 0.2 * (wish - offset) + _off_points(head, offset, sizes)
        offset = offset.clip(low, high)
        pushed = _push_apart((head + offset).tolist(), sizes.tolist(), near.tolist())
        if pushed is None:
            if step >= _ROUNDS:
                break
            continue
        offset = (np.array(pushed) - head).clip(low, high)
    return offset


def _gaps(corners: Array, sizes: Array) -> Array:
    """Return the free space between each two boxes by axis, (n, n, 2); negative if none."""
    center = corners + sizes / 2
    apart = np.abs(center[:, None] - center[None, :])
    return np.asarray(apart - (sizes[:, None] + sizes[None, :]) / 2)


def _push_apart(
    corners: list[list[float]], sizes: list[list[float]], pairs: list[list[int]]
) -> list[list[float]] | None:
    """Push each overlapping pair apart by half of what it needs; None if nothing overlaps."""
    touched = False
    for a, b in pairs:
        (ax, ay), (bx, by) = corners[a], corners[b]
        dx = ax + sizes[a][0] / 2 - bx - sizes[b][0] / 2
        dy = ay + sizes[a][1] / 2 - by - sizes[b][1] / 2
        need_x = (sizes[a][0] + sizes[b][0]) / 2 + _AIR - abs(dx)
        need_y = (sizes[a][1] + sizes[b][1]) / 2 + _AIR - abs(dy)
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
    need = sizes[:, None] / 2 + 2 * _AIR - np.abs(delta)
    covers = (need > 0).all(axis=-1)
    push = np.zeros_like(offset)
    push[:, 1] = (covers * np.sign(delta[..., 1]) * need[..., 1]).sum(axis=1) * 0.2
    return push


def _free(corners: Array, heads: Array, sizes: Array, box: Box) -> Mask:
    """Return which labels to show: of two that overlap, the one whose point moves less."""
    speed = np.linalg.norm(np.diff(heads, axis=0, prepend=heads[:1]), axis=-1)
    inside = (corners >= np.array(box[:2])) & (corners + sizes <= np.array(box[2:]))
    free: Mask = np.asarray(inside.all(axis=-1))
    for i, corner in enumerate(corners):
        touch = _gaps(corner, sizes).max(axis=-1) < 0
        order = np.argsort(speed[i], kind="stable")
        for rank, a in enumerate(order):
            free[i, a] &= not any(touch[a, b] and free[i, b] for b in order[:rank])
    return free
