"""The surface as a triangle mesh, drawn from back to front and lit; and static curves in space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist, allow_rasterization
from matplotlib.colors import Colormap, to_rgba
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from animopt.animate.space.visibility import HeightField, View, visible
from animopt.typing import Array, Indices

_STRAIGHT = IdentityTransform()
_LIGHT = np.array([-0.45, -0.55, 0.7]) / np.linalg.norm([-0.45, -0.55, 0.7])

# matplotlib leaves its decorator untyped.
_filtered: Any = allow_rasterization


class SurfaceMesh(Artist):
    """The sheet of a height field between two heights, in the view of its axes when drawn.

    Each cell is two triangles, cut exactly at the limits. ``colors`` are those of the vertices
    (ny, nx, 4); they are interpolated over each triangle, so that no facets show.
    """

    def __init__(
        self, field: HeightField, colors: Array, limits: tuple[float, float], alpha: float = 1.0
    ) -> None:
        super().__init__()
        self.set_zorder(1)
        self._field = field
        self._corners, self._cells = _triangles(field, colors, limits)
        if alpha < 1:
            # The sheet is blended as one picture, so that its own overlaps do not show.
            self.set_agg_filter(_faded(alpha))

    def _paint(self, renderer: Any) -> None:
        """Draw the triangles from back to front."""
        if not self.get_visible() or not len(self._corners):
            return
        view = View.of(self.axes)
        rows, columns = self._cells
        far_rows = farthest_first(self._field.y, view.eye[1], view.eye[3] == 0)
        far_columns = farthest_first(self._field.x, view.eye[0], view.eye[3] == 0)
        order = np.argsort(far_rows[rows] * len(far_columns) + far_columns[columns], kind="stable")
        gc = renderer.new_gc()
        renderer.draw_gouraud_triangles(
            gc,
            view.pixels(self._corners[order, :, :3]),
            self._corners[order, :, 3:],
            _STRAIGHT,
        )
        gc.restore()
        self.stale = False

    # The decorator applies the filter that makes the sheet translucent.
    draw: Any = _filtered(_paint)


def _faded(alpha: float) -> Any:
    def fade(image: Array, dpi: float) -> tuple[Array, int, int]:
        return image * np.array([1.0, 1.0, 1.0, alpha]), 0, 0

    return fade


def farthest_first(ticks: Array, eye: float, parallel: bool) -> Indices:
    """Return the rank of each cell between the ticks by distance, the farthest from the eye first.

    For any camera, a cell of a height field can hide only cells farther away along both axes.
    """
    middle = (ticks[1:] + ticks[:-1]) / 2
    distance = -eye * middle if parallel else np.abs(middle - eye)
    return np.argsort(np.argsort(-distance, kind="stable"), kind="stable")


def _triangles(
    field: HeightField, colors: Array, limits: tuple[float, float]
) -> tuple[Array, tuple[Indices, Indices]]:
    """Return triangles (m, 3, 7), position and colour, and the (rows, columns) of their cells."""
    place = np.stack([*np.meshgrid(field.x, field.y), field.z], axis=-1)
    corners = np.concatenate([place, colors], axis=-1)
    a, b = corners[:-1, :-1], corners[1:, :-1]
    c, d = corners[1:, 1:], corners[:-1, 1:]
    triangles = np.stack([a, b, c, a, c, d], axis=2).reshape(-1, 3, corners.shape[-1])
    rows, columns = np.indices(a.shape[:2]).repeat(2, axis=2).reshape(2, -1)
    whole = np.isfinite(triangles[..., 2]).all(axis=1)
    triangles, rows, columns = triangles[whole], rows[whole], columns[whole]
    for limit, sign in zip(limits, (1.0, -1.0), strict=True):
        triangles, kept = cut(triangles, sign * (triangles[..., 2] - limit))
        rows, columns = rows[kept], columns[kept]
    return triangles, (rows, columns)


def cut(triangles: Array, inside: Array) -> tuple[Array, Indices]:
    """Return the parts of triangles (m, 3, k) where a linear function is not negative.

    ``inside`` (m, 3) is its value at the corners. A triangle with one corner inside leaves one
    part, with two corners two parts. Also returns the index of each part's triangle.
    """
    index = np.arange(len(triangles))
    count = (inside >= 0).sum(axis=1)
    parts, origin = [triangles[count == 3]], [index[count == 3]]
    for wanted in (1, 2):
        chosen = count == wanted
        if not chosen.any():
            continue
        # The corner that differs from the other two comes first.
        alone = (inside[chosen] >= 0) if wanted == 1 else (inside[chosen] < 0)
        turn = (np.argmax(alone, axis=1)[:, None] + np.arange(3)) % 3
        measure = np.take_along_axis(inside[chosen], turn, axis=1)
        a, b, c = np.moveaxis(np.take_along_axis(triangles[chosen], turn[..., None], axis=1), 1, 0)
        ab = a + (measure[:, 0] / (measure[:, 0] - measure[:, 1]))[:, None] * (b - a)
        ac = a + (measure[:, 0] / (measure[:, 0] - measure[:, 2]))[:, None] * (c - a)
        pieces = [(a, ab, ac)] if wanted == 1 else [(ab, b, c), (ab, c, ac)]
        parts += [np.stack(piece, axis=1) for piece in pieces]
        origin += [index[chosen]] * len(pieces)
    return np.concatenate(parts), np.concatenate(origin)


def shaded(
    z: Array, sheet: Colormap, fractions: Array, box: Sequence[float], height: float
) -> Array:
    """Return the colour of each vertex (ny, nx, 4) of a sheet z (ny, nx).

    ``fractions`` in [0, 1], (ny, nx), picks the colour from the map. Its brightness depends on the
    slope in a box of these proportions, which is ``height`` high in the units of z.
    """
    ny, nx = z.shape
    known = np.isfinite(z)
    z = np.where(known, z, z[known].mean() if known.any() else 0.0)
    dz_dy, dz_dx = np.gradient(
        z * (box[2] / height), np.linspace(0, box[1], ny), np.linspace(0, box[0], nx)
    )
    normal = np.stack([-dz_dx, -dz_dy, np.ones_like(z)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    bright = 0.72 + 0.36 * np.clip(normal @ _LIGHT, 0, 1)
    colors = sheet(np.nan_to_num(fractions, nan=0.5))
    colors[..., :3] = np.clip(colors[..., :3] * bright[..., None], 0, 1)
    return np.asarray(colors)


class Lines3D(Artist):
    """Static curves in space, each (m, 3), in the view of their axes when drawn.

    Given a height field, only what it does not hide is drawn.
    """

    def __init__(
        self,
        curves: Sequence[Array],
        color: str,
        width: float,
        zorder: float,
        field: HeightField | None = None,
    ) -> None:
        super().__init__()
        self.set_zorder(zorder)
        self._vertices = np.concatenate([*curves, np.empty((0, 3))])
        self._starts = np.cumsum([0] + [len(curve) for curve in curves[:-1]])
        self._color, self._width, self._field = color, width, field

    def draw(self, renderer: Any) -> None:
        """Draw the curves in one call."""
        if not self.get_visible() or not len(self._vertices):
            return
        view = View.of(self.axes)
        gc = renderer.new_gc()
        gc.set_foreground(to_rgba(self._color), isRGBA=True)
        gc.set_linewidth(self._width)
        codes = np.full(len(self._vertices), Path.LINETO, np.uint8)
        if self._field is not None:
            seen = visible(self._vertices, self._field, view.eye)
            codes[1:][~(seen[1:] & seen[:-1])] = Path.MOVETO
        codes[self._starts] = Path.MOVETO
        renderer.draw_path(gc, Path(view.pixels(self._vertices), codes), _STRAIGHT)
        gc.restore()
        self.stale = False
