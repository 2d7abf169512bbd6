"""Progress: a bar with the time left on a terminal, plain lines elsewhere, always on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from animopt.pipeline.progress import Progress

if TYPE_CHECKING:
    from rich import progress as rich


@contextmanager
def progress_bar() -> Iterator[Bar | Lines]:
    """Show progress on stderr for as long as the block runs, and leave the terminal tidy."""
    bar: Bar | Lines = Bar() if sys.stderr.isatty() else Lines()
    try:
        yield bar
    finally:
        bar.close()


class Lines(Progress):
    """A line at each quarter of the way, for logs."""

    def __init__(self) -> None:
        self._said = ""

    def update(self, doing: str, done: int, total: int) -> None:
        """Show how far the work is."""
        line = f"{doing}: {done * 4 // total * 25} % of {total} frames"
        if line != self._said:
            self._said = line
            print(line, file=sys.stderr)

    def say(self, sentence: str) -> None:
        """Print a sentence."""
        print(sentence, file=sys.stderr)

    def close(self) -> None:
        """Leave the lines where they are."""


class Bar(Progress):
    """A live bar for each thing done; it leaves no trace when it is closed."""

    def __init__(self) -> None:
        self._doing = ""
        self._live: tuple[rich.Progress, rich.TaskID] | None = None
        self.update("simulating", 0, 0)

    def update(self, doing: str, done: int, total: int) -> None:
        """Show how far the work is."""
        if doing != self._doing or self._live is None:
            self.close()
            self._doing = doing
            bar = _live_bar()
            bar.start()
            self._live = bar, bar.add_task(doing, total=total or None)
        bar, task = self._live
        bar.update(task, completed=done)

    def say(self, sentence: str) -> None:
        """Print a sentence."""
        self.close()
        print(sentence, file=sys.stderr)

    def close(self) -> None:
        """Take the bar off the terminal, before anything else is printed there."""
        if self._live:
            self._live[0].stop()
            self._live = None


def _live_bar() -> rich.Progress:
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
