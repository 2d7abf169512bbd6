"""Adaptive methods: every coordinate has a step size of its own, from its past gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from animopt.optimizers.base import Optimizer, choice, fraction, nonnegative, positive
from animopt.surfaces.objective import Objective
from animopt.typing import Array, Hyper, Points


def root(v: Array, eps: float, where: str) -> Array:
    """Return sqrt(v) + eps, or sqrt(v + eps) where eps is "inside" the root."""
    return np.sqrt(v + eps) if where == "inside" else np.sqrt(v) + eps


@dataclass(frozen=True)
class Adagrad(Optimizer):
    """Accumulate squares: a <- a + g^2; x <- x - lr g / (sqrt(a) + eps).

    ``eps_where="inside"`` is lr g / sqrt(a + eps).
    Source: Duchi, Hazan and Singer, "Adaptive subgradient methods" (JMLR 12, 2011).
    """

    lr: Hyper = positive(0.01)
    eps: Hyper = nonnegative(1e-10)
    initial_accumulator: Hyper = nonnegative(0.0)
    eps_where: str = choice("outside", "inside")

    def init(self, x: Points) -> Array:
        return np.full_like(x, self.initial_accumulator)

    def step(self, objective: Objective, x: Points, state: Array) -> tuple[Points, Array]:
        g = objective.gradient(x)
        a = state + g**2
        return x - self.lr * g / root(a, self.eps, self.eps_where), a


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """Average squares: v <- rho v + (1 - rho) g^2; x <- x - lr g / (sqrt(v) + eps)."""

    lr: Hyper = positive(0.01)
    rho: Hyper = fraction(0.99)
    eps: Hyper = nonnegative(1e-8)
    eps_where: str = choice("outside", "inside")

    def init(self, x: Points) -> Array:
        return np.zeros_like(x)

    def step(self, objective: Objective, x: Points, state: Array) -> tuple[Points, Array]:
        g = objective.gradient(x)
        v = self.rho * state + (1 - self.rho) * g**2
        return x - self.lr * g / root(v, self.eps, self.eps_where), v


@dataclass(frozen=True)
class Adadelta(Optimizer):
    """Match units: d = g sqrt(u + eps) / sqrt(v + eps), with u and v averages of d^2 and g^2."""

    lr: Hyper = positive(1.0)
    rho: Hyper = fraction(0.9)
    eps: Hyper = nonnegative(1e-6)

    def init(self, x: Points) -> tuple[Array, Array]:
        return np.zeros_like(x), np.zeros_like(x)

    def step(
        self, objective: Objective, x: Points, state: tuple[Array, Array]
    ) -> tuple[Points, tuple[Array, Array]]:
        v, u = state
        g = objective.gradient(x)
        v = self.rho * v + (1 - self.rho) * g**2
        d = g * np.sqrt(u + self.eps) / np.sqrt(v + self.eps)
        u = self.rho * u + (1 - self.rho) * d**2
        return x - self.lr * d, (v, u)


@dataclass(frozen=True)
class Adam(Optimizer):
    """Average gradients and squares, both bias-corrected: x <- x - lr m^ / (sqrt(v^) + eps).

    ``eps_where``: "outside" sqrt(v^) + eps (torch), "inside" sqrt(v^ + eps) (textbooks),
    "uncorrected" lr_t m / (sqrt(v) + eps) (Keras, TensorFlow).
    Source: Kingma and Ba, "Adam" (ICLR 2015).
    """

    lr: Hyper = positive(0.001)
    beta1: Hyper = fraction(0.9)
    beta2: Hyper = fraction(0.999)
    eps: Hyper = nonnegative(1e-8)
    eps_where: str = choice("outside", "inside", "uncorrected")

    def init(self, x: Points) -> Any:
        return np.zeros_like(x), np.zeros_like(x), 0

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        m, v, t = state
        t += 1
        g = objective.gradient(x)
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * g**2
        c1, c2 = 1 - self.beta1**t, 1 - self.beta2**t
        if self.eps_where == "uncorrected":
            step = self.lr * np.sqrt(c2) / c1 * m / (np.sqrt(v) + self.eps)
        else:
            step = self.lr * (m / c1) / root(v / c2, self.eps, self.eps_where)
        return x - step, (m, v, t)
