"""Ground: a loss of all parameters on a plane: a grid that is evaluated once, and single points."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Any, TypeVar

import numpy as np

from animopt.errors import InvalidInput, call, short
from animopt.notes import note
from animopt.runs.parameters import one_number
from animopt.surfaces.grids import resampled
from animopt.typing import Array, Bounds

LINES = 60
"""The number of lines of the grid, each way."""

# A wait longer than this, in seconds, is announced; how far it is, is told so often.
_PATIENCE, _OFTEN = 2.0, 10.0
# So many losses are remembered, since panels and replays ask for a path again.
_REMEMBERED = 100_000

T = TypeVar("T")


class Ground:
    """The loss at points center + x d1 + y d2; it is asked for one at a time, and each once."""

    def __init__(self, loss: Callable[[Array], Any], center: Array, directions: Array) -> None:
        self._loss, self._center, self._directions = loss, center, directions
        self._kind: type[np.floating[Any]] = np.float64  # of the losses
        self._known: dict[tuple[float, float], float] = {}
        self._grids: dict[Bounds, Array] = {}

    def __call__(self, x: Any, y: Any) -> Any:
        """Return the loss at points of the plane, of any one shape."""
        if np.iscomplexobj(x) or np.iscomplexobj(y):
            raise TypeError("a loss of real parameters")
        points = zip(np.ravel(x).tolist(), np.ravel(y).tolist(), strict=True)
        losses = [self._at(*point) for point in points]
        # Differences have to know how precise the losses are.
        return np.array(losses, dtype=self._kind).reshape(np.shape(x))

    def of(self, theta: Array) -> float:
        """Return the loss of all parameters, (k,), NaN where one of them is not finite."""
        if not np.isfinite(theta).all():
            return math.nan
        found = call("planes: loss(parameters)", self._loss, theta)
        number = one_number(found)
        if number is None:
            raise InvalidInput(
                f"planes: loss(parameters) returned {short(found)}; it must return one number"
            )
        if str(getattr(found, "dtype", "")).rpartition(".")[2] in ("float32", "float16"):
            self._kind = np.float32
        return number

    def grid(self, bounds: Bounds, nx: int, ny: int) -> Array:
        """Return the loss (ny, nx) on a regular grid, a spline through LINES x LINES of it."""
        if bounds not in self._grids:
            x, y = (np.linspace(low, high, LINES) for low, high in bounds)
            points = [(a, b) for b in y.tolist() for a in x.tolist()]
            told = announced("the ground of a plane", points)
            losses = [self.of(self._theta(*point)) for point in told]
            self._grids[bounds] = np.reshape(losses, (LINES, LINES))
        z = self._grids[bounds]
        return resampled(z, nx, ny) if np.isfinite(z).all() else _between(z, nx, ny)

    def _at(self, x: float, y: float) -> float:
        if (x, y) not in self._known:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._known[x, y] = self.of(self._theta(x, y))
        return self._known[x, y]

    def _theta(self, x: float, y: float) -> Array:
        first, second = self._directions
        return np.asarray(self._center + x * first + y * second)


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


def _between(z: Array, nx: int, ny: int) -> Array:
    """Return a grid with other lines, straight between those there are; NaN beside a NaN."""
    rows, columns = len(z), len(z[0])
    (i, v), (j, u) = (_places(count, wanted) for count, wanted in ((rows, ny), (columns, nx)))
    upper = z[i][:, j] * (1 - u) + z[i][:, j + 1] * u
    lower = z[i + 1][:, j] * (1 - u) + z[i + 1][:, j + 1] * u
    return np.asarray(upper * (1 - v[:, None]) + lower * v[:, None])


def _places(count: int, wanted: int) -> tuple[Any, Array]:
    at = np.linspace(0, count - 1, wanted)
    left = np.minimum(at.astype(int), count - 2)
    return left, at - left
