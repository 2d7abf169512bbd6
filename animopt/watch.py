"""Watch: whoever wants to know how the work goes on; a bar on a terminal, or in a notebook."""

from __future__ import annotations


class Watch:
    """Told of what goes on; this one does not listen."""

    def __call__(self, doing: str, done: int, total: int) -> None:
        """Be told of progress: what is going on, frames done, frames in all."""

    def say(self, sentence: str) -> None:
        """Be told of something that is worth a line."""
