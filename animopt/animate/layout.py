"""Layout: where the title, the panels and the legend stand, in pixels, before anything is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from animopt.animate.lettering import Entry, Word, inked
from animopt.animate.stage import Group, Panel, Stage, equal_scale
from animopt.animate.text import PAD
from animopt.errors import InvalidInput
from animopt.scene import Scene

Margins: TypeAlias = tuple[float, float, float, float]
"""Room around the axes for numbers and a title: left, bottom, right, top, in points."""

_MARGINS = (36.0, 20.0, 14.0, 16.0)
_LEAST = 16
# The part of the height that a legend below the panels may take.
_MOST_FOOT = 0.4
# At so many pixels per inch the smallest type, of 8 points, is 9 pixels high.
_READABLE = 81.0


@dataclass(frozen=True)
class Layout:
    """The places of everything on a canvas of (width, height) pixels; and the title, as it fits."""

    size: tuple[int, int]
    heading: str
    title: tuple[float, float]
    counter: tuple[float, float]
    panels: tuple[tuple[float, float, float, float], ...]
    key: tuple[Entry, ...]

    def __post_init__(self) -> None:
        for left, bottom, right, top in self.panels:
            check_room(right - left, top - bottom)


def check_room(width: float, height: float) -> None:
    """Raise InvalidInput where so many pixels are too few to draw in."""
    if min(width, height) < _LEAST:
        raise InvalidInput(
            "Scene: title, numbers and legend leave no room for the picture; give a larger size, a "
            "lower dpi, shorter labels or legend=False"
        )


def natural_size(count: int) -> tuple[int, int]:
    """Return the default (width, height) in pixels of so many panels."""
    return {1: (640, 480), 2: (1280, 480)}.get(count, (1280, 720))


def natural_dpi(size: tuple[int, int], count: int) -> float:
    """Return the pixels per inch at which so many panels look at a size as they do at the default.

    Type stays large enough to be read, as long as there is room for it.
    """
    width, height = natural_size(count)
    scale = 100 * min(size[0] / width, size[1] / height)
    return max(scale, min(_READABLE, 2 * scale))


def lay_out(stage: Stage, size: tuple[int, int], panels: Sequence[Panel]) -> Layout:
    """Return the layout: title and counter on top, then the panels, the legend below.

    Two panels stand side by side; of more the first is large and the others are stacked beside
    it. Beside a single narrow contour panel the legend stands at its right, where there is room.
    """
    width, height = size
    edge = stage.px(9)
    head = stage.px(24) if stage.scene.title or shows_counter(stage.scene) else stage.px(8)
    lines = _lines(stage, width - 2 * edge)
    aside, down = _aside(stage, lines, size, panels)
    if aside:
        rows: list[list[float]] = []
    else:
        lines, rows = _rows(stage, lines, width - 2 * edge, height)
    foot = len(rows) * stage.px(15) + (stage.px(4) if rows else 0.0)
    right = width - (aside + edge if aside else 0.0)
    boxes = []
    for panel, (x0, y0, x1, y1) in zip(panels, _cells(len(panels)), strict=True):
        left, bottom, after, top = map(stage.px, _margins(panel))
        tall = height - head - foot
        boxes.append(
            (
                x0 * right + left,
                foot + y0 * tall + bottom,
                x1 * right - after,
                foot + y1 * tall - top,
            )
        )
    baseline = height - stage.px(16)
    if aside:
        pitch, columns = stage.px(17), -(-len(lines) // down)
        top = (boxes[0][1] + boxes[0][3]) / 2 + (min(len(lines), down) - 1) * pitch / 2
        places = [
            (right + i // down * aside / columns, top - i % down * pitch) for i in range(len(lines))
        ]
    else:
        places = [
            (x, stage.px(4) + (len(rows) - 1 - r) * stage.px(15) + stage.px(7))
            for r, row in enumerate(rows)
            for x in row
        ]
    key = tuple(
        Entry(place, line.color, line.marker, line.words)
        for place, line in zip(places, lines, strict=True)
    )
    heading = _heading(stage, width - 2 * edge)
    return Layout(size, heading, (edge, baseline), (width - edge, baseline), tuple(boxes), key)


def wants_key(stage: Stage) -> bool:
    """Whether a legend is shown: as the scene says, else where no labels follow the points."""
    legend = stage.scene.legend
    if legend is not None:
        return legend
    return (
        not stage.labelled
        or stage.scene.is_ensemble
        or any(run.diverged is not None for run in stage.runs)
    )


def shows_counter(scene: Scene) -> bool:
    """Whether the step is shown: as the scene says, and always where time is warped."""
    return scene.counter or scene.timeline.warp


def _cells(count: int) -> list[tuple[float, float, float, float]]:
    """Return the part of the canvas of each panel, (x0, y0, x1, y1) in [0, 1]."""
    if count < 3:
        return [(i / count, 0.0, (i + 1) / count, 1.0) for i in range(count)]
    columns = 1 if count < 5 else 2
    first = 0.56 if columns == 1 else 0.44
    rows = -(-(count - 1) // columns)
    cells = [(0.0, 0.0, first, 1.0)]
    for row in range(rows):
        inside = min(columns, count - 1 - row * columns)
        share = (1 - first) / inside
        cells += [
            (first + i * share, 1 - (row + 1) / rows, first + (i + 1) * share, 1 - row / rows)
            for i in range(inside)
        ]
    return cells


def _margins(panel: Panel) -> Margins:
    usual = (0.0, 0.0, 0.0, 0.0) if panel.projection == "3d" else _MARGINS
    margins: Margins = getattr(panel, "margins", usual)
    return margins


@dataclass(frozen=True)
class _Line:
    """A line of the legend that has no place yet."""

    color: str
    marker: str
    words: tuple[tuple[int, Word], ...]

    def length(self, stage: Stage) -> float:
        """Return how much room its longest word and its marker need."""
        widest = max(word.stamp(stage.dpi).shape[1] for _, word in self.words)
        return float(widest + 3 * stage.px(4.0))

    def fitted(self, stage: Stage, room: float) -> _Line:
        """Return the line with its words cut short to the room for them and the marker."""
        inside = room - 3 * stage.px(4.0) - 2 * PAD
        words = tuple((step, word.fitted(inside, stage.dpi)) for step, word in self.words)
        return replace(self, words=words)


def _heading(stage: Stage, width: float) -> str:
    """Return the title, cut short where it would run through the step counter."""
    scene = stage.scene
    if shows_counter(scene):
        hurried = scene.timeline.warp or any(speed != 1 for _, speed in scene.timeline.segments)
        digits = "0" * len(str(scene.steps))
        counter = inked(f"{'×0.05 ' if hurried else ''}step {digits}", stage.theme, 10.0)
        width -= counter.ink_size(stage.dpi)[0] + stage.px(14)
    title = inked(scene.title or "", stage.theme, 11.0, "bold")
    return title.fitted(width, stage.dpi).text


def _lines(stage: Stage, room: float) -> list[_Line]:
    """Return the lines of the legend: the optimizers, then the arrows at the points."""
    look = stage.theme
    lines = []
    for group in stage.groups if wants_key(stage) else ():
        words = tuple((step, inked(text, look)) for step, text in _news(stage, group, room))
        lines.append(_Line(group.run.color, group.run.marker, words))
    names = {"gradient": ("→", "−gradient"), "momentum": ("➔", "momentum")}
    for force in stage.scene.forces:
        marker, name = names[force]
        lines.append(_Line(look.ink, marker, ((0, inked(name, look)),)))
    return lines


def _news(stage: Stage, group: Group, room: float) -> list[tuple[int, str]]:
    """Return what the legend says of an optimizer, and from which step on; how it ends fits in."""
    count, step = len(group.runs), group.run.diverged
    rest = " diverged at step 00000" if step is not None else " 100% arrived, 100% diverged"
    taken = inked(rest, stage.theme).ink_size(stage.dpi)[0] + stage.px(24)
    name = inked(group.run.label, stage.theme)
    label = name.fitted(max(room - taken, stage.px(40)), stage.dpi).text
    if count == 1:
        return [(0, label)] + ([] if step is None else [(step, f"{label} diverged at step {step}")])
    texts = []
    for arrived, diverged in zip(group.arrived, group.diverged, strict=True):
        parts = [f"{arrived / count:.0%} arrived"] if stage.scene.surface.minima else []
        parts += [f"{diverged / count:.0%} diverged"] if diverged else []
        texts.append(f"{label} {', '.join(parts)}".rstrip())
    changes = [k for k in range(len(texts)) if k == 0 or texts[k] != texts[k - 1]]
    return [(k, texts[k]) for k in changes]


def _aside(
    stage: Stage, lines: list[_Line], size: tuple[int, int], panels: Sequence[Panel]
) -> tuple[float, int]:
    """Return the width of a legend at the right, 0 where it does not fit there, and how many lines
    a column of it has."""
    alone = len(panels) == 1 and getattr(panels[0], "to_scale", False)
    if not lines or not alone or not equal_scale(stage.scene):
        return 0.0, 1
    (x0, x1), (y0, y1) = stage.scene.bounds
    tall = size[1] - stage.px(46)
    down = max(1, int(tall / stage.px(17)))
    column = max(line.length(stage) for line in lines) + stage.px(10)
    needed = column * -(-len(lines) // down)
    spare = size[0] - stage.px(48) - tall * (x1 - x0) / (y1 - y0)
    return (needed if spare >= 0.75 * needed else 0.0), down


def _rows(
    stage: Stage, lines: list[_Line], width: float, height: float
) -> tuple[list[_Line], list[list[float]]]:
    """Return the entries and their left ends, row by row, each row filled and centred.

    Where they would take more than their part of the height they are cut short to stand in columns.
    """
    rows = _flowing(stage, lines, width)
    most = max(1, int(_MOST_FOOT * height / stage.px(15)))
    if len(rows) <= most:
        return lines, rows
    columns = -(-len(lines) // most)
    pitch = width / columns
    lines = [line.fitted(stage, pitch - stage.px(6)) for line in lines]
    ends = [stage.px(9) + i % columns * pitch for i in range(len(lines))]
    return lines, [ends[i : i + columns] for i in range(0, len(ends), columns)]


def _flowing(stage: Stage, lines: list[_Line], width: float) -> list[list[float]]:
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
