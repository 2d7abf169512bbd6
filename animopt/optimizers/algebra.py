"""Products of vectors and 2 x 2 matrices, element by element.

Written out without BLAS, so that a start gives the same bits alone and in a batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from animopt.typing import Array, Points


def dot(a: Points, b: Points) -> Array:
    """Return a . b: (..., 2), (..., 2) -> (...)."""
    return a[..., 0] * b[..., 0] + a[..., 1] * b[..., 1]


def norm(a: Points) -> Array:
    """Return the length of a, without overflow in its square: (..., 2) -> (...)."""
    return np.hypot(a[..., 0], a[..., 1])


def outer(a: Points, b: Points) -> Array:
    """Return a b^T: (..., 2), (..., 2) -> (..., 2, 2)."""
    return a[..., :, None] * b[..., None, :]


def apply(matrix: Array, a: Points) -> Points:
    """Return the matrix times a: (..., 2, 2), (..., 2) -> (..., 2)."""
    return matrix[..., 0] * a[..., :1] + matrix[..., 1] * a[..., 1:]


def spectral(function: Callable[[Array], Array], matrix: Array, a: Points) -> Points:
    """Return f(H) a for a symmetric H, where f acts on the eigenvalues.

    With H = m I + S, S^2 = r^2 I, the eigenvalues are m +- r and
    f(H) = (f(m + r) + f(m - r)) / 2 I + (f(m + r) - f(m - r)) / 2 S / r.
    """
    p, q, s = matrix[..., 0, 0], matrix[..., 0, 1], matrix[..., 1, 1]
    middle, half = (p + s) / 2, (p - s) / 2
    radius = np.hypot(half, q)
    above, below = function(middle + radius), function(middle - radius)
    unit = np.where(radius > 0, radius, 1.0)
    sa = np.stack([half * a[..., 0] + q * a[..., 1], q * a[..., 0] - half * a[..., 1]], axis=-1)
    return column((above + below) / 2) * a + column((above - below) / 2 / unit) * sa


def column(scalars: NDArray[Any]) -> NDArray[Any]:
    """Return scalars (...) as (..., 1), to multiply points (..., 2)."""
    return scalars[..., None]
