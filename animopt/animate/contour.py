"""ContourPanel: the surface from above as filled contours, with the paths on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.colors import BoundaryNorm
from matplotlib.ticker import MaxNLocator

from animopt.animate.artists import Box, Heads, MovingArtist, Trails, exit_of
from animopt.animate.labels import place_labels
from animopt.animate.lettering import Labels, Word
from animopt.animate.levels import contour_levels
from animopt.animate.stage import Stage, equal_scale, pixel_box
from animopt.scene import Scene
from animopt.typing import Array


@dataclass
class ContourPanel:
    """Filled contours, guides and minima stand still; trails, heads and labels move."""

    resolution: int = 240
    projection: str | None = None

    def setup(self, ax: Any, stage: Stage) -> None:
        """Draw the surface once and lay out every path in pixels."""
        scene = stage.scene
        assert scene.bounds is not None
        ax.set(xlim=scene.bounds[0], ylim=scene.bounds[1])
        ax.set_aspect("equal" if equal_scale(scene) else "auto")
        ax.apply_aspect()
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        ax.tick_params(length=3)
        self._ground(ax, stage)
        box = pixel_box(ax)
        paths = [ax.transData.transform(run.points) for run in stage.runs]
        colors = [run.color for run in stage.runs]
        markers = [run.marker for run in stage.runs]
        paper = stage.theme.paper
        self.moving: list[MovingArtist] = [
            Trails(paths, colors, stage.shown, box, stage.dpi),
            Heads(paths, colors, markers, paper, box, stage.dpi),
        ]
        if scene.labels:
            self.moving.append(self._labels(stage, paths, box))
        for artist in self.moving:
            ax.add_artist(artist)

    def _labels(self, stage: Stage, paths: Sequence[Array], box: Box) -> Labels:
        """Name each point; a path that left the box is named where it left."""
        paper = stage.theme.paper
        words = [Word(run.label, run.color, 9.0, paper, "bold") for run in stage.runs]
        sizes = np.array([word.ink_size(stage.dpi) for word in words])
        heads = np.array([[place for place, _ in exit_of(path, box)] for path in paths])
        heads = heads.swapaxes(0, 1)[list(stage.shown)]
        places = place_labels(heads, sizes, box, stage.px(6))
        return Labels(words, stage.shown, heads, places, stage.dpi)

    def update(self, k: int) -> Sequence[MovingArtist]:
        """Turn to step k."""
        for artist in self.moving:
            artist.show(k)
        return self.moving

    def _ground(self, ax: Any, stage: Stage) -> None:
        scene, look = stage.scene, stage.theme
        x, y, z = scene.surface.grid(self.resolution, self.resolution, scene.bounds)
        z = np.ma.masked_invalid(z)
        levels = contour_levels(z.filled(np.nan))
        if len(levels) > 2:
            norm = BoundaryNorm(levels, look.fills.N)
            ax.contourf(x, y, z, levels, cmap=look.fills, norm=norm, zorder=0)
            ax.contour(
                x, y, z, levels, colors=look.faint, linewidths=0.5, linestyles="solid", zorder=1
            )
        if scene.arrows:
            self._arrows(ax, stage)
        for guide in scene.guides:
            ax.plot(*guide.T, color=look.ink, linewidth=0.8, linestyle=(0, (4, 3)), zorder=2)
        if scene.minima and scene.surface.minima:
            ax.plot(
                *np.transpose(scene.surface.minima),
                linestyle="none", marker="o", markersize=9, markeredgewidth=1.5,
                markerfacecolor=look.paper, markeredgecolor=look.ink, zorder=2.2,
            )  # fmt: skip

    def _arrows(self, ax: Any, stage: Stage) -> None:
        grid, arrows = downhill(stage.scene)
        ax.quiver(
            grid[..., 0], grid[..., 1], arrows[..., 0], arrows[..., 1],
            angles="xy", pivot="mid", color=stage.theme.faint, scale=len(grid) * 1.25,
            width=0.0032, headwidth=4.5, headlength=5, headaxislength=4.5, zorder=1.5,
        )  # fmt: skip


def downhill(scene: Scene, count: int = 15) -> tuple[Array, Array]:
    """Return places (count, count, 2) in the bounds, and an arrow (count, count, 2) for each.

    It points along the negative gradient; its length, of at most 1, saturates with the slope.
    """
    assert scene.bounds is not None
    (x0, x1), (y0, y1) = scene.bounds
    xs = np.linspace(x0, x1, 2 * count + 1)[1::2]
    ys = np.linspace(y0, y1, 2 * count + 1)[1::2]
    grid = np.stack(np.meshgrid(xs, ys), axis=-1)
    with np.errstate(all="ignore"):
        down = -scene.surface.gradient(grid)
        size = np.linalg.norm(down, axis=-1, keepdims=True)
        down = np.where(size > 0, down / size, 0.0)
        strength = np.sqrt(size / np.nanmax(size)) if np.nanmax(size) > 0 else size
    return grid, np.asarray(down * (0.35 + 0.65 * strength))
