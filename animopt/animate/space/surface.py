"""SurfacePanel: the surface in three dimensions, with the paths on it and those it hides."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist

from animopt.animate.artists import MovingArtist
from animopt.animate.levels import contour_levels
from animopt.animate.outlines import level_lines
from animopt.animate.space.box import TickLabels, Walls
from animopt.animate.space.camera import best_angles, fit
from animopt.animate.space.heights import Heights
from animopt.animate.space.marks import labels, marks
from animopt.animate.space.mesh import Lines3D, SurfaceMesh, shaded
from animopt.animate.space.paths import (
    Sight,
    SpaceCrowds,
    SpaceDrops,
    SpaceHeads,
    SpacePath,
    SpaceShadow,
    SpaceTrails,
)
from animopt.animate.space.visibility import HeightField
from animopt.animate.stage import Stage, equal_scale, pixel_box
from animopt.checks import check_angles
from animopt.scene import Scene
from animopt.typing import Array

# Grid lines each way. Under a moving camera the sheet is redrawn in every frame, at a microsecond
# a triangle, so it has only as many lines as its curvature requires, within bounds. Colours are
# interpolated over the triangles, so even cells of sixteen pixels look smooth where it is smooth.
_STILL, _MOVING = 140, (20, 54)
# How far triangles may be off: half a pixel of height, two levels in 255 of the colour.
_HEIGHT_ERROR, _SHADE_ERROR = 0.002, 0.01


@dataclass
class SurfacePanel:
    """The surface as a sheet with the paths on it, faint where it hides them; contours below."""

    elev: float | None = None
    azim: float | None = None
    projection: str | None = "3d"

    def __post_init__(self) -> None:
        check_angles(type(self).__name__, elev=self.elev, azim=self.azim)

    def setup(self, ax: Any, stage: Stage) -> None:
        """Draw the sheet and its surroundings, and create the artists that move."""
        scene, space = stage.scene, stage.scene.space
        room = pixel_box(ax)
        x, y, z = scene.surface.grid(_STILL, _STILL, scene.bounds)
        heights = Heights(*height_limits(scene, z), log=space.log)
        low, high = heights.limits
        fine = HeightField(x, y, heights.forward(z))
        if space.camera is not None:
            count = lines_needed(within(fine.z, low, high), *_MOVING)
            x, y, z = scene.surface.grid(count, count, scene.bounds)
        whole = HeightField(x, y, heights.forward(z))
        field = HeightField(x, y, within(whole.z, low, high))
        ax.computed_zorder = False
        ax.set_axis_off()
        ax.patch.set_visible(False)
        ax.set_proj_type(space.projection)
        ax.set(xlim=scene.bounds[0], ylim=scene.bounds[1], zlim=(low, high))
        paths = [SpacePath.on(whole, heights.limits, run, space.chord) for run in stage.paths]
        self._ax, self._camera, self._shown = ax, space.camera, stage.shown
        elev = scene.elev if self.elev is None else self.elev
        azim = scene.azim if self.azim is None else self.azim
        self._rest = best_angles(ax, field, paths, elev, azim)
        margin = (stage.px(20), stage.px(12))
        angles = [self._angles(k) for k in stage.shown]
        fit(ax, room, box_aspect(scene), margin, angles)
        ax.add_artist(Walls(heights, stage.theme.faint, stage.theme.line))
        ax.add_artist(TickLabels(heights, stage.theme))
        self._draw_sheet(ax, stage, fine, whole, field)
        for mark in marks(stage, field):
            ax.add_artist(mark)
        sight = Sight(paths, field, still=space.camera is None)
        self._moving = self._make_movers(stage, field, sight, low)
        if stage.labelled:
            self._moving.append(labels(ax, stage, sight, angles, room))
        for artist in self._moving:
            ax.add_artist(artist)

    def update(self, k: int) -> Sequence[Artist]:
        """Turn to step k; if the camera moves, so does every artist of the axes."""
        for artist in self._moving:
            artist.show(k)
        if self._camera is None:
            return self._moving
        elev, azim = self._angles(k)
        self._ax.view_init(elev=elev, azim=azim)
        # Each artist looks up the view itself, so drawing the axes, a tenth slower, is not needed.
        return list(self._ax.artists)

    def _angles(self, k: int) -> tuple[float, float]:
        """Return the camera's angles at a step; its progress is even over the shown pictures."""
        if self._camera is None:
            return self._rest
        moments = np.linspace(0.0, 1.0, len(self._shown))
        return self._camera.at(float(np.interp(k, self._shown, moments)), *self._rest)

    def _make_movers(
        self, stage: Stage, field: HeightField, sight: Sight, low: float
    ) -> list[MovingArtist]:
        space, dpi, paths = stage.scene.space, stage.dpi, sight.paths
        movers: list[MovingArtist] = []
        if space.shadow:
            movers.append(SpaceShadow(paths, field, stage.theme.ink, low, dpi))
        if space.drops:
            movers.append(SpaceDrops(paths, field, low, dpi))
        movers.append(SpaceTrails(sight, dpi, stage.scene))
        if stage.scene.is_ensemble:
            movers.append(SpaceCrowds(stage.groups, field, dpi))
        movers.append(SpaceHeads(sight, stage.theme.paper, dpi))
        return movers

    def _draw_sheet(
        self, ax: Any, stage: Stage, fine: HeightField, whole: HeightField, field: HeightField
    ) -> None:
        look, space = stage.theme, stage.scene.space
        low, high = ax.get_zlim()
        levels = contour_levels(within(fine.z, low, high))
        fractions = level_fractions(whole.z, levels)
        z = np.clip(whole.z, low, high)
        colors = shaded(z, look.sheets, fractions, box_aspect(stage.scene), high - low)
        ax.add_artist(SurfaceMesh(whole, colors, (low, high), space.alpha))
        # The lines are those of the fine grid, however coarse the drawn sheet is.
        every = 1 if space.camera is None else 3
        lines = [
            line[np.unique(np.r_[: len(line) : every, len(line) - 1])]
            for line in level_lines(fine.x, fine.y, fine.z, levels[1:-1].tolist())
        ]
        if space.contours in ("floor", "both"):
            floor = [np.column_stack([line, np.full(len(line), low)]) for line in lines]
            ax.add_artist(Lines3D(floor, look.faint, 0.85, zorder=0.5))
        if space.contours in ("surface", "both"):
            curves = [whole.drape(line) for line in lines]
            ax.add_artist(Lines3D(curves, look.ink, 0.5, zorder=2, field=field))
        if space.wireframe:
            ax.add_artist(Lines3D(_wires(field), look.faint, 0.55, zorder=2, field=field))


