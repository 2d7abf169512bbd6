"""Outlines: contours as curves, for those that draw them by themselves."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, cast

import contourpy
import numpy as np
from matplotlib.path import Path

from animopt.typing import Array


def outlines(x: Array, y: Array, z: Array, level: float) -> list[Array]:
    """Return the closed curves (m, 2) around all that lies above a level, holes included.

    They stay within one unit of x and y, which are to be so fine that this does not show; the
    last point of each joins the first without repeating it.
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


def simplified(curve: Path, off: float) -> Path:
    """Return a curve without the points that the lines between the others pass at most so far."""
    curve.simplify_threshold = off
    less = curve.cleaned(simplify=True)
    # The last is no point, only the mark of the end.
    return Path(np.asarray(less.vertices)[:-1], np.asarray(less.codes)[:-1])
