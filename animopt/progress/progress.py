"""Progress: the interface of progress bars, on a terminal or in a notebook."""

from __future__ import annotations


class Progress:
    """Receives progress reports; this base class ignores them."""

    def update(self, task: str, done: int, total: int) -> None:
        """Report the current task, the number of frames done and their total."""

    def say(self, sentence: str) -> None:
        """Report a message for the user."""

    def close(self) -> None:
        """End the display, if there is one."""


class Messages(Progress):
    """Keeps what is said, for another process."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def say(self, sentence: str) -> None:
        """Keep a sentence."""
        self.sentences.append(sentence)
