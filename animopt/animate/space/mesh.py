"""The surface as a triangle mesh, drawn from back to front and lit; and static curves in space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import allow_rasterization
from matplotlib.colors import Colormap, to_rgba
from matplotlib.path import Path

from animopt.animate.space.artist import STRAIGHT, SpaceArtist
from animopt.picture.reader import farthest_first, visible
from animopt.picture.space.mesh import between, triangles
from animopt.picture.space.relief import Relief, Sheet
from animopt.typing import Array

# matplotlib leaves its decorator untyped.
_filtered: Any = allow_rasterization


class SurfaceMesh(SpaceArtist):
    """The sheet, in the view of the present step.

    Each cell is two triangles, cut exactly at the limits. The colours of the vertices are
    interpolated over each triangle, so that no facets show.
    """

    def __init__(self, relief: Relief, colors: Colormap, dpi: float) -> None:
        super().__init__(relief, dpi, zorder=1)
        sheet = relief.sheet
        field = self._field = sheet.whole
        vertices = np.stack([*np.meshgrid(field.x, field.y), field.z], axis=-1)
        whole, cells = triangles(np.concatenate([vertices, shaded(sheet, colors)], axis=-1))
        self._corners, kept = between(whole, *sheet.limits)
        self._rows, self._columns = cells[kept].T
        if sheet.alpha < 1:
            # The sheet is blended as one picture, so that its own overlaps do not show.
            self.set_agg_filter(_faded(sheet.alpha))

    def _paint(self, renderer: Any) -> None:
        """Draw the triangles from back to front."""
        if not self.get_visible() or not len(self._corners):
            return
        here: Any = self.here()
        view = here.view(renderer)
        parallel = view.eye[3] == 0
        far_rows = np.argsort(farthest_first(self._field.y, view.eye[1], parallel))
        far_columns = np.argsort(farthest_first(self._field.x, view.eye[0], parallel))
        ranks = far_rows[self._rows] * len(far_columns) + far_columns[self._columns]
        order = np.argsort(ranks, kind="stable")
        gc = renderer.new_gc()
        renderer.draw_gouraud_triangles(
            gc,
            view.pixels(self._corners[order, :, :3]),
            self._corners[order, :, 3:],
            STRAIGHT,
        )
        gc.restore()
        self.stale = False

    # The decorator applies the filter that makes the sheet translucent.
    draw: Any = _filtered(_paint)


def _faded(alpha: float) -> Any:
    def fade(image: Array, dpi: float) -> tuple[Array, int, int]:
        return image * np.array([1.0, 1.0, 1.0, alpha]), 0, 0

    return fade


def shaded(sheet: Sheet, colors: Colormap) -> Array:
    """Return the colour of each vertex (ny, nx, 4) of a sheet: that of its height, lit."""
    shades = colors(np.nan_to_num(sheet.fractions, nan=0.5))
    shades[..., :3] = np.clip(shades[..., :3] * sheet.brightness[..., None], 0, 1)
    return np.asarray(shades)


class Lines3D(SpaceArtist):
    """Static curves in space, each (m, 3); those on the sheet only where nothing hides them."""

    def __init__(
        self,
        relief: Relief,
        curves: Sequence[Array],
        color: str,
        width: float,
        *,
        zorder: float,
        on_sheet: bool,
        dpi: float,
    ) -> None:
        super().__init__(relief, dpi, zorder)
        self._vertices = np.concatenate([*curves, np.empty((0, 3))])
        self._starts = np.cumsum([0] + [len(curve) for curve in curves[:-1]])
        self._color, self._width, self._on_sheet = color, width, on_sheet

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the curves in one call."""
        if not len(self._vertices):
            return
        view = self.view(renderer)
        gc = renderer.new_gc()
        gc.set_foreground(to_rgba(self._color), isRGBA=True)
        gc.set_linewidth(self._width)
        codes = np.full(len(self._vertices), Path.LINETO, np.uint8)
        if self._on_sheet:
            seen = visible(self._vertices, self.relief.field, view.eye)
            codes[1:][~(seen[1:] & seen[:-1])] = Path.MOVETO
        codes[self._starts] = Path.MOVETO
        renderer.draw_path(gc, Path(view.pixels(self._vertices), codes), STRAIGHT)
        gc.restore()
