"""LegendArtist: draws a legend; its words change when a run diverges or arrives."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from animopt.animate.artists import MovingArtist, draw_marker
from animopt.animate.text import draw_stamp, resolution, stamp
from animopt.picture.legend import MARKER, Legend, Line


class LegendArtist(MovingArtist):
    """Draws a legend; its words change when an optimizer diverges or arrives."""

    def __init__(self, legend: Legend, outline: str, dpi: float) -> None:
        self.moves = legend.changes
        # A legend that never changes is part of the background, which is drawn once.
        super().__init__(dpi, zorder=30 if self.moves else -1)
        self.legend = legend
        self._outline = outline

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw every line at its place."""
        gc = self._gc(renderer, self._outline, 1.1)
        size, zoom = renderer.points_to_pixels(MARKER), self._zoom(renderer)
        for line, place in zip(self.legend.lines, self.legend.places, strict=True):
            x, y = np.array(place) * zoom
            head, room = line.scale * size, line.indent * line.scale * size
            if line.dash:
                self._draw_dashes(renderer, line, (x, y), room)
            if line.marker:
                middle = x + (room - (0 if line.indent == 3 else head)) / 2, y
                draw_marker(renderer, gc, line.marker, middle, head, line.color)
            word = stamp(line.word_at(self.step), resolution(renderer))
            draw_stamp(renderer, gc, word, x + room, y - word.height / 2)
        gc.restore()

    def _draw_dashes(
        self, renderer: Any, line: Line, start: tuple[float, float], room: float
    ) -> None:
        """Draw a piece of a dashed path behind its marker."""
        gc, (x, y) = self._gc(renderer, line.color, 2.5 * line.scale), start
        gc.set_dashes(0, [renderer.points_to_pixels(part * line.scale) for part in line.dash])
        end = x + room - renderer.points_to_pixels(MARKER)
        renderer.draw_path(gc, Path([(x, y), (end, y)]), IdentityTransform())
        gc.restore()
