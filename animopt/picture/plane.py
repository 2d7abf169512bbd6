"""The plane: the surface from above as filled contours, with the paths on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from animopt.picture.clipping import Box, Heads, Trail, beyond, heads, trail, trimmed
from animopt.picture.colorbar import Bar, bar_beside, bar_room
from animopt.picture.counts import Counts, counts
from animopt.picture.forces import Arrows, forces
from animopt.picture.ground import Ground, ground
from animopt.picture.labels import Labels, labels
from animopt.picture.margins import Margins, below, room
from animopt.picture.needs import HEIGHTS, POINTS, check_needs
from animopt.picture.shapes import MARKS, TRIM
from animopt.picture.stage import (
    Stage,
    axis_names,
    boxes_of,
    equal_scale,
    fitted,
    pixels_of,
    start_mark,
    widened,
)
from animopt.picture.tails import Tail
from animopt.picture.ticks import Axis, linear_axis
from animopt.picture.tracks import Group, Track
from animopt.surfaces.surface import Surface
from animopt.typing import Array, Bounds, Indices, Points

_TICKS = 6
# The corners of a halo.
_CORNERS = 64


@dataclass(frozen=True, eq=False)
class PlanePath:
    """One path in plane coordinates.

    Attributes:
        track: whose path it is.
        trail, heads: what is seen of it in the bounds.
        beyond: what is seen of it in the rest of the window, which is thin and pale.
        starts: every path of an ensemble, (n, steps + 1, 2), drawn as dots, or None.
        arrows: the forces at the head.
        samples: the points that were evaluated in each step, (m, 2) each, or none.
        aura: how far the run is from the plane, or None.
        collar: which of the ground's fills has the loss of the run at each step, (steps + 1,), -1
            for none; None where the ground below it has that loss itself.
    """

    track: Track
    trail: Trail
    beyond: Trail
    heads: Heads
    starts: Points | None
    arrows: Arrows
    samples: tuple[Points, ...]
    aura: Aura | None
    collar: Indices | None


@dataclass(frozen=True, eq=False)
class Aura:
    """A halo around a head: all of the plane that is no farther from it than the run itself is.

    It is the unit ``outline``, (m, 2) in the units of the plane, times the ``radii``, (steps + 1,).
    """

    outline: Array
    radii: Array


@dataclass(frozen=True, eq=False)
class Plane:
    """A contour panel.

    Attributes:
        box: the pixels that it may fill.
        frame: the pixels that it fills: a part of the box where x and y are to scale.
        to_scale: whether they are.
        x, y: the axes.
        ground: what does not move.
        bar: its colours, or None.
        paths: one for each run.
        tail: how much of them is seen.
        dots: whether there is a dot at each step.
        counts: the numbers at the minima, or None.
        labels: the names at the heads, or None.
    """

    box: Box
    frame: Box
    to_scale: bool
    x: Axis
    y: Axis
    ground: Ground
    bar: Bar | None
    paths: tuple[PlanePath, ...]
    tail: Tail
    dots: bool
    counts: Counts | None
    labels: Labels | None

    def only(self, tracks: Sequence[Track]) -> Plane:
        """Return the same with the paths of no other tracks."""
        return replace(self, paths=tuple(each for each in self.paths if each.track in tracks))


@dataclass
class ContourPanel:
    """Filled contours, guides and minima, drawn once; trails, heads and labels, which move.

    An ensemble is shown as a dot for each start and one path, that of the medians.
    """

    resolution: int = 240
    projection: ClassVar[str | None] = None
    to_scale: ClassVar = True
    needs: ClassVar = (POINTS,)

    def room(self, stage: Stage) -> Margins:
        """Return the space around the axes, for their numbers and names."""
        left, bottom, right, top = room(stage, *_axes(stage, stage.bounds))
        return left, bottom, right + bar_room(stage), top

    def compose(self, stage: Stage, box: Box) -> Plane:
        """Return the plane as it is seen in a box of pixels."""
        window = widened(stage, box)
        frame = fitted(box, window)
        x, y = _axes(stage, window, frame[2] - frame[0])
        paths = plane_paths(stage.everyone, frame, window, stage.levels)
        names, back = None, ground(stage, self.resolution, window)
        if stage.labelled:
            names = _names(stage, paths[: len(stage.groups)], back, window, frame)
        look, to_scale = stage.look, equal_scale(stage.bounds)
        tail = Tail(look.trail, look.fade)
        return Plane(
            box, frame, to_scale, x, y, back, bar_beside(stage, frame), tuple(paths), tail,
            look.dots, counts(stage, window), names,
        )  # fmt: skip


def _names(
    stage: Stage, paths: Sequence[PlanePath], back: Ground, window: Bounds, frame: Box
) -> Labels:
    """Return the names at the heads of paths in a window that fills a frame of pixels."""
    shown = list(stage.shown)
    points = np.stack([path.heads.places[shown] for path in paths], axis=1)
    ways = np.stack([path.heads.ways[shown] for path in paths], axis=1)
    marked = [(MARKS[name], at) for name, at in back.marks.items()]
    started = [path.heads.places[0] for path in paths if np.isnan(path.heads.ways[0]).all()]
    marked.append((start_mark(stage), np.reshape(started, (-1, 2))))
    boxes = boxes_of([(mark, pixels_of(at, window, frame)[None]) for mark, at in marked], stage)
    scale = np.subtract(frame[2:], frame[:2]) / np.ptp(window, axis=1)
    return labels(stage, pixels_of(points, window, frame), ways * scale, frame, boxes)


def _axes(stage: Stage, window: Bounds, wide: float = math.inf) -> tuple[Axis, Axis]:
    """Return the axes of a window that is so many pixels wide."""
    (across, upwards), (first, second) = window, axis_names(stage)
    first = ", ".join(filter(None, (first, getattr(stage.problem.surface, "aside", ""))))
    x = below(stage, lambda count: linear_axis(*across, count, name=first), _TICKS, wide)
    y = linear_axis(*upwards, _TICKS, name=second)
    return (x, y) if stage.look.axes else (x.bare, y.bare)


def plane_paths(stage: Stage, frame: Box, window: Bounds, levels: Array) -> list[PlanePath]:
    """Return the paths as they are seen in a window that fills a frame, on a ground of levels."""
    limits, around = _box(stage.bounds), _box(window)
    pixels = np.subtract(frame[2:], frame[:2]) / np.diff(window).ravel()
    tracks = stage.paths
    shown = [heads(track.points, limits, 1 / pixels) for track in tracks]
    inside = [np.asarray(np.isnan(found.ways).any(axis=1)) for found in shown]
    points = [track.points for track in tracks]
    surface, reach = stage.problem.surface, stage.px(TRIM)
    if "gradient" in stage.look.forces:
        check_needs(stage, "Scene(forces='gradient')", (HEIGHTS,))
    acting = forces(stage.look.forces, surface, points, inside, pixels, stage.px(1.0))
    return [
        PlanePath(
            track=group.track,
            trail=trimmed(trail(group.track.points, limits, 1 / pixels), seen, 1 / pixels, reach),
            beyond=beyond(group.track.points, limits, around, 1 / pixels),
            heads=seen,
            starts=group.crowd,
            arrows=arrows,
            samples=group.samples,
            aura=_aura(surface, group),
            collar=_collar(group.track, levels),
        )
        for group, seen, arrows in zip(stage.groups, shown, acting, strict=True)
    ]


def _box(bounds: Bounds) -> Box:
    (x0, x1), (y0, y1) = bounds
    return x0, y0, x1, y1


def _aura(surface: Surface, group: Group) -> Aura | None:
    radii = group.off_plane
    if radii is None:
        return None
    angles = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    return Aura(circle @ getattr(surface, "unit", np.eye(2)), radii)


def _collar(track: Track, levels: Array) -> Indices | None:
    if track.below is None or len(levels) < 3:
        return None
    fills = np.searchsorted(levels[1:-1], track.values, side="right")
    return np.where(np.isfinite(track.values), fills, -1)
