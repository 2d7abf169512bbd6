"""Ticks: where the numbers of an axis are and how they are written, in three densities."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from matplotlib.ticker import Locator, MaxNLocator, ScalarFormatter

from animopt.typing import Array

_ROUND = (1, 2, 5, 10)
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Ticks:
    """The values on an axis and their texts; ``offset`` is what is added to all, at its end."""

    values: tuple[float, ...]
    texts: tuple[str, ...]
    offset: str = ""


Densities: TypeAlias = tuple[Ticks, Ticks, Ticks]
"""Few ticks for a short axis, as many as the film has, and many for a long one."""


@dataclass(frozen=True)
class Axis:
    """The limits of an axis, its ticks in three densities, and its name, if it has one."""

    low: float
    high: float
    ticks: Densities
    label: str = ""

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest value."""
        return self.low, self.high


def linear_axis(
    low: float, high: float, count: int, integer: bool = False, label: str = ""
) -> Axis:
    """Return a linear axis with at most about ``count`` ticks in the film."""
    few, usual, many = (
        _formatted(low, high, MaxNLocator(n, steps=_ROUND, integer=integer))
        for n in densities(count)
    )
    return Axis(low, high, (few, usual, many), label)


def densities(count: int) -> tuple[int, int, int]:
    """Return the numbers of ticks for a short axis, one as in the film, and a long one."""
    return max(2, count // 2), count, round(1.7 * count)


def _formatted(low: float, high: float, locator: Locator) -> Ticks:
    values = np.asarray(locator.tick_values(low, high)).tolist()
    formatter: Any = ScalarFormatter()
    formatter.create_dummy_axis()
    formatter.axis.set_view_interval(low, high)
    texts = formatter.format_ticks(values)
    return within(values, texts, low, high, formatter.get_offset())


def within(
    values: Iterable[float], texts: Iterable[str], low: float, high: float, offset: str = ""
) -> Ticks:
    """Return the ticks within the limits."""
    slack = 1e-10 * (high - low)
    pairs = zip(values, texts, strict=True)
    kept = [(v, text) for v, text in pairs if low - slack <= v <= high + slack]
    return Ticks(tuple(v for v, _ in kept), tuple(text for _, text in kept), offset)


def round_values(low: float, high: float, count: int = 5) -> Array:
    """Return round values between two limits, without those at the very ends."""
    locator = MaxNLocator(count, steps=_ROUND, prune="both")
    return np.asarray(locator.tick_values(low, high), dtype=np.float64)


def tick_label(value: float) -> str:
    """Return a number with a minus sign, as on the plane.

    >>> tick_label(-0.5)
    '−0.5'
    """
    return f"{value:g}".replace("-", "−")


def number(value: float) -> str:
    """Return a number as logarithmic axes show it: large and small powers of ten by exponent.

    >>> number(0.01), number(1e-7), number(-1e4), number(0.0)
    ('0.01', '10⁻⁷', '−10⁴', '0')
    """
    sign, size = "−" if value < 0 else "", abs(value)
    exponent = math.log10(size) if size else 0.0
    if -3 < exponent < 4 or abs(exponent - round(exponent)) > 1e-6:
        return f"{sign}{size:g}"
    return f"{sign}10{str(round(exponent)).translate(_SUPERSCRIPTS)}"
