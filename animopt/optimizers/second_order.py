"""Second-order methods: the curvature is given (Newton) or gathered on the way (BFGS, L-BFGS)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from animopt.optimizers.algebra import apply, column, dot, outer, spectral
from animopt.optimizers.base import Optimizer, choice, count, nonnegative, portion
from animopt.optimizers.line_search import unit_step, wolfe
from animopt.surfaces.objective import Objective
from animopt.typing import Array, Hyper, Points

__all__ = ["BFGS", "LBFGS", "Newton"]


@dataclass(frozen=True)
class Newton(Optimizer):
    """Jump to the stationary point of the local quadratic: x <- x - lr (H + damping I)^-1 g.

    Where H is indefinite that point is a saddle, or a maximum where it is negative definite, and
    plain Newton goes there (``curvature="signed"``). ``curvature="absolute"`` takes |H|, the
    eigenvalues without their signs, in place of H: it descends everywhere and leaves saddles. A
    direction whose eigenvalue is zero, damping included, is left alone. lr below 1 is the damped
    Newton method, damping > 0 is Levenberg's.
    Source: Nocedal and Wright, "Numerical optimization", chapter 3; "absolute": Dauphin et al.,
    "Identifying and attacking the saddle point problem" (NeurIPS 2014).
    """

    lr: Hyper = nonnegative(1.0)
    damping: Hyper = nonnegative(0.0)
    curvature: str = choice("signed", "absolute")

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        push = spectral(self._inverse, objective.hessian(x), objective.gradient(x))
        return x - self.lr * push, state

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
    B starts as I, scaled to s . y / |y|^2 before its first change; where a search finds nothing,
    it starts again.
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


def _is_fresh(inverse: Array) -> NDArray[np.bool_]:
    """Whether each inverse has learnt nothing yet, which zeros stand for: (..., 2, 2) -> (...)."""
    fresh: NDArray[np.bool_] = np.all(inverse == 0, axis=(-1, -2))
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
    """BFGS from the last ``history`` pairs (s, y) alone, by the two-loop recursion.

    A pair counts where s . y > 1e-10; the recursion starts from the last pair's s . y / |y|^2.
    ``line_search="wolfe"`` searches for t from lr as BFGS does; "none" takes t = lr, and lr
    min(1, 1 / |g|_1) on the first step (torch's default, with max_iter=1).
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
        memory, s, before, steps = state
        g = objective.gradient(x)
        memory = _remember(memory, s, g - before)
        d = -_two_loops(memory, g)
        t = self.lr * (np.ones_like(g[..., 0]) if steps else unit_step(g))
        if self.line_search == "wolfe":
            t = wolfe(objective, x, g, d, t, self.c2)
        s = column(t) * d
        return x + s, (memory, s, g, steps + 1)


def _remember(memory: Any, s: Points, y: Points) -> Any:
    """Return the memory with the pair (s, y) added at the end, where it counts."""
    sy = dot(s, y)
    counts = sy > 1e-10
    newest = s, y, 1 / sy
    return tuple(
        np.where(counts if old.ndim == counts.ndim + 1 else column(counts), shifted, old)
        for old, new in zip(memory, newest, strict=True)
        for shifted in [np.concatenate([old[1:], new[None]])]
    )


def _two_loops(memory: Any, g: Points) -> Points:
    """Return the inverse that the memory stands for, times g; an empty place has r = 0."""
    s, y, r = memory
    shares = np.zeros_like(r)
    q = g
    for i in reversed(range(len(r))):
        shares[i] = r[i] * dot(s[i], q)
        q = q - column(shares[i]) * y[i]
    scale = np.where(r[-1] > 0, 1 / (r[-1] * dot(y[-1], y[-1])), 1.0)
    q = column(scale) * q
    for i in range(len(r)):
        q = q + column(shares[i] - r[i] * dot(y[i], q)) * s[i]
    return q
