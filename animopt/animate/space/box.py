"""The box around a surface: its three far walls with grid lines, and tick labels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from animopt.animate.lettering import inked
from animopt.animate.space.heights import Heights, linear_ticks, tick_label
from animopt.animate.space.visibility import View
from animopt.animate.text import draw_stamp, resolution
from animopt.animate.theme import Theme
from animopt.typing import Array

_STRAIGHT = IdentityTransform()
Ticks: TypeAlias = list[tuple[float, str]]
"""Positions along an axis and their labels."""

Limits: TypeAlias = tuple[tuple[float, float], ...]
"""The lowest and the highest value of each axis."""

Corner: TypeAlias = tuple[int, int, int]
"""A corner of the box: 0 or 1 for each axis, its lowest or its highest value."""

# Edges shorter than this, in points, have no room for tick labels: they point at the camera.
_SHORTEST = 40.0


class Walls(Artist):
    """The far walls in the view of their axes when drawn, in two strokes.

    Axes3D would need some fifty artists for them, and most of the time of a frame.
    """

    def __init__(self, heights: Heights, edge: str, line: str) -> None:
        super().__init__()
        self.set_zorder(0)
        self._heights, self._edge, self._line = heights, edge, line

    def draw(self, renderer: Any) -> None:
        """Draw the grid lines, then the edges."""
        if not self.get_visible():
            return
        view, limits, far = _view_of_box(self.axes)
        self._stroke(renderer, view, self._line, 0.85, _grid(limits, self._heights, far))
        self._stroke(renderer, view, self._edge, 1.1, _edges(limits, far, view))
        self.stale = False

    def _stroke(self, renderer: Any, view: View, color: str, width: float, lines: Array) -> None:
        gc = renderer.new_gc()
        gc.set_foreground(to_rgba(color), isRGBA=True)
        gc.set_linewidth(width)
        gc.set_snap(False)
        codes = np.tile(np.array([Path.MOVETO, Path.LINETO], np.uint8), len(lines))
        renderer.draw_path(gc, Path(view.pixels(lines.reshape(-1, 3)), codes), _STRAIGHT)
        gc.restore()


class TickLabels(Artist):
    """The tick labels, on whole pixels, beside the edges that carry them."""

    def __init__(self, heights: Heights, look: Theme) -> None:
        super().__init__()
        self.set_zorder(3)
        self._heights, self._look = heights, look

    def draw(self, renderer: Any) -> None:
        """Draw the labels of each axis that looks long enough."""
        if not self.get_visible():
            return
        view, limits, far = _view_of_box(self.axes)
        middle = view.pixels(np.mean(limits, axis=1))
        for axis, ticks in enumerate(_ticks(limits, self._heights)):
            edge = label_edge(axis, limits, far, view)
            self._draw_labels(renderer, view, axis, ticks, edge, middle)
        self.stale = False

    def _draw_labels(
        self, renderer: Any, view: View, axis: int, ticks: Ticks, edge: Array, middle: Array
    ) -> None:
        (x0, y0), (x1, y1) = view.pixels(edge).tolist()
        length = math.hypot(x1 - x0, y1 - y0)
        if length < renderer.points_to_pixels(_SHORTEST):
            return
        # The direction outwards, perpendicular to the edge.
        across, up = (y0 - y1) / length, (x1 - x0) / length
        if across * ((x0 + x1) / 2 - middle[0]) + up * ((y0 + y1) / 2 - middle[1]) < 0:
            across, up = -across, -up
        gc = renderer.new_gc()
        points = np.tile(edge[0], (len(ticks), 1))
        points[:, axis] = [tick for tick, _ in ticks]
        gap, dpi = renderer.points_to_pixels(3), resolution(renderer)
        for (x, y), (_, text) in zip(view.pixels(points).tolist(), ticks, strict=True):
            picture = inked(text, self._look, 8.0).stamp(dpi)
            height, width = picture.height, picture.width
            # A label needs its width as room beside a steep axis, its height below a flat one.
            away = gap + abs(across) * (width / 2 - 2) + abs(up) * (height / 2 - 4)
            left, base = x + across * away - width / 2, y + up * away - height / 2
            draw_stamp(renderer, gc, picture, left, base)
        gc.restore()


def _view_of_box(ax: Any) -> tuple[View, Limits, Corner]:
    """Return the view of an Axes3D, its limits, and its far corner."""
    view = View.of(ax)
    limits = (ax.get_xlim(), ax.get_ylim(), ax.get_zlim())
    return view, limits, far_corner(view, limits)


def far_corner(view: View, limits: Limits) -> Corner:
    """Return the corner of the box that is the farthest from the eye along each axis."""
    middle = (0.0, 0.0, 0.0) if view.eye[3] == 0 else np.mean(limits, axis=1)
    i, j, k = (int(eye < half) for eye, half in zip(view.eye[:3], middle, strict=True))
    return i, j, k


def label_edge(axis: int, limits: Limits, far: Corner, view: View) -> Array:
    """Return the edge (2, 3) of the box that carries an axis' tick labels.

    It is an outer edge of a far wall, so the surface is never behind it: for x and y the near edge
    of the floor; for the heights the one of two that is farther to the right in the picture.
    """
    candidates = [
        _line(limits, far, {near: limits[near][1 - far[near]], axis: limits[axis]})
        for near in range(3)
        if near != axis
    ]
    if axis != 2:
        return candidates[0]
    return max(candidates, key=lambda edge: float(view.pixels(edge)[:, 0].mean()))


def _line(limits: Limits, far: Corner, ends: Mapping[int, float | tuple[float, ...]]) -> Array:
    """Return a line (2, 3): the far corner twice, but for the axes whose end values are given."""
    line = np.empty((2, 3))
    for axis in range(3):
        line[:, axis] = ends.get(axis, limits[axis][far[axis]])
    return line


@lru_cache(maxsize=64)
def _ticks(limits: Limits, heights: Heights) -> tuple[Ticks, Ticks, Ticks]:
    """Return the ticks of each axis, without those whose labels would collide at the corners."""

    def floor(low: float, high: float) -> Ticks:
        margin = 0.04 * (high - low)
        values = linear_ticks(low, high)
        return [(float(v), tick_label(v)) for v in values if low + margin < v < high - margin]

    return floor(*limits[0]), floor(*limits[1]), heights.ticks()


@lru_cache(maxsize=64)
def _grid(limits: Limits, heights: Heights, far: Corner) -> Array:
    """Return the lines (n, 2, 3) across the far walls at each tick; the array must not be changed.

    It is cached, since under a moving camera only a few corners take turns at being the farthest.
    """
    lines = [
        _line(limits, far, {axis: tick, along: limits[along]})
        for axis, ticks in enumerate(_ticks(limits, heights))
        for along in {0, 1, 2} - {axis}
        for tick, _ in ticks
    ]
    return np.array(lines).reshape(-1, 2, 3)


def _edges(limits: Limits, far: Corner, view: View) -> Array:
    """Return the edges (6, 2, 3) where the far walls meet, and those that carry tick labels."""
    lines = []
    for axis in range(3):
        inner = _line(limits, far, {axis: limits[axis]})
        lines += [inner, label_edge(axis, limits, far, view)]
    return np.array(lines)
