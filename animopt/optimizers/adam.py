"""Adam and its variants: moving averages of the gradient and its square, bias-corrected."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from animopt.optimizers.adaptive import average, root
from animopt.optimizers.base import Optimizer, choice, fraction, nonnegative
from animopt.surfaces.objective import Objective
from animopt.typing import Array, Hyper, Points

__all__ = [
    "AMSGrad",
    "AdaBelief",
    "Adam",
    "AdamW",
    "Adamax",
    "Adan",
    "Lion",
    "NAdam",
    "RAdam",
    "Yogi",
]


@dataclass(frozen=True)
class Adam(Optimizer):
    """Average gradients and squares, both bias-corrected: x <- x - lr m^ / (sqrt(v^) + eps).

    m <- beta1 m + (1 - beta1) g; v <- beta2 v + (1 - beta2) g^2;
    m^ = m / (1 - beta1^t); v^ = v / (1 - beta2^t).
    ``eps_where``: "outside" sqrt(v^) + eps (torch), "inside" sqrt(v^ + eps) (textbooks; eps_root
    in optax), "uncorrected" lr sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + eps) (Keras,
    TensorFlow).
    Source: Kingma and Ba, "Adam: a method for stochastic optimization" (ICLR 2015).
    """

    lr: Hyper = nonnegative(0.001)
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
        m = average(m, g, self.beta1)
        v = average(v, g * g, self.beta2)
        return x - self.lr / (1 - self.beta1**t) * m / self._scale(v, 1 - self.beta2**t), (m, v, t)

    def _scale(self, v: Array, correction: float) -> Array:
        """Return the root of v / correction, with eps added as ``eps_where`` says."""
        if self.eps_where == "uncorrected":
            return root(v, self.eps, "outside") / math.sqrt(correction)
        return root(v / correction, self.eps, self.eps_where)


@dataclass(frozen=True)
class AMSGrad(Adam):
    """Adam whose step sizes never grow: w <- max(w, v); x <- x - lr m^ / (sqrt(w^) + eps).

    w^ = w / (1 - beta2^t) (torch, Keras). ``maximum="corrected"`` keeps w <- max(w, v^) instead
    and takes w^ = w (optax). eps as in Adam; "uncorrected" needs the raw maximum.
    Source: Reddi, Kale and Kumar, "On the convergence of Adam and beyond" (ICLR 2018).
    """

    maximum: str = choice("raw", "corrected")

    def init(self, x: Points) -> Any:
        return np.zeros_like(x), np.zeros_like(x), np.zeros_like(x), 0

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        m, v, w, t = state
        t += 1
        g = objective.gradient(x)
        m = average(m, g, self.beta1)
        v = average(v, g * g, self.beta2)
        correction = 1 - self.beta2**t
        if self.maximum == "raw":
            w = np.maximum(w, v)
            scale = self._scale(w, correction)
        else:
            w = np.maximum(w, v / correction)
            scale = self._scale(w, 1.0)
        return x - self.lr / (1 - self.beta1**t) * m / scale, (m, v, w, t)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with decoupled weight decay: x <- x - lr weight_decay x in addition to Adam's step.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (ICLR 2019).
    """

    weight_decay: Hyper = nonnegative(0.01)

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        after, state = super().step(objective, x, state)
        return after - self.lr * self.weight_decay * x, state


