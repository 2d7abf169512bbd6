"""simulate: turn a problem into a Simulation, with every run computed before drawing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from animopt.errors import InvalidInput, answering, call, did_you_mean
from animopt.optimizers.base import Optimizer
from animopt.runs.problem import Problem, check_problem
from animopt.runs.run import CONVERGED_BELOW, Ending, Trajectory
from animopt.surfaces.objective import CountedObjective
from animopt.typing import Array, Points

Asked = TypeVar("Asked", bound=Problem)
"""What is simulated: a Problem, or a Scene, which is one and knows how it is shown."""

# Steps between two checks whether every start has diverged.
_CHECK_EVERY = 32


@dataclass(frozen=True, eq=False)
class Simulation(Generic[Asked]):
    """All trajectories of a problem, in the order of its optimizers.

    ``scene`` is what was asked: where it is a Scene, its look is the default of all that shows the
    simulation.

    >>> from animopt import Scene, optimizers, surfaces
    >>> scene = Scene(surfaces.bowl(), [optimizers.SGD(lr=0.25)], start=(4, 2), steps=2)
    >>> simulate(scene)["SGD lr=0.25"].points
    array([[4. , 2. ],
           [2. , 1. ],
           [1. , 0.5]])
    """

    scene: Asked
    trajectories: tuple[Trajectory, ...]

    @property
    def problem(self) -> Problem:
        """What decided the numbers."""
        return self.scene.problem

    def __getitem__(self, label: str) -> Trajectory:
        for trajectory in self.trajectories:
            if trajectory.label == label:
                return trajectory
        labels = [trajectory.label for trajectory in self.trajectories]
        raise KeyError(f"no trajectory {label!r}{did_you_mean(str(label), labels)}")

    def __iter__(self) -> Iterator[Trajectory]:
        return iter(self.trajectories)

    def __len__(self) -> int:
        return len(self.trajectories)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show the simulation if it is the last line of a notebook cell."""
        from animopt.notebook import bundle

        return bundle(self)


@answering(scene="Scene(...)")
def simulate(scene: Asked) -> Simulation[Asked]:
    """Run every optimizer of a scene; divergence is a recorded ending, never an exception.

    Raises:
        InvalidInput: it is no Scene and no Problem, or the surface has no finite value at a start
            or does not return real numbers of the shape it was given.
    """
    check_problem("simulate", scene)
    starts = np.atleast_2d(scene.start)
    with np.errstate(all="ignore"):
        _check_starts(scene, starts)
        noise = _noise(scene, len(starts))
        return Simulation(scene, tuple(_run(scene, o, starts, noise) for o in scene.optimizers))


def _run(problem: Problem, optimizer: Optimizer, starts: Points, noise: Array | None) -> Trajectory:
    objective = CountedObjective(problem.surface, recording=optimizer.keeps_samples)
    samples: list[Points] = []
    points = np.full((problem.steps + 1, *starts.shape), np.nan)
    points[0] = starts
    x = starts.copy()
    clock = [time.perf_counter()]
    state = call(f"optimizer {optimizer.label!r}: init(x)", optimizer.at(0).init, starts.copy())
    for k in range(problem.steps):
        if noise is not None:
            objective.noise = noise[k]
        try:
            x, state = _step(optimizer, k, objective, x, state)
        except Exception:
            if np.isfinite(x).all(axis=-1).any():
                raise
            break  # every start has diverged, and f refuses such points
        points[k + 1] = x
        if optimizer.keeps_samples:
            samples.append(objective.samples())
        clock.append(time.perf_counter())
        if k % _CHECK_EVERY == 0 and not np.isfinite(x).any():
            break
    points = np.ascontiguousarray(points.swapaxes(0, 1))
    values = _where_finite(problem.surface.value, points)
    endings = _endings(problem, points, values)
    points.flags.writeable = values.flags.writeable = False
    seconds = np.full(problem.steps + 1, np.nan)
    seconds[: len(clock)] = np.subtract(clock, clock[0])
    all_or_one = slice(None) if problem.is_ensemble else 0
    return Trajectory(
        points[all_or_one],
        values[all_or_one],
        label=optimizer.label,
        endings=endings,
        evaluations=objective.calls,
        seconds=seconds,
        optimizer=optimizer,
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


def _where_finite(function: Callable[[Points], Array], points: Points) -> Array:
    """Return a function's values in a new array, NaN where a point is not finite."""
    # Each coordinate by itself, since reducing an axis of length two is slow.
    finite = np.isfinite(points[..., 0]) & np.isfinite(points[..., 1])
    if finite.all():
        return function(points).copy()
    values = np.full(finite.shape, np.nan)
    values[finite] = function(points[finite])
    return values


def _endings(problem: Problem, points: Points, values: Array) -> tuple[Ending, ...]:
    """Return how each start ended, and set all that follows a divergence to NaN."""
    finite = np.isfinite(values)  # and so are the points
    slopes = _where_finite(
        lambda p: np.linalg.norm(problem.surface.gradient(p), axis=-1), points[:, -1]
    )
    endings = []
    for i, is_finite in enumerate(finite):
        if not is_finite.all():
            step = int(np.argmin(is_finite))
            points[i, step + 1 :] = values[i, step + 1 :] = np.nan
            endings.append(Ending("diverged", step))
        else:
            kind = "converged" if slopes[i] < CONVERGED_BELOW else "finished"
            endings.append(Ending(kind, problem.steps))
    return tuple(endings)


def _check_starts(problem: Problem, starts: Points) -> None:
    values = problem.surface.value(starts)
    for start, value in zip(starts, values, strict=True):
        if not np.isfinite(value):
            raise InvalidInput(
                f"surface {problem.surface.name!r} is {value} at the start "
                f"({start[0]:g}, {start[1]:g}); choose a start where it is finite"
            )


def _noise(problem: Problem, starts: int) -> Array | None:
    """Return the noise of each step and start, (steps, n, 2): the same for every optimizer.

    Start i has a random stream of its own, so its noise does not depend on the number of starts.
    """
    if problem.noise == 0:
        return None
    streams = np.random.SeedSequence(problem.seed).spawn(starts)
    draws = [np.random.default_rng(s).standard_normal((problem.steps, 2)) for s in streams]
    return problem.noise * np.stack(draws, axis=1)