def within(z: Array, low: float, high: float) -> Array:
    """Return the heights between two limits, NaN for the others."""
    with np.errstate(invalid="ignore"):
        return np.where((z >= low) & (z <= high), z, np.nan)


def level_fractions(z: Array, levels: Array) -> Array:
    """Return heights on a scale from 0 to 1 on which the levels are evenly spaced."""
    return np.interp(z, levels, np.linspace(0, 1, len(levels)))


def lines_needed(z: Array, least: int, most: int) -> int:
    """Return how many grid lines each way a sheet needs to look smooth, ``least`` to ``most``.

    z is given on a fine grid. Between points h apart a chord misses the curve by h² |f''| / 8, and
    a second difference is h² f'', so the error on any other grid follows. The 2 % that bend most do
    not count: a fold looks the same on a fine grid.
    """
    needed = float(least)
    levels = contour_levels(z)
    for values, error in (
        (z / (levels[-1] - levels[0]), _HEIGHT_ERROR),
        (level_fractions(z, levels), _SHADE_ERROR),
    ):
        middle = values[1:-1, 1:-1]
        bends = np.abs(
            [
                values[:-2, 1:-1] - 2 * middle + values[2:, 1:-1],
                values[1:-1, :-2] - 2 * middle + values[1:-1, 2:],
                values[:-2, :-2] - 2 * middle + values[2:, 2:],
            ]
        )
        known = bends[np.isfinite(bends)]
        if len(known):
            miss = float(np.quantile(known, 0.98)) / 8
            needed = max(needed, math.ceil((len(z) - 1) * math.sqrt(miss / error)))
    return int(min(needed, most))


def _wires(field: HeightField) -> list[Array]:
    """Return the wireframe: some of the grid's lines (m, 3), about 24 each way."""
    every = max(1, len(field.x) // 24)
    grid = np.stack([*np.meshgrid(field.x, field.y), field.z], axis=-1)
    return [*grid[::every], *grid[:, ::every].swapaxes(0, 1)]


def height_limits(scene: Scene, z: Array) -> tuple[float, float]:
    """Return the lowest and highest height to show: the scene's limits, or those of the grid."""
    if scene.zlim is not None:
        return scene.zlim
    finite = z[np.isfinite(z)]
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if low < high else (low - 0.5, low + 0.5)


def box_aspect(scene: Scene) -> tuple[float, float, float]:
    """Return the proportions (x, y, z) of the box; x and y to scale unless that makes it narrow."""
    width, depth = (high - low for low, high in scene.bounds) if equal_scale(scene) else (1.0, 1.0)
    side = max(width, depth)
    return width / side, depth / side, 0.62
