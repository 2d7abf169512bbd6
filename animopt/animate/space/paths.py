"""Paths on a surface in space: solid where they are visible, dashed and faint where hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from animopt.animate.artists import MovingArtist, draw_heads
from animopt.animate.clipping import clipped
from animopt.animate.crowds import Crowds
from animopt.animate.space.visibility import HeightField, View, visible
from animopt.animate.stage import Group, Run
from animopt.animate.tails import shades
from animopt.scene import Scene
from animopt.typing import Array, Indices, Mask, Points

_STRAIGHT = IdentityTransform()
_GHOST = 0.45
# Samples in the same third of a cell, and in the same part of the path's heights, share one test
# of visibility.
_PLACES, _LAYERS = 3, 96


@dataclass(frozen=True, eq=False)
class SpacePath:
    """A run laid on the sheet: samples (m, 3) in order, NaN outside the box.

    Sample ``at[k]`` is the point of step k. Between two steps the samples are half a cell apart,
    so that a long step follows the sheet; or, for a ``chord``, they lie on the straight line.
    """

    run: Run
    points: Array
    at: Indices

    @classmethod
    def on(
        cls, field: HeightField, limits: tuple[float, float], run: Run, chord: bool = False
    ) -> SpacePath:
        """Lay a run on a sheet, of which only the part between two heights is in the box."""
        cell = np.array([field.x[1] - field.x[0], field.y[1] - field.y[0]])
        path = np.where(np.isfinite(run.points), run.points, np.nan)
        low = np.array([field.x[0], field.y[0]])
        high = np.array([field.x[-1], field.y[-1]])
        # What lies far outside need not be sampled.
        around = *(2 * low - high), *(2 * high - low)
        starts, ends, crosses = clipped(path[:-1], path[1:], around)
        ways = np.full_like(starts, np.nan)
        np.subtract(ends, starts, out=ways, where=crosses[:, None])
        hops = np.abs(ways) / cell
        counts = np.clip(np.nan_to_num(np.ceil(2 * hops.max(axis=1)), nan=1), 1, 1000).astype(int)
        at = np.concatenate([[0], np.cumsum(counts)])
        step = np.repeat(np.arange(1, len(path)), counts)
        part = (np.arange(at[-1]) - np.repeat(at[:-1], counts) + 1) / np.repeat(counts, counts)
        flat = np.concatenate([path[:1], starts[step - 1] + part[:, None] * ways[step - 1]])
        height = field.at(flat[:, 0], flat[:, 1])
        if chord:
            own = height[at]
            straight = own[step - 1] + part * (own[step] - own[step - 1])
            height = np.concatenate([own[:1], straight])
        points = np.column_stack([flat, height])
        with np.errstate(invalid="ignore"):
            points[~((height >= limits[0]) & (height <= limits[1]))] = np.nan
        return cls(run, points, at)

    def heads(self) -> Array:
        """Return the point of each step (steps + 1, 3), or where it was last in the box."""
        return np.nan_to_num(self.points[np.maximum(self._last[self.at], 0)])

    @cached_property
    def _last(self) -> Indices:
        """The index of the last sample in the box up to each one, -1 if there is none."""
        inside: Mask = np.asarray(np.isfinite(self.points).all(axis=1))
        return np.maximum.accumulate(np.where(inside, np.arange(len(inside)), -1))

    def last(self, step: int) -> int:
        """Return the index of the last sample in the box up to a step, -1 if there is none."""
        return int(self._last[self.at[step]])

    def upto(self, step: int) -> int:
        """Return how many samples there are up to a step."""
        return int(self.at[step]) + 1


class Sight:
    """The paths in the current view: projected and tested for visibility once for all artists.

    Where the camera stands ``still``, whole paths are tested at once; else only what is shown.
    """

    def __init__(self, paths: Sequence[SpacePath], field: HeightField, still: bool) -> None:
        self.paths = list(paths)
        self._field = field
        self._visits = [_visits(path.points, field) for path in paths]
        self._still = still
        self._view: View | None = None
        self._tested_step = -1
        self._pixels: list[Array] = []
        self._seen: list[Mask] = []

    def upto(self, view: View, step: int) -> list[tuple[Array, Mask]]:
        """Return pixels (m, 2) and visibility (m,) of every path up to a step."""
        if self._view is not view or self._tested_step < step:
            self._view = view
            self._tested_step = len(self.paths[0].at) - 1 if self._still else step
            counts = [path.upto(self._tested_step) for path in self.paths]
            shown = [path.points[:n] for path, n in zip(self.paths, counts, strict=True)]
            self._pixels = np.split(view.pixels(np.concatenate(shown)), np.cumsum(counts)[:-1])
            self._seen = self._find_visible(view, counts)
        return [
            (pixels[: path.upto(step)], seen[: path.upto(step)])
            for path, pixels, seen in zip(self.paths, self._pixels, self._seen, strict=True)
        ]

    def hidden(self, view: View, step: int) -> Mask:
        """Return for each path whether its head is behind the sheet, (n,)."""
        lasts = [path.last(step) for path in self.paths]
        pairs = zip(lasts, self.upto(view, step), strict=True)
        return np.array([last >= 0 and not seen[last] for last, (_, seen) in pairs])

    def _find_visible(self, view: View, counts: Sequence[int]) -> list[Mask]:
        """Return which of the first samples of each path, ``counts`` of them, are visible."""
        places = [
            path.points[first[: np.searchsorted(first, count)]]
            for path, (first, _), count in zip(self.paths, self._visits, counts, strict=True)
        ]
        seen = visible(np.concatenate(places), self._field, view.eye)
        split = np.split(seen, np.cumsum([len(place) for place in places])[:-1])
        return [
            part[place[:count]]
            for part, (_, place), count in zip(split, self._visits, counts, strict=True)
        ]


def _visits(points: Array, field: HeightField) -> tuple[Indices, Indices]:
    """Return the places that a path visits, as their first samples, and the place of each sample.

    Both are in the order of the first visit. A path at rest, or one that oscillates, visits the
    same places again and again, so their visibility is found only once.
    """
    inside = points[np.isfinite(points).all(axis=1)]
    layer = (np.ptp(inside[:, 2]) if len(inside) else 0.0) / _LAYERS or 1.0
    size = field.x[1] - field.x[0], field.y[1] - field.y[0], _PLACES * layer
    keys = np.nan_to_num(np.round(points * _PLACES / size), nan=np.inf)
    _, first, place = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), int)
    rank[order] = np.arange(len(order))
    return first[order], rank[place.ravel()]


class SpaceTrails(MovingArtist):
    """The paths so far: first the hidden parts, thin, dashed and faint, then the visible ones."""

    def __init__(self, sight: Sight, dpi: float, scene: Scene) -> None:
        super().__init__(dpi, zorder=10)
        self._sight = sight
        self._ghosts = scene.space.hidden == "ghost"
        self._length, self._fade = scene.trail, scene.fade

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw each path, or its tail: a stroke for each shade and visibility."""
        looks = self._sight.upto(View.of(self.axes), self.step)
        pieces = shades(self.step, self._length, self._fade)
        for in_sight in (False, True) if self._ghosts else (True,):
            for path, (pixels, seen) in zip(self._sight.paths, looks, strict=True):
                wanted = (seen[1:] & seen[:-1]) == in_sight
                for after, upto, opacity in pieces:
                    part = slice(path.at[after], path.at[upto] + 1)
                    chosen = wanted[path.at[after] : path.at[upto]]
                    if chosen.any():
                        gc = self._stroke(renderer, path.run.color, in_sight, opacity)
                        draw_parts(renderer, gc, pixels[part], chosen)
                        gc.restore()

    def _stroke(self, renderer: Any, color: str, in_sight: bool, opacity: float) -> Any:
        if in_sight:
            return self._gc(renderer, color, 2.0, opacity)
        gc = self._gc(renderer, color, 1.0, _GHOST * opacity)
        dash = renderer.points_to_pixels(2.5)
        gc.set_dashes(0, [dash, dash])
        gc.set_capstyle("butt")
        return gc


