"""Counts: how many runs of an ensemble have arrived at each known minimum, written beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from animopt.picture.stage import Stage, inside
from animopt.picture.tracks import Track
from animopt.typing import Bounds, Indices, Points

ASIDE = 7.5
"""How far beside the middle of a minimum its numbers begin, in points."""


@dataclass(frozen=True, eq=False)
class Counts:
    """A number in the colour of each ensemble beside each known minimum that is marked.

    Attributes:
        places: of the minima, (m, 2), or (m, 3) in space.
        tracks: one for each ensemble.
        numbers: how many of its runs have arrived at each step, (ensembles, m, steps + 1).
    """

    places: Points
    tracks: tuple[Track, ...]
    numbers: Indices


def counts(stage: Stage, bounds: Bounds | None = None) -> Counts | None:
    """Return the numbers at the minima in bounds, those of the stage by default, or None."""
    groups = [group for group in stage.groups if group.is_ensemble]
    minima = np.reshape(stage.problem.surface.minima, (-1, 2))
    seen = inside(minima, bounds or stage.bounds)
    if not groups or not stage.look.minima or not seen.any():
        return None
    numbers = np.array([group.arrived[seen] for group in groups])
    return Counts(minima[seen], tuple(group.track for group in groups), numbers)
