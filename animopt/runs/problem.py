"""Problem: what decides the numbers: a surface, optimizers, a start, steps, and noise."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, fields, replace
from typing import Any, Self

from animopt import surfaces
from animopt.checks import as_number, check_line, check_start, check_steps, check_whole
from animopt.errors import InvalidInput, Suggesting, closest, short
from animopt.optimizers import Optimizer, catalogue
from animopt.surfaces.surface import Surface
from animopt.typing import ABSENT, Function, Given, Pair, Points


@dataclass(frozen=True, eq=False)
class Problem(Suggesting):
    """A surface, and the optimizers that descend it from the same start, or ensemble of starts.

    Args:
        surface: a Surface.
        optimizers: a list, or {label: optimizer}; labels must differ.
        start: (x, y), or an (n, 2) array of starts for an ensemble.
        steps: the number of updates; they give steps + 1 points.
        noise: the standard deviation of the noise on each component of the gradient.
        seed: the seed of that noise, which is the same for every optimizer.
    """

    surface: Given[Surface | Function, Surface] = ABSENT
    optimizers: Given[
        Optimizer | Iterable[Optimizer] | Mapping[str, Optimizer], tuple[Optimizer, ...]
    ] = ABSENT
    start: Given[Pair | Sequence[Pair], Points] = ABSENT
    steps: Given[int, int] = ABSENT
    _: KW_ONLY
    noise: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        self._check_complete()
        self._set("surface", as_surface(self.surface))
        self._set("optimizers", _optimizers(self.optimizers))
        self._set("start", check_start(self.start))
        paths = len(self.optimizers) * self.start.size // 2
        self._set("steps", check_steps(self.steps, paths))
        if not 0 <= as_number(self.noise) < math.inf:
            raise InvalidInput(f"Scene(noise={short(self.noise)}): noise must be a number >= 0")
        self._set("seed", check_whole("seed", self.seed, 0))

    @property
    def problem(self) -> Problem:
        """What decides the numbers, without anything else that a subclass knows."""
        return self if type(self) is Problem else _part(Problem, self)

    @property
    def labelled(self) -> dict[str, Optimizer]:
        """The optimizers by label."""
        return {optimizer.label: optimizer for optimizer in self.optimizers}

    @property
    def is_ensemble(self) -> bool:
        """Whether there are many starts rather than one."""
        return self.start.ndim == 2

    def replace(self, **changes: Any) -> Self:
        """Return a copy with other settings."""
        return replace(self, **changes)

    def _check_complete(self) -> None:
        """Raise InvalidInput that names all that is missing and shows the call."""
        needed = [f.name for f in fields(Problem) if f.default is ABSENT]
        missing = [name for name in needed if getattr(self, name) is ABSENT]
        if missing:
            listed = " and ".join(
                [", ".join(missing[:-1]), missing[-1]] if missing[1:] else missing
            )
            raise InvalidInput(
                f"{type(self).__name__}(...) needs {listed} too; write "
                f"{type(self).__name__}(surface, [SGD(lr=0.1)], start=(1, 2), steps=100)"
            )

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)


def check_problem(call: str, given: Any) -> None:
    """Raise InvalidInput, which names the call, for anything but a Problem, such as a Scene."""
    if not isinstance(given, Problem):
        raise InvalidInput(f"{call}({short(given)}): give a Scene, got {type(given).__name__}")


def as_surface(given: Any, bounds: Any = None) -> Surface:
    """Return a Surface, made from a plain function where there are bounds."""
    if isinstance(given, Surface):
        return given
    name = given if isinstance(given, str) else getattr(given, "__name__", "")
    if name in surfaces.catalogue() and given in (name, surfaces.catalogue()[name]):
        raise InvalidInput(f"Scene(surface={name}): write surfaces.{name}()")
    if not callable(given):
        raise InvalidInput(
            f"Scene(surface={short(given)}): give a Surface, or a function f(x, y) with bounds"
        )
    if bounds is None:
        raise InvalidInput(
            "Scene(surface): a plain function also needs bounds=((x0, x1), (y0, y1))"
        )
    return Surface(given, bounds=bounds)


def _part(kind: type[Problem], whole: Problem) -> Problem:
    return kind(**{f.name: getattr(whole, f.name) for f in fields(kind)})


def _optimizers(given: Any) -> tuple[Optimizer, ...]:
    if isinstance(given, Mapping):
        _check_optimizers(list(given.values()))
        for label in given:
            check_line("Scene(optimizers=...): a label", label)
        given = [optimizer.replace(label=label) for label, optimizer in given.items()]
    if not isinstance(given, Iterable) or isinstance(given, str):
        given = [given]
    checked: tuple[Optimizer, ...] = tuple(given)
    _check_optimizers(checked)
    if not checked:
        raise InvalidInput("Scene(optimizers=[]): give at least one optimizer")
    seen: dict[str, Optimizer] = {}
    for optimizer in checked:
        check_line("Scene(optimizers=...): a label", optimizer.label)
        if optimizer.label in seen:
            raise InvalidInput(
                f"Scene: two optimizers have the label {optimizer.label!r}: "
                f"{seen[optimizer.label]} and {optimizer}; give one of them label='...'"
            )
        seen[optimizer.label] = optimizer
    return checked


def _check_optimizers(given: Sequence[Any]) -> None:
    for optimizer in given:
        if isinstance(optimizer, type) and issubclass(optimizer, Optimizer):
            name = optimizer.__name__
            raise InvalidInput(f"Scene(optimizers=...): {name} is a class; write {name}(...)")
        if not isinstance(optimizer, Optimizer):
            known = catalogue()
            hint = closest(str(optimizer), known)
            if isinstance(optimizer, str) and optimizer in known:
                hint = f"; write {optimizer}(...)"
            raise InvalidInput(
                f"Scene(optimizers=...): {short(optimizer)} is not an optimizer"
                f"{hint or '; take one from animopt.optimizers, such as Adam(lr=0.1)'}"
            )
