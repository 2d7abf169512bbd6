"""Moving artists: what they draw, directly in pixels, depends on the step alone."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from animopt.animate.text import resolution
from animopt.picture import shapes
from animopt.picture.clipping import Heads, Trail
from animopt.picture.reader import abreast
from animopt.typing import Array


def closed(outline: Array | None) -> Path:
    """Return an outline as a path; None is the unit circle.

    Where it comes back to its first corner before its end, what follows is a part of its own.
    """
    if outline is None:
        return Path.unit_circle()
    codes, start = np.full(len(outline), Path.LINETO, np.uint8), 0
    for i, corner in enumerate(outline):
        if i == start:
            codes[i] = Path.MOVETO
        elif np.abs(corner - outline[start]).max() < 1e-9:
            codes[i], start = Path.CLOSEPOLY, i + 1
    return Path(outline, codes)


SHAPES = {name: closed(outline) for name, outline in shapes.SHAPES.items()}
_EXIT = closed(shapes.EXIT)

_IDENTITY, _ORIGIN = IdentityTransform(), np.zeros((1, 2))
_NO_TRANSFORMS, _NO_COLORS = np.empty((0, 3, 3)), np.empty((0, 4))


class MovingArtist(Artist):
    """An artist that shows one step; what ``draw`` draws depends on the step alone.

    ``accumulates`` says that going forward only adds to the picture, so that ``draw_since`` can
    extend it; ``moves``, that the picture is not the same at all steps; ``rests``, that it is part
    of a still, which does not show what only says where the film is.
    """

    accumulates = False
    moves = True
    rests = False

    def __init__(self, dpi: float, zorder: float) -> None:
        super().__init__()
        self.set_zorder(zorder)
        self.step = 0
        self._dpi = dpi

    def show(self, step: int) -> None:
        """Turn to this step."""
        self.step = step
        self.stale = True

    def draw(self, renderer: Any) -> None:
        """Draw the present step, if visible."""
        if self.get_visible():
            self.draw_since(renderer, -1)
        self.stale = False

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw what the present step adds to the picture of step ``since``; -1 draws all."""
        raise NotImplementedError

    def _zoom(self, renderer: Any) -> float:
        """Return the canvas pixels per pixel of the given positions: 2 at twice the dpi."""
        zoom = resolution(renderer) / self._dpi
        return 1.0 if abs(zoom - 1) < 1e-9 else zoom

    def _gc(self, renderer: Any, color: str, width: float, alpha: float = 1.0) -> Any:
        gc = renderer.new_gc()
        gc.set_foreground(to_rgba(color, alpha), isRGBA=True)
        gc.set_linewidth(width)
        gc.set_capstyle("round")
        gc.set_joinstyle("round")
        gc.set_snap(False)
        # In space nothing lies outside the box, whose picture may be larger than its axes.
        if self.axes is not None and self.axes.name != "3d":
            gc.set_clip_rectangle(self.axes.bbox)
        return gc


class TrailArtist(MovingArtist):
    """The paths up to the present step, drawn in order of time so that the newest part is on top.

    Trails are in pixels. The shown steps cut each path into pieces, which are always drawn one by
    one in the same order, so a picture is the same pixel for pixel whether it is drawn at once or
    extended.
    """

    accumulates = True

    def __init__(
        self,
        trails: Sequence[Trail],
        colors: Sequence[str],
        shown: Sequence[int],
        dpi: float,
        width: float = 2.5,
    ) -> None:
        super().__init__(dpi, zorder=10)
        self._width = width
        self._shown = list(shown)
        steps = np.concatenate([trail.steps for trail in trails])
        owners = np.repeat(np.arange(len(trails)), [len(trail.steps) for trail in trails])
        pictures = np.searchsorted(self._shown, steps)
        order = np.lexsort((steps, owners, pictures))
        self._segments = np.concatenate([trail.segments for trail in trails])[order]
        pieces = (pictures * len(trails) + owners)[order]
        starts = np.flatnonzero(np.diff(pieces, prepend=-1))
        self._edges = np.array([to_rgba(color) for color in colors])[owners[order][starts]]
        # As lists, which bisect searches much faster than arrays.
        self._steps, self._pictures = steps[order].tolist(), pictures[order][starts].tolist()
        self._starts = [*starts.tolist(), len(pieces)]

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the pieces between two steps, oldest first."""
        first = bisect_left(self._pictures, bisect_right(self._shown, since))
        last = bisect_right(self._pictures, bisect_left(self._shown, self.step))
        zoom, paths = self._zoom(renderer), []
        for start, end in pairwise(self._starts[first : last + 1]):
            # Only the last piece can go beyond the step, when that lies between two shown steps.
            end = bisect_right(self._steps, self.step, start, end)
            codes = np.full(2 * (end - start), Path.LINETO, np.uint8)
            codes[::2] = Path.MOVETO
            paths.append(Path(zoom * self._segments[start:end].reshape(-1, 2), codes))
        if paths:
            gc = self._gc(renderer, "black", self._width)
            draw_many(renderer, gc, paths, edges=self._edges[first:last])
            gc.restore()


class HeadArtist(MovingArtist):
    """A marker on each run's point, outlined so that it stands out from any background.

    Heads are in pixels. Once a path has left the plot, an arrow on its edge shows where. In a still
    there are only the arrows, unless markers of several shapes tell the runs apart.
    """

    def __init__(
        self,
        heads: Sequence[Heads],
        colors: Sequence[str],
        markers: Sequence[str],
        outline: str,
        dpi: float,
        size: float = 3.6,
    ) -> None:
        super().__init__(dpi, zorder=20)
        self._colors = np.array([to_rgba(color) for color in colors])
        self._markers = list(markers)
        self._outline = outline
        self._size = size
        self._heads = list(heads)

    def places(self, step: int) -> Array:
        """Return where the heads are at a step, in pixels, (n, 2)."""
        return np.array([heads.places[step] for heads in self._heads])

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw every head."""
        zoom, size = self._zoom(renderer), renderer.points_to_pixels(self._size)
        marks = [
            (marker, zoom * heads.places[self.step], turn_of(heads.ways[self.step]))
            for marker, heads in zip(self._markers, self._heads, strict=True)
        ]
        there = [bool(np.isfinite(place).all()) for _, place, _ in marks]
        shown = [i for i in shown_heads(marks, self.rests) if there[i]]
        gc = self._gc(renderer, self._outline, 1.4)
        # A head on the edge of the axes is drawn whole.
        gc.set_clip_rectangle(None)
        marks, faces = [marks[i] for i in shown], self._colors[shown]
        draw_heads(renderer, gc, marks, size, faces, np.array([gc.get_rgb()]))
        gc.restore()


