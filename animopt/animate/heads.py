"""Heads: a marker at each run's point, one for all that coincide, and arrows where they leave."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.path import Path

from animopt.animate.artists import SHAPES, MovingArtist, closed, draw_many
from animopt.animate.axes import PlacedHeads
from animopt.animate.text import draw_stamp, resolution, stamp
from animopt.picture import shapes
from animopt.picture.beside import arrows, together
from animopt.picture.shapes import HEAD_SIZE, LARGE, MANY, SECTORS, START
from animopt.picture.theme import Theme
from animopt.picture.tracks import Track
from animopt.picture.words import Word
from animopt.typing import Array

_EXIT, _START = closed(shapes.EXIT), closed(START)
_CLEAR = (0.0, 0.0, 0.0, 0.0)
# The type of a count of heads, in sizes of a head.
_COUNT = 2.1
# What is drawn: (shape, placing, face, edge).
_Mark: TypeAlias = tuple[Path, Array, Any, Any]


class HeadArtist(MovingArtist):
    """A marker on each run's point, outlined so that it stands out from any background.

    Heads are in pixels. Once a path has left the plot, an arrow on its edge shows where. A hollow
    mark stays where a run ``starts``. A still has only these and the arrows, unless markers of
    several shapes tell the runs apart.
    """

    def __init__(
        self,
        heads: Sequence[PlacedHeads],
        tracks: Sequence[Track],
        look: Theme,
        dpi: float,
        size: float = HEAD_SIZE,
        starts: bool = True,
    ) -> None:
        super().__init__(dpi, zorder=20)
        self._colors = np.array([to_rgba(track.color) for track in tracks])
        self._markers = [track.marker for track in tracks]
        self._look, self.size = look, size
        self._heads = list(heads)
        inside = [np.isnan(each.ways[0]).all() for each in heads]
        self._starts = starting(
            [each.places[0] for each, there in zip(heads, inside, strict=True) if there and starts],
            [track.color for track, there in zip(tracks, inside, strict=True) if there and starts],
            look.ink,
        )

    def places(self, step: int) -> Array:
        """Return where the heads are at a step, in pixels, (n, 2)."""
        return np.array([heads.places[step] for heads in self._heads])

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw every head."""
        zoom, size = self._zoom(renderer), renderer.points_to_pixels(self.size)
        marks = [
            (marker, zoom * heads.places[self.step], turn_of(heads.ways[self.step]))
            for marker, heads in zip(self._markers, self._heads, strict=True)
        ]
        there = [bool(np.isfinite(place).all()) for _, place, _ in marks]
        shown = [i for i in shown_heads(marks, self.rests) if there[i]]
        gc = self._gc(renderer, self._look.paper, 1.4)
        # A head on the edge of the axes is drawn whole.
        gc.set_clip_rectangle(None)
        starts = [(zoom * place, color) for place, color in self._starts]
        heads = [marks[i] for i in shown]
        draw_heads(renderer, gc, heads, size, self._colors[shown], self._look, starts)
        gc.restore()


def shown_heads(heads: Sequence[tuple[str, Array, float | None]], rests: bool) -> list[int]:
    """Return which heads are drawn: all, but for arrows none in a still if they look the same."""
    alike = len({marker for marker, _, _ in heads}) < 2
    return [i for i, (_, _, turn) in enumerate(heads) if turn is not None or not (rests and alike)]


