"""The table: the present rank and loss of every run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from animopt.picture.clipping import Box
from animopt.picture.stage import Stage
from animopt.picture.tracks import Track
from animopt.typing import Array, Indices


@dataclass(frozen=True, eq=False)
class Table:
    """The tracks, and their ranking at each step (n, steps + 1), the lowest loss first."""

    box: Box
    tracks: tuple[Track, ...]
    rankings: Indices

    def ranking(self, step: int) -> Indices:
        """Return the indices of the tracks from the lowest loss at a step to the highest."""
        return np.asarray(self.rankings[:, step])


@dataclass
class TablePanel:
    """The runs ranked by their present losses, the lowest on top."""

    projection: ClassVar[str | None] = None
    margins: ClassVar = (14.0, 4.0, 12.0, 16.0)

    def compose(self, stage: Stage, box: Box) -> Table:
        """Return the table as it fills a box of pixels."""
        values = np.array([track.values for track in stage.paths])
        finite = np.where(np.isfinite(values), values, np.inf)
        return Table(box, tuple(stage.paths), np.argsort(finite, axis=0, kind="stable"))


def loss_text(track: Track, step: int) -> str:
    """Return the loss at a step with a few digits, or "diverged"."""
    value = float(track.values[step])
    if track.diverged is not None and step >= track.diverged:
        return "diverged"
    return loss_number(value)


def loss_number(value: float) -> str:
    """Return a loss with a few digits.

    >>> loss_number(3.0), loss_number(-1.5e-7)
    ('3.0000', '−1.50e−07')
    """
    form = ".4f" if value == 0 or 1e-3 <= abs(value) < 1e4 else ".2e"
    return f"{value:{form}}".replace("-", "−")


def loss_digits(losses: Sequence[Array]) -> int:
    """Return the digits by which losses are told apart: more than four if they are nearly equal.

    >>> loss_digits([np.array([4.0, 1.0])]), loss_digits([np.array([1e6 + 4, 1e6 + 1])])
    (4, 10)
    """
    known = np.concatenate([np.empty(0), *losses])
    known = known[np.isfinite(known)]
    size = float(np.abs(known).max(initial=0.0))
    with np.errstate(over="ignore"):
        apart = float(np.ptp(known)) if known.size else 0.0
    if not 0 < apart < 0.1 * size:
        return 4
    return min(4 + math.ceil(math.log10(size) - math.log10(apart)), 15)
