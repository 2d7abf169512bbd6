"""Foreign: an optimizer of another framework, as a frozen dataclass of its hyperparameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, make_dataclass
from functools import lru_cache, partial
from inspect import signature
from numbers import Real
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from animopt.errors import AnimoptError, InvalidInput, check_keywords
from animopt.optimizers.base import Optimizer, brief
from animopt.surfaces.objective import Objective
from animopt.typing import Points

# One name for what every framework has, so that --set, sweeps and tune reach it in all of them.
_ALIASES = {"learning_rate": "lr"}


class Setting(NamedTuple):
    """A keyword of the framework, and the fields that hold its value, or each part of it."""

    keyword: str
    fields: tuple[str, ...]
    defaults: tuple[Any, ...]
    in_parts: bool

    @classmethod
    def of(
        cls, owner: type[Optimizer], word: str, value: Any, default: Any = None
    ) -> Setting | None:
        """Return the setting with this value, or None if the value is no hyperparameter.

        A function is a schedule where the framework expects a number.
        """
        varying = not isinstance(value, type) and (default is MISSING or isinstance(default, Real))
        if _is_scalar(value) or (callable(value) and varying):
            return cls(word, (_free(owner, _ALIASES.get(word, word)),), (value,), False)
        if type(value) in (tuple, list) and all(_is_scalar(v) or callable(v) for v in value):
            names = (_free(owner, f"{_stem(word)}{i + 1}") for i in range(len(value)))
            return cls(word, tuple(names), tuple(value), True)
        return None


@dataclass(frozen=True)
class Foreign(Optimizer):
    """The base of adapters: each start has an optimizer, and a state, of its own.

    One instance for all starts would be wrong: many methods mix the coordinates of a tensor.
    A subclass says how the state of one start begins, and how it goes on: ``_follow`` is given the
    gradient, ``_descend`` the objective of this start. Neither may change the state it is given.
    """

    expensive: ClassVar[bool] = True
    keeps_samples: ClassVar[bool] = True
    door: ClassVar[Callable[..., Any]]
    """The public function that makes such an optimizer."""
    source: ClassVar[Any]
    """What the framework provides: a class, a factory or a name."""
    settings: ClassVar[tuple[Setting, ...]] = ()
    fixed: ClassVar[Mapping[str, Any]] = {}
    """The keywords whose values are no hyperparameters, such as masks."""
    needs_objective: ClassVar[bool] = False
    _scheduled: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            vars(self).update(self.at(0)._try())
        except AnimoptError:
            raise
        except Exception as error:
            raise InvalidInput(f"{self!r}: {str(error) or type(error).__name__}") from error

    def __repr__(self) -> str:
        held = {**self.hyperparameters, **self.fixed}
        given = ", ".join(f"{name}={plainly(value)}" for name, value in held.items())
        return f"{self.door.__name__}({named(self.source)}{', ' if given else ''}{given})"

    def __reduce__(self) -> Any:
        again = partial(self.door, **self.fixed, **self.hyperparameters, label=self.label)
        return again, (self.source,)

    def init(self, x: Points) -> Any:
        return tuple(self._begin(point) for point in x)

    def step(self, objective: Objective, x: Points, state: Any) -> tuple[Points, Any]:
        gradients = None if self.needs_objective else objective.gradient(x)
        moved, rows = np.array(x, dtype=np.float64), list(state)
        for i, point in enumerate(moved.copy()):
            if not np.isfinite(point).all():
                continue  # it has diverged, which some frameworks would raise an error for
            if gradients is None:
                moved[i], rows[i] = self._descend(objective.row(i), point, state[i])
            else:
                moved[i], rows[i] = self._follow(gradients[i], point, state[i])
        return moved, tuple(rows)

    def at(self, step: int) -> Self:
        """Return the optimizer with every schedule replaced by its value at this step (from 0)."""
        now = super().at(step)
        if now is not self:
            vars(now)["_scheduled"] = self._varying
        return now

    def _begin(self, point: Points) -> Any:
        """Return the state of the start at a point, shape (2,)."""
        raise NotImplementedError

    def _follow(self, gradient: Points, point: Points, state: Any) -> tuple[Points, Any]:
        """Return the next point and state of one start, from its gradient; all of shape (2,)."""
        raise NotImplementedError

    def _descend(self, objective: Objective, point: Points, state: Any) -> tuple[Points, Any]:
        """Return the next point and state of one start, from its objective."""
        raise NotImplementedError

    def _try(self) -> dict[str, Any]:
        """Return attributes that a trial finds out, or raise what the framework says against it."""
        self._begin(np.zeros(2))
        return {}

    def _keywords(self) -> dict[str, Any]:
        """Return the values by the names that the framework has for them."""
        return {**self.fixed, **{s.keyword: self._value(s) for s in self.settings}}

    def _changed(self) -> dict[str, Any]:
        """Return the values that follow a schedule, by the names that the framework has."""
        names = set(self._scheduled)
        return {s.keyword: self._value(s) for s in self.settings if names.intersection(s.fields)}

    def _read_once(self, word: str) -> InvalidInput:
        """Return the error for a schedule that would have no effect."""
        return InvalidInput(
            f"{self.door.__name__}({named(self.source)}, {word}=...): {word} is read only once, "
            "at the start; give a value instead of a schedule"
        )

    def _value(self, setting: Setting) -> Any:
        values = tuple(_number(getattr(self, name)) for name in setting.fields)
        return values if setting.in_parts else values[0]


def adopt(
    base: type[Foreign],
    source: Any,
    name: str,
    given: Mapping[str, Any],
    fixed: Mapping[str, Any],
    skip: tuple[str, ...],
) -> Foreign:
    """Return the optimizer of a class made for this source and these settings.

    Args:
        base: the adapter.
        source: what the framework provides; its settings are the keywords of its signature.
        name: the name of the class, which labels begin with.
        given: the user's settings, by keyword or by field, and what fields the adapter has.
        fixed: what is no hyperparameter.
        skip: keywords that are no settings, unless they are given.
    """
    defaults, open_ended = _defaults(source)
    split = {
        word: Setting.of(base, word, default)
        for word, default in defaults.items()
        if default is not None and default is not MISSING and word not in skip
    }
    settings = {word: setting for word, setting in split.items() if setting}
    parts = {each for setting in settings.values() for each in setting.fields} - settings.keys()
    words = {_ALIASES[word]: word for word in _ALIASES if word in defaults}
    given = {words.get(word, word): value for word, value in given.items()}
    values = {f.name: given[f.name] for f in fields(base) if f.name in given}
    fixed = _Fixed(fixed)
    for word in sorted(given.keys() - values.keys()):
        if word in parts:
            values[word] = given[word]
            continue
        if not open_ended:
            check_keywords(name, [word], [*defaults, *parts])
        setting = Setting.of(base, word, given[word], defaults.get(word, MISSING))
        known = settings.pop(word, None)
        if setting is None:
            fixed[word] = given[word]
            continue
        values.update(zip(setting.fields, setting.defaults, strict=True))
        same = known is not None and known.fields == setting.fields
        settings[word] = known if known and same else setting._replace(defaults=())
    order = [*defaults, *sorted(settings.keys() - defaults.keys())]
    chosen = tuple(settings[word] for word in order if word in settings)
    kind: type[Foreign] = _class(base, source, name, chosen, fixed)  # type: ignore[arg-type]
    return kind(**values)


class _Fixed(dict[str, Any]):
    """Settings that are the same only if they are the same objects."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset((name, id(value)) for name, value in self.items()))


