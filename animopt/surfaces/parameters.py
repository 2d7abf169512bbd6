"""Parameters of the surface factories: how they are checked, and written into formulas."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from animopt.errors import InvalidInput


def check_finite(factory: str, **parameters: float) -> None:
    """Raise InvalidInput for a parameter that is not a finite number."""
    _check(factory, parameters, "a finite number", lambda value: True)


def check_positive(factory: str, **parameters: float) -> None:
    """Raise InvalidInput for a parameter that is not a finite number above zero."""
    _check(factory, parameters, "a number > 0", lambda value: value > 0)


def check_whole(factory: str, lowest: int, **parameters: int) -> None:
    """Raise InvalidInput for a parameter that is not a whole number of at least ``lowest``."""
    allowed = f"a whole number >= {lowest}"
    _check(factory, parameters, allowed, lambda value: value == int(value) and value >= lowest)


def weighted_sum(*terms: tuple[float, str]) -> str:
    """Return a sum of coefficient times term in mathtext; vanishing terms are left out.

    >>> weighted_sum((0.2, "x^2"), (0, "x y"), (-1, "y^2"))
    '0.2 x^2 - y^2'
    """
    text = ""
    for coefficient, term in terms:
        if coefficient == 0:
            continue
        sign = "-" if coefficient < 0 else "+"
        size = "" if abs(coefficient) == 1 else number(abs(coefficient)) + " "
        text += f" {sign} {size}{term}" if text else f"{sign.strip('+')}{size}{term}"
    return text or "0"


def number(value: float) -> str:
    """Return a number in mathtext, to four digits.

    >>> number(0.125), number(1e-5)
    ('0.125', '10^{-5}')
    """
    mantissa, e, exponent = format(value, ".4g").partition("e")
    if not e:
        return mantissa
    factor = "" if mantissa == "1" else rf"{mantissa} \times "
    return f"{factor}10^{{{int(exponent)}}}"


def _check(
    factory: str, parameters: Mapping[str, Any], allowed: str, test: Callable[[Any], bool]
) -> None:
    for name, value in parameters.items():
        try:
            fits = math.isfinite(value) and test(value)
        except (TypeError, ValueError):
            fits = False
        if not fits:
            raise InvalidInput(f"surfaces.{factory}({name}={value!r}): {name} must be {allowed}")
