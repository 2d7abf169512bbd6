"""Paths on a surface in space: solid where they are in sight, dashed and faint where hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from animopt.animate.artists import MovingArtist, free_of, head_place, head_shape
from animopt.animate.crowds import draw_dots
from animopt.animate.space.visibility import HeightField, View, visible
from animopt.animate.stage import Group, Run
from animopt.animate.tails import shades
from animopt.scene import Scene
from animopt.typing import Array, Indices, Mask

_STRAIGHT = IdentityTransform()
_GHOST = 0.45
# Samples in the same third of a cell, in the same part of the path's heights, are judged as one.
_PLACES, _STOREYS = 3, 96


@dataclass(frozen=True, eq=False)
class SpacePath:
    """A run laid on the sheet: samples (m, 3) in order, NaN outside the box.

    Sample ``at[k]`` is the point of step k. Between two steps there are as many samples as the
    sheet has half cells there, so that a long step follows the sheet; or, for a ``chord``, they
    lie on the straight line between the two.
    """

    run: Run
    points: Array
    at: Indices

    @classmethod
    def on(
        cls, field: HeightField, limits: tuple[float, float], run: Run, chord: bool = False
    ) -> SpacePath:
        """Lay a run on the part of a sheet between two heights."""
        cell = np.array([field.x[1] - field.x[0], field.y[1] - field.y[0]])
        path = np.where(np.isfinite(run.points), run.points, np.nan)
        low = np.array([field.x[0], field.y[0]])
        high = np.array([field.x[-1], field.y[-1]])
        # What lies far outside is cut off anyway: no need to sample the way there.
        near = np.clip(path, low - (high - low), high + (high - low))
        hops = np.abs(np.diff(near, axis=0)) / cell
        counts = np.clip(np.nan_to_num(np.ceil(2 * hops.max(axis=1)), nan=1), 1, 1000).astype(int)
        at = np.concatenate([[0], np.cumsum(counts)])
        step = np.repeat(np.arange(1, len(path)), counts)
        part = (np.arange(at[-1]) - np.repeat(at[:-1], counts) + 1) / np.repeat(counts, counts)
        flat = np.concatenate(
            [near[:1], near[step - 1] + part[:, None] * (near[step] - near[step - 1])]
        )
        height = field.at(flat[:, 0], flat[:, 1])
        if chord:
            ends = height[at]
            straight = ends[step - 1] + part * (ends[step] - ends[step - 1])
            height = np.concatenate([ends[:1], straight])
        points = np.column_stack([flat, height])
        with np.errstate(invalid="ignore"):
            points[~((height >= limits[0]) & (height <= limits[1]))] = np.nan
        return cls(run, points, at)

    def heads(self) -> Array:
        """Return the point of each step (steps + 1, 3), or where the path was last in the box."""
        return np.nan_to_num(self.points[np.maximum(self._last[self.at], 0)])

    @cached_property
    def _last(self) -> Indices:
        """For each sample the last one up to it that is in the box, -1 before the first."""
        known: Mask = np.asarray(np.isfinite(self.points).all(axis=1))
        return np.maximum.accumulate(np.where(known, np.arange(len(known)), -1))

    def last(self, step: int) -> int:
        """Return the last sample in the box up to a step, -1 if there is none."""
        return int(self._last[self.at[step]])

    def upto(self, step: int) -> int:
        """Return how many samples there are up to a step."""
        return int(self.at[step]) + 1


class Sight:
    """The paths as they look from the present view: projected and judged once for all artists."""

    def __init__(self, paths: Sequence[SpacePath], field: HeightField, still: bool) -> None:
        self.paths = list(paths)
        self._field = field
        self._visits = [_visits(path.points, field) for path in paths]
        # A still view is judged for the whole path at once; one that moves, as far as is shown.
        self._still = still
        self._view: View | None = None
        self._pixels: list[Array] = []
        self._seen: list[Mask] = []

    def upto(self, view: View, step: int) -> list[tuple[Array, Mask]]:
        """Return pixels (m, 2) and visibility (m,) of every path up to a step."""
        counts = [path.upto(step) for path in self.paths]
        if self._view is not view or any(
            len(seen) < count for seen, count in zip(self._seen, counts, strict=True)
        ):
            if self._still:
                counts = [len(path.points) for path in self.paths]
            self._view = view
            shown = [path.points[:n] for path, n in zip(self.paths, counts, strict=True)]
            self._pixels = np.split(view.pixels(np.concatenate(shown)), np.cumsum(counts)[:-1])
            self._seen = self._judged(view, counts)
        return [
            (pixels[:count], seen[:count])
            for pixels, seen, count in zip(self._pixels, self._seen, counts, strict=True)
        ]

    def hidden(self, view: View, step: int) -> Mask:
        """Return for each path whether its head is behind the sheet, (n,)."""
        lasts = [path.last(step) for path in self.paths]
        pairs = zip(lasts, self.upto(view, step), strict=True)
        return np.array([last >= 0 and not seen[last] for last, (_, seen) in pairs])

    def _judged(self, view: View, counts: Sequence[int]) -> list[Mask]:
        """Return which of so many samples of each path are in sight."""
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
    """Return the first sample of a path at each place it comes to, and each sample's place by rank.

    A path at rest, or one that swings to and fro, comes by the same places time and again: they
    need to be judged once. A place is a third of a cell wide.
    """
    known = points[np.isfinite(points).all(axis=1)]
    storey = (np.ptp(known[:, 2]) if len(known) else 0.0) / _STOREYS or 1.0
    size = field.x[1] - field.x[0], field.y[1] - field.y[0], _PLACES * storey
    keys = np.nan_to_num(np.round(points * _PLACES / size), nan=np.inf)
    _, first, place = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), int)
    rank[order] = np.arange(len(order))
    return first[order], rank[place.ravel()]


class SpaceTrails(MovingArtist):
    """The paths so far: first what is hidden, thin, dashed and faint, then what is in sight."""

    def __init__(self, sight: Sight, dpi: float, scene: Scene) -> None:
        super().__init__(dpi, zorder=10)
        self._sight = sight
        self._ghosts = scene.space.hidden == "ghost"
        self._length, self._fade = scene.trail, scene.fade

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw each path, or its tail, in two strokes for each shade of it."""
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
    """A marker on each point; behind the sheet it fades."""

    def __init__(self, sight: Sight, outline: str, dpi: float) -> None:
        super().__init__(dpi, zorder=20)
        self._sight = sight
        self._outline = outline

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw every head, or an arrow where its path left the box."""
        size = renderer.points_to_pixels(3.8)
        looks = self._sight.upto(View.of(self.axes), self.step)
        gone: list[Array] = []
        for path, (pixels, seen) in zip(self._sight.paths, looks, strict=True):
            last = path.last(self.step)
            if last < 0:
                continue
            turn = None
            if last < len(pixels) - 1 and last > 0:
                dx, dy = pixels[last] - pixels[last - 1]
                turn = float(np.arctan2(dy, dx))
                gone.append(free_of(gone, pixels[last], turn, 2 * size))
            place = pixels[last] if turn is None else gone[-1]
            alpha = 1.0 if seen[last] else _GHOST
            gc = self._gc(renderer, self._outline, 1.4, alpha)
            shape, scale = head_shape(path.run.marker, turn)
            placing = Affine2D(head_place(place, scale * size, turn))
            renderer.draw_path(gc, shape, placing, to_rgba(path.run.color, alpha))
            gc.restore()


class SpaceCrowds(MovingArtist):
    """Every start of an ensemble as a faint dot on the sheet, where that is in sight."""

    def __init__(self, groups: Sequence[Group], field: HeightField, dpi: float) -> None:
        super().__init__(dpi, zorder=15)
        self._field = field
        self._colors = [group.run.color for group in groups]
        self._points = [np.array([run.points for run in group.runs]) for group in groups]

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the dots of the present step."""
        view = View.of(self.axes)
        for color, points in zip(self._colors, self._points, strict=True):
            flat = points[:, self.step]
            dots = np.column_stack([flat, self._field.at(*flat.T)])
            dots = dots[np.isfinite(dots).all(axis=1)]
            gc = self._gc(renderer, color, 0.0)
            places = view.pixels(dots[visible(dots, self._field, view.eye)])
            draw_dots(renderer, gc, places, color, len(points))
            gc.restore()