@dataclass(frozen=True)
class NAdam(Adam):
    """Adam with Nesterov momentum: x <- x - lr (mu' m^ + (1 - mu) g^) / (sqrt(v^) + eps).

    mu = beta1 (1 - 0.96^(t momentum_decay) / 2), mu' the next mu; P is the product of all mu so
    far; m^ = m / (1 - P mu'), g^ = g / (1 - P). ``momentum_decay=1`` is Keras 3's, and a large
    one (1e6) makes mu = beta1, optax's.
    Source: Dozat, "Incorporating Nesterov momentum into Adam" (2016).
    """

    lr: Hyper = nonnegative(0.002)
    momentum_decay: Hyper = nonnegative(0.004)

    def init(self, x: Points) -> Any:
        return np.zeros_like(x), np.zeros_like(x), 1.0, 0

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        m, v, product, t = state
        t += 1
        g = objective.gradient(x)
        m = average(m, g, self.beta1)
        v = average(v, g * g, self.beta2)
        mu, next_mu = (
            self.beta1 * (1 - 0.5 * 0.96 ** (k * self.momentum_decay)) for k in (t, t + 1)
        )
        product *= mu
        update = next_mu / (1 - product * next_mu) * m + (1 - mu) / (1 - product) * g
        return x - self.lr * update / self._scale(v, 1 - self.beta2**t), (m, v, product, t)


