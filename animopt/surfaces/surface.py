"""Surface: a function of two variables, with the derivatives that optimizers need."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial, wraps
from inspect import signature
from typing import Any, ParamSpec

import numpy as np

from animopt.checks import check_line
from animopt.errors import InvalidInput, Suggesting, check_arguments, check_keywords, short
from animopt.surfaces.calling import Caller
from animopt.surfaces.checking import check_derivative
from animopt.surfaces.derivatives import Derivatives, Slopes
from animopt.surfaces.frameworks import FromFrameworks
from animopt.surfaces.grids import Grids
from animopt.surfaces.results import RETURNS
from animopt.typing import Array, Bounds, Function, Points

# The width of the bounds: above this fraction of their magnitude, so that a grid resolves them, and
# between these two numbers.
# Where points are drawn, products of four coordinates occur.
_LEAST_RELATIVE_WIDTH, _LEAST_WIDTH, _GREATEST_WIDTH = 1e-11, 1e-60, 1e60

P = ParamSpec("P")

# The functions that ``picklable`` wraps.
_FACTORIES: list[Any] = []


class Surface(FromFrameworks, Suggesting):
    """A loss surface z = f(x, y).

    Derivatives that are not given are computed. The gradient of an analytic ``f`` is the complex
    step Im f(x + ih, y) / h with h = 1e-20, accurate to machine precision. It is checked once
    against central differences, on points in, around and far from the bounds; where ``f`` is
    not analytic (``abs``, comparisons) or refuses complex numbers, central differences are used.
    A Hessian that is not given is computed by central differences of the gradient.
    No method warns about overflow or NaN: a diverging run is data.

    Each function is called with arrays of points, x (n,) and y (n,), or with a vector of them,
    theta (2, n), if it takes one argument. When it is first called, three points are also asked
    for singly; if an array fails or disagrees, every point is asked for by itself, which is slower
    and noted. Real numbers may come back as anything that NumPy understands as such.

    Args:
        f: f(x, y) or f(theta), of arrays or of one point; further parameters need defaults.
        name: the surface's name; defaults to the function's own.
        bounds: ((x0, x1), (y0, y1)), the part of the plane that is shown.
        gradient: (x, y) or theta -> (df/dx, df/dy).
        hessian: (x, y) or theta -> ((f_xx, f_xy), (f_yx, f_yy)).
        minima: the points (x, y) to be found: the known global minima within the bounds, or the
            known local minima where f is unbounded below.
        saddles: the known saddle points.
        start: a sensible place to start from.
        formula: the function in mathtext, without the dollar signs; shown in lists and titles.
        source: where the function and its minima are published.
        check: compare a given gradient and Hessian with differences at a few points.

    Raises:
        InvalidInput: f cannot be called with a point, can be called in two ways, gives a point two
            values, or returns no real numbers; or differences contradict a given derivative.

    Source of the complex step: Squire and Trapp, "Using complex variables to estimate
    derivatives of real functions", SIAM Review 40 (1998).

    >>> bowl = Surface(lambda x, y: x**2 + y**2)
    >>> bowl.gradient([3.0, 4.0])
    array([6., 8.])
    >>> Surface(lambda theta: theta[0] ** 2 - theta[1] ** 2).value([[3.0, 1.0], [0.0, 2.0]])
    array([ 8., -4.])
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
        check: bool = True,
    ) -> None:
        _check_function(f)
        own = getattr(f, "__name__", "f").replace("<lambda>", "f")
        self.f = f
        given = own if name is None or (isinstance(name, str) and not name) else name
        self.name = check_line("Surface(name=...)", given)
        self.bounds = check_bounds(bounds, f"Surface {self.name!r}")
        self.minima = _points(minima, f"Surface {self.name!r}: minima")
        self.saddles = _points(saddles, f"Surface {self.name!r}: saddles")
        self.start = None if start is None else _points([start], f"Surface {self.name!r}: start")[0]
        self.formula = (
            None if formula is None else check_line(f"Surface {self.name!r}: formula", formula)
        )
        self.source = (
            None if source is None else check_line(f"Surface {self.name!r}: source", source)
        )
        self._recipe: Callable[[], Surface] | None = None
        self._check = check
        self._f = Caller(f, self.name, "f", self.bounds)
        self._derivatives = Derivatives(self._f, self.bounds)
        self._grids = Grids(self._f)
        self._given = {
            what: self._caller(what, function)
            for what, function in {"gradient": gradient, "hessian": hessian}.items()
            if function is not None
        }

    def _caller(self, what: str, function: Any) -> Caller:
        if not callable(function):
            raise InvalidInput(
                f"Surface {self.name!r}: {what}={short(function)}; give a function of (x, y) that "
                f"returns {RETURNS[what]}"
            )
        return Caller(function, self.name, what, self.bounds, leader=self._f)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Pickle a catalogue surface as the call that made it, since closures cannot be pickled."""
        return super().__reduce_ex__(protocol) if self._recipe is None else (self._recipe, ())

    def __repr__(self) -> str:
        return f"Surface({self.name!r}, bounds={self.bounds})"

    @property
    def has_ground(self) -> bool:
        """Whether there is something to draw; paths on paper, which has none, stand alone."""
        return True

    @property
    def expensive(self) -> bool:
        """Whether it is a loss of many parameters, too slow for many thousand points."""
        return False

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
        shape, x, y = _split(points)
        with np.errstate(all="ignore"):
            z = self._f(x, y)
        return z if len(shape) == 1 else z.reshape(shape)

    def gradient(self, points: Any) -> Points:
        """Return (df/dx, df/dy) at each point: (..., 2) -> (..., 2)."""
        shape, x, y = _split(points)
        with np.errstate(all="ignore"):
            slopes = self._slopes(x, y)
        return slopes if len(shape) == 1 else slopes.reshape(*shape, 2)

    def hessian(self, points: Any) -> Array:
        """Return the matrix of second derivatives at each point: (..., 2) -> (..., 2, 2)."""
        shape, x, y = _split(points)
        with np.errstate(all="ignore"):
            bends = self._bends(x, y)
        return bends if len(shape) == 1 else bends.reshape(*shape, 2, 2)

    def grid(self, nx: int, ny: int, bounds: Bounds | None = None) -> tuple[Array, Array, Array]:
        """Return x (nx,), y (ny,) and z (ny, nx) on a regular grid over the bounds."""
        (x0, x1), (y0, y1) = bounds = bounds or self.bounds
        x, y = np.linspace(x0, x1, nx), np.linspace(y0, y1, ny)
        with np.errstate(all="ignore"):
            if not self._f.takes_arrays:
                return x, y, self._grids(bounds, nx, ny)
            xs, ys = np.meshgrid(x, y)
            return x, y, self._f(xs.ravel(), ys.ravel()).reshape(ny, nx)

    def _checked(self, given: Caller, slopes: Slopes) -> None:
        """Raise InvalidInput for a given derivative that differences contradict."""
        places = [*([] if self.start is None else [self.start]), *self.minima[:1]]
        check_derivative(given, self._f, self._derivatives, slopes, self.bounds, places)

    @cached_property
    def _slopes(self) -> Slopes:
        """The gradient, (n,) and (n,) -> (n, 2): the given one, once it is checked, or computed."""
        given = self._given.get("gradient")
        if given is None:
            return self._derivatives.gradient
        if self._check:
            self._checked(given, given)
        return given

    @cached_property
    def _bends(self) -> Callable[[Array, Array], Array]:
        """The Hessian, (n,) and (n,) -> (n, 2, 2): the given one, once checked, or computed."""
        given = self._given.get("hessian")
        if given is None:
            slopes = self._slopes if "gradient" in self._given else None
            return partial(self._derivatives.hessian, given=slopes)
        if self._check:
            self._checked(given, self._slopes)
        return given


def picklable(factory: Callable[P, Surface]) -> Callable[P, Surface]:
    """Make the surfaces of a factory picklable: each is pickled as the call that made it.

    An unknown keyword meets the closest one that there is, and a wrong call a sentence.

    >>> import pickle
    >>> from animopt import surfaces
    >>> pickle.loads(pickle.dumps(surfaces.bowl(a=3))).value([1, 0])
    array(3.)
    """

    known = signature(factory).parameters

    @wraps(factory)
    def make(*args: P.args, **kwargs: P.kwargs) -> Surface:
        check_keywords(factory.__name__, kwargs, known)
        check_arguments(factory.__name__, list(known.values()), args, kwargs)
        surface = factory(*args, **kwargs)
        surface._recipe = partial(make, *args, **kwargs)
        return surface

    _FACTORIES.append(factory)
    return make


def _check_function(f: Any) -> None:
    """Raise InvalidInput for what is no function, or one that makes surfaces."""
    if not callable(f):
        given = "a Surface already" if isinstance(f, Surface) else short(f)
        raise InvalidInput(f"Surface(f): f is {given}; give a function f(x, y) of two arrays")
    if getattr(f, "__wrapped__", None) in _FACTORIES:
        name = f.__name__
        raise InvalidInput(f"Surface(f): f is surfaces.{name}, a factory; write surfaces.{name}()")


def check_bounds(bounds: Any, who: str) -> Bounds:
    """Return ((x0, x1), (y0, y1)) as floats, or raise InvalidInput naming the caller."""
    try:
        (x0, x1), (y0, y1) = ((float(low), float(high)) for low, high in bounds)
    except (TypeError, ValueError, OverflowError):
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
        found = tuple((float(x), float(y)) for x, y in points)
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput(f"{who}: {short(points)} is not a list of points (x, y)") from None
    if not all(math.isfinite(x) and math.isfinite(y) for x, y in found):
        raise InvalidInput(f"{who}: {short(points)} has a point that is not finite")
    return found


def _split(points: Any) -> tuple[tuple[int, ...], Array, Array]:
    """Return the shape (...) of points (..., 2), and x and y of all of them in a row."""
    try:
        points = np.asarray(points, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidInput(f"points are {short(points)}; give an array of shape (..., 2)") from None
    shape = points.shape
    if shape[-1:] != (2,):
        raise InvalidInput(f"points have shape {shape}; the last axis must be (x, y)")
    if len(shape) != 2:
        points = points.reshape(-1, 2)
    # Contiguous, so that a point is computed by the same vector instructions alone and in a batch.
    return shape[:-1], points[:, 0].copy(), points[:, 1].copy()
