"""What a user's function returned, as float64: anything that NumPy understands as real numbers."""

from __future__ import annotations

from collections.abc import Sized
from typing import Any

import numpy as np
from numpy.typing import NDArray

from animopt.errors import InvalidInput, short
from animopt.typing import Array

RETURNS = {
    "f": "one real number for each point",
    "gradient": "two arrays, (df/dx, df/dy)",
    "hessian": "((f_xx, f_xy), (f_yx, f_yy))",
}
PARTS: dict[str, tuple[int, ...]] = {"f": (), "gradient": (2,), "hessian": (2, 2)}


class Unfit(InvalidInput):
    """A function returned something else than the numbers that were asked for."""


def read(who: str, what: str, given: Any, n: int, *, last: bool = False) -> Array:
    """Return the result of a function for n points as floats, (n, *parts).

    One number stands for all points. The parts of a gradient and of a Hessian come first, as in
    (df/dx, df/dy), or ``last``, as in an array (n, 2).

    Raises:
        Unfit: it is something else; the sentence says what.
    """
    if what == "f":
        z = _fitted(who, given, n)
        return z.copy() if z is given else z  # the function may use its array again
    if last:
        numbers, shape = real(who, given), (n, *PARTS[what])
        if numbers.shape != shape:
            raise Unfit(f"{who} returned shape {numbers.shape}; it must return {RETURNS[what]}")
        return numbers.astype(np.float64)
    first, second = _pair(who, what, given)
    if what == "gradient":
        slopes = np.empty((n, 2))
        slopes[:, 0] = _fitted(who, first, n)
        slopes[:, 1] = _fitted(who, second, n)
        return slopes
    bends = np.empty((n, 2, 2))
    for i, row in enumerate((first, second)):
        for j, entry in enumerate(_pair(who, what, row)):
            bends[:, i, j] = _fitted(who, entry, n)
    return bends


def real(who: str, given: Any) -> NDArray[np.floating[Any]]:
    """Return real numbers as an array of floats, NaN where they are masked."""
    if type(given) is np.ndarray and given.dtype.kind == "f":
        return given
    if isinstance(given, np.ma.MaskedArray):
        given = np.ma.filled(given.astype(np.float64), np.nan)
    if hasattr(given, "detach"):  # a tensor that remembers its gradient
        given = given.detach()
    try:
        z = np.asarray(given)
    except ValueError:
        raise Unfit(f"{who} returned rows of different lengths: {short(given)}") from None
    except Exception as error:
        raise Unfit(
            f"{who} returned a {type(given).__name__} that NumPy cannot read; return an array on "
            "the CPU"
        ) from error
    if z.dtype.kind == "O":
        z = _numbers(who, given, z)
    if z.dtype.kind not in "fiub":
        kind = "complex numbers" if z.dtype.kind == "c" else short(given)
        raise Unfit(f"{who} returned {kind}; it must return real numbers")
    return z if z.dtype.kind == "f" else z.astype(np.float64)


def _numbers(who: str, given: Any, z: NDArray[Any]) -> Array:
    """Return objects that are numbers, such as those of mpmath and of decimal, as floats."""
    try:
        if any(isinstance(each, str) for each in z.flat):
            raise TypeError
        return np.array([float(each) for each in z.flat], dtype=np.float64).reshape(z.shape)
    except (TypeError, ValueError):
        raise Unfit(f"{who} returned {short(given)}; it must return real numbers") from None


def _fitted(who: str, given: Any, n: int) -> Array:
    """Return numbers of shape (n,), up to axes of length one, or one number for all."""
    if type(given) is np.ndarray and given.dtype == np.float64 and given.shape == (n,):
        return given  # the usual case, and met in every step
    z = real(who, given)
    if z.shape == ():
        return np.full(n, z, dtype=np.float64)
    if z.size != n or max(z.shape) != n:
        raise Unfit(
            f"{who} returned shape {z.shape} for x and y of shape {(n,)}; it must return the "
            "shape of x, so use elementwise NumPy operations"
        )
    return z.reshape(n).astype(np.float64)


def _pair(who: str, what: str, parts: Any) -> tuple[Any, Any]:
    try:
        first, second = parts
    except (TypeError, ValueError):
        has_parts = isinstance(parts, Sized) and np.iterable(parts)
        parts = parts.item() if isinstance(parts, np.generic) else parts
        given = f"{len(parts)} parts" if has_parts else short(parts)
        raise Unfit(f"{who} returned {given}; it must return {RETURNS[what]}") from None
    return first, second
