"""Progress: who is told how far the work is; a bar on a terminal, or in a notebook."""

from __future__ import annotations


class Progress:
    """Told how far the work is; this one does not listen."""

    def update(self, doing: str, done: int, total: int) -> None:
        """Be told what is going on, how many frames are done, and how many there are in all."""

    def say(self, sentence: str) -> None:
        """Be told something that is worth a line."""
