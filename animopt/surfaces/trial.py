"""Trial: how a user's function is to be called, found out by calling it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from animopt.errors import InvalidInput, short
from animopt.errors import apart as differing
from animopt.surfaces.forms import TWO, VECTOR, Form, Way, apart, title
from animopt.surfaces.results import Unfit, read
from animopt.surfaces.single import Single, is_hole, lone, nothing
from animopt.typing import Array, Bounds

# Where a function is asked, as fractions of the bounds: three points on no line of symmetry; and
# their company in arrays, since a function may treat all points alike if one of them is outside.
_INSIDE = np.array([[0.31, 0.73], [0.62, 0.17], [0.83, 0.44]])
_OUTSIDE = np.array([[-1.3, 0.4], [2.2, 1.9], [0.6, -2.1]])
# The values of f at one point may differ by so much, relatively, if it is computed in two threads.
_STEADY = 1e-12


@dataclass(frozen=True)
class Plan:
    """How a function is called.

    Attributes:
        single: asks for one point.
        ask: the same, as fast as it goes.
        seconds: the time that this took for a point.
        many: the arguments for arrays of points; None if it does not take arrays.
        last: whether the parts of a gradient are the last axis of what it returns for arrays.
        reason: why it does not take arrays.
        kind: the type of the numbers that it returns.
    """

    single: Single
    ask: Callable[[float, float], Any]
    seconds: float
    many: Way | None
    last: bool
    reason: str
    kind: np.dtype[Any]

    @property
    def precision(self) -> float:
        """The relative precision of the numbers, but at least that of float64."""
        return max(float(np.finfo(self.kind).eps), float(np.finfo(np.float64).eps))


class Trial:
    """The first calls of a function: three points singly, then in arrays with others."""

    def __init__(
        self, function: Callable[..., Any], form: Form, whose: str, what: str, bounds: Bounds
    ) -> None:
        self.function, self.form, self.whose, self.what = function, form, whose, what
        low, high = np.array(bounds).T
        self.inside = low + _INSIDE * (high - low)
        self.outside = low + _OUTSIDE * (high - low)
        self.points = [(float(x), float(y)) for x, y in self.inside]
        self.kind = np.dtype(np.float64)

    def plan(self) -> Plan:
        """Return how the function is called.

        Raises:
            InvalidInput: it cannot be called with a point, or there are two ways, or its values
                are no real numbers, or change from call to call; errors of its own propagate.
        """
        single, values = self._find_single()
        self._check_steady(single, values)
        many, last, reason = self._find_many(single, values)
        ask: Callable[[float, float], Any] = single
        if many is None and self.what == "f" and (single.way, single.lift) == (apart, np.float64):
            plain = [self._at(single.plain, point) for point in self.points]
            if np.allclose(plain, values, rtol=_STEADY, atol=0, equal_nan=True):
                ask = single.plain
        began = perf_counter()
        for point in self.points if many is None else []:
            self._at(ask, point)
        seconds = (perf_counter() - began) / len(self.points)
        return Plan(single, ask, seconds, many, last, reason, self.kind)

    def _single(self, way: Way, lift: Callable[[float], Any]) -> Single:
        who = f"{self.whose}: {title(self.what, way)}"
        return Single(self.function, who, self.what, way, lift)

    def _at(self, ask: Callable[[float, float], Any], point: tuple[float, float]) -> Any:
        """Return the result at a point, NaN where the function has none."""
        try:
            return ask(*point)
        except Exception as error:
            if not is_hole(error):
                raise
            return nothing(self.what)

    def _values(self, single: Single) -> Array:
        """Return the results at the three points; at one of them at least there must be one."""
        values = [self._at(single, point) for point in self.points]
        if np.isnan(values).all():
            single(*self.points[0])
        return np.array(values)

    def _find_single(self) -> tuple[Single, Array]:
        """Return the first way of asking for one point that works, and the results."""
        kinds = self.form.kinds if len(self.form.kinds) == 1 else self._check_clear()
        first: Exception | None = None
        for way in (way for kind in kinds for way in kind):
            for lift in (np.float64, lone):
                single = self._single(way, lift)
                try:
                    return single, self._values(single)
                except Exception as error:
                    # What is written for arrays may fail with a number, and return too little.
                    better = way in TWO and isinstance(error, Unfit)
                    if first is None or (better and not isinstance(first, Unfit)):
                        first = error
        assert first is not None
        if "must be Tensor" in str(first):
            raise InvalidInput(
                f"{self.whose}: {self.form.text} takes tensors of torch, and arrays are given; "
                f"write Surface.from_torch({self._for_tensors()}), which differentiates it too"
            ) from first
        if kinds == (VECTOR,):
            self._check_variables()
        raise first

    def _for_tensors(self) -> str:
        """Return the function of two tensors that from_torch takes."""
        f = self.form.name
        return f if TWO in self.form.kinds else f"lambda x, y: {f}(torch.stack([x, y]))"

    def _check_clear(self) -> tuple[tuple[Way, ...], ...]:
        """Return the kinds of calls that work, or raise InvalidInput if it may be either."""
        found: list[Array | None] = []
        for kind in (TWO, VECTOR):
            try:
                found.append(self._values(self._single(kind[0], np.float64)))
            except Exception:
                found.append(None)
        two, one = found
        f, text = self.form.name, f"{self.whose}: {self.form.text}"
        if two is None or one is None:
            if two is not None and self.form.lone:
                raise InvalidInput(
                    f"{text} takes one number, and another in place of a default; if that is y, "
                    f"write lambda x, y: {f}(x, y)"
                )
            return (TWO, VECTOR) if two is one else (VECTOR,) if two is None else (TWO,)
        if not self.form.sure and not np.array_equal(one, two, equal_nan=True):
            raise InvalidInput(
                f"{text} takes a vector, and two numbers too; write "
                f"lambda x, y: {f}(np.array([x, y])), or lambda x, y: {f}(x, y)"
            )
        return (TWO,)

    def _check_variables(self) -> None:
        """Raise InvalidInput for a function of one variable."""
        single = self._single(VECTOR[0], np.float64)
        try:
            single.number(self.function(np.float64(self.points[0][0])))
        except Exception:
            return
        f = self.form.name
        raise InvalidInput(
            f"{self.whose}: {self.form.text} is a function of one variable, and a surface has two; "
            f"write {f}(x, y), or {f}(theta) with theta[0] and theta[1]"
        )

    def _check_steady(self, single: Single, values: Array) -> None:
        """Raise InvalidInput for a function that gives the same point two values."""
        i = int(np.argmax(np.isfinite(values.reshape(len(values), -1)).all(axis=1)))
        given = single.raw(*self.points[i])
        self.kind, again = _type_of(given), single.number(given)
        if not np.allclose(again, values[i], rtol=_STEADY, atol=0, equal_nan=True):
            x, y = self.points[i]
            one, other = _said(values[i], again)
            raise InvalidInput(
                f"{single.who} gives the point ({x:.4g}, {y:.4g}) two values, {one} and {other}; "
                f"leave out what is random and give the Scene noise=0.1 instead"
            )

    def _find_many(self, single: Single, values: Array) -> tuple[Way | None, bool, str]:
        """Return a way of asking with arrays that agrees, or why there is none."""
        reason = ""
        kind = TWO if single.way in TWO else VECTOR
        for way in sorted(kind, key=lambda way: way is not single.way):
            for points in (np.concatenate([self.inside, self.outside]), self.inside):
                x, y = points.T.copy()
                try:
                    given = self.function(*way(x, y))
                except Exception:
                    reason = reason or "fails"
                    continue
                for last in (False, True) if single.what != "f" else (False,):
                    differs = self._differs(given, len(points), values, last)
                    if not differs:
                        return way, last, ""
                    reason = differs
                break
        return None, False, reason

    def _differs(self, given: Any, n: int, values: Array, last: bool) -> str:
        """Return how the result for arrays differs from those for its first points."""
        try:
            found = read(self.whose, self.what, given, n, last=last)[: len(values)]
        except Unfit:
            return "shape"
        scale = np.max(np.abs(values), where=np.isfinite(values), initial=0.0)
        allowed = scale * float(np.finfo(_type_of(given)).eps) ** 0.5
        if not np.isclose(found, values, rtol=0, atol=allowed, equal_nan=True).all():
            return "one" if np.ndim(given) == 0 else "mixes"
        return ""


def _type_of(given: Any) -> np.dtype[Any]:
    """Return the floating type of what a function returned; float64 for other numbers."""
    try:
        kind = np.asarray(given.detach() if hasattr(given, "detach") else given).dtype
    except Exception:
        return np.dtype(np.float64)
    return kind if kind.kind == "f" else np.dtype(np.float64)


def _said(one: Any, other: Any) -> tuple[str, str]:
    """Return two results, each with the digits that tell them apart."""
    if np.ndim(one) == 0:
        return differing(float(one), float(other), 6)
    return short(np.asarray(one).tolist()), short(np.asarray(other).tolist())
