"""The mesh of a sheet: how fine it is, its triangles, and their parts between two heights."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

import numpy as np

from animopt.picture.levels import level_fractions
from animopt.picture.space.field import HeightField
from animopt.typing import Array, Indices

# How far triangles may be off: half a pixel of height, two levels in 255 of the colour.
_HEIGHT_ERROR, _SHADE_ERROR = 0.002, 0.01
# The part of the sheet that may be farther off: a fold looks the same on a fine grid.
_BENT = 0.02


def lines_needed(fine: HeightField, levels: Array, least: int, most: int) -> int:
    """Return how many grid lines each way a sheet needs to look smooth, ``least`` to ``most``.

    Its triangles, and the colours that are blended over them, are compared with a fine grid.
    """
    low, high = levels[0], levels[-1]
    parts = (fine.z - low) / (high - low), level_fractions(fine.z, levels)
    wanted = [replace(fine, z=part) for part in parts]

    def is_smooth(count: int) -> bool:
        axes = np.linspace(fine.x[0], fine.x[-1], count), np.linspace(fine.y[0], fine.y[-1], count)
        places = np.meshgrid(fine.x[::2], fine.y[::2])
        for field, error in zip(wanted, (_HEIGHT_ERROR, _SHADE_ERROR), strict=True):
            drawn = HeightField(*axes, field.at(*np.meshgrid(*axes)))
            off = np.abs(drawn.at(*places) - field.z[::2, ::2])
            if np.count_nonzero(off > error) > _BENT * np.isfinite(off).sum():
                return False
        return True

    return least + bisect_left(range(least, most), True, key=is_smooth)


def triangles(vertices: Array) -> tuple[Array, Indices]:
    """Return the triangles (m, 3, k) of a grid of vertices (ny, nx, k), and their cells (m, 2).

    The third number of a vertex is its height; a triangle that lacks one is left out. The cells are
    (row, column).
    """
    a, b = vertices[:-1, :-1], vertices[1:, :-1]
    c, d = vertices[1:, 1:], vertices[:-1, 1:]
    corners = np.stack([a, b, c, a, c, d], axis=2).reshape(-1, 3, vertices.shape[-1])
    cells = np.indices(a.shape[:2]).reshape(2, -1).T.repeat(2, axis=0)
    known = np.isfinite(corners[..., 2]).all(axis=1)
    return corners[known], cells[known]


def between(corners: Array, low: float, high: float) -> tuple[Array, Indices]:
    """Return the parts of triangles between two heights, and the index of each one's triangle."""
    index = np.arange(len(corners))
    for limit, sign in ((low, 1.0), (high, -1.0)):
        corners, kept = cut(corners, sign * (corners[..., 2] - limit))
        index = index[kept]
    return corners, index


def cut(corners: Array, inside: Array) -> tuple[Array, Indices]:
    """Return the parts of triangles (m, 3, k) where a linear function is not negative.

    ``inside`` (m, 3) is its value at the corners. A triangle with one corner inside leaves one
    part, with two corners two parts. Also returns the index of each part's triangle.
    """
    index = np.arange(len(corners))
    count = (inside >= 0).sum(axis=1)
    parts, origin = [corners[count == 3]], [index[count == 3]]
    for wanted in (1, 2):
        chosen = count == wanted
        if not chosen.any():
            continue
        # The corner that differs from the other two comes first.
        alone = (inside[chosen] >= 0) if wanted == 1 else (inside[chosen] < 0)
        turn = (np.argmax(alone, axis=1)[:, None] + np.arange(3)) % 3
        measure = np.take_along_axis(inside[chosen], turn, axis=1)
        a, b, c = np.moveaxis(np.take_along_axis(corners[chosen], turn[..., None], axis=1), 1, 0)
        ab = a + (measure[:, 0] / (measure[:, 0] - measure[:, 1]))[:, None] * (b - a)
        ac = a + (measure[:, 0] / (measure[:, 0] - measure[:, 2]))[:, None] * (c - a)
        pieces = [(a, ab, ac)] if wanted == 1 else [(ab, b, c), (ab, c, ac)]
        parts += [np.stack(piece, axis=1) for piece in pieces]
        origin += [index[chosen]] * len(pieces)
    return np.concatenate(parts), np.concatenate(origin)
