"""Layout: the places of title, panels and legend in pixels, before anything is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from animopt.errors import InvalidInput
from animopt.picture.canvas import in_a_row, stacked
from animopt.picture.clipping import Box
from animopt.picture.heading import Notes, fitted_notes, fitted_title
from animopt.picture.legend import Legend, legend
from animopt.picture.margins import Margins
from animopt.picture.stage import Stage, equal_scale, fitted, widened
from animopt.picture.words import inked

# Of a panel that draws itself and says nothing of the room for its numbers, names and title.
_MARGINS = (46.0, 32.0, 14.0, 16.0)
# The smallest width and height of axes, in pixels.
_LEAST = 16
# Those below which the names of axes are left out.
_CRAMPED = 60


@dataclass(frozen=True)
class Layout:
    """Places in pixels from the lower left corner.

    ``heading`` is the title cut to fit, with "{step}" where it tells the step; ``notes`` are too.
    """

    heading: str
    title: tuple[float, float]
    notes: Notes
    note: tuple[float, float]
    counter: tuple[float, float]
    panels: tuple[tuple[float, float, float, float], ...]
    legend: Legend

    def __post_init__(self) -> None:
        for left, bottom, right, top in self.panels:
            check_room(right - left, top - bottom)


def check_room(width: float, height: float) -> None:
    """Raise InvalidInput for axes of so few pixels that nothing can be drawn in them."""
    if min(width, height) < _LEAST:
        raise InvalidInput(
            "Scene: title, numbers and legend leave no room for the picture; give a larger size, a "
            "lower dpi, shorter labels or legend=False"
        )


def roomy(stage: Stage, panels: Sequence[Any]) -> Stage:
    """Return the stage, without names of axes where these would leave a panel too little room."""
    try:
        boxes = lay_out(stage, panels).panels
    except InvalidInput:
        return stage.replace(named=False)
    cramped = any(min(x1 - x0, y1 - y0) < _CRAMPED for x0, y0, x1, y1 in boxes)
    return stage.replace(named=False) if cramped else stage


def lay_out(stage: Stage, panels: Sequence[Any], named: bool = False) -> Layout:
    """Return the layout: title and counter at the top, then the panels, the legend at the bottom.

    Two panels are side by side; with more, the only picture of the surface or else the first is
    large and the others are stacked beside it, and several pictures are above the others. On an
    upright canvas they are below each other. The legend is to the right of a single contour panel
    that leaves enough room there; it names the runs too if that is asked for.
    """
    width, height = stage.size
    edge = stage.px(9)
    first = stage.text(24) if stage.look.title or shows_counter(stage) else stage.px(8)
    head = first + second_line(stage)
    key = legend(_without_unseen(stage, panels), edge, _spare(stage, panels), named)
    right = width - (key.aside + edge if key.aside else 0.0)
    tall = height - head - key.foot
    boxes = []
    cells = _cells(list(map(_is_picture, panels)), stage.size)
    for panel, (x0, y0, x1, y1) in zip(panels, cells, strict=True):
        left, bottom, after, top = map(stage.px, _margins(stage, panel))
        low, high = key.foot + y0 * tall + bottom, key.foot + y1 * tall - top
        boxes.append((x0 * right + left, low, x1 * right - after, high))
    if key.aside:
        # Next to the plot, which is in the middle of its box.
        box = boxes[0]
        frame = fitted(box, widened(stage, box))
        key = key.at(right - (box[2] - frame[2]), (box[1] + box[3]) / 2)
    heading, baseline = _heading(stage, width - 2 * edge), height - stage.text(16)
    notes, note = fitted_notes(stage, width - 2 * edge), (edge, height - first - stage.text(10))
    places = (edge, baseline), notes, note, (width - edge, baseline)
    return Layout(heading, *places, tuple(boxes), key)


def second_line(stage: Stage) -> float:
    """Return the height of the line for notes, which is there at all steps, if there are any."""
    return stage.text(16) if stage.look.notes else 0.0


def _without_unseen(stage: Stage, panels: Sequence[Any]) -> Stage:
    """Return the stage without what only a plane shows, forces and halos, where there is none."""
    if any(getattr(panel, "to_scale", False) for panel in panels):
        return stage
    return stage.replace(look=stage.look.replace(forces=()), flat=False)


def shows_counter(stage: Stage) -> bool:
    """Return whether the step is shown: if the look asks, and always in warped time."""
    return stage.look.counter or stage.look.timeline.warp


def _is_picture(panel: Any) -> bool:
    """Return whether a panel shows the surface, and so needs more room than a curve."""
    return panel.projection == "3d" or bool(getattr(panel, "to_scale", False))


def _cells(pictures: Sequence[bool], size: tuple[int, int]) -> list[Box]:
    """Return each panel's part of a canvas, (x0, y0, x1, y1) in [0, 1], in the order of panels.

    The first panel is large, or else those that are pictures, beside panels that are none.
    """
    count = len(pictures)
    if in_a_row(size, count) and not stacked(size, count):
        return _grid(count, count, (0.0, 0.0, 1.0, 1.0))
    large = [i for i, picture in enumerate(pictures) if picture]
    if len(large) in (0, count):
        large = [0]
    small = [i for i in range(count) if i not in large]
    arranged = _upright if stacked(size, count) else _flat
    cells = dict(zip((*large, *small), arranged(len(large), len(small)), strict=True))
    return [cells[i] for i in range(count)]


def _upright(large: int, small: int) -> list[Box]:
    """Return the cells of large panels below each other, and then of small ones."""
    columns = 1 if small < 3 else 2
    return _above((large, 1), (small, columns), 0.5 if small == 1 else 0.44)


def _flat(large: int, small: int) -> list[Box]:
    """Return the cells of one large panel and small ones beside it, or of several above them."""
    if large > 1:
        return _above((large, min(large, 3)), (small, min(small, 4)), 0.6 if small < 5 else 0.5)
    columns = 1 if small < 4 else 2
    part = 0.56 if columns == 1 else 0.44
    return [(0.0, 0.0, part, 1.0), *_grid(small, columns, (part, 0.0, 1.0, 1.0))]


def _above(large: tuple[int, int], small: tuple[int, int], part: float) -> list[Box]:
    """Return the cells of large panels above small ones, each given as (count, columns).

    The large ones take a part of the height, or more, so that none of them is the smaller one.
    """

    def areas(panels: tuple[int, int]) -> list[float]:
        return [(x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in _grid(*panels, (0.0, 0.0, 1.0, 1.0))]

    least, most = min(areas(large)), max(areas(small))
    part = max(part, most / (least + most))
    return [*_grid(*large, (0.0, 1 - part, 1.0, 1.0)), *_grid(*small, (0.0, 0.0, 1.0, 1 - part))]


def _grid(count: int, columns: int, room: Box) -> list[Box]:
    """Return the cells of a grid that fills a room, row by row; the last row's are wider."""
    (x0, y0, x1, y1), rows = room, -(-count // columns)
    cells = []
    for row in range(rows):
        inside = min(columns, count - row * columns)
        wide, tall = (x1 - x0) / inside, (y1 - y0) / rows
        top = y1 - row * tall
        cells += [(x0 + i * wide, top - tall, x0 + (i + 1) * wide, top) for i in range(inside)]
    return cells


def _margins(stage: Stage, panel: Any) -> Margins:
    if hasattr(panel, "room"):
        room: Margins = panel.room(stage)
        return room
    default = (0.0, 0.0, 0.0, 0.0) if panel.projection == "3d" else _MARGINS
    given: Any = getattr(panel, "margins", default)
    try:
        left, bottom, right, top = (float(side) for side in given)
    except (TypeError, ValueError):
        raise InvalidInput(
            f"panel {type(panel).__name__}: margins={given!r}; give (left, bottom, right, top) in "
            "points"
        ) from None
    return left, bottom, right, top


def _heading(stage: Stage, width: float) -> str:
    """Return the title, cut short where it would run into the step counter at any step."""
    timeline = stage.look.timeline
    if shows_counter(stage):
        has_badge = timeline.warp or any(speed != 1 for _, speed in timeline.segments)
        digits = "0" * len(str(stage.problem.steps))
        counter = inked(f"{'×0.05 ' if has_badge else ''}step {digits}", stage.theme, 10.0)
        width -= counter.ink_size(stage.dpi)[0] + stage.px(14)
    return fitted_title(stage, width)


def _spare(stage: Stage, panels: Sequence[Any]) -> float:
    """Return how much of the width a single contour panel with equal scales leaves free."""
    alone = len(panels) == 1 and getattr(panels[0], "to_scale", False)
    if not alone or not equal_scale(stage.bounds):
        return 0.0
    (x0, x1), (y0, y1) = stage.bounds
    width, height = stage.size
    tall = height - stage.text(46) - second_line(stage)
    return width - stage.text(48) - tall * (x1 - x0) / (y1 - y0)
