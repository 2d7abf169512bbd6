"""Line searches, and the first-order methods that use them.

A search runs for all starts at once: every trial evaluates the objective on the whole batch, and
masks keep what each start has found, so the path of a start does not depend on the other starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from animopt.optimizers.algebra import column, dot
from animopt.optimizers.base import Optimizer, choice, fraction, nonnegative, portion
from animopt.surfaces.objective import Objective
from animopt.typing import Array, Hyper, Points

__all__ = ["BacktrackingDescent", "ConjugateGradient"]

_BACKTRACKING_TRIALS = 50
_WOLFE_TRIALS = 20
_WOLFE_C1 = 1e-4
_ROUNDING = 4 * float(np.finfo(float).eps)


def wolfe(
    objective: Objective, x: Points, g: Points, direction: Points, first: Array, c2: float
) -> Array:
    """Return t (...,) for which x + t direction meets the strong Wolfe conditions.

    They are f(x + t d) <= f(x) + c1 t g . d, up to rounding, with c1 = 1e-4, and |d . g(x + t d)|
    <= c2 |g . d|. The bracket shrinks by the secant of the slopes, which is exact on a parabola,
    and t grows at most tenfold until there is one. Where no trial meets the conditions, t is the
    best that decreased f; where ``direction`` does not descend by more than rounding, t is 0.
    Source: Nocedal and Wright, "Numerical optimization", 3.5.
    """
    f, slope = objective.value(x), dot(g, direction)
    best, best_f = np.zeros_like(f), f
    low, low_slope = np.zeros_like(f), slope
    high, high_slope = np.full_like(f, np.inf), np.full_like(f, np.nan)
    # For steps below this, the change of f is rounding only.
    least = _ROUNDING * np.abs(x).max(axis=-1) / np.abs(direction).max(axis=-1)
    t, done = first, ~(slope < 0) | ~(first > least)
    for _ in range(_WOLFE_TRIALS):
        if done.all():
            break
        trial = x + column(t) * direction
        trial_f, trial_slope = objective.value(trial), dot(objective.gradient(trial), direction)
        lower = trial_f <= f + _WOLFE_C1 * t * slope + _ROUNDING * np.abs(f)
        accepted = ~done & lower & (np.abs(trial_slope) <= -c2 * slope)
        better = accepted | (~done & lower & (trial_f < best_f))
        best, best_f = np.where(better, t, best), np.where(better, trial_f, best_f)
        done |= accepted
        beyond = ~lower | (trial_slope >= 0)
        high, high_slope = np.where(beyond, t, high), np.where(beyond, trial_slope, high_slope)
        next_t = _next_trial(t, trial_slope, (low, low_slope), (high, high_slope))
        low, low_slope = np.where(beyond, low, t), np.where(beyond, low_slope, trial_slope)
        done |= high - low <= least
        t = np.where(done, t, next_t)
    return best


def _next_trial(
    t: Array, slope: Array, low: tuple[Array, Array], high: tuple[Array, Array]
) -> Array:
    """Return the next t: inside the bracket of (t, slope) pairs, or beyond t while it is open."""
    closed = np.isfinite(high[0])
    left = np.where(closed & (t != high[0]), t, low[0])
    left_slope = np.where(closed & (t != high[0]), slope, low[1])
    right, right_slope = np.where(closed, high[0], t), np.where(closed, high[1], slope)
    width = right - left
    guess = left + width * left_slope / (left_slope - right_slope)
    usable = np.isfinite(guess) & (guess > left)
    inside = np.clip(
        np.where(usable, guess, left + width / 2), left + 0.02 * width, left + 0.98 * width
    )
    beyond = np.clip(np.where(usable & (guess > t), guess, 4 * t), 1.1 * t, 10 * t)
    return np.where(closed, inside, beyond)


def unit_step(g: Points) -> Array:
    """Return the first trial for the direction -g, min(1, 1 / (|g_x| + |g_y|)), as torch does."""
    return np.minimum(1.0, 1 / (np.abs(g[..., 0]) + np.abs(g[..., 1])))


@dataclass(frozen=True)
class BacktrackingDescent(Optimizer):
    """Steepest descent with Armijo's rule: x <- x - t g, t = lr, shrink lr, shrink^2 lr, ...

    The first t with f(x - t g) <= f(x) - c1 t |g|^2 is taken; if none of the first fifty meets
    that, x stays. Every step starts again from lr.
    Source: Armijo, "Minimization of functions having Lipschitz continuous first partial
    derivatives" (1966).
    """

    lr: Hyper = nonnegative(1.0)
    shrink: Hyper = fraction(0.5)
    c1: Hyper = fraction(1e-4)

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        g = objective.gradient(x)
        f, squared = objective.value(x), dot(g, g)
        t, found = self.lr, x
        done = ~(squared > 0)
        for _ in range(_BACKTRACKING_TRIALS):
            if done.all():
                break
            trial = x - t * g
            accepted = ~done & (objective.value(trial) <= f - self.c1 * t * squared)
            found = np.where(column(accepted), trial, found)
            done |= accepted
            t *= self.shrink
        return found, state


@dataclass(frozen=True)
class ConjugateGradient(Optimizer):
    """Nonlinear conjugate gradients: d <- -g + beta d; x <- x + t d, t by a strong Wolfe search.

    ``beta``: "polak-ribiere" max(0, g . (g - h) / |h|^2) with h the previous gradient, or
    "fletcher-reeves" |g|^2 / |h|^2. Where d does not descend, it restarts from -g. The smaller c2,
    the more exact the search, which on a quadratic then takes two steps to the minimum.
    Source: Polak and Ribière (1969); Fletcher and Reeves (1964); Nocedal and Wright, 5.2.
    """

    beta: str = choice("polak-ribiere", "fletcher-reeves")
    c2: Hyper = portion(0.01)

    def init(self, x: Points) -> Any:
        return None

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        g = objective.gradient(x)
        d, first = -g, unit_step(g)
        if state is not None:
            d_before, g_before, t_before = state
            d = -g + column(self._beta(g, g_before)) * d_before
            slope = dot(g, d)
            descends = slope < 0
            d = np.where(column(descends), d, -g)
            # Expect the same decrease as in the previous step.
            expected = t_before * dot(g_before, d_before) / slope
            usable = descends & np.isfinite(expected) & (expected > 0)
            first = np.where(usable, expected, first)
        t = wolfe(objective, x, g, d, first, self.c2)
        return x + column(t) * d, (d, g, t)

    def _beta(self, g: Points, before: Points) -> Array:
        if self.beta == "fletcher-reeves":
            beta = dot(g, g) / dot(before, before)
        else:
            beta = np.maximum(dot(g, g - before) / dot(before, before), 0.0)
        return np.where(np.isfinite(beta), beta, 0.0)
