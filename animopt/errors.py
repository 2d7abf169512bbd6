"""The two ways animopt refuses: what was asked is wrong, or doing it failed."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from typing import Any


class AnimoptError(Exception):
    """The base of every error animopt raises on purpose; its text is one sentence for the user."""


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
    return closest(word, choices) or f"; choose from {every}"


def short(value: object) -> str:
    """Return a value for a sentence: its repr on one line, shortened where it is long.

    >>> short(list(range(100)))
    '[0, 1, 2, 3, 4, 5, ...]'
    """
    return " ".join(reprlib.repr(value).split())


def closest(word: str, choices: Iterable[str]) -> str:
    """Return ``"; did you mean 'Adam'?"`` for the closest choice, or nothing if none is close."""
    choices = list(choices)
    close = get_close_matches(word.casefold(), [choice.casefold() for choice in choices], n=1)
    same = [choice for choice in choices if choice.casefold() in close]
    best = get_close_matches(word, same, n=1, cutoff=0)
    return f"; did you mean {best[0]!r}?" if best else ""


def check_keywords(who: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Raise TypeError for the first keyword that is not known, with what was probably meant.

    >>> check_keywords("Adam", ["betas"], ["lr", "beta1", "beta2"])
    Traceback (most recent call last):
    TypeError: Adam() has no setting 'betas'; write beta1 and beta2
    """
    known = list(known)
    for word in given:
        if word not in known:
            parts = [name for name in known if re.fullmatch(re.escape(word[:-1]) + r"\d", name)]
            hint = f"; write {' and '.join(parts)}" if parts and word.endswith("s") else ""
            raise TypeError(f"{who}() has no setting {word!r}{hint or did_you_mean(word, known)}")


class Suggesting:
    """The base of dataclasses that meet an unknown keyword with the field probably meant."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Check the keywords before ``__init__`` does."""
        if is_dataclass(cls) and "__dataclass_fields__" in vars(cls):
            check_keywords(cls.__name__, kwargs, [f.name for f in fields(cls) if f.init])
        return super().__new__(cls)


def call(what: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a user's function; what it raises goes on as it is, with the user's own lines.

    Raises:
        InvalidInput: it cannot be called like this, so that there is no line of its own to blame.

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
