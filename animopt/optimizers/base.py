"""Optimizer: a frozen dataclass of hyperparameters, whose state is passed in and returned."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cached_property
from typing import Any, ClassVar, Self

from animopt.errors import InvalidInput, Suggesting, call, check_choice, short
from animopt.optimizers.keywords import translated
from animopt.surfaces.objective import Objective
from animopt.typing import Points


def positive(default: Any = MISSING) -> Any:
    """Declare a hyperparameter in (0, inf)."""
    return _hyper(default, "a number > 0", lambda v: v > 0)


def nonnegative(default: Any = MISSING) -> Any:
    """Declare a hyperparameter in [0, inf), as learning rates are: a schedule may end at 0."""
    return _hyper(default, "a number >= 0", lambda v: v >= 0)


def fraction(default: Any = MISSING) -> Any:
    """Declare a hyperparameter in [0, 1), as decay rates and momenta are."""
    return _hyper(default, "a number in [0, 1)", lambda v: 0 <= v < 1)


def portion(default: Any = MISSING) -> Any:
    """Declare a hyperparameter in (0, 1]."""
    return _hyper(default, "a number in (0, 1]", lambda v: 0 < v <= 1)


def count(default: Any = MISSING) -> Any:
    """Declare a whole number of at least 1."""
    return _hyper(default, "a whole number >= 1", lambda v: v == int(v) and v >= 1)


def whole(default: Any = MISSING) -> Any:
    """Declare a whole number of at least 0, as seeds are."""
    return _hyper(default, "a whole number >= 0", lambda v: v == int(v) and v >= 0)


def choice(default: str, *others: str) -> Any:
    """Declare a convention: one of a few words."""
    return field(default=default, metadata={"choices": (default, *others)})


def flag(default: bool) -> Any:
    """Declare a convention that is on or off."""
    return field(default=default, metadata={"choices": (False, True)})


def number(default: Any = MISSING, *, scheduled: bool = False) -> Any:
    """Declare any finite number; it may be ``scheduled`` in a schedule too, where that is said."""
    made = _hyper(
        default, f"a finite number{', or a schedule' if scheduled else ''}", lambda v: True
    )
    return field(default=default, metadata=made.metadata | {"scheduled": scheduled})


def _hyper(default: Any, allowed: str, test: Any) -> Any:
    return field(default=default, metadata={"allowed": allowed, "test": test})


def check(owner: object, step: int | None = None) -> None:
    """Raise InvalidInput for the first field of a dataclass that breaks its declaration.

    A schedule is not checked itself, but each of its values is when it is used, at ``step``.
    """
    who, when = type(owner).__name__, "" if step is None else f" at step {step}"
    for f in fields(owner):  # type: ignore[arg-type]
        value, rule = getattr(owner, f.name), f.metadata
        if "choices" in rule:
            check_choice(who, f.name, value, rule["choices"], when)
        varies = callable(value) and (isinstance(owner, Optimizer) or rule.get("scheduled"))
        if "test" not in rule or varies:
            continue
        try:
            alone = getattr(value, "shape", ()) == ()  # an array of one number is none
            fits = alone and math.isfinite(value) and bool(rule["test"](value))
        except (TypeError, ValueError, OverflowError):
            fits = False
        if not fits and _is_number(value):
            raise InvalidInput(f"{who}({f.name}={value!r}) is a string; write {f.name}={value}")
        if not fits:
            schedule = ", or a schedule step -> value" if isinstance(owner, Optimizer) else ""
            raise InvalidInput(
                f"{who}({f.name}={short(value)}){when} is out of range: "
                f"{f.name} must be {rule['allowed']}{schedule if step is None else ''}"
            )


def _is_number(text: Any) -> bool:
    try:
        return isinstance(text, str) and math.isfinite(float(text))
    except ValueError:
        return False


def brief(value: Any) -> str:
    """Return the value of a setting as labels show it; a schedule without a name as it begins.

    >>> brief(0.1), brief(1e-10), brief("inside"), brief(lambda step: 0.1 / (step + 1))
    ('0.1', '1e-10', 'inside', '0.1 at first')
    """
    if callable(value):
        return _named(value) or _begun(value)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return format(value, "g") if is_number else str(value)


def _named(schedule: Any) -> str:
    """Return the name of a schedule, or of the function that made it, as those of optax are."""
    name = getattr(schedule, "__name__", "")
    if name in ("schedule", "schedule_fn"):
        *_, maker, _ = ["", *str(getattr(schedule, "__qualname__", name)).split(".<locals>.")]
        name = maker.rpartition(".")[2] or name
    return "" if name == "<lambda>" else str(name)


def _begun(schedule: Any) -> str:
    try:
        return f"{float(schedule(0)):g} at first"
    except Exception:  # it is asked again, and blamed, when the optimizer runs
        return "schedule"


@dataclass(frozen=True)
class Optimizer(Suggesting):
    """The base of every optimizer: subclass it as a frozen dataclass and write ``step``.

    Fields are the hyperparameters: scalars, or schedules ``step -> value`` that ``at`` resolves,
    so that ``step`` sees plain numbers only. ``label`` is the name in legends and reports; by
    default it is the class name with lr and the settings that differ from their defaults.

    >>> @dataclass(frozen=True)
    ... class Plain(Optimizer):
    ...     lr: float = 0.1
    ...     def step(self, objective, x, state):
    ...         return x - self.lr * objective.gradient(x), state
    >>> Plain(lr=0.5).label
    'Plain lr=0.5'
    """

    expensive: ClassVar[bool] = False
    """Whether a step from thousands of starts, as basins take it, would last minutes."""
    keeps_samples: ClassVar[bool] = False
    """Whether the points that a step evaluates are to be kept, as trials worth drawing."""

    label: str = field(default="", kw_only=True)

    @classmethod
    def _instead(cls, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str | None:
        return translated(cls, args, kwargs)

    def __post_init__(self) -> None:
        check(self)
        if not isinstance(self.label, str):
            who = f"{type(self).__name__}(label={short(self.label)})"
            raise InvalidInput(f"{who}: a label must be a string")
        if not self.label:
            self._describe_with(())

    def init(self, x: Points) -> Any:
        """Return the state before the first step; ``x`` holds the starts, shape (n, 2)."""
        return ()

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        """Return the next points and state, leaving ``x`` and ``state`` as they are."""
        raise InvalidInput(f"{type(self).__name__} must define step(self, objective, x, state)")

    @property
    def hyperparameters(self) -> dict[str, Any]:
        """The settings that can be read and replaced, by name, without the label."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "label"}

    @property
    def kind(self) -> str:
        """What the members of a sweep have in common: the class, and that of what it wraps."""
        return type(self).__name__

    @property
    def has_own_label(self) -> bool:
        """Whether the label was given, so that it says what its author wanted it to say."""
        return "_shown" not in vars(self)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with other settings; a default label is made again from them."""
        shown = vars(self).get("_shown")
        if "label" in changes or shown is None:
            return replace(self, **changes)
        return replace(self, label="", **changes).showing((*shown, *changes) if shown else ())

    def showing(self, names: Iterable[str]) -> Self:
        """Return a copy whose default label shows these settings as well.

        >>> from animopt.optimizers import Momentum
        >>> Momentum(lr=0.1).showing(["momentum"]).replace(lr=0.2).label
        'Momentum lr=0.2, momentum=0.9'
        """
        shown = replace(self, label="")
        shown._describe_with(tuple(names))
        return shown

    def _describe_with(self, names: tuple[str, ...]) -> None:
        vars(self)["_shown"] = names
        object.__setattr__(self, "label", self.describe(names))

    def describe(self, names: Iterable[str] = ()) -> str:
        """Return the default label, with these settings shown as well.

        >>> from animopt.optimizers import Momentum
        >>> Momentum(lr=0.1).describe(), Momentum(lr=0.1).describe(["momentum"])
        ('Momentum lr=0.1', 'Momentum lr=0.1, momentum=0.9')
        """
        return f"{type(self).__name__} {self._settings(names)}".strip()

    def _settings(self, names: Iterable[str]) -> str:
        shown = {"lr", *names}
        return ", ".join(
            f"{f.name}={brief(getattr(self, f.name))}"
            for f in fields(self)
            if f.name not in ("label", "base")
            and (f.name in shown or getattr(self, f.name) != f.default)
        )

    def at(self, step: int) -> Self:
        """Return the optimizer with every schedule replaced by its value at this step (from 0).

        Raises:
            InvalidInput: a schedule's value is out of range.
        """
        if not self._varying:
            return self
        now = object.__new__(type(self))
        vars(now).update(vars(self), _varying=())
        for name in self._slots:
            object.__setattr__(now, name, getattr(self, name))
        for name in self._varying:
            value = getattr(self, name)
            if isinstance(value, Optimizer):
                value = value.at(step)
            else:
                what = f"{type(self).__name__}({name}=...): a schedule is called with the step"
                value = call(what, value, step)
            object.__setattr__(now, name, value)
        check(now, step)
        return now

    @cached_property
    def _slots(self) -> tuple[str, ...]:
        """The names of the fields that are slots, which ``vars`` leaves out."""
        return tuple(f.name for f in fields(self) if f.name not in vars(self))

    @cached_property
    def _varying(self) -> tuple[str, ...]:
        """The names of the fields that hold a schedule, or an optimizer that has one."""
        values = ((f.name, getattr(self, f.name)) for f in fields(self))
        return tuple(
            name
            for name, value in values
            if (value._varying if isinstance(value, Optimizer) else callable(value))
        )
