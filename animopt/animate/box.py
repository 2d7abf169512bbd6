"""The box around a surface: its three far walls with grid lines, ticks and their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from animopt.animate.heights import Heights, linear_ticks
from animopt.animate.lettering import inked
from animopt.animate.text import draw_stamp, resolution
from animopt.animate.theme import Theme
from animopt.animate.visibility import View
from animopt.typing import Array, Indices

_STRAIGHT = IdentityTransform()
Ticks: TypeAlias = list[tuple[float, str]]
"""Places along an axis and what to write there."""

# An axis that points at the camera has no room for numbers.
_SHORTEST = 40.0


class Walls(Artist):
    """The far walls in the view the axes has when it is drawn, in two strokes.

    Axes3D draws the same with some fifty artists, which takes most of the time of a frame.
    """

    def __init__(self, heights: Heights, edge: str, line: str) -> None:
        super().__init__()
        self.set_zorder(0)
        self._heights, self._edge, self._line = heights, edge, line

    def draw(self, renderer: Any) -> None:
        """Draw the grid lines, then the edges."""
        if not self.get_visible():
            return
        view, limits, ticks, far = _survey(self.axes, self._heights)
        self._stroke(renderer, view, self._line, 0.85, list(_grid(limits, ticks, far)))
        self._stroke(renderer, view, self._edge, 1.1, list(_edges(limits, far, view)))
        self.stale = False

    def _stroke(
        self, renderer: Any, view: View, color: str, width: float, lines: list[Array]
    ) -> None:
        gc = renderer.new_gc()
        gc.set_foreground(to_rgba(color), isRGBA=True)
        gc.set_linewidth(width)
        gc.set_snap(False)
        ends = view.pixels(np.array(lines))
        codes = np.tile(np.array([Path.MOVETO, Path.LINETO], np.uint8), len(ends))
        renderer.draw_path(gc, Path(ends.reshape(-1, 2), codes), _STRAIGHT)
        gc.restore()


class Numbers(Artist):
    """The numbers at the ticks, on whole pixels, beside the edges that carry them."""

    def __init__(self, heights: Heights, look: Theme) -> None:
        super().__init__()
        self.set_zorder(3)
        self._heights, self._look = heights, look

    def draw(self, renderer: Any) -> None:
        """Draw the numbers of each axis that is long enough on the picture."""
        if not self.get_visible():
            return
        view, limits, ticks, far = _survey(self.axes, self._heights)
        for axis in range(3):
            self._numbers(renderer, view, axis, ticks[axis], limits, far)
        self.stale = False

    def _numbers(
        self, renderer: Any, view: View, axis: int, ticks: Ticks, limits: Array, far: Indices
    ) -> None:
        edge = number_edge(axis, limits, far, view)
        start, end = view.pixels(edge)
        if np.hypot(*(end - start)) < renderer.points_to_pixels(_SHORTEST):
            return
        middle = view.pixels(limits.mean(axis=1))
        across = np.array([start[1] - end[1], end[0] - start[0]])
        across /= np.hypot(*across)
        across *= np.sign(across @ ((start + end) / 2 - middle)) or 1.0
        gc = renderer.new_gc()
        points = np.tile(edge[0], (len(ticks), 1))
        points[:, axis] = [tick for tick, _ in ticks]
        for place, (_, text) in zip(view.pixels(points), ticks, strict=True):
            picture = inked(text, self._look, 8.0).stamp(resolution(renderer))
            size = np.array(picture.shape[1::-1])
            # Beside a steep axis a wide number needs more room than above or below a flat one.
            away = renderer.points_to_pixels(3) + np.abs(across) @ (size / 2 - (2, 4))
            x, y = place + across * away - size / 2
            draw_stamp(renderer, gc, picture, x, y)
        gc.restore()


def _survey(ax: Any, heights: Heights) -> tuple[View, Array, list[Ticks], Indices]:
    """Return the view of an Axes3D, its limits (3, 2), its ticks and its far corner."""
    view = View.of(ax)
    limits = np.array([ax.get_xlim(), ax.get_ylim(), ax.get_zlim()])
    ticks = [*(_ticks(low, high) for low, high in limits[:2]), heights.ticks()]
    return view, limits, ticks, far_corner(view, limits)


def far_corner(view: View, limits: Array) -> Indices:
    """Return which limit of each axis is farther from the eye, (3,) of 0 and 1."""
    if view.eye[3] == 0:
        return np.asarray(view.eye[:3] < 0, dtype=int)
    return np.asarray(view.eye[:3] < limits.mean(axis=1), dtype=int)


def number_edge(axis: int, limits: Array, far: Indices, view: View) -> Array:
    """Return the edge (2, 3) of the box that carries an axis' numbers.

    It is an edge of one far wall only, so the surface is never behind it: on the floor the near
    one; for the heights, of the two upright ones, that on the right of the picture.
    """
    corner = np.array([limits[i, far[i]] for i in range(3)])
    others = [i for i in range(3) if i != axis]
    candidates = []
    for near in others:
        edge = np.array([corner, corner])
        edge[:, near] = limits[near, 1 - far[near]]
        edge[:, axis] = limits[axis]
        candidates.append(edge)
    if axis != 2:
        return candidates[0]
    return max(candidates, key=lambda edge: float(view.pixels(edge)[:, 0].mean()))


def _ticks(low: float, high: float) -> Ticks:
    """Return the ticks of the floor; at the ends of two axes numbers would meet in a corner."""
    margin = 0.04 * (high - low)
    values = linear_ticks(low, high)
    return [(float(v), f"{v:g}") for v in values if low + margin < v < high - margin]


def _grid(limits: Array, ticks: list[Ticks], far: Indices) -> Iterator[Array]:
    """Yield the lines (2, 3) across the far walls at each tick."""
    corner = np.array([limits[i, far[i]] for i in range(3)])
    for axis in range(3):
        for along in range(3):
            if along == axis:
                continue
            for tick, _ in ticks[axis]:
                line = np.array([corner, corner])
                line[:, axis] = tick
                line[:, along] = limits[along]
                yield line


def _edges(limits: Array, far: Indices, view: View) -> Iterator[Array]:
    """Yield the edges (2, 3) where the far walls meet, and those that carry numbers."""
    corner = np.array([limits[i, far[i]] for i in range(3)])
    for axis in range(3):
        inner = np.array([corner, corner])
        inner[:, axis] = limits[axis]
        yield inner
        yield number_edge(axis, limits, far, view)
