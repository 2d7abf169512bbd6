"""Space: how a surface is shown in three dimensions, and how the camera moves, as plain data."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from animopt.checks import as_floats, as_number, check_flags
from animopt.errors import InvalidInput, Suggesting, check_choice, short

HIDDEN = ("ghost", "none")
CONTOURS = ("floor", "surface", "both", "none")
PROJECTIONS = ("persp", "ortho")


class Camera(Protocol):
    """Where the camera stands: a pure function of progress through the animation."""

    def at(self, progress: float, elev: float, azim: float) -> tuple[float, float]:
        """Return (elevation, azimuth) in degrees at a progress in [0, 1].

        ``elev`` and ``azim`` are the angles of a camera that stands still.
        """


@dataclass(frozen=True)
class Orbit:
    """Turn around the surface at a constant rate: azimuth + 360 turns progress.

    Args:
        turns: the number of turns, not necessarily whole; negative for the other direction.

    >>> Orbit(turns=0.5).at(0.5, elev=30, azim=-60)
    (30, 30.0)
    """

    turns: float = 1.0

    def __post_init__(self) -> None:
        if not math.isfinite(as_number(self.turns)):
            raise InvalidInput(f"Orbit(turns={short(self.turns)}): turns must be a finite number")

    def at(self, progress: float, elev: float, azim: float) -> tuple[float, float]:
        """Return the angles at this progress."""
        return elev, azim + 360.0 * self.turns * progress


@dataclass(frozen=True)
class Keyframes:
    """Move through given angles, easing in and out of each: 3 t^2 - 2 t^3 between two frames.

    Args:
        frames: (progress, elevation, azimuth), ordered by progress, which is in [0, 1].

    >>> Keyframes([(0, 30, -60), (1, 60, 0)]).at(0.5, elev=0, azim=0)
    (45.0, -30.0)
    """

    frames: Sequence[tuple[float, float, float]]

    def __post_init__(self) -> None:
        frames = as_floats(self.frames)
        moments = frames[:, 0].tolist() if frames.ndim == 2 and frames.shape[1] == 3 else []
        fits = moments == sorted(moments) and np.isfinite(frames).all()
        if not (moments and fits and moments[0] >= 0 and moments[-1] <= 1):
            raise InvalidInput(
                f"Keyframes({short(self.frames)}): give a list of (progress, elev, azim), with "
                "progress in [0, 1] and rising"
            )

    def at(self, progress: float, elev: float, azim: float) -> tuple[float, float]:
        """Return the angles at this progress."""
        after = bisect_right(self.frames, progress, key=lambda frame: frame[0])
        start, e0, a0 = self.frames[max(after - 1, 0)]
        end, e1, a1 = self.frames[min(after, len(self.frames) - 1)]
        t = (progress - start) / (end - start) if end > start else 0.0
        eased = t * t * (3 - 2 * t)
        return e0 + eased * (e1 - e0), a0 + eased * (a1 - a0)


@dataclass(frozen=True)
class Space(Suggesting):
    """How a surface is shown in three dimensions.

    Args:
        camera: an Orbit or Keyframes; None stands still at the scene's elev and azim.
        projection: "persp" or "ortho".
        log: heights above the lowest on a logarithmic scale, for values that span decades.
        hidden: what is drawn of a path behind the surface: a "ghost", thin, dashed and faint, or
            "none".
        chord: straight lines between steps, instead of paths that follow the surface.
        contours: contour lines on the "floor", on the "surface", "both" or "none".
        wireframe: lines along the grid of the surface.
        alpha: opacity of the surface, in (0, 1].
        shadow: the path's shadow on the floor.
        drops: a line from each point down to the floor.
    """

    camera: Camera | None = None
    projection: str = "persp"
    log: bool = False
    hidden: str = "ghost"
    chord: bool = False
    contours: str = "floor"
    wireframe: bool = False
    alpha: float = 1.0
    shadow: bool = False
    drops: bool = False

    def __post_init__(self) -> None:
        known = {"projection": PROJECTIONS, "hidden": HIDDEN, "contours": CONTOURS}
        for name, choices in known.items():
            check_choice("Space", name, getattr(self, name), choices)
        check_flags("Space", self, "log", "chord", "wireframe", "shadow", "drops")
        camera = self.camera
        if camera is not None and (isinstance(camera, type) or not hasattr(camera, "at")):
            raise InvalidInput(
                f"Space(camera={short(camera)}): give Orbit(turns=1), Keyframes([...]), or an "
                "object with at(progress, elev, azim)"
            )
        if not 0 < as_number(self.alpha) <= 1:
            raise InvalidInput(f"Space(alpha={short(self.alpha)}): alpha must be in (0, 1]")