class SpaceHeads(MovingArtist):
    """A marker on each point, faint behind the sheet; an arrow where the path has left the box."""

    def __init__(self, sight: Sight, outline: str, dpi: float) -> None:
        super().__init__(dpi, zorder=20)
        self._sight = sight
        self._outline = outline

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw every head."""
        looks = self._sight.upto(View.of(self.axes), self.step)
        heads, faces, edges = [], [], []
        for path, (pixels, seen) in zip(self._sight.paths, looks, strict=True):
            last = path.last(self.step)
            if last < 0:
                continue
            turn = None
            if 0 < last < len(pixels) - 1:
                dx, dy = pixels[last] - pixels[last - 1]
                turn = float(np.arctan2(dy, dx))
            heads.append((path.run.marker, pixels[last], turn))
            alpha = 1.0 if seen[last] else _GHOST
            faces.append(to_rgba(path.run.color, alpha))
            edges.append(to_rgba(self._outline, alpha))
        gc = self._gc(renderer, self._outline, 1.4)
        size = renderer.points_to_pixels(3.8)
        draw_heads(renderer, gc, heads, size, np.array(faces), np.array(edges))
        gc.restore()


class SpaceCrowds(Crowds):
    """Every start of an ensemble as a faint dot on the sheet, where that is visible."""

    def __init__(self, groups: Sequence[Group], field: HeightField, dpi: float) -> None:
        super().__init__(groups, dpi)
        self._field = field

    def places(self) -> list[Points]:
        """Return the visible dots of each optimizer at the current step in pixels, (m, 2)."""
        view, places = View.of(self.axes), []
        for points in self._points:
            dots = self._field.drape(points[:, self.step])
            dots = dots[np.isfinite(dots).all(axis=1)]
            places.append(view.pixels(dots[visible(dots, self._field, view.eye)]))
        return places


class SpaceShadow(MovingArtist):
    """The shadow of each path on the floor, where the sheet does not hide it."""

    def __init__(
        self, paths: Sequence[SpacePath], field: HeightField, ink: str, floor: float, dpi: float
    ) -> None:
        super().__init__(dpi, zorder=8)
        self._paths, self._field, self._ink = list(paths), field, ink
        self._shadows = [path.points * (1, 1, 0) + (0, 0, floor) for path in paths]

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the shadow of each path so far."""
        view = View.of(self.axes)
        gc = self._gc(renderer, self._ink, 1.7, 0.25)
        for path, shadow in zip(self._paths, self._shadows, strict=True):
            points = shadow[: path.upto(self.step)]
            seen = visible(points, self._field, view.eye, under=True)
            draw_parts(renderer, gc, view.pixels(points), seen[1:] & seen[:-1])
        gc.restore()


