"""simulate: turn a Scene into a Simulation, with every trajectory computed before drawing."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from animopt.errors import InvalidInput, call, did_you_mean
from animopt.optimizers.base import Optimizer
from animopt.scene import Scene, check_scene
from animopt.surfaces.objective import CountedObjective
from animopt.typing import Array, Mask, Points

CONVERGED_BELOW = 1e-8
"""A run has converged if the norm of its last gradient is below this."""
ARRIVED_BELOW = 1e-4
"""A run has arrived if its gap (``Surface.gap``) is below this; the default tolerance."""
# Steps between two checks whether every start has diverged.
_CHECK_EVERY = 32


class Ending(str):
    """How one run ended, as a phrase such as "diverged at step 25".

    ``kind`` is "finished", "converged" or "diverged"; ``step`` is the first step whose point or
    value is not finite, or the last step.
    """

    kind: str
    step: int

    def __new__(cls, kind: str, step: int) -> Ending:
        """Make the phrase from its parts."""
        ending = super().__new__(cls, f"diverged at step {step}" if kind == "diverged" else kind)
        ending.kind, ending.step = kind, step
        return ending

    def __getnewargs__(self) -> tuple[str, int]:  # type: ignore[override]  # for pickle
        return self.kind, self.step


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The run of one optimizer, from one start or from an ensemble of n.

    Attributes:
        optimizer: the optimizer that ran.
        points: (steps + 1, 2) float64, or (n, steps + 1, 2); NaN after a divergence.
        values: the loss at each point, (steps + 1,) or (n, steps + 1), without noise.
        ending: how the run ended; for an ensemble, a tuple with one Ending for each start.
        evaluations: the number of value, gradient and hessian calls for each start.
        seconds: the time that the steps took on this machine.
        step_seconds: the median time of one step, for all starts together.
    """

    optimizer: Optimizer
    points: Points
    values: Array
    ending: Any
    evaluations: dict[str, int]
    seconds: float
    step_seconds: float

    @property
    def label(self) -> str:
        """The optimizer's label."""
        return self.optimizer.label

    @property
    def endings(self) -> tuple[Ending, ...]:
        """How each start ended, also if there is only one."""
        return (self.ending,) if isinstance(self.ending, Ending) else tuple(self.ending)


@dataclass(frozen=True, eq=False)
class Simulation:
    """All trajectories of a scene, in the order of its optimizers.

    >>> from animopt import Scene, optimizers, surfaces
    >>> scene = Scene(surfaces.bowl(), [optimizers.SGD(lr=0.25)], start=(4, 2), steps=2)
    >>> simulate(scene)["SGD lr=0.25"].points
    array([[4. , 2. ],
           [2. , 1. ],
           [1. , 0.5]])
    """

    scene: Scene
    trajectories: tuple[Trajectory, ...]

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


def simulate(scene: Scene) -> Simulation:
    """Run every optimizer of the scene; divergence is a recorded ending, never an exception.

    Raises:
        InvalidInput: the argument is not a Scene, or the surface has no finite value at a start or
            does not return real numbers of the shape it was given.
    """
    check_scene("simulate", scene)
    starts = np.atleast_2d(scene.start)
    with np.errstate(all="ignore"):
        _check_starts(scene, starts)
        noise = _noise(scene, len(starts))
        return Simulation(scene, tuple(_run(scene, o, starts, noise) for o in scene.optimizers))


def quantile(values: Array, q: float = 0.5) -> Array:
    """Return the q-quantile over the starts, the first axis, which is always one of the values.

    The median of an even number of values is the lower of the middle two. A value that is not
    finite counts as the largest, and is returned as NaN.

    >>> quantile(np.array([3.0, 1.0, np.nan, 2.0]))
    array(2.)
    """
    ranked = np.sort(np.where(np.isfinite(values), values, np.inf), axis=0)
    value = ranked[math.ceil(q * len(ranked)) - 1]
    return np.where(np.isfinite(value), value, np.nan)


def settling_step(below: Mask) -> Array:
    """Return the first step from which each start stays below: (n, steps + 1) -> (n,), inf if none.

    >>> settling_step(np.array([[False, True, False, True, True], [True, True, True, True, False]]))
    array([ 3., inf])
    """
    length = below.shape[1]
    settled = np.where(below, 0, np.arange(1, length + 1)).max(axis=1)
    return np.where(settled < length, settled, np.inf)


def _run(scene: Scene, optimizer: Optimizer, starts: Points, noise: Array | None) -> Trajectory:
    objective = CountedObjective(scene.surface)
    points = np.full((scene.steps + 1, *starts.shape), np.nan)
    points[0] = starts
    x = starts.copy()
    clock = [time.perf_counter()]
    state = call(f"optimizer {optimizer.label!r}: init(x)", optimizer.at(0).init, starts.copy())
    for k in range(scene.steps):
        if noise is not None:
            objective.noise = noise[k]
        try:
            x, state = _step(optimizer, k, objective, x, state)
        except Exception:
            if np.isfinite(x).all(axis=-1).any():
                raise
            break  # every start has diverged, and f refuses such points
        points[k + 1] = x
        clock.append(time.perf_counter())
        if k % _CHECK_EVERY == 0 and not np.isfinite(x).any():
            break
    points = np.ascontiguousarray(points.swapaxes(0, 1))
    values = _where_finite(scene.surface.value, points)
    endings = _endings(scene, points, values)
    points.flags.writeable = values.flags.writeable = False
    all_or_one = slice(None) if scene.is_ensemble else 0
    return Trajectory(
        optimizer,
        points[all_or_one],
        values[all_or_one],
        endings[all_or_one],
        evaluations=objective.calls,
        seconds=clock[-1] - clock[0],
        step_seconds=float(np.median(np.diff(clock))),
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


def _endings(scene: Scene, points: Points, values: Array) -> tuple[Ending, ...]:
    """Return how each start ended, and set all that follows a divergence to NaN."""
    finite = np.isfinite(values)  # and so are the points
    slopes = _where_finite(
        lambda p: np.linalg.norm(scene.surface.gradient(p), axis=-1), points[:, -1]
    )
    endings = []
    for i, is_finite in enumerate(finite):
        if not is_finite.all():
            step = int(np.argmin(is_finite))
            points[i, step + 1 :] = values[i, step + 1 :] = np.nan
            endings.append(Ending("diverged", step))
        else:
            kind = "converged" if slopes[i] < CONVERGED_BELOW else "finished"
            endings.append(Ending(kind, scene.steps))
    return tuple(endings)


def _check_starts(scene: Scene, starts: Points) -> None:
    values = scene.surface.value(starts)
    for start, value in zip(starts, values, strict=True):
        if not np.isfinite(value):
            raise InvalidInput(
                f"surface {scene.surface.name!r} is {value} at the start "
                f"({start[0]:g}, {start[1]:g}); choose a start where it is finite"
            )


def _noise(scene: Scene, starts: int) -> Array | None:
    """Return the noise of each step and start, (steps, n, 2): the same for every optimizer.

    Start i has a random stream of its own, so its noise does not depend on the number of starts.
    """
    if scene.noise == 0:
        return None
    streams = np.random.SeedSequence(scene.seed).spawn(starts)
    draws = [np.random.default_rng(s).standard_normal((scene.steps, 2)) for s in streams]
    return scene.noise * np.stack(draws, axis=1)