def starting(places: Sequence[Array], colors: Sequence[str], ink: str) -> list[tuple[Array, str]]:
    """Return the places where runs start, and the colour of each: ink where several do."""
    found: dict[bytes, tuple[Array, str]] = {}
    for place, color in zip(places, colors, strict=True):
        key = place.tobytes()
        found[key] = place, ink if key in found else color
    return list(found.values())


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
    look: Theme,
    starts: Sequence[tuple[Array, str]] = (),
) -> None:
    """Draw a marker at each (marker, place in pixels, None), or an arrow that turns so far.

    Beneath them is a hollow mark at each start, (place in pixels, colour).
    Those nearer to each other than the size, in pixels, are one mark with a sector for each or, of
    many, with their count. The tip of an arrow is at its place; several at or near one place are
    smaller. The turn is in radians; an edge is as opaque as its face.
    """
    rest = [i for i, (_, _, turn) in enumerate(heads) if turn is None]
    gone = [i for i, (_, _, turn) in enumerate(heads) if turn is not None]
    drawn: list[_Mark] = [
        (_START, _placing(place, 0.85 * size, 0.0), to_rgba(look.paper), to_rgba(color))
        for place, color in starts
    ]
    marks, counts = _marks(heads, rest, size, faces, look)
    drawn += marks
    edge = to_rgba(look.paper)[:3]
    tips = np.array([heads[i][1] for i in gone]).reshape(-1, 2)
    smaller = []
    for which, scale, rank in arrows(tips, size):
        smaller.append(scale)
        _, place, turn = heads[gone[which]]
        placing, face = _placing(place, LARGE * size * scale, turn or 0.0), faces[gone[which]]
        # One in another needs no edge, which would leave little of the other.
        drawn.append((_EXIT, placing, face, _CLEAR if rank else (*edge, face[3])))
    if drawn:
        outlines, placings, fills, edges = zip(*drawn, strict=True)
        # The edge of an arrow is as much smaller as that is; arrows are drawn last.
        usual = gc.get_linewidth()
        widths = [usual] * (len(drawn) - len(smaller)) + [usual * scale for scale in smaller]
        draw_many(
            renderer, gc, outlines, np.array(placings),
            faces=np.array(fills), edges=np.array(edges), widths=widths,
        )  # fmt: skip
    dpi = resolution(renderer)
    for (x, y), text in counts:
        points = 72 / dpi * size * 4 / (1 + len(text))
        mark = stamp(Word(text, look.paper, points, weight="bold", fonts=look.fonts), dpi)
        draw_stamp(renderer, gc, mark, x - mark.width / 2, y - mark.height / 2)


def _marks(
    heads: Sequence[tuple[str, Array, float | None]],
    which: Sequence[int],
    size: float,
    faces: Array,
    look: Theme,
) -> tuple[list[_Mark], list[tuple[Array, str]]]:
    """Return what to draw at some heads, and their (place, count)."""
    drawn: list[_Mark] = []
    counts = []
    edge = to_rgba(look.paper)[:3]
    for group in together(np.array([heads[i][1] for i in which]).reshape(-1, 2), size):
        members = [which[i] for i in group]
        marker, middle, _ = heads[members[0]]
        first = faces[members[0]]
        if len(members) == 1:
            drawn.append((SHAPES[marker], _placing(middle, size), first, (*edge, first[3])))
            continue
        middle = np.mean([heads[i][1] for i in members], axis=0)
        alpha = faces[members][:, 3].max()
        if len(members) <= MANY:
            whole = _placing(middle, SECTORS * size)
            drawn.append((SHAPES["o"], whole, first, (*edge, alpha)))
            parts = zip(_sectors(len(members)), members, strict=True)
            drawn += [(sector, whole, faces[i], _CLEAR) for sector, i in parts]
        else:
            ink = (*to_rgba(look.ink)[:3], alpha)
            drawn.append((SHAPES["o"], _placing(middle, _COUNT * size), ink, (*edge, alpha)))
            counts.append((middle, str(len(members))))
    return drawn, counts


@lru_cache(maxsize=16)
def _sectors(count: int) -> list[Path]:
    """Return the unit circle in so many equal parts, clockwise from the top."""
    ends = [90 - 360 * i / count for i in range(count + 1)]
    return [Path.wedge(low, high) for high, low in pairwise(ends)]


def _placing(place: Array, size: float, turn: float = 0.0) -> Array:
    """Return the transform (3, 3) that scales, turns (in radians) and shifts a shape."""
    along, across = size * math.cos(turn), size * math.sin(turn)
    x, y = place
    return np.array([[along, -across, x], [across, along, y], [0.0, 0.0, 1.0]])
