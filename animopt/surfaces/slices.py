"""slice_of: two dimensions of a loss of many parameters, as a surface."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from animopt.checks import check_whole
from animopt.errors import InvalidInput, check_keywords, short
from animopt.notes import note
from animopt.surfaces.cuts import Cut, cut_of
from animopt.surfaces.kept import LINES, KeptGrid, Progress
from animopt.surfaces.surface import Surface
from animopt.surfaces.whole import Whole, whole_of
from animopt.typing import Array, Bounds, Function, Points

# What may be said of the surface besides.
_SETTINGS = ("name", "bounds", "minima", "saddles", "start", "formula", "source")
# So many values and slopes are remembered, since panels and replays ask for a path again.
_REMEMBERED = 100_000
# Where second differences of a wide and of a narrow step, in parts of the bounds, are farther apart
# than this part of them, the loss is not smooth.
_WIDE, _NARROW, _SMOOTH = 1e-2, 1e-4, 0.1


def slice_of(
    loss: Function,
    center: Any = None,
    directions: Any = "random",
    *,
    gradient: Function | None = None,
    seed: int = 0,
    lines: int = LINES,
    progress: Progress | None = None,
    **settings: Any,
) -> Surface:
    """Return the surface of a loss of many parameters on a plane through the center.

    Descent on it is descent *in* the slice: all other parameters stay where they are. Paths use
    exact values; the ground is drawn from a grid that is evaluated once, kept, and interpolated
    by a bicubic spline. The gradient is autograd's for torch, the given one, or differences.

    Args:
        loss: a function of the parameters, laid out like the center; or, for a torch module, of
            the module, or a closure over it that takes nothing.
        center: an array of any shape, a dict of arrays by name, a torch tensor or module.
        directions: two coordinates, by their numbers in the flat array or by names such as
            ("0.weight[7, 12]", "0.bias[7]"): x and y are the values of these parameters; or two
            vectors u and v, laid out like the center: the loss is that at center + x u + y v; or
            "random": two of those, filter-normalized.
        gradient: the gradient of the loss, laid out like the center.
        seed: that of the random directions.
        lines: the number of lines of the grid, each way.
        progress: called with how many points of the grid are done, and of how many; by default a
            note says so where it takes long.
        settings: keywords of Surface: name, bounds, minima, saddles, start, formula, source. The
            bounds are by default 1 to each side of the center.

    Raises:
        InvalidInput: an argument is none of that, or the loss is not the same each time.

    Source of the filter-normalized directions, d_ij <- d_ij |theta_ij| / (|d_ij| + 1e-10) for each
    row of weights, and 0 for biases: Li, Xu, Taylor, Studer and Goldstein, "Visualizing the loss
    landscape of neural nets" (2018).

    >>> bowl = slice_of(lambda theta: (theta**2).sum(), [3.0, 1.0, 2.0], (0, 2))
    >>> bowl.value([0.0, 0.0]), bowl.bounds
    (array(1.), ((2.0, 4.0), (1.0, 3.0)))
    """
    check_keywords("slice_of", settings, [*_SETTINGS, "gradient", "seed", "lines", "progress"])
    _check_progress(progress)
    whole = whole_of(loss, center, gradient)
    cut = cut_of(whole, directions, check_whole("seed", seed, 0))
    return Slice(whole, cut, check_whole("lines", lines, 4), progress, settings)


class Slice(Surface):
    """A plane through the space of many parameters, with the loss as its height.

    Attributes:
        cut: the plane.
        axes: what x and y are.
        aside: what is said beside the name of x.
        caption: what stands below a picture whose axes have no names.
    """

    def __init__(
        self,
        whole: Whole,
        cut: Cut,
        lines: int,
        progress: Progress | None,
        settings: dict[str, Any],
    ) -> None:
        x, y = cut.middle
        settings = {"bounds": ((x - 1, x + 1), (y - 1, y + 1)), "name": whole.name} | settings
        settings["name"] = f"{settings['name']}, descent in the slice"
        gradient = self._gradient if whole.exact else None
        # A gradient that was written by hand is checked; autograd's need not be.
        super().__init__(self._loss, gradient=gradient, check=whole.by_hand, **settings)
        self.cut, self.axes, self.aside = cut, cut.names, "descent in the slice"
        self.caption = f"descent in the slice of {cut.names[0]} and {cut.names[1]}"
        self._whole = whole
        self._kept = KeptGrid(self._height, f"the ground of {self.name!r}", lines, progress)
        self._memo: dict[Any, Any] = {}
        self._asked_for_bends = False
        # Whether the complex step is exact takes some 50 000 evaluations to find out.
        self._derivatives.differences = True

    @property
    def expensive(self) -> bool:
        """Yes: every point is a pass over all parameters."""
        return True

    def parameters(self, point: Sequence[float]) -> Array:
        """Return all parameters at a point of the plane, flat and laid out like the center."""
        x, y = point
        return self.cut.at(float(x), float(y))

    def grid(self, nx: int, ny: int, bounds: Bounds | None = None) -> tuple[Array, Array, Array]:
        """Return x (nx,), y (ny,) and z (ny, nx), from a spline through a grid that is kept."""
        bounds = bounds or self.bounds
        x, y = (np.linspace(*side, n) for side, n in zip(bounds, (nx, ny), strict=True))
        return x, y, self._kept(nx, ny, bounds, self.bounds)

    def hessian(self, points: Any) -> Array:
        """Return differences of the gradient at each point; of a loss with kinks, with a note."""
        if not self._asked_for_bends:
            self._asked_for_bends = True
            if self._has_kinks(np.reshape(np.asarray(points, dtype=np.float64), (-1, 2))[:3]):
                note(
                    f"surface {self.name!r} has kinks, as a network with ReLU does: its curvature "
                    "sits in them, so its Hessian is misleading; with tanh it would not be"
                )
        return super().hessian(points)

    def _has_kinks(self, points: Points) -> bool:
        """Return whether differences of the gradient depend on how wide they are."""
        if self._whole.kinked is not None:
            return self._whole.kinked
        found = []
        x, y = points.T.copy()
        for part in (_WIDE, _NARROW):
            hx, hy = (np.full(len(points), part * (high - low)) for low, high in self.bounds)
            with np.errstate(all="ignore"):
                found.append(self._derivatives.bends(self._slopes, x, y, hx, hy))
        apart, size = np.abs(found[0] - found[1]).max(), np.abs(found[0]).max()
        return bool(apart > _SMOOTH * size)

    def _loss(self, x: Any, y: Any) -> Any:
        """Return the loss at each point, evaluated one by one and remembered."""
        return self._each(self._whole.value, x, y, ())

    def _gradient(self, x: Any, y: Any) -> Any:
        """Return the slopes along the two directions at each point."""

        def along(theta: Array) -> Array:
            slopes: Array = self.cut.axes @ self._whole.slope(theta)
            return slopes

        return np.moveaxis(self._each(along, x, y, (2,)), -1, 0)

    def _height(self, x: float, y: float) -> float:
        loss: float = self._whole.value(self.cut.at(x, y))
        return loss

    def _each(self, ask: Callable[[Array], Any], x: Any, y: Any, parts: tuple[int, ...]) -> Any:
        """Return what a function of the parameters says at each point, NaN far beyond."""
        if len(self._memo) > _REMEMBERED:
            self._memo.clear()
        found = []
        for point in zip(np.ravel(x).tolist(), np.ravel(y).tolist(), strict=True):
            key = (parts, point)
            if key not in self._memo:
                beyond = not all(map(math.isfinite, point))
                self._memo[key] = np.full(parts, np.nan) if beyond else ask(self.cut.at(*point))
            found.append(self._memo[key])
        return np.array(found).reshape(*np.shape(x), *parts)


def _check_progress(given: Any) -> None:
    if given is not None and not callable(given):
        raise InvalidInput(
            f"slice_of(progress={short(given)}): give a function of how many points are done, and "
            "of how many"
        )
