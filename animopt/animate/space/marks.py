"""What is drawn on the sheet: guide curves, marks on minima, and labels beside the points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_rgba
from matplotlib.markers import MarkerStyle
from matplotlib.transforms import Affine2D

from animopt.animate.clipping import Box
from animopt.animate.ground import MARKS
from animopt.animate.lettering import Labels
from animopt.animate.space.camera import view_from
from animopt.animate.space.mesh import Lines3D
from animopt.animate.space.paths import Sight
from animopt.animate.space.visibility import HeightField, View, visible
from animopt.animate.stage import Stage
from animopt.typing import Array, Mask


class SpaceMarks(Artist):
    """Marks of one shape at points (m, 3) on the sheet, where these are visible."""

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
        gc.set_linewidth(self._look["markeredgewidth"])
        shape = MarkerStyle(self._look["marker"])
        size = renderer.points_to_pixels(self._look["markersize"])
        for place in view.pixels(self._points[seen]):
            placing = shape.get_transform() + Affine2D().scale(size).translate(*place)
            renderer.draw_path(gc, shape.get_path(), placing, to_rgba(self._face))
        gc.restore()
        self.stale = False


def marks(stage: Stage, field: HeightField) -> list[Artist]:
    """Return the scene's guide curves, and its marks on minima and saddles."""
    scene, look = stage.scene, stage.theme
    found: list[Artist] = []
    if scene.guides:
        curves = [field.drape(guide) for guide in scene.guides]
        found.append(Lines3D(curves, look.ink, 0.8, zorder=2.1, field=field))
    for shape, points in scene.marks.items():
        places = field.drape(np.reshape(points, (-1, 2)))
        places = places[np.isfinite(places).all(axis=1)]
        if len(places):
            found.append(SpaceMarks(places, field, shape, look.paper, look.ink))
    return found


class SpaceLabels(Labels):
    """Labels beside the points; those of points behind the sheet are faint."""

    def __init__(self, stage: Stage, points: Array, box: Box, sight: Sight) -> None:
        super().__init__(stage, points, box)
        self._sight = sight

    def faint(self) -> Mask:
        """Return which labels (n,) are faint at the current step."""
        return self._sight.hidden(View.of(self.axes), self.step)


def labels(
    ax: Any, stage: Stage, sight: Sight, angles: Sequence[tuple[float, float]], box: Box
) -> SpaceLabels:
    """Return the labels, placed in a box of pixels for the camera's angles at each shown step."""
    points = np.stack([path.heads()[list(stage.shown)] for path in sight.paths], axis=1)
    heads = np.array(
        [view_from(ax, *angle).pixels(at) for angle, at in zip(angles, points, strict=True)]
    )
    ax.view_init(*angles[0])
    return SpaceLabels(stage, heads, box, sight)
