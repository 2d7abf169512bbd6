"""The box around a surface: its three far walls with grid lines, and tick labels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.path import Path

from animopt.animate.space.artist import STRAIGHT, SpaceArtist
from animopt.animate.text import draw_stamp, resolution, stamp
from animopt.picture.reader import Corner, View, aside, edge_line, edges, far_corner, label_edge
from animopt.picture.space.relief import Relief
from animopt.picture.theme import Theme
from animopt.picture.ticks import Ticks
from animopt.picture.words import inked
from animopt.typing import Array

# Edges shorter than this, in points, have no room for tick labels: they point at the camera.
_SHORTEST = 40.0


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

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the labels of each axis that looks long enough."""
        view, limits = self.view(renderer), self.relief.camera.limits
        far, middle = far_corner(view, limits), view.pixels(np.mean(limits, axis=1))
        for axis, ticks in enumerate(self.relief.ticks):
            edge = label_edge(axis, limits, far, view)
            self._draw_labels(renderer, view, axis, ticks[1], edge, middle)

    def _draw_labels(
        self, renderer: Any, view: View, axis: int, ticks: Ticks, edge: Array, middle: Array
    ) -> None:
        ends = view.pixels(edge)
        if math.dist(*ends.tolist()) < renderer.points_to_pixels(_SHORTEST):
            return
        gc = renderer.new_gc()
        points = np.tile(edge[0], (len(ticks.values), 1))
        points[:, axis] = ticks.values
        gap, dpi = renderer.points_to_pixels(3), resolution(renderer)
        for (x, y), text in zip(view.pixels(points).tolist(), ticks.texts, strict=True):
            picture = stamp(inked(text, self._look, 8.0), dpi)
            height, width = picture.height, picture.width
            across, up = aside(ends, middle, (width - 4, height - 8), gap)
            left, base = x + across - width / 2, y + up - height / 2
            draw_stamp(renderer, gc, picture, left, base)
        gc.restore()


def _grid(relief: Relief, far: Corner) -> Array:
    """Return the lines (n, 2, 3) across the far walls at each tick."""
    limits = relief.camera.limits
    lines = [
        edge_line(limits, far, {axis: tick, along: limits[along]})
        for axis, ticks in enumerate(relief.ticks)
        for along in {0, 1, 2} - {axis}
        for tick in ticks[1].values
    ]
    return np.array(lines).reshape(-1, 2, 3)
