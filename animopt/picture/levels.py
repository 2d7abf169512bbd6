"""Where contour lines go: evenly in height, or in its logarithm where heights span decades."""

from __future__ import annotations

import numpy as np

from animopt.typing import Array

# Levels are even unless the range of heights is this many times their median above the lowest.
_SPREAD = 12.0
_COUNT = 16


def contour_levels(z: Array) -> Array:
    """Return about 16 increasing levels that span the finite heights of a grid.

    They are even, or logarithmic above the lowest height where the largest is many times the
    median, as around a narrow valley. There are fewer where neighbouring floats are too far apart.
    """
    heights = z[np.isfinite(z)]
    if heights.size == 0:
        return np.array([0.0, 1.0])
    low, high = float(heights.min()), float(heights.max())
    if not low < high:
        return np.array([low - 0.5, low + 0.5])
    above = heights - low
    if high - low < _SPREAD * float(np.median(above)):
        return np.unique(np.linspace(low, high, _COUNT + 1))
    first = max(float(np.quantile(above, 0.01)), (high - low) * 1e-6)
    return np.unique(np.concatenate([[low], low + np.geomspace(first, high - low, _COUNT)]))
