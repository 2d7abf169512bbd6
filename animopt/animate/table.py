"""TableDrawer: the present rank and loss of every run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from animopt.animate.artists import MovingArtist, draw_marker
from animopt.animate.text import draw_stamp, figures, resolution, stamp
from animopt.picture.picture import Shown
from animopt.picture.table import Table, loss_text
from animopt.picture.theme import Theme
from animopt.picture.tracks import Track
from animopt.picture.words import PAD, inked

_PITCH = 17.0
_TYPE = 9.5


class TableDrawer:
    """Draws the headings, and the table, all of which moves."""

    projection: ClassVar[str | None] = None

    def __init__(self, table: Table) -> None:
        self._table = table

    def setup(self, ax: Any, shown: Shown) -> None:
        """Set the headings, and create the table."""
        ax.set_axis_off()
        size = 9 * shown.theme.letters
        ax.set_title("Loss", loc="right", fontsize=size, pad=5)
        ax.set_title("Rank", loc="left", fontsize=size, pad=5)
        self.table = TableArtist(self._table, shown.theme, shown.dpi)
        ax.add_artist(self.table)

    def update(self, k: int) -> Sequence[MovingArtist]:
        """Turn to step k."""
        self.table.show(k)
        return [self.table]


class TableArtist(MovingArtist):
    """A row for each run, from the top, as far as there is room."""

    def __init__(self, table: Table, look: Theme, dpi: float) -> None:
        super().__init__(dpi, zorder=20)
        self.table = table
        self._look = look

    def draw_since(self, renderer: Any, since: int) -> None:
        """Stamp rank, marker, name and loss of each."""
        assert self.axes is not None
        room, unit = self.axes.bbox, renderer.points_to_pixels(1.0)
        ranking = self.table.ranking(self.step)
        most = _PITCH * unit * self._look.letters
        pitch = float(np.clip(room.height / len(ranking), 0.8 * most, most))
        for place, number in enumerate(ranking[: max(1, int(room.height / pitch))]):
            y = room.y1 - (place + 0.5) * pitch
            self._row(renderer, place + 1, self.table.tracks[number], y)

    def _row(self, renderer: Any, rank: int, track: Track, y: float) -> None:
        assert self.axes is not None
        dpi, look, unit = resolution(renderer), self._look, renderer.points_to_pixels(1.0)
        left, right = self.axes.bbox.x0, self.axes.bbox.x1
        wide = unit * look.letters
        gc = self._gc(renderer, look.paper, 1.1)
        loss = figures(loss_text(track, self.step), look, _TYPE, dpi)
        base = y - loss.height / 2
        draw_stamp(renderer, gc, figures(str(rank), look, _TYPE, dpi), left, base)
        draw_marker(renderer, gc, track.marker, (left + 24 * wide, y), 4 * unit, track.color)
        start, end = left + 24 * wide + 9 * unit, right - loss.width - 4 * unit
        name = inked(track.label, look, _TYPE).fitted(end - start, dpi)
        draw_stamp(renderer, gc, stamp(name, dpi), start, base)
        draw_stamp(renderer, gc, loss, right - loss.width + PAD, base)
        gc.restore()
