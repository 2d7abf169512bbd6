"""The box around a surface: its three far walls with grid lines, and tick labels."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.path import Path

from animopt.animate.space.artist import STRAIGHT, SpaceArtist
from animopt.animate.text import Stamp, draw_stamp, resolution, stamp
from animopt.picture.reader import Corner, View, edge_line, edges, far_corner
from animopt.picture.space.camera import Numbers, beside_edges
from animopt.picture.space.relief import Relief, numbers
from animopt.picture.theme import NUMBERS, Theme
from animopt.picture.words import inked
from animopt.typing import Array


class Walls(SpaceArtist):
    """The far walls, in two strokes.

    Axes3D would need some fifty artists for them, and most of the time of a frame.
    """

    def __init__(self, relief: Relief, edge: str, line: str, dpi: float) -> None:
        super().__init__(relief, dpi, zorder=0)
        self._edge, self._line = edge, line
        # Under a moving camera only a few corners take turns at being the farthest.
        self._grids: dict[Corner, Array] = {}

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the grid lines, then the edges."""
        view, limits = self.view(renderer), self.relief.camera.limits
        far = far_corner(view, limits)
        if far not in self._grids:
            self._grids[far] = _grid(self.relief, far)
        self._stroke(renderer, view, self._line, 0.85, self._grids[far])
        self._stroke(renderer, view, self._edge, 1.1, edges(limits, far, view))

    def _stroke(self, renderer: Any, view: View, color: str, width: float, lines: Array) -> None:
        gc = renderer.new_gc()
        gc.set_foreground(to_rgba(color), isRGBA=True)
        gc.set_linewidth(width)
        gc.set_snap(False)
        codes = np.tile(np.array([Path.MOVETO, Path.LINETO], np.uint8), len(lines))
        renderer.draw_path(gc, Path(view.pixels(lines.reshape(-1, 3)), codes), STRAIGHT)
        gc.restore()


class TickLabels(SpaceArtist):
    """The tick labels, on whole pixels, beside the edges that carry them."""

    def __init__(self, relief: Relief, look: Theme, dpi: float) -> None:
        super().__init__(relief, dpi, zorder=3)
        self._look = look
        # By resolution: how large the texts are, and the stamps of each axis, its name the last.
        self._at: dict[float, tuple[Numbers, list[list[Stamp]]]] = {}

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the labels of each axis that looks long enough."""
        written, stamps = self._drawn(resolution(renderer))
        limits, view = self.relief.camera.limits, self.view(renderer)
        gc = renderer.new_gc()
        for axis, beside in beside_edges(view, limits, written, written.shortest).items():
            places = [*beside.middles[beside.shown], beside.name]
            for (x, y), i in zip(places, [*beside.shown.tolist(), -1], strict=True):
                each = stamps[axis][i]
                draw_stamp(renderer, gc, each, x - each.width / 2, y - each.height / 2)
        gc.restore()

    def _drawn(self, dpi: float) -> tuple[Numbers, list[list[Stamp]]]:
        if dpi not in self._at:
            axes = self.relief.axes
            stamps = [
                [stamp(inked(text, self._look, NUMBERS), dpi)
                 for text in (*axis.ticks[1].texts, axis.label)] for axis in axes
            ]  # fmt: skip
            self._at[dpi] = numbers(axes, self._look, dpi), stamps
        return self._at[dpi]


def _grid(relief: Relief, far: Corner) -> Array:
    """Return the lines (n, 2, 3) across the far walls at each tick."""
    limits = relief.camera.limits
    lines = [
        edge_line(limits, far, {number: tick, along: limits[along]})
        for number, axis in enumerate(relief.axes)
        for along in {0, 1, 2} - {number}
        for tick in axis.ticks[1].values
    ]
    return np.array(lines).reshape(-1, 2, 3)
