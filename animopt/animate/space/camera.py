"""Camera: choosing the angles of a view, and fitting the surface into its axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from animopt.animate.clipping import Box
from animopt.animate.layout import check_room
from animopt.animate.space.paths import SpacePath
from animopt.animate.space.visibility import HeightField, View, visible
from animopt.typing import Array

_ELEVATIONS = (32.0, 45.0, 60.0)
# Oblique to both axes, since a box seen face on looks flat; the first wins a tie.
_AZIMUTHS = (-60.0, -30.0, -120.0, -150.0, 30.0, 60.0, 120.0, 150.0)
_SAMPLES = 300


def best_angles(
    ax: Any,
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
            eye = view_from(ax, e, a).eye
            sight = visible(samples, field, eye).mean() if len(samples) else 1.0
            score = round(float(sight), 3) - 0.1 * rank
            if score > best[0]:
                best = (score, e, a)
    return best[1], best[2]


def fit(
    ax: Any,
    box: Box,
    aspect: tuple[float, float, float],
    margin: tuple[float, float],
    angles: Sequence[tuple[float, float]],
) -> None:
    """Zoom and shift an Axes3D so that its box fills a rectangle of the canvas, in pixels.

    It fits from all the angles that the camera takes; the axes are left at the first. The margins
    (left and right, above and below) leave room for the tick labels around the box.
    """
    canvas = np.array(ax.figure.bbox.size)
    extent = np.array([box[2] - box[0], box[3] - box[1]])
    room = extent - 2 * np.array(margin)
    check_room(*room)
    place = np.array(box[:2])
    zoom = 1.0
    angles = list(dict.fromkeys(angles))
    ends = _corners(ax)
    # The size is almost proportional to the zoom, so only the last round needs many angles: the
    # camera moves steadily, so from one of a hundred to the next the box changes by less than a
    # pixel.
    for count in (12, 12, 100):
        ax.set_box_aspect(aspect, zoom=zoom)
        ax.set_position([*place / canvas, *extent / canvas])
        ax.apply_aspect()
        some = angles[:: len(angles) // count + 1]
        corners = np.concatenate([view_from(ax, *angle).pixels(ends) for angle in some])
        low, high = corners.min(axis=0), corners.max(axis=0)
        zoom *= float((room / (high - low)).min())
        place = place + (np.array(box[:2]) + box[2:]) / 2 - (low + high) / 2
    ax.view_init(*angles[0])


def view_from(ax: Any, elev: float, azim: float) -> View:
    """Turn an Axes3D to these angles in degrees and return its view."""
    ax.view_init(elev=elev, azim=azim)
    return View.of(ax)


def _corners(ax: Any) -> Array:
    limits = (ax.get_xlim(), ax.get_ylim(), ax.get_zlim())
    return np.stack(np.meshgrid(*limits), axis=-1).reshape(-1, 3)
