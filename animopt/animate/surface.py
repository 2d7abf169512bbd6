"""SurfacePanel: the surface in space, with the paths on it and what it hides behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import contourpy
import numpy as np

from animopt.animate.artists import MovingArtist
from animopt.animate.box import Numbers, Walls
from animopt.animate.camera import best_angles, fit
from animopt.animate.levels import contour_levels
from animopt.animate.mesh import Lines3D, SurfaceMesh, clipped, lit
from animopt.animate.space import HeightField
from animopt.animate.spacepaths import SpaceHeads, SpacePath, SpaceTrails
from animopt.animate.stage import Stage, equal_scale, pixel_box
from animopt.scene import Scene
from animopt.typing import Array


@dataclass
class SurfacePanel:
    """The sheet, contours on the floor, the paths on the sheet, hidden where they are hidden."""

    elev: float | None = None
    azim: float | None = None
    resolution: int = 140
    projection: str | None = "3d"

    def setup(self, ax: Any, stage: Stage) -> None:
        """Draw the sheet once and lay the paths on it."""
        scene = stage.scene
        assert scene.bounds is not None
        x, y, z = scene.surface.grid(self.resolution, self.resolution, scene.bounds)
        low, high = height_limits(scene, z)
        with np.errstate(invalid="ignore"):
            field = HeightField(x, y, np.where((z >= low) & (z <= high), z, np.nan))
        ax.computed_zorder = False
        ax.set(xlim=scene.bounds[0], ylim=scene.bounds[1], zlim=(low, high))
        room = pixel_box(ax)
        paths = [SpacePath.on(field, run) for run in stage.runs]
        elev, azim = best_angles(ax, field, paths, self.elev, self.azim)
        ax.view_init(elev=elev, azim=azim)
        fit(ax, room, box_aspect(scene), margin=(stage.px(20), stage.px(12)))
        ax.set_axis_off()
        ax.add_artist(Walls(stage.theme.faint, stage.theme.line))
        ax.add_artist(Numbers(stage.theme.ink))
        self._sheet(ax, stage, HeightField(x, y, z), low, high)
        self.moving: list[MovingArtist] = [
            SpaceTrails(paths, field, stage.dpi),
            SpaceHeads(paths, field, stage.theme.paper, stage.dpi),
        ]
        for artist in self.moving:
            ax.add_artist(artist)

    def update(self, k: int) -> Sequence[MovingArtist]:
        """Turn to step k."""
        for artist in self.moving:
            artist.show(k)
        return self.moving

    def _sheet(self, ax: Any, stage: Stage, whole: HeightField, low: float, high: float) -> None:
        look = stage.theme
        levels = contour_levels(np.where((whole.z >= low) & (whole.z <= high), whole.z, np.nan))
        shade = np.interp(whole.z, levels, np.linspace(0, 1, len(levels)))
        corners = clipped(whole, low, high)
        solid = HeightField(whole.x, whole.y, np.where(np.isnan(corners[..., 2]), np.nan, whole.z))
        held = HeightField(whole.x, whole.y, np.clip(solid.z, low, high))
        faces = lit(held, look.sheets, shade, box_aspect(stage.scene))
        ax.add_artist(SurfaceMesh(held, corners, faces))
        floor = [
            np.column_stack([curve, np.full(len(curve), low)])
            for level in levels[1:-1]
            for curve in _contour_lines(whole, float(level))
        ]
        ax.add_artist(Lines3D(floor, look.faint, 0.6, zorder=0.5))


def _contour_lines(field: HeightField, level: float) -> list[Array]:
    generator = contourpy.contour_generator(field.x, field.y, np.ma.masked_invalid(field.z))
    return [np.asarray(line) for line in generator.lines(level)]


def height_limits(scene: Scene, z: Array) -> tuple[float, float]:
    """Return the lowest and the highest height to show: the scene's, or those of the grid."""
    if scene.zlim is not None:
        return float(scene.zlim[0]), float(scene.zlim[1])
    finite = z[np.isfinite(z)]
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if low < high else (low - 0.5, low + 0.5)


def box_aspect(scene: Scene) -> tuple[float, float, float]:
    """Return the proportions of the box: true to scale on the floor where that is sensible."""
    assert scene.bounds is not None
    width, depth = (high - low for low, high in scene.bounds) if equal_scale(scene) else (1.0, 1.0)
    side = max(width, depth)
    return width / side, depth / side, 0.62
