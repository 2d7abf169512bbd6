"""Gliding: how labels move once their sides are chosen, in cuts and beside heads that creep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from animopt.picture.beside import CLEAR, SPACING, gaps
from animopt.picture.clipping import Box
from animopt.typing import Array, Mask

# How far a label glides from one picture to the next, in pixels: with rounding at most 4 in all.
_GLIDE = 2.4
# How far a label may be from its side of its head, in pixels, before it follows.
_SLACK = 1


@dataclass(frozen=True, eq=False)
class Around:
    """What labels must not meet: each other, the heads, what is shunned, the sides of the box.

    Attributes:
        heads: the points, (pictures, n, 2).
        sizes: of the labels, (n, 2).
        free: which are shown, (pictures, n).
        shunned: boxes, (pictures, m, 4).
        box: the pixels in which they stay.
        gap: from a point to a label right beside it.
    """

    heads: Array
    sizes: Array
    free: Mask
    shunned: Array
    box: Box
    gap: float

    def clear(self, label: int, places: Array, corners: Array, part: slice) -> Mask:
        """Return whether a label may stand at places (k, 2), one for each of k pictures.

        Those of the others are ``corners`` (pictures, n, 2).
        """
        size, places = self.sizes[label], places[:, None]
        others = [i for i in range(len(self.sizes)) if i != label]
        between = gaps(places, size, corners[part][:, others], self.sizes[others])
        apart = ((between >= SPACING - 1) | ~self.free[part][:, others]).all(axis=1)
        heads = (gaps(places, size, self.heads[part]) >= CLEAR * self.gap).all(axis=1)
        low, high = np.split(self.shunned[part], 2, axis=-1)
        covers = (gaps(places, size, low, high - low) < 0).any(axis=1)
        return np.asarray(apart & heads & ~covers & fits(places[:, 0], size, self.box))


def fits(corners: Array, size: Array, box: Box) -> Mask:
    """Return whether labels lie in a box, also when they are rounded to whole pixels."""
    low, high = np.ceil(box[:2]) - 0.5, np.floor(np.subtract(box[2:], size)) + 0.5
    inside = (corners >= low) & (corners <= high)
    return np.asarray(inside[..., 0] & inside[..., 1])


def glide(corners: Array, around: Around) -> None:
    """Let labels (pictures, n, 2) glide to where they would jump, where nothing is in the way."""
    heads, free, pictures = around.heads, around.free, np.arange(len(corners))
    for label in range(len(around.sizes)):
        offset = corners[:, label] - heads[:, label]
        jumps = np.linalg.norm(np.diff(offset, axis=0), axis=1)
        for last in np.flatnonzero(free[1:, label] & free[:-1, label] & (jumps > 1)).tolist():
            count = int(np.ceil(jumps[last] / _GLIDE))
            first = last - (count - 1) // 2
            if first < 0 or first + count >= len(pictures):
                continue
            part = slice(first, first + count + 1)
            ends = np.where((pictures[part] <= last)[:, None], offset[last], offset[last + 1])
            moved = offset[last] + np.linspace(0, 1, count + 1)[:, None] * (
                offset[last + 1] - offset[last]
            )
            if np.abs(ends - offset[part]).max() > 1e-6 or not free[part, label].all():
                continue
            places = heads[part, label] + moved
            if around.clear(label, places, corners, part).all():
                corners[part, label], offset[part] = places, moved


def settle(corners: Array, around: Around) -> Array:
    """Return labels (pictures, n, 2) in whole pixels, each where it is as long as that is near.

    A label that trembles with its head is hard to read, and fills the file. One that glides does
    not stop on its way.
    """
    settled = np.rint(corners)
    offsets = corners - around.heads
    stays = (np.abs(np.diff(offsets, axis=0)) < 1e-6).all(axis=-1)
    stays &= around.free[1:] & around.free[:-1]
    for label in range(len(around.sizes)):
        rests = settled[:, label].tolist()
        for k in np.flatnonzero(stays[:, label]).tolist():
            (x, y), (a, b) = rests[k], rests[k + 1]
            if abs(x - a) <= _SLACK and abs(y - b) <= _SLACK:
                rests[k + 1] = [x, y]
        places = np.array(rests)
        there = around.clear(label, places, settled, slice(None))
        settled[there, label] = places[there]
    return settled
