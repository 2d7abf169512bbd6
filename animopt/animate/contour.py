"""PlaneDrawer: the surface from above as filled contours, with the paths on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from animopt.animate.artists import MovingArtist, TrailArtist, closed
from animopt.animate.auras import AuraArtist
from animopt.animate.axes import dots_in, heads_in, set_ticks, trail_in
from animopt.animate.colorbar import BarArtist
from animopt.animate.crowds import CrowdArtist, SampleArtist, StepArtist
from animopt.animate.forces import ForceArtist
from animopt.animate.heads import HeadArtist
from animopt.animate.lettering import CountArtist, LabelArtist
from animopt.animate.tails import TailArtist
from animopt.animate.text import spell
from animopt.picture.ground import VEIL, Ground
from animopt.picture.picture import Shown
from animopt.picture.plane import Plane, PlanePath
from animopt.picture.shapes import HEAD_SIZE, MARKS
from animopt.picture.tails import Tail
from animopt.picture.theme import Theme, blend
from animopt.picture.words import inked
from animopt.typing import Bounds

# Where matplotlib fills whatever is higher, it fills up to 1e250.
_HIGHEST = 1e249


class PlaneDrawer:
    """Draws a plane: the ground once; trails, heads, dots, forces and labels, which move."""

    projection: ClassVar[str | None] = None

    def __init__(self, plane: Plane, densities: tuple[int, int] = (1, 1)) -> None:
        self.plane = plane
        self._densities = densities

    def setup(self, ax: Any, shown: Shown) -> None:
        """Draw the ground, and create what moves."""
        plane, look, dpi = self.plane, shown.theme, shown.dpi
        ax.set(xlim=plane.x.limits, ylim=plane.y.limits)
        ax.set_aspect("equal" if plane.to_scale else "auto")
        ax.apply_aspect()
        across, upwards = self._densities
        set_ticks(ax.xaxis, plane.x.ticks[across])
        set_ticks(ax.yaxis, plane.y.ticks[upwards])
        ax.tick_params(length=3)
        _name_axes(ax, plane, shown)
        _draw_ground(ax, plane.ground, look)
        if plane.bar is not None:
            ax.add_artist(BarArtist(plane.bar, look.fills_of(plane.bar.count), look, dpi))
        self._ax = ax
        self._create(shown)

    def take(self, plane: Plane, shown: Shown) -> bool:
        """Show another plane with the same ground; return that what does not move is the same."""
        for artist in self.moving:
            artist.remove()
        self.plane = plane
        self._create(shown)
        return True

    def _create(self, shown: Shown) -> None:
        """Create what moves."""
        plane, ax, look, dpi = self.plane, self._ax, shown.theme, shown.dpi
        paths = plane.paths
        self.moving = path_artists(ax, paths, shown, plane.tail, plane.dots)
        heads = [heads_in(ax, path.heads) for path in paths]
        if any(path.aura is not None or path.collar is not None for path in paths):
            fills = look.fills_of(len(plane.ground.levels) - 1)
            self.moving.append(AuraArtist(paths, heads, fills, look.faint, dpi))
        crowds = [(path.starts, path.track.color) for path in paths if path.starts is not None]
        if crowds:
            self.moving.append(CrowdArtist(crowds, dpi))
        samples = [(path.samples, path.track.color) for path in paths if path.samples]
        if samples:
            self.moving.append(SampleArtist(samples, dpi))
        arrows = [path.arrows for path in paths]
        if arrows[0]:
            places = [each.places for each in heads]
            colors = [path.track.color for path in paths]
            self.moving.append(ForceArtist(places, arrows, colors, look, dpi))
        if plane.counts is not None:
            self.moving.append(CountArtist(plane.counts, plane.frame, look, dpi))
        if plane.labels is not None:
            self.moving.append(LabelArtist(plane.labels, dpi))
        for artist in self.moving:
            ax.add_artist(artist)

    def update(self, k: int) -> Sequence[MovingArtist]:
        """Turn to step k."""
        for artist in self.moving:
            artist.show(k)
        return self.moving


def path_artists(
    ax: Any, paths: Sequence[PlanePath], shown: Shown, tail: Tail, dots: bool
) -> list[MovingArtist]:
    """Return what draws the trails of paths in their axes, with a dot at each step, and heads."""
    look, dpi = shown.theme, shown.dpi
    tracks = [path.track for path in paths]
    trails = [
        trail_in(ax, path.trail, track.dash, dpi) for path, track in zip(paths, tracks, strict=True)
    ]
    heads = [heads_in(ax, path.heads) for path in paths]
    colors = [track.color for track in tracks]
    width = look.width(2.5)
    first: MovingArtist
    if tail.is_whole:
        first = TrailArtist(trails, colors, shown.shown, dpi, look.paper, width)
    else:
        first = TailArtist(trails, colors, dpi, tail, width, paper=look.paper)
    size = look.radius(HEAD_SIZE)
    found: list[MovingArtist] = [first, HeadArtist(heads, tracks, look, dpi, size)]
    if any(len(path.beyond.steps) for path in paths):
        outside = [trail_in(ax, path.beyond, (), dpi) for path in paths]
        pale = [blend(color, look.paper, 1 - VEIL) for color in colors]
        found.insert(1, TailArtist(outside, pale, dpi, tail, width / 2, zorder=10.5))
    if dots:
        steps = [dots_in(ax, track.points) for track in tracks]
        found.insert(1, StepArtist(steps, colors, look.paper, dpi, tail))
    return found


def _name_axes(ax: Any, plane: Plane, shown: Shown) -> None:
    """Write the names of the axes, cut short where they are wider than canvas or panel."""
    middle = np.reshape(plane.frame, (2, 2)).mean(axis=0)
    rooms = 2 * np.minimum(middle, ax.figure.bbox.size - middle)
    rooms = np.minimum(rooms, 1.25 * np.subtract(plane.box[2:], plane.box[:2]))
    across, upwards = (
        inked(axis.label, shown.theme).fitted(room, shown.dpi).text
        for axis, room in zip((plane.x, plane.y), rooms.tolist(), strict=True)
    )
    spell(ax.xaxis.label, across, shown.theme.fonts)
    spell(ax.yaxis.label, upwards, shown.theme.fonts)


def _ring(bounds: Bounds) -> list[tuple[float, float]]:
    """Return the corners around bounds, the first one twice."""
    (x0, x1), (y0, y1) = bounds
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]


def _draw_ground(ax: Any, ground: Ground, look: Theme) -> None:
    """Draw everything that does not move, back to front."""
    # The same lines, also where heights are beyond those that matplotlib takes for finite.
    shrunk = min(1.0, _HIGHEST / float(np.abs(ground.levels).max() or 1.0))
    levels = np.unique(ground.levels * shrunk)
    if len(levels) > 2:
        z = np.ma.masked_invalid(ground.z) * shrunk
        fills = look.fills_of(len(levels) - 1)
        colors = [fills[0], *fills, fills[-1]]
        ax.contourf(ground.x, ground.y, z, levels, colors=colors, extend="both", zorder=0)
        ax.contour(
            ground.x, ground.y, z, levels[1:-1],
            colors=look.faint, linewidths=0.5, linestyles="solid", zorder=1,
        )  # fmt: skip
    if ground.tints is not None:
        (x0, x1), (y0, y1) = ground.bounds
        ax.imshow(
            ground.tints, extent=(x0, x1, y0, y1), origin="lower",
            aspect=ax.get_aspect(), interpolation="nearest", zorder=0.5,
        )  # fmt: skip
        ax.set(xlim=ground.window[0], ylim=ground.window[1])
    if ground.window != ground.bounds:
        rings = [_ring(ground.window), _ring(ground.bounds)[::-1]]
        veil = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
        face = to_rgba(look.paper, VEIL)
        ax.add_patch(PathPatch(veil, facecolor=face, edgecolor=look.faint, lw=0.5, zorder=1.2))
    if ground.field is not None:
        grid, arrows, longest = ground.field
        ax.quiver(
            grid[..., 0], grid[..., 1], arrows[..., 0], arrows[..., 1],
            angles="xy", pivot="mid", color=look.faint, scale=1 / longest,
            width=0.0032, headwidth=4.5, headlength=5, headaxislength=4.5, zorder=1.5,
        )  # fmt: skip
    for guide in ground.guides:
        ax.plot(*guide.T, color=look.ink, linewidth=0.8, linestyle=(0, (4, 3)), zorder=2)
    for name, points in ground.marks.items():
        mark = MARKS[name]
        # Whole and above the frame, also where one lies on the edge.
        ax.plot(
            *points.T, linestyle="none", marker=closed(mark.outline),
            markersize=2 * mark.radius * look.strokes, markeredgewidth=mark.edge * look.strokes,
            markerfacecolor=look.paper, markeredgecolor=look.ink,
            zorder=2.6, clip_on=False,
        )  # fmt: skip
