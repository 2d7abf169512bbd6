"""Faint dots: the runs of an ensemble at their present points, and what a step evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.transforms import Affine2D

from animopt.animate.artists import SHAPES, MovingArtist, draw_many
from animopt.picture.shapes import DOT
from animopt.picture.tails import Tail
from animopt.typing import Indices, Points

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


class StepArtist(MovingArtist):
    """A dot at each step of each path up to the present one, as much of it as its tail shows.

    ``dots`` are (steps, places in pixels) of each path.
    """

    def __init__(
        self,
        dots: Sequence[tuple[Indices, Points]],
        colors: Sequence[str],
        paper: str,
        dpi: float,
        tail: Tail,
    ) -> None:
        super().__init__(dpi, zorder=11)
        self._dots, self._tail = list(zip(dots, colors, strict=True)), tail
        self._paper = paper

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the dots, the oldest first."""
        zoom = self._zoom(renderer)
        for after, upto, opacity in self._tail.shades(self.step):
            for (steps, places), color in self._dots:
                first, last = np.searchsorted(steps, [after, upto], side="right")
                beads(renderer, zoom * places[first:last], (color, self._paper), opacity)


def beads(renderer: Any, places: Points, colors: tuple[str, str], opacity: float) -> None:
    """Draw dots at places in pixels in a colour, where they are apart with an edge in another."""
    if not len(places):
        return
    gc = renderer.new_gc()
    gc.set_linewidth(0.6)
    radius = renderer.points_to_pixels(DOT)
    size = Affine2D().scale(radius).get_matrix()
    face, edge = (np.array([to_rgba(color, opacity)]) for color in colors)
    edges = np.repeat(edge, len(places), axis=0)
    # Edges of dots on top of each other would leave nothing but edges.
    edges[1:, 3] *= np.hypot(*np.diff(places, axis=0).T) > radius
    draw_many(renderer, gc, [SHAPES["o"]], size[None], offsets=places, faces=face, edges=edges)
    gc.restore()
