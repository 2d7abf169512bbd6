"""Gradient descent, with momentum, or by the signs of the gradient alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from animopt.optimizers.base import Optimizer, choice, fraction, nonnegative, positive
from animopt.surfaces.objective import Objective
from animopt.typing import Hyper, Points

__all__ = ["SGD", "Brake", "Momentum", "Nesterov", "Rprop", "SignSGD"]


@dataclass(frozen=True)
class SGD(Optimizer):
    """Steepest descent: x <- x - lr g.

    Source: Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées"
    (1847); Robbins and Monro, "A stochastic approximation method" (1951).
    """

    lr: Hyper = nonnegative(0.001)

    def step(self, objective: Objective, x: Points, state: tuple[()]) -> tuple[Points, tuple[()]]:
        return x - self.lr * objective.gradient(x), state


@dataclass(frozen=True)
class Momentum(Optimizer):
    """Heavy ball: b <- momentum b + (1 - dampening) g; x <- x - lr b.

    The first b is g itself, not dampened (torch). ``form="velocity"`` is
    v <- momentum v - lr (1 - dampening) g; x <- x + v (Keras, TensorFlow): the same path, unless lr
    is a schedule.
    Source: Polyak, "Some methods of speeding up the convergence of iteration methods" (1964).
    """

    lr: Hyper = nonnegative(0.001)
    momentum: Hyper = fraction(0.9)
    dampening: Hyper = fraction(0.0)
    form: str = choice("buffer", "velocity")

    def init(self, x: Points) -> Points | None:
        return None

    def step(self, objective: Objective, x: Points, state: Points | None) -> tuple[Points, Points]:
        inner, outer = (1.0, self.lr) if self.form == "buffer" else (self.lr, 1.0)
        scaled = inner * objective.gradient(x)
        if state is None:
            return x - outer * scaled, scaled
        buffer = self.momentum * state + (1 - self.dampening) * scaled
        return x - outer * buffer, buffer


@dataclass(frozen=True)
class Nesterov(Optimizer):
    """Momentum with a look ahead: b <- momentum b + g; x <- x - lr (g + momentum b).

    ``form="velocity"`` is v <- momentum v - lr g; x <- x + momentum v - lr g (Keras, TensorFlow):
    the same path, unless lr is a schedule.
    Source: Nesterov, "A method for solving the convex programming problem with convergence rate
    O(1/k^2)" (1983); in this form Sutskever et al., "On the importance of initialization and
    momentum in deep learning" (ICML 2013).
    """

    lr: Hyper = nonnegative(0.001)
    momentum: Hyper = fraction(0.9)
    form: str = choice("buffer", "velocity")

    def init(self, x: Points) -> Points:
        return np.zeros_like(x)

    def step(self, objective: Objective, x: Points, state: Points) -> tuple[Points, Points]:
        inner, outer = (1.0, self.lr) if self.form == "buffer" else (self.lr, 1.0)
        scaled = inner * objective.gradient(x)
        buffer = self.momentum * state + scaled
        return x - outer * (scaled + self.momentum * buffer), buffer


@dataclass(frozen=True)
class SignSGD(Optimizer):
    """Only the sign of each coordinate of the gradient counts: x <- x - lr sign(g).

    Source: Bernstein et al., "signSGD" (ICML 2018).
    """

    lr: Hyper = nonnegative(0.001)

    def step(self, objective: Objective, x: Points, state: tuple[()]) -> tuple[Points, tuple[()]]:
        return x - self.lr * np.sign(objective.gradient(x)), state


@dataclass(frozen=True)
class Rprop(Optimizer):
    """A step size per coordinate that grows while the sign of its gradient holds.

    With eta = lr and h = 0 at first: eta <- eta_plus eta where g h > 0; eta <- eta_minus eta and
    g <- 0 where g h < 0, both within [min_step, max_step]; x <- x - eta sign(g); h <- g.
    This is iRprop-, as in torch.
    Source: Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning"
    (1993); Igel and Hüsken, "Improving the Rprop learning algorithm" (2000).
    """

    lr: Hyper = nonnegative(0.01)
    eta_minus: Hyper = fraction(0.5)
    eta_plus: Hyper = positive(1.2)
    min_step: Hyper = nonnegative(1e-6)
    max_step: Hyper = positive(50.0)

    def init(self, x: Points) -> tuple[Points, Points]:
        return np.full_like(x, self.lr), np.zeros_like(x)

    def step(
        self, objective: Objective, x: Points, state: tuple[Points, Points]
    ) -> tuple[Points, tuple[Points, Points]]:
        eta, h = state
        g = objective.gradient(x)
        sign = np.sign(g * h)
        factor = np.where(sign > 0, self.eta_plus, np.where(sign < 0, self.eta_minus, 1.0))
        eta = np.clip(eta * factor, self.min_step, self.max_step)
        g = np.where(sign < 0, 0.0, g)
        return x - eta * np.sign(g), (eta, g)


@dataclass(frozen=True)
class Brake(Optimizer):
    """Speed up while the gradient opposes the velocity; otherwise stop, and halve the step size.

    Per coordinate, with eta = lr and v = 0 at first, and q = g v:
    q > 0: eta <- eta / 2, v <- 0, so the coordinate does not move in this step;
    q < 0: eta <- 1.2 eta, v <- v / 2 - eta g;
    q = 0: v <- v / 2 - eta g; then x <- x + v.
    Source: in the family of delta-bar-delta (Jacobs, 1988) and SuperSAB (Tollenaere, 1990).
    """

    lr: Hyper = nonnegative(0.1)

    def init(self, x: Points) -> tuple[Points, Points]:
        return np.full_like(x, self.lr), np.zeros_like(x)

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        eta, v = state
        g = objective.gradient(x)
        q = g * v
        eta = np.where(q > 0, eta / 2, np.where(q < 0, 1.2 * eta, eta))
        v = np.where(q > 0, 0.0, v / 2 - eta * g)
        return x + v, (eta, v)
