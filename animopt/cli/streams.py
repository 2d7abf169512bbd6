"""Streams: what is said to the user must not end what is done for them."""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any, TextIO

from animopt.errors import visible


def quoted(file: Path) -> str:
    """Return a path as it is written in a shell."""
    if os.name == "nt":
        return f'"{file}"' if " " in str(file) else str(file)
    return shlex.quote(str(file))


def print_exactly(text: str) -> None:
    """Print a stranger's text byte by byte; on a screen nothing in it moves a cursor."""
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None or sys.stdout.isatty():
        print(*(visible(line, len(line)) for line in text.splitlines()), sep="\n")
        return
    sys.stdout.flush()
    binary.write(text.encode())
    binary.flush()


class Patient(io.TextIOBase):
    """A stream that drops what it cannot pass on, as where the disk of a log is full."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write as much as possible."""
        with suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()
        return len(text)

    def flush(self) -> None:
        """Write what is buffered, if possible."""
        with suppress(OSError, ValueError):
            self._stream.flush()

    def isatty(self) -> bool:
        """Return whether a person reads along."""
        return not self._stream.closed and self._stream.isatty()

    def fileno(self) -> int:
        """Return the number of the file."""
        return self._stream.fileno()

    def __getattr__(self, name: str) -> Any:
        """Return anything else of the stream, such as its encoding."""
        return getattr(self._stream, name)


@contextmanager
def usable_streams() -> Iterator[None]:
    """Discard what goes to a closed stream, and replace letters that a stream cannot encode."""
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        redirect_stdout(sys.stdout or nowhere),
        redirect_stderr(sys.stderr or nowhere),
    ):
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        with redirect_stderr(Patient(sys.stderr)):
            yield