@lru_cache(maxsize=256)
def _class(
    base: type[Foreign], source: Any, name: str, settings: tuple[Setting, ...], fixed: _Fixed
) -> Any:
    """Return the dataclass with these settings as its fields; the same one for the same of them."""
    made: list[tuple[str, Any, Any]] = []
    for setting in settings:
        for i, each in enumerate(setting.fields):
            default = {"default": setting.defaults[i]} if setting.defaults else {}
            made.append((each, Any, field(kw_only=True, **default)))
    namespace: dict[str, Any] = {"settings": settings, "fixed": fixed, "__doc__": base.__doc__}
    # Without this, a function would become a method.
    namespace["source"] = staticmethod(source) if callable(source) else source
    return make_dataclass(name, made, bases=(base,), namespace=namespace, frozen=True, repr=False)


def _defaults(source: Any) -> tuple[dict[str, Any], bool]:
    """Return the defaults of a call by keyword, and whether it takes any other keyword too."""
    try:
        parameters = list(signature(source).parameters.values())
    except (TypeError, ValueError):  # no function, or one written in C
        return {}, True
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters)
    return {p.name: MISSING if p.default is p.empty else p.default for p in named}, open_ended


def _free(owner: type[Optimizer], name: str) -> str:
    """Return the name of a field, which must not hide what every optimizer has."""
    return f"{name}_" if hasattr(owner, name) else name


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, (bool, str, Real, np.bool_))


def _stem(word: str) -> str:
    """Return what one of several is called: beta for betas; eps is no plural."""
    return word if word == "eps" else word.removesuffix("s")


def _number(value: Any) -> Any:
    """Return numbers of NumPy, torch and JAX, as schedules may return them, as Python's own."""
    return value.item() if hasattr(value, "item") else value


def named(source: Any) -> str:
    """Return what is called, with its module: ``torch.optim.adamw.AdamW``."""
    if hasattr(source, "__qualname__"):
        return f"{source.__module__}.{source.__qualname__}"
    return plainly(source)


def plainly(value: Any) -> str:
    """Return a setting as text that is the same in every process: without addresses."""
    text = brief(value) if callable(value) else repr(value)
    return re.sub(r" at 0x[0-9a-fA-F]+", "", text)
