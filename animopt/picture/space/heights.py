"""Heights: the vertical scale of a surface in space, linear or logarithmic, and its ticks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import Locator

from animopt.picture.ticks import Densities, Ticks, densities, round_values, tick_label
from animopt.typing import Array

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

    def ticks(self) -> Densities:
        """Return ticks at some round values between the limits; their places are drawn heights."""
        few, usual, many = (self._ticks(count) for count in densities(5))
        return few, usual, many

    def _ticks(self, count: int) -> Ticks:
        if self.log:
            size = np.ceil(np.log10(max(abs(self.low), abs(self.high))))
            powers = 10.0 ** np.arange(size - 6, size + 1)
            values = np.concatenate([-powers[::-1], [0.0], powers])
        else:
            values = round_values(self.low, self.high, count)
        low, high = self.limits
        edge, apart = 0.04 * (high - low), 0.6 / count * (high - low)
        chosen: list[tuple[float, str]] = []
        for value in values[(values >= self.low) & (values <= self.high)]:
            place = float(self.forward(np.array(value)))
            # Far enough from the tick below to be legible, and away from the corners of the box.
            after = chosen[-1][0] + apart if chosen else low + edge
            if after <= place <= high - edge:
                chosen.append((place, tick_label(value)))
        return Ticks(tuple(place for place, _ in chosen), tuple(text for _, text in chosen))
