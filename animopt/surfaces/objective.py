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


class CountedObjective:
    """The loss of one minibatch, f(x) + e . x, whose gradient is that of f plus the noise e.

    Value and gradient belong to the same function, so a line search is not misled; the Hessian is
    that of f. ``noise`` is e, shape (n, 2), or None; ``simulate`` sets it before each step.
    ``calls`` counts the calls of each kind for one start.
    """

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.noise: Points | None = None
        self.calls = {"value": 0, "gradient": 0, "hessian": 0}

    def value(self, x: Points) -> Array:
        """Return the loss at each point of the batch."""
        self.calls["value"] += _rounds(x)
        value = self.surface.value(x)
        return value if self.noise is None else value + np.sum(self.noise * x, axis=-1)

    def gradient(self, x: Points) -> Points:
        """Return the gradient at each point of the batch."""
        self.calls["gradient"] += _rounds(x)
        gradient = self.surface.gradient(x)
        return gradient if self.noise is None else gradient + self.noise

    def hessian(self, x: Points) -> Array:
        """Return the Hessian at each point of the batch."""
        self.calls["hessian"] += _rounds(x)
        return self.surface.hessian(x)


def _rounds(x: Points) -> int:
    """Return how often each start is evaluated: the product of the axes before (n, 2)."""
    return math.prod(np.asarray(x).shape[:-2])
