"""Calling: a user's function, of one point or of many, becomes a function of arrays."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from time import perf_counter
from typing import Any

import numpy as np

from animopt.notes import note
from animopt.surfaces.forms import Form, Way, apart
from animopt.surfaces.results import PARTS, Unfit, read
from animopt.surfaces.single import is_hole, nothing
from animopt.surfaces.trial import Plan, Trial
from animopt.typing import Array, Bounds

# How many values are remembered, since panels and replays ask for a path again.
_REMEMBERED = 100_000
# What is found, and what makes a function faster.
_ELEMENTWISE = "with np.sin for math.sin, np.where for if, np.einsum for @ and the like"
_REASONS = {
    "fails": ("does not take arrays", _ELEMENTWISE),
    "shape": ("returns another shape than that of its arrays", _ELEMENTWISE),
    "one": (
        "returns one number for an array of points",
        "with a mean over an axis of the data alone, as in np.mean(..., axis=-1) of x[..., None]",
    ),
    "mixes": (
        "mixes the points of an array",
        "without a mean, a sum or an order of the points",
    ),
}

_FAILED = object()


class Caller:
    """A user's function as one of arrays: x (n,) and y (n,) -> (n,), or (n, *parts).

    How it is called is found out at its first call. A function that takes no arrays is asked for
    each point by itself, and its values are remembered. ``leader`` is the function whose
    derivative this one is.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        name: str,
        what: str,
        bounds: Bounds,
        leader: Caller | None = None,
    ) -> None:
        self.function, self.what, self._bounds, self._leader = function, what, bounds, leader
        self._whose = f"surface {name!r}"
        self._form = Form(self._whose, what, function)
        self.seconds = 0.0  # for a point, once it is asked by itself
        self._ask: Callable[[Any, Any], Any] | None = None  # with arrays
        self._memo: dict[tuple[float, float], Any] = {}
        self._has_hole = False

    @cached_property
    def plan(self) -> Plan:
        """How the function is called."""
        with np.errstate(all="ignore"):
            plan = Trial(self.function, self._form, self._whose, self.what, self._bounds).plan()
        if plan.precision > (self._leader.plan.precision if self._leader else 1e-15):
            digits = f"{plan.kind}, of {np.finfo(plan.kind).precision} digits"
            note(f"{plan.single.who} returns {digits}; its slopes are smoother in float64")
        if plan.many is None:
            self._go_alone(plan, plan.reason, plan.seconds)
        else:
            self._ask = self.function if plan.many is apart else partial(_through, self, plan.many)
        return plan

    @property
    def takes_arrays(self) -> bool:
        """Whether the function takes many points at once."""
        return self.plan.many is not None and self._ask is not None

    def __call__(self, x: Array, y: Array) -> Array:
        """Return the result at each point; the function may change the arrays."""
        if self._ask is None:
            return self(x, y) if self.takes_arrays else self._where_finite(self.each, x, y)
        try:
            z = self._ask(x, y)
        except MemoryError:
            raise
        except Exception:
            z = _FAILED  # so that an error at one point comes without this one
        if z is _FAILED:
            return self._recovered(x, y, "fails")
        if self.what == "f":
            if type(z) is np.ndarray and z.dtype == np.float64 and z.shape == x.shape:
                # The usual case, and met in every step; the function may use its array again.
                return z.copy()
            if np.ndim(z) == 0 and x.size > 1 and not self._is_constant(z, x, y):
                return self._recovered(x, y, "one")
        plan = self.plan
        try:
            return read(plan.single.who, self.what, z, x.size, last=plan.last)
        except Unfit:
            return self._recovered(x, y, "shape")

    def raw(self, x: Any, y: Any) -> Any:
        """Return what the function itself returns for arrays, complex ones for instance."""
        assert self._ask is not None
        return self._ask(x, y)

    def each(self, x: Array, y: Array, *, remember: bool = True) -> Array:
        """Return the result at each point, asked for one by one."""
        if len(self._memo) > _REMEMBERED:
            self._memo.clear()
        memo = self._memo if remember else {}
        values = []
        for point in zip(x.tolist(), y.tolist(), strict=True):
            value = memo.get(point)
            if value is None:
                value = memo[point] = self._at(*point)
            values.append(value)
        return np.array(values, dtype=np.float64).reshape(x.size, *PARTS[self.what])

    def _at(self, x: float, y: float) -> Any:
        """Return the result at a point, NaN where the function has none."""
        try:
            return self.plan.ask(x, y)
        except Exception as error:
            if not is_hole(error):
                raise
            if not self._has_hole:
                self._has_hole = True
                cause = error.__cause__ or error
                note(
                    f"{self.plan.single.who} has no value at ({x:.4g}, {y:.4g}), "
                    f"{type(cause).__name__}: {cause}; such points are left out"
                )
            return nothing(self.what)

    def _is_constant(self, z: Any, x: Array, y: Array) -> bool:
        """Return whether one number for all points is that of two of them by themselves."""
        ends = [self.plan.single(float(x[i]), float(y[i])) for i in (0, -1)]
        return np.array_equal(ends, [z, z], equal_nan=True)

    def _recovered(self, x: Array, y: Array, reason: str) -> Array:
        """Return the result at each point after arrays of them failed, or raise its own error."""
        if not (np.isfinite(x) & np.isfinite(y)).all():
            return self._where_finite(self, x, y)
        began = perf_counter()
        values = [self.plan.single(*p) for p in zip(x.tolist(), y.tolist(), strict=True)]
        self._go_alone(self.plan, reason, (perf_counter() - began) / x.size)
        return np.array(values, dtype=np.float64).reshape(x.size, *PARTS[self.what])

    def _where_finite(self, ask: Callable[[Array, Array], Array], x: Array, y: Array) -> Array:
        """Return NaN for points that are not finite: a diverged run asks for nothing."""
        finite = np.isfinite(x) & np.isfinite(y)
        if finite.all():
            return ask(x, y)
        values = np.full((x.size, *PARTS[self.what]), np.nan)
        if finite.any():
            values[finite] = ask(x[finite], y[finite])
        return values

    def _go_alone(self, plan: Plan, reason: str, seconds: float) -> None:
        """Ask for each point by itself from now on, and say so."""
        self._ask, self.seconds = None, max(seconds, 1e-9)
        if self._leader is not None and not self._leader.takes_arrays:
            return  # the same has been said of the function
        found, better = _REASONS[reason]
        if type(self.function).__module__.startswith("numba"):
            better = "with @numba.vectorize for @numba.njit"
        speed = f"{_rounded(1 / self.seconds)} points a second here"
        note(
            f"{plan.single.who} {found}, so it is asked point by point, {speed}; "
            f"written {better}, it takes all at once"
        )


def _through(caller: Caller, way: Way, x: Any, y: Any) -> Any:
    return caller.function(*way(x, y))


def _rounded(number: float) -> str:
    """Return a number in words of two digits.

    >>> _rounded(123456.0), _rounded(0.5)
    ('120,000', '0.5')
    """
    digits = float(f"{number:.2g}")
    return f"{digits:,.0f}" if digits >= 1 else f"{digits:g}"
