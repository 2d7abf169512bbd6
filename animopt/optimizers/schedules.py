"""Schedules: callables step -> value that can take the place of a hyperparameter.

>>> from animopt.optimizers import Adam
>>> Adam(lr=cosine(0.2, steps=500)).label
'Adam lr=cosine 0.2 (steps=500)'

Steps count from 0. Any other callable that takes the step works as well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from animopt.errors import Suggesting
from animopt.optimizers.base import brief, check, count, flag, fraction, number, positive
from animopt.optimizers.keywords import translated

__all__ = ["constant", "cosine", "exponential", "one_cycle", "step_decay", "warmup"]


@dataclass(frozen=True)
class Schedule(Suggesting):
    """The base of the schedules here: frozen, checked, and with a short name for labels."""

    def __post_init__(self) -> None:
        check(self)

    def __call__(self, step: int) -> float:
        """Return the value at this step."""
        raise NotImplementedError

    @property
    def __name__(self) -> str:
        """What the schedule is, as labels show it: its name, its beginning, and how it goes on."""
        first, *others = fields(self)
        goes_on = ", ".join(
            f"{f.name}={brief(getattr(self, f.name))}"
            for f in others
            if getattr(self, f.name) != f.default
        )
        begins = f"{type(self).__name__} {brief(getattr(self, first.name))}"
        return f"{begins} ({goes_on})" if goes_on else begins

    @classmethod
    def _instead(cls, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str | None:
        return translated(cls, args, kwargs)


@dataclass(frozen=True)
class constant(Schedule):
    """The same value at every step."""

    value: float = number()

    def __call__(self, step: int) -> float:
        return self.value


@dataclass(frozen=True)
class step_decay(Schedule):
    """Multiply by a factor every few steps: start factor^floor(k / every) (torch: StepLR).

    >>> [step_decay(0.8, every=2, factor=0.5)(k) for k in range(5)]
    [0.8, 0.8, 0.4, 0.4, 0.2]
    """

    start: float = number()
    every: int = count()
    factor: float = positive(0.1)

    def __call__(self, step: int) -> float:
        return self.start * float(self.factor ** (step // self.every))


@dataclass(frozen=True)
class exponential(Schedule):
    """Decay geometrically: start factor^(k / every) (torch: ExponentialLR).

    >>> [exponential(0.8, 0.5)(k) for k in range(3)]
    [0.8, 0.4, 0.2]
    """

    start: float = number()
    factor: float = positive()
    every: int = count(1)

    def __call__(self, step: int) -> float:
        return self.start * float(self.factor ** (step / self.every))


@dataclass(frozen=True)
class cosine(Schedule):
    """Anneal along half a cosine: end + (start - end) (1 + cos(pi k / steps)) / 2.

    Then it stays at end; with ``restarts`` it starts again instead, each time ``growth`` times as
    long (torch: CosineAnnealingLR, CosineAnnealingWarmRestarts).
    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017).

    >>> [round(cosine(0.2, steps=4)(k), 3) for k in range(6)]
    [0.2, 0.171, 0.1, 0.029, 0.0, 0.0]
    >>> [round(cosine(0.2, steps=2, restarts=True, growth=2)(k), 3) for k in range(7)]
    [0.2, 0.1, 0.2, 0.171, 0.1, 0.029, 0.2]
    """

    start: float = number()
    steps: int = count()
    end: float = number(0.0)
    restarts: bool = flag(False)
    growth: float = positive(1.0)

    def __call__(self, step: int) -> float:
        length = float(self.steps)
        while self.restarts and step >= length and length >= 1:
            step, length = step - int(length), length * self.growth
        return _cosine(self.start, self.end, min(step / length, 1.0))


@dataclass(frozen=True)
class warmup(Schedule):
    """Rise linearly to ``peak``, reached at step ``steps`` - 1: peak (k + 1) / steps.

    ``peak`` may be a schedule, which begins when the rise ends.

    >>> [warmup(0.4, steps=4)(k) for k in range(6)]
    [0.1, 0.2, 0.30000000000000004, 0.4, 0.4, 0.4]
    """

    peak: Any = number(scheduled=True)
    steps: int = count()

    def __call__(self, step: int) -> float:
        after = max(step - self.steps, 0)
        value: float = self.peak(after) if callable(self.peak) else self.peak
        return value * min((step + 1) / self.steps, 1.0)


@dataclass(frozen=True)
class one_cycle(Schedule):
    """Rise from peak / div to peak, then fall to peak / div / final_div, each along half a cosine.

    The rise takes a fraction ``rise`` of the steps (torch: OneCycleLR).
    Source: Smith and Topin, "Super-convergence" (2019).
    """

    peak: float = number()
    steps: int = count()
    rise: float = fraction(0.3)
    div: float = positive(25.0)
    final_div: float = positive(1e4)

    def __call__(self, step: int) -> float:
        low, top = self.peak / self.div, self.rise * self.steps - 1
        if step <= top:
            return _cosine(low, self.peak, step / top if top > 0 else 1.0)
        down = (step - top) / max(self.steps - 1 - top, 1.0)
        return _cosine(self.peak, low / self.final_div, min(down, 1.0))


def _cosine(start: float, end: float, progress: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * progress)) / 2
