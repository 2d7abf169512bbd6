"""The two ways animopt refuses: what was asked is wrong, or doing it failed."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


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
    known = {choice.casefold(): choice for choice in choices}
    close = get_close_matches(word.casefold(), known, n=1)
    if close:
        return f"; did you mean {known[close[0]]!r}?"
    return "; choose from " + ", ".join(sorted(known.values(), key=str.casefold))
