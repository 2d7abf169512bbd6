"""Visibility: from points in space to pixels, and which of them the surface hides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from animopt.typing import Array, Mask

# A path lies on the sheet; lifted by this part of the height range, rounding cannot sink it.
LIFT = 0.0003


@dataclass(frozen=True, eq=False)
class HeightField:
    """The sheet that is drawn: z (ny, nx) over x (nx,) and y (ny,); NaN is a hole."""

    x: Array
    y: Array
    z: Array

    @cached_property
    def limits(self) -> tuple[float, float] | None:
        """The lowest and the highest height there is; None where the sheet is all hole."""
        finite = self.z[np.isfinite(self.z)]
        return (float(finite.min()), float(finite.max())) if finite.size else None

    def at(self, x: Array, y: Array) -> Array:
        """Return the height of the drawn triangles, NaN outside the grid and next to holes."""
        i = (x - self.x[0]) / (self.x[-1] - self.x[0]) * (len(self.x) - 1)
        j = (y - self.y[0]) / (self.y[-1] - self.y[0]) * (len(self.y) - 1)
        return self.at_index(i, j)

    def at_index(self, i: Array, j: Array) -> Array:
        """Return the height at fractional column i and row j, NaN outside the grid."""
        inside = (i >= 0) & (j >= 0) & (i <= len(self.x) - 1) & (j <= len(self.y) - 1)
        return np.where(inside, self.extended(i, j), np.nan)

    def extended(self, i: Array, j: Array) -> Array:
        """Return the height at fractional column i and row j, any height outside the grid."""
        with np.errstate(invalid="ignore"):  # where there is no place, or no finite height
            i0 = np.clip(i.astype(int), 0, len(self.x) - 2)
            j0 = np.clip(j.astype(int), 0, len(self.y) - 2)
            u, v = i - i0, j - j0
            triangle = 2 * (j0 * (len(self.x) - 1) + i0) + (u < v)
            height, along_u, along_v = (part.take(triangle) for part in self._planes)
            return np.asarray(height + along_u * u + along_v * v)

    @cached_property
    def _planes(self) -> Array:
        """The planes of the triangles that are drawn, two a cell, either side of its diagonal.

        (3, cells * 2): the height of the cell's first corner, the slopes along columns and rows.
        """
        a, b, c, d = self.z[:-1, :-1], self.z[:-1, 1:], self.z[1:, 1:], self.z[1:, :-1]
        below, above = np.stack([a, b - a, c - b]), np.stack([a, c - d, d - a])
        return np.stack([below, above], axis=-1).reshape(3, -1)


@dataclass(frozen=True, eq=False)
class View:
    """One camera: ``matrix`` is that of ``Axes3D.get_proj``, ``place`` maps its plane to pixels."""

    matrix: Array
    place: Array

    @classmethod
    def of(cls, axes: Any) -> View:
        """Return the present view of an Axes3D, the same object whenever it looks the same.

        Names are placed from the views that frames are drawn from later, where half a dozen
        artists ask; and the answer takes longer than they do.
        """
        place = axes.transData.get_matrix()
        angles = (axes.elev, axes.azim, axes.roll, axes.get_w_lims(), tuple(axes._box_aspect))
        known = _VIEWS.setdefault(axes, {})
        key = (angles, place.tobytes())
        if key not in known:
            if len(known) > _KNOWN:
                known.clear()
            known[key] = cls(np.asarray(axes.get_proj()), place)
        return known[key]

    @cached_property
    def eye(self) -> Array:
        """The camera's place (x, y, z, 1), or for a parallel projection its way (x, y, z, 0)."""
        return eye_of(self.matrix)

    def pixels(self, points: Array) -> Array:
        """Project points (..., 3) to pixels (..., 2)."""
        turn, shift = self._rows
        flat = points.reshape(-1, 3) @ turn + shift
        return np.asarray((flat[:, :2] / flat[:, 2:]).reshape(*points.shape[:-1], 2))

    @cached_property
    def _rows(self) -> tuple[Array, Array]:
        """The way to homogeneous pixels: a matrix (3, 3) for points as rows, and a shift (3,)."""
        rows = self.place @ self.matrix[[0, 1, 3]]
        return rows[:, :3].T, rows[:, 3]


