"""Contours as plain curves: closed outlines of regions, and the lines at given levels."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, cast

import contourpy
import numpy as np
from matplotlib.path import Path

from animopt.typing import Array


def outlines(x: Array, y: Array, z: Array, level: float) -> list[Array]:
    """Return the closed curves (m, 2) that bound the region above a level, holes included.

    They are simplified to within one unit of x and y, so the units must be too small to see. The
    first point of each is not repeated at its end.
    """
    generator = contourpy.contour_generator(
        x, y, np.ma.masked_invalid(z), fill_type=contourpy.FillType.OuterOffset
    )
    polygons, offsets = cast(Any, generator.filled(level, np.inf))
    return [
        np.asarray(simplified(Path(polygon[start:end]), 1.0).vertices)
        for polygon, cuts in zip(polygons, offsets, strict=True)
        for start, end in pairwise(cuts)
    ]


def level_lines(x: Array, y: Array, z: Array, levels: Iterable[float]) -> list[Array]:
    """Return the contour lines (m, 2) at these levels, from the first level to the last."""
    generator = contourpy.contour_generator(x, y, np.ma.masked_invalid(z))
    return [np.asarray(line) for level in levels for line in generator.lines(level)]


def simplified(curve: Path, tolerance: float) -> Path:
    """Return a curve without the points that lie this close to the line through the others."""
    curve.simplify_threshold = tolerance
    less = curve.cleaned(simplify=True)
    # The last vertex only marks the end of the path.
    return Path(np.asarray(less.vertices)[:-1], np.asarray(less.codes)[:-1])
