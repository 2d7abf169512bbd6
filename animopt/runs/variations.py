"""Variations: the runs of a problem at other values of its settings, to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product

from animopt.errors import AnimoptError, InvalidInput
from animopt.runs.hands import hired, spread
from animopt.runs.problem import Problem
from animopt.runs.run import Run
from animopt.runs.simulation import simulate


@dataclass(frozen=True)
class Axis:
    """A setting that varies, "Adam.lr" or "start.x", and its values in rising order.

    ``own`` is the problem's own value, of the first run that has one; None if it is no number.
    """

    name: str
    values: tuple[float, ...]
    own: float | None = None


@dataclass(frozen=True, eq=False)
class Variation:
    """One setting that varies, or two that do so together.

    Attributes:
        axes: the settings.
        runs: for each run of the problem that they change, by its number, those at every value; of
            two settings, the values of the second change faster.
    """

    axes: tuple[Axis, ...]
    runs: Mapping[int, tuple[Run, ...]]

    @property
    def name(self) -> str:
        """What varies."""
        return " x ".join(axis.name for axis in self.axes)


Changed = Callable[[Problem, tuple[float, ...]], Problem]
"""How a problem is changed to values of the axes."""


def vary(
    problem: Problem, axes: tuple[Axis, ...], changed: Changed, told: Callable[[int, int], None]
) -> Variation:
    """Return the runs of a problem at every combination of the values of some settings.

    Only the runs that the settings change are simulated again. ``told`` hears how many of the
    combinations are done, and of how many.

    Raises:
        InvalidInput: a value is not allowed; the message names the setting.
    """
    combinations = list(product(*(axis.values for axis in axes)))
    cases = [case for values in combinations for case in _cases(problem, axes, values, changed)]
    hands = hired("vary", None, len(cases) * problem.steps * 1000)
    runs: dict[int, list[Run]] = {}
    for done, (case, run) in enumerate(zip(cases, spread(_run, cases, hands), strict=True)):
        told(done * len(combinations) // len(cases), len(combinations))
        runs.setdefault(case.number, []).append(run)
    return Variation(axes, {number: tuple(each) for number, each in runs.items()})


@dataclass(frozen=True, eq=False)
class _Case:
    """A run to be simulated: its number, a problem of it alone, and what varies, in words."""

    number: int
    problem: Problem
    said: str


def _cases(
    problem: Problem, axes: tuple[Axis, ...], values: tuple[float, ...], changed: Changed
) -> Iterator[_Case]:
    said = ", ".join(f"{a.name}={v:g}" for a, v in zip(axes, values, strict=True))
    with _naming(said):
        other = changed(problem, values)
        moved = any(axis.name.startswith("start") for axis in axes)
        for number, (now, member) in enumerate(
            zip(problem.optimizers, other.optimizers, strict=True)
        ):
            if member in problem.recorded or (member is now and not moved):
                continue
            yield _Case(number, other.replace(optimizers=[member]), said)


def _run(case: _Case) -> Run:
    with _naming(case.said):
        return simulate(case.problem).trajectories[0]


@contextmanager
def _naming(said: str) -> Iterator[None]:
    """Let an error name what varies."""
    try:
        yield
    except AnimoptError as error:
        raise InvalidInput(f"vary {said}: {error}") from error
