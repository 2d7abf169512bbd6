"""Camera: the angles a surface is seen from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from animopt.animate.artists import Box
from animopt.animate.space import HeightField, View, visible
from animopt.animate.spacepaths import SpacePath
from animopt.typing import Array

_ELEVATIONS = (32.0, 45.0, 60.0)
# Askew to both axes, since a box seen face on looks flat; the first wins a tie.
_AZIMUTHS = (-60.0, -30.0, -120.0, -150.0, 30.0, 60.0, 120.0, 150.0)
_SAMPLES = 300


def best_angles(
    ax: Any,
    field: HeightField,
    paths: Sequence[SpacePath],
    elev: float | None,
    azim: float | None,
) -> tuple[float, float]:
    """Return (elevation, azimuth) in degrees, those that are None chosen to see most of the paths.

    Every angle of a grid is tried and the samples in sight are counted; a steeper look must win by
    a tenth, since it flattens the surface.
    """
    if elev is not None and azim is not None:
        return elev, azim
    samples = np.concatenate([path.points for path in paths])
    samples = samples[np.isfinite(samples).all(axis=1)]
    samples = samples[np.linspace(0, len(samples) - 1, min(_SAMPLES, len(samples))).astype(int)]
    best = (-1.0, 0.0, 0.0)
    for rank, e in enumerate(_ELEVATIONS if elev is None else (elev,)):
        for a in _AZIMUTHS if azim is None else (azim,):
            ax.view_init(elev=e, azim=a)
            sight = visible(samples, field, View.of(ax).eye).mean() if len(samples) else 1.0
            score = round(float(sight), 3) - 0.1 * rank
            if score > best[0]:
                best = (score, e, a)
    return best[1], best[2]


def fit(ax: Any, box: Box, aspect: tuple[float, float, float], margin: tuple[float, float]) -> None:
    """Zoom and shift an Axes3D so that its box fills a rectangle of the canvas, in pixels.

    The margins (left and right, above and below) leave room for the tick labels around the box.
    """
    width, height = ax.figure.bbox.size
    rectangle = (box[0], box[1], box[2] - box[0], box[3] - box[1])
    place = np.array([rectangle[0] / width, rectangle[1] / height])
    extent = np.array([rectangle[2] / width, rectangle[3] / height])
    zoom = 1.0
    for _ in range(3):
        ax.set_box_aspect(aspect, zoom=zoom)
        ax.set_position([*place, *extent])
        ax.apply_aspect()
        corners = View.of(ax).pixels(_corners(ax))
        low, high = corners.min(axis=0), corners.max(axis=0)
        room = np.array([rectangle[2], rectangle[3]]) - 2 * np.array(margin)
        zoom *= float((room / (high - low)).min())
        middle = np.array([box[0] + box[2], box[1] + box[3]]) / 2
        place = place + (middle - (low + high) / 2) / (width, height)


def _corners(ax: Any) -> Array:
    limits = (ax.get_xlim(), ax.get_ylim(), ax.get_zlim())
    return np.stack(np.meshgrid(*limits), axis=-1).reshape(-1, 3)
