"""Ticks: where the numbers of an axis are and how they are written, in three densities.

The numbers of one axis share one notation. What is counted rather than measured is written
elsewhere: the losses of a table keep the width of their column (``table.loss_number``), and the tip
of a page is written by its script (``reader.short_number``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from matplotlib.ticker import MaxNLocator

from animopt.typing import Array

_ROUND = (1, 2, 5, 10)
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# Numbers of more digits are written as their distance from a round one.
_DIGITS = 6
# By how much differences of values far from zero are off, in parts of them.
_NOISE = 1e-4
# The powers of ten of a largest number that needs no unit, and the sizes of those over decades that
# need no powers.
_PLAIN, _DECADES = (-4, 5), (1e-3, 1e4)


@dataclass(frozen=True)
class Ticks:
    """The values on an axis and their texts."""

    values: tuple[float, ...]
    texts: tuple[str, ...]


Densities: TypeAlias = tuple[Ticks, Ticks, Ticks]
"""Few ticks for a short axis, as many as the film has, and many for a long one."""


@dataclass(frozen=True)
class Axis:
    """The limits of an axis, its ticks in three densities, and its name, if it has one.

    Where the numbers are not the values themselves, the name says what they are: "x − 10⁶".
    """

    low: float
    high: float
    ticks: Densities
    label: str = ""

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest value."""
        return self.low, self.high

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of all densities."""
        return tuple(text for ticks in self.ticks for text in ticks.texts)

    @property
    def bare(self) -> Axis:
        """The limits alone, without ticks and name."""
        nothing = Ticks((), ())
        return Axis(self.low, self.high, (nothing, nothing, nothing))


@dataclass(frozen=True)
class Notation:
    """How the numbers of an axis are written: less an offset, in units of a power of ten."""

    offset: float = 0.0
    power: int = 0

    @classmethod
    def of(cls, values: Sequence[float], low: float, high: float) -> Notation:
        """Return the notation in which values, two or more, between two limits have few digits.

        >>> Notation.of([0.0, 0.5, 1.0], 0, 1), Notation.of([999999.5, 1000000.5], 999999, 1000001)
        (Notation(offset=0.0, power=0), Notation(offset=1000000.0, power=0))
        """
        most = max(map(abs, values), default=0.0)
        step = min(map(abs, np.diff(values).tolist()), default=most)
        offset = 0.0
        if step and _power_of(most) - _power_of(step) >= _DIGITS:
            offset = _roundest(low, high)
            most = max(abs(value - offset) for value in values)
        power = _power_of(most) if most else 0
        return cls(offset, 0 if _PLAIN[0] < power <= _PLAIN[1] else power)

    def texts(self, values: Sequence[float]) -> tuple[str, ...]:
        """Return the values as they are written, all with the same number of decimals."""
        shown = [(value - self.offset) / 10.0**self.power for value in values]
        if len(shown) < 2:
            return tuple(_signed(f"{value:g}") for value in shown)
        # Steps are 1, 2 or 5 times a power of ten, of which they need the last digit.
        decimals = max(0, -_power_of(min(map(abs, np.diff(shown).tolist()))))
        return tuple(_signed(f"{value:.{decimals}f}") for value in shown)

    def named(self, name: str) -> str:
        """Return the name of an axis with what its numbers are.

        >>> Notation(1.0, -9).named("x"), Notation(-2e7).named("f"), Notation().named("f")
        ('x − 1 (×10⁻⁹)', 'f + 2×10⁷', 'f')
        """
        if self.offset:
            sign = "−" if self.offset > 0 else "+"
            name = f"{name} {sign} {_rounded(abs(self.offset))}".lstrip()
        return f"{name} (×{_power(1.0, self.power)})".lstrip() if self.power else name


def linear_axis(
    low: float, high: float, count: int, integer: bool = False, name: str = "", inset: float = 0.0
) -> Axis:
    """Return a linear axis with at most about ``count`` ticks in the film, and two at least.

    There are none in the part ``inset`` of its length at each end.
    """
    room = inset * (high - low) if inset else -1e-10 * (high - low)

    def values(n: int) -> list[float]:
        locator = MaxNLocator(n, steps=_ROUND, integer=integer)
        found = np.asarray(locator.tick_values(low, high)).tolist()
        return [v for v in found if low + room <= v <= high - room]

    few, usual, many = (_two_at_least(values, n) for n in densities(count))
    notation = Notation.of(usual, low, high)
    ticks = [Ticks(tuple(each), notation.texts(each)) for each in (few, usual, many)]
    return Axis(low, high, (ticks[0], ticks[1], ticks[2]), notation.named(name))


def _two_at_least(values: Callable[[int], list[float]], count: int) -> list[float]:
    """Return the values for a count, or for the next one for which there are two or more."""
    found = (values(n) for n in range(count, count + 8))
    return next((each for each in found if len(each) > 1), values(count))


def densities(count: int) -> tuple[int, int, int]:
    """Return the numbers of ticks for a short axis, one as in the film, and a long one."""
    return max(2, count // 2), count, round(1.7 * count)


def decades(low: float, high: float, count: int) -> Array:
    """Return at most about ``count`` round values on a logarithmic axis, and two at least."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    choices = [(1, (1, 2, 5)), *((stride, (1,)) for stride in range(1, last - first + 1))]
    best = np.empty(0)
    for stride, digits in choices:
        powers = range(first + -first % stride, last + 1, stride)
        values = np.array([digit * 10.0**power for power in powers for digit in digits])
        found = values[(values >= low * (1 - 1e-9)) & (values <= high * (1 + 1e-9))]
        if len(found) < 2:
            break
        best = found
        if len(found) <= max(count, 3):
            return best
    if len(best):
        return best
    even = np.asarray(MaxNLocator(count, steps=_ROUND).tick_values(low, high))
    return even[(even >= low) & (even <= high)]


