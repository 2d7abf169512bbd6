"""Second-order methods: the curvature is given (Newton) or estimated (BFGS, L-BFGS)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from animopt.optimizers.algebra import apply, column, dot, outer, spectral
from animopt.optimizers.base import Optimizer, choice, count, nonnegative, portion
from animopt.optimizers.line_search import unit_step, wolfe
from animopt.surfaces.objective import Objective
from animopt.typing import Array, Hyper, Mask, Points

__all__ = ["BFGS", "LBFGS", "Newton"]


@dataclass(frozen=True)
class Newton(Optimizer):
    """Jump to the stationary point of the local quadratic: x <- x - lr (H + damping I)^-1 g.

    Where H is indefinite, that point is a saddle; where H is negative definite, it is a maximum;
    plain Newton goes there (``curvature="signed"``). ``curvature="absolute"`` replaces H by |H|,
    with the absolute eigenvalues, and so descends everywhere and leaves saddles. There is no step
    along a direction whose eigenvalue, damping included, is zero. lr < 1 is the damped Newton
    method, damping > 0 is Levenberg's.
    Source: Nocedal and Wright, "Numerical optimization", chapter 3; "absolute": Dauphin et al.,
    "Identifying and attacking the saddle point problem" (NeurIPS 2014).
    """

    lr: Hyper = nonnegative(1.0)
    damping: Hyper = nonnegative(0.0)
    curvature: str = choice("signed", "absolute")

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        update = spectral(self._inverse, objective.hessian(x), objective.gradient(x))
        return x - self.lr * update, state

    def _inverse(self, eigenvalue: Array) -> Array:
        if self.curvature == "absolute":
            eigenvalue = np.abs(eigenvalue)
        damped = eigenvalue + self.damping
        return np.where(damped == 0, 0.0, 1 / np.where(damped == 0, 1.0, damped))


@dataclass(frozen=True)
class BFGS(Optimizer):
    """Quasi-Newton: d = -B g; x <- x + t d, t by a strong Wolfe search from t = lr.

    With s = t d, y the change of g and r = 1 / (s . y), only where s . y > 0:
    B <- (I - r s y^T) B (I - r y s^T) + r s s^T.
    B starts as I, and is scaled to s . y / |y|^2 before its first update; where a search finds no
    step, B starts again.
    Source: Broyden, Fletcher, Goldfarb and Shanno (1970); Nocedal and Wright, chapter 6.
    """

    lr: Hyper = nonnegative(1.0)
    c2: Hyper = portion(0.9)

    def init(self, x: Points) -> Array:
        return np.zeros((*x.shape, 2))

    def step(self, objective: Objective, x: Points, state: Array) -> tuple[Points, Array]:
        g = objective.gradient(x)
        fresh = _is_fresh(state)
        d = -np.where(column(fresh), g, apply(state, g))
        first = self.lr * np.where(fresh, unit_step(g), 1.0)
        s = column(wolfe(objective, x, g, d, first, self.c2)) * d
        return x + s, _update(state, s, objective.gradient(x + s) - g)


def _is_fresh(inverse: Array) -> Mask:
    """Whether each inverse is still without an update, stored as zeros: (..., 2, 2) -> (...)."""
    fresh: Mask = np.all(inverse == 0, axis=(-1, -2))
    return fresh


def _update(inverse: Array, s: Points, y: Points) -> Array:
    """Return the next inverse: (..., 2, 2), (..., 2), (..., 2) -> (..., 2, 2)."""
    sy, moved = dot(s, y)[..., None, None], dot(s, s)[..., None, None] > 0
    scaled = sy / dot(y, y)[..., None, None] * np.eye(2)
    known = np.where(_is_fresh(inverse)[..., None, None], scaled, inverse)
    shear = np.eye(2) - outer(s, y) / sy
    updated = _product(_product(shear, known), np.swapaxes(shear, -1, -2)) + outer(s, s) / sy
    return np.where(sy > 0, updated, np.where(moved, inverse, 0.0))


def _product(a: Array, b: Array) -> Array:
    """Return the matrix product, written out: (..., 2, 2), (..., 2, 2) -> (..., 2, 2)."""
    return a[..., :, :1] * b[..., :1, :] + a[..., :, 1:] * b[..., 1:, :]


@dataclass(frozen=True)
class LBFGS(Optimizer):
    """BFGS from the last ``history`` pairs (s, y) only, by the two-loop recursion.

    A pair is kept where s . y > 1e-10; the recursion starts from the last pair's s . y / |y|^2.
    ``line_search="wolfe"`` searches for t from lr as BFGS does; "none" takes t = lr, and
    lr min(1, 1 / |g|_1) in the first step (torch's default, with max_iter=1).
    Source: Liu and Nocedal, "On the limited memory BFGS method" (1989).
    """

    lr: Hyper = nonnegative(1.0)
    history: Hyper = count(10)
    line_search: str = choice("wolfe", "none")
    c2: Hyper = portion(0.9)

    def init(self, x: Points) -> Any:
        memory = np.zeros((int(self.history), *x.shape))
        return (memory, memory, memory[..., 0]), np.zeros_like(x), np.zeros_like(x), 0

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        memory, s, previous_g, steps = state
        g = objective.gradient(x)
        memory = _remember(memory, s, g - previous_g)
        d = -_two_loops(memory, g)
        t = self.lr * (np.ones_like(g[..., 0]) if steps else unit_step(g))
        if self.line_search == "wolfe":
            t = wolfe(objective, x, g, d, t, self.c2)
        s = column(t) * d
        return x + s, (memory, s, g, steps + 1)


def _remember(memory: Any, s: Points, y: Points) -> Any:
    """Return the memory with (s, y, 1 / (s . y)) added for each start whose pair is kept."""
    sy = dot(s, y)
    keep = sy > 1e-10
    old_s, old_y, old_r = memory
    return (
        np.where(column(keep), _appended(old_s, s), old_s),
        np.where(column(keep), _appended(old_y, y), old_y),
        np.where(keep, _appended(old_r, 1 / sy), old_r),
    )


def _appended(old: Array, new: Array) -> Array:
    """Return the old entries, first axis, without the first one and with a new last one."""
    return np.concatenate([old[1:], new[None]])


def _two_loops(memory: Any, g: Points) -> Points:
    """Return the approximate inverse Hessian times g; unused entries of the memory have r = 0."""
    s, y, r = memory
    alpha = np.zeros_like(r)
    q = g
    for i in reversed(range(len(r))):
        alpha[i] = r[i] * dot(s[i], q)
        q = q - column(alpha[i]) * y[i]
    scale = np.where(r[-1] > 0, 1 / (r[-1] * dot(y[-1], y[-1])), 1.0)
    q = column(scale) * q
    for i in range(len(r)):
        beta = r[i] * dot(y[i], q)
        q = q + column(alpha[i] - beta) * s[i]
    return q
