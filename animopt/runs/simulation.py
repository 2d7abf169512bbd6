"""simulate: turn a problem into a Simulation, with every run computed before drawing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from animopt.errors import InvalidInput, answering, call
from animopt.optimizers.base import Optimizer
from animopt.runs.blocks import blocks
from animopt.runs.labels import named
from animopt.runs.problem import Problem, check_problem
from animopt.runs.run import CONVERGED_BELOW, Ending, Run, Trajectory, where_finite
from animopt.surfaces.objective import CountedObjective
from animopt.surfaces.surface import Surface
from animopt.typing import Array, Points

Asked = TypeVar("Asked", bound=Problem)
"""What is simulated: a Problem, or a Scene, which is one and knows how it is shown."""

# Steps between two checks whether every start has diverged.
_CHECK_EVERY = 32
# How a start may end.
_KINDS = ("finished", "converged", "diverged")


@dataclass(frozen=True, eq=False)
class Simulation(Generic[Asked]):
    """All runs of a problem, in its order: trajectories, and runs that were recorded elsewhere.

    ``simulation["Adam"]`` is the run with that label, or the only one of that kind. ``scene`` is
    what was asked: where it is a Scene, its look is the default of all that shows the simulation.

    >>> from animopt import Scene, optimizers, surfaces
    >>> scene = Scene(surfaces.bowl(), [optimizers.SGD(lr=0.25)], start=(4, 2), steps=2)
    >>> simulate(scene)["SGD lr=0.25"].points
    array([[4. , 2. ],
           [2. , 1. ],
           [1. , 0.5]])
    """

    scene: Asked
    trajectories: tuple[Run, ...]

    @property
    def problem(self) -> Problem:
        """What decided the numbers."""
        return self.scene.problem

    def __getitem__(self, label: str) -> Run:
        try:
            return named("trajectory", label, self.trajectories)
        except InvalidInput as error:
            raise KeyError(str(error)) from None

    def __iter__(self) -> Iterator[Run]:
        return iter(self.trajectories)

    def __len__(self) -> int:
        return len(self.trajectories)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Show the simulation if it is the last line of a notebook cell."""
        from animopt.notebook import bundle

        return bundle(self)

    def _repr_html_(self) -> str | None:
        """Show the simulation on a page that sphinx-gallery makes."""
        from animopt.notebook import image

        return image(self)


@answering(scene="Scene(...)")
def simulate(scene: Asked) -> Simulation[Asked]:
    """Run every optimizer of a scene; divergence is a recorded ending, never an exception.

    Runs that are recorded already are put on the surface: projected, if it is a plane, and given
    its values where they have no losses of their own. Runs may be of unequal lengths.

    Raises:
        InvalidInput: it is no Scene and no Problem, or the surface has no finite value at a start
            or does not return real numbers of the shape it was given, or cannot hold a run.
    """
    check_problem("simulate", scene)
    runs: list[Run] = []
    with np.errstate(all="ignore"):
        noise = _Noise(scene)
        for member in scene.optimizers:
            if isinstance(member, Optimizer):
                runs.append(_run(scene, member, noise))
            else:
                runs.append(member.on(scene.surface))
    return Simulation(scene, tuple(runs))


def _run(problem: Problem, optimizer: Optimizer, noises: _Noise) -> Trajectory:
    start, steps = problem.plans.starts[optimizer.label], problem.plans.budgets[optimizer.label]
    starts = np.atleast_2d(start)
    _check_starts(problem, starts)
    noise = noises.of(len(starts))
    objective = CountedObjective(problem.surface, recording=optimizer.keeps_samples)
    samples: list[Points] = []
    points = np.full((len(starts), steps + 1, 2), np.nan)
    points[:, 0] = starts
    x = starts.copy()
    seconds, calls = np.full((2, steps + 1), np.nan)
    seconds[0] = calls[0] = 0
    began = time.perf_counter()
    state = call(f"optimizer {optimizer.label!r}: init(x)", optimizer.at(0).init, starts.copy())
    for k in range(steps):
        if noise is not None:
            objective.noise = noise[k]
        try:
            x, state = _step(optimizer, k, objective, x, state)
        except Exception:
            if np.isfinite(x).all(axis=-1).any():
                raise
            break  # every start has diverged, and f refuses such points
        points[:, k + 1] = x
        if optimizer.keeps_samples:
            samples.append(objective.samples())
        seconds[k + 1] = time.perf_counter() - began
        calls[k + 1] = sum(objective.calls.values())
        if k % _CHECK_EVERY == 0 and not np.isfinite(x).any():
            break
    values = _values(problem.surface, points)
    endings = _endings(problem, points, values)
    for known in (points, values, seconds, calls):
        known.flags.writeable = False  # so that it need not be copied
    all_or_one = slice(None) if start.ndim == 2 else 0
    return Trajectory(
        points[all_or_one],
        values[all_or_one],
        label=optimizer.label,
        endings=endings,
        evaluations=objective.calls,
        seconds=seconds,
        optimizer=optimizer,
        calls=calls,
        samples=tuple(samples),
    )


