"""Ground: a loss of all parameters on a plane: a grid that is evaluated once, and single points."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from animopt.errors import InvalidInput, call, short
from animopt.runs.parameters import one_number
from animopt.surfaces.kept import KeptGrid
from animopt.typing import Array

# So many losses are remembered, since panels and replays ask for a path again.
_REMEMBERED = 100_000


class Ground:
    """The loss at points center + x d1 + y d2; it is asked for one at a time, and each once.

    Attributes:
        grid: the loss on regular grids.
    """

    def __init__(self, loss: Callable[[Array], Any], center: Array, directions: Array) -> None:
        self._loss, self._center, self._directions = loss, center, directions
        self._kind: type[np.floating[Any]] = np.float64  # of the losses
        self._known: dict[tuple[float, float], float] = {}
        self.grid = KeptGrid(self._height, "the ground of a plane")

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

    def _height(self, x: float, y: float) -> float:
        return self.of(self._theta(x, y))

    def _at(self, x: float, y: float) -> float:
        if (x, y) not in self._known:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._known[x, y] = self._height(x, y)
        return self._known[x, y]

    def _theta(self, x: float, y: float) -> Array:
        first, second = self._directions
        return np.asarray(self._center + x * first + y * second)