def shown_heads(heads: Sequence[tuple[str, Array, float | None]], rests: bool) -> list[int]:
    """Return which heads are drawn: all, but for arrows none in a still if they look the same."""
    alike = len({marker for marker, _, _ in heads}) < 2
    return [i for i, (_, _, turn) in enumerate(heads) if turn is not None or not (rests and alike)]


def turn_of(way: Array) -> float | None:
    """Return the angle of a direction in radians; None for none."""
    x, y = way.tolist()
    return None if math.isnan(x) else math.atan2(y, x)


def draw_heads(
    renderer: Any,
    gc: Any,
    heads: Sequence[tuple[str, Array, float | None]],
    size: float,
    faces: Array,
    edges: Array,
) -> None:
    """Draw a marker at each (marker, place in pixels, None), or an arrow that turns so far.

    An arrow stands beside the others at its place; the turn is in radians, the size in pixels, and
    the colours are those of ``draw_many``.
    """
    gone: list[Array] = []
    shapes, placings = [], []
    for marker, place, turn in heads:
        shape, scale = (SHAPES[marker], 1.0) if turn is None else (_EXIT, 2.1)
        if turn is not None:
            place = abreast(gone, place, turn, 2 * size)
            gone.append(place)
        shapes.append(shape)
        placings.append(_placing(place, scale * size, turn or 0.0))
    if shapes:
        draw_many(renderer, gc, shapes, np.array(placings), faces=faces, edges=edges)


def _placing(place: Array, size: float, turn: float) -> Array:
    """Return the transform (3, 3) that scales, turns (in radians) and shifts a shape."""
    along, across = size * math.cos(turn), size * math.sin(turn)
    x, y = place
    return np.array([[along, -across, x], [across, along, y], [0.0, 0.0, 1.0]])


def draw_many(
    renderer: Any,
    gc: Any,
    shapes: Sequence[Path],
    placings: Array = _NO_TRANSFORMS,
    *,
    offsets: Array = _ORIGIN,
    faces: Array = _NO_COLORS,
    edges: Array = _NO_COLORS,
) -> None:
    """Draw shapes in one call, which is many times faster than one call for each.

    Args:
        renderer: a renderer of matplotlib.
        gc: its graphics context, for all but the colours.
        shapes: n paths, or one for all.
        placings: transforms to pixels, (n, 3, 3), or one for all; none if shapes are in pixels.
        offsets: further shifts in pixels, (n, 2), or one for all.
        faces, edges: colours, (n, 4), or one for all; none for no fill, or no stroke.
    """
    renderer.draw_path_collection(
        gc, _IDENTITY, shapes, placings, offsets, _IDENTITY, faces, edges,
        [gc.get_linewidth()], [gc.get_dashes()], [True], [None], "screen",
    )  # fmt: skip


def draw_marker(
    renderer: Any, gc: Any, marker: str, place: tuple[float, float], size: float, color: str
) -> None:
    """Draw one marker at a place, both in pixels."""
    placing = Affine2D().scale(size).translate(*place)
    renderer.draw_path(gc, SHAPES[marker], placing, to_rgba(color))
