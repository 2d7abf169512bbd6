"""Beside heads: where a name may stand, and which heads show as one mark.

A page has its reader's window, so its script mirrors this file, ``page/reader.js``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from animopt.typing import Array, Indices, Mask

# How far a label stands from its point: so many times the least gap. Right and left of it are so
# many rows up and down; labels keep some pixels apart, and that part of the gap from every head.
RINGS, _ROWS, SPACING, CLEAR = (1.0, 3.0, 6.0, 10.0), 4, 3.0, 0.85


def sides(size: Sequence[float], gap: float) -> Array:
    """Return the places of a label around its point: lower left corners from there, (k, 2).

    Those nearby come first: to the right, to the left, above, below; then those farther away.
    """
    wide, tall = size
    rows = sorted(range(-_ROWS, _ROWS + 1), key=lambda row: (abs(row), -row))
    found: list[tuple[float, float]] = []
    for ring in RINGS:
        away = ring * gap
        heights = [row * (tall + SPACING) - tall / 2 for row in rows]
        found += [(x, y) for y in heights for x in (away, -wide - away)]
        starts = -wide / 2, -wide / 6, -5 * wide / 6
        found += [(x, y) for x in starts for y in (away, -tall - away)]
    return np.array(found)


def beside(
    heads: Array, sizes: Array, wanted: Array, order: Indices, plot: Array, gap: float
) -> tuple[Array, Mask]:
    """Return the lower left corner of each label, (n, 2), and which are shown, (n,).

    A label stands where it is wanted, or else at the first of its sides where it covers neither a
    head nor a label that comes before it in order; where there is none, it is left out.

    Args:
        heads: the points, (n, 2).
        sizes: the widths and heights of the labels, (n, 2).
        wanted: their lower left corners from their points, (n, 2).
        order: their indices, the most important first, (n,).
        plot: its corners, (2, 2), outside of which no label is shown.
        gap: from a point to a label right beside it.
    """
    corners, shown = heads + wanted, np.zeros(len(heads), bool)
    for a in order:
        size, placed = sizes[a], np.flatnonzero(shown)
        for corner in heads[a] + np.vstack([wanted[a], sides(size, gap)]):
            inside = (corner >= plot[0]).all() and (corner + size <= plot[1]).all()
            apart = gaps(corner, size, corners[placed], sizes[placed])
            if inside and (apart >= 0).all() and (gaps(corner, size, heads) >= CLEAR * gap).all():
                corners[a], shown[a] = corner, True
                break
    return corners, shown


def gaps(corners: Array, sizes: Array, others: Array, theirs: Array | float = 0.0) -> Array:
    """Return the gap between boxes (..., 2) along the axis where it is wider; < 0: they overlap.

    Points are boxes without a size.
    """
    half = (sizes + np.asarray(theirs)) / 2
    away = np.abs(corners - others + (sizes - np.asarray(theirs)) / 2) - half
    return np.asarray(np.maximum(away[..., 0], away[..., 1]))


def together(places: Array, apart: float) -> list[list[int]]:
    """Return the places (n, 2) in groups: those nearer than ``apart`` to the first of their group.

    Only what is in neighbouring cells of a grid is compared, so that time grows with n alone.
    """
    groups: list[list[int]] = []
    firsts: list[tuple[float, float]] = []
    cells: dict[tuple[int, int], list[int]] = {}
    for i, (x, y) in enumerate(places.tolist()):
        column, row = math.floor(x / apart), math.floor(y / apart)
        near = len(groups)
        # As loops, since this is called for every picture, mostly with few places.
        for a in (column - 1, column, column + 1):
            for b in (row - 1, row, row + 1):
                for group in cells.get((a, b), ()):
                    if group < near and math.dist((x, y), firsts[group]) < apart:
                        near = group
        if near < len(groups):
            groups[near].append(i)
        else:
            cells.setdefault((column, row), []).append(near)
            groups.append([i])
            firsts.append((x, y))
    return groups


def arrows(tips: Array, size: float) -> list[tuple[int, float, int]]:
    """Return the order in which arrows with tips (n, 2) are drawn: (which, how large, rank).

    Of several whose tips are at one place, each lies in the one before: the rank counts them. Tips
    that are nearer to each other than two sizes of a head have smaller arrows, down to 0.6.
    """
    found = []
    for group in together(tips, 2 * size):
        nests = [[group[i] for i in nest] for nest in together(tips[group], size / 2)]
        firsts = [tips[nest[0]] for nest in nests]
        gap = min((math.dist(*pair) for pair in combinations(firsts, 2)), default=2 * size)
        scale = min(max(gap / (2 * size), 0.6), 1.0)
        for nest in nests:
            found += [(i, scale * _nested(rank, len(nest)), rank) for rank, i in enumerate(nest)]
    return found


def _nested(rank: int, count: int) -> float:
    """Return the size of an arrow of several whose tips are at one place."""
    return 1 - 0.8 * rank / max(count, 2)
