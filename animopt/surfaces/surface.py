"""Surface: a function of two variables, with the derivatives that optimizers need."""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence, Sized
from functools import cached_property, partial, wraps
from inspect import signature
from typing import Any, ParamSpec

import numpy as np

from animopt.errors import InvalidInput, Suggesting, call, check_keywords, short
from animopt.surfaces.frameworks import FromFrameworks
from animopt.typing import Array, Bounds, Function, Points

_COMPLEX_STEP = 1e-20
# The steps of differences, as powers of the precision of f. Differences of a gradient that is
# itself a difference are noisier and need a wider step.
_DIFFERENCE, _SECOND_DIFFERENCE = 1 / 3, 1 / 4
# The complex step is checked at so many points in and around the bounds, and far from their centre,
# up to so many times their width.
_PROBES, _FAR = 4096, (5, 50, 5e3)
# The width of the bounds: above this fraction of their magnitude, so that a grid resolves them, and
# between these two numbers.
_LEAST_RELATIVE_WIDTH, _LEAST_WIDTH, _GREATEST_WIDTH = 1e-11, 1e-200, 1e100
_RETURNS = {
    "gradient": "two arrays, (df/dx, df/dy)",
    "hessian": "((f_xx, f_xy), (f_yx, f_yy))",
}

# What Python and NumPy say where an array meets code that is written for one number.
_NEEDS_NUMBERS = ("converted to Python scalars", "truth value of an array")

P = ParamSpec("P")


