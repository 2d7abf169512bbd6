"""Axes: what the picture says of ticks, paths and heads, in matplotlib's axes and their pixels."""

from __future__ import annotations

from typing import Any

from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from animopt.picture.clipping import Heads, Trail
from animopt.picture.ticks import Ticks


def set_ticks(axis: Any, ticks: Ticks) -> None:
    """Give an axis the ticks of the picture and no others."""
    axis.set_major_locator(FixedLocator(list(ticks.values)))
    axis.set_major_formatter(FixedFormatter(list(ticks.texts)))
    axis.set_minor_locator(NullLocator())


def trail_in(ax: Any, trail: Trail, transform: Any = None) -> Trail:
    """Return a trail in the pixels of its axes, or by another transform than that of the data."""
    segments = (transform or ax.transData).transform(trail.segments.reshape(-1, 2))
    return Trail(segments.reshape(-1, 2, 2), trail.steps)


def heads_in(ax: Any, heads: Heads, transform: Any = None) -> Heads:
    """Return heads in the pixels of their axes."""
    to_pixels = transform or ax.transData
    matrix = to_pixels.transform([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
    unit = matrix[1:] - matrix[0]
    return Heads(to_pixels.transform(heads.places), heads.ways @ unit)
