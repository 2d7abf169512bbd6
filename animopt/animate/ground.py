"""The background of a contour panel: heights, basins, a gradient field, guides and marks."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.colors import BoundaryNorm, hsv_to_rgb

from animopt.animate.basins import basins
from animopt.animate.levels import contour_levels
from animopt.animate.stage import Stage
from animopt.scene import Scene
from animopt.typing import Array

# The number of starts along each side of the grid on which basins are computed.
_STARTS = 150
# The number of arrows along each side of the gradient field.
_ARROWS = 15
MARKS: dict[str, dict[str, Any]] = {
    "disc": {"marker": "o", "markersize": 9, "markeredgewidth": 1.5},
    "star": {"marker": "*", "markersize": 14, "markeredgewidth": 1.2},
    "cross": {"marker": "X", "markersize": 8, "markeredgewidth": 1.2},
}


def draw_ground(ax: Any, stage: Stage, resolution: int) -> None:
    """Draw everything that does not move, back to front."""
    scene, look = stage.scene, stage.theme
    _heights(ax, stage, resolution)
    if scene.basins is not None:
        _basins(ax, stage, scene.basins)
    if scene.arrows:
        _arrows(ax, stage)
    for guide in scene.guides:
        ax.plot(*guide.T, color=look.ink, linewidth=0.8, linestyle=(0, (4, 3)), zorder=2)
    for shape, places in scene.marks.items():
        if places:
            ax.plot(
                *np.transpose(places), linestyle="none", markerfacecolor=look.paper,
                markeredgecolor=look.ink, zorder=2.2, **MARKS[shape],
            )  # fmt: skip


def _heights(ax: Any, stage: Stage, resolution: int) -> None:
    look = stage.theme
    x, y, z = stage.scene.surface.grid(resolution, resolution, stage.scene.bounds)
    z = np.ma.masked_invalid(z)
    levels = contour_levels(z.filled(np.nan))
    if len(levels) > 2:
        norm = BoundaryNorm(levels, look.fills.N)
        ax.contourf(x, y, z, levels, cmap=look.fills, norm=norm, zorder=0)
        ax.contour(x, y, z, levels, colors=look.faint, linewidths=0.5, linestyles="solid", zorder=1)


def _basins(ax: Any, stage: Stage, label: str) -> None:
    (x0, x1), (y0, y1) = stage.scene.bounds
    ax.imshow(
        tinted(stage.scene, label), extent=(x0, x1, y0, y1), origin="lower",
        aspect=ax.get_aspect(), interpolation="nearest", zorder=0.5,
    )  # fmt: skip


def tinted(scene: Scene, label: str) -> Array:
    """Return an image (ny, nx, 4) of the basins in translucent colours, clear where there is none.

    The first row is that of the lowest y.
    """
    (x0, x1), (y0, y1) = scene.bounds
    edges = np.linspace(0, 1, 2 * _STARTS + 1)[1::2]
    reached = basins(scene, label, x0 + edges * (x1 - x0), y0 + edges * (y1 - y0))
    tints = basin_tints(len(scene.surface.minima))
    return np.concatenate([tints, np.zeros((1, 4))])[reached]


def basin_tints(count: int) -> Array:
    """Return a translucent colour for each minimum, (count, 4), with evenly spaced hues."""
    hues = (0.12 + np.arange(count) / count) % 1.0
    colors = hsv_to_rgb(np.column_stack([hues, np.full(count, 0.75), np.full(count, 0.85)]))
    return np.column_stack([colors, np.full(count, 0.25)])


def _arrows(ax: Any, stage: Stage) -> None:
    grid, arrows = downhill(stage.scene)
    ax.quiver(
        grid[..., 0], grid[..., 1], arrows[..., 0], arrows[..., 1],
        angles="xy", pivot="mid", color=stage.theme.faint, scale=len(grid) * 1.25,
        width=0.0032, headwidth=4.5, headlength=5, headaxislength=4.5, zorder=1.5,
    )  # fmt: skip


def downhill(scene: Scene) -> tuple[Array, Array]:
    """Return a grid of points (15, 15, 2) in the bounds, and an arrow (15, 15, 2) for each.

    It points along the negative gradient; its length, at most 1, grows with the root of the slope.
    """
    (x0, x1), (y0, y1) = scene.bounds
    xs = np.linspace(x0, x1, 2 * _ARROWS + 1)[1::2]
    ys = np.linspace(y0, y1, 2 * _ARROWS + 1)[1::2]
    grid = np.stack(np.meshgrid(xs, ys), axis=-1)
    with np.errstate(all="ignore"):
        down = -scene.surface.gradient(grid)
        size = np.linalg.norm(down, axis=-1, keepdims=True)
        down = np.where(size > 0, down / size, 0.0)
        strength = np.sqrt(size / np.nanmax(size)) if np.nanmax(size) > 0 else size
    return grid, np.asarray(down * (0.35 + 0.65 * strength))
