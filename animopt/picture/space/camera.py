"""Camera: choosing the angles of a view, and fitting the surface into its box of pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from animopt.picture.clipping import Box
from animopt.picture.reader import (
    Camera,
    Limits,
    View,
    aside,
    corners,
    far_corner,
    label_edge,
    span,
    stride,
    visible,
)
from animopt.picture.space.field import HeightField
from animopt.picture.space.paths import SpacePath
from animopt.typing import Array, Indices

_ELEVATIONS = (32.0, 45.0, 60.0)
# Oblique to both axes, since a box seen face on looks flat; the first wins a tie.
_AZIMUTHS = (-60.0, -30.0, -120.0, -150.0, 30.0, 60.0, 120.0, 150.0)
_SAMPLES = 300


def best_angles(
    camera: Camera,
    field: HeightField,
    paths: Sequence[SpacePath],
    elev: float | None,
    azim: float | None,
) -> tuple[float, float]:
    """Return (elevation, azimuth) in degrees; what is None is chosen to show most of the paths.

    Each angle of a grid is tried and the visible samples are counted. A steeper view, which makes
    the surface look flatter, must show a tenth more of them.
    """
    if elev is not None and azim is not None:
        return elev, azim
    samples = np.concatenate([path.points for path in paths])
    samples = samples[np.isfinite(samples).all(axis=1)]
    samples = samples[np.linspace(0, len(samples) - 1, min(_SAMPLES, len(samples))).astype(int)]
    best = (-1.0, 0.0, 0.0)
    for rank, e in enumerate(_ELEVATIONS if elev is None else (elev,)):
        for a in _AZIMUTHS if azim is None else (azim,):
            eye = camera.view(e, a).eye
            sight = visible(samples, field, eye).mean() if len(samples) else 1.0
            score = round(float(sight), 3) - 0.1 * rank
            if score > best[0]:
                best = (score, e, a)
    return best[1], best[2]


@dataclass(frozen=True)
class Numbers:
    """The numbers on the axes of a box, and their names, as they are written.

    Attributes:
        values: of each axis.
        widths: of each number, in pixels.
        names: the width of each axis' name, 0 where it has none.
        height: of all of them.
        gap: the free space between an edge and its numbers.
        shortest: the length of an edge from which it has numbers; a shorter one points at the eye.
    """

    values: tuple[tuple[float, ...], ...]
    widths: tuple[tuple[float, ...], ...]
    names: tuple[float, ...]
    height: float
    gap: float
    shortest: float


@dataclass(frozen=True, eq=False)
class Beside:
    """What stands beside the edge of an axis, in pixels.

    Attributes:
        ticks: the places of its numbers on the edge, (n, 2).
        middles: the middles of the numbers, (n, 2).
        shown: which of them there is room for, (m,).
        name: the middle of the axis' name, (2,).
    """

    ticks: Array
    middles: Array
    shown: Indices
    name: Array


def beside_edges(view: View, limits: Limits, numbers: Numbers, least: float) -> dict[int, Beside]:
    """Return what stands beside the edge of each axis, outside of the box.

    Edges that look shorter than the least length have nothing. Where numbers would touch each
    other, every second, third and so on is left out.
    """
    far, middle = far_corner(view, limits), view.pixels(np.mean(limits, axis=1))
    found = {}
    for axis, (values, widths) in enumerate(zip(numbers.values, numbers.widths, strict=True)):
        edge = label_edge(axis, limits, far, view)
        ends = view.pixels(edge)
        if not values or math.dist(*ends.tolist()) < least:
            continue
        points = np.tile(edge[0], (len(values) + 1, 1))
        points[:, axis] = *values, edge[:, axis].mean()
        ticks, half = np.split(view.pixels(points), [-1])
        shifts = [aside(ends, middle, (wide, numbers.height), numbers.gap) for wide in widths]
        middles = ticks + shifts
        sizes = np.array([(wide + numbers.gap, numbers.height) for wide in widths])
        shown = np.arange(0, len(values), stride(middles, sizes))
        name = (numbers.names[axis], numbers.height)
        beyond = 2 * numbers.gap + span(ends, (max(widths), numbers.height))
        place = half[0] + aside(ends, middle, name, beyond)
        found[axis] = Beside(ticks, middles, shown, place)
    return found


def fit(
    camera: Camera,
    box: Box,
    canvas: tuple[float, float],
    margin: float,
    angles: Sequence[tuple[float, float]],
    numbers: Numbers,
) -> Camera:
    """Return the camera zoomed and shifted so that what it shows fills a box, less a margin.

    From all the angles that it takes, the box of the surface and the numbers at its edges are in
    there. The page has a reader's window instead, and its script mirrors this function.
    """
    zoom, place = 1.0, np.array(box[:2])
    middle, extent = np.add(box[:2], box[2:]) / 2, np.subtract(box[2:], box[:2])
    angles = list(dict.fromkeys(angles))
    # The first rounds find the size, which few angles tell. The camera moves steadily, so from one
    # of a hundred angles to the next the box changes by less than a pixel.
    for count in (12, 12, 12, 100, 100):
        seen = camera.filling(place, extent, np.array(canvas, float), zoom)
        some = angles[:: len(angles) // count + 1]
        parts = [_reach(seen.view(*angle), camera.limits, numbers) for angle in some]
        spots, low, high = map(np.concatenate, zip(*parts, strict=True))
        first, last = low.argmin(axis=0), high.argmax(axis=0)
        taken, axes = high.max(axis=0) - low.min(axis=0), [0, 1]
        # Only the distance between what carries the outermost numbers grows with the zoom.
        grows = np.maximum(spots[last, axes] - spots[first, axes], 1.0)
        factors = 1 + (extent - 2 * margin - taken) / grows
        zoom *= max(float(factors.min()), 0.2)
        place = place + middle - (low.min(axis=0) + high.max(axis=0)) / 2
    return camera.filling(place, extent, np.array(canvas, float), zoom)


def _reach(view: View, limits: Limits, numbers: Numbers) -> tuple[Array, Array, Array]:
    """Return the places in a view that must be seen, and how far what is there reaches, (n, 2)."""
    ends = view.pixels(corners(limits))
    spots, lows, highs = [ends], [ends], [ends]
    # Edges that are a little too short may become long enough when the camera is zoomed.
    for axis, beside in beside_edges(view, limits, numbers, numbers.shortest / 2).items():
        widths = [*numbers.widths[axis], numbers.names[axis]]
        half = np.array([(wide / 2, numbers.height / 2) for wide in widths])
        middles = np.vstack([beside.middles, beside.name])
        spots.append(np.vstack([beside.ticks, beside.name]))
        lows.append(middles - half)
        highs.append(middles + half)
    return np.concatenate(spots), np.concatenate(lows), np.concatenate(highs)
