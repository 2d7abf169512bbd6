"""The ground of a contour plot: heights, basins, a gradient field, guides and marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from matplotlib.colors import hsv_to_rgb

from animopt.checks import drawable
from animopt.picture.basins import basins
from animopt.picture.levels import level_fractions, points_needed
from animopt.picture.needs import HEIGHTS, check_needs
from animopt.picture.outlines import outlines
from animopt.picture.stage import Stage, marks
from animopt.runs.problem import Problem
from animopt.surfaces.surface import Surface
from animopt.typing import Array, Bounds, Points

# The number of starts along each side of the grid on which basins are computed.
_STARTS = 150
# How far a contour line may be off, in steps from level to level, and the part of the plot where
# it may be more.
_LINE_ERROR, _BENT = 0.015, 0.005
# The number of arrows along each side of the gradient field.
_ARROWS = 15

VEIL = 0.45
"""How much of the paper's colour lies over what is shown beyond the bounds."""


class Field(NamedTuple):
    """Points (15, 15, 2), the downhill arrow at each (15, 15, 2), and the width of the longest.

    An arrow's length is at most 1; ``longest`` is the part of the plot's width that this is.
    """

    points: Points
    arrows: Array
    longest: float


@dataclass(frozen=True, eq=False)
class Ground:
    """What does not move, in plane coordinates.

    Attributes:
        window: the part of the plane that is shown.
        bounds: what of it the paths, the basins and the arrows are in.
        x, y, z: the heights z (ny, nx) over x (nx,) and y (ny,); NaN where there is none.
        levels: the lowest height, those of the contour lines, and the highest; only two where it is
            flat.
        tints: translucent colours of the basins (ny, nx, 4), the lowest y first, or None.
        field: arrows downhill, or None.
        guides: curves, each (m, 2).
        marks: known points (m, 2) by the name of their mark.
    """

    window: Bounds
    bounds: Bounds
    x: Array
    y: Array
    z: Array
    levels: Array
    tints: Array | None
    field: Field | None
    guides: tuple[Array, ...]
    marks: Mapping[str, Points]

    def outlines(self, parts: int) -> list[list[Array]]:
        """Return the closed curves around all of the ground, and around what is above each line.

        Filled one over the other, from the lowest to the highest, these are the filled contours.
        Coordinates run from 0 to ``parts`` along each side of the window.
        """
        (x0, x1), (y0, y1) = self.window
        x, y = (self.x - x0) / (x1 - x0) * parts, (self.y - y0) / (y1 - y0) * parts
        lowest = float(np.nanmin(self.z, initial=self.levels[0]))
        return [outlines(x, y, self.z, level) for level in (lowest, *self.levels[1:-1].tolist())]


def ground(stage: Stage, resolution: int, window: Bounds) -> Ground:
    """Return the ground that is seen in a window.

    Its heights are on a grid of so many points each way across the bounds, or of up to twice as
    many where these are too few for a narrow valley.
    """
    problem, look = stage.problem, stage.look
    if look.arrows:
        check_needs(stage, "Scene(arrows=True)", (HEIGHTS,))
    _, _, z = stage.heights
    bends = level_fractions(z, stage.levels) * (len(stage.levels) - 1)
    count = points_needed(bends, _LINE_ERROR, _BENT, resolution, 2 * resolution)
    parts = [
        (upto - start) / (high - low)
        for (start, upto), (low, high) in zip(window, stage.bounds, strict=True)
    ]
    across, upwards = (round(count * part) for part in parts)
    x, y, z = problem.surface.grid(across, upwards, window)
    return Ground(
        window, stage.bounds, x, y, drawable(z), stage.levels,
        tints=None if look.basins is None else tinted(problem, look.basins, stage.bounds),
        field=downhill(problem.surface, stage.bounds) if look.arrows else None,
        guides=look.guides,
        marks=marks(stage, window),
    )  # fmt: skip


def tinted(problem: Problem, label: str, bounds: Bounds) -> Array:
    """Return an image (ny, nx, 4) of the basins in translucent colours, clear where there is none.

    The first row is that of the lowest y.
    """
    from animopt.scene.panels import check_basins  # what is only drawn needs no scene

    label = check_basins(label, problem.optimizers, problem.surface)
    (x0, x1), (y0, y1) = bounds
    edges = np.linspace(0, 1, 2 * _STARTS + 1)[1::2]
    reached = basins(problem, label, bounds, x0 + edges * (x1 - x0), y0 + edges * (y1 - y0))
    tints = basin_tints(len(problem.surface.minima))
    return np.concatenate([tints, np.zeros((1, 4))])[reached]


def basin_tints(count: int) -> Array:
    """Return a translucent colour for each minimum, (count, 4), with evenly spaced hues."""
    hues = (0.12 + np.arange(count) / count) % 1.0
    colors = hsv_to_rgb(np.column_stack([hues, np.full(count, 0.75), np.full(count, 0.85)]))
    return np.column_stack([colors, np.full(count, 0.25)])


def downhill(surface: Surface, bounds: Bounds) -> Field:
    """Return the negative gradients on a grid; an arrow's length grows with the root of the slope.

    It is at most 1.
    """
    (x0, x1), (y0, y1) = bounds
    xs = np.linspace(x0, x1, 2 * _ARROWS + 1)[1::2]
    ys = np.linspace(y0, y1, 2 * _ARROWS + 1)[1::2]
    grid = np.stack(np.meshgrid(xs, ys), axis=-1)
    with np.errstate(all="ignore"):
        down = -surface.gradient(grid)
        size = np.linalg.norm(down, axis=-1, keepdims=True)
        down = np.where(size > 0, down / size, 0.0)
        strength = np.sqrt(size / np.nanmax(size)) if np.nanmax(size) > 0 else size
    return Field(grid, np.asarray(down * (0.35 + 0.65 * strength)), 0.8 / _ARROWS)
