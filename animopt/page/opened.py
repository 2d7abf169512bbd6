"""Opened: which files are read while something runs, so that their changes can be noticed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

_listening: list[set[Path]] = []


@contextmanager
def opened_files() -> Iterator[set[Path]]:
    """Yield a set to which the path of each file is added that is opened to be read."""
    _start()
    opened: set[Path] = set()
    _listening.append(opened)
    try:
        yield opened
    finally:
        _listening.remove(opened)


@cache
def _start() -> None:
    """Begin to listen to Python itself, which nothing can end."""
    sys.addaudithook(_hear)


def _hear(event: str, given: tuple[Any, ...]) -> None:
    if not _listening or event != "open":
        return
    path, mode, flags = given
    reads = "r" in mode if mode else not flags & (os.O_WRONLY | os.O_RDWR)
    if reads and isinstance(path, (str, os.PathLike)):
        for opened in _listening:
            opened.add(Path(path).absolute())
