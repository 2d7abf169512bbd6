"""Tails: the last steps of each path only, or paths that fade with age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

# How many shades a fading tail has, and the opacity that it fades to.
_SHADES = 10
_FAINTEST = 0.1


class Shade(NamedTuple):
    """A part of a tail, and its opacity."""

    after: int
    upto: int
    opacity: float


@dataclass(frozen=True)
class Tail:
    """How much of a path is seen: its last ``length`` steps, all for None; older ones fainter."""

    length: int | None = None
    fade: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the whole path is seen, as strong everywhere."""
        return self.length is None and not self.fade

    def shades(self, step: int) -> list[Shade]:
        """Return the shades at a step, oldest first."""
        oldest = 0 if self.length is None else max(0, step - self.length)
        if not self.fade:
            return [Shade(oldest, step, 1.0)]
        ends = np.unique(np.linspace(oldest, step, _SHADES + 1).round().astype(int))
        ages = (ends[1:] - oldest) / max(1, step - oldest)
        opacity = _FAINTEST + (1 - _FAINTEST) * ages
        return list(map(Shade, ends[:-1].tolist(), ends[1:].tolist(), opacity.tolist()))