class Surface(FromFrameworks, Suggesting):
    """A loss surface z = f(x, y).

    Derivatives that are not given are computed. The gradient of an analytic ``f`` is the complex
    step Im f(x + ih, y) / h with h = 1e-20, accurate to machine precision. It is checked once
    against central differences, on points in, around and far from the bounds; where ``f`` is
    not analytic (``abs``, comparisons) or refuses complex numbers, central differences are used.
    A Hessian that is not given is computed by central differences of the gradient.
    No method warns about overflow or NaN: a diverging run is data.

    Args:
        f: takes two NumPy arrays of the same shape and returns that shape (a scalar is broadcast).
        name: the surface's name; defaults to the function's own.
        bounds: ((x0, x1), (y0, y1)), the part of the plane that is shown.
        gradient: (x, y) -> (df/dx, df/dy).
        hessian: (x, y) -> ((f_xx, f_xy), (f_yx, f_yy)).
        minima: the points (x, y) to be found: the known global minima within the bounds, or the
            known local minima where f is unbounded below.
        saddles: the known saddle points.
        start: a sensible place to start from.
        formula: the function in mathtext, without the dollar signs; shown in lists and titles.
        source: where the function and its minima are published.

    Source of the complex step: Squire and Trapp, "Using complex variables to estimate
    derivatives of real functions", SIAM Review 40 (1998).

    >>> bowl = Surface(lambda x, y: x**2 + y**2)
    >>> bowl.gradient([3.0, 4.0])
    array([6., 8.])
    """

    def __init__(
        self,
        f: Function,
        *,
        name: str | None = None,
        bounds: Bounds = ((-2.0, 2.0), (-2.0, 2.0)),
        gradient: Function | None = None,
        hessian: Function | None = None,
        minima: Iterable[Sequence[float]] = (),
        saddles: Iterable[Sequence[float]] = (),
        start: Sequence[float] | None = None,
        formula: str | None = None,
        source: str | None = None,
    ) -> None:
        if not callable(f):
            raise InvalidInput(
                f"Surface(f): f is {short(f)}; give a function f(x, y) of two arrays"
            )
        given = getattr(f, "__name__", "f")
        self.f = f
        self.name = name or ("f" if given == "<lambda>" else given)
        self.bounds = check_bounds(bounds, f"Surface {self.name!r}")
        self._scale = [min(1.0, high - low) for low, high in self.bounds]
        self.minima = _points(minima, f"Surface {self.name!r}: minima")
        self.saddles = _points(saddles, f"Surface {self.name!r}: saddles")
        self.start = None if start is None else _points([start], f"Surface {self.name!r}: start")[0]
        self.formula = formula
        self.source = source
        self._recipe: Callable[[], Surface] | None = None
        given = {"gradient": gradient, "hessian": hessian}
        self._given = {what: function for what, function in given.items() if function is not None}
        for what, function in self._given.items():
            if not callable(function):
                raise InvalidInput(
                    f"Surface {self.name!r}: {what}={short(function)}; give a function of (x, y) "
                    f"that returns {_RETURNS[what]}"
                )

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Pickle a catalogue surface as the call that made it, since closures cannot be pickled."""
        return super().__reduce_ex__(protocol) if self._recipe is None else (self._recipe, ())

    def __repr__(self) -> str:
        return f"Surface({self.name!r}, bounds={self.bounds})"

    @cached_property
    def lowest(self) -> float | None:
        """The value at the lowest known minimum; None if no minimum is known."""
        return float(self.value(self.minima).min()) if self.minima else None

    def gap(self, values: Array) -> Array:
        """Return the values minus ``lowest``, or as they are if no minimum is known."""
        return values - (self.lowest or 0.0)

    def distances(self, points: Points) -> Array:
        """Return the distance from each point to each known minimum: (..., 2) -> (..., minima)."""
        minima: Array = np.reshape(self.minima, (-1, 2))
        return np.hypot(points[..., :1] - minima[:, 0], points[..., 1:] - minima[:, 1])

    def value(self, points: Any) -> Array:
        """Return f at each point: (..., 2) -> (...)."""
        with np.errstate(all="ignore"):
            return self._f(*_split(points))

    def gradient(self, points: Any) -> Points:
        """Return (df/dx, df/dy) at each point: (..., 2) -> (..., 2)."""
        x, y = _split(points)
        with np.errstate(all="ignore"):
            return self._stack(self._slopes(x, y), x, "gradient")

    def hessian(self, points: Any) -> Array:
        """Return the matrix of second derivatives at each point: (..., 2) -> (..., 2, 2)."""
        x, y = _split(points)
        with np.errstate(all="ignore"):
            given = self._checked.get("hessian")
            if given is None:
                return self._central_hessian(x, y)
            rows = self._pair(self._call("hessian", given, x, y), "hessian")
            return np.stack([self._stack(row, x, "hessian") for row in rows], axis=-2)

    def grid(self, nx: int, ny: int, bounds: Bounds | None = None) -> tuple[Array, Array, Array]:
        """Return x (nx,), y (ny,) and z (ny, nx) on a regular grid over the bounds."""
        (x0, x1), (y0, y1) = bounds or self.bounds
        x, y = np.linspace(x0, x1, nx), np.linspace(y0, y1, ny)
        with np.errstate(all="ignore"):
            z = self._f(*np.meshgrid(x, y))
        return x, y, z

    def _f(self, x: Array, y: Array) -> Array:
        z = self._call("f", self.f, x, y)
        if np.ndim(z) == 0 and x.size > 1:
            self._check_constant(z, x, y)
        return self._real(z, x, "f")

    def _check_constant(self, z: Any, x: Array, y: Array) -> None:
        """Refuse one number for many points, unless each of them has that number by itself."""
        ends = [(x.ravel()[i], y.ravel()[i]) for i in (0, -1)]
        alone = [self._real(self._call("f", self.f, *point), point[0], "f") for point in ends]
        if not np.array_equal(alone, [z, z], equal_nan=True):
            raise InvalidInput(
                f"surface {self.name!r}: f(x, y) returned one number for {x.size} points; return "
                "one for each point, without sum() or mean()"
            )

    def _call(self, what: str, function: Function, x: Array, y: Array) -> Any:
        who = f"surface {self.name!r}: {what}(x, y)"
        try:
            return call(who, function, x, y)
        except (TypeError, ValueError) as error:
            if not any(words in str(error) for words in _NEEDS_NUMBERS):
                raise
            raise InvalidInput(
                f"{who} is given arrays, which math.sin, if and max do not take; use np.sin, "
                "np.where and np.maximum"
            ) from error

    def _real(self, z: Any, x: Array, what: str) -> Array:
        """Return z as floats of the shape of x, or raise InvalidInput."""
        if type(z) is np.ndarray and z.dtype == np.float64 and z.shape == x.shape:
            return z  # the usual case, and met in every step
        z = np.asarray(z)
        if z.dtype.kind not in "fiub":
            kind = "complex numbers" if z.dtype.kind == "c" else f"values of type {z.dtype}"
            raise InvalidInput(
                f"surface {self.name!r}: {what}(x, y) returned {kind}; it must return real numbers"
            )
        if z.shape == ():
            return np.full(x.shape, z, dtype=np.float64)
        if z.shape != x.shape:
            raise InvalidInput(
                f"surface {self.name!r}: {what}(x, y) returned shape {z.shape} for x and y of "
                f"shape {x.shape}; it must return the shape of x, so use elementwise NumPy "
                "operations"
            )
        return np.asarray(z, dtype=np.float64)

    def _pair(self, parts: Any, what: str) -> tuple[Any, Any]:
        try:
            first, second = parts
        except (TypeError, ValueError):
            has_parts = isinstance(parts, Sized) and np.iterable(parts)
            given = f"{len(parts)} parts" if has_parts else short(parts)
            raise InvalidInput(
                f"surface {self.name!r}: {what}(x, y) returned {given}; "
                f"it must return {_RETURNS[what]}"
            ) from None
        return first, second

    def _stack(self, parts: Any, x: Array, what: str) -> Array:
        first, second = self._pair(parts, what)
        out = np.empty((*x.shape, 2))
        out[..., 0] = self._real(first, x, what)
        out[..., 1] = self._real(second, x, what)
        return out

    def _slopes(self, x: Array, y: Array) -> Any:
        """Return (df/dx, df/dy), given or computed."""
        given = self._checked.get("gradient")
        if given is not None:
            return self._call("gradient", given, x, y)
        if self._analytic:
            return self._complex_step(x, y)
        return self._central(x, y, *self._spacing(x, y, _DIFFERENCE))

    @cached_property
    def _checked(self) -> dict[str, Function]:
        """The given derivatives, tried at three points: of two, an axis may pass for the parts."""
        x, y = (np.linspace(*ends, 5)[1:4] for ends in self.bounds)
        for what, function in self._given.items():
            parts = self._pair(self._call(what, function, x, y), what)
            for row in parts if what == "hessian" else [parts]:
                self._stack(row, x, what)
        return self._given

    def _complex_step(self, x: Array, y: Array) -> tuple[Array, Array]:
        step = 1j * _COMPLEX_STEP
        z = np.asarray(self.f(np.stack([x + step, x + 0j]), np.stack([y + 0j, y + step])))
        z = np.broadcast_to(z, (2, *x.shape))
        return z[0].imag / _COMPLEX_STEP, z[1].imag / _COMPLEX_STEP

    @cached_property
    def _precision(self) -> float:
        """The relative precision of the values of f, which may be computed in float32."""
        centre = np.mean(self.bounds, axis=1, keepdims=True)
        kind = np.asarray(self._call("f", self.f, *centre)).dtype
        return max(float(np.finfo(kind if kind.kind == "f" else float).eps), sys.float_info.epsilon)

    def _spacing(self, x: Array, y: Array, power: float) -> tuple[Array, Array]:
        """Return the steps of differences: a fraction of |x| and |y|, of 1 or of narrow bounds."""
        step = self._precision**power
        least_x, least_y = self._scale
        return step * np.maximum(least_x, np.abs(x)), step * np.maximum(least_y, np.abs(y))

    def _central(self, x: Array, y: Array, hx: Array, hy: Array) -> tuple[Array, Array]:
        z = self._f(*_neighbours(x, y, hx, hy))
        return (z[0] - z[1]) / (2 * hx), (z[2] - z[3]) / (2 * hy)

    def _central_hessian(self, x: Array, y: Array) -> Array:
        exact = "gradient" in self._checked or self._analytic
        hx, hy = self._spacing(x, y, _DIFFERENCE if exact else _SECOND_DIFFERENCE)
        xs, ys = _neighbours(x, y, hx, hy)
        g = self._stack(self._slopes(xs, ys), xs, "gradient")
        by_x, by_y = (g[0] - g[1]) / (2 * hx[..., None]), (g[2] - g[3]) / (2 * hy[..., None])
        matrix: Array = np.stack([by_x, by_y], axis=-2)
        return (matrix + np.swapaxes(matrix, -1, -2)) / 2

    @cached_property
    def _analytic(self) -> bool:
        """Whether the complex step agrees with central differences, as far as those can tell."""
        rng = np.random.default_rng(0)
        low, high = np.array(self.bounds).T
        width = high - low
        inside = rng.uniform(low, high, (_PROBES // 2, 2))
        around = rng.uniform(low - width, high + width, (_PROBES // 2, 2))
        far = [low + width / 2 + r * width * rng.uniform(-1, 1, (256, 2)) for r in _FAR]
        x, y = _split(np.concatenate([inside, around, *far]))
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            try:
                slopes = np.stack(self._complex_step(x, y))
            except Exception:  # f may refuse complex numbers.
                return False
            value = self._f(x, y)
            # Far away the steps stay those of the bounds, which resolve as fine a detail.
            edges = _split(np.clip(np.stack([x, y], axis=-1), low - width, high + width))
            hx, hy = self._spacing(*edges, _DIFFERENCE)
            narrow = np.stack(self._central(x, y, hx, hy))
            wide = np.stack(self._central(x, y, 2 * hx, 2 * hy))
            noise = self._precision * np.abs(value) / np.stack([hx, hy])
            error = np.abs(narrow - wide)
            allowed = 10 * error + 100 * noise + 1e-6 * np.abs(narrow) + 1e-12
            differs = np.isfinite(allowed) & ~(np.abs(slopes - narrow) <= allowed)
            # A complex root or logarithm is finite where the real one is NaN.
            beyond = np.isnan(value) & np.isfinite(slopes)
            # Far away f may overflow, or swing too fast for differences, which then mean nothing.
            telling = differs & np.isfinite(slopes) & (error <= 1e-3 * np.abs(narrow))
        near = (differs | beyond)[:, :_PROBES]
        return not near.any() and bool(telling[:, _PROBES:].mean() < 0.01)


def picklable(factory: Callable[P, Surface]) -> Callable[P, Surface]:
    """Make the surfaces of a factory picklable: each is pickled as the call that made it.

    An unknown keyword meets the closest one that there is.

    >>> import pickle
    >>> from animopt import surfaces
    >>> pickle.loads(pickle.dumps(surfaces.bowl(a=3))).value([1, 0])
    array(3.)
    """

    known = signature(factory).parameters

    @wraps(factory)
    def make(*args: P.args, **kwargs: P.kwargs) -> Surface:
        check_keywords(factory.__name__, kwargs, known)
        surface = factory(*args, **kwargs)
        surface._recipe = partial(make, *args, **kwargs)
        return surface

    return make


def check_bounds(bounds: Any, who: str) -> Bounds:
    """Return ((x0, x1), (y0, y1)) as floats, or raise InvalidInput naming the caller."""
    try:
        (x0, x1), (y0, y1) = ((float(low), float(high)) for low, high in bounds)
    except (TypeError, ValueError):
        raise InvalidInput(f"{who}: bounds={short(bounds)} is not ((x0, x1), (y0, y1))") from None
    if not (all(map(math.isfinite, (x0, x1, y0, y1))) and x0 < x1 and y0 < y1):
        raise InvalidInput(
            f"{who}: bounds={short(bounds)} must be finite, with x0 < x1 and y0 < y1"
        )
    for low, high in ((x0, x1), (y0, y1)):
        least = max(_LEAST_RELATIVE_WIDTH * max(abs(low), abs(high)), _LEAST_WIDTH)
        if not least < high - low < _GREATEST_WIDTH:
            raise InvalidInput(
                f"{who}: bounds={short(bounds)}: floating-point numbers cannot resolve {low:g} to "
                f"{high:g}; shift or scale the function so that x and y have moderate values"
            )
    return (x0, x1), (y0, y1)


def _points(points: Any, who: str) -> tuple[tuple[float, float], ...]:
    try:
        return tuple((float(x), float(y)) for x, y in points)
    except (TypeError, ValueError):
        raise InvalidInput(f"{who}: {short(points)} is not a list of points (x, y)") from None


def _split(points: Any) -> tuple[Array, Array]:
    try:
        points = np.asarray(points, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidInput(f"points are {short(points)}; give an array of shape (..., 2)") from None
    if points.shape[-1:] != (2,):
        raise InvalidInput(f"points have shape {points.shape}; the last axis must be (x, y)")
    # Contiguous, so that a point is computed by the same vector instructions alone and in a batch.
    return points[..., 0].copy(), points[..., 1].copy()


def _neighbours(x: Array, y: Array, hx: Array, hy: Array) -> tuple[Array, Array]:
    """Return x and y of the points right, left, above and below, each (4, ...)."""
    return np.stack([x + hx, x - hx, x, x]), np.stack([y, y, y + hy, y - hy])
