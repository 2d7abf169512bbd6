"""Crowds: every start of an ensemble as a faint dot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.transforms import Affine2D, IdentityTransform

from animopt.animate.artists import MovingArtist, head_shape
from animopt.animate.stage import Group
from animopt.typing import Array, Points

_DOT = head_shape("o", None)[0]


class Crowds(MovingArtist):
    """The present point of each start, one draw call for an optimizer.

    A dot that has left the axes waits at the nearest place on the edge; one that diverged is gone.
    """

    def __init__(self, groups: Sequence[Group], dpi: float, size: float = 1.9) -> None:
        super().__init__(dpi, zorder=15)
        self._colors = [group.run.color for group in groups]
        self._points = [np.array([run.points for run in group.runs]) for group in groups]
        self._size = size

    def places(self) -> list[Points]:
        """Return the dots of each optimizer at the present step in pixels, (m, 2)."""
        assert self.axes is not None
        low, high = np.array(self.axes.bbox.extents).reshape(2, 2)
        return [
            np.clip(_finite(self.axes.transData.transform(points[:, self.step])), low, high)
            for points in self._points
        ]

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the dots of the present step."""
        for color, points, places in zip(self._colors, self._points, self.places(), strict=True):
            gc = self._gc(renderer, color, 0.0)
            draw_dots(renderer, gc, places, self._size, color, len(points))
            gc.restore()


def draw_dots(renderer: Any, gc: Any, places: Points, size: float, color: str, starts: int) -> None:
    """Draw a dot of so many points at each place (m, 2), the fainter the more starts there are."""
    still, face = IdentityTransform(), to_rgba(color, float(np.clip(60 / starts, 0.35, 0.7)))
    scale = Affine2D().scale(renderer.points_to_pixels(size)).get_matrix()
    renderer.draw_path_collection(
        gc, still, [_DOT], [scale], places, still, np.array([face]), np.empty((0, 4)),
        [0.0], [(0, None)], [True], [None], "screen",
    )  # fmt: skip


def _finite(points: Array) -> Array:
    return points[np.isfinite(points).all(axis=1)]
