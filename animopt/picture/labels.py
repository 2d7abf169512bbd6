"""Labels beside their heads: apart, clear of all heads, steady; the whole film is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from animopt.picture.beside import CLEAR, RINGS, SPACING, gaps, sides
from animopt.picture.clipping import Box
from animopt.picture.gliding import Around, fits, glide, settle
from animopt.picture.shapes import EXIT, HEAD_SIZE, LARGE
from animopt.picture.stage import Stage
from animopt.picture.steady import rests, roaming, steadiest
from animopt.picture.theme import TYPE
from animopt.picture.words import Word, apart
from animopt.typing import Array, Indices, Mask

# From a head to a label right beside it, in points.
GAP = 6.0
# The rows up and down, and the places across a head, that are tried where others are not enough.
_MORE_ROWS, _ACROSS = 9, 13
# The part of a box that a name may take of its width and still have room wherever its head is.
_WIDEST = 0.9
# What a picture costs: per gap that a label is away; to the left, or above or below; and on the
# side of heads from which its own will part.
_AWAY, _LEFT, _ABOVE, _INWARDS = 0.05, 0.03, 0.08, 0.2
# How many pictures ahead heads are looked at, to know where they will part.
_AHEAD = 30
# A name that is left out for more seconds in a row than this is in a legend as well.
_MISSED = 0.5


@dataclass(frozen=True, eq=False)
class Places:
    """The lower left corner of each label in each picture, (pictures, n, 2) in whole pixels.

    ``free`` (pictures, n) is False where a label is left out, because wherever it might stand it
    would cover a head or another label.
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
        clock: (step, seconds) of each frame.
        whole: whether no more is left out of the names than what all of them share.
    """

    words: tuple[Word, ...]
    points: Array
    places: Places
    clock: tuple[tuple[int, float], ...]
    whole: bool = True

    @property
    def shown(self) -> tuple[int, ...]:
        """The step of each frame."""
        return tuple(step for step, _ in self.clock)

    @property
    def misses(self) -> bool:
        """Whether a name is not whole, or left out for more than half a second in a row."""
        if not self.whole or any(word.text.endswith("…") for word in self.words):
            return True
        gone = np.zeros(len(self.words))
        for (_, seconds), free in zip(self.clock, self.places.free, strict=True):
            gone = np.where(free, 0.0, gone + seconds)
            if (gone > _MISSED).any():
                return True
        return False


def labels(stage: Stage, points: Array, ways: Array, box: Box, shunned: Array) -> Labels:
    """Return the names beside the heads (frames, n, 2), both in the pixels of a box.

    They do not cover the boxes that are ``shunned``, (frames or 1, m, 4), nor the arrows of heads
    that have gone their ``ways``, (frames, n, 2), NaN for others. Where they would not all
    be seen, what all share is left out; at last they are cut short, or to their first words.
    """
    tried: list[Labels] = []
    around = np.broadcast_to(shunned, (len(points), *shunned.shape[1:]))
    shunned = np.concatenate(
        [around, _arrows(points, ways, stage.px(LARGE * stage.theme.radius(HEAD_SIZE)))], axis=1
    )
    whole = names(stage, box, short=False)
    for far in (False, True):
        for words in names(stage, box, short=far):
            sizes = np.array([word.ink_size(stage.dpi) for word in words])
            until = rests(stage.clock)
            found = place_labels(points, sizes, box, stage.px(GAP), shunned, until, far)
            tried.append(Labels(words, points, found, stage.clock, words in whole))
            if found.free.all():
                return tried[-1]
    return max(tried, key=lambda each: int(each.places.free.sum()))


def _arrows(points: Array, ways: Array, size: float) -> Array:
    """Return the boxes (frames, n, 4) of arrows whose tips are at points, NaN where no way is."""
    gone = np.flatnonzero(np.isfinite(ways).any(axis=(0, 2)))
    along = ways[:, gone] / np.linalg.norm(ways[:, gone], axis=-1, keepdims=True)
    across = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    corners = [points[:, gone] + size * (x * along + y * across) for x, y in EXIT.tolist()]
    return np.concatenate([np.min(corners, axis=0), np.max(corners, axis=0)], axis=-1)


def names(stage: Stage, box: Box, short: bool) -> list[tuple[Word, ...]]:
    """Return the ways to write the names in a box of pixels, the best first.

    They are whole where they have room; or without what all share; or, if they may be ``short``,
    cut so that there is room wherever their heads are, or their first words, where these tell them
    apart.
    """
    room, paper, fonts = box[2] - box[0] - 1, stage.theme.paper, stage.theme.fonts
    labels, size = [track.label for track in stage.paths], TYPE * stage.theme.letters

    def written(texts: Sequence[str], wide: float) -> tuple[Word, ...]:
        words = (
            Word(text, track.color, size, paper, "bold", fonts)
            for text, track in zip(texts, stage.paths, strict=True)
        )
        return tuple(word.fitted(wide, stage.dpi) for word in words)

    brief = apart(labels)[1]
    ways = [written(labels, room), written(brief, room)]
    if ways[0] != written(labels, math.inf):
        del ways[0]
    if short:
        first = [label.split(" ")[0] for label in labels]
        ways.append(written(brief, _WIDEST * room))
        ways += [written(first, room)] if len({*first, ""}) > len(first) else []
    return list(dict.fromkeys(ways))


def place_labels(
    heads: Array,
    sizes: Array,
    box: Box,
    gap: float,
    shunned: Array | None = None,
    until: Indices | None = None,
    far: bool = False,
) -> Places:
    """Place n labels of the given sizes (n, 2) beside their points, heads (pictures, n, 2).

    Each stands still beside its point, on the side that costs least over all pictures, until it is
    worth while to change it in a cut. The cheapest sides are found for one label after the other;
    one that is left out then has its turn first, if all together cost less so.

    Args:
        heads, sizes: of the labels.
        box: the pixels in which they stay.
        gap: from a point to a label right beside it.
        shunned: boxes that they do not cover, (pictures or 1, m, 4).
        until: where a label that takes a side in a picture may leave it; the fifth by default.
        far: whether more sides are tried than nearby ones.
    """
    shunned = np.empty((1, 0, 4)) if shunned is None else shunned
    until = rests([(0, 0.04)] * len(heads)) if until is None else until
    offsets = [_more_sides(size, gap) if far else sides(size, gap) for size in sizes.tolist()]
    # Single precision is a ten thousandth of a pixel, and takes half the time.
    points, rooms, marks = map(_single, (heads, sizes, shunned))
    beside = list(map(_single, offsets))
    costs = [_costs(points, i, rooms[i], beside[i], (box, gap, marks)) for i in range(len(sizes))]
    spare = np.subtract(box[2:], box[:2]) - sizes - 1
    roams = [roaming(heads[:, i], room, until) for i, room in enumerate(spare)]
    plan = _Plan(points, rooms, beside, costs, until, roams)
    speeds = np.linalg.norm(np.diff(heads, axis=0, prepend=heads[:1]), axis=-1).mean(axis=0)
    order = np.argsort(speeds, kind="stable").tolist()
    best = plan.solved(order)
    for first in order:
        if (best.chosen[:, first] < 0).any():
            order = [first, *(i for i in order if i != first)]
            other = plan.solved(order)
            best = min(best, other, key=lambda found: found.cost)
    corners = np.stack(
        [head + offset[each] for head, offset, each in zip(
            heads.swapaxes(0, 1), offsets, best.chosen.T, strict=True)], axis=1,
    )  # fmt: skip
    free: Mask = best.chosen >= 0
    every = np.broadcast_to(shunned, (len(heads), *shunned.shape[1:]))
    around = Around(heads, sizes, free, every, box, gap)
    glide(corners, around)
    return Places(settle(corners, around), free)


def _more_sides(size: Sequence[float], gap: float) -> Array:
    """Return the nearby places of a label around its point, and many more, (k, 2)."""
    wide, tall = size
    rows = (tall + SPACING) * np.arange(-_MORE_ROWS, _MORE_ROWS + 1)
    aside = [ring * gap for ring in RINGS]
    beside = np.meshgrid([*aside, *(-wide - away for away in aside)], rows - tall / 2)
    upwards = gap + rows[_MORE_ROWS:]
    across = np.meshgrid(np.linspace(-wide, 0, _ACROSS), [*upwards, *(-tall - upwards)])
    return np.concatenate(
        [sides(size, gap), *(np.dstack(grid).reshape(-1, 2) for grid in (beside, across))]
    )


def _single(numbers: Array) -> Array:
    return np.asarray(numbers, np.float32)


def priorities(heads: Array) -> Indices:
    """Return the labels in each picture, the most important first: that of the slowest point."""
    speed = np.linalg.norm(np.diff(heads, axis=0, prepend=heads[:1]), axis=-1)
    return np.argsort(speed, axis=-1, kind="stable")


@dataclass(frozen=True, eq=False)
class _Choice:
    """The side that each label takes in each picture, (pictures, n), -1 for none; and the cost."""

    chosen: Indices
    cost: float


@dataclass(frozen=True, eq=False)
class _Plan:
    """The sides that labels may take: offsets (k, 2), and what each costs, (pictures, k)."""

    heads: Array
    sizes: Array
    offsets: Sequence[Array]
    costs: Sequence[Array]
    until: Indices
    roams: Sequence[Mask]

    def solved(self, order: Sequence[int]) -> _Choice:
        """Return the sides found for one label after the other, then once more for each."""
        chosen = np.full(self.heads.shape[:2], -1)
        paid = np.zeros(len(order))
        for label in (*order, *order):
            chosen[:, label], paid[label] = steadiest(
                self._cost_beside(label, chosen), self.until, self.roams[label]
            )
            if (chosen >= 0).all() and label == order[-1]:
                break
        return _Choice(chosen, float(paid.sum()))

    def _cost_beside(self, label: int, chosen: Indices) -> Array:
        """Return the costs of a label's sides where the others are; infinite where it meets one."""
        cost, size = self.costs[label].copy(), self.sizes[label]
        mine = self.heads[:, label, None] + self.offsets[label]
        for other, places in enumerate(self.offsets):
            there = np.flatnonzero(chosen[:, other] >= 0) if other != label else ()
            if len(there):
                theirs = self.heads[there, other] + places[chosen[there, other]]
                between = gaps(mine[there], size, theirs[:, None], self.sizes[other])
                cost[there] += np.where(between < SPACING, np.inf, 0.0)
        return cost


