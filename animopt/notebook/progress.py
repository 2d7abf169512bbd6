"""Progress: a bar below the cell while something is rendered for long."""

from __future__ import annotations

import html
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from animopt.pipeline.progress import Progress

# What is done sooner than this, in seconds, needs no bar; one is drawn no more often than that.
_PATIENCE, _PACE = 1.0, 0.2


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show progress for as long as the block runs: a bar, in a notebook only."""
    bar = Bar() if _in_notebook() else None
    try:
        yield bar or Progress()
    finally:
        if bar:
            bar.close()


class Bar(Progress):
    """A bar of HTML, so that it needs no extension; nothing is left of it when it is closed."""

    def __init__(self) -> None:
        self._due = time.monotonic() + _PATIENCE
        self._handle: Any = None

    def update(self, task: str, done: int, total: int) -> None:
        """Show how far the work is."""
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _PACE
            what = html.escape(task)
            self._show(f'<progress value="{done}" max="{total}"></progress> {what}: {done}/{total}')

    def close(self) -> None:
        """Take the bar away."""
        if self._handle is not None:
            self._show("")

    def _show(self, text: str) -> None:
        from IPython.display import display

        shown = {"text/html": text, "text/plain": ""}
        if self._handle is None:
            self._handle = display(shown, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(shown, raw=True)


def _in_notebook() -> bool:
    """Return whether there is a kernel with a front end that shows HTML."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None
