"""Statistics over the starts of an ensemble."""

from __future__ import annotations

import math

import numpy as np

from animopt.typing import Array, Mask


def quantile(values: Array, q: float = 0.5) -> Array:
    """Return the q-quantile over the starts, the first axis, which is always one of the values.

    The median of an even number of values is the lower of the middle two. A value that is not
    finite counts as the largest, and is returned as NaN.

    >>> quantile(np.array([3.0, 1.0, np.nan, 2.0]))
    array(2.)
    """
    ranked = np.sort(np.where(np.isfinite(values), values, np.inf), axis=0)
    value = ranked[math.ceil(q * len(ranked)) - 1]
    return np.where(np.isfinite(value), value, np.nan)


def settling_step(below: Mask) -> Array:
    """Return the first step from which each start stays below: (n, steps + 1) -> (n,), inf if none.

    >>> settling_step(np.array([[False, True, False, True, True], [True, True, True, True, False]]))
    array([ 3., inf])
    """
    length = below.shape[1]
    settled = np.where(below, 0, np.arange(1, length + 1)).max(axis=1)
    return np.where(settled < length, settled, np.inf)
