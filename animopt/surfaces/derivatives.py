"""Derivatives that are not given: the complex step where it is exact, differences elsewhere."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cached_property
from typing import TypeAlias

import numpy as np

from animopt.surfaces.calling import Caller
from animopt.typing import Array, Bounds

Slopes: TypeAlias = Callable[[Array, Array], Array]
"""A gradient: x (n,) and y (n,) -> (n, 2)."""

_COMPLEX_STEP = 1e-20
# The steps of differences, as powers of the precision of f. Differences of a gradient that is
# itself a difference are noisier and need a wider step.
DIFFERENCE, SECOND_DIFFERENCE = 1 / 3, 1 / 4
# The complex step is checked at so many points in and around the bounds, and far from their centre,
# up to so many times their width.
_PROBES, _FAR = 4096, (5, 50, 5e3)


class Derivatives:
    """The gradient and the Hessian of a function that is given by its values.

    The gradient of an analytic f is the complex step Im f(x + ih, y) / h with h = 1e-20; elsewhere,
    and for a function that takes no arrays, central differences are used. A Hessian is made of
    central differences of a gradient. ``f`` is asked for n points at a time. Where it is slow,
    ``differences`` says that the complex step is not to be tried.
    """

    def __init__(self, f: Caller, bounds: Bounds) -> None:
        self._f, self._bounds = f, bounds
        self.differences = False
        self._scale = [min(1.0, high - low) for low, high in bounds]

    @property
    def precision(self) -> float:
        """The relative precision of the values of f, which may be computed in float32."""
        return self._f.plan.precision

    def gradient(self, x: Array, y: Array) -> Array:
        """Return (df/dx, df/dy) at each point, (n, 2)."""
        if not self.exact:
            return self.central(x, y, *self.spacing(x, y, self.precision**DIFFERENCE))
        return self._complex_step(x, y)

    def hessian(self, x: Array, y: Array, given: Slopes | None) -> Array:
        """Return the second derivatives at each point, (n, 2, 2), from a given gradient if any."""
        exact = given is not None or self.exact
        power = DIFFERENCE if exact else SECOND_DIFFERENCE
        hx, hy = self.spacing(x, y, self.precision**power)
        return self.bends(given or self.gradient, x, y, hx, hy)

    def central(self, x: Array, y: Array, hx: Array, hy: Array) -> Array:
        """Return the gradient by central differences with these steps, (n, 2)."""
        z = self._f(*neighbours(x, y, hx, hy)).reshape(4, -1)
        out = np.empty((x.size, 2))
        out[:, 0] = (z[0] - z[1]) / (2 * hx)
        out[:, 1] = (z[2] - z[3]) / (2 * hy)
        return out

    def bends(self, slopes: Slopes, x: Array, y: Array, hx: Array, hy: Array) -> Array:
        """Return the symmetric Hessian by central differences of a gradient, (n, 2, 2)."""
        g = slopes(*neighbours(x, y, hx, hy)).reshape(4, -1, 2)
        matrix = np.empty((x.size, 2, 2))
        matrix[:, 0] = (g[0] - g[1]) / (2 * hx[:, None])
        matrix[:, 1] = (g[2] - g[3]) / (2 * hy[:, None])
        symmetric: Array = (matrix + np.swapaxes(matrix, -1, -2)) / 2
        return symmetric

    def spacing(self, x: Array, y: Array, step: float) -> tuple[Array, Array]:
        """Return the steps of differences: a fraction of |x| and |y|, of 1 or of narrow bounds."""
        least_x, least_y = self._scale
        return step * np.maximum(least_x, np.abs(x)), step * np.maximum(least_y, np.abs(y))

    def _complex_step(self, x: Array, y: Array) -> Array:
        n, step = x.size, 1j * _COMPLEX_STEP
        z = self._f.raw(np.concatenate([x + step, x + 0j]), np.concatenate([y + 0j, y + step]))
        z = np.asarray(z)
        slopes = z.imag if z.ndim == 0 else z.reshape(2, n).imag.T
        out: Array = np.empty((n, 2))
        np.divide(slopes, _COMPLEX_STEP, out=out)
        return out

    @cached_property
    def exact(self) -> bool:
        """Whether the complex step agrees with central differences, as far as those can tell."""
        if self.differences or not self._f.takes_arrays:
            return False
        low, high = np.array(self._bounds).T
        points = _probes(low, high)
        x, y = points.T.copy()
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            try:
                slopes = self._complex_step(*points.T.copy())
            except Exception:  # f may refuse complex numbers.
                return False
            value = self._f(*points.T.copy())
            # Far away the steps stay those of the bounds, which resolve as fine a detail.
            edges = np.clip(points, 2 * low - high, 2 * high - low)
            hx, hy = self.spacing(edges[:, 0], edges[:, 1], self.precision**DIFFERENCE)
            narrow = self.central(x, y, hx, hy)
            wide = self.central(x, y, 2 * hx, 2 * hy)
            noise = self.precision * np.abs(value)[:, None] / np.stack([hx, hy], axis=-1)
            error = np.abs(narrow - wide)
            allowed = 10 * error + 100 * noise + 1e-6 * np.abs(narrow) + 1e-12
            differs = np.isfinite(allowed) & ~(np.abs(slopes - narrow) <= allowed)
            # A complex root or logarithm is finite where the real one is NaN.
            beyond = np.isnan(value)[:, None] & np.isfinite(slopes)
            # Far away f may overflow, or swing too fast for differences, which then mean nothing.
            telling = differs & np.isfinite(slopes) & (error <= 1e-3 * np.abs(narrow))
        near = (differs | beyond)[:_PROBES]
        return not near.any() and bool(telling[_PROBES:].mean() < 0.01)


def neighbours(x: Array, y: Array, hx: Array, hy: Array) -> tuple[Array, Array]:
    """Return x and y of the points right, left, above and below, one after the other, (4 n,)."""
    return np.concatenate([x + hx, x - hx, x, x]), np.concatenate([y, y, y + hy, y - hy])


def _probes(low: Array, high: Array) -> Array:
    rng, width = np.random.default_rng(0), high - low
    inside = rng.uniform(low, high, (_PROBES // 2, 2))
    around = rng.uniform(low - width, high + width, (_PROBES // 2, 2))
    far = [low + width / 2 + r * width * rng.uniform(-1, 1, (256, 2)) for r in _FAR]
    return np.concatenate([inside, around, *far])
