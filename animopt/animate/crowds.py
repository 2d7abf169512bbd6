"""Faint dots: the runs of an ensemble at their present points, and what a step evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.transforms import Affine2D

from animopt.animate.artists import SHAPES, MovingArtist, draw_many
from animopt.typing import Points

# The radius of a dot, in points.
_SIZE = 1.9


class CrowdArtist(MovingArtist):
    """A dot at the present point of each run, in one draw call per optimizer.

    A dot outside the axes is shown at the nearest place on the edge; a diverged one is not shown.
    """

    def __init__(self, crowds: Sequence[tuple[Any, str]], dpi: float) -> None:
        super().__init__(dpi, zorder=15)
        self._starts = [starts for starts, _ in crowds]
        self._colors = [color for _, color in crowds]

    def places(self, renderer: Any) -> list[Points]:
        """Return the dots of each optimizer at the present step in pixels, (m, 2)."""
        assert self.axes is not None
        low, high = np.array(self.axes.bbox.extents).reshape(2, 2)
        dots = [self.axes.transData.transform(starts[:, self.step]) for starts in self._starts]
        return [np.clip(d[np.isfinite(d).all(axis=1)], low, high) for d in dots]

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the dots of the present step."""
        scale = Affine2D().scale(renderer.points_to_pixels(_SIZE)).get_matrix()
        dots = self.places(renderer)
        for color, starts, places in zip(self._colors, self._starts, dots, strict=True):
            gc = self._gc(renderer, color, 0.0)
            # The more starts there are, the fainter.
            face = np.array([to_rgba(color, float(np.clip(60 / len(starts), 0.35, 0.7)))])
            draw_many(renderer, gc, [SHAPES["o"]], scale[None], offsets=places, faces=face)
            gc.restore()


class SampleArtist(CrowdArtist):
    """A dot at each point that the present step evaluated; outside the axes there is none."""

    def places(self, renderer: Any) -> list[Points]:
        """Return the dots of each optimizer at the present step in pixels, (m, 2)."""
        assert self.axes is not None
        low, high = np.array(self.axes.bbox.extents).reshape(2, 2)
        found = []
        for samples in self._starts:
            now = samples[self.step - 1] if 0 < self.step <= len(samples) else np.empty((0, 2))
            dots = self.axes.transData.transform(now)
            found.append(dots[((dots >= low) & (dots <= high)).all(axis=1)])
        return found
