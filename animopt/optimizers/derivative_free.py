"""Methods that use values only, without derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from animopt.optimizers.algebra import column
from animopt.optimizers.base import Optimizer, nonnegative, portion, positive, whole
from animopt.surfaces.objective import Objective
from animopt.typing import Array, Hyper, Points

__all__ = ["NelderMead", "RandomSearch", "SimulatedAnnealing"]


@dataclass(frozen=True)
class NelderMead(Optimizer):
    """The simplex method: reflect the worst corner of a triangle, then expand or contract.

    With b, s, w the best, second and worst corner, c = (b + s) / 2 and r = 2 c - w:
    f(r) < f(b): the better of r and the expansion 3 c - 2 w; f(r) < f(s): r; else contract to
    (c + r) / 2 where f(r) < f(w), or (c + w) / 2, if that is no worse than the better of r and w;
    else halve every edge towards b. The path is the best corner; ``size`` is the initial edge.
    The triangle is part of the state, so a wrapper that moves x has no effect on it.
    Source: Nelder and Mead, "A simplex method for function minimization" (1965); Lagarias et al.
    (1998) for the order of the cases.
    """

    size: Hyper = positive(0.5)

    def init(self, x: Points) -> Any:
        corners = [np.zeros(2), np.array([self.size, 0.0]), np.array([0.0, self.size])]
        return np.stack([x + corner for corner in corners]), None

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        corners, f = state
        corners, f = _sorted(corners, objective.value(corners) if f is None else f)
        centre = (corners[0] + corners[1]) / 2
        worst, f_worst = corners[2], f[2]
        reflected = 2 * centre - worst
        f_reflected = objective.value(reflected)
        expand, keep = f_reflected < f[0], f_reflected < f[1]
        outside = f_reflected < f_worst
        contracted = np.where(column(outside), (centre + reflected) / 2, (centre + worst) / 2)
        second = np.where(column(expand), 3 * centre - 2 * worst, contracted)
        new, f_new = reflected, f_reflected
        shrink = np.zeros_like(keep)
        if not (keep & ~expand).all():
            f_second = objective.value(second)
            bound = np.where(expand | outside, f_reflected, f_worst)
            # An expansion must be better than the reflection, a contraction only as good.
            fits = (f_second < bound) | (~expand & (f_second <= bound))
            take = fits & (expand | ~keep)
            new = np.where(column(take), second, reflected)
            f_new = np.where(take, f_second, f_reflected)
            shrink = ~keep & ~fits
        moved, f_moved = np.stack([*corners[:2], new]), np.stack([*f[:2], f_new])
        if shrink.any():
            halved = (corners + corners[0]) / 2
            f_halved = objective.value(halved)
            moved = np.where(column(shrink), halved, moved)
            f_moved = np.where(shrink, f_halved, f_moved)
        corners, f = _sorted(moved, f_moved)
        return corners[0], (corners, f)


def _sorted(corners: Array, f: Array) -> tuple[Array, Array]:
    """Return the corners and their values from best to worst; NaN is the worst."""
    order = np.argsort(f, axis=0, kind="stable")
    return np.take_along_axis(corners, column(order), axis=0), np.take_along_axis(f, order, axis=0)


@dataclass(frozen=True)
class RandomSearch(Optimizer):
    """Try a random point nearby and move there if it is better: y = x + radius e, e ~ N(0, I).

    e depends on (seed, step) alone, so it is the same for all starts.
    Source: Rastrigin, "The convergence of the random search method" (1963).
    """

    radius: Hyper = positive(0.1)
    seed: int = whole(0)

    def init(self, x: Points) -> Any:
        return None, 0

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        f, t = state
        f = objective.value(x) if f is None else f
        e, u = _draw(self.seed, t)
        trial = x + self.radius * e
        f_trial = objective.value(trial)
        accept = f_trial - f < self._allowed_rise(t, u)
        return np.where(column(accept), trial, x), (np.where(accept, f_trial, f), t + 1)

    def _allowed_rise(self, t: int, u: float) -> float:
        """Return how much the value may rise in step t, for a draw u ~ U(0, 1]."""
        return 0.0


@dataclass(frozen=True)
class SimulatedAnnealing(RandomSearch):
    """Random search that may climb, ever less: accept with probability exp(-(f(y) - f(x)) / T).

    y = x + radius e, e ~ N(0, I); T = temperature cooling^t. e depends on (seed, step) alone, so it
    is the same for all starts.
    Source: Kirkpatrick, Gelatt and Vecchi, "Optimization by simulated annealing" (1983).
    """

    temperature: Hyper = nonnegative(1.0)
    cooling: Hyper = portion(0.95)

    def _allowed_rise(self, t: int, u: float) -> float:
        # u < exp(-rise / T), solved for the rise so that T = 0 is a plain random search.
        return float(-self.temperature * self.cooling**t * np.log(u))


def _draw(seed: int, step: int) -> tuple[Points, float]:
    """Return e ~ N(0, I) and u ~ U(0, 1] for this step, from a random stream of its own."""
    rng = np.random.default_rng([int(seed), step])
    return rng.standard_normal(2), 1 - rng.random()
