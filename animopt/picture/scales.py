"""Scales: a linear or logarithmic axis that suits a set of curves, and the numbers on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.ticker import Locator, SymmetricalLogLocator

from animopt.picture.ticks import Axis, Ticks, decade_ticks, decades, densities, linear_axis
from animopt.typing import Array

# The ratio of the largest to the smallest value from which a scale is logarithmic.
_DECADES = 100.0
# A curve runs off the scale beyond this multiple of the calmest curve, or of its own start.
_WILD = 1e3
# A scale is stretched for the clouds of ensembles up to so many times its length.
_LONGER = 1.5
# The factor below and above a single value on a logarithmic axis, which has a power of ten then.
_AROUND = 3.2
# Below this part of the largest value differences are rounding errors, and are not shown.
_ROUNDING = 1e-16


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
    def fitting(
        cls, curves: Sequence[Array], span: float = _DECADES, log: bool | None = None
    ) -> Scale:
        """Return the scale for curves of any shape; values that are not finite are ignored.

        It is logarithmic if the largest of the positive values is more than ``span`` times the
        smallest, and symmetrically logarithmic if there are negative ones and they span decades;
        or as ``log`` says, as far as there are values other than zero.
        """
        sizes = [np.abs(curve[np.isfinite(curve)]) for curve in curves]
        reach = _WILD * min((_calm(size) for size in sizes if size.any()), default=0.0)
        values = np.concatenate([curve[np.abs(curve) <= reach] for curve in curves])
        if not values.any():
            return cls("linear", -0.5, 0.5)
        low, high = float(values.min()), float(values.max())
        if low >= 0:
            least = max(float(values[values > 0].min()), high * _ROUNDING)
            if log or (log is None and high > span * least):
                room = (high / least) ** 0.05 if high > 1.001 * least else _AROUND
                return cls("log", least / room, high * room)
        else:
            middle = float(np.median(np.abs(values[values != 0])))
            if log or (log is None and max(-low, high) > _DECADES * middle):
                linear = 10.0 ** math.floor(math.log10(middle))
                return cls("symlog", min(1.6 * low, -linear), max(1.6 * high, linear), linear)
        room = 0.06 * (high - low) or 0.5 * abs(high)
        # A range of rounding errors is widened, as matplotlib widens the limits of axes.
        return cls("linear", *Locator().nonsingular(low - room, high + room))

    def stretched(self, whole: Scale) -> Scale:
        """Return a scale that fits more curves, if it is of the same kind and not much longer."""
        length = float(np.ptp(self.parts(np.array([whole.low, whole.high]))))
        return whole if whole.kind == self.kind and length < _LONGER else self

    def clamped(self, values: Array) -> Array:
        """Return the values clipped to one length of the scale beyond its ends."""
        if self.kind == "log":
            ratio = self.high / self.low
            return np.clip(values, self.low / ratio, self.high * ratio)
        room = (self.high - self.low) * (_DECADES if self.kind == "symlog" else 1.0)
        return np.clip(values, self.low - room, self.high + room)

    def parts(self, values: Array) -> Array:
        """Return where values are between the ends of the scale: 0 at the low one, 1 at the high.

        What is not finite stays so.
        """
        low, high = self._forward(np.array([self.low, self.high])).tolist()
        return np.asarray((self._forward(values) - low) / (high - low))

    def spread(self, count: int) -> Array:
        """Return so many values from end to end, evenly on a linear or a logarithmic scale."""
        spread = np.geomspace if self.kind == "log" else np.linspace
        return np.asarray(spread(self.low, self.high, count))

    def axis(self, count: int, name: str = "") -> Axis:
        """Return the axis with about ``count`` ticks in the film."""
        if self.kind == "linear":
            return linear_axis(self.low, self.high, count, name=name)
        values = [self._values(n) for n in densities(count)]
        texts = decade_ticks(values)
        few, usual, many = (Ticks(tuple(v.tolist()), t) for v, t in zip(values, texts, strict=True))
        return Axis(self.low, self.high, (few, usual, many), name)

    def _values(self, count: int) -> Array:
        if self.kind == "log":
            return decades(self.low, self.high, count)
        locator: Any = SymmetricalLogLocator(base=10, linthresh=self.linear)
        locator.set_params(numticks=count)
        values = np.asarray(locator.tick_values(self.low, self.high))
        places = self.parts(values)  # on which a little beyond the ends means the same everywhere
        return values[(places >= -1e-9) & (places <= 1 + 1e-9)]

    def _forward(self, values: Array) -> Array:
        if self.kind == "linear":
            return values
        with np.errstate(all="ignore"):
            if self.kind == "log":
                return np.log10(values)
            # As matplotlib's SymmetricalLogTransform: straight below ``linear``.
            sizes = np.abs(values) / self.linear
            room = 1 / (1 - 1 / 10)
            beyond = np.sign(values) * (room + np.log10(np.maximum(sizes, 1e-300)))
            return np.where(sizes <= 1, values / self.linear * room, beyond)


def _calm(sizes: Array) -> float:
    """Return the largest size in a curve, limited to a multiple of its start and its median."""
    return min(float(sizes.max()), _WILD * max(float(sizes[0]), float(np.median(sizes))))
