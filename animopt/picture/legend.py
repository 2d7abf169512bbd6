"""The legend: what it says of each run, and where its lines are placed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np

from animopt.picture.stage import Stage
from animopt.picture.theme import NUMBERS, TYPE
from animopt.picture.tracks import Group
from animopt.picture.words import PAD, Word, apart, inked

# From line to line in points: in rows below the panels, and in columns beside them.
_ROW, _COLUMN = 15.0, 17.0
# The size of a marker, in points.
MARKER = 4.0
# The room of a marker before the words, in its sizes, and where any has dashes beside it.
_PLAIN, _DASHED = 3.0, 6.5
# The type in which a legend below the panels is tried, in points.
_TYPES = (TYPE, NUMBERS + 0.5, NUMBERS, NUMBERS - 0.5, NUMBERS - 1)
# The part of the height from which on smaller type is chosen, while it is no smaller than numbers,
# and the most that rows may take, also in the smallest.
_FOOT, _MOST_FOOT, _MOST_SMALL = 0.2, 0.4, 0.55
# So many runs have room for their names, below each other and in columns.
_MOST_LISTED = 100


@dataclass(frozen=True)
class Line:
    """A marker in its colour, and words: (first step, word) in order.

    ``dash`` are the strokes and gaps of its path, ``indent`` is the room before the words in sizes
    of a marker. A title of lines has no marker, "".
    """

    color: str
    marker: str
    words: tuple[tuple[int, Word], ...]
    dash: tuple[float, ...] = ()
    indent: float = _PLAIN

    def word_at(self, step: int) -> Word:
        """Return the word shown at a step."""
        return self.words[bisect_right(self.words, step, key=itemgetter(0)) - 1][1]

    @property
    def scale(self) -> float:
        """The size of its type, in parts of the usual."""
        return self.words[0][1].size / TYPE

    @property
    def changes(self) -> bool:
        """Whether its words are not the same at all steps."""
        return len(self.words) > 1

    @property
    def is_cut(self) -> bool:
        """Whether it ends in an ellipsis, or its label does."""
        return "…" in self.words[0][1].text

    def length(self, stage: Stage) -> float:
        """Return the width in pixels of the marker and the longest word."""
        widest = max(word.width(stage.dpi) for _, word in self.words)
        return widest + self.indent * stage.px(MARKER) * self.scale

    def fitted(self, stage: Stage, room: float) -> Line:
        """Return the line with its words cut short, so that with the marker they fit the room."""
        inside = room - self.indent * stage.px(MARKER) * self.scale - 2 * PAD
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


def legend(stage: Stage, edge: float, spare: float, named: bool = False) -> Legend:
    """Return the legend of a stage, keeping the edges of the canvas free.

    It is placed in columns beside the panel if they fit the spare width, else in rows below. It
    names the optimizers too where that is asked for: their labels beside the points are not enough.
    """
    width, height = stage.size
    lines = _lines(stage, width - 2 * edge, named, TYPE)
    if not lines:
        return Legend()
    pitch = stage.text(_COLUMN)
    down = max(1, int((height - stage.text(46)) / pitch))
    column = max(line.length(stage) for line in lines) + stage.px(10)
    needed = column * -(-len(lines) // down)
    if spare >= 0.75 * needed:
        top = (min(len(lines), down) - 1) * pitch / 2
        places = [(i // down * column, top - i % down * pitch) for i in range(len(lines))]
        return Legend(lines, places, aside=needed)
    return _below(stage, width - 2 * edge, named)


def _below(stage: Stage, width: float, named: bool) -> Legend:
    """Return the legend in rows: in the largest type in which it has room and no label is cut."""
    for size in _TYPES:
        lines, pitch = _lines(stage, width, named, size), stage.text(_ROW * size / TYPE)
        rows, high = _flowing(stage, lines, width), stage.size[1] / pitch
        part = _FOOT if size > NUMBERS else _MOST_FOOT if size > _TYPES[-1] else _MOST_SMALL
        if len(rows) <= max(1, part * high) and not any(line.is_cut for line in lines):
            break
    if len(rows) > (most := max(1, int(part * high))):
        lines, rows = _in_columns(stage, lines, width, most)
    base = stage.text(11)
    places = [(x, base + (len(rows) - 1 - r) * pitch) for r, row in enumerate(rows) for x in row]
    return Legend(lines, places, foot=len(rows) * pitch + stage.text(4))


def _names_optimizers(stage: Stage, named: bool) -> bool:
    """Return whether optimizers are listed: as the scene says, else if labels do not suffice."""
    if stage.look.legend is not None:
        return stage.look.legend
    diverges = any((group.gone >= 0).any() for group in stage.groups)
    ensemble = any(group.is_ensemble for group in stage.groups)
    return not stage.labelled or ensemble or diverges or named


def _lines(stage: Stage, room: float, named: bool, size: float) -> list[Line]:
    """Return the lines of the legend in type of a size: optimizers first, then forces."""
    look = stage.theme
    lines = _of_runs(stage, room, size) if _names_optimizers(stage, named) else []
    names = {"gradient": ("→", "−gradient"), "momentum": ("➔", "momentum")}
    for force in stage.look.forces:
        marker, name = names[force]
        lines.append(Line(look.ink, marker, ((0, inked(name, look, size)),)))
    lines += [Line(look.ink, key, ((0, inked(text, look, size)),)) for key, text in _halos(stage)]
    if any(line.dash for line in lines):
        return [replace(line, indent=_DASHED) if line.marker else line for line in lines]
    return lines


def _halos(stage: Stage) -> list[tuple[str, str]]:
    """Return the marker and the meaning of what is drawn around heads."""
    seen = stage.groups if stage.flat else ()
    found = []
    if any(group.off_plane is not None for group in seen):
        found.append(("○", "distance off the plane"))
    if any(group.track.below is not None for group in seen):
        found.append(("◎", "own loss, in the ground's colours"))
    return found


def sequences(groups: Sequence[Group]) -> list[tuple[str, list[tuple[Group, str]]]]:
    """Return runs as they are listed: (title, (run, what its line says)); "" for no title.

    The title of a sweep is what its labels begin with, and its lines say the rest.
    """
    found: dict[object, list[Group]] = {}
    for group in groups:
        found.setdefault(group.sweep or group, []).append(group)
    listed = []
    for each in found.values():
        labels = [group.track.label for group in each]
        title, rest = apart(labels) if each[0].sweep else ("", labels)
        listed.append((title, list(zip(each, rest if title else labels, strict=True))))
    return listed


def _of_runs(stage: Stage, room: float, size: float) -> list[Line]:
    """Return a line for each run, and one for the title of each sweep.

    Of more than could be read, some are listed, evenly chosen, and the last line counts the others.
    """
    look, lines, count = stage.theme, [], len(stage.groups)
    chosen = np.linspace(0, count - 1, min(count, _MOST_LISTED)).round().astype(int).tolist()
    for title, members in sequences([stage.groups[i] for i in chosen]):
        if title:
            heading = inked(title, look, size, "bold")
            lines.append(Line(look.ink, "", ((0, heading),), indent=1.0))
        for group, label in members:
            told = _texts(stage, group, label, room, size)
            words = tuple((step, inked(text, look, size)) for step, text in told)
            track = group.track
            lines.append(Line(track.color, track.marker, words, track.dash))
    if count > len(chosen):
        others = inked(f"and {count - len(chosen)} more", look, size)
        lines.append(Line(look.ink, "", ((0, others),), indent=1.0))
    return lines


def _texts(
    stage: Stage, group: Group, name: str, room: float, size: float
) -> list[tuple[int, str]]:
    """Return (first step, text) of an optimizer, its label cut short to leave room for the rest."""
    alone = group.size == 1
    diverges = alone and group.track.diverged is not None
    rest = "" if alone else ": 100% arrived, 100% diverged"
    rest = " diverged at step 00000" if diverges else rest
    taken = inked(rest, stage.theme, size).ink_size(stage.dpi)[0] + stage.px(24)
    word = inked(name, stage.theme, size)
    label = word.fitted(max(room - taken, stage.px(40)), stage.dpi).text
    joint = " " if alone else ": "
    return [(k, joint.join(filter(None, (label, fate)))) for k, fate in group.fates()]


def _in_columns(
    stage: Stage, lines: list[Line], width: float, most: int
) -> tuple[list[Line], list[list[float]]]:
    """Return the lines cut short, and their left ends row by row, in columns of ``most`` rows."""
    columns = -(-len(lines) // most)
    pitch = width / columns
    lines = [line.fitted(stage, pitch - stage.px(6)) for line in lines]
    ends = [stage.px(9) + i % columns * pitch for i in range(len(lines))]
    return lines, [ends[i : i + columns] for i in range(0, len(ends), columns)]


def _flowing(stage: Stage, lines: list[Line], width: float) -> list[list[float]]:
    """Return the left ends of lines row by row, with each row filled and centred."""
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
