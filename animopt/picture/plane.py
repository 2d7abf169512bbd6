"""The plane: the surface from above as filled contours, with the paths on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from animopt.picture.clipping import Box, Heads, Trail, heads, trail
from animopt.picture.colorbar import Bar, bar_beside, bar_room
from animopt.picture.forces import Arrows, forces
from animopt.picture.ground import Ground, ground
from animopt.picture.labels import Labels, labels
from animopt.picture.margins import Margins, below, room
from animopt.picture.stage import (
    Stage,
    axis_names,
    equal_scale,
    fitted,
    pixels_of,
    widened,
)
from animopt.picture.tails import Tail
from animopt.picture.ticks import Axis, linear_axis
from animopt.picture.tracks import Track
from animopt.typing import Bounds, Points

_TICKS = 6


@dataclass(frozen=True, eq=False)
class PlanePath:
    """One path in plane coordinates.

    Attributes:
        track: whose path it is.
        trail, heads: what is seen of it.
        starts: every path of an ensemble, (n, steps + 1, 2), drawn as dots, or None.
        arrows: the forces at the head.
        samples: the points that were evaluated in each step, (m, 2) each, or none.
    """

    track: Track
    trail: Trail
    heads: Heads
    starts: Points | None
    arrows: Arrows
    samples: tuple[Points, ...]


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
    labels: Labels | None


@dataclass
class ContourPanel:
    """Filled contours, guides and minima, drawn once; trails, heads and labels, which move.

    An ensemble is shown as a dot for each start and one path, that of the medians.
    """

    resolution: int = 240
    projection: ClassVar[str | None] = None
    to_scale: ClassVar = True

    def room(self, stage: Stage) -> Margins:
        """Return the space around the axes, for their numbers and names."""
        left, bottom, right, top = room(stage, *_axes(stage, stage.bounds))
        return left, bottom, right + bar_room(stage), top

    def compose(self, stage: Stage, box: Box) -> Plane:
        """Return the plane as it is seen in a box of pixels."""
        window = widened(stage, box)
        frame = fitted(box, window)
        x, y = _axes(stage, window, frame[2] - frame[0])
        paths = plane_paths(stage, frame, window)
        names = None
        if stage.labelled:
            shown = list(stage.shown)
            points = np.stack([path.heads.places[shown] for path in paths], axis=1)
            names = labels(stage, pixels_of(points, window, frame), frame)
        tail = Tail(stage.look.trail, stage.look.fade)
        back = ground(stage, self.resolution, window)
        return Plane(
            box, frame, equal_scale(stage.bounds), x, y, back, bar_beside(stage, frame),
            tuple(paths), tail, names,
        )  # fmt: skip


def _axes(stage: Stage, window: Bounds, wide: float = math.inf) -> tuple[Axis, Axis]:
    """Return the axes of a window that is so many pixels wide."""
    (across, upwards), (first, second) = window, axis_names(stage)
    x = below(stage, lambda count: linear_axis(*across, count, name=first), _TICKS, wide)
    return x, linear_axis(*upwards, _TICKS, name=second)


def plane_paths(stage: Stage, frame: Box, window: Bounds) -> list[PlanePath]:
    """Return the paths as they are seen in a window that fills a frame of pixels."""
    (x0, x1), (y0, y1) = stage.bounds
    limits = x0, y0, x1, y1
    pixels = np.subtract(frame[2:], frame[:2]) / np.diff(window).ravel()
    tracks = stage.paths
    shown = [heads(track.points, limits, 1 / pixels) for track in tracks]
    inside = [np.asarray(np.isnan(found.ways).any(axis=1)) for found in shown]
    points = [track.points for track in tracks]
    surface = stage.problem.surface
    acting = forces(stage.look.forces, surface, points, inside, pixels, stage.px(1.0))
    return [
        PlanePath(
            track=group.track,
            trail=trail(group.track.points, limits, 1 / pixels),
            heads=seen,
            starts=group.crowd,
            arrows=arrows,
            samples=group.samples,
        )
        for group, seen, arrows in zip(stage.groups, shown, acting, strict=True)
    ]
