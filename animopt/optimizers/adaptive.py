"""Adaptive methods: each coordinate has its own step size, derived from its past gradients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from animopt.optimizers.base import Optimizer, choice, flag, fraction, nonnegative, positive
from animopt.surfaces.objective import Objective
from animopt.typing import Array, Hyper, Points

__all__ = ["Adadelta", "Adagrad", "Ftrl", "RMSprop"]


def average(old: Array, new: Array, rate: float) -> Array:
    """Return rate old + (1 - rate) new, one step of an exponential moving average."""
    return rate * old + (1 - rate) * new


def root(v: Array, eps: float, where: str) -> Array:
    """Return sqrt(v) + eps, or sqrt(v + eps) where eps is "inside" the root."""
    return np.sqrt(v + eps) if where == "inside" else np.sqrt(v) + eps


@dataclass(frozen=True)
class Adagrad(Optimizer):
    """Accumulate squares: a <- a + g^2; x <- x - lr g / (sqrt(a) + eps).

    a starts at ``initial_accumulator``. ``eps_where="inside"`` is lr g / sqrt(a + eps) (Keras,
    optax, textbooks).
    Source: Duchi, Hazan and Singer, "Adaptive subgradient methods" (JMLR 12, 2011).
    """

    lr: Hyper = nonnegative(0.01)
    eps: Hyper = nonnegative(1e-10)
    initial_accumulator: Hyper = nonnegative(0.0)
    eps_where: str = choice("outside", "inside")

    def init(self, x: Points) -> Array:
        return np.full_like(x, self.initial_accumulator)

    def step(self, objective: Objective, x: Points, state: Array) -> tuple[Points, Array]:
        g = objective.gradient(x)
        a = state + g * g
        return x - self.lr * g / root(a, self.eps, self.eps_where), a


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """Average squares: v <- rho v + (1 - rho) g^2; x <- x - lr g / (sqrt(v) + eps).

    ``eps_where="inside"`` is sqrt(v + eps) (Keras, optax, textbooks). ``centered`` uses the
    variance v - a^2 instead of v, where a is the same average of g. With ``momentum``,
    b <- momentum b + g / root; x <- x - lr b; ``form="velocity"`` is
    b <- momentum b + lr g / root; x <- x - b (Keras, optax): the same, unless lr is a schedule.
    Source: Tieleman and Hinton, "Lecture 6.5: RMSprop" (2012); centred: Graves, "Generating
    sequences with recurrent neural networks" (2013).
    """

    lr: Hyper = nonnegative(0.01)
    rho: Hyper = fraction(0.99)
    eps: Hyper = nonnegative(1e-8)
    momentum: Hyper = fraction(0.0)
    centered: bool = flag(False)
    eps_where: str = choice("outside", "inside")
    form: str = choice("buffer", "velocity")

    def init(self, x: Points) -> tuple[Array, Array, Array]:
        return np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)

    def step(
        self, objective: Objective, x: Points, state: tuple[Array, Array, Array]
    ) -> tuple[Points, tuple[Array, Array, Array]]:
        v, a, buffer = state
        g = objective.gradient(x)
        v = average(v, g * g, self.rho)
        moment = v
        if self.centered:
            a = average(a, g, self.rho)
            # Rounding can make the variance of equal gradients negative.
            moment = np.maximum(v - a * a, 0.0)
        inner, outer = (1.0, self.lr) if self.form == "buffer" else (self.lr, 1.0)
        buffer = self.momentum * buffer + inner * g / root(moment, self.eps, self.eps_where)
        return x - outer * buffer, (v, a, buffer)


@dataclass(frozen=True)
class Adadelta(Optimizer):
    """Steps in the units of x: d = g sqrt(u + eps) / sqrt(v + eps); x <- x - lr d.

    v <- rho v + (1 - rho) g^2 before d is computed, and u <- rho u + (1 - rho) d^2 after it.
    Source: Zeiler, "ADADELTA: an adaptive learning rate method" (2012).
    """

    lr: Hyper = nonnegative(1.0)
    rho: Hyper = fraction(0.9)
    eps: Hyper = nonnegative(1e-6)

    def init(self, x: Points) -> tuple[Array, Array]:
        return np.zeros_like(x), np.zeros_like(x)

    def step(
        self, objective: Objective, x: Points, state: tuple[Array, Array]
    ) -> tuple[Points, tuple[Array, Array]]:
        v, u = state
        g = objective.gradient(x)
        v = average(v, g * g, self.rho)
        d = g * np.sqrt(u + self.eps) / np.sqrt(v + self.eps)
        u = average(u, d * d, self.rho)
        return x - self.lr * d, (v, u)


@dataclass(frozen=True)
class Ftrl(Optimizer):
    """Follow the regularized leader: every step minimizes z . x + l1 |x| + q x^2 / 2.

    Per coordinate: b = a + g^2; z <- z + g - (b^power - a^power) / lr x; a <- b;
    x <- 0 where |z| <= l1, else (sign(z) l1 - z) / q, q = b^power / lr + 2 l2.
    a starts at ``initial_accumulator`` and z at 0 (Keras), as if the previous leader had been the
    origin, so the first step also scales x by the factor 1 - (a / b)^power.
    Source: McMahan et al., "Ad click prediction: a view from the trenches" (KDD 2013).
    """

    lr: Hyper = positive(0.001)
    power: Hyper = nonnegative(0.5)
    initial_accumulator: Hyper = nonnegative(0.1)
    l1: Hyper = nonnegative(0.0)
    l2: Hyper = nonnegative(0.0)

    def init(self, x: Points) -> tuple[Array, Array]:
        return np.zeros_like(x), np.full_like(x, self.initial_accumulator)

    def step(
        self, objective: Objective, x: Points, state: tuple[Array, Array]
    ) -> tuple[Points, tuple[Array, Array]]:
        z, a = state
        g = objective.gradient(x)
        b = a + g * g
        z = z + g - (b**self.power - a**self.power) / self.lr * x
        pull = np.clip(z, -self.l1, self.l1) - z
        return pull / (b**self.power / self.lr + 2 * self.l2), (z, b)
