"""from_ask_tell: cma, nevergrad, optuna, pymoo, and any object with ask and tell."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from dataclasses import dataclass
from inspect import signature
from typing import Any, ClassVar

import numpy as np

from animopt.errors import InvalidInput, short
from animopt.optimizers.adapters.dialogue import Conversing, Question, Talk
from animopt.optimizers.adapters.foreign import adopt
from animopt.optimizers.base import Optimizer, whole
from animopt.surfaces.surface import check_bounds
from animopt.typing import Bounds, Points


def from_ask_tell(
    factory: Callable[..., Any], *, bounds: Bounds | None = None, **settings: Any
) -> Optimizer:
    """Return anything with ``ask`` and ``tell`` as an optimizer; a step is one of each.

    The point is what the method itself recommends: of cma the mean, of nevergrad
    ``provide_recommendation()``, of pymoo the best so far, of an optuna study its best trial. Of
    any other object, whose ``ask()`` returns points (2,) or (m, 2) and whose ``tell(points,
    values)`` takes them back, it is the best so far. ``trajectory.samples`` has all that was tried.

    NumPy's and Python's global generators, which cma, nevergrad and others draw from, are the run's
    own, seeded with ``seed``, and are left as they were. Methods with generators of their own, as
    those of optuna and pymoo, repeat only if the factory passes them ``seed``. The method holds its
    points itself, so a wrapper that moves x has no effect on it.

    Args:
        factory: called with the start, shape (2,), and the settings; returns the object.
        bounds: ((x0, x1), (y0, y1)), where an optuna study draws from.
        settings: the factory's keywords, and ``label``. ``seed`` (0 by default) seeds those global
            generators, and is passed to the factory if it takes it. They are read once, so none can
            be a schedule.

    Raises:
        InvalidInput: the factory fails, or what it returns has no ``ask`` and ``tell``.

    >>> class Halving:  # tries half of what it has
    ...     def __init__(self, x): self.x = x
    ...     def ask(self): return self.x / 2
    ...     def tell(self, x, value): self.x = x
    >>> from animopt import Scene, simulate, surfaces
    >>> scene = Scene(surfaces.bowl(), [from_ask_tell(Halving)], start=(4, 2), steps=1)
    >>> simulate(scene).trajectories[0].points
    array([[4., 2.],
           [2., 1.]])

    Source: https://github.com/CMA-ES/pycma, https://facebookresearch.github.io/nevergrad,
    https://optuna.readthedocs.io, https://pymoo.org
    """
    if not callable(factory):
        raise InvalidInput(
            f"from_ask_tell({short(factory)}): give a function of the start that returns an object "
            "with ask and tell, as in lambda x: cma.CMAEvolutionStrategy(x, 0.5)"
        )
    fixed = {} if bounds is None else {"bounds": check_bounds(bounds, "from_ask_tell")}
    takes = _takes(factory)
    name = _name(factory, {word: v for word, v in {"seed": 0, **settings}.items() if word in takes})
    return adopt(_AskTell, factory, name, settings, fixed, (*takes[:1], "seed"))


@dataclass(frozen=True, repr=False)
class _AskTell(Conversing):
    """Ask and tell: x <- what the method recommends after it was told the values it asked for."""

    door: ClassVar[Any] = staticmethod(from_ask_tell)

    seed: int = whole(0)

    def _try(self) -> dict[str, Any]:
        return {}  # what fits one start may not fit another

    def _talk(self, start: Points) -> Talk:
        return _alone(self._conversation(start), self.seed)

    def _conversation(self, start: Points) -> Talk:
        keywords = self._keywords()
        bounds = keywords.pop("bounds", None)
        if "seed" in _takes(self.source):
            keywords["seed"] = self.seed
        seeded = _drawn()
        method = self.source(start.copy(), **keywords)
        if _framework(method) == "cma" and not method.inopts.get("seed"):
            _redraw(seeded)  # it has taken its seed from the clock
        converse = _CONVERSATIONS.get(_framework(method), _with_anything)
        yield from converse(method, start, bounds)


def _name(factory: Callable[..., Any], settings: dict[str, Any]) -> str:
    """Return what labels call the methods of a factory, from one that is made for the purpose."""

    def example() -> Generator[Any, Any, None]:
        try:
            yield factory(np.zeros(2), **settings)
        except Exception:
            yield None  # perhaps it only goes from other starts

    method = next(_alone(example(), 0))
    if method is None:
        return f"{getattr(factory, '__name__', 'method').strip('<>')} (ask and tell)"
    if not (hasattr(method, "ask") and hasattr(method, "tell")):
        raise InvalidInput(
            f"from_ask_tell({short(factory)}): it returned {short(method)}, which has no ask and "
            "tell"
        )
    framework = _framework(method)
    shown = method.sampler if framework == "optuna" else method
    name = method.name if framework == "nevergrad" else type(shown).__name__
    return f"{name} ({framework or 'ask and tell'})"


def _framework(method: Any) -> str:
    """Return which of the known frameworks an object belongs to, or nothing."""
    packages = [kind.__module__.partition(".")[0] for kind in type(method).__mro__]
    return next((package for package in packages if package in _CONVERSATIONS), "")


def _takes(factory: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of the parameters; none of a function that does not tell."""
    try:
        return tuple(signature(factory).parameters)
    except (TypeError, ValueError):
        return ()


