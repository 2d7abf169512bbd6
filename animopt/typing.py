"""The few type names that the rooms share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
"""Real numbers of any shape."""

Mask: TypeAlias = NDArray[np.bool_]
"""Booleans of any shape."""

Indices: TypeAlias = NDArray[np.intp]
"""Indices into an array."""

Points: TypeAlias = NDArray[np.float64]
"""Points of the plane, shape ``(..., 2)``."""

Frame: TypeAlias = NDArray[np.uint8]
"""One picture, shape ``(height, width, 4)``, RGBA."""

Bounds: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""``((x0, x1), (y0, y1))``."""

Function: TypeAlias = Callable[..., Any]
"""A user's function ``f(x, y)`` or ``f(theta)``, of arrays or of one point."""

Hyper: TypeAlias = Any
"""A hyperparameter: a number, or a schedule ``step -> number`` that ``Optimizer.at`` resolves."""
