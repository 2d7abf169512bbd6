"""Layout: where the title, the panels and the legend stand, in pixels, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from animopt.animate.lettering import Entry, Word
from animopt.animate.stage import Run, Stage, equal_scale
from animopt.errors import InvalidInput

_TYPE = 9.0
_LEAST = 16


@dataclass(frozen=True)
class Layout:
    """The places of everything on a canvas of (width, height) pixels."""

    size: tuple[int, int]
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


def lay_out(stage: Stage, size: tuple[int, int], spatial: tuple[bool, ...]) -> Layout:
    """Return the layout: title and counter on top, panels side by side, the legend below.

    Beside a single narrow contour panel the legend stands at its right, where there is room.
    """
    width, height = size
    edge = stage.px(9)
    head = stage.px(24) if stage.scene.title or stage.scene.counter else stage.px(8)
    words = _words(stage) if wants_key(stage) else []
    aside = _aside(stage, words, size, spatial)
    rows = [] if aside else _rows(stage, words, width - 2 * edge)
    foot = len(rows) * stage.px(15) + (stage.px(4) if rows else 0.0)
    right = width - (aside + edge if aside else 0.0)
    share = right / len(spatial)
    panels = []
    for i, in_space in enumerate(spatial):
        left, below = (0.0, 0.0) if in_space else (stage.px(30), stage.px(20))
        margin = 0.0 if in_space else edge
        panels.append(
            (
                i * share + left,
                foot + below,
                (i + 1) * share - margin,
                height - head - (0 if in_space else stage.px(2)),
            )
        )
    baseline = height - stage.px(16)
    if aside:
        line = stage.px(17)
        top = (panels[0][1] + panels[0][3]) / 2 + (len(words) - 1) * line / 2
        places = [(right, top - i * line) for i in range(len(words))]
    else:
        places = [
            (x, stage.px(4) + (len(rows) - 1 - r) * stage.px(15) + stage.px(7))
            for r, row in enumerate(rows)
            for x in row
        ]
    return Layout(
        size,
        (edge, baseline),
        (width - edge, baseline),
        tuple(panels),
        tuple(
            Entry(place, run.color, run.marker, word, ended, run.diverged)
            for place, (run, word, ended) in zip(places, words, strict=True)
        ),
    )


def wants_key(stage: Stage) -> bool:
    """Whether a legend is shown: as the scene says, else where no labels follow the points."""
    legend = stage.scene.legend
    if legend is not None:
        return legend
    return not stage.scene.labels or any(run.diverged is not None for run in stage.runs)


def _words(stage: Stage) -> list[tuple[Run, Word, Word]]:
    """Return each label once, with its word before and after a divergence."""
    first = {run.label: run for run in reversed(stage.runs)}
    ink = stage.theme.ink
    return [
        (run, Word(run.label, ink, _TYPE), Word(_ended(run), ink, _TYPE))
        for run in (first[label] for label in dict.fromkeys(r.label for r in stage.runs))
    ]


def _ended(run: Run) -> str:
    return run.label if run.diverged is None else f"{run.label} diverged at step {run.diverged}"


def _length(stage: Stage, ended: Word) -> float:
    return float(ended.stamp(stage.dpi).shape[1] + 3 * stage.px(4.0))


def _aside(
    stage: Stage,
    words: list[tuple[Run, Word, Word]],
    size: tuple[int, int],
    spatial: tuple[bool, ...],
) -> float:
    """Return the width of a legend at the right, or 0 where it does not fit there."""
    if not words or spatial != (False,) or not equal_scale(stage.scene):
        return 0.0
    assert stage.scene.bounds is not None
    (x0, x1), (y0, y1) = stage.scene.bounds
    needed = max(_length(stage, ended) for _, _, ended in words) + stage.px(10)
    tall = size[1] - stage.px(46)
    spare = size[0] - stage.px(48) - tall * (x1 - x0) / (y1 - y0)
    return needed if spare >= 0.75 * needed else 0.0


def _rows(stage: Stage, words: list[tuple[Run, Word, Word]], width: float) -> list[list[float]]:
    """Return the left ends of the entries, row by row, each row filled and centred."""
    rows: list[list[float]] = []
    ends: list[float] = []
    for _, _, ended in words:
        length = _length(stage, ended) + stage.px(10)
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
