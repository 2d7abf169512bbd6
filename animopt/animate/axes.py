"""Axes: what the picture says of ticks, paths and heads, in matplotlib's axes and their pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from animopt.picture.clipping import Heads, Trail, dashed
from animopt.picture.ticks import Ticks
from animopt.typing import Array, Indices, Points

# How many rows are turned at a time.
_ROWS = 1 << 16


def set_ticks(axis: Any, ticks: Ticks) -> None:
    """Give an axis the ticks of the picture and no others."""
    axis.set_major_locator(FixedLocator(list(ticks.values)))
    axis.set_major_formatter(FixedFormatter(list(ticks.texts)))
    axis.set_minor_locator(NullLocator())


def trail_in(
    ax: Any, trail: Trail, dash: Sequence[float], dpi: float, transform: Any = None
) -> Trail:
    """Return a trail in the pixels of its axes, or by another transform than that of the data.

    It is cut into strokes and gaps, given in points, if there are any.
    """
    segments = (transform or ax.transData).transform(trail.segments.reshape(-1, 2))
    whole = Trail(segments.reshape(-1, 2, 2), trail.steps)
    return dashed(whole, [part * dpi / 72 for part in dash])


def dots_in(ax: Any, points: Points) -> tuple[Indices, Points]:
    """Return the steps from the first on whose points are in the axes, and their pixels."""
    places = ax.transData.transform(points)
    low, high = np.array(ax.bbox.extents).reshape(2, 2)
    steps = np.flatnonzero(((places >= low) & (places <= high)).all(axis=1))
    steps = steps[steps > 0]
    return steps, places[steps]


class Rows:
    """The rows of an array, each in another form, which is found for many at a time when asked for.

    So a long path need not be held twice: its frames show few of its steps.
    """

    def __init__(self, given: Array, turned: Callable[[Array], Array]) -> None:
        self._given, self._turned = given, turned
        self._first, self._found = 0, turned(given[:0])

    def __getitem__(self, step: int) -> Array:
        if not 0 <= step - self._first < len(self._found):
            self._first = step - step % _ROWS
            self._found = self._turned(self._given[self._first : self._first + _ROWS])
        row: Array = self._found[step - self._first]
        return row


@dataclass(frozen=True)
class PlacedHeads:
    """Heads in pixels: ``places[step]`` and ``ways[step]`` are those at a step, (2,)."""

    places: Rows
    ways: Rows


def heads_in(ax: Any, heads: Heads, transform: Any = None) -> PlacedHeads:
    """Return heads in the pixels of their axes."""
    to_pixels = (transform or ax.transData).frozen()
    matrix = to_pixels.transform([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
    unit = matrix[1:] - matrix[0]
    return PlacedHeads(Rows(heads.places, to_pixels.transform), Rows(heads.ways, unit.__rmatmul__))
