"""Heights: the vertical scale of a surface in space, linear or logarithmic, and its ticks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import Locator

from animopt.picture.ticks import Axis, Ticks, decade_ticks, densities, linear_axis
from animopt.typing import Array

INSET = 0.04
"""The part of an axis without numbers at each corner of the box, where two axes meet."""
# The logarithmic scale has this fraction of the range as its unit, and is about linear below it.
_LINEAR = 1e-3


@dataclass(frozen=True)
class Heights:
    """The scale of z between two limits, low < high; ``forward`` maps heights to drawn heights."""

    low: float
    high: float
    log: bool = False

    def forward(self, z: Array) -> Array:
        """Return drawn heights: z, or log10(1 + (z - low) / unit) where the scale is logarithmic.

        The unit is a thousandth of the range, so the scale spans three decades. Heights outside the
        limits stay outside.
        """
        if not self.log:
            return z
        unit = _LINEAR * (self.high - self.low)
        above = (z - self.low) / unit
        with np.errstate(invalid="ignore"):
            return np.where(above >= 0, np.log10(1 + np.maximum(above, 0)), above)

    @property
    def limits(self) -> tuple[float, float]:
        """The drawn heights of the limits, widened where floats cannot resolve what is between."""
        low, high = self.forward(np.array([self.low, self.high])).tolist()
        widened: tuple[float, float] = Locator().nonsingular(low, high)
        return widened

    def axis(self, name: str, count: int = 5) -> Axis:
        """Return the axis with some round values; the places of its ticks are drawn heights."""
        if not self.log:
            return linear_axis(*self.limits, count, name=name, inset=INSET)
        values = [self._values(n) for n in densities(count)]
        few, usual, many = (
            Ticks(tuple(self.forward(heights).tolist()), texts)
            for heights, texts in zip(values, decade_ticks(values), strict=True)
        )
        return Axis(*self.limits, (few, usual, many), name)

    def _values(self, count: int) -> Array:
        """Return round heights that are legible on a logarithmic scale, powers of ten first."""
        power = np.ceil(np.log10(max(abs(self.low), abs(self.high))))
        sizes = np.multiply.outer([1.0, 2.0, 5.0], 10.0 ** np.arange(power - 6, power + 1))
        low, high = self.limits
        apart = 0.6 / count * (high - low)
        chosen: dict[float, float] = {}
        for value in np.concatenate([[0.0], *np.stack([sizes, -sizes], axis=1)[:, :, ::-1]], None):
            place = float(self.forward(np.array(value)))
            inside = low + INSET * (high - low) <= place <= high - INSET * (high - low)
            if inside and all(abs(place - other) >= apart for other in chosen):
                chosen[place] = float(value)
        return np.array([chosen[place] for place in sorted(chosen)])
