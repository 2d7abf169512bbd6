"""Notes: sentences about what was done in another way than the user may expect."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

Sink: TypeAlias = Callable[[str], None]


def to_stderr(sentence: str) -> None:
    """Print a note on stderr, but nothing below a notebook's cell, where it looks like an error."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if getattr(shell, "kernel", None) is None and sys.stderr is not None:
        print("animopt:", sentence, file=sys.stderr)


# The innermost sink is used.
_SINKS: list[Sink] = [to_stderr]


def note(sentence: str) -> None:
    """Tell the user something that is no error.

    >>> heard = []
    >>> with notes_to(heard.append):
    ...     note("a float64 is better")
    >>> heard
    ['a float64 is better']
    """
    _SINKS[-1](sentence)


@contextmanager
def notes_to(sink: Sink) -> Iterator[None]:
    """Send the notes of the block to another function, such as a list's ``append``."""
    _SINKS.append(sink)
    try:
        yield
    finally:
        _SINKS.pop()
