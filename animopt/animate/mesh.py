"""The surface in space: one quad mesh, drawn from back to front, lit from a fixed direction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import Colormap, to_rgba
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from animopt.animate.space import HeightField, View
from animopt.typing import Array, Indices

_STRAIGHT = IdentityTransform()
_LIGHT = np.array([-0.45, -0.55, 0.7]) / np.linalg.norm([-0.45, -0.55, 0.7])


class SurfaceMesh(Artist):
    """The sheet of a height field, in the view its axes has when it is drawn.

    ``corners`` are the vertices (ny, nx, 3), NaN where there is no sheet; ``faces`` the colours
    (ny - 1, nx - 1, 4).
    """

    def __init__(self, field: HeightField, corners: Array, faces: Array, zorder: float = 1) -> None:
        super().__init__()
        self.set_zorder(zorder)
        self._field = field
        self._corners = corners
        self._faces = faces

    def draw(self, renderer: Any) -> None:
        """Draw up to four blocks of the grid, each ordered so that nearer cells come last."""
        if not self.get_visible():
            return
        view = View.of(self.axes)
        gc = renderer.new_gc()
        gc.set_linewidth(renderer.points_to_pixels(0.35))
        pixels = view.pixels(self._corners)
        for rows in towards(self._field.y, view.eye[1], view.eye[3] == 0):
            for columns in towards(self._field.x, view.eye[0], view.eye[3] == 0):
                self._block(renderer, gc, pixels, rows, columns)
        gc.restore()
        self.stale = False

    def _block(
        self, renderer: Any, gc: Any, pixels: Array, rows: Indices, columns: Indices
    ) -> None:
        block = pixels[np.ix_(rows, columns)]
        cells = np.ix_(np.minimum(rows[:-1], rows[1:]), np.minimum(columns[:-1], columns[1:]))
        faces = self._faces[cells].reshape(-1, 4)
        height, width = block.shape[0] - 1, block.shape[1] - 1
        renderer.draw_quad_mesh(
            gc, _STRAIGHT, width, height, block, np.zeros((1, 2)), _STRAIGHT, faces, True, faces
        )


def towards(ticks: Array, eye: float, parallel: bool) -> list[Indices]:
    """Return runs of grid indices, each going towards the eye, that cover all cells once."""
    order = np.arange(len(ticks))
    if parallel:
        return [order if eye >= 0 else order[::-1]]
    split = int(np.clip(np.searchsorted(ticks, eye), 0, len(ticks) - 1))
    runs = [order[: split + 1], order[split:][::-1]]
    return [run for run in runs if len(run) > 1]


def lit(field: HeightField, sheet: Colormap, shade: Array, box: Sequence[float]) -> Array:
    """Return the colour of each cell (ny - 1, nx - 1, 4).

    ``shade`` in [0, 1], (ny, nx), picks the colour; the slope, in the proportions of the box,
    picks its brightness. The shades are quantized, so that a palette of 256 can hold them.
    """
    z = field.z
    scale = box[2] / max(float(np.nanmax(z) - np.nanmin(z)), 1e-300)
    dz_dy, dz_dx = np.gradient(
        z * scale,
        np.linspace(0, box[1], len(field.y)),
        np.linspace(0, box[0], len(field.x)),
    )
    normal = np.stack([-dz_dx, -dz_dy, np.ones_like(z)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    bright = _of_cells(np.clip(normal @ _LIGHT, 0, 1))
    colors = sheet(np.round(_of_cells(shade) * 95) / 95)
    bright = np.round((0.72 + 0.36 * np.nan_to_num(bright, nan=0.5)) * 96) / 96
    colors[..., :3] = np.clip(colors[..., :3] * bright[..., None], 0, 1)
    corners = np.stack([z[:-1, :-1], z[1:, :-1], z[:-1, 1:], z[1:, 1:]])
    colors[~np.isfinite(corners).all(axis=0)] = 0.0
    return np.asarray(colors)


def _of_cells(corners: Array) -> Array:
    return (corners[:-1, :-1] + corners[1:, :-1] + corners[:-1, 1:] + corners[1:, 1:]) / 4


def clipped(field: HeightField, low: float, high: float) -> Array:
    """Return the vertices (ny, nx, 3) of the part of the sheet between two heights.

    A vertex outside is moved along the grid to where the sheet crosses the limit, next to a vertex
    inside; with none beside it, it is a hole.
    """
    x, y = np.meshgrid(field.x, field.y)
    z = field.z
    limit = np.clip(z, low, high)
    inside = np.isfinite(z) & (limit == z)
    total, found = np.zeros((*z.shape, 2)), np.zeros(z.shape)
    grid = np.stack([x, y], axis=-1)
    for axis, shift in ((0, 1), (0, -1), (1, 1), (1, -1)):
        near = np.roll(inside, shift, axis)
        edge = [slice(None)] * 2
        edge[axis] = slice(0, 1) if shift == 1 else slice(-1, None)
        near[tuple(edge)] = False
        near &= ~inside & np.isfinite(z)
        other, other_z = np.roll(grid, shift, axis), np.roll(z, shift, axis)
        with np.errstate(all="ignore"):
            t = ((limit - other_z) / (z - other_z))[..., None]
        total = np.where(near[..., None], total + other + t * (grid - other), total)
        found += near
    with np.errstate(all="ignore"):
        moved = total / found[..., None]
    kept = inside | (found > 0)
    place = np.where(inside[..., None], grid, moved)
    corners = np.concatenate([place, limit[..., None]], axis=-1)
    corners[~kept] = np.nan
    return np.asarray(corners)


class Lines3D(Artist):
    """Static curves in space, each (m, 3), in the view their axes has when they are drawn."""

    def __init__(self, curves: Sequence[Array], color: str, width: float, zorder: float) -> None:
        super().__init__()
        self.set_zorder(zorder)
        self._curves = list(curves)
        self._color = color
        self._width = width

    def draw(self, renderer: Any) -> None:
        """Draw the curves in one call."""
        if not self.get_visible() or not self._curves:
            return
        view = View.of(self.axes)
        gc = renderer.new_gc()
        gc.set_foreground(to_rgba(self._color), isRGBA=True)
        gc.set_linewidth(renderer.points_to_pixels(self._width))
        vertices = np.concatenate(self._curves)
        codes = np.full(len(vertices), Path.LINETO, np.uint8)
        codes[np.cumsum([0] + [len(curve) for curve in self._curves[:-1]])] = Path.MOVETO
        renderer.draw_path(gc, Path(view.pixels(vertices), codes), _STRAIGHT)
        gc.restore()
        self.stale = False
