"""PlaneDrawer: the surface from above as filled contours, with the paths on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from matplotlib.colors import BoundaryNorm

from animopt.animate.artists import HeadArtist, MovingArtist, TrailArtist, closed
from animopt.animate.axes import heads_in, set_ticks, trail_in
from animopt.animate.crowds import CrowdArtist, SampleArtist
from animopt.animate.forces import ForceArtist
from animopt.animate.lettering import LabelArtist
from animopt.animate.tails import TailArtist
from animopt.animate.text import spell
from animopt.picture.ground import Ground
from animopt.picture.picture import Shown
from animopt.picture.plane import Plane
from animopt.picture.shapes import MARKS
from animopt.picture.theme import Theme


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
        spell(ax.xaxis.label, plane.x.label, look.fonts)
        spell(ax.yaxis.label, plane.y.label, look.fonts)
        _draw_ground(ax, plane.ground, look)
        paths = plane.paths
        colors = [path.track.color for path in paths]
        markers = [path.track.marker for path in paths]
        trails = [trail_in(ax, path.trail) for path in paths]
        heads = [heads_in(ax, path.heads) for path in paths]
        width = look.width(2.5)
        if plane.tail.is_whole:
            trail = TrailArtist(trails, colors, shown.shown, dpi, width)
            self.moving: list[MovingArtist] = [trail]
        else:
            self.moving = [TailArtist(trails, colors, dpi, plane.tail, width)]
        size = look.radius(3.6)
        self.moving.append(HeadArtist(heads, colors, markers, look.paper, dpi, size))
        crowds = [(path.starts, path.track.color) for path in paths if path.starts is not None]
        if crowds:
            self.moving.append(CrowdArtist(crowds, dpi))
        samples = [(path.samples, path.track.color) for path in paths if path.samples]
        if samples:
            self.moving.append(SampleArtist(samples, dpi))
        arrows = [path.arrows for path in paths]
        if arrows[0]:
            places = [each.places for each in heads]
            self.moving.append(ForceArtist(places, arrows, colors, look, dpi))
        if plane.labels is not None:
            self.moving.append(LabelArtist(plane.labels, dpi))
        for artist in self.moving:
            ax.add_artist(artist)

    def update(self, k: int) -> Sequence[MovingArtist]:
        """Turn to step k."""
        for artist in self.moving:
            artist.show(k)
        return self.moving


def _draw_ground(ax: Any, ground: Ground, look: Theme) -> None:
    """Draw everything that does not move, back to front."""
    levels = ground.levels
    if len(levels) > 2:
        z = np.ma.masked_invalid(ground.z)
        norm = BoundaryNorm(levels, look.fills.N)
        ax.contourf(ground.x, ground.y, z, levels, cmap=look.fills, norm=norm, zorder=0)
        ax.contour(
            ground.x, ground.y, z, levels,
            colors=look.faint, linewidths=0.5, linestyles="solid", zorder=1,
        )  # fmt: skip
    if ground.tints is not None:
        (x0, x1), (y0, y1) = ground.bounds
        ax.imshow(
            ground.tints, extent=(x0, x1, y0, y1), origin="lower",
            aspect=ax.get_aspect(), interpolation="nearest", zorder=0.5,
        )  # fmt: skip
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
