"""What depends on the reader: where the camera stands, how long an axis is, what overlaps.

The film has one camera and one window; a page has those of its reader, so its script mirrors this
file, ``page/reader.js``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context
from functools import cached_property, lru_cache
from typing import TypeAlias

import numpy as np

from animopt.picture.clipping import Box
from animopt.picture.space.field import HeightField
from animopt.typing import Array, Indices, Mask

Limits: TypeAlias = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
"""The lowest and the highest value of each axis."""

Corner: TypeAlias = tuple[int, int, int]
"""A corner of the box: 0 or 1 for each axis, its lowest or its highest value."""

# How far the camera stands from the middle of the box, and how large the box is: as in
# matplotlib's Axes3D, whose pictures these are.
_DISTANCE = 10.0
_SIZE = 1.8294640721620434 * 25 / 24
# Points on the sheet are lifted by this fraction of the height range, so that rounding errors do
# not put them below it.
LIFT = 0.0003
# Steps of a ray taken at once: enough to make use of array arithmetic, few enough to stop early.
_STRIDE = 12
# The part of the camera's plane that fills the square of pixels.
_LOW, _HIGH = -0.95 / _DISTANCE, 0.9 / _DISTANCE


@dataclass(frozen=True)
class Camera:
    """A camera around a box.

    Attributes:
        limits: of the box, in the units of x, y and drawn heights.
        aspect: the proportions of the box.
        zoom: a factor on its size.
        parallel: whether the projection is orthographic.
        square: the square of pixels that shows the camera's plane.
    """

    limits: Limits
    aspect: tuple[float, float, float]
    parallel: bool
    zoom: float = 1.0
    square: Box = (0.0, 0.0, 1.0, 1.0)

    def view(self, elev: float, azim: float) -> View:
        """Return what is seen from these angles in degrees: the same object each time."""
        return _view(self, elev, azim)

    def filling(self, low: Array, extent: Array, canvas: Array, zoom: float) -> Camera:
        """Return the camera with its square in the middle of a box of pixels on a canvas."""
        # In parts of the canvas, as matplotlib lays out axes, so that no last bit differs.
        corner, room = low / canvas, extent / canvas
        shape = canvas[1] / canvas[0]
        wide, tall = room.tolist()
        flat = wide / shape <= tall
        side = np.array([wide, wide / shape] if flat else [tall * shape, tall])
        shift = (corner + 0.5 * (room - side)) - corner
        ends = np.array([corner, corner + side]) + shift
        (x0, y0), (x1, y1) = (ends * canvas).tolist()
        return replace(self, zoom=zoom, square=(x0, y0, x1, y1))

    def scaled(self, factor: float) -> Camera:
        """Return the camera on a canvas of so many times the pixels each way."""
        x0, y0, x1, y1 = self.square
        return replace(self, square=(factor * x0, factor * y0, factor * x1, factor * y1))

    def matrix(self, elev: float, azim: float) -> Array:
        """Return the projection (4, 4) of homogeneous points, equal to ``Axes3D.get_proj``."""
        # In the order of matplotlib's own operations, so that not even the last bit differs.
        box = np.array(self.aspect)
        box *= _SIZE * self.zoom / np.linalg.norm(box)
        low, high = np.array(self.limits).T
        side = (high - low) / box
        world, turn, shift = np.eye(4), np.eye(4), np.eye(4)
        world[:3, :3], world[:3, 3] = np.diag(1 / side), -low / side
        e, a = np.deg2rad(elev), np.deg2rad(azim)
        out = np.array([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)])
        middle = 0.5 * box
        eye = middle + _DISTANCE * out
        back = (eye - middle) / np.linalg.norm(eye - middle)
        up = np.array([0.0, 0.0, -1.0 if abs((elev + 180) % 360 - 180) > 90 else 1.0])
        right = np.cross(up, back)
        right = right / np.linalg.norm(right)
        turn[:3, :3] = right, np.cross(back, right), back
        shift[:3, 3] = -eye
        return np.asarray(_lens(self.parallel) @ (turn @ shift @ world))


def _lens(parallel: bool) -> Array:
    """Return the matrix from camera coordinates to homogeneous places in its plane."""
    if parallel:
        return np.array([[2.0, 0, 0, 0], [0, 2, 0, 0], [0, 0, -2, 0], [0, 0, 0, 2 * _DISTANCE]])
    return np.array([[1.0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, -_DISTANCE], [0, 0, -1, 0]])


@dataclass(frozen=True, eq=False)
class View:
    """What a camera sees: ``matrix`` maps to its plane, ``place`` from there to pixels."""

    matrix: Array
    place: Array

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


@lru_cache(maxsize=4096)
def _view(camera: Camera, elev: float, azim: float) -> View:
    """Views are kept, since half a dozen artists use that of each frame, and labels all of them."""
    x0, y0, x1, y1 = camera.square
    across = 1 / (_HIGH - _LOW)
    unit = np.array([[across, 0, -_LOW * across], [0, across, -_LOW * across], [0, 0, 1]])
    place = np.array([[x1 - x0, 0, x0], [0, y1 - y0, y0], [0, 0, 1]]) @ unit
    return View(camera.matrix(elev, azim), place)


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


def corners(limits: Limits) -> Array:
    """Return the corners of the box, (8, 3)."""
    return np.stack(np.meshgrid(*limits), axis=-1).reshape(-1, 3)


def far_corner(view: View, limits: Limits) -> Corner:
    """Return the corner of the box that is the farthest from the eye along each axis."""
    middle = (0.0, 0.0, 0.0) if view.eye[3] == 0 else np.mean(limits, axis=1)
    i, j, k = (int(eye < half) for eye, half in zip(view.eye[:3], middle, strict=True))
    return i, j, k


def label_edge(axis: int, limits: Limits, far: Corner, view: View) -> Array:
    """Return the edge (2, 3) of the box that carries an axis' tick labels.

    It is an outer edge of a far wall, so the surface is never behind it: for x and y the near edge
    of the floor; for the heights the one of two that is farther to the right in the picture.
    """
    candidates = [
        edge_line(limits, far, {near: limits[near][1 - far[near]], axis: limits[axis]})
        for near in range(3)
        if near != axis
    ]
    if axis != 2:
        return candidates[0]
    return max(candidates, key=lambda edge: float(view.pixels(edge)[:, 0].mean()))


def edge_line(limits: Limits, far: Corner, ends: Mapping[int, float | tuple[float, ...]]) -> Array:
    """Return a line (2, 3): the far corner twice, but for the axes whose end values are given."""
    line = np.empty((2, 3))
    for axis in range(3):
        line[:, axis] = ends.get(axis, limits[axis][far[axis]])
    return line


def edges(limits: Limits, far: Corner, view: View) -> Array:
    """Return the edges (6, 2, 3) where the far walls meet, and those that carry tick labels."""
    lines = []
    for axis in range(3):
        inner = edge_line(limits, far, {axis: limits[axis]})
        lines += [inner, label_edge(axis, limits, far, view)]
    return np.array(lines)


def aside(edge: Array, middle: Array, size: tuple[float, float], gap: float) -> tuple[float, float]:
    """Return the shift of the middle of a number from its tick on an edge (2, 2), in pixels.

    It is away from the middle of the box. A number needs its width as room beside a steep edge, its
    height below a flat one.
    """
    (x0, y0), (x1, y1) = edge.tolist()
    across, up = _normal(edge)
    if across * ((x0 + x1) / 2 - middle[0]) + up * ((y0 + y1) / 2 - middle[1]) < 0:
        across, up = -across, -up
    away = gap + span(edge, size) / 2
    return across * away, up * away


def span(edge: Array, size: tuple[float, float]) -> float:
    """Return how much room a box of a width and a height needs across an edge (2, 2)."""
    across, up = _normal(edge)
    return abs(across) * size[0] + abs(up) * size[1]


def _normal(edge: Array) -> tuple[float, float]:
    (x0, y0), (x1, y1) = edge.tolist()
    length = math.hypot(x1 - x0, y1 - y0)
    return (y0 - y1) / length, (x1 - x0) / length


def stride(middles: Array, sizes: Array) -> int:
    """Return the least k for which no two of every k-th box (n, 2) that follow each other overlap.

    The boxes stand in a row; ``sizes`` are their widths and heights, (n, 2).
    """
    for k in range(1, len(middles)):
        apart = np.abs(middles[k::k] - middles[:-k:k][: len(middles[k::k])])
        room = (sizes[k::k] + sizes[:-k:k][: len(sizes[k::k])]) / 2
        if (apart >= room).any(axis=1).all():
            return k
    return max(len(middles), 1)


def farthest_first(ticks: Array, eye: float, parallel: bool) -> Indices:
    """Return the cells between the ticks of an axis, the farthest from the eye first.

    For any camera, a cell of a height field can hide only cells farther away along both axes.
    """
    middle = (ticks[1:] + ticks[:-1]) / 2
    distance = -eye * middle if parallel else np.abs(middle - eye)
    return np.argsort(-distance, kind="stable")


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


def density(length: float, usual: float) -> int:
    """Return which of the three densities of ticks suits an axis, by its length and the film's.

    Both are in ems of the numbers' type.
    """
    return 0 if length < 0.6 * usual else 2 if length > 1.7 * usual else 1


def short_number(value: float, digits: int = 4) -> str:
    """Return a number in four digits, or in three and an exponent where it is small or large.

    One that needs more digits, to be told from others that are nearly as large, has all of them.

    >>> [short_number(value) for value in (46.0, -0.12345, 123456, 1e-7, np.inf, np.nan)]
    ['46', '−0.1235', '1.23e5', '1.00e−7', '∞', '–']
    >>> short_number(1000000.75, digits=9), short_number(3e9, digits=6)
    ('1000000.75', '3.00000e9')
    """
    if math.isnan(value):
        return "–"
    sign, size = "−" if value < 0 else "", abs(value)
    if math.isinf(size):
        return f"{sign}∞"
    if digits > 4 and size >= 1e-3:
        exact = Context(digits, ROUND_HALF_UP).create_decimal_from_float(size)
        places = digits - 1 - exact.adjusted()
        form = f".{places}f" if places >= 0 else f".{digits - 1}e"
        return f"{sign}{exact:{form}}".replace("e+", "e")
    wide = size != 0 and not 1e-3 <= size < 1e5
    # Halves are rounded up, as in a browser.
    rounded = float(Context(3 if wide else 4, ROUND_HALF_UP).create_decimal_from_float(size))
    if not wide:
        return f"{sign}{rounded:g}"
    mantissa, exponent = f"{rounded:.2e}".split("e")
    return f"{sign}{mantissa}e{int(exponent)}".replace("-", "−")
