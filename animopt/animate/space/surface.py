"""SurfacePanel: the surface in space, with the paths on it and what it hides behind it."""

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
from animopt.animate.space.box import Numbers, Walls
from animopt.animate.space.camera import best_angles, fit
from animopt.animate.space.heights import Heights
from animopt.animate.space.marks import marks, names, on_sheet
from animopt.animate.space.mesh import Lines3D, SurfaceMesh, lit
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

# Grid lines each way. Under a moving camera the sheet is drawn anew in every frame, a microsecond
# a triangle, so there it has as many as its bends need, within bounds; since colours flow over the
# triangles, even cells of sixteen pixels look smooth where the sheet bends evenly.
_STILL, _MOVING = 140, (20, 54)
# How far triangles may be off: half a pixel of height, two levels in 255 of the colour.
_HEIGHT_ERROR, _SHADE_ERROR = 0.002, 0.01


@dataclass
class SurfacePanel:
    """The sheet, contours on the floor, the paths on the sheet, hidden where they are hidden."""

    elev: float | None = None
    azim: float | None = None
    projection: str | None = "3d"

    def __post_init__(self) -> None:
        check_angles(type(self).__name__, elev=self.elev, azim=self.azim)

    def setup(self, ax: Any, stage: Stage) -> None:
        """Draw the sheet once and lay the paths on it."""
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
        fit(ax, room, box_aspect(scene), margin, [self._angles(k) for k in stage.shown])
        ax.add_artist(Walls(heights, stage.theme.faint, stage.theme.line))
        ax.add_artist(Numbers(heights, stage.theme))
        self._sheet(ax, stage, fine, whole)
        for mark in marks(stage, field):
            ax.add_artist(mark)
        sight = Sight(paths, field, still=space.camera is None)
        self._moving = self._movers(stage, field, sight, low)
        if stage.labelled:
            angles = [self._angles(k) for k in stage.shown]
            self._moving.append(names(ax, stage, sight, angles, room))
        for artist in self._moving:
            ax.add_artist(artist)

    def update(self, k: int) -> Sequence[Artist]:
        """Turn to step k; under a moving camera all that is in the axes moves."""
        for artist in self._moving:
            artist.show(k)
        if self._camera is None:
            return self._moving
        elev, azim = self._angles(k)
        self._ax.view_init(elev=elev, azim=azim)
        # Each finds its view by itself, so the axes need not be drawn, which costs a tenth more.
        return list(self._ax.artists)

    def _angles(self, k: int) -> tuple[float, float]:
        """Return the camera's angles at a step; it moves steadily in the time of the clock."""
        if self._camera is None:
            return self._rest
        moments = np.linspace(0.0, 1.0, len(self._shown))
        return self._camera.at(float(np.interp(k, self._shown, moments)), *self._rest)

    def _movers(
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

    def _sheet(self, ax: Any, stage: Stage, fine: HeightField, whole: HeightField) -> None:
        look, space = stage.theme, stage.scene.space
        low, high = ax.get_zlim()
        field = HeightField(whole.x, whole.y, within(whole.z, low, high))
        levels = contour_levels(within(fine.z, low, high))
        shade = shades(whole.z, levels)
        held = HeightField(whole.x, whole.y, np.clip(whole.z, low, high))
        colors = lit(held, look.sheets, shade, box_aspect(stage.scene), high - low)
        ax.add_artist(SurfaceMesh(whole, colors, (low, high), space.alpha))
        # Where the lines run does not depend on how coarsely the sheet is drawn.
        every = 1 if space.camera is None else 3
        lines = [
            line[np.unique(np.r_[: len(line) : every, len(line) - 1])]
            for line in level_lines(fine.x, fine.y, fine.z, levels[1:-1].tolist())
        ]
        if space.contours in ("floor", "both"):
            floor = [np.column_stack([line, np.full(len(line), low)]) for line in lines]
            ax.add_artist(Lines3D(floor, look.faint, 0.85, zorder=0.5))
        if space.contours in ("surface", "both"):
            curves = [on_sheet(whole, line) for line in lines]
            ax.add_artist(Lines3D(curves, look.ink, 0.5, zorder=2, field=field))
        if space.wireframe:
            ax.add_artist(Lines3D(_wires(field), look.faint, 0.55, zorder=2, field=field))


def within(z: Array, low: float, high: float) -> Array:
    """Return the heights between two limits, NaN for the others."""
    with np.errstate(invalid="ignore"):
        return np.where((z >= low) & (z <= high), z, np.nan)


def shades(z: Array, levels: Array) -> Array:
    """Return where heights lie between the levels, 0 to 1: from level to level evenly."""
    return np.interp(z, levels, np.linspace(0, 1, len(levels)))


def lines_needed(z: Array, least: int, most: int) -> int:
    """Return how many grid lines each way let triangles follow a sheet, given on a fine grid.

    Between points h apart a chord misses the curve by h² |f''| / 8, and a second difference is
    h² f'', so the error on any other grid follows. The 2 % that bend most do not count: a fold
    looks the same on a fine grid.
    """
    needed = float(least)
    levels = contour_levels(z)
    for values, error in (
        (z / (levels[-1] - levels[0]), _HEIGHT_ERROR),
        (shades(z, levels), _SHADE_ERROR),
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
    """Return some of the grid's lines (m, 3), about 24 each way."""
    every = max(1, len(field.x) // 24)
    grid = np.stack([*np.meshgrid(field.x, field.y), field.z], axis=-1)
    return [*grid[::every], *grid[:, ::every].swapaxes(0, 1)]


def height_limits(scene: Scene, z: Array) -> tuple[float, float]:
    """Return the lowest and the highest height to show: the scene's, or those of the grid."""
    if scene.zlim is not None:
        return scene.zlim
    finite = z[np.isfinite(z)]
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if low < high else (low - 0.5, low + 0.5)


def box_aspect(scene: Scene) -> tuple[float, float, float]:
    """Return the proportions of the box: true to scale on the floor where that is sensible."""
    width, depth = (high - low for low, high in scene.bounds) if equal_scale(scene) else (1.0, 1.0)
    side = max(width, depth)
    return width / side, depth / side, 0.62
