"""Heights: the vertical scale of a surface in space, linear or logarithmic, and its ticks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

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
        """The drawn heights of the limits."""
        low, high = self.forward(np.array([self.low, self.high]))
        return float(low), float(high)

    def ticks(self) -> list[tuple[float, str]]:
        """Return (drawn height, text) for some round values between the limits."""
        if self.log:
            size = np.ceil(np.log10(max(abs(self.low), abs(self.high))))
            powers = 10.0 ** np.arange(size - 6, size + 1)
            values = np.concatenate([-powers[::-1], [0.0], powers])
        else:
            values = linear_ticks(self.low, self.high)
        low, high = self.limits
        chosen: list[tuple[float, str]] = []
        for value in values[(values >= self.low) & (values <= self.high)]:
            place = float(self.forward(np.array(value)))
            # Far enough from the tick below to be legible, and away from the corners of the box.
            after = chosen[-1][0] + 0.12 * (high - low) if chosen else low + 0.04 * (high - low)
            if after <= place <= high - 0.04 * (high - low):
                chosen.append((place, tick_label(value)))
        return chosen


def tick_label(value: float) -> str:
    """Return a number with a minus sign, as on the plane.

    >>> tick_label(-0.5)
    '−0.5'
    """
    return f"{value:g}".replace("-", "−")


def linear_ticks(low: float, high: float) -> Array:
    """Return round values between two limits, without those at the very ends."""
    locator = MaxNLocator(5, steps=[1, 2, 5, 10], prune="both")
    return np.asarray(locator.tick_values(low, high), dtype=np.float64)
