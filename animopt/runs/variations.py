"""Variations: the runs of a problem at other values of its settings, to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from animopt.errors import AnimoptError, InvalidInput
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
    runs: dict[int, list[Run]] = {}
    combinations = list(product(*(axis.values for axis in axes)))
    for done, values in enumerate(combinations):
        told(done, len(combinations))
        for number, run in _again(problem, axes, values, changed):
            runs.setdefault(number, []).append(run)
    return Variation(axes, {number: tuple(each) for number, each in runs.items()})


def _again(
    problem: Problem, axes: tuple[Axis, ...], values: tuple[float, ...], changed: Changed
) -> Iterator[tuple[int, Run]]:
    try:
        other = changed(problem, values)
        moved = any(axis.name.startswith("start") for axis in axes)
        for number, (now, member) in enumerate(
            zip(problem.optimizers, other.optimizers, strict=True)
        ):
            if member in problem.recorded or (member is now and not moved):
                continue
            own: Any = other.replace(optimizers=[member])
            yield number, simulate(own)[member.label]
    except AnimoptError as error:
        said = ", ".join(f"{a.name}={v:g}" for a, v in zip(axes, values, strict=True))
        raise InvalidInput(f"vary {said}: {error}") from error