_VIEWS: WeakKeyDictionary[Any, dict[object, View]] = WeakKeyDictionary()
_KNOWN = 1000


def eye_of(matrix: Array) -> Array:
    """Return the camera of a projection matrix (4, 4), homogeneous: (x, y, z, 1) or (x, y, z, 0).

    What projects to no place at all is the eye: the null vector of the rows for x, y and w.
    """
    _, _, rows = np.linalg.svd(matrix[[0, 1, 3]])
    eye = rows[-1]
    if abs(eye[3]) > 1e-9 * np.abs(eye).max():
        return np.asarray(eye / eye[3])
    direction = np.cross(matrix[0, :3], matrix[1, :3])
    # Depth grows away from the camera (row 2), so the eye lies where it falls.
    sign = -1.0 if matrix[2, :3] @ direction > 0 else 1.0
    return np.append(sign * direction / np.linalg.norm(direction), 0.0)


def visible(points: Array, field: HeightField, eye: Array, under: bool = False) -> Mask:
    """Return for each point (m, 3) whether the sheet leaves it in sight of the eye, (m,) bool.

    From each point, lifted off the sheet, march towards the eye in steps of half a cell until the
    ray leaves the grid or passes the highest point: hidden where it goes below the sheet; a point
    that lies ``under`` the sheet, where it comes out on top. Holes and what lies off the grid
    hide nothing.
    """
    seen = np.ones(len(points), bool)
    if field.limits is None or len(points) == 0:
        return seen
    low, top = field.limits
    start, step = _rays(points, field, eye, 0.0 if under else LIFT * (top - low))
    end = _ends(start, step, field, top, under)
    rows = np.flatnonzero(end >= 1)
    for first in range(1, 2 * (len(field.x) + len(field.y)), _STRIDE):
        if not len(rows):
            break
        times = np.arange(first, first + _STRIDE)
        x, y, z = (start[rows, i, None] + times * step[rows, i, None] for i in range(3))
        sheet = field.extended(x, y)
        crossed = z > sheet if under else z < sheet
        blocked = (crossed & (times <= end[rows, None])).any(axis=1)
        seen[rows[blocked]] = False
        rows = rows[~blocked & (end[rows] > times[-1])]
    return seen


# Steps at a time: enough to spend the time in array arithmetic, few enough to stop early.
_STRIDE = 12


def _rays(points: Array, field: HeightField, eye: Array, lift: float) -> tuple[Array, Array]:
    """Return starts and steps (m, 3) towards the eye, in columns, rows and height."""
    origin = np.array([field.x[0], field.y[0], 0.0])
    cell = np.array([np.ptp(field.x) / (len(field.x) - 1), np.ptp(field.y) / (len(field.y) - 1), 1])
    start = (points - origin) / cell
    start[:, 2] += lift
    towards = eye[:3] / cell if eye[3] == 0 else (eye[:3] - origin) / cell - start
    towards = np.broadcast_to(towards, start.shape)
    flat = np.hypot(towards[:, 0], towards[:, 1])
    # Straight up, columns never change: one look decides, so any step length will do.
    least = 1e-9 * np.abs(towards).max(axis=1)
    return start, towards * (0.5 / np.maximum(flat, least))[:, None]


def _ends(start: Array, step: Array, field: HeightField, top: float, passing: bool) -> Array:
    """Return after how many steps each ray leaves the grid or rises above the top, (m,).

    ``passing`` counts the step that takes it above the top; 0 is for those that do not start on
    the grid at all.
    """
    low = np.array([0.0, 0.0, -np.inf])
    high = np.array([len(field.x) - 1.0, len(field.y) - 1.0, top])
    with np.errstate(all="ignore"):
        times = np.where(step == 0, np.inf, (np.where(step > 0, high, low) - start) / step)
        inside = ((start >= low) & (start[:, :2] <= high[:2]).all(axis=1, keepdims=True)).all(
            axis=1
        )
    if passing:
        times[:, 2] = np.ceil(times[:, 2])
    return np.where(inside, times.min(axis=1), 0.0)
