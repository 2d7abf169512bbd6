"""Reading: what is believed of a file that a stranger may have made, and within which bounds."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from animopt.checks import MOST_SECONDS

Bytes: TypeAlias = bytes | mmap.mmap
"""The content of a file: all of it, or what is fetched when it is asked for."""

MOST_BLOCKS = 3_000_000
"""Blocks, boxes and chunks that are passed over in one file; the largest of ours have half."""
MOST_TEXT = 1 << 20
"""Bytes of the texts in one file."""
MOST_JSON = 1 << 24
# What takes memory in JSON is not its length but the number of its parts: some 64 bytes for each
# list or object, and 32 for each number or string.
_MOST_LISTS, _MOST_PARTS = 200_000, 1_000_000


class NotRead(ValueError):
    """A file is not what it seems, or exceeds a bound."""


class Count:
    """Counts what is passed over, and ends the reading at the bound."""

    def __init__(self, most: int = MOST_BLOCKS) -> None:
        self._left = most

    def one(self) -> None:
        """Count one more block."""
        self._left -= 1
        if self._left < 0:
            raise NotRead("too many blocks")


class Text:
    """Gathers the bytes of texts, of which only the first MOST_TEXT are kept."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._left = MOST_TEXT

    def add(self, part: bytes) -> None:
        """Add what follows."""
        if not self.full:
            self._parts.append(part[: self._left])
            self._left -= len(part)

    @property
    def full(self) -> bool:
        """Whether nothing more is kept."""
        return self._left <= 0

    def all(self) -> bytes:
        """Return what was kept."""
        return b"".join(self._parts)


@contextmanager
def content(path: Path) -> Iterator[Bytes]:
    """Provide the bytes of a file, however large it is, without reading what nobody asks for."""
    with path.open("rb") as file:
        try:
            whole = _mapped(file)
        except (ValueError, OSError):  # it is empty, or its file system maps no files
            yield file.read(MOST_JSON)
            return
        with whole:
            yield whole


def _mapped(file: BinaryIO) -> mmap.mmap:
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def read_json(text: bytes) -> Any:
    """Return what JSON says, if it is no larger than what animopt writes.

    Raises:
        ValueError: it is no JSON, too large, or nested too deeply.

    >>> read_json(b'{"loop": 2}')
    {'loop': 2}
    """
    lists = text.count(b"[") + text.count(b"{")
    parts = lists + text.count(b",") + text.count(b":")
    if len(text) > MOST_JSON or lists > _MOST_LISTS or parts > _MOST_PARTS:
        raise NotRead("too much JSON")
    try:
        return json.loads(text)
    except RecursionError:
        raise NotRead("JSON that is nested too deeply") from None


def whole_number(value: Any, most: int) -> int:
    """Return a whole number from 0, or raise ValueError."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise NotRead("a number out of range")
    return value


def seconds_of(values: Any) -> list[float]:
    """Return the seconds of each frame, or raise ValueError."""
    if not isinstance(values, list):
        raise NotRead("no seconds")
    for value in values:
        if not isinstance(value, (int, float)) or not 0 <= value <= MOST_SECONDS:
            raise NotRead("seconds out of range")
    return values


def texts_of(values: Any) -> dict[str, str]:
    """Return texts by key, or raise ValueError."""
    if not isinstance(values, dict):
        raise NotRead("no texts")
    if not all(isinstance(value, (str, int, float)) for value in values.values()):
        raise NotRead("what is no text")
    return {key: str(value) for key, value in values.items()}