def _alone(talk: Generator[Any, Any, None], seed: int) -> Generator[Any, Any, None]:
    """Pass on a talk whose global generators are its own: NumPy's and Python's, from a seed."""
    theirs = _drawn()
    np.random.seed(seed)  # noqa: NPY002  # cma, nevergrad and pymoo draw from it
    random.seed(seed)
    own, reply = _drawn(), None
    _redraw(theirs)
    while True:
        theirs = _drawn()
        _redraw(own)
        try:
            message = talk.send(reply)
        except StopIteration:
            return
        finally:
            own = _drawn()
            _redraw(theirs)
        reply = yield message


def _drawn() -> tuple[Any, Any]:
    """Return the states of the global generators."""
    return np.random.get_state(), random.getstate()  # noqa: NPY002


def _redraw(states: tuple[Any, Any]) -> None:
    np.random.set_state(states[0])  # noqa: NPY002
    random.setstate(states[1])


def _ask(points: Any) -> Question:
    """Return the question for the values at the points that a method wants to know them at."""
    try:
        array = np.array(points, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.empty(0)
    if array.shape[-1:] != (2,) or array.ndim > 2:
        raise InvalidInput(
            f"from_ask_tell: ask() returned {short(points)}; it must return points, of shape (2,) "
            "or (m, 2)"
        )
    return Question("value", array.reshape(-1, 2))


def _with_cma(strategy: Any, start: Points, bounds: Any) -> Talk:
    while not strategy.stop():
        asked = strategy.ask()
        values = yield _ask(asked)
        strategy.tell(asked, values.tolist())
        yield np.array(strategy.result.xfavorite)  # the mean, within its bounds


def _with_nevergrad(optimizer: Any, start: Points, bounds: Any) -> Talk:
    while True:
        asked = optimizer.ask()
        values = yield _ask(asked.value)
        optimizer.tell(asked, float(values[0]))
        yield _ask(optimizer.provide_recommendation().value).points[0]


def _with_optuna(study: Any, start: Points, bounds: Any) -> Talk:
    from optuna.distributions import FloatDistribution

    if bounds is None:
        raise InvalidInput(
            "from_ask_tell: an optuna study has no range to draw from; give "
            "bounds=((x0, x1), (y0, y1))"
        )
    ranges = {name: FloatDistribution(*ends) for name, ends in zip("xy", bounds, strict=True)}
    best, lowest = start, np.inf
    while True:
        asked = study.ask(ranges)
        point = np.array([asked.params["x"], asked.params["y"]])
        values = yield _ask(point)
        study.tell(asked, float(values[0]))
        if values[0] < lowest:
            best, lowest = point, values[0]
        yield best


def _with_pymoo(algorithm: Any, start: Points, bounds: Any) -> Talk:
    from pymoo.problems.static import StaticProblem

    while algorithm.has_next():
        asked = algorithm.ask()
        values = yield _ask(asked.get("X"))
        algorithm.evaluator.eval(StaticProblem(algorithm.problem, F=values[:, None]), asked)
        algorithm.tell(infills=asked)
        yield np.array(algorithm.opt[0].X, dtype=np.float64)


def _with_anything(method: Any, start: Points, bounds: Any) -> Talk:
    best, lowest = start, np.inf
    while True:
        asked = method.ask()
        question = _ask(asked)
        values = yield question
        method.tell(asked, values if np.ndim(asked) == 2 else float(values[0]))
        if np.nanmin(values, initial=np.inf) < lowest:
            best, lowest = question.points[np.nanargmin(values)], np.nanmin(values)
        yield best


_CONVERSATIONS: dict[str, Callable[[Any, Points, Any], Talk]] = {
    "cma": _with_cma,
    "nevergrad": _with_nevergrad,
    "optuna": _with_optuna,
    "pymoo": _with_pymoo,
}
