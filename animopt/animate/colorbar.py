"""BarArtist: draws a colour bar beside a picture of the surface."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from animopt.animate.artists import MovingArtist
from animopt.animate.text import draw_stamp, resolution, stamp
from animopt.picture.colorbar import Bar
from animopt.picture.theme import NUMBERS, Theme
from animopt.picture.words import PAD, inked


class BarArtist(MovingArtist):
    """The colours from the lowest height upwards, their outline, numbers and name."""

    moves = False

    def __init__(self, bar: Bar, colors: Sequence[Any], look: Theme, dpi: float) -> None:
        super().__init__(dpi, zorder=2.6)
        self.bar = bar
        self._colors, self._look = colors, look

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw all of it; nothing moves."""
        zoom, dpi = self._zoom(renderer), resolution(renderer)
        x0, y0, x1, y1 = np.rint(zoom * np.array(self.bar.box)).tolist()
        edges = np.rint(np.linspace(y0, y1, len(self._colors) + 1)).tolist()
        gc = renderer.new_gc()
        gc.set_linewidth(0)
        gc.set_antialiased(False)
        for color, low, high in zip(self._colors, edges[:-1], edges[1:], strict=True):
            cell = Path([(x0, low), (x1, low), (x1, high), (x0, high), (x0, low)], closed=True)
            renderer.draw_path(gc, cell, IdentityTransform(), to_rgba(color))
        gc.set_antialiased(True)
        gc.set_snap(True)
        gc.set_linewidth(0.8)
        gc.set_foreground(to_rgba(self._look.faint), isRGBA=True)
        rim = Path([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], closed=True)
        renderer.draw_path(gc, rim, IdentityTransform())
        ticks = self.bar.axis.ticks[1]
        places = y0 + self.bar.parts(np.array(ticks.values)) * (y1 - y0)
        for text, y in zip(ticks.texts, places.tolist(), strict=True):
            number = stamp(inked(text, self._look, NUMBERS), dpi)
            draw_stamp(renderer, gc, number, x1 + zoom * self.bar.gap - PAD, y - number.height / 2)
        name = stamp(inked(self.bar.axis.label, self._look, NUMBERS), dpi)
        draw_stamp(renderer, gc, name, x0 - PAD, y1 + zoom * self.bar.gap - PAD)
        gc.restore()
