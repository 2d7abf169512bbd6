"""Levels: where contour lines go, and where a height is on the scale of colours."""

from __future__ import annotations

import math

import numpy as np

from animopt.errors import InvalidInput, short
from animopt.typing import Array

# Levels are even unless the range of heights is this many times their median above the lowest.
_SPREAD = 12.0
_COUNT = 16


def contour_levels(z: Array, inner: int | tuple[float, ...] | None = None) -> Array:
    """Return the lowest height of a grid, increasing levels, and its highest height.

    The levels are those asked for, or so many, by default 16.

    Both the area between two levels and their distance are limited: half of each step is a step of
    the heights' quantiles, and half is even, or logarithmic above the lowest height where the
    largest is many times the median, as around a narrow valley. There are fewer where neighbouring
    floats are too far apart. Lines are drawn at all but the first and the last.
    """
    heights = np.sort(z[np.isfinite(z)])
    if heights.size == 0:
        return np.array([0.0, 1.0])
    low, high = float(heights[0]), float(heights[-1])
    if not low < high:
        return np.array([low - 0.5, low + 0.5])
    if isinstance(inner, tuple):
        within = [level for level in inner if low < level < high]
        if not within:
            raise InvalidInput(
                f"Scene(levels={short(inner)}): the heights here are from {low:.4g} to "
                f"{high:.4g}; give one or more between them"
            )
        return np.array([low, *within, high])
    count = (inner or _COUNT) + 1
    above, span = heights - low, high - low
    if span < _SPREAD * float(np.median(above)):
        scale = above / span
    else:
        first = max(float(np.quantile(above, 0.01)), span * 1e-6)
        scale = np.log(np.maximum(above, first) / first) / math.log(span / first)
    quantiles = np.linspace(0, 1, heights.size)
    found = np.interp(np.arange(1, count) / count, (scale + quantiles) / 2, heights)
    return np.unique(np.concatenate([[low], found, [high]]))


def level_fractions(z: Array, levels: Array) -> Array:
    """Return heights on a scale from 0 to 1 on which the levels are evenly spaced."""
    return np.interp(z, levels, np.linspace(0, 1, len(levels)))


def points_needed(z: Array, error: float, share: float, least: int, most: int) -> int:
    """Return how many grid lines each way values need to look smooth, ``least`` to ``most``.

    z is given on a fine grid. Between points h apart a chord misses the curve by h² |f''| / 8, and
    a second difference is h² f'', so the error on any other grid follows. A ``share`` of the places
    need not be that exact: a fold looks the same on a fine grid.
    """
    middle = z[1:-1, 1:-1]
    bends = np.abs(
        [
            z[:-2, 1:-1] - 2 * middle + z[2:, 1:-1],
            z[1:-1, :-2] - 2 * middle + z[1:-1, 2:],
            z[:-2, :-2] - 2 * middle + z[2:, 2:],
        ]
    )
    known = bends[np.isfinite(bends)]
    if not len(known):
        return least
    miss = float(np.quantile(known, 1 - share)) / 8
    needed = (len(z) - 1) * math.sqrt(miss / error)
    return int(min(max(least, math.ceil(needed)), most))
