"""Gradient descent with and without momentum, and Brake, which looks at signs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from animopt.optimizers.base import Optimizer, fraction, positive
from animopt.surfaces.objective import Objective
from animopt.typing import Hyper, Points


@dataclass(frozen=True)
class SGD(Optimizer):
    """Steepest descent: x <- x - lr g."""

    lr: Hyper = positive(0.01)

    def step(self, objective: Objective, x: Points, state: tuple[()]) -> tuple[Points, tuple[()]]:
        return x - self.lr * objective.gradient(x), state


@dataclass(frozen=True)
class Momentum(Optimizer):
    """Heavy ball: b <- momentum b + g; x <- x - lr b.

    With a constant lr this is also v <- momentum v - lr g; x <- x + v (Keras, TensorFlow).
    Source: Polyak, "Some methods of speeding up the convergence of iteration methods" (1964).
    """

    lr: Hyper = positive(0.01)
    momentum: Hyper = fraction(0.9)

    def init(self, x: Points) -> Points:
        return np.zeros_like(x)

    def step(self, objective: Objective, x: Points, state: Points) -> tuple[Points, Points]:
        buffer = self.momentum * state + objective.gradient(x)
        return x - self.lr * buffer, buffer


@dataclass(frozen=True)
class Brake(Optimizer):
    """Speed up while the gradient opposes the velocity, stop and halve the rate when it does not.

    Per coordinate, with eta = lr and v = 0 at first, and q = g v:
    q > 0: eta <- eta / 2, v <- 0, the coordinate pauses for this step;
    q < 0: eta <- 1.2 eta, v <- v / 2 - eta g;
    q = 0: v <- v / 2 - eta g; then x <- x + v.
    Of the family of delta-bar-delta (Jacobs, 1988) and SuperSAB (Tollenaere, 1990).
    """

    lr: Hyper = positive(0.1)

    def init(self, x: Points) -> tuple[Points, Points]:
        return np.full_like(x, self.lr), np.zeros_like(x)

    def step(
        self, objective: Objective, x: Points, state: tuple[Points, Points]
    ) -> tuple[Points, tuple[Points, Points]]:
        eta, v = state
        g = objective.gradient(x)
        q = g * v
        eta = np.where(q > 0, eta / 2, np.where(q < 0, 1.2 * eta, eta))
        v = np.where(q > 0, 0.0, v / 2 - eta * g)
        return x + v, (eta, v)
