"""Progress: a bar with the time left on a terminal, plain lines elsewhere, always on stderr."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, closing
from typing import TYPE_CHECKING

from animopt.progress.progress import Progress

if TYPE_CHECKING:
    from rich import progress as rich


def progress_bar() -> AbstractContextManager[Progress]:
    """Show progress on stderr during the block."""
    return closing(Bar() if sys.stderr.isatty() else Lines())


class Lines(Progress):
    """A line at each quarter of the frames, for logs."""

    def __init__(self) -> None:
        self._last = ""

    def update(self, task: str, done: int, total: int) -> None:
        """Show how many frames are done."""
        line = f"{task}: {done * 4 // total * 25} % of {total} frames"
        if line != self._last:
            self._last = line
            print(line, file=sys.stderr)

    def say(self, sentence: str) -> None:
        """Print a message."""
        print(sentence, file=sys.stderr)


class Bar(Progress):
    """A live bar for each task, removed when it is closed."""

    def __init__(self) -> None:
        self._task = ""
        self._live: tuple[rich.Progress, rich.TaskID] | None = None
        self.update("simulating", 0, 0)

    def update(self, task: str, done: int, total: int) -> None:
        """Show how many frames are done."""
        if task != self._task or self._live is None:
            self.close()
            self._task = task
            bar = _live_bar()
            bar.start()
            self._live = bar, bar.add_task(task, total=total or None)
        bar, task_id = self._live
        bar.update(task_id, completed=done)

    def say(self, sentence: str) -> None:
        """Print a message."""
        self.close()
        print(sentence, file=sys.stderr)

    def close(self) -> None:
        """Remove the bar, so that other output can follow."""
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
