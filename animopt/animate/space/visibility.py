"""Visibility: projecting points to pixels, and finding those that the surface hides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from animopt.typing import Array, Mask

# Points on the sheet are lifted by this fraction of the height range, so that rounding errors do
# not put them below it.
LIFT = 0.0003


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


@dataclass(frozen=True, eq=False)
class View:
    """A camera: ``matrix`` is that of ``Axes3D.get_proj``, ``place`` maps its plane to pixels."""

    matrix: Array
    place: Array

    @classmethod
    def of(cls, axes: Any) -> View:
        """Return the current view of an Axes3D: the same object as long as the view is the same.

        Views are cached, since computing one takes longer than drawing with it: half a dozen
        artists use that of each frame, and labels are placed beforehand with those of all frames.
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
        """The camera's position (x, y, z, 1), or the direction to a parallel one (x, y, z, 0)."""
        return eye_of(self.matrix)

    def pixels(self, points: Array) -> Array:
        """Project points (..., 3) to pixels (..., 2)."""
        matrix, shift = self._to_pixels
        flat = points.reshape(-1, 3) @ matrix + shift
        return np.asarray((flat[:, :2] / flat[:, 2:]).reshape(*points.shape[:-1], 2))

    @cached_property
    def _to_pixels(self) -> tuple[Array, Array]:
        """The map to homogeneous pixels: a matrix (3, 3) for points as rows, and a shift (3,)."""
        rows = self.place @ self.matrix[[0, 1, 3]]
        return rows[:, :3].T, rows[:, 3]


_VIEWS: WeakKeyDictionary[Any, dict[object, View]] = WeakKeyDictionary()
_KNOWN = 1000


def eye_of(matrix: Array) -> Array:
    """Return the camera of a projection matrix (4, 4), homogeneous: (x, y, z, 1) or (x, y, z, 0).

    The eye is the one point without a projection: the null vector of the rows for x, y and w.
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
    """Return which points (m, 3) the eye can see past the sheet, (m,).

    From each point, lifted off the sheet, march towards the eye in steps of half a cell until the
    ray leaves the grid or rises above the highest point. The point is hidden if the ray goes below
    the sheet; or, for points ``under`` the sheet, if it goes above. Holes hide nothing, nor is
    anything hidden outside the grid.
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
        sheet = field.at_index(x, y)
        crossed = z > sheet if under else z < sheet
        blocked = (crossed & (times <= end[rows, None])).any(axis=1)
        seen[rows[blocked]] = False
        rows = rows[~blocked & (end[rows] > times[-1])]
    return seen


# Steps taken at once: many enough to make use of array arithmetic, few enough to stop early.
_STRIDE = 12


def _rays(points: Array, field: HeightField, eye: Array, lift: float) -> tuple[Array, Array]:
    """Return the start of each ray and its step towards the eye, (m, 3): columns, rows, height."""
    origin = np.array([field.x[0], field.y[0], 0.0])
    cell = np.array([np.ptp(field.x) / (len(field.x) - 1), np.ptp(field.y) / (len(field.y) - 1), 1])
    start = (points - origin) / cell
    start[:, 2] += lift
    towards = eye[:3] / cell if eye[3] == 0 else (eye[:3] - origin) / cell - start
    towards = np.broadcast_to(towards, start.shape)
    flat = np.hypot(towards[:, 0], towards[:, 1])
    # A vertical ray stays in its cell: one step decides, so its length does not matter.
    least = 1e-9 * np.abs(towards).max(axis=1)
    return start, towards * (0.5 / np.maximum(flat, least))[:, None]


def _ends(start: Array, step: Array, field: HeightField, top: float, passing: bool) -> Array:
    """Return after how many steps each ray leaves the grid or rises above the top, (m,).

    ``passing`` includes the step that takes it above the top. A ray that does not start on the
    grid gets 0.
    """
    low = np.array([0.0, 0.0, -np.inf])
    high = np.array([len(field.x) - 1.0, len(field.y) - 1.0, top])
    with np.errstate(all="ignore"):
        times = np.where(step == 0, np.inf, (np.where(step > 0, high, low) - start) / step)
        inside = (start >= low).all(axis=1) & (start[:, :2] <= high[:2]).all(axis=1)
    if passing:
        times[:, 2] = np.ceil(times[:, 2])
    return np.where(inside, times.min(axis=1), 0.0)
