"""Optimizer: a frozen dataclass of hyperparameters; state goes in and comes out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cached_property
from typing import Any, TypeVar

from animopt.errors import InvalidInput, did_you_mean
from animopt.surfaces.objective import Objective
from animopt.typing import Points

Self = TypeVar("Self", bound="Optimizer")


def positive(default: float) -> Any:
    """Declare a hyperparameter in (0, inf)."""
    return _hyper(default, "a number > 0", lambda v: v > 0)


def nonnegative(default: float) -> Any:
    """Declare a hyperparameter in [0, inf)."""
    return _hyper(default, "a number >= 0", lambda v: v >= 0)


def fraction(default: float) -> Any:
    """Declare a hyperparameter in [0, 1), as decay rates and momenta are."""
    return _hyper(default, "a number in [0, 1)", lambda v: 0 <= v < 1)


def count(default: int) -> Any:
    """Declare a whole number of at least 1."""
    return _hyper(default, "a whole number >= 1", lambda v: v == int(v) and v >= 1)


def choice(default: str, *others: str) -> Any:
    """Declare a convention: one word out of a few."""
    allowed = (default, *others)
    return field(default=default, metadata={"choices": allowed})


def _hyper(default: float, allowed: str, test: Any) -> Any:
    return field(default=default, metadata={"allowed": allowed, "test": test})


@dataclass(frozen=True)
class Optimizer:
    """The base of every optimizer: subclass it as a frozen dataclass and write ``step``.

    Fields are the hyperparameters: scalars, or schedules ``step -> value`` that ``at`` resolves,
    so ``step`` sees plain numbers only. ``label`` is the name in legends and reports; without one
    it is the class name and the settings that matter: lr, and whatever differs from its default.

    >>> @dataclass(frozen=True)
    ... class Plain(Optimizer):
    ...     lr: float = 0.1
    ...     def step(self, objective, x, state):
    ...         return x - self.lr * objective.gradient(x), state
    >>> Plain(lr=0.5).label
    'Plain lr=0.5'
    """

    label: str = field(default="", kw_only=True)

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Meet an unknown keyword with the field that was probably meant."""
        if "__dataclass_fields__" in cls.__dict__:
            known = [f.name for f in fields(cls) if f.init]
            for word in kwargs:
                if word not in known:
                    hint = did_you_mean(word, known)
                    raise TypeError(f"{cls.__name__}() has no setting {word!r}{hint}")
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for f in fields(self):
            self._check(f.name, getattr(self, f.name), f.metadata)
        if not self.label:
            object.__setattr__(self, "label", self._default_label())

    def init(self, x: Points) -> Any:
        """Return the state before the first step; ``x`` holds the starts, shape (n, 2)."""
        return ()

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        """Return the next points and state, leaving ``x`` and ``state`` as they are."""
        raise TypeError(f"{type(self).__name__} does not define step(self, objective, x, state)")

    @property
    def hyperparameters(self) -> dict[str, Any]:
        """The fields but for the label, by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "label"}

    def replace(self: Self, **changes: Any) -> Self:
        """Return a copy with other settings; a label that was derived is derived anew."""
        if "label" not in changes and self.label == self._default_label():
            changes["label"] = ""
        return replace(self, **changes)

    def at(self: Self, step: int) -> Self:
        """Return the optimizer with every schedule replaced by its value at this step (from 0)."""
        if not self._varying:
            return self
        now: dict[str, Any] = {}
        for name in self._varying:
            value = getattr(self, name)
            now[name] = value.at(step) if isinstance(value, Optimizer) else value(step)
        return replace(self, **now)

    @cached_property
    def _varying(self) -> tuple[str, ...]:
        return tuple(
            name
            for name, value in self.hyperparameters.items()
            if (value._varying if isinstance(value, Optimizer) else callable(value))
        )

    def _check(self, name: str, value: Any, rule: Mapping[str, Any]) -> None:
        if "choices" in rule and value not in rule["choices"]:
            hint = did_you_mean(str(value), rule["choices"])
            raise InvalidInput(f"{type(self).__name__}({name}={value!r}) is unknown{hint}")
        if "test" not in rule or callable(value):
            return
        try:
            fits = math.isfinite(value) and bool(rule["test"](value))
        except (TypeError, ValueError):
            fits = False
        if not fits:
            raise InvalidInput(
                f"{type(self).__name__}({name}={value!r}) is out of range: "
                f"{name} must be {rule['allowed']}, or a schedule step -> value"
            )

    def _default_label(self) -> str:
        shown = []
        for f in fields(self):
            value = getattr(self, f.name)
            if f.name == "label" or (f.name != "lr" and value == f.default):
                continue
            if f.name != "lr" and f.default is MISSING and f.default_factory is not MISSING:
                continue
            shown.append(f"{f.name}={_brief(value)}")
        return " ".join([type(self).__name__, ", ".join(shown)]).strip()


def _brief(value: Any) -> str:
    if isinstance(value, Optimizer):
        return f"({value.label})"
    if callable(value):
        return getattr(value, "__name__", "schedule")
    return format(value, "g") if isinstance(value, (int, float)) else str(value)
