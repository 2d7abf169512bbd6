"""Paper: a surface without ground, for runs whose loss is known along their paths alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import numpy as np

from animopt.surfaces.surface import Surface
from animopt.typing import Array, Bounds, Points

# The room around the paths, as a part of their extent, and the extent of a single point.
_MARGIN, _LEAST = 0.08, 1e-6


class Paper(Surface):
    """A plane without heights: its value is NaN everywhere, and nothing is drawn below the paths.

    Args:
        bounds: the part of the plane that is shown; None: what holds the runs of the scene.
        name: the surface's name.
    """

    def __init__(self, bounds: Bounds | None = None, *, name: str = "paper") -> None:
        super().__init__(_nothing, name=name, bounds=bounds or ((-1.0, 1.0), (-1.0, 1.0)))
        self.fits_runs = bounds is None

    @property
    def has_ground(self) -> bool:
        """No: there is nothing to draw."""
        return False

    def around(self, runs: Iterable[Any]) -> Self:
        """Return the paper with bounds that hold the runs."""
        fitted = type(self)(bounds_of(paths_of(run.on(self) for run in runs)), name=self.name)
        fitted.fits_runs = True
        return fitted

    def value(self, points: Any) -> Array:
        """Return NaN for each point: (..., 2) -> (...)."""
        return np.full(np.shape(points)[:-1], np.nan)

    def gradient(self, points: Any) -> Points:
        """Return NaN for each point: (..., 2) -> (..., 2)."""
        return np.full(np.shape(points), np.nan)

    def hessian(self, points: Any) -> Array:
        """Return NaN for each point: (..., 2) -> (..., 2, 2)."""
        return np.full((*np.shape(points), 2), np.nan)

    def grid(self, nx: int, ny: int, bounds: Bounds | None = None) -> tuple[Array, Array, Array]:
        """Return x (nx,), y (ny,) and NaN (ny, nx) on a regular grid over the bounds."""
        (x0, x1), (y0, y1) = bounds or self.bounds
        return np.linspace(x0, x1, nx), np.linspace(y0, y1, ny), np.full((ny, nx), np.nan)


def paths_of(runs: Iterable[Any]) -> list[Points]:
    """Return the paths that a picture should hold: of one that diverges, the beginning."""
    paths = []
    for run in runs:
        for path, ending in zip(run.paths, run.endings, strict=True):
            diverged = ending.kind == "diverged"
            paths.append(path[: max(1, run.index(ending.step) // 3)] if diverged else path)
    return paths


def bounds_of(paths: Iterable[Points]) -> Bounds:
    """Return bounds that hold paths (..., 2) with a margin; without any point, those of Paper.

    >>> bounds_of([np.array([(0.0, 0.0), (10.0, 5.0)])])
    ((-0.8, 10.8), (-0.4, 5.4))
    """
    points = np.concatenate([np.reshape(each, (-1, 2)) for each in (*paths, np.empty((0, 2)))])
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return (-1.0, 1.0), (-1.0, 1.0)
    low, high = points.min(axis=0), points.max(axis=0)
    widths = high - low
    # A path along an axis has room beside it, and so has a single point.
    least = max(float(widths.max()) / 4, _LEAST * max(1.0, float(np.abs(points).max())))
    room = np.where(widths < least, (least - widths) / 2, 0) + _MARGIN * np.maximum(widths, least)
    (x0, y0), (x1, y1) = (low - room).tolist(), (high + room).tolist()
    return (x0, x1), (y0, y1)


def _nothing(x: Any, y: Any) -> Any:
    return np.full(np.shape(x), np.nan)
