"""Grids of a function that is asked point by point: each point once, or a spline where it fits."""

from __future__ import annotations

import numpy as np

from animopt.surfaces.calling import Caller
from animopt.typing import Array, Bounds

# A grid that would take longer, in seconds, is interpolated between fewer lines if that is exact
# to a fraction of the heights: no colour and no line of a picture shows it.
_PATIENCE, _EXACT = 0.5, 1e-5
# So many lines each way are tried, each every second one of the next.
_LINES = (25, 49, 97)
# How many grids are remembered.
_REMEMBERED = 50


class Grids:
    """The values of a function on regular grids; every point is asked for once."""

    def __init__(self, f: Caller) -> None:
        self._f = f
        self._known: dict[tuple[Bounds, int, int], Array] = {}

    def __call__(self, bounds: Bounds, nx: int, ny: int) -> Array:
        """Return the values (ny, nx) on a grid over the bounds."""
        key = (bounds, nx, ny)
        if key not in self._known:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            slow = nx * ny * self._f.seconds > _PATIENCE
            z = self._spline(bounds, nx, ny) if slow else None
            self._known[key] = self._asked(bounds, nx, ny) if z is None else z
        return self._known[key].copy()

    def _asked(self, bounds: Bounds, nx: int, ny: int) -> Array:
        (x0, x1), (y0, y1) = bounds
        x, y = np.meshgrid(np.linspace(x0, x1, nx), np.linspace(y0, y1, ny))
        return self._f.each(x.ravel(), y.ravel(), remember=False).reshape(ny, nx)

    def _spline(self, bounds: Bounds, nx: int, ny: int) -> Array | None:
        """Return the grid from one of fewer lines, or None where that is not smooth enough."""
        coarse: Array | None = None
        for count in _LINES:
            if count**2 * 2 > nx * ny:
                return None
            z = self._refined(bounds, count, coarse)
            if not np.isfinite(z).all():
                return None
            if coarse is not None:
                error = np.abs(resampled(coarse, count, count) - z).max()
                if error <= _EXACT * np.ptp(z):
                    return resampled(z, nx, ny)
            coarse = z
        return None

    def _refined(self, bounds: Bounds, count: int, coarse: Array | None) -> Array:
        """Return a grid of so many lines, every second of which is known."""
        key = (bounds, count, count)
        if key not in self._known:
            (x0, x1), (y0, y1) = bounds
            x, y = np.meshgrid(np.linspace(x0, x1, count), np.linspace(y0, y1, count))
            z = np.full((count, count), np.nan)
            new = np.ones(z.shape, bool)
            if coarse is not None:
                z[::2, ::2], new[::2, ::2] = coarse, False
            z[new] = self._f.each(x[new], y[new], remember=False)
            self._known[key] = z
        return self._known[key]


def resampled(z: Array, nx: int, ny: int) -> Array:
    """Return a grid with another number of lines over the same bounds, by cubic splines.

    >>> x = np.linspace(0, 1, 5)
    >>> cubes = resampled(np.add.outer(x**3, x), 9, 9)
    >>> bool(np.allclose(cubes, np.add.outer(np.linspace(0, 1, 9) ** 3, np.linspace(0, 1, 9))))
    True
    """
    rows, columns = np.shape(z)
    return between(z, np.linspace(0, columns - 1, nx), np.linspace(0, rows - 1, ny))


def between(z: Array, x: Array, y: Array) -> Array:
    """Return a grid (ny, nx) at other places of the same bounds, counted in lines from the first.

    The bicubic spline is that of ``scipy.interpolate.RectBivariateSpline`` without smoothing.
    """
    rows, columns = np.shape(z)
    fine: Array = _weights(rows, y) @ z @ _weights(columns, x).T
    return fine


def _weights(count: int, t: Array) -> Array:
    """Return the matrix (places, count) of the cubic spline through knots at 0, 1, ..., count - 1.

    Its third derivative is continuous at the second knot and the last but one ("not-a-knot").
    """
    identity = np.eye(count)
    system = np.diag(np.full(count, 4.0)) + np.eye(count, k=1) + np.eye(count, k=-1)
    right = 6 * (np.eye(count, k=1) + np.eye(count, k=-1) - 2 * identity)
    for row, near in ((0, (0, 1, 2)), (count - 1, (count - 1, count - 2, count - 3))):
        system[row], right[row] = 0, 0
        system[row, list(near)] = 1, -2, 1
    bends = np.linalg.solve(system, right)
    left = np.clip(t.astype(int), 0, count - 2)
    b = (t - left)[:, None]
    a = 1 - b
    cubic = (a**3 - a) * bends[left] + (b**3 - b) * bends[left + 1]
    weights: Array = a * identity[left] + b * identity[left + 1] + cubic / 6
    return weights