def _costs(
    heads: Array, label: int, size: Array, offsets: Array, around: tuple[Box, float, Array]
) -> Array:
    """Return what each side of a label costs in each picture, (pictures, k), with no other label.

    Infinite is one that covers a head, a mark or a number, or leaves the box.
    """
    box, gap, shunned = around
    corners = heads[:, label, None] + offsets
    barred = ~fits(corners, size, box)
    for head in heads.swapaxes(0, 1):
        barred |= gaps(corners, size, head[:, None]) < CLEAR * gap
    low, high = offsets, offsets + size
    away = np.linalg.norm(np.maximum(np.maximum(low, -high), 0.0), axis=1)
    straight = (low[:, 0] < 0) & (high[:, 0] > 0)
    cost = _AWAY * away / gap + _LEFT * (high[:, 0] <= 0) + _ABOVE * straight
    middles = (low + high) / 2
    outwards = middles / np.linalg.norm(middles, axis=1, keepdims=True)
    cost = cost + _INWARDS * (1 - _parting(heads, label, gap) @ outwards.T) / 2
    for x0, y0, x1, y1 in np.moveaxis(shunned, (1, 2), (0, 1))[..., None]:
        there = np.stack([x0, y0], axis=-1), np.stack([x1 - x0, y1 - y0], axis=-1)
        barred |= gaps(corners, size, *there) < 0
    return np.where(barred, np.inf, cost)


def _parting(heads: Array, label: int, gap: float) -> Array:
    """Return the direction in which a head parts from those near it, (pictures, 2); at most 1."""
    ways = heads[:, label, None] - heads
    far = np.linalg.norm(ways, axis=-1, keepdims=True) / (10 * gap)
    sums = np.cumsum((ways / (1 + far**2)).sum(axis=1), axis=0)
    ahead = np.minimum(np.arange(len(sums)) + _AHEAD, len(sums) - 1)
    way = (sums[ahead] - sums + sums[:1]) / _AHEAD
    return np.asarray(way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), gap / 4))