@dataclass(frozen=True)
class RAdam(Adam):
    """Adam that uses v once its variance is tractable: x <- x - lr m^ r / (sqrt(v^) + eps).

    With R = 2 / (1 - beta2) - 1 and p = R - 2 t beta2^t / (1 - beta2^t):
    r^2 = (p - 4) (p - 2) R / ((R - 4) (R - 2) p) where p > 5; until then x <- x - lr m^.
    Here torch adds eps before the correction, so "uncorrected" is the default; "outside" is optax.
    Source: Liu et al., "On the variance of the adaptive learning rate and beyond" (ICLR 2020).
    """

    eps_where: str = choice("uncorrected", "outside", "inside")

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        m, v, t = state
        t += 1
        g = objective.gradient(x)
        m = average(m, g, self.beta1)
        v = average(v, g * g, self.beta2)
        update = self.lr / (1 - self.beta1**t) * m
        correction = 1 - self.beta2**t
        longest = 2 / (1 - self.beta2) - 1
        length = longest - 2 * t * self.beta2**t / correction
        if length <= 5:
            return x - update, (m, v, t)
        rectifier = math.sqrt(
            (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
        )
        return x - rectifier * update / self._scale(v, correction), (m, v, t)


@dataclass(frozen=True)
class Adamax(Optimizer):
    """Adam with the largest gradient of the recent past: x <- x - lr m^ / u.

    u <- max(beta2 u, |g| + eps) (torch, optax); ``eps_where="outside"`` is
    u <- max(beta2 u, |g|) and x <- x - lr m^ / (u + eps) (Keras, TensorFlow).
    Source: Kingma and Ba, "Adam: a method for stochastic optimization" (ICLR 2015), section 7.
    """

    lr: Hyper = nonnegative(0.002)
    beta1: Hyper = fraction(0.9)
    beta2: Hyper = fraction(0.999)
    eps: Hyper = nonnegative(1e-8)
    eps_where: str = choice("inside", "outside")

    def init(self, x: Points) -> Any:
        return np.zeros_like(x), np.zeros_like(x), 0

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        m, u, t = state
        t += 1
        g = objective.gradient(x)
        m = average(m, g, self.beta1)
        inner, outer = (self.eps, 0.0) if self.eps_where == "inside" else (0.0, self.eps)
        u = np.maximum(self.beta2 * u, np.abs(g) + inner)
        return x - self.lr / (1 - self.beta1**t) * m / (u + outer), (m, u, t)


@dataclass(frozen=True)
class AdaBelief(Optimizer):
    """Adam that divides by how far g is from its average: v averages (g - m)^2 instead of g^2.

    v <- beta2 v + (1 - beta2) (g - m)^2 + eps, with the new m; x <- x - lr m^ / (sqrt(v^) + eps)
    (the authors' code and optax, which calls the first of the two eps_root).
    Source: Zhuang et al., "AdaBelief optimizer" (NeurIPS 2020).
    """

    lr: Hyper = nonnegative(0.001)
    beta1: Hyper = fraction(0.9)
    beta2: Hyper = fraction(0.999)
    eps: Hyper = nonnegative(1e-16)

    def init(self, x: Points) -> Any:
        return np.zeros_like(x), np.zeros_like(x), 0

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        m, v, t = state
        t += 1
        g = objective.gradient(x)
        m = average(m, g, self.beta1)
        v = average(v, (g - m) ** 2, self.beta2) + self.eps
        scale = np.sqrt(v / (1 - self.beta2**t)) + self.eps
        return x - self.lr / (1 - self.beta1**t) * m / scale, (m, v, t)


@dataclass(frozen=True)
class Yogi(Optimizer):
    """Adam whose v changes by no more than g^2: v <- v - (1 - beta2) sign(v - g^2) g^2.

    m and v start at ``initial_accumulator``; both are bias-corrected (optax).
    Source: Zaheer et al., "Adaptive methods for nonconvex optimization" (NeurIPS 2018).
    """

    lr: Hyper = nonnegative(0.01)
    beta1: Hyper = fraction(0.9)
    beta2: Hyper = fraction(0.999)
    eps: Hyper = nonnegative(1e-3)
    initial_accumulator: Hyper = nonnegative(1e-6)

    def init(self, x: Points) -> Any:
        first = np.full_like(x, self.initial_accumulator)
        return first, first, 0

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        m, v, t = state
        t += 1
        g = objective.gradient(x)
        square = g * g
        m = average(m, g, self.beta1)
        v = v - (1 - self.beta2) * np.sign(v - square) * square
        scale = np.sqrt(v / (1 - self.beta2**t)) + self.eps
        return x - self.lr / (1 - self.beta1**t) * m / scale, (m, v, t)


@dataclass(frozen=True)
class Lion(Optimizer):
    """The sign of an average: x <- x - lr (sign(beta1 m + (1 - beta1) g) + weight_decay x).

    Then m <- beta2 m + (1 - beta2) g.
    Source: Chen et al., "Symbolic discovery of optimization algorithms" (NeurIPS 2023).
    """

    lr: Hyper = nonnegative(0.001)
    beta1: Hyper = fraction(0.9)
    beta2: Hyper = fraction(0.99)
    weight_decay: Hyper = nonnegative(0.0)

    def init(self, x: Points) -> Points:
        return np.zeros_like(x)

    def step(self, objective: Objective, x: Points, state: Points) -> tuple[Points, Points]:
        g = objective.gradient(x)
        update = np.sign(average(state, g, self.beta1)) + self.weight_decay * x
        return x - self.lr * update, average(state, g, self.beta2)


@dataclass(frozen=True)
class Adan(Optimizer):
    """Nesterov momentum in Adam, from differences of gradients: d = g - (the previous g).

    m, v and n average g, d and (g + beta2 d)^2 with beta1, beta2 and beta3;
    x <- x - lr (m^ + beta2 v^) / (sqrt(n^ + eps_root) + eps). The betas are decay rates, as in the
    authors' code; the paper's are one minus these. d = 0 on the first step. optax 0.2.8 weights d
    by 1 - beta2 instead, unlike the paper.
    Source: Xie et al., "Adan: adaptive Nesterov momentum algorithm" (TPAMI 2024).
    """

    lr: Hyper = nonnegative(0.001)
    beta1: Hyper = fraction(0.98)
    beta2: Hyper = fraction(0.92)
    beta3: Hyper = fraction(0.99)
    eps: Hyper = nonnegative(1e-8)
    eps_root: Hyper = nonnegative(0.0)

    def init(self, x: Points) -> Any:
        return np.zeros_like(x), np.zeros_like(x), np.zeros_like(x), None, 0

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        m, v, n, before, t = state
        t += 1
        g = objective.gradient(x)
        d = np.zeros_like(g) if before is None else g - before
        m = average(m, g, self.beta1)
        v = average(v, d, self.beta2)
        n = average(n, (g + self.beta2 * d) ** 2, self.beta3)
        update = m / (1 - self.beta1**t) + self.beta2 * v / (1 - self.beta2**t)
        scale = np.sqrt(n / (1 - self.beta3**t) + self.eps_root) + self.eps
        return x - self.lr * update / scale, (m, v, n, g, t)
