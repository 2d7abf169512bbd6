"""KeptGrid: a function that takes long at every point, on a grid that is evaluated once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import TypeVar

import numpy as np

from animopt.notes import note
from animopt.surfaces.grids import between
from animopt.typing import Array, Bounds

LINES = 60
"""The number of lines of the grid, each way."""

# A wait longer than this, in seconds, is announced; how far it is, is told so often.
_PATIENCE, _OFTEN = 2.0, 10.0
# A kept grid serves bounds that are at least this part of its own each way.
_ZOOM = 0.4

T = TypeVar("T")
Progress = Callable[[int, int], object]


class KeptGrid:
    """The values of a function of (x, y), by a bicubic spline through a grid over some bounds.

    Bounds within those of a grid that is there need no other, unless they are a small part of them.

    Args:
        function: of x and y, two floats.
        what: what the values are of, in the note where they take long.
        lines: the number of lines of the grid, each way.
        progress: called with how many points are done, and of how many, instead of notes.
    """

    def __init__(
        self,
        function: Callable[[float, float], float],
        what: str,
        lines: int = LINES,
        progress: Progress | None = None,
    ) -> None:
        self._function, self._what, self._lines, self._progress = function, what, lines, progress
        self._knots: dict[Bounds, Array] = {}

    def __call__(self, nx: int, ny: int, bounds: Bounds, home: Bounds) -> Array:
        """Return the values (ny, nx) over the bounds, from a grid over ``home`` if that will do.

        They are NaN next to points of the grid where the function has no finite value.
        """
        near = (home, *self._knots)
        known = next((each for each in near if _serves(each, bounds)), bounds)
        if known not in self._knots:
            self._knots[known] = self._evaluated(known)
        x, y = (
            (np.linspace(*side, n) - low) * (self._lines - 1) / (high - low)
            for side, n, (low, high) in zip(bounds, (nx, ny), known, strict=True)
        )
        return _splined(self._knots[known], x, y)

    def _evaluated(self, bounds: Bounds) -> Array:
        x, y = (np.linspace(low, high, self._lines).tolist() for low, high in bounds)
        points = [(a, b) for b in y for a in x]
        values = [self._function(*point) for point in self._told(points)]
        return np.array(values, dtype=np.float64).reshape(self._lines, self._lines)

    def _told(self, points: Sequence[T]) -> Iterator[T]:
        """Yield the points, with progress after every line, or notes where it takes long."""
        if self._progress is None:
            yield from announced(self._what, points)
            return
        for done, point in enumerate(points):
            if done and done % self._lines == 0:
                self._progress(done, len(points))
            yield point
        self._progress(len(points), len(points))


def announced(what: str, items: Sequence[T]) -> Iterator[T]:
    """Yield the items; if that takes long, notes say how long, and how far it is."""
    began = told = perf_counter()
    for done, item in enumerate(items):
        yield item
        now = perf_counter()
        if told == began and now - began > _PATIENCE / 10:
            told = now
            seconds = (now - began) / (done + 1) * len(items)
            if seconds > _PATIENCE:
                note(f"{what}: {len(items)} losses, about {seconds:.0f} s")
        elif now - told > _OFTEN:
            told = now
            note(f"{what}: {done + 1} of {len(items)} losses")


def _serves(known: Bounds, wanted: Bounds) -> bool:
    """Return whether a grid over some bounds is fine enough for others within them."""
    return all(
        a <= low and high <= b and high - low >= _ZOOM * (b - a)
        for (a, b), (low, high) in zip(known, wanted, strict=True)
    )


def _splined(knots: Array, x: Array, y: Array) -> Array:
    """Return the spline through a grid at other places, NaN next to losses that are not finite."""
    finite = np.isfinite(knots)
    if finite.all():
        return between(knots, x, y)
    if not finite.any():
        return np.full((y.size, x.size), np.nan)
    # One loss without a number would else leave the whole spline without any.
    fine = between(np.where(finite, knots, knots[finite].max()), x, y)
    near = np.ix_(np.rint(y).astype(int), np.rint(x).astype(int))
    return np.where(finite[near], fine, np.nan)