def decade_ticks(values: Sequence[Array]) -> tuple[tuple[str, ...], ...]:
    """Return the texts of several sets of values on an axis over decades, in one notation.

    >>> decade_ticks([np.array([0.01, 100]), np.array([1e-5, 2e4, 0])])
    (('10⁻²', '10²'), ('10⁻⁵', '2×10⁴', '0'))
    >>> decade_ticks([np.array([0.01, -100, 2000])])
    (('0.01', '−100', '2000'),)
    """
    sizes = np.abs(np.concatenate(values))
    low, high = _DECADES
    plain = bool(((sizes == 0) | ((sizes > low * 0.999) & (sizes < high * 1.001))).all())
    return tuple(
        tuple(_signed(f"{v:g}") if plain or not v else _rounded(v, plain=False) for v in each)
        for each in (some.tolist() for some in values)
    )


def _power_of(size: float) -> int:
    """Return the power of ten of the first digit of a number."""
    return math.floor(math.log10(abs(size)) + _NOISE)


def _roundest(low: float, high: float) -> float:
    """Return the number between two others that ends with the most zeros, the lowest of these."""
    unit = 10.0 ** (_power_of(max(abs(low), abs(high))) + 1)
    while math.ceil(low / unit) * unit > high:
        unit /= 10
    return math.ceil(low / unit) * unit


def _rounded(value: float, plain: bool = True) -> str:
    """Return a number as digits times a power of ten; a short one ``plain`` by choice."""
    mantissa, exponent = f"{value:.15e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    if plain and len(mantissa) - 2 > int(exponent) - 3 and -4 < int(exponent) < 9:
        return _signed(f"{value:.15g}")
    return _power(float(mantissa), int(exponent))


def _power(digits: float, exponent: int) -> str:
    power = f"10{str(exponent).translate(_SUPERSCRIPTS)}"
    if abs(digits) == 1:
        return _signed(f"{'-' if digits < 0 else ''}{power}")
    return _signed(f"{digits:.15g}×{power}")


def _signed(text: str) -> str:
    """Return a number with a minus sign, and none before zero."""
    return text.lstrip("-") if not text.strip("-0.") else text.replace("-", "−")
