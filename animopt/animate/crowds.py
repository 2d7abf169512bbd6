"""Crowds: the runs of an ensemble, each as a faint dot at its present point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.transforms import Affine2D

from animopt.animate.artists import SHAPES, MovingArtist, draw_many
from animopt.animate.stage import Group
from animopt.typing import Points

# The radius of a dot, in points.
_SIZE = 1.9


class Crowds(MovingArtist):
    """A dot at the present point of each run, in one draw call per optimizer.

    A dot outside the axes is shown at the nearest place on the edge; a diverged one is not shown.
    """

    def __init__(self, groups: Sequence[Group], dpi: float) -> None:
        super().__init__(dpi, zorder=15)
        self._colors = [group.run.color for group in groups]
        self._points = [np.array([run.points for run in group.runs]) for group in groups]

    def places(self) -> list[Points]:
        """Return the dots of each optimizer at the present step in pixels, (m, 2)."""
        assert self.axes is not None
        low, high = np.array(self.axes.bbox.extents).reshape(2, 2)
        dots = [self.axes.transData.transform(points[:, self.step]) for points in self._points]
        return [np.clip(d[np.isfinite(d).all(axis=1)], low, high) for d in dots]

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the dots of the present step."""
        scale = Affine2D().scale(renderer.points_to_pixels(_SIZE)).get_matrix()
        for color, points, places in zip(self._colors, self._points, self.places(), strict=True):
            gc = self._gc(renderer, color, 0.0)
            # The more starts there are, the fainter.
            face = np.array([to_rgba(color, float(np.clip(60 / len(points), 0.35, 0.7)))])
            draw_many(renderer, gc, [SHAPES["o"]], scale[None], offsets=places, faces=face)
            gc.restore()
