"""Auras: how far a run is from the plane, and what its own loss is, around its head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from animopt.animate.artists import SHAPES, MovingArtist
from animopt.animate.axes import PlacedHeads
from animopt.picture.plane import PlanePath
from animopt.picture.shapes import AURA, COLLAR


class AuraArtist(MovingArtist):
    """A halo as wide as the run is far from the plane, to scale, and a disc as high as its loss.

    Heads are in pixels; where one is outside the axes there is neither.
    """

    def __init__(
        self,
        paths: Sequence[PlanePath],
        heads: Sequence[PlacedHeads],
        fills: Sequence[str],
        faint: str,
        dpi: float,
    ) -> None:
        super().__init__(dpi, zorder=14)
        self._paths, self._heads, self._fills, self._faint = list(paths), list(heads), fills, faint

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the halos, then the discs."""
        assert self.axes is not None
        inside = [
            (path, heads.places[self.step] * self._zoom(renderer))
            for path, heads in zip(self._paths, self._heads, strict=True)
            if np.isnan(heads.ways[self.step]).any()
        ]
        origin, corner = self.axes.transData.transform([(0, 0), (1, 1)])
        for path, place in inside:
            if path.aura is not None and np.isfinite(radius := path.aura.radii[self.step]):
                outline = place + path.aura.outline * radius * (corner - origin)
                gc = self._gc(renderer, path.track.color, AURA.edge, AURA.line)
                face = to_rgba(path.track.color, AURA.face)
                closed = Path(np.vstack([outline, outline[:1]]), closed=True)
                renderer.draw_path(gc, closed, IdentityTransform(), face)
                gc.restore()
        size = renderer.points_to_pixels(COLLAR.radius)
        for path, place in inside:
            if path.collar is not None and (fill := int(path.collar[self.step])) >= 0:
                gc = self._gc(renderer, self._faint, COLLAR.edge)
                placing = Affine2D().scale(size).translate(*place)
                renderer.draw_path(gc, SHAPES["o"], placing, to_rgba(self._fills[fill]))
                gc.restore()
