"""HeightField: the sheet as it is drawn, two triangles a cell, and the height at any place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from animopt.typing import Array


@dataclass(frozen=True, eq=False)
class HeightField:
    """The sheet that is drawn: z (ny, nx) over x (nx,) and y (ny,); NaN is a hole."""

    x: Array
    y: Array
    z: Array

    @cached_property
    def limits(self) -> tuple[float, float] | None:
        """The lowest and highest finite height; None if there is none."""
        finite = self.z[np.isfinite(self.z)]
        return (float(finite.min()), float(finite.max())) if finite.size else None

    def at(self, x: Array, y: Array) -> Array:
        """Return the height of the drawn triangles, NaN outside the grid and next to holes."""
        i = (x - self.x[0]) / (self.x[-1] - self.x[0]) * (len(self.x) - 1)
        j = (y - self.y[0]) / (self.y[-1] - self.y[0]) * (len(self.y) - 1)
        inside = (i >= 0) & (j >= 0) & (i <= len(self.x) - 1) & (j <= len(self.y) - 1)
        return np.where(inside, self.at_index(i, j), np.nan)

    def drape(self, flat: Array) -> Array:
        """Return points of the plane (m, 2) laid on the sheet, (m, 3)."""
        return np.column_stack([flat, self.at(*flat.T)])

    def at_index(self, i: Array, j: Array) -> Array:
        """Return the height at fractional column i and row j; outside the grid it is arbitrary."""
        with np.errstate(invalid="ignore"):  # i, j or a height may be NaN or infinite
            i0 = np.clip(i.astype(int), 0, len(self.x) - 2)
            j0 = np.clip(j.astype(int), 0, len(self.y) - 2)
            u, v = i - i0, j - j0
            triangle = 2 * (j0 * (len(self.x) - 1) + i0) + (u < v)
            height, along_u, along_v = (part.take(triangle) for part in self._planes)
            return np.asarray(height + along_u * u + along_v * v)

    @cached_property
    def _planes(self) -> Array:
        """The planes of the drawn triangles, two per cell, one on each side of its diagonal.

        (3, 2 * cells): the height of the cell's first corner, the slopes along columns and rows.
        """
        a, b, c, d = self.z[:-1, :-1], self.z[:-1, 1:], self.z[1:, 1:], self.z[1:, :-1]
        below, above = np.stack([a, b - a, c - b]), np.stack([a, c - d, d - a])
        return np.stack([below, above], axis=-1).reshape(3, -1)
