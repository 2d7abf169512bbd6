"""Tails: the last steps of each path only, or paths that fade with age."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from animopt.animate.artists import MovingArtist
from animopt.animate.clipping import Box, visible_segments
from animopt.typing import Array

# How many shades a fading tail has, and the opacity that it fades to.
_SHADES = 10
_FAINTEST = 0.1


class Tails(MovingArtist):
    """The last ``length`` steps of each path, all for None; ``fade`` makes older ones fainter.

    A fading tail is drawn as a few shades, each in one stroke.
    """

    def __init__(
        self,
        paths: Sequence[Array],
        colors: Sequence[str],
        box: Box,
        dpi: float,
        length: int | None = None,
        fade: bool = False,
        width: float = 2.5,
        zorder: float = 10,
    ) -> None:
        super().__init__(dpi, zorder)
        self._width = width
        self._colors = list(colors)
        self._segments = [visible_segments(path, box) for path in paths]
        self._length = length
        self._fade = fade

    def pieces(self) -> list[tuple[int, int, float]]:
        """Return the shades at the present step."""
        return shades(self.step, self._length, self._fade)

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw every path's shades, oldest first."""
        placing = Affine2D().scale(self._zoom(renderer))
        for after, upto, opacity in self.pieces():
            for color, (segments, steps) in zip(self._colors, self._segments, strict=True):
                first, last = np.searchsorted(steps, [after, upto], side="right")
                piece = segments[first:last]
                if len(piece):
                    gc = self._gc(renderer, color, self._width, opacity)
                    if opacity < 1:
                        gc.set_capstyle("butt")
                    renderer.draw_path(gc, _joined(piece), placing)
                    gc.restore()


def shades(step: int, length: int | None, fade: bool) -> list[tuple[int, int, float]]:
    """Return (after step, up to step, opacity) of each shade of a tail at a step, oldest first."""
    oldest = 0 if length is None else max(0, step - length)
    if not fade:
        return [(oldest, step, 1.0)]
    ends = np.unique(np.linspace(oldest, step, _SHADES + 1).round().astype(int))
    ages = (ends[1:] - oldest) / max(1, step - oldest)
    opacity = _FAINTEST + (1 - _FAINTEST) * ages
    return list(zip(ends[:-1].tolist(), ends[1:].tolist(), opacity.tolist(), strict=True))


def _joined(segments: Array) -> Path:
    """Return segments (m, 2, 2) as one path, joined where one begins at the end of the last."""
    points = segments.reshape(-1, 2)
    codes = np.full(len(points), Path.LINETO, np.uint8)
    codes[0] = Path.MOVETO
    codes[2::2] = np.where((points[2::2] == points[1:-1:2]).all(axis=1), Path.LINETO, Path.MOVETO)
    return Path(points, codes)
