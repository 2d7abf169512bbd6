"""ForceArtist: the negative gradient and the momentum at each point, as arrows at the heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from animopt.animate.artists import MovingArtist, closed
from animopt.animate.axes import Rows
from animopt.picture import shapes
from animopt.picture.forces import Arrows
from animopt.picture.theme import Theme
from animopt.typing import Array

_HEAD = closed(shapes.HEAD)


class ForceArtist(MovingArtist):
    """Arrows at the heads: the negative gradient, thin, in ink; the momentum, thick, in colour.

    Args:
        places: the heads in pixels, by step.
        arrows: those along each path.
        colors: the colours of the paths.
        look: for the other colours.
        dpi: the resolution of all that is in pixels.
    """

    def __init__(
        self,
        places: Sequence[Rows],
        arrows: Sequence[Arrows],
        colors: Sequence[str],
        look: Theme,
        dpi: float,
    ) -> None:
        super().__init__(dpi, zorder=17)
        self._places = list(places)
        self._colors = list(colors)
        self._ink, self._halo = look.ink, look.paper
        self.arrows = {kind: [each[kind] for each in arrows] for kind in arrows[0]}

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw every arrow there is."""
        zoom = self._zoom(renderer)
        for kind, arrows in self.arrows.items():
            for places, arrow, color in zip(self._places, arrows, self._colors, strict=True):
                start, way = zoom * places[self.step], zoom * arrow[self.step]
                if not way.any():
                    continue
                if kind == "momentum":
                    self._arrow(renderer, start, way, self._halo, 5.5)
                    self._arrow(renderer, start, way, color, 3.0)
                else:
                    self._arrow(renderer, start, way, self._ink, 1.5)

    def _arrow(self, renderer: Any, start: Array, way: Array, color: str, width: float) -> None:
        """Draw the shaft and the head of an arrow."""
        length = float(np.hypot(*way))
        head = renderer.points_to_pixels(3.0 + 1.15 * width)
        gc = self._gc(renderer, color, width)
        gc.set_capstyle("butt")
        shaft = Path([start, start + way * max(0.0, 1 - 0.6 * head / length)])
        renderer.draw_path(gc, shaft, IdentityTransform())
        gc.set_linewidth(0.0)
        placing = Affine2D().scale(head).rotate(np.arctan2(way[1], way[0])).translate(*start + way)
        renderer.draw_path(gc, _HEAD, placing, to_rgba(color))
        gc.restore()