class SpaceDrops(MovingArtist):
    """A line from each point straight down to the floor, where the sheet does not hide it."""

    def __init__(
        self, paths: Sequence[SpacePath], field: HeightField, floor: float, dpi: float
    ) -> None:
        super().__init__(dpi, zorder=9)
        self._paths, self._field, self._floor = list(paths), field, floor

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw a line for every head that is in the box."""
        view = View.of(self.axes)
        for path in self._paths:
            head = path.points[path.at[self.step]]
            if not np.isfinite(head).all():
                continue
            line = np.tile(head, (40, 1))
            line[:, 2] = np.linspace(head[2], self._floor, len(line))
            seen = visible(line[1:], self._field, view.eye, under=True)
            gc = self._gc(renderer, path.run.color, 1.25, 0.7)
            draw_parts(renderer, gc, view.pixels(line[1:]), seen[1:] & seen[:-1])
            gc.restore()


def draw_parts(renderer: Any, gc: Any, pixels: Array, wanted: Mask) -> None:
    """Draw the wanted segments (m - 1,) of a curve (m, 2), joined where they are adjacent."""
    codes = np.full(len(pixels), Path.MOVETO, np.uint8)
    codes[1:][wanted] = Path.LINETO
    renderer.draw_path(gc, Path(pixels, codes), _STRAIGHT)
