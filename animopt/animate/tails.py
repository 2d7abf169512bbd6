"""Tails: the last steps of each path only, or paths that fade with age."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.transforms import Affine2D

from animopt.animate.artists import Lines, MovingArtist
from animopt.picture.clipping import Trail
from animopt.picture.shapes import CASING
from animopt.picture.tails import Shade, Tail
from animopt.typing import Array


class TailArtist(MovingArtist):
    """The tail of each path, in pixels; a fading one is drawn as a few shades, each in a stroke.

    Where the colour of the paper is given, each has a casing.
    """

    def __init__(
        self,
        trails: Sequence[Trail],
        colors: Sequence[str],
        dpi: float,
        tail: Tail,
        width: float = 2.5,
        zorder: float = 10,
        paper: str | None = None,
    ) -> None:
        super().__init__(dpi, zorder)
        self._width = width
        self._colors = list(colors)
        self._trails = list(trails)
        self._tail = tail
        self._paper = paper

    def pieces(self) -> list[Shade]:
        """Return the shades at the present step."""
        return self._tail.shades(self.step)

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw every path's shades, oldest first."""
        placing = Affine2D().scale(self._zoom(renderer))
        for after, upto, opacity in self.pieces():
            for color, trail in zip(self._colors, self._trails, strict=True):
                first, last = np.searchsorted(trail.steps, [after, upto], side="right")
                piece = trail.segments[first:last]
                if len(piece):
                    if self._paper is not None:
                        width = self._width + 2 * CASING
                        self._stroke(renderer, piece, placing, (self._paper, width, opacity))
                    self._stroke(renderer, piece, placing, (color, self._width, opacity))

    def _stroke(
        self, renderer: Any, piece: Array, placing: Any, pen: tuple[str, float, float]
    ) -> None:
        """Draw a piece with a pen: its colour, width and opacity."""
        gc = self._gc(renderer, *pen)
        # Round ends of a casing would cover the shade before.
        if pen[2] < 1 or pen[0] == self._paper:
            gc.set_capstyle("butt")
        renderer.draw_path(gc, Lines(piece).path(1.0, (0, len(piece))), placing)
        gc.restore()
