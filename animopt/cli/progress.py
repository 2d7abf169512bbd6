"""Progress: a bar with the time left on a terminal, plain lines elsewhere, always on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from animopt.watch import Watch

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@contextmanager
def watching() -> Iterator[Bar | Lines]:
    """Give what ``pipeline.run`` is to tell of its progress; leave the terminal tidy after it."""
    bar: Bar | Lines = Bar() if sys.stderr.isatty() else Lines()
    try:
        yield bar
    finally:
        bar.close()


class Lines(Watch):
    """A line at each quarter of the way, for logs."""

    def __init__(self) -> None:
        self._said = ""

    def __call__(self, doing: str, done: int, total: int) -> None:
        """Be told of progress."""
        line = f"{doing}: {done * 4 // total * 25} % of {total} frames"
        if line != self._said:
            self._said = line
            print(line, file=sys.stderr)

    def say(self, sentence: str) -> None:
        """Be told of something that is worth a line."""
        print(sentence, file=sys.stderr)

    def close(self) -> None:
        """Need nothing put right."""


class Bar(Watch):
    """A live bar for each thing done; it leaves no trace when it is closed."""

    def __init__(self) -> None:
        self._doing = ""
        self._live: tuple[Progress, TaskID] | None = None
        self("simulating", 0, 0)

    def __call__(self, doing: str, done: int, total: int) -> None:
        """Be told of progress."""
        if doing != self._doing or self._live is None:
            self.close()
            self._doing = doing
            progress = _progress()
            progress.start()
            self._live = progress, progress.add_task(doing, total=total or None)
        progress, task = self._live
        progress.update(task, completed=done)

    def say(self, sentence: str) -> None:
        """Be told of something that is worth a line."""
        self.close()
        print(sentence, file=sys.stderr)

    def close(self) -> None:
        """Take the bar off the terminal, before anything else is printed there."""
        if self._live:
            self._live[0].stop()
            self._live = None


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
    )
