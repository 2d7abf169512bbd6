"""Progress: a bar below the cell during long renders."""

from __future__ import annotations

import html
import sys
import time
from contextlib import AbstractContextManager, closing
from typing import Any

from animopt.progress.progress import Progress

# Seconds until a bar appears, and between its updates.
_DELAY, _INTERVAL = 1.0, 0.2


def progress_bar() -> AbstractContextManager[Progress]:
    """Show a progress bar during the block, in a notebook only."""
    return closing(Bar() if _in_notebook() else Progress())


class Bar(Progress):
    """A bar in HTML, which needs no extension, removed when it is closed."""

    def __init__(self) -> None:
        self._due = time.monotonic() + _DELAY
        self._handle: Any = None

    def update(self, task: str, done: int, total: int) -> None:
        """Show how many frames are done."""
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _INTERVAL
            name = html.escape(task)
            self._show(f'<progress value="{done}" max="{total}"></progress> {name}: {done}/{total}')

    def close(self) -> None:
        """Remove the bar."""
        if self._handle is not None:
            self._show("")

    def _show(self, text: str) -> None:
        from IPython.display import display

        data = {"text/html": text, "text/plain": ""}
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(data, raw=True)


def _in_notebook() -> bool:
    """Return whether this is a Jupyter kernel, whose front end shows HTML."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None
