"""The heading: a title that may tell the step, and the notes below it, cut to fit."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TypeAlias

from animopt.picture.stage import Stage
from animopt.picture.words import inked

Notes: TypeAlias = tuple[tuple[int, str], ...]
"""What is said from a step on until the next one, in the order of steps."""

NOTE = 10.0
"""The size of a note, in points."""
TITLE = 11.0

_STEP = "{step}"
# No picture is wide enough for more letters.
_LONGEST = 500


def tells_step(title: str) -> bool:
    """Return whether a title is another one at each step."""
    return _STEP in title


def title_at(title: str, step: int | str) -> str:
    """Return a title with the step in it; other braces stay as they are.

    >>> title_at("$x_{{step}}$ at {step} of {n}", 7)
    '$x_{7}$ at 7 of {n}'
    """
    return title.replace(_STEP, str(step))


def note_at(notes: Notes, step: int) -> str:
    """Return the note in force at a step, or nothing.

    >>> note_at(((3, "a"), (5, "")), 2), note_at(((3, "a"), (5, "")), 4)
    ('', 'a')
    """
    return next((note for start, note in reversed(notes) if start <= step), "")


def fitted_title(stage: Stage, room: float) -> str:
    """Return the title, cut to a room in pixels that it does not leave at any step."""
    title, widest = stage.look.title or "", "0" * len(str(stage.problem.steps))
    if not tells_step(title):
        return inked(title, stage.theme, TITLE, "bold").fitted(room, stage.dpi).text

    def width(text: str) -> float:
        word = inked(title_at(text, widest), stage.theme, TITLE, "bold")
        return word.ink_size(stage.dpi)[0]

    letters = re.findall(r"\{step\}|.", title)
    if len(letters) <= _LONGEST and width(title) <= room:
        return title
    cuts = ["".join(letters[:n]).rstrip() + "…" for n in range(min(len(letters), _LONGEST))]
    return cuts[max(bisect_right(cuts, room, key=width) - 1, 0)]


def fitted_notes(stage: Stage, room: float) -> Notes:
    """Return the notes, each cut to a room in pixels."""
    return tuple(
        (step, inked(note, stage.theme, NOTE).fitted(room, stage.dpi).text)
        for step, note in stage.look.notes.items()
    )
