"""Single: a user's function asked for one point."""

from __future__ import annotations

import dis
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from animopt.errors import AnimoptError, call
from animopt.surfaces.forms import Way
from animopt.surfaces.results import PARTS, Unfit, read, real
from animopt.typing import Array

_RAISE = dis.opmap["RAISE_VARARGS"]


def lone(value: float) -> Array:
    """Return an array of one number."""
    return np.array([value])


@dataclass(frozen=True)
class Single:
    """A function asked for one point: x and y -> a float, or an array of the parts.

    ``way`` and ``lift`` make its arguments of two numbers. Errors of the function propagate.
    """

    function: Callable[..., Any]
    who: str
    what: str
    way: Way
    lift: Callable[[float], Any]

    def __call__(self, x: float, y: float) -> Any:
        """Return the result at a point."""
        return self.number(self.raw(x, y))

    def raw(self, x: float, y: float) -> Any:
        """Return what the function itself returns at a point."""
        return call(self.who, self.function, *self.way(self.lift(x), self.lift(y)))

    def plain(self, x: float, y: float) -> Any:
        """Return the result for Python's own numbers, which are fast, if they have one there.

        Where they overflow, divide by zero or become complex, NumPy's may have a value.
        """
        try:
            z = self.function(x, y)
        except Exception:
            z = 0j
        if isinstance(z, float):
            return float(z)
        return self(x, y) if isinstance(z, complex) else self.number(z)

    def number(self, z: Any) -> Any:
        """Return what the function returned as a float, or as an array of the parts."""
        parts = PARTS[self.what]
        try:
            numbers = real(self.who, z)
        except Unfit:
            if not parts:
                raise
        else:
            if not parts and numbers.size != 1:
                raise Unfit(
                    f"{self.who} returned shape {numbers.shape} for one point; it must return one "
                    "number"
                )
            if np.squeeze(numbers).shape == parts:
                whole = numbers.reshape(parts).astype(np.float64)
                return whole if parts else float(whole)
        return read(self.who, self.what, z, 1)[0]


def nothing(what: str) -> Any:
    """Return the result at a point where there is none."""
    return np.full(PARTS[what], np.nan)[()]


def is_hole(error: Exception) -> bool:
    """Return whether a function failed for want of a value, as math.log does at -1.

    That is an arithmetic or a value error which an operation made, and no ``raise``.
    """
    cause = error.__cause__ if isinstance(error, AnimoptError) else error
    if not isinstance(cause, (ArithmeticError, ValueError)) or isinstance(cause, AnimoptError):
        return False
    trace = cause.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code.co_code[trace.tb_lasti] != _RAISE
