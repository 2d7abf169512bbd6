"""LegendArtist: draws a legend; its words change when a run diverges or arrives."""

from __future__ import annotations

from typing import Any

import numpy as np

from animopt.animate.artists import MovingArtist, draw_marker
from animopt.animate.text import draw_stamp, resolution, stamp
from animopt.picture.legend import MARKER, Legend


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
            draw_marker(renderer, gc, line.marker, (x + 1.5 * size, y), size, line.color)
            word = stamp(line.word_at(self.step), resolution(renderer))
            draw_stamp(renderer, gc, word, x + 3 * size, y - word.height / 2)
        gc.restore()
