"""Scales: a linear or logarithmic axis that suits a set of curves, and the numbers on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.ticker import (
    FuncFormatter,
    LogLocator,
    MaxNLocator,
    NullLocator,
    SymmetricalLogLocator,
)

from animopt.typing import Array

# The ratio of the largest to the smallest value from which a scale is logarithmic.
_DECADES = 100.0
# A curve runs off the scale beyond this multiple of the calmest curve, or of its own start.
_WILD = 1e3
# Below this part of the largest value differences are rounding errors, and are not shown.
_ROUNDING = 1e-16
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Scale:
    """An axis: its kind as in ``Axes.set_yscale``, and its limits.

    ``linear`` is the ``linthresh`` of a symlog scale.
    """

    kind: str
    low: float
    high: float
    linear: float = 1.0

    @classmethod
    def fitting(cls, curves: Sequence[Array], span: float = _DECADES) -> Scale:
        """Return the scale for curves of any shape; values that are not finite are ignored.

        It is logarithmic if the largest of the positive values is more than ``span`` times the
        smallest, and symmetrically logarithmic if there are negative ones and they span decades.
        """
        sizes = [np.abs(curve[np.isfinite(curve)]) for curve in curves]
        reach = _WILD * min((_calm(size) for size in sizes if size.any()), default=0.0)
        values = np.concatenate([curve[np.abs(curve) <= reach] for curve in curves])
        if not values.any():
            return cls("linear", -0.5, 0.5)
        low, high = float(values.min()), float(values.max())
        if low >= 0:
            least = max(float(values[values > 0].min()), high * _ROUNDING)
            if high > span * least:
                room = (high / least) ** 0.05
                return cls("log", least / room, high * room)
        else:
            middle = float(np.median(np.abs(values[values != 0])))
            if max(-low, high) > _DECADES * middle:
                linear = 10.0 ** math.floor(math.log10(middle))
                return cls("symlog", min(1.6 * low, -linear), max(1.6 * high, linear), linear)
        room = 0.06 * (high - low) or 0.5 * abs(high)
        return cls("linear", low - room, high + room)

    def clamped(self, values: Array) -> Array:
        """Return the values clipped to one length of the scale beyond its ends."""
        if self.kind == "log":
            ratio = self.high / self.low
            return np.clip(values, self.low / ratio, self.high * ratio)
        room = (self.high - self.low) * (_DECADES if self.kind == "symlog" else 1.0)
        return np.clip(values, self.low - room, self.high + room)

    def apply(self, ax: Any, numbers: int) -> None:
        """Set the scale of the y-axis, with about this many numbers on it."""
        locators: dict[str, Any] = {
            "linear": MaxNLocator(numbers, steps=[1, 2, 5, 10]),
            "log": LogLocator(10, subs=(1, 2, 5) if self.high < 1e3 * self.low else (1,)),
            "symlog": SymmetricalLogLocator(base=10, linthresh=self.linear),
        }
        locator = locators[self.kind]
        if self.kind != "linear":
            locator.set_params(numticks=numbers)
        settings = {"linthresh": self.linear} if self.kind == "symlog" else {}
        ax.set_yscale(self.kind, **settings)
        ax.set_ylim(self.low, self.high)
        ax.yaxis.set_major_locator(locator)
        ax.yaxis.set_minor_locator(NullLocator())
        if self.kind != "linear":
            ax.yaxis.set_major_formatter(FuncFormatter(lambda value, place: number(value)))


def _calm(sizes: Array) -> float:
    """Return the largest size in a curve, limited to a multiple of its start and its median."""
    return min(float(sizes.max()), _WILD * max(float(sizes[0]), float(np.median(sizes))))


def number(value: float) -> str:
    """Return a number as axes show it: large and small powers of ten by their exponent.

    >>> number(0.01), number(1e-7), number(-1e4), number(0.0)
    ('0.01', '10⁻⁷', '−10⁴', '0')
    """
    sign, size = "−" if value < 0 else "", abs(value)
    exponent = math.log10(size) if size else 0.0
    if -3 < exponent < 4 or abs(exponent - round(exponent)) > 1e-6:
        return f"{sign}{size:g}"
    return f"{sign}10{str(round(exponent)).translate(_SUPERSCRIPTS)}"
