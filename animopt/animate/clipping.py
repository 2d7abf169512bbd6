"""Clipping: the parts of a path inside a box, and where it leaves."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from animopt.typing import Array, Mask

Box: TypeAlias = tuple[float, float, float, float]
"""A rectangle, (x0, y0, x1, y1)."""

# A segment passes the box at a known place if one end is within this many sizes of the box.
_FARTHEST = 1e9
# Steps shorter than this, in pixels, are merged with the next.
_SHORTEST = 0.05


def clipped(a: Array, b: Array, box: Box) -> tuple[Array, Array, Mask]:
    """Clip the segments from a to b, (m, 2) each, to a box.

    Returns:
        The clipped starts and ends, (m, 2), and which segments are inside the box at all, (m,).
        The cuts are computed from the end that is nearer to the box, as only there are the
        coordinates known to a fraction of a pixel; where both ends are too far out, it is not
        known whether the segment passes through the box, and it counts as outside.
    """
    low, high = np.array(box[:2]), np.array(box[2:])
    with np.errstate(all="ignore"):
        offsets = [np.abs(end - (low + high) / 2).max(axis=-1) for end in (a, b)]
        backward = (offsets[1] < offsets[0])[:, None]
        near, far = np.where(backward, b, a), np.where(backward, a, b)
        d = far - near
        first, second = (low - near) / d, (high - near) / d
        still = d == 0
        enter = np.where(still, 0.0, np.minimum(first, second)).max(axis=-1).clip(0, 1)
        leave = np.where(still, 1.0, np.maximum(first, second)).min(axis=-1).clip(0, 1)
        outside = (still & ((near < low) | (near > high))).any(axis=-1)
        outside |= np.minimum(*offsets) > _FARTHEST * (high - low).max()
        cuts = near + enter[:, None] * d, near + leave[:, None] * d
        starts, ends = np.where(backward, cuts[1], cuts[0]), np.where(backward, cuts[0], cuts[1])
        fits = (enter < leave) & ~outside & np.isfinite(starts + ends).all(axis=-1)
    return starts, ends, fits


def visible_segments(path: Array, box: Box) -> tuple[Array, Array]:
    """Return the segments (m, 2, 2) of a path (steps + 1, 2) inside a box, and their end steps.

    They are clipped, since a diverged path has coordinates too large for a rasterizer; steps too
    short to see are merged with the next.
    """
    kept, places = [0], path.tolist()
    x0, y0 = places[0]
    for k in np.flatnonzero(np.isfinite(path).all(axis=-1))[1:].tolist():
        x, y = places[k]
        if abs(x - x0) > _SHORTEST or abs(y - y0) > _SHORTEST:
            kept.append(k)
            x0, y0 = x, y
    points, steps = path[kept], np.array(kept)[1:]
    starts, ends, fits = clipped(points[:-1], points[1:], box)
    return np.stack([starts, ends], axis=1)[fits], steps[fits]


def exit_of(path: Array, box: Box) -> list[tuple[Array, float | None]]:
    """Return for each step (place, angle): the point and None while the path is inside the box.

    Once it has left, the place is where it last crossed the edge, also in passing from outside to
    outside, and the angle its direction there in radians.
    """
    low, high = np.array(box[:2]), np.array(box[2:])
    inside: Mask = np.asarray(((path >= low) & (path <= high)).all(axis=-1))
    with np.errstate(all="ignore"):  # one step may be longer than a float can tell
        steps = np.diff(path, axis=0)
    _, ends, crosses = clipped(path[:-1], path[1:], box)
    last: tuple[Array, float | None] = (path[0], None)
    if not inside[0]:
        edge = np.clip(np.nan_to_num(path[0]), low, high)
        last = edge, _angle(path[0] - edge)
    exits = [last]
    for k in range(1, len(path)):
        if inside[k]:
            last = path[k], None
        elif crosses[k - 1]:
            last = ends[k - 1], _angle(steps[k - 1])
        elif inside[k - 1]:  # and then there is no point any more
            last = path[k - 1], _angle(steps[k - 2]) if k > 1 else 0.0
        exits.append(last)
    return exits


def _angle(direction: Array) -> float:
    return float(np.arctan2(direction[1], direction[0]))
