"""The legend: what it says of each run, and where its lines are placed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from animopt.picture.stage import Stage
from animopt.picture.tracks import Group
from animopt.picture.words import PAD, Word, inked

# From line to line in points: in rows below the panels, and in columns beside them.
_ROW, _COLUMN = 15.0, 17.0
# The size of a marker, in points; it has three times this room before the words.
MARKER = 4.0
# The largest part of the height that rows may take.
_MOST_FOOT = 0.4


@dataclass(frozen=True)
class Line:
    """A marker in its colour, and words: (first step, word) in order."""

    color: str
    marker: str
    words: tuple[tuple[int, Word], ...]

    def word_at(self, step: int) -> Word:
        """Return the word shown at a step."""
        return self.words[bisect_right(self.words, step, key=itemgetter(0)) - 1][1]

    @property
    def changes(self) -> bool:
        """Whether its words are not the same at all steps."""
        return len(self.words) > 1

    def length(self, stage: Stage) -> float:
        """Return the width in pixels of the marker and the longest word."""
        widest = max(word.width(stage.dpi) for _, word in self.words)
        return widest + 3 * stage.px(MARKER)

    def fitted(self, stage: Stage, room: float) -> Line:
        """Return the line with its words cut short, so that with the marker they fit the room."""
        inside = room - 3 * stage.px(MARKER) - 2 * PAD
        words = tuple((step, word.fitted(inside, stage.dpi)) for step, word in self.words)
        return replace(self, words=words)


@dataclass(frozen=True)
class Legend:
    """Lines, and the place of each in pixels: its left end, at half its height.

    ``foot`` is the height that the legend takes below the panels, ``aside`` the width it takes to
    their right. Beside the panels, places are relative to the middle of the left edge of that room
    until ``at`` moves them; below, they are relative to the canvas.
    """

    lines: Sequence[Line] = ()
    places: Sequence[tuple[float, float]] = ()
    foot: float = 0.0
    aside: float = 0.0

    @property
    def changes(self) -> bool:
        """Whether a line's words are not the same at all steps."""
        return any(line.changes for line in self.lines)

    def at(self, x: float, y: float) -> Legend:
        """Return the legend with its places shifted by (x, y)."""
        return replace(self, places=[(x + dx, y + dy) for dx, dy in self.places])


def legend(stage: Stage, edge: float, spare: float, cut: bool = False) -> Legend:
    """Return the legend of a stage, keeping the edges of the canvas free.

    It is placed in columns beside the panel if they fit the spare width, else in rows below. It
    names the optimizers too where their labels beside the points are ``cut`` short.
    """
    width, height = stage.size
    lines = _lines(stage, width - 2 * edge, cut)
    if not lines:
        return Legend()
    pitch = stage.px(_COLUMN)
    down = max(1, int((height - stage.px(46)) / pitch))
    column = max(line.length(stage) for line in lines) + stage.px(10)
    needed = column * -(-len(lines) // down)
    if spare >= 0.75 * needed:
        top = (min(len(lines), down) - 1) * pitch / 2
        places = [(i // down * column, top - i % down * pitch) for i in range(len(lines))]
        return Legend(lines, places, aside=needed)
    lines, rows = _rows(stage, lines, width - 2 * edge, height)
    pitch, base = stage.px(_ROW), stage.px(11)
    places = [(x, base + (len(rows) - 1 - r) * pitch) for r, row in enumerate(rows) for x in row]
    return Legend(lines, places, foot=len(rows) * pitch + stage.px(4))


def _names_optimizers(stage: Stage, cut: bool) -> bool:
    """Return whether optimizers are listed: as the scene says, else if labels do not suffice."""
    if stage.look.legend is not None:
        return stage.look.legend
    diverges = any(track.diverged is not None for each in stage.groups for track in each.tracks)
    ensemble = any(group.is_ensemble for group in stage.groups)
    return not stage.labelled or ensemble or diverges or cut


def _lines(stage: Stage, room: float, cut: bool) -> list[Line]:
    """Return the lines of the legend: optimizers first, then forces."""
    look = stage.theme
    lines = []
    for group in stage.groups if _names_optimizers(stage, cut) else ():
        words = tuple((step, inked(text, look)) for step, text in _texts(stage, group, room))
        lines.append(Line(group.track.color, group.track.marker, words))
    names = {"gradient": ("→", "−gradient"), "momentum": ("➔", "momentum")}
    for force in stage.look.forces:
        marker, name = names[force]
        lines.append(Line(look.ink, marker, ((0, inked(name, look)),)))
    return lines + [Line(look.ink, key, ((0, inked(text, look)),)) for key, text in _halos(stage)]


def _halos(stage: Stage) -> list[tuple[str, str]]:
    """Return the marker and the meaning of what is drawn around heads."""
    seen = stage.groups if stage.flat else ()
    found = []
    if any(group.off_plane is not None for group in seen):
        found.append(("○", "distance off the plane"))
    if any(group.track.below is not None for group in seen):
        found.append(("◎", "own loss, in the ground's colours"))
    return found


def _texts(stage: Stage, group: Group, room: float) -> list[tuple[int, str]]:
    """Return (first step, text) of an optimizer, its label cut short to leave room for the rest."""
    alone = len(group.tracks) == 1
    diverges = alone and group.track.diverged is not None
    rest = " diverged at step 00000" if diverges else ": 100% arrived, 100% diverged"
    taken = inked(rest, stage.theme).ink_size(stage.dpi)[0] + stage.px(24)
    name = inked(group.track.label, stage.theme)
    label = name.fitted(max(room - taken, stage.px(40)), stage.dpi).text
    joint = " " if alone else ": "
    return [(k, joint.join(filter(None, (label, fate)))) for k, fate in group.fates()]


def _rows(
    stage: Stage, lines: list[Line], width: float, height: float
) -> tuple[list[Line], list[list[float]]]:
    """Return the lines, and their left ends row by row, with each row filled and centred.

    Where they would take too much of the height, lines are cut short and arranged in columns.
    """
    rows = _flowing(stage, lines, width)
    most = max(1, int(_MOST_FOOT * height / stage.px(_ROW)))
    if len(rows) <= most:
        return lines, rows
    columns = -(-len(lines) // most)
    pitch = width / columns
    lines = [line.fitted(stage, pitch - stage.px(6)) for line in lines]
    ends = [stage.px(9) + i % columns * pitch for i in range(len(lines))]
    return lines, [ends[i : i + columns] for i in range(0, len(ends), columns)]


def _flowing(stage: Stage, lines: list[Line], width: float) -> list[list[float]]:
    rows: list[list[float]] = []
    ends: list[float] = []
    for line in lines:
        length = line.length(stage) + stage.px(10)
        if not rows or ends[-1] + length > width:
            rows.append([])
            ends.append(0.0)
        rows[-1].append(ends[-1])
        ends[-1] += length
    left = stage.px(9)
    return [
        [left + max(0.0, (width - end) / 2) + x for x in row]
        for row, end in zip(rows, ends, strict=True)
    ]