def _step(
    optimizer: Optimizer, k: int, objective: CountedObjective, x: Points, state: Any
) -> tuple[Points, Any]:
    """Return the points and the state after step k, or raise InvalidInput for any other result."""
    what = f"optimizer {optimizer.label!r}: step"
    result = call(f"{what}(objective, x, state)", optimizer.at(k).step, objective, x, state)
    if isinstance(result, tuple) and len(result) == 2:
        try:
            points = np.asarray(result[0])
        except ValueError:
            given = "rows of different lengths"
        else:
            if points.shape != x.shape:
                given = f"points of shape {points.shape}"
            elif points.dtype.kind not in "fiu":
                given = f"points of type {points.dtype}, not real numbers"
            else:
                return points, result[1]
    else:
        given = f"a {type(result).__name__}"
    raise InvalidInput(
        f"{what} returned {given}; it must return (x, state) with x of shape {x.shape}, "
        "the shape it was given"
    )


def _values(surface: Surface, points: Points) -> Array:
    """Return the loss at points (n, m, 2), in blocks, since a function needs memory on the way."""
    values = np.empty(points.shape[:-1])
    for rows, columns in blocks(values.shape):
        values[rows, columns] = where_finite(surface.value, points[rows, columns])
    return values


def _endings(problem: Problem, points: Points, values: Array) -> tuple[Ending, ...]:
    """Return how each start ended, and set all that follows a divergence to NaN."""
    finite = np.isfinite(values)  # and so are the points
    slopes = where_finite(
        lambda p: np.linalg.norm(problem.surface.gradient(p), axis=-1), points[:, -1]
    )
    gone = ~finite.all(axis=1)
    steps = np.where(gone, finite.argmin(axis=1), values.shape[1] - 1).tolist()
    for i in np.flatnonzero(gone).tolist():
        points[i, steps[i] + 1 :] = values[i, steps[i] + 1 :] = np.nan
    kinds = np.where(gone, 2, slopes < CONVERGED_BELOW).tolist()
    # One of each, since there may be a million starts.
    known = {each: Ending(_KINDS[each[0]], each[1]) for each in set(zip(kinds, steps, strict=True))}
    return tuple(known[each] for each in zip(kinds, steps, strict=True))


def _check_starts(problem: Problem, starts: Points) -> None:
    values = problem.surface.value(starts)
    for i in np.flatnonzero(~np.isfinite(values)).tolist():
        raise InvalidInput(
            f"surface {problem.surface.name!r} is {values[i]} at the start "
            f"({starts[i, 0]:g}, {starts[i, 1]:g}); choose a start where it is finite"
        )


class _Noise:
    """The noise of each step and start: the same for every optimizer, however long it runs.

    Start i has a random stream of its own, so its noise does not depend on the number of starts.
    """

    def __init__(self, problem: Problem) -> None:
        self._deviation, self._seed = problem.noise, problem.seed
        self._steps = max(problem.plans.budgets.values(), default=0)
        self._drawn: dict[int, Array] = {}

    def of(self, starts: int) -> Array | None:
        """Return the noise (steps, n, 2) for n starts; None without noise."""
        if self._deviation == 0:
            return None
        if starts not in self._drawn:
            streams = np.random.SeedSequence(self._seed).spawn(starts)
            draws = [np.random.default_rng(s).standard_normal((self._steps, 2)) for s in streams]
            self._drawn[starts] = self._deviation * np.stack(draws, axis=1)
        return self._drawn[starts]
