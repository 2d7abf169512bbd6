"""Run: one path with its losses, wherever it comes from; a Trajectory is that of an optimizer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np

from animopt.checks import check_line
from animopt.errors import InvalidInput
from animopt.optimizers.base import Optimizer
from animopt.runs.columns import DATA, checked_metrics, checked_points, checked_steps, column
from animopt.runs.readers import Readers
from animopt.surfaces.surface import Surface
from animopt.typing import ABSENT, EMPTY, Array, Given, Indices, Points

CONVERGED_BELOW = 1e-8
"""A run has converged if the norm of its last gradient is below this."""
ARRIVED_BELOW = 1e-4
"""A run has arrived if its gap (``Surface.gap``) is below this; the default tolerance."""


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


@dataclass(frozen=True, eq=False, repr=False)
class Run(Readers):
    """A path with its losses, from one start or from an ensemble of n; all that is shown reads it.

    A point or a loss that is not finite, but has a finite one after it, is a gap. A run whose last
    loss is not finite has diverged, at the first step after its last finite loss.

    Args:
        points: (m, 2), or (n, m, 2) for an ensemble; (m, k) to be projected by a plane; None for a
            run of losses and metrics alone, which has no place. NaN in a gap.
        values: the loss at each point, (m,) or (n, m), without noise; None for that of the surface
            on which the run is shown.
        label: the name in legends and reports.
        steps: the training step of each point, (m,) whole numbers that increase; 0, 1, ..., m - 1
            by default.
        seconds: the time at which each point was reached on the machine, (m,), if known.
        metrics: further numbers at each point, {name: (m,)}, such as the validation loss.
        off_plane: the distance of each point from the plane that it was projected to, (m,).
        endings: how each start ended, if it is known better than from the losses.
        evaluations: the number of value, gradient and hessian calls for each start, if known.
        samples: the points that were evaluated in each step, (m, 2) each, where they are kept.

    Raises:
        InvalidInput: an argument is not real numbers of these shapes, or steps do not increase.

    >>> run = Run([(2, 1), (1, 0.5), (0.5, 0.2)], [5, 1.2, 0.3], label="adam", steps=[0, 10, 20])
    >>> run.index(15), run.ending, run.last
    (1, 'finished', 20)
    """

    points: Given[Any, Points] = ABSENT
    values: Given[Any, Array] = ABSENT
    _: KW_ONLY
    label: str
    steps: Given[Any, Indices] = ABSENT
    seconds: Given[Any, Array | None] = ABSENT
    metrics: Given[Mapping[str, Any], Mapping[str, Array]] = EMPTY
    off_plane: Given[Any, Array | None] = ABSENT
    endings: tuple[Ending, ...] = ()
    evaluations: Mapping[str, int] | None = None
    samples: tuple[Points, ...] = ()

    def __post_init__(self) -> None:
        who = f"Run({check_line('Run(label=...)', self.label)!r})"
        points, values = checked_points(who, self.points, self.values)
        length = points.shape[-2]
        held: dict[str, Any] = {"points": points, "values": values}
        held["steps"] = checked_steps(who, self.steps, length)
        for name in ("seconds", "off_plane"):
            given = getattr(self, name)
            held[name] = None if given is None else column(who, name, given, (length,))
        if held["seconds"] is not None and (np.diff(_known(held["seconds"])) < 0).any():
            raise InvalidInput(f"{who}: seconds run backwards; give the time since the start")
        for name, value in held.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "metrics", checked_metrics(who, self.metrics, length))
        if not self.endings:
            judged = points.sum(axis=-1) if values is None else values
            endings = tuple(_ending(each, self.steps) for each in np.atleast_2d(judged))
            object.__setattr__(self, "endings", endings)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.label!r}, points of shape {self.points.shape})"

    @property
    def paths(self) -> Points:
        """The points of every start, (n, m, 2), also if there is only one."""
        return np.reshape(self.points, (-1, *np.shape(self.points)[-2:]))

    @property
    def losses(self) -> Array:
        """The loss of every start at each point, (n, m), also if there is only one."""
        return np.atleast_2d(self.values)

    @property
    def is_ensemble(self) -> bool:
        """Whether there are many starts rather than one."""
        return np.ndim(self.points) == 3

    @property
    def has_points(self) -> bool:
        """Whether the run has a place, rather than losses and metrics alone."""
        return bool(np.isfinite(self.points).any())

    @property
    def numbers(self) -> Mapping[str, Array]:
        """What is known at each point besides its place and its loss, (m,), by name."""
        known = {**self.metrics, "seconds": self.seconds, "off_plane": self.off_plane}
        return {name: numbers for name, numbers in known.items() if numbers is not None}

    @property
    def ending(self) -> Any:
        """How the run ended; for an ensemble, a tuple with one Ending for each start."""
        return self.endings if self.is_ensemble else self.endings[0]

    @property
    def kind(self) -> str | None:
        """What a sweep of this run's kind has in common, or None for a run of its own."""
        return None

    @property
    def settings(self) -> Mapping[str, Any]:
        """The hyperparameters by name, if known."""
        return {}

    @property
    def origin(self) -> str:
        """What made the numbers, for the provenance of a file: of a record, the numbers."""
        return f"{self.label} sha256:{self.digest}"

    @cached_property
    def last(self) -> int:
        """The last training step."""
        return int(self.steps[-1])

    @cached_property
    def step_seconds(self) -> float | None:
        """The median time of one step, for all starts together, if known."""
        if self.seconds is None:
            return None
        times = _known(np.diff(self.seconds) / np.diff(self.steps))
        return float(np.median(times)) if times.size else None

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all that was measured: points, losses, steps, times, metrics, distances.

        Runs with the same numbers have the same, whatever they are called.
        """
        made = hashlib.sha256()
        measured = {name: getattr(self, name) for name in DATA}
        for name, numbers in (*measured.items(), *sorted(self.metrics.items())):
            if numbers is not None:
                made.update(f"{name} {numbers.shape} {numbers.dtype.str};".encode())
                made.update(np.ascontiguousarray(numbers).tobytes())
        return made.hexdigest()

    def index(self, step: int) -> int:
        """Return the index of the last point at or before a training step.

        Before the first point it is that one's, 0: a run that begins later waits at its start.
        """
        return max(int(np.searchsorted(self.steps, step, side="right")) - 1, 0)

    def indices(self, last: int) -> Indices:
        """Return ``index`` of every step from 0 to the last, (last + 1,): the run on a clock."""
        found = np.searchsorted(self.steps, np.arange(last + 1), side="right") - 1
        return np.maximum(found, 0)

    def on_clock(self, last: int) -> Indices | slice:
        """Return ``indices``, or where each step has its own point, all of them as a slice."""
        own = len(self.steps) == last + 1 == self.last + 1 and self.steps[0] == 0
        return slice(None) if own else self.indices(last)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with other numbers or another label."""
        return replace(self, **changes)

    def on(self, surface: Surface) -> Run:
        """Return the run as it is on a surface: projected to a plane, with losses at every point.

        Losses that it has are kept: they are the true ones.

        Raises:
            InvalidInput: its points have more than two coordinates and the surface is no plane, or
                it has no losses and the surface has no ground.
        """
        if hasattr(surface, "project"):
            projected: Run = surface.project(self)
            return projected
        if self.points.shape[-1] != 2:
            raise InvalidInput(
                f"Run({self.label!r}): its points have {self.points.shape[-1]} coordinates, and "
                f"surface {surface.name!r} has two; show it on a plane, such as planes.pca([run])"
            )
        if self.values is not None:
            if not np.isfinite(self.values).any():
                raise InvalidInput(
                    f"Run({self.label!r}): none of its losses is a finite number; leave values out "
                    "for those of the surface"
                )
            return self
        if not surface.has_ground:
            raise InvalidInput(
                f"Run({self.label!r}): it has no losses, and {surface.name!r} has none to give; "
                "give values= (a column named loss), or a surface"
            )
        return replace(self, values=where_finite(surface.value, self.points), endings=())


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory(Run):
    """The run of an optimizer.

    Attributes:
        optimizer: the optimizer that ran.
        calls: the evaluations for each start up to each point, of all kinds together, (m,).
    """

    _: KW_ONLY
    optimizer: Optimizer
    calls: Array | None = None

    @property
    def numbers(self) -> Mapping[str, Array]:
        """What is known at each point besides its place and its loss, (m,), by name."""
        return {**super().numbers, **({} if self.calls is None else {"evaluations": self.calls})}

    @property
    def kind(self) -> str | None:
        """The class of the optimizer, and of what it wraps."""
        return self.optimizer.kind

    @property
    def settings(self) -> Mapping[str, Any]:
        """The hyperparameters by name."""
        return self.optimizer.hyperparameters

    @property
    def origin(self) -> str:
        """The optimizer with all its settings, which decide the numbers."""
        return repr(self.optimizer)


def where_finite(function: Any, points: Points) -> Array:
    """Return a function's values in a new array, NaN where a point is not finite."""
    # Each coordinate by itself, since reducing an axis of length two is slow.
    finite = np.isfinite(points[..., 0]) & np.isfinite(points[..., 1])
    if finite.all():
        return np.array(function(points))
    values = np.full(finite.shape, np.nan)
    values[finite] = function(points[finite])
    return values


def _known(numbers: Array) -> Array:
    return numbers[np.isfinite(numbers)]


def _ending(losses: Array, steps: Indices) -> Ending:
    """Return how a run ended: what is not finite is a divergence if nothing finite follows it."""
    known = np.flatnonzero(np.isfinite(losses))
    after = int(known[-1]) + 1 if known.size else 0
    if after == len(losses):
        return Ending("finished", int(steps[-1]))
    return Ending("diverged", int(steps[after]))
