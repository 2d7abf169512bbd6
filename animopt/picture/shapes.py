"""Shapes of markers, marks and arrows, as closed outlines (m, 2) around the origin, y upwards."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from animopt.typing import Array


def _polygon(*corners: tuple[float, float], parts: float = 1.0) -> Array:
    outline = np.array(corners, float) / parts
    return np.concatenate([outline, outline[:1]])


def _around(count: int, *far: float) -> Array:
    """Return corners at equal angles around the origin, the first on top, at distances in turn."""
    angles = 2 * np.pi / count * np.arange(count + 1) + np.pi / 2
    radii = np.resize(far, count + 1)
    return np.asarray(np.column_stack([np.cos(angles), np.sin(angles)]) * radii[:, None])


_PLUS = [
    (-1, -3), (1, -3), (1, -1), (3, -1), (3, 1), (1, 1),
    (1, 3), (-1, 3), (-1, 1), (-3, 1), (-3, -1), (-1, -1),
]  # fmt: skip

MARKERS: dict[str, Array | None] = {
    "o": None,
    "s": _polygon((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "^": _polygon((-1.1, -0.8), (1.1, -0.8), (0, 1.2)),
    "D": _polygon((-1.2, 0.0), (0.0, -1.2), (1.2, 0.0), (0.0, 1.2)),
    "v": _polygon((-1.1, 0.8), (1.1, 0.8), (0, -1.2)),
    "p": 1.15 * _around(5, 1.0),
    "*": 1.4 * _around(10, 1.0, 0.5),
    "P": _polygon(*_PLUS, parts=2.5),
}
"""The markers of runs in the order in which they are given out; None is the unit circle."""


def _force(half: float, head: float) -> Array:
    """Return an arrow pointing right, given the half widths of its shaft and its head."""
    upper = [(-1.6, half), (0.3, half), (0.3, head), (1.7, 0.0)]
    return _polygon(*upper, *((x, -y) for x, y in upper[-2::-1]))


def _ring(outer: float, inner: float) -> Array:
    """Return the outline of what lies between two circles, one after the other."""
    circle = _around(32, 1.0)
    circle[-1] = circle[0]
    return np.concatenate([outer * circle, inner * circle[::-1]])


KEYS = {
    "→": _force(0.24, 0.7), "➔": _force(0.5, 1.2),
    "○": _ring(1.5, 0.85), "◎": np.concatenate([_ring(1.6, 1.05), 0.6 * _around(32, 1.0)]),
}  # fmt: skip
"""What the legend shows forces and halos by; no run has them as its marker."""

SHAPES = MARKERS | KEYS

START = MARKERS["s"]
"""The hollow mark where a path starts."""

EXIT = _polygon((0.0, 0.0), (-1.6, 0.75), (-1.15, 0.0), (-1.6, -0.75))
"""The arrow where a path has left the plot: its tip is at the origin, and points right."""

HEAD_SIZE = 3.6
"""The radius of a head, in points."""

SECTORS = 1.3
"""The radius of a mark for several heads that coincide, in sizes of a head."""

MANY = 8
"""The most of them that have a sector each; of more the mark is their count."""

CASING, DOT = 0.8, 2.1
"""The width of the casing on each side of a path, and the radius of a dot on it, in points."""

LARGE = 2.1
"""The size of that arrow, in sizes of a head."""

ARROW = LARGE * 1.15
"""The length of its middle, in sizes of a head."""

TRIM = 0.46 * ARROW * HEAD_SIZE
"""How long before the tip of that arrow a path ends, in points; also below one that is smaller, it
does not show beside the tip."""

HEAD = _polygon((0.0, 0.0), (-1.0, 0.42), (-1.0, -0.42))
"""The head of a force's arrow, its tip at the origin."""


class Halo(NamedTuple):
    """How the distance from a plane is drawn: its edge in points, and the opacities of both."""

    edge: float
    line: float
    face: float


AURA = Halo(1.0, 0.7, 0.13)


class Mark(NamedTuple):
    """How a known point is marked: an outline, its radius and the width of its edge in points."""

    outline: Array | None
    radius: float
    edge: float


_X = [
    (-1, -2), (0, -1), (1, -2), (2, -1), (1, 0), (2, 1),
    (1, 2), (0, 1), (-1, 2), (-2, 1), (-1, 0), (-2, -1),
]  # fmt: skip

MARKS = {
    "disc": Mark(None, 4.5, 1.5),
    "star": Mark(_around(10, 1.0, 0.381966), 7.0, 1.2),
    "cross": Mark(_polygon(*_X, parts=2), 4.0, 1.2),
}
"""The marks of known minima and saddle points."""

COLLAR = Mark(None, 7.5, 0.9)
"""The disc behind a head, in the colour that the ground would have at the loss of the run."""

FOOT = Mark(None, 1.9, 1.2)
"""The dot on the sheet below a head with a loss of its own, and the line to it."""
