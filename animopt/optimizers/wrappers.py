"""Wrappers: each takes another optimizer as ``base`` and changes its objective or its points."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np

from animopt.errors import InvalidInput, short
from animopt.optimizers.algebra import column, dot, norm
from animopt.optimizers.base import Optimizer, choice, count, nonnegative, portion, positive
from animopt.optimizers.descent import SGD
from animopt.surfaces.objective import Objective
from animopt.typing import Array, Hyper, Points

__all__ = ["SAM", "Clip", "Lookahead", "WeightDecay"]


@dataclass(frozen=True)
class Wrapper(Optimizer):
    """The base of wrappers; the hyperparameters of ``base`` are read and replaced through it."""

    base: Optimizer = SGD()

    def __post_init__(self) -> None:
        if not isinstance(self.base, Optimizer):
            name = type(self).__name__
            raise InvalidInput(
                f"{name}(base={short(self.base)}): give the optimizer to wrap, as in "
                f"{name}(SGD(lr=0.1))"
            )
        object.__setattr__(self, "expensive", self.base.expensive)
        object.__setattr__(self, "keeps_samples", self.base.keeps_samples)
        super().__post_init__()

    def init(self, x: Points) -> Any:
        return self.base.init(x)

    @property
    def hyperparameters(self) -> dict[str, Any]:
        """The settings of the wrapper and of ``base``; of two with the same name, the wrapper's."""
        own = {name: value for name, value in super().hyperparameters.items() if name != "base"}
        return {**self.base.hyperparameters, **own}

    def replace(self, **changes: Any) -> Self:
        """Return a copy with other settings; those that only ``base`` has are replaced in it."""
        own = {f.name for f in fields(self)}
        inner = {k: v for k, v in changes.items() if k not in own and k in self.hyperparameters}
        outer = {k: v for k, v in changes.items() if k not in inner}
        if inner:
            outer["base"] = outer.get("base", self.base).replace(**inner)
        return super().replace(**outer)

    @property
    def kind(self) -> str:
        """The class, and that of ``base``."""
        return f"{type(self).__name__}({self.base.kind})"

    @property
    def has_own_label(self) -> bool:
        """Whether the label, or that of ``base`` in it, was given."""
        return super().has_own_label or self.base.has_own_label

    def describe(self, names: Iterable[str] = ()) -> str:
        """Return the default label: the wrapper's name, the label of ``base``, and settings."""
        inner = self.base.label if self.base.has_own_label else self.base.describe(names)
        return f"{type(self).__name__}({inner}) {self._settings(names)}".strip()


@dataclass(frozen=True)
class _ChangedGradient:
    """An objective whose gradient at x is replaced by change(objective, x, gradient)."""

    objective: Objective
    change: Callable[[Objective, Points, Points], Points]

    def value(self, x: Points) -> Array:
        return self.objective.value(x)

    def gradient(self, x: Points) -> Points:
        return self.change(self.objective, x, self.objective.gradient(x))

    def hessian(self, x: Points) -> Array:
        return self.objective.hessian(x)

    def row(self, i: int) -> Objective:
        return replace(self, objective=self.objective.row(i))


@dataclass(frozen=True)
class _Regularized:
    """An objective to which decay |x|^2 / 2 is added."""

    objective: Objective
    decay: float

    def value(self, x: Points) -> Array:
        return self.objective.value(x) + self.decay / 2 * dot(x, x)

    def gradient(self, x: Points) -> Points:
        return self.objective.gradient(x) + self.decay * x

    def hessian(self, x: Points) -> Array:
        return self.objective.hessian(x) + self.decay * np.eye(2)

    def row(self, i: int) -> Objective:
        return replace(self, objective=self.objective.row(i))


@dataclass(frozen=True)
class Clip(Wrapper):
    """Bound the gradient: g <- g min(1, limit / (|g| + eps)), then the step of ``base``.

    ``by="value"`` bounds each coordinate to [-limit, limit] instead. eps is torch's; Keras
    (global_clipnorm) and optax have eps=0.
    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks"
    (ICML 2013).
    """

    limit: Hyper = positive(1.0)
    by: str = choice("norm", "value")
    eps: Hyper = nonnegative(1e-6)

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        return self.base.step(_ChangedGradient(objective, self._clipped), x, state)

    def _clipped(self, objective: Objective, x: Points, g: Points) -> Points:
        if self.by == "value":
            return np.clip(g, -self.limit, self.limit)
        return column(np.minimum(1.0, self.limit / (norm(g) + self.eps))) * g


@dataclass(frozen=True)
class WeightDecay(Wrapper):
    """Pull towards the origin: f <- f + weight_decay |x|^2 / 2, then the step of ``base``.

    That is L2 regularization, torch's ``weight_decay`` in SGD, Adam, ...; ``form="decoupled"``
    leaves f unchanged and subtracts lr weight_decay x in addition to the step (AdamW, Keras).
    Source: Krogh and Hertz, "A simple weight decay can improve generalization" (1991); decoupled:
    Loshchilov and Hutter, "Decoupled weight decay regularization" (ICLR 2019).
    """

    weight_decay: Hyper = nonnegative(0.01)
    form: str = choice("coupled", "decoupled")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.form == "decoupled" and "lr" not in self.base.hyperparameters:
            raise InvalidInput(
                f"WeightDecay(form='decoupled'): {type(self.base).__name__} has no lr to scale the "
                "decay with; choose form='coupled', or another base"
            )

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        if self.form == "coupled":
            return self.base.step(_Regularized(objective, self.weight_decay), x, state)
        after, state = self.base.step(objective, x, state)
        return after - self.base.hyperparameters["lr"] * self.weight_decay * x, state


@dataclass(frozen=True)
class SAM(Wrapper):
    """Sharpness-aware: g <- the gradient uphill, at x + rho g / |g|, then the step of ``base``.

    Source: Foret et al., "Sharpness-aware minimization for efficiently improving generalization"
    (ICLR 2021).
    """

    rho: Hyper = nonnegative(0.05)

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        def uphill(objective: Objective, x: Points, g: Points) -> Points:
            length = norm(g)
            unit = g / column(np.where(length > 0, length, 1.0))
            return objective.gradient(x + self.rho * unit)

        return self.base.step(_ChangedGradient(objective, uphill), x, state)


@dataclass(frozen=True)
class Lookahead(Wrapper):
    """Go back after every k steps of ``base``: slow <- slow + alpha (x - slow); x <- slow.

    The path shows the fast x, so the jumps back are visible.
    Source: Zhang et al., "Lookahead optimizer: k steps forward, 1 step back" (NeurIPS 2019).
    """

    k: Hyper = count(5)
    alpha: Hyper = portion(0.5)

    def init(self, x: Points) -> Any:
        return x, 0, self.base.init(x)

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        slow, taken, inner = state
        x, inner = self.base.step(objective, x, inner)
        taken = (taken + 1) % self.k
        if taken == 0:
            x = slow = slow + self.alpha * (x - slow)
        return x, (slow, taken, inner)
