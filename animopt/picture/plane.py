"""The plane: the surface from above as filled contours, with the paths on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from animopt.picture.clipping import Box, Heads, Trail, heads, trail, trimmed
from animopt.picture.counts import Counts, counts
from animopt.picture.forces import Arrows, forces
from animopt.picture.ground import Ground, ground
from animopt.picture.labels import Labels, labels
from animopt.picture.layout import Margins
from animopt.picture.shapes import ARROW, HEAD_SIZE
from animopt.picture.stage import Stage, boxes_of, equal_scale, fitted, pixels_of
from animopt.picture.tails import Tail
from animopt.picture.ticks import Axis, linear_axis
from animopt.picture.tracks import Track
from animopt.typing import Points

_TICKS = 6
# The height of an axis' name, in points.
_NAME = 13.0


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
    paths: tuple[PlanePath, ...]
    tail: Tail
    dots: bool
    counts: Counts | None
    labels: Labels | None


@dataclass
class ContourPanel:
    """Filled contours, guides and minima, drawn once; trails, heads and labels, which move.

    An ensemble is shown as a dot for each start and one path, that of the medians.
    """

    resolution: int = 240
    projection: ClassVar[str | None] = None
    margins: ClassVar = (30.0, 20.0, 9.0, 2.0)
    to_scale: ClassVar = True

    def room(self, stage: Stage) -> Margins:
        """Return the space around the axes, more where these have names."""
        left, bottom, right, top = self.margins
        more = _NAME if any(_names(stage)) else 0.0
        return left + more, bottom + more, right, top

    def compose(self, stage: Stage, box: Box) -> Plane:
        """Return the plane as it is seen in a box of pixels."""
        frame = fitted(box, stage.bounds)
        x, y = (
            linear_axis(*limits, _TICKS, label=label)
            for limits, label in zip(stage.bounds, _names(stage), strict=True)
        )
        paths = plane_paths(stage, frame)
        names, back = None, ground(stage, self.resolution)
        if stage.labelled:
            shown = list(stage.shown)
            points = np.stack([path.heads.places[shown] for path in paths], axis=1)
            marked = {
                name: pixels_of(at, stage.bounds, frame)[None] for name, at in back.marks.items()
            }
            seen = pixels_of(points, stage.bounds, frame)
            names = labels(stage, seen, frame, boxes_of(marked, stage))
        look, to_scale = stage.look, equal_scale(stage.bounds)
        tail = Tail(look.trail, look.fade)
        return Plane(
            box, frame, to_scale, x, y, back, tuple(paths), tail, look.dots, counts(stage), names
        )  # fmt: skip


def _names(stage: Stage) -> tuple[str, str]:
    """Return the names of the axes; those of a plain surface have none."""
    first, second = getattr(stage.problem.surface, "axes", None) or ("", "")
    return first, second


def plane_paths(stage: Stage, frame: Box) -> list[PlanePath]:
    """Return the paths as they are seen in a frame of pixels."""
    (x0, x1), (y0, y1) = stage.bounds
    room = x0, y0, x1, y1
    pixels = np.array([(frame[2] - frame[0]) / (x1 - x0), (frame[3] - frame[1]) / (y1 - y0)])
    tracks = stage.paths
    shown = [heads(track.points, room, 1 / pixels) for track in tracks]
    inside = [np.asarray(np.isnan(found.ways).any(axis=1)) for found in shown]
    points = [track.points for track in tracks]
    surface, arrow = stage.problem.surface, stage.px(HEAD_SIZE * ARROW)
    acting = forces(stage.look.forces, surface, points, inside, pixels, stage.px(1.0))
    return [
        PlanePath(
            track=group.track,
            trail=trimmed(trail(group.track.points, room, 1 / pixels), seen, 1 / pixels, arrow),
            heads=seen,
            starts=group.crowd,
            arrows=arrows,
            samples=group.samples,
        )
        for group, seen, arrows in zip(stage.groups, shown, acting, strict=True)
    ]
