"""Marks: what stands on the sheet in space: guide curves, minima, and names beside the points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_rgba
from matplotlib.markers import MarkerStyle
from matplotlib.transforms import Affine2D

from animopt.animate.artists import Box
from animopt.animate.ground import MARKS
from animopt.animate.labels import place_labels
from animopt.animate.lettering import Labels, name_words
from animopt.animate.space.mesh import Lines3D
from animopt.animate.space.paths import Sight
from animopt.animate.space.visibility import HeightField, View, visible
from animopt.animate.stage import Stage
from animopt.typing import Array, Mask


class SpaceMarks(Artist):
    """Marks of a shape at points (m, 3) on the sheet, where they are in sight."""

    def __init__(self, points: Array, field: HeightField, shape: str, face: str, edge: str) -> None:
        super().__init__()
        self.set_zorder(2.2)
        self._points, self._field, self._look = points, field, MARKS[shape]
        self._face, self._edge = face, edge

    def draw(self, renderer: Any) -> None:
        """Draw the marks."""
        if not self.get_visible():
            return
        view = View.of(self.axes)
        seen = visible(self._points, self._field, view.eye)
        gc = renderer.new_gc()
        gc.set_foreground(to_rgba(self._edge), isRGBA=True)
        gc.set_linewidth(renderer.points_to_pixels(self._look["markeredgewidth"]))
        shape = MarkerStyle(self._look["marker"])
        size = renderer.points_to_pixels(self._look["markersize"])
        for place in view.pixels(self._points[seen]):
            placing = shape.get_transform() + Affine2D().scale(size).translate(*place)
            renderer.draw_path(gc, shape.get_path(), placing, to_rgba(self._face))
        gc.restore()
        self.stale = False


def marks(stage: Stage, field: HeightField) -> list[Artist]:
    """Return the guide curves, and the marks on minima and saddles, that the scene asks for."""
    scene, look = stage.scene, stage.theme
    found: list[Artist] = []
    if scene.guides:
        curves = [on_sheet(field, guide) for guide in scene.guides]
        found.append(Lines3D(curves, look.ink, 0.8, zorder=2.1, field=field))
    for shape, points in scene.marks.items():
        places = on_sheet(field, np.reshape(points, (-1, 2)))
        places = places[np.isfinite(places).all(axis=1)]
        if len(places):
            found.append(SpaceMarks(places, field, shape, look.paper, look.ink))
    return found


def on_sheet(field: HeightField, flat: Array) -> Array:
    """Return points of the plane (m, 2) raised onto the sheet, (m, 3)."""
    return np.column_stack([flat, field.at(*flat.T)])


class SpaceLabels(Labels):
    """Names beside the points; those of points behind the sheet fade."""

    sight: Sight

    def faint(self) -> Mask:
        """Return which names (n,) are to fade at the present step."""
        return self.sight.hidden(View.of(self.axes), self.step)


def names(
    ax: Any, stage: Stage, sight: Sight, angles: Sequence[tuple[float, float]], box: Box
) -> SpaceLabels:
    """Return the names beside the points, placed for the view of each shown step."""
    ends = np.stack([path.heads()[list(stage.shown)] for path in sight.paths], axis=1)
    heads = np.empty((*ends.shape[:2], 2))
    for i, (elev, azim) in enumerate(angles):
        if i == 0 or angles[i] != angles[i - 1]:
            ax.view_init(elev=elev, azim=azim)
        heads[i] = View.of(ax).pixels(ends[i])
    ax.view_init(*angles[0])
    words = name_words(stage.paths, stage.theme, box, stage.dpi)
    sizes = np.array([word.ink_size(stage.dpi) for word in words])
    places = place_labels(heads, sizes, box, stage.px(6))
    labels = SpaceLabels(words, stage.shown, heads, places, stage.dpi)
    labels.sight = sight
    return labels
