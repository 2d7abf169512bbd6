"""Objective: a surface as an optimizer sees it, with optional noise and every call counted."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from animopt.surfaces.surface import Surface
from animopt.typing import Array, Points


class Objective(Protocol):
    """What ``Optimizer.step`` may call; ``x`` is the batch, shape (..., n, 2) for n starts."""

    def value(self, x: Points) -> Array:
        """Return the loss: (..., n, 2) -> (..., n)."""

    def gradient(self, x: Points) -> Points:
        """Return the gradient: (..., n, 2) -> (..., n, 2)."""

    def hessian(self, x: Points) -> Array:
        """Return the Hessian: (..., n, 2) -> (..., n, 2, 2)."""

    def row(self, i: int) -> Objective:
        """Return the objective of start i alone: a batch of one, with n = 1."""


class CountedObjective:
    """The loss of one minibatch, f(x) + e . x, whose gradient is that of f plus the noise e.

    Value and gradient belong to the same function, so a line search is not misled; the Hessian is
    that of f. ``noise`` is e, shape (n, 2), or None; ``simulate`` sets it before each step.
    A start that is evaluated by itself is a row, with the noise of that start. With ``recording``,
    ``samples`` gives back what was evaluated.
    """

    def __init__(self, surface: Surface, recording: bool = False) -> None:
        self.surface = surface
        self.noise: Points | None = None
        self._calls = {"value": 0, "gradient": 0, "hessian": 0}
        self._rows: dict[int, CountedObjective] = {}
        self._samples: list[Points] | None = [] if recording else None

    @property
    def calls(self) -> dict[str, int]:
        """The calls of each kind for one start; of starts evaluated alone, those of the busiest."""
        rows = [row.calls for row in self._rows.values()]
        if not rows:
            return dict(self._calls)
        return {
            kind: number + max(row[kind] for row in rows) for kind, number in self._calls.items()
        }

    @property
    def total(self) -> int:
        """The calls of all kinds, which is asked at every step."""
        return sum(self._calls.values() if not self._rows else self.calls.values())

    @property
    def counts(self) -> tuple[list[int], list[int]]:
        """The calls of each kind of the batch, and of the busiest start evaluated alone."""
        own = list(self._calls.values())
        return own, [all_ - mine for all_, mine in zip(self.calls.values(), own, strict=True)]

    def value(self, x: Points) -> Array:
        """Return the loss at each point of the batch."""
        self._count("value", x)
        value = self.surface.value(x)
        return value if self.noise is None else value + np.sum(self.noise * x, axis=-1)

    def gradient(self, x: Points) -> Points:
        """Return the gradient at each point of the batch."""
        self._count("gradient", x)
        gradient = self.surface.gradient(x)
        return gradient if self.noise is None else gradient + self.noise

    def hessian(self, x: Points) -> Array:
        """Return the Hessian at each point of the batch."""
        self._count("hessian", x)
        return self.surface.hessian(x)

    def row(self, i: int) -> CountedObjective:
        """Return the objective of start i alone, counted and recorded together with this one."""
        if i not in self._rows:
            self._rows[i] = CountedObjective(self.surface, self._samples is not None)
        row = self._rows[i]
        row.noise = None if self.noise is None else self.noise[i : i + 1]
        return row

    def samples(self) -> Points:
        """Return the points evaluated since this was last called, (m, 2), start by start.

        A point whose value and derivatives are evaluated one after the other is there once.
        """
        if self._samples is None:
            return np.empty((0, 2))
        own, self._samples = self._samples, []
        return np.concatenate([np.empty((0, 2)), *own, *(r.samples() for r in self._rows.values())])

    def _count(self, kind: str, x: Points) -> None:
        x = np.asarray(x)
        # How often each start is evaluated: the product of the axes before (n, 2).
        self._calls[kind] += math.prod(x.shape[:-2])
        if self._samples is not None:
            points = x.reshape(-1, 2)
            if not (self._samples and np.array_equal(self._samples[-1], points)):
                self._samples.append(points.copy())
