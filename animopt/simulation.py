"""simulate: a Scene becomes a Simulation, every trajectory computed before anything is drawn."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from animopt.errors import InvalidInput, call, did_you_mean, short
from animopt.optimizers.base import Optimizer
from animopt.scene import Scene
from animopt.surfaces.objective import CountedObjective
from animopt.typing import Array, Points

CONVERGED_BELOW = 1e-8
"""The norm of the gradient at the end of a run that has come to rest."""
ARRIVED_BELOW = 1e-4
"""The gap (``Surface.gap``) at which a run has arrived, unless another tolerance is asked for."""
_LOOK_EVERY = 32


class Ending(str):
    """How one run ended, a plain phrase such as "diverged at step 25".

    ``kind`` is "finished", "converged" or "diverged"; ``step`` is the first step whose point or
    value is not finite, or the last step.
    """

    kind: str
    step: int

    def __new__(cls, kind: str, step: int) -> Ending:
        """Compose the phrase."""
        ending = super().__new__(cls, f"diverged at step {step}" if kind == "diverged" else kind)
        ending.kind, ending.step = kind, step
        return ending

    def __getnewargs__(self) -> tuple[str, int]:  # type: ignore[override]  # for pickle
        return self.kind, self.step


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The run of one optimizer, from one start or from an ensemble of n.

    Attributes:
        optimizer: what ran.
        points: (steps + 1, 2) float64, or (n, steps + 1, 2); NaN after a divergence.
        values: the loss at each point, (steps + 1,) or (n, steps + 1), without noise.
        ending: how it ended; for an ensemble one for each start.
        evaluations: calls of value, gradient and hessian for each start.
        seconds: the time the steps took, on this machine.
        step_seconds: the median of the time of one step (of all starts together), likewise.
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
        """How each start ended, also where there is one start only."""
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
        """Show the simulation where it is the last line of a notebook's cell."""
        from animopt.notebook import bundle

        return bundle(self)


def simulate(scene: Scene) -> Simulation:
    """Run every optimizer of the scene; divergence is a recorded ending, never an exception.

    Raises:
        InvalidInput: the surface has no finite value at a start, or does not return real numbers
            of the shape it was given; or what is given is no Scene.
    """
    if not isinstance(scene, Scene):
        raise InvalidInput(f"{short(scene)} is no scene; give Scene(surface, optimizers, ...)")
    starts = np.atleast_2d(scene.start)
    with np.errstate(all="ignore"):
        _check_starts(scene, starts)
        noise = _noise(scene, len(starts))
        return Simulation(scene, tuple(_run(scene, o, starts, noise) for o in scene.optimizers))


def quantile(values: Array, q: float = 0.5) -> Array:
    """Return over the starts, the first axis, the least value that a part q of them do not exceed.

    So it is one that occurred: of an even number the median is the lower of the middle two. What
    is not finite counts as largest, and comes out as NaN.

    >>> quantile(np.array([3.0, 1.0, np.nan, 2.0]))
    array(2.)
    """
    ranked = np.sort(np.where(np.isfinite(values), values, np.inf), axis=0)
    value = ranked[math.ceil(q * len(ranked)) - 1]
    return np.where(np.isfinite(value), value, np.nan)


def _run(scene: Scene, optimizer: Optimizer, starts: Points, noise: Array | None) -> Trajectory:
    objective = CountedObjective(scene.surface)
    points = np.full((scene.steps + 1, *starts.shape), np.nan)
    points[0] = starts
    x = starts.copy()
    clock = [time.perf_counter()]
    state = call(f"optimizer {optimizer.label!r}: init(x)", optimizer.at(0).init, x)
    for k in range(scene.steps):
        if noise is not None:
            objective.noise = noise[k]
        x, state = _advanced(optimizer, k, objective, x, state)
        points[k + 1] = x
        clock.append(time.perf_counter())
        if k % _LOOK_EVERY == 0 and not np.isfinite(x).any():
            break
    times = clock[-1] - clock[0], float(np.median(np.diff(clock)))
    points = np.ascontiguousarray(points.swapaxes(0, 1))
    values = scene.surface.value(points)
    endings = _endings(scene, points, values)
    points.flags.writeable = values.flags.writeable = False
    evaluations = {
        "value": objective.value_calls,
        "gradient": objective.gradient_calls,
        "hessian": objective.hessian_calls,
    }
    if scene.is_ensemble:
        return Trajectory(optimizer, points, values, endings, evaluations, *times)
    return Trajectory(optimizer, points[0], values[0], endings[0], evaluations, *times)


def _advanced(
    optimizer: Optimizer, k: int, objective: CountedObjective, x: Points, state: Any
) -> tuple[Points, Any]:
    what = f"optimizer {optimizer.label!r}: step"
    after = call(f"{what}(objective, x, state)", optimizer.at(k).step, objective, x, state)
    if isinstance(after, tuple) and len(after) == 2:
        try:
            points = np.asarray(after[0])
        except ValueError:
            given = "rows of different lengths"
        else:
            if points.shape != x.shape:
                given = f"points of shape {points.shape}"
            elif points.dtype.kind not in "fiu":
                given = f"points of type {points.dtype}, not real numbers"
            else:
                return points, after[1]
    else:
        given = f"a {type(after).__name__}"
    raise InvalidInput(
        f"{what} returned {given}; it must return (x, state) with x of shape {x.shape}, "
        "as it was given"
    )


def _endings(scene: Scene, points: Points, values: Array) -> tuple[Ending, ...]:
    """Say how each start ended, and blank what came after a divergence."""
    # Coordinate by coordinate, since reducing an axis of length two is slow.
    finite = np.isfinite(points[..., 0]) & np.isfinite(points[..., 1]) & np.isfinite(values)
    slopes = np.linalg.norm(scene.surface.gradient(points[:, -1]), axis=-1)
    endings = []
    for i, known in enumerate(finite):
        if not known.all():
            step = int(np.argmin(known))
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

    Start i has a stream of its own, so it meets the same noise however many others there are.
    """
    if scene.noise == 0:
        return None
    streams = np.random.SeedSequence(scene.seed).spawn(starts)
    draws = [np.random.default_rng(s).standard_normal((scene.steps, 2)) for s in streams]
    return scene.noise * np.stack(draws, axis=1)
