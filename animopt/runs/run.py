"""Run: one path with its losses, wherever it comes from; a Trajectory is that of an optimizer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from animopt.errors import InvalidInput
from animopt.optimizers.base import Optimizer
from animopt.typing import Array, Points

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


@dataclass(frozen=True, eq=False)
class Run:
    """A path with its losses, from one start or from an ensemble of n; all that is shown reads it.

    Attributes:
        points: (m, 2) float64, or (n, m, 2); NaN after a divergence.
        values: the loss at each point, (m,) or (n, m), without noise.
        label: the name in legends and reports.
        endings: how each start ended; by default a run ends at its first loss that is not finite.
        evaluations: the number of value, gradient and hessian calls for each start, if known.
        seconds: the time at which each point was reached on the machine, (m,), if known.
    """

    points: Points
    values: Array
    _: KW_ONLY
    label: str
    endings: tuple[Ending, ...] = ()
    evaluations: Mapping[str, int] | None = None
    seconds: Array | None = None

    def __post_init__(self) -> None:
        shape = np.shape(self.points)
        if len(shape) not in (2, 3) or shape[-1] != 2 or np.shape(self.values) != shape[:-1]:
            raise InvalidInput(
                f"Run({self.label!r}): points have shape {shape} and values "
                f"{np.shape(self.values)}; give (m, 2) and (m,), or (n, m, 2) and (n, m)"
            )
        if not self.endings:
            object.__setattr__(self, "endings", tuple(map(_ending, self.losses)))

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

    @cached_property
    def step_seconds(self) -> float | None:
        """The median time of one step, for all starts together, if known."""
        return None if self.seconds is None else float(np.nanmedian(np.diff(self.seconds)))


@dataclass(frozen=True, eq=False)
class Trajectory(Run):
    """The run of an optimizer.

    Attributes:
        optimizer: the optimizer that ran.
        samples: the points that were evaluated in each step, (m, 2) each, where they are kept.
    """

    _: KW_ONLY
    optimizer: Optimizer
    samples: tuple[Points, ...] = ()

    @property
    def kind(self) -> str | None:
        """The class of the optimizer, and of what it wraps."""
        return self.optimizer.kind

    @property
    def settings(self) -> Mapping[str, Any]:
        """The hyperparameters by name."""
        return self.optimizer.hyperparameters


def _ending(losses: Array) -> Ending:
    finite = np.isfinite(losses)
    if finite.all():
        return Ending("finished", len(losses) - 1)
    return Ending("diverged", int(np.argmin(finite)))
