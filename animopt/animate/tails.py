"""Tails: the last steps of each path only, or paths that fade with age."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from animopt.animate.artists import MovingArtist
from animopt.picture.clipping import Trail
from animopt.picture.tails import Shade, Tail
from animopt.typing import Array


class TailArtist(MovingArtist):
    """The tail of each path, in pixels; a fading one is drawn as a few shades, each in a stroke."""

    def __init__(
        self,
        trails: Sequence[Trail],
        colors: Sequence[str],
        dpi: float,
        tail: Tail,
        width: float = 2.5,
        zorder: float = 10,
    ) -> None:
        super().__init__(dpi, zorder)
        self._width = width
        self._colors = list(colors)
        self._trails = list(trails)
        self._tail = tail

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
                    gc = self._gc(renderer, color, self._width, opacity)
                    if opacity < 1:
                        gc.set_capstyle("butt")
                    renderer.draw_path(gc, _joined(piece), placing)
                    gc.restore()


def _joined(segments: Array) -> Path:
    """Return segments (m, 2, 2) as one path, joined where one begins at the end of the last."""
    points = segments.reshape(-1, 2)
    codes = np.full(len(points), Path.LINETO, np.uint8)
    codes[0] = Path.MOVETO
    codes[2::2] = np.where((points[2::2] == points[1:-1:2]).all(axis=1), Path.LINETO, Path.MOVETO)
    return Path(points, codes)
