"""Forces: the negative gradient and the momentum at each point, as arrows at the heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from animopt.animate.artists import MovingArtist
from animopt.animate.stage import Stage
from animopt.scene import Scene
from animopt.typing import Array, Mask, Points

# The lengths of the shortest and the longest arrow, in points.
_SHORT, _LONG = 8.0, 34.0


class Forces(MovingArtist):
    """Arrows at the heads: the negative gradient, thin, in ink; the momentum, thick, in colour.

    Momentum is the velocity x_k - x_{k-1}. The length of an arrow grows with the square root of
    its strength relative to the strongest of its kind in the picture.

    Args:
        paths: the heads in pixels, (steps + 1, 2) each.
        arrows: by kind, the arrows along each path in pixels, (steps + 1, 2); zero for no arrow.
        colors: the colours of the paths.
        stage: for its theme and dpi.
    """

    def __init__(
        self,
        paths: Sequence[Array],
        arrows: dict[str, list[Array]],
        colors: Sequence[str],
        stage: Stage,
    ) -> None:
        super().__init__(stage.dpi, zorder=17)
        self._paths = list(paths)
        self._colors = list(colors)
        self._ink, self._halo = stage.theme.ink, stage.theme.paper
        self.arrows = arrows

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw every arrow there is."""
        zoom = self._zoom(renderer)
        for kind, arrows in self.arrows.items():
            for path, arrow, color in zip(self._paths, arrows, self._colors, strict=True):
                start, way = zoom * path[self.step], zoom * arrow[self.step]
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


_HEAD = Path([(0.0, 0.0), (-1.0, 0.42), (-1.0, -0.42), (0.0, 0.0)], closed=True)


def forces(ax: Any, stage: Stage, paths: Sequence[Array]) -> Forces:
    """Return the arrows that the scene asks for; the paths are in pixels."""
    unit = ax.transData.get_matrix()[:2, :2]
    acting = [vectors(stage.scene, run.points) for run in stage.paths]
    with np.errstate(all="ignore"):
        given = {kind: [found[kind] @ unit.T for found in acting] for kind in acting[0]}
    low, high = np.array(ax.bbox.extents).reshape(2, 2)
    reach = stage.px(_SHORT), stage.px(_LONG)
    inside = [np.asarray(((path >= low) & (path <= high)).all(axis=1)) for path in paths]
    arrows = {kind: _drawn(found, inside, reach) for kind, found in given.items()}
    return Forces(paths, arrows, [run.color for run in stage.paths], stage)


def vectors(scene: Scene, points: Points) -> dict[str, Array]:
    """Return the forces at each point of a path by kind, (steps + 1, 2), in units of x and y."""
    found = {}
    with np.errstate(all="ignore"):
        if "gradient" in scene.forces:
            found["gradient"] = -scene.surface.gradient(points)
        if "momentum" in scene.forces:
            found["momentum"] = np.diff(points, axis=0, prepend=points[:1])
    return found


def _drawn(
    vectors: Sequence[Array], inside: Sequence[Mask], reach: tuple[float, float]
) -> list[Array]:
    """Return vectors scaled to the lengths drawn; zero where there is none, or outside the axes."""
    sizes = [np.linalg.norm(vector, axis=1) for vector in vectors]
    seen = [
        np.isfinite(size) & (size > 0) & within for size, within in zip(sizes, inside, strict=True)
    ]
    strongest = max(float(s[k].max(initial=0)) for s, k in zip(sizes, seen, strict=True))
    drawn = []
    for vector, size, known in zip(vectors, sizes, seen, strict=True):
        arrow = np.zeros_like(vector)
        length = reach[0] + (reach[1] - reach[0]) * np.sqrt(size[known] / strongest)
        arrow[known] = vector[known] * (length / size[known])[:, None]
        drawn.append(arrow)
    return drawn