class SpaceShadow(MovingArtist):
    """The shadow of each path on the floor, where the sheet above leaves it in sight."""

    def __init__(
        self, paths: Sequence[SpacePath], field: HeightField, ink: str, floor: float, dpi: float
    ) -> None:
        super().__init__(dpi, zorder=8)
        self._paths, self._field, self._ink = list(paths), field, ink
        self._floor = [
            np.where(np.isnan(path.points), np.nan, path.points * (1, 1, 0) + (0, 0, floor))
            for path in paths
        ]

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the shadows in one colour."""
        view = View.of(self.axes)
        gc = self._gc(renderer, self._ink, 1.7, 0.25)
        for path, floor in zip(self._paths, self._floor, strict=True):
            points = floor[: path.upto(self.step)]
            seen = visible(points, self._field, view.eye, under=True)
            draw_parts(renderer, gc, view.pixels(points), seen[1:] & seen[:-1])
        gc.restore()


class SpaceDrops(MovingArtist):
    """A line from each point straight down to the floor, where it is in sight."""

    def __init__(
        self, paths: Sequence[SpacePath], field: HeightField, floor: float, dpi: float
    ) -> None:
        super().__init__(dpi, zorder=9)
        self._paths, self._field, self._floor = list(paths), field, floor

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw a line for every head that is in the box."""
        view = View.of(self.axes)
        for path in self._paths:
            head = path.points[path.upto(self.step) - 1]
            if not np.isfinite(head).all():
                continue
            line = np.tile(head, (40, 1))
            line[:, 2] = np.linspace(head[2], self._floor, len(line))
            seen = visible(line[1:], self._field, view.eye, under=True)
            gc = self._gc(renderer, path.run.color, 1.25, 0.7)
            draw_parts(renderer, gc, view.pixels(line[1:]), seen[1:] & seen[:-1])
            gc.restore()


def draw_parts(renderer: Any, gc: Any, pixels: Array, wanted: Mask) -> None:
    """Draw those segments of a curve (m, 2) that are wanted (m - 1,), joined where they meet."""
    codes = np.full(len(pixels), Path.MOVETO, np.uint8)
    codes[1:][wanted] = Path.LINETO
    renderer.draw_path(gc, Path(pixels, codes), _STRAIGHT)
