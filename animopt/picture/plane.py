"""The plane: the surface from above as filled contours, with the paths on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from animopt.picture.clipping import Box, Heads, Trail, heads, trail
from animopt.picture.forces import Arrows, forces
from animopt.picture.ground import Ground, ground
from animopt.picture.labels import Labels, labels
from animopt.picture.layout import Margins
from animopt.picture.needs import HEIGHTS, POINTS, check_needs
from animopt.picture.stage import Stage, equal_scale, fitted, pixels_of
from animopt.picture.tails import Tail
from animopt.picture.ticks import Axis, linear_axis
from animopt.picture.tracks import Group, Track
from animopt.surfaces.surface import Surface
from animopt.typing import Array, Indices, Points

_TICKS = 6
# The corners of a halo.
_CORNERS = 64
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
        aura: how far the run is from the plane, or None.
        collar: which of the ground's fills has the loss of the run at each step, (steps + 1,), -1
            for none; None where the ground below it has that loss itself.
    """

    track: Track
    trail: Trail
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
    margins: ClassVar = (30.0, 20.0, 9.0, 2.0)
    to_scale: ClassVar = True
    needs: ClassVar = (POINTS,)

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
        back = ground(stage, self.resolution)
        paths = plane_paths(stage, frame, back.levels)
        names = None
        if stage.labelled:
            shown = list(stage.shown)
            points = np.stack([path.heads.places[shown] for path in paths], axis=1)
            names = labels(stage, pixels_of(points, stage.bounds, frame), frame)
        tail = Tail(stage.look.trail, stage.look.fade)
        return Plane(box, frame, equal_scale(stage.bounds), x, y, back, tuple(paths), tail, names)


def _names(stage: Stage) -> tuple[str, str]:
    """Return the names of the axes; those of a plain surface have none."""
    surface = stage.problem.surface
    first, second = getattr(surface, "axes", None) or ("", "")
    return ", ".join(filter(None, (first, getattr(surface, "aside", "")))), second


def plane_paths(stage: Stage, frame: Box, levels: Array) -> list[PlanePath]:
    """Return the paths as they are seen in a frame of pixels, on a ground with these levels."""
    (x0, x1), (y0, y1) = stage.bounds
    room = x0, y0, x1, y1
    pixels = np.array([(frame[2] - frame[0]) / (x1 - x0), (frame[3] - frame[1]) / (y1 - y0)])
    tracks = stage.paths
    shown = [heads(track.points, room, 1 / pixels) for track in tracks]
    inside = [np.asarray(np.isnan(found.ways).any(axis=1)) for found in shown]
    points = [track.points for track in tracks]
    surface = stage.problem.surface
    if "gradient" in stage.look.forces:
        check_needs(stage, "Scene(forces='gradient')", (HEIGHTS,))
    acting = forces(stage.look.forces, surface, points, inside, pixels, stage.px(1.0))
    return [
        PlanePath(
            track=group.track,
            trail=trail(group.track.points, room, 1 / pixels),
            heads=seen,
            starts=group.crowd,
            arrows=arrows,
            samples=group.samples,
            aura=_aura(surface, group),
            collar=_collar(group.track, levels),
        )
        for group, seen, arrows in zip(stage.groups, shown, acting, strict=True)
    ]


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
