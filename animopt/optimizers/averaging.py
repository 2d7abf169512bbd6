"""Methods whose result is an average of the points they visit; the path shows that average."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from animopt.optimizers.adaptive import average
from animopt.optimizers.base import Optimizer, fraction, nonnegative
from animopt.surfaces.objective import Objective
from animopt.typing import Hyper, Points

__all__ = ["ASGD", "ScheduleFreeAdamW", "ScheduleFreeSGD"]


@dataclass(frozen=True)
class ASGD(Optimizer):
    """Averaged SGD: w <- (1 - lambd eta) w - eta g(w); x <- x + mu (w - x).

    The path is the average x. eta = lr / (1 + lambd lr t)^alpha and mu = 1 / max(1, t - t0), with
    t the number of previous steps, so x = w up to step t0 + 2 (torch, where w is the parameter and
    x is ``ax`` in the state).
    Source: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging" (1992).
    """

    lr: Hyper = nonnegative(0.01)
    lambd: Hyper = nonnegative(1e-4)
    alpha: Hyper = nonnegative(0.75)
    t0: Hyper = nonnegative(1e6)

    def init(self, x: Points) -> Any:
        return x, 0

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        w, t = state
        eta = self.lr / (1 + self.lambd * self.lr * t) ** self.alpha
        w = w * (1 - self.lambd * eta) - eta * objective.gradient(w)
        mu = 1 / max(1, t - self.t0)
        return (w if mu == 1 else x + mu * (w - x)), (w, t + 1)


@dataclass(frozen=True)
class ScheduleFreeSGD(Optimizer):
    """Averaging instead of a schedule: y = x + (1 - beta1) (z - x); z <- z - lr g(y).

    Then x <- x + c (z - x) with c = w / (the sum of all w), w = (the largest lr so far)^2.
    The path is the average x, which is the point to evaluate; in the frameworks the parameters hold
    y during training. ``weight_decay`` adds weight_decay y to g.
    Source: Defazio et al., "The road less scheduled" (NeurIPS 2024).
    """

    lr: Hyper = nonnegative(1.0)
    beta1: Hyper = fraction(0.9)
    weight_decay: Hyper = nonnegative(0.0)

    def init(self, x: Points) -> Any:
        return x, np.zeros_like(x), 0.0, 0.0, 0

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        z, v, total, largest, t = state
        t += 1
        y = x + (1 - self.beta1) * (z - x)
        direction, v = self._direction(objective.gradient(y), v, t)
        z = z - self.lr * (direction + self.weight_decay * y)
        largest = max(largest, self.lr)
        total += largest**2
        c = largest**2 / total if total else 0.0
        return x + c * (z - x), (z, v, total, largest, t)

    def _direction(self, g: Points, v: Points, t: int) -> tuple[Points, Points]:
        """Return the direction of step t for its gradient, and the new average of squares."""
        return g, v


@dataclass(frozen=True)
class ScheduleFreeAdamW(ScheduleFreeSGD):
    """ScheduleFreeSGD with z <- z - lr (g / (sqrt(v^) + eps) + weight_decay y).

    v <- beta2 v + (1 - beta2) g^2; v^ = v / (1 - beta2^t); beta1 only interpolates z and x in y.
    Source: Defazio et al., "The road less scheduled" (NeurIPS 2024).
    """

    lr: Hyper = nonnegative(0.0025)
    beta2: Hyper = fraction(0.999)
    eps: Hyper = nonnegative(1e-8)

    def _direction(self, g: Points, v: Points, t: int) -> tuple[Points, Points]:
        v = average(v, g * g, self.beta2)
        return g / (np.sqrt(v / (1 - self.beta2**t)) + self.eps), v
