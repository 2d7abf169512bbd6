"""TablePanel: the present rank and loss of every optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from animopt.animate.artists import MovingArtist, draw_marker
from animopt.animate.lettering import inked
from animopt.animate.stage import Run, Stage
from animopt.animate.text import PAD, Stamp, draw_stamp, resolution, row
from animopt.animate.theme import Theme
from animopt.typing import Indices

_PITCH = 17.0
_TYPE = 9.5


@dataclass
class TablePanel:
    """The optimizers ranked by their present losses, the lowest on top."""

    projection: ClassVar[str | None] = None
    margins: ClassVar = (14.0, 4.0, 12.0, 16.0)

    def setup(self, ax: Any, stage: Stage) -> None:
        """Set the headings, and make the table, all of which moves."""
        ax.set_axis_off()
        ax.set_title("Loss", loc="right", fontsize=9, pad=5)
        ax.set_title("Rank", loc="left", fontsize=9, pad=5)
        self.table = Table(stage)
        ax.add_artist(self.table)

    def update(self, k: int) -> Sequence[MovingArtist]:
        """Turn to step k."""
        self.table.show(k)
        return [self.table]


class Table(MovingArtist):
    """A row for each optimizer, from the top, as far as there is room."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.dpi, zorder=20)
        self._stage = stage
        values = np.array([run.values for run in stage.paths])
        finite = np.where(np.isfinite(values), values, np.inf)
        self._ranking = np.argsort(finite, axis=0, kind="stable")

    def ranking(self) -> Indices:
        """Return the indices of the optimizers from the lowest present loss to the highest."""
        return np.asarray(self._ranking[:, self.step])

    def draw_since(self, renderer: Any, since: int) -> None:
        """Stamp rank, marker, name and loss of each."""
        assert self.axes is not None
        room, unit = self.axes.bbox, renderer.points_to_pixels(1.0)
        ranking = self.ranking()
        pitch = float(np.clip(room.height / len(ranking), 0.8 * _PITCH * unit, _PITCH * unit))
        for place, number in enumerate(ranking[: max(1, int(room.height / pitch))]):
            y = room.y1 - (place + 0.5) * pitch
            self._row(renderer, place + 1, self._stage.paths[number], y)

    def _row(self, renderer: Any, rank: int, run: Run, y: float) -> None:
        assert self.axes is not None
        dpi, look, unit = resolution(renderer), self._stage.theme, renderer.points_to_pixels(1.0)
        left, right = self.axes.bbox.x0, self.axes.bbox.x1
        gc = self._gc(renderer, look.paper, 1.1)
        loss = _figures(loss_text(run, self.step), look, dpi)
        base = y - loss.height / 2
        draw_stamp(renderer, gc, _figures(str(rank), look, dpi), left, base)
        draw_marker(renderer, gc, run.marker, (left + 24 * unit, y), 4 * unit, run.color)
        start, end = left + 33 * unit, right - loss.width - 4 * unit
        name = inked(run.label, look, _TYPE).fitted(end - start, dpi)
        draw_stamp(renderer, gc, name.stamp(dpi), start, base)
        draw_stamp(renderer, gc, loss, right - loss.width + PAD, base)
        gc.restore()


def loss_text(run: Run, step: int) -> str:
    """Return the loss at a step with a few digits, or "diverged"."""
    value = float(run.values[step])
    if run.diverged is not None and step >= run.diverged:
        return "diverged"
    form = ".4f" if value == 0 or 1e-3 <= abs(value) < 1e4 else ".2e"
    return f"{value:{form}}".replace("-", "−")


def _figures(text: str, look: Theme, dpi: float) -> Stamp:
    """Return a number set digit by digit, since stamps of digits are cached and numbers vary."""
    return row([inked(letter, look, _TYPE).stamp(dpi) for letter in text])
