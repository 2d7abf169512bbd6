"""Camera: choosing the angles of a view, and fitting the surface into its box of pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from animopt.picture.clipping import Box
from animopt.picture.layout import check_room
from animopt.picture.reader import Camera, visible
from animopt.picture.space.field import HeightField
from animopt.picture.space.paths import SpacePath

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


def fit(
    camera: Camera,
    box: Box,
    canvas: tuple[int, int],
    margin: tuple[float, float],
    angles: Sequence[tuple[float, float]],
) -> Camera:
    """Return the camera zoomed and shifted so that what it shows fills a box of the canvas.

    It fits from all the angles that the camera takes. The margins (left and right, above and below)
    leave room for the tick labels around the box.
    """
    check_room(box[2] - box[0] - 2 * margin[0], box[3] - box[1] - 2 * margin[1])
    return camera.fitting(box, canvas, margin, angles)
