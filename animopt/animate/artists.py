"""Moving artists: what they draw, directly in pixels, depends on the step alone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from animopt.animate.text import resolution
from animopt.picture import shapes
from animopt.picture.clipping import Trail
from animopt.picture.shapes import CASING
from animopt.typing import Array, Indices, Mask


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
# So many segments that the casing of a piece covers are drawn again at most, and so many pairs of a
# piece and a segment are looked at together.
_MOST_BENEATH, _PAIRS = 32, 1_000_000

_IDENTITY, _ORIGIN = IdentityTransform(), np.zeros((1, 2))
_NO_TRANSFORMS, _NO_COLORS = np.empty((0, 3, 3)), np.empty((0, 4))


class MovingArtist(Artist):
    """An artist that shows one step; what ``draw`` draws depends on the step alone.

    ``accumulates`` says that going forward only adds to the picture, so that ``draw_since`` can
    extend it; ``moves``, that the picture is not the same at all steps; ``rests``, that it is part
    of a still, which does not show what only says where the film is. ``stand_in``, if there is one,
    returns who draws in its place, which is made for where its axes are now.
    """

    accumulates = False
    moves = True
    rests = False
    stand_in: Callable[[], MovingArtist] | None = None

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
            self.here().draw_since(renderer, -1)
        self.stale = False

    def here(self) -> MovingArtist:
        """Return who draws the present step where the axes are now."""
        if self.stand_in is None:
            return self
        found = self.stand_in()
        if found is not self:
            found.show(self.step)
        return found

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

    Trails are in pixels; each is drawn in a casing in the paper's colour, so that where it crosses
    another both are seen, but where it only goes again where it was. The shown steps cut it into
    pieces, which are always drawn one by one in the same order, so a picture is the same pixel for
    pixel whether it is drawn at once or extended.
    """

    accumulates = True

    def __init__(
        self,
        trails: Sequence[Trail],
        colors: Sequence[str],
        shown: Sequence[int],
        dpi: float,
        paper: str,
        width: float = 2.5,
    ) -> None:
        super().__init__(dpi, zorder=10)
        self._width, self._paper = width, to_rgba(paper)
        self._shown = list(shown)
        steps = np.concatenate([trail.steps for trail in trails])
        owners = np.repeat(np.arange(len(trails)), [len(trail.steps) for trail in trails])
        pictures = np.searchsorted(self._shown, steps)
        order = np.lexsort((steps, owners, pictures))
        segments = np.concatenate([trail.segments for trail in trails])[order]
        pieces = (pictures * len(trails) + owners)[order]
        starts = np.flatnonzero(np.diff(pieces, prepend=-1))
        self._colors = np.array([to_rgba(color) for color in colors])[owners[order][starts]]
        # As lists, which bisect searches much faster than arrays.
        self._steps, self._pictures = steps[order].tolist(), pictures[order][starts].tolist()
        self._starts = [*starts.tolist(), len(pieces)]
        new = _first_times(segments, owners[order])
        self._new = np.cumsum([0, *new]).tolist()
        self._casings = Lines(segments[new], [self._new[start] for start in starts])
        reach = (width / 2 + CASING) * dpi / 72
        beneath = _beneath(segments, owners[order], new, starts, reach)
        counts = [len(each) for each in beneath]
        self._again = np.cumsum([0, *counts]).tolist()
        if len(starts):
            segments = np.insert(segments, np.repeat(starts, counts), np.concatenate(beneath), 0)
        self._strokes = Lines(segments, starts + self._again[:-1])

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the pieces between two steps, oldest first."""
        first = bisect_left(self._pictures, bisect_right(self._shown, since))
        last = bisect_right(self._pictures, bisect_left(self._shown, self.step))
        zoom, strokes = self._zoom(renderer), []
        for _, pieces in groupby(range(first, last), key=self._pictures.__getitem__):
            spans, lines = [], []
            for piece in pieces:
                start, end = self._starts[piece : piece + 2]
                # Only the last picture can go beyond the step, when that lies between two of them.
                end = bisect_right(self._steps, self.step, start, end)
                spans.append((self._new[start], self._new[end]))
                whole = start + self._again[piece], end + self._again[piece + 1]
                lines.append((self._strokes.path(zoom, whole), self._colors[piece], self._width))
            casing = self._casings.path(zoom, *spans)
            strokes += [(casing, self._paper, self._width + 2 * CASING), *lines]
        if strokes:
            paths, edges, widths = zip(*strokes, strict=True)
            gc = self._gc(renderer, "black", self._width)
            draw_many(renderer, gc, paths, edges=np.array(edges), widths=widths)
            gc.restore()


class Lines:
    """Segments (m, 2, 2), joined where one begins at the end of the last, but for some breaks."""

    def __init__(self, segments: Array, breaks: Sequence[int] = ()) -> None:
        joined = np.zeros(len(segments) + 1, bool)
        joined[1:-1] = (segments[1:, 0] == segments[:-1, 1]).all(axis=1)
        joined[np.asarray(breaks, int)] = False
        codes = np.full((len(segments), 2), Path.LINETO, np.uint8)
        codes[:, 0] = Path.MOVETO
        kept = np.ones((len(segments), 2), bool)
        kept[:, 0] = ~joined[:-1]
        self._vertices, self._codes = segments[kept], codes[kept]
        self._corners = np.cumsum([0, *kept.sum(axis=1)]).tolist()

    def path(self, zoom: float, *spans: tuple[int, int]) -> Path:
        """Return some of the segments, enlarged, as a path; each (start, end) is after a break."""
        parts = [slice(self._corners[start], self._corners[end]) for start, end in spans]
        vertices = np.concatenate([self._vertices[part] for part in parts])
        return Path(zoom * vertices, np.concatenate([self._codes[part] for part in parts]))


def _first_times(segments: Array, owners: Indices) -> Mask:
    """Return which segments (m, 2, 2) do not go, to within a pixel, where their path was before."""
    ends = np.rint(segments)
    cells, places = np.unique(ends[..., 0] + 1j * ends[..., 1], return_inverse=True)
    a, b = np.sort(places.reshape(-1, 2), axis=1).T
    keys = (owners * len(cells) + a) * len(cells) + b
    new = np.zeros(len(segments), bool)
    new[np.unique(keys, return_index=True)[1]] = True
    return new


def _beneath(
    segments: Array, owners: Indices, new: Mask, starts: Indices, reach: float
) -> list[Array]:
    """Return what of its own path a piece's casing covers, for the piece that begins at each start.

    It is the part of earlier new segments, in pixels, in the rectangle around its own that is wider
    by the reach; without it a path that oscillates would wipe itself out.
    """
    found: list[Array] = [segments[:0]] * len(starts)
    for owner in np.unique(owners[starts]):
        mine = np.flatnonzero(new & (owners == owner))
        pieces = np.flatnonzero(owners[starts] == owner)
        own, at = segments[mine], np.searchsorted(mine, starts[pieces])
        cased = np.diff(at, append=len(mine)) > 0
        at, pieces = at[cased], pieces[cased]
        low = np.minimum.reduceat(own.min(axis=1), at) - reach
        high = np.maximum.reduceat(own.max(axis=1), at) + reach
        for some in np.array_split(np.arange(len(at)), len(at) * len(own) // _PAIRS + 1):
            rows, columns = _near(own, at[some], low[some], high[some])
            parts, kept = _within(own[columns], low[some][rows], high[some][rows])
            ends = np.searchsorted(rows[kept], np.arange(1, len(some)))
            for piece, part in zip(pieces[some], np.split(parts[kept], ends), strict=True):
                found[piece] = part[-_MOST_BENEATH:]
    return found


def _near(segments: Array, at: Indices, low: Array, high: Array) -> tuple[Indices, Indices]:
    """Return pairs of a rectangle, low to high (n, 2), and a segment before ``at`` (n,) near it."""
    pairs = np.arange(len(segments)) < at[:, None]
    least, most = segments.min(axis=1), segments.max(axis=1)
    for axis in (0, 1):
        pairs &= (most[:, axis] >= low[:, None, axis]) & (least[:, axis] <= high[:, None, axis])
    rows, columns = np.nonzero(pairs)
    return rows, columns


def _within(segments: Array, low: Array, high: Array) -> tuple[Array, Mask]:
    """Return the parts of segments (m, 2, 2) in rectangles (m, 2), and which have one at all."""
    start, way = segments[:, 0], segments[:, 1] - segments[:, 0]
    with np.errstate(all="ignore"):
        cuts = (low - start) / way, (high - start) / way
    outside = ((way == 0) & ((start < low) | (start > high))).any(axis=-1)
    enter = np.where(way == 0, 0.0, np.minimum(*cuts)).max(axis=-1).clip(0, 1)
    leave = np.where(way == 0, 1.0, np.maximum(*cuts)).min(axis=-1).clip(0, 1)
    parts = np.stack([start + enter[:, None] * way, start + leave[:, None] * way], axis=1)
    return parts, (enter <= leave) & ~outside


def draw_many(
    renderer: Any,
    gc: Any,
    shapes: Sequence[Path],
    placings: Array = _NO_TRANSFORMS,
    *,
    offsets: Array = _ORIGIN,
    faces: Array = _NO_COLORS,
    edges: Array = _NO_COLORS,
    widths: Sequence[float] = (),
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
        widths or [gc.get_linewidth()], [gc.get_dashes()], [True], [None], "screen",
    )  # fmt: skip


def draw_marker(
    renderer: Any, gc: Any, marker: str, place: tuple[float, float], size: float, color: str
) -> None:
    """Draw one marker at a place, both in pixels."""
    placing = Affine2D().scale(size).translate(*place)
    renderer.draw_path(gc, SHAPES[marker], placing, to_rgba(color))
