"""Problem: what decides the numbers: a surface, who descends it, starts, steps, and noise."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, fields, replace
from functools import cached_property
from typing import Any, Self, TypeAlias

from animopt import surfaces
from animopt.checks import as_number, check_line, check_whole
from animopt.errors import InvalidInput, Suggesting, closest, is_many, short
from animopt.optimizers import Optimizer, catalogue
from animopt.runs.labels import check_labels
from animopt.runs.paper import Paper
from animopt.runs.plans import Plans
from animopt.runs.recording import Recording
from animopt.runs.run import ARRIVED_BELOW, Run
from animopt.surfaces.surface import Surface
from animopt.typing import ABSENT, Function, Given, Pair, Points

Recorded: TypeAlias = Run | Recording
"""What is there already; a recording becomes a run on a plane."""

Member: TypeAlias = Optimizer | Recorded
"""Who takes part: it is simulated, or recorded."""


@dataclass(frozen=True, eq=False)
class Problem(Suggesting):
    """A surface, the optimizers that descend it from a start, and runs that did so elsewhere.

    Start and steps are needed only where something is simulated. What is said by label may also
    name an optimizer without its settings, "Adam" for "Adam lr=0.1", if it is the only one.

    Args:
        surface: a Surface; None for paper, where every run is recorded.
        optimizers: a list of optimizers, runs and recordings, or {label: one of them}; labels must
            differ.
        start: (x, y), or an (n, 2) array of starts for an ensemble; or {label: start}.
        steps: the number of updates; they give steps + 1 points; or {label: steps}. It is read as
            the last step of all, of simulated and recorded runs.
        noise: the standard deviation of the noise on each component of the gradient.
        seed: the seed of that noise, which is the same for every optimizer.
        tolerance: how far above the lowest known minimum a loss counts as arrived.
    """

    surface: Given[Surface | Function | None, Surface] = ABSENT
    optimizers: Given[Member | Iterable[Member] | Mapping[str, Member], tuple[Member, ...]] = ABSENT
    start: Given[Pair | Sequence[Pair] | Mapping[str, Any], Points] = ABSENT
    steps: Given[int | Mapping[str, int], int] = ABSENT
    _: KW_ONLY
    noise: float = 0.0
    seed: int = 0
    tolerance: float = ARRIVED_BELOW

    def __post_init__(self) -> None:
        self._check_complete()
        self._set("surface", as_surface(self.surface))
        self._set("optimizers", _members(self.optimizers))
        plans = Plans.of(self.simulated, self.recorded, self.start, self.steps)
        self._set("_plans", plans)
        self._set("start", plans.start)
        self._set("steps", plans.last)
        if getattr(self.surface, "fits_runs", False) and self.recorded:
            fitting: Any = self.surface
            self._set("surface", fitting.around(self.recorded))
        if not 0 <= as_number(self.noise) < math.inf:
            raise InvalidInput(f"Scene(noise={short(self.noise)}): noise must be a number >= 0")
        self._set("seed", check_whole("seed", self.seed, 0))
        if not 0 < as_number(self.tolerance) < math.inf:
            given = short(self.tolerance)
            raise InvalidInput(f"Scene(tolerance={given}): tolerance must be a finite number > 0")

    @property
    def problem(self) -> Problem:
        """What decides the numbers, without anything else that a subclass knows."""
        return self if type(self) is Problem else self._alone

    @cached_property
    def _alone(self) -> Problem:
        return _part(Problem, self)

    @property
    def simulated(self) -> tuple[Optimizer, ...]:
        """The optimizers that are to run, in order."""
        return tuple(each for each in self.optimizers if isinstance(each, Optimizer))

    @property
    def recorded(self) -> tuple[Recorded, ...]:
        """The runs and recordings that are there already, in order."""
        return tuple(each for each in self.optimizers if not isinstance(each, Optimizer))

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of the metrics that recorded runs have, in order; on a plane, "off_plane"."""
        found = dict.fromkeys(name for run in self.recorded for name in run.metrics)
        if hasattr(self.surface, "project") or any(
            getattr(run, "off_plane", None) is not None for run in self.recorded
        ):
            found["off_plane"] = None
        return tuple(found)

    @property
    def names(self) -> tuple[str, ...]:
        """The labels of all, in order."""
        return tuple(each.label for each in self.optimizers)

    @property
    def labelled(self) -> dict[str, Optimizer]:
        """The optimizers that are to run, by label."""
        return {optimizer.label: optimizer for optimizer in self.simulated}

    @property
    def is_ensemble(self) -> bool:
        """Whether there are many starts rather than one, for any of the optimizers."""
        return self.plans.is_ensemble

    @property
    def plans(self) -> Plans:
        """The start and the steps of each optimizer that is to run."""
        plans: Plans = vars(self)["_plans"]
        return plans

    def replace(self, **changes: Any) -> Self:
        """Return a copy with other settings; starts and steps stay with whom they were given for.

        Where optimizers are replaced by as many others, the new ones take the place of the old.
        """
        if "optimizers" in changes:
            changes["optimizers"] = _members(changes["optimizers"])
        members = changes.get("optimizers", self.optimizers)
        return replace(self, **{**self.plans.carried(self.optimizers, members), **changes})

    def _check_complete(self) -> None:
        """Raise InvalidInput that names all that is missing and shows the call."""
        if isinstance(self.optimizers, Iterator):
            self._set("optimizers", tuple(self.optimizers))
        needed = [f.name for f in fields(Problem) if f.default is ABSENT]
        if self.optimizers is not ABSENT and not _simulates(self.optimizers):
            return
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
    """Return a Surface, made from a plain function where there are bounds; paper for None."""
    if isinstance(given, Surface):
        return given
    if given is None:
        return Paper(bounds)
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
    held = {f.name: getattr(whole, f.name) for f in fields(kind)}
    return kind(**held | whole.plans.carried(whole.optimizers, whole.optimizers))


def _is_run(given: Any) -> bool:
    """Return whether it is a run, or a recording, which becomes one on a plane."""
    return hasattr(given, "on") and hasattr(given, "steps")


def _simulates(given: Any) -> bool:
    """Return whether anything that is given as optimizers is to run."""
    if isinstance(given, Mapping):
        given = given.values()
    elif not isinstance(given, Sequence):
        given = [given]
    return not given or not all(map(_is_run, given))


def _members(given: Any) -> tuple[Any, ...]:
    if isinstance(given, Mapping):
        _check_members(list(given.values()))
        for label in given:
            check_line("Scene(optimizers=...): a label", label)
        given = [member.replace(label=label) for label, member in given.items()]
    if not is_many(given) or isinstance(given, str):
        given = [given]
    checked = tuple(given)
    _check_members(checked)
    if not checked:
        raise InvalidInput("Scene(optimizers=[]): give at least one optimizer")
    check_labels(checked)
    return checked


def _check_members(given: Sequence[Any]) -> None:
    for member in given:
        if isinstance(member, type) and issubclass(member, Optimizer):
            name = member.__name__
            raise InvalidInput(f"Scene(optimizers=...): {name} is a class; write {name}(...)")
        if not isinstance(member, Optimizer) and not _is_run(member):
            known = catalogue()
            hint = closest(short(member), known)
            if isinstance(member, str) and member in known:
                hint = f"; write {member}(...)"
            raise InvalidInput(
                f"Scene(optimizers=...): {short(member)} is not an optimizer"
                f"{hint or '; take one from animopt.optimizers, such as Adam(lr=0.1)'}"
            )
