"""Progress: who is told how far a render is: a terminal, a log, a notebook's cell, or nobody."""

from animopt.progress.progress import Messages, Progress

__all__ = ["Messages", "Progress"]
