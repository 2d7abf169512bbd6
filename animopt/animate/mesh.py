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
from animopt.typing import Array, Indices, Mask

_STRAIGHT = IdentityTransform()
_LIGHT = np.array([-0.45, -0.55, 0.7]) / np.linalg.norm([-0.45, -0.55, 0.7])


class SurfaceMesh(Artist):
    """The sheet of a height field, in the view its axes has when it is drawn.

    ``corners`` are the vertices (ny, nx, 3), NaN where there is no sheet; ``colors`` those of the
    vertices (ny, nx, 4). Colours flow over each triangle, so that no facets show.
    """

    def __init__(self, field: HeightField, corners: Array, colors: Array) -> None:
        super().__init__()
        self.set_zorder(1)
        self._field = field
        self._corners = corners
        self._colors = colors
        self._whole = _of_cells(corners[..., 2])

    def draw(self, renderer: Any) -> None:
        """Draw the triangles of up to four blocks of the grid, nearer cells later."""
        if not self.get_visible():
            return
        view = View.of(self.axes)
        pixels = view.pixels(self._corners)
        gc = renderer.new_gc()
        for rows in towards(self._field.y, view.eye[1], view.eye[3] == 0):
            for columns in towards(self._field.x, view.eye[0], view.eye[3] == 0):
                block = np.ix_(rows, columns)
                cells = np.ix_(
                    np.minimum(rows[1:], rows[:-1]), np.minimum(columns[1:], columns[:-1])
                )
                kept = np.isfinite(self._whole[cells])
                renderer.draw_gouraud_triangles(
                    gc,
                    _triangles(pixels[block], kept),
                    _triangles(self._colors[block], kept),
                    _STRAIGHT,
                )
        gc.restore()
        self.stale = False


def _lower(run: Indices) -> Indices:
    """Return the lower of each two neighbouring indices: the number of the cell between them."""
    return np.minimum(run[1:], run[:-1])


def _triangles(corners: Array, kept: Mask) -> Array:
    """Return the two triangles of each kept cell, in the order of the cells, (m, 3, k)."""
    a, b = corners[:-1, :-1][kept], corners[1:, :-1][kept]
    c, d = corners[1:, 1:][kept], corners[:-1, 1:][kept]
    return np.stack([a, b, c, a, c, d], axis=1).reshape(-1, 3, corners.shape[-1])


def towards(ticks: Array, eye: float, parallel: bool) -> list[Indices]:
    """Return runs of grid indices, each going towards the eye, that cover all cells once."""
    order = np.arange(len(ticks))
    if parallel:
        return [order if eye >= 0 else order[::-1]]
    split = int(np.clip(np.searchsorted(ticks, eye), 0, len(ticks) - 1))
    runs = [order[: split + 1], order[split:][::-1]]
    return [run for run in runs if len(run) > 1]


def lit(field: HeightField, sheet: Colormap, shade: Array, box: Sequence[float]) -> Array:
    """Return the colour of each vertex (ny, nx, 4).

    ``shade`` in [0, 1], (ny, nx), picks the colour; the slope, in the proportions of the box,
    picks its brightness.
    """
    z = np.where(np.isfinite(field.z), field.z, np.nanmean(field.z))
    scale = box[2] / max(float(np.ptp(z)), 1e-300)
    dz_dy, dz_dx = np.gradient(
        z * scale,
        np.linspace(0, box[1], len(field.y)),
        np.linspace(0, box[0], len(field.x)),
    )
    normal = np.stack([-dz_dx, -dz_dy, np.ones_like(z)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    bright = 0.72 + 0.36 * np.clip(normal @ _LIGHT, 0, 1)
    colors = sheet(np.nan_to_num(shade, nan=0.5))
    colors[..., :3] = np.clip(colors[..., :3] * bright[..., None], 0, 1)
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
