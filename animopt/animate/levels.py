"""Where contour lines go: evenly in height, or in its logarithm where heights span decades."""

from __future__ import annotations

import numpy as np

from animopt.typing import Array

# Even levels are of use as long as a fair part of the picture lies above the first of them.
_SPREAD = 12.0


def contour_levels(z: Array, count: int = 16) -> Array:
    """Return about ``count`` increasing levels that span the finite heights of a grid.

    The heights above the lowest are spaced logarithmically where the largest is many times the
    median, as around a narrow valley; else evenly. Fewer, where floats lie no closer.
    """
    heights = z[np.isfinite(z)]
    if heights.size == 0:
        return np.array([0.0, 1.0])
    low, high = float(heights.min()), float(heights.max())
    if not low < high:
        return np.array([low - 0.5, low + 0.5])
    above = heights - low
    if high - low < _SPREAD * float(np.median(above)):
        return np.unique(np.linspace(low, high, count + 1))
    first = max(float(np.quantile(above, 0.01)), (high - low) * 1e-6)
    return np.unique(np.concatenate([[low], low + np.geomspace(first, high - low, count)]))
