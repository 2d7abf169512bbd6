"""The few type names that the rooms share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeAlias, TypeVar, overload

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

Pair: TypeAlias = Sequence[float] | NDArray[Any]
"""Two numbers, however they are written: a tuple, a list or an array."""

Accepted = TypeVar("Accepted")
Held = TypeVar("Held")


class Given(Generic[Accepted, Held]):
    """A field of a dataclass that takes one type and, once checked, holds another.

    Type checkers read what a field takes from ``__set__``, and what it holds from ``__get__``.
    """

    @overload
    def __get__(self, owner: None, kind: type) -> Given[Accepted, Held]: ...
    @overload
    def __get__(self, owner: object, kind: type) -> Held: ...
    def __get__(self, owner: object | None, kind: type) -> Any: ...
    def __set__(self, owner: object, value: Accepted) -> None: ...


ABSENT: Any = None
"""The default of a ``Given`` field that may be left out, or whose absence is told in a sentence."""

SHOWN: Any = True
"""The default of a ``Given`` field of what is shown unless it is refused or renamed."""

EMPTY: Any = ()
"""The default of a ``Given`` field that holds none by default."""
