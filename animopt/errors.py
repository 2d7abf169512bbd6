"""Errors: InvalidInput for a wrong request, ExportError for one that failed."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from inspect import get_annotations, signature
from typing import Any, ClassVar, TypeVar

Choice = TypeVar("Choice")


class AnimoptError(Exception):
    """The base of every error animopt raises on purpose; its message is one sentence."""


class InvalidInput(AnimoptError, ValueError):
    """The scene, the command or an argument is wrong (exit status 2)."""


class ExportError(AnimoptError, RuntimeError):
    """Writing failed though the request was sound: no encoder, no space (exit status 1)."""


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return ``"; did you mean 'Adam'?"`` for the closest choice, or all choices if none is close.

    >>> did_you_mean("adm", ["SGD", "Adam"])
    "; did you mean 'Adam'?"
    >>> did_you_mean("zzz", ["SGD", "Adam"])
    '; choose from Adam, SGD'
    """
    choices = list(choices)
    every = ", ".join(sorted(choices, key=str.casefold))
    return closest(word, choices) or (f"; choose from {every}" if choices else "")


def closest(word: str, choices: Iterable[str]) -> str:
    """Return ``"; did you mean 'Adam'?"`` for the closest choice, or nothing if none is close."""
    choices = list(choices)
    close = get_close_matches(word.casefold(), [choice.casefold() for choice in choices], n=1)
    same = [choice for choice in choices if choice.casefold() in close]
    best = get_close_matches(word, same, n=1, cutoff=0)
    return f"; did you mean {best[0]!r}?" if best else ""


def choose(what: str, name: str, choices: Mapping[str, Choice]) -> Choice:
    """Return the choice with a name, or raise InvalidInput.

    >>> choose("format", "jsno", {"csv": 1, "json": 2})
    Traceback (most recent call last):
    animopt.errors.InvalidInput: format 'jsno' is unknown; did you mean 'json'?
    """
    if name not in choices:
        raise InvalidInput(f"{what} {name!r} is unknown{did_you_mean(name, choices)}")
    return choices[name]


def check_choice(who: str, field: str, given: Any, choices: Iterable[Any], when: str = "") -> None:
    """Raise InvalidInput for the value of a setting that is not among the choices.

    >>> check_choice("Space", "hidden", "gost", ("ghost", "none"))
    Traceback (most recent call last):
    animopt.errors.InvalidInput: Space(hidden='gost') is unknown; did you mean 'ghost'?
    """
    if given not in tuple(choices):
        hint = did_you_mean(str(given), map(str, choices))
        raise InvalidInput(f"{who}({field}={short(given)}){when} is unknown{hint}")


def short(value: object) -> str:
    """Return a value for a message: its repr on one line, shortened if it is long.

    >>> short(list(range(100)))
    '[0, 1, 2, 3, 4, 5, ...]'
    """
    return " ".join(reprlib.repr(value).split())


def check_keywords(
    who: str, given: Iterable[str], known: Iterable[str], elsewhere: Mapping[str, str] | None = None
) -> None:
    """Raise TypeError for the first unknown keyword, with what was probably meant.

    ``elsewhere`` says of some unknown keywords what to write instead.

    >>> check_keywords("Adam", ["betas"], ["lr", "beta1", "beta2"])
    Traceback (most recent call last):
    TypeError: Adam() has no setting 'betas'; write beta1 and beta2
    """
    known = list(known)
    for word in given:
        if word not in known:
            parts = [name for name in known if re.fullmatch(re.escape(word[:-1]) + r"\d", name)]
            if elsewhere and word in elsewhere:
                hint = f"; write {elsewhere[word]}"
            elif parts and word.endswith("s"):
                hint = f"; write {' and '.join(parts)}"
            else:
                hint = did_you_mean(word, known)
            raise TypeError(f"{who}() has no setting {word!r}{hint}")


@lru_cache
def _keywords(init: Callable[..., None]) -> list[str]:
    """Return the keywords of an ``__init__``; none if it takes any (``**kwargs``)."""
    _self, *parameters = signature(init).parameters.values()
    takes_any = any(each.kind is each.VAR_KEYWORD for each in parameters)
    return [] if takes_any else [each.name for each in parameters]


class Suggesting:
    """The base of classes whose error for an unknown keyword suggests what to write.

    That is the closest keyword, or what ``_elsewhere`` names for it.
    """

    _elsewhere: ClassVar[Mapping[str, str]] = {}

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Check the keywords before ``__init__`` does."""
        init = vars(cls).get("__init__")
        if init:  # written, or made by @dataclass
            check_keywords(cls.__name__, kwargs, _keywords(init) or kwargs, cls._elsewhere)
        elif is_dataclass(cls) and (settings := kwargs.keys() & get_annotations(cls)):
            raise InvalidInput(
                f"{cls.__name__}({settings.pop()}=...): the class is no dataclass; write "
                f"@dataclass(frozen=True) above class {cls.__name__}"
            )
        return super().__new__(cls)


def call(what: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a user's function; exceptions raised inside it propagate unchanged.

    Raises:
        InvalidInput: the call itself fails, so that the traceback has no line of the function.

    >>> call("surface 'f': f(x, y)", abs, 1, 2)
    Traceback (most recent call last):
    animopt.errors.InvalidInput: surface 'f': f(x, y): abs() takes exactly one argument (2 given)
    """
    try:
        return function(*arguments)
    except Exception as error:
        if isinstance(error, AnimoptError) or (error.__traceback__ and error.__traceback__.tb_next):
            raise
        raise InvalidInput(f"{what}: {str(error) or type(error).__name__}") from error


def installed(who: str, module: str, extra: str) -> Any:
    """Import and return an optional library; only the call that needs it pays for it.

    Raises:
        ExportError: it is not installed; the message names the extra that installs it.

    >>> installed("from_torch()", "tourch", "torch")
    Traceback (most recent call last):
    animopt.errors.ExportError: from_torch() needs tourch: pip install 'animopt[torch]'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        library = module.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != library:
            raise
        raise ExportError(f"{who} needs {library}: pip install 'animopt[{extra}]'") from None
