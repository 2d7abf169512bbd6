"""Clipping: the parts of a path inside a box, and where it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from animopt.runs.blocks import blocks
from animopt.typing import Array, Indices, Mask

Box: TypeAlias = tuple[float, float, float, float]
"""A rectangle, (x0, y0, x1, y1)."""

# A segment passes the box at a known place if one end is within this many sizes of the box.
_FARTHEST = 1e9
# Steps shorter than this, in pixels, are merged with the next.
_SHORTEST = 0.05


@dataclass(frozen=True, eq=False)
class Trail:
    """What is seen of a path: segments (m, 2, 2) in order, and the step at which each ends."""

    segments: Array
    steps: Indices


@dataclass(frozen=True, eq=False)
class Heads:
    """Where the head of a path is shown at each step.

    Attributes:
        places: the point, or where the path last crossed the edge of the box, (steps + 1, 2).
        ways: NaN while the point is in the box; else the direction in which the path left, as a
            unit vector, (steps + 1, 2).
    """

    places: Array
    ways: Array


def clipped(a: Array, b: Array, box: Box, pixel: Array | float = 1.0) -> tuple[Array, Array, Mask]:
    """Clip the segments from a to b, (m, 2) each, to a box; ``pixel`` (2,) is the size of one.

    Returns:
        The clipped starts and ends, (m, 2), and which segments are inside the box at all, (m,).
        The cuts are computed from the end that is nearer to the box, as only there are the
        coordinates known to a fraction of a pixel; where both ends are too far out, it is not
        known whether the segment passes through the box, and it counts as outside.
    """
    low, high = np.array(box[:2]), np.array(box[2:])
    with np.errstate(all="ignore"):
        offsets = [(np.abs(end - (low + high) / 2) / pixel).max(axis=-1) for end in (a, b)]
        backward = (offsets[1] < offsets[0])[:, None]
        near, far = np.where(backward, b, a), np.where(backward, a, b)
        d = far - near
        first, second = (low - near) / d, (high - near) / d
        still = d == 0
        enter = np.where(still, 0.0, np.minimum(first, second)).max(axis=-1).clip(0, 1)
        leave = np.where(still, 1.0, np.maximum(first, second)).min(axis=-1).clip(0, 1)
        outside = (still & ((near < low) | (near > high))).any(axis=-1)
        outside |= np.minimum(*offsets) > _FARTHEST * ((high - low) / pixel).max()
        cuts = near + enter[:, None] * d, near + leave[:, None] * d
        starts, ends = np.where(backward, cuts[1], cuts[0]), np.where(backward, cuts[0], cuts[1])
        fits = (enter < leave) & ~outside & np.isfinite(starts + ends).all(axis=-1)
    return starts, ends, fits


def trail(path: Array, box: Box, pixel: Array) -> Trail:
    """Return what is seen of a path (steps + 1, 2) in a box; ``pixel`` (2,) is the size of one.

    It is clipped, since a diverged path has coordinates too large for a rasterizer; a point in the
    same small part of a pixel as the one before is left out. What is not finite is a gap, over
    which nothing is drawn.
    """
    finite = np.isfinite(path).all(axis=-1)
    known = np.flatnonzero(finite)
    moved = np.ones(len(known), bool)
    for _, part in blocks((1, max(len(known) - 1, 0))):
        with np.errstate(all="ignore"):
            cells = np.floor(path[known[part.start : part.stop + 1]] / (_SHORTEST * pixel))
        moved[part.start + 1 : part.stop + 1] = (cells[1:] != cells[:-1]).any(axis=-1)
    kept = known[moved]
    unbroken = np.diff(np.cumsum(~finite)[kept]) == 0
    segments, steps = [np.empty((0, 2, 2))], [kept[:0]]
    for _, part in blocks((1, max(len(kept) - 1, 0))):
        starts, ends, fits = clipped(path[kept[:-1][part]], path[kept[1:][part]], box, pixel)
        fits &= unbroken[part]
        segments.append(np.stack([starts, ends], axis=1)[fits])
        steps.append(kept[1:][part][fits])
    return Trail(np.concatenate(segments), np.concatenate(steps))


def beyond(path: Array, box: Box, window: Box, pixel: Array) -> Trail:
    """Return what is seen of a path (steps + 1, 2) in a window around a box, but not in that."""
    seen = trail(path, window, pixel)
    first, last = seen.segments.swapaxes(0, 1)
    starts, ends, fits = clipped(first, last, box, pixel)
    starts[~fits] = ends[~fits] = last[~fits]
    corners = first, starts, ends, last
    parts = np.stack(corners, axis=1).reshape(-1, 2, 2)
    kept = (np.abs(parts[:, 1] - parts[:, 0]) > 1e-6 * pixel).any(axis=1)
    return Trail(parts[kept], np.repeat(seen.steps, 2)[kept])


def trimmed(seen: Trail, gone: Heads, pixel: Array, reach: float) -> Trail:
    """Return a trail that ends a little before the tip of the arrow where it leaves for good.

    So the line does not show beside the tip; ``reach`` is that little in pixels. A path that comes
    back is whole.
    """
    if not len(seen.segments) or np.isnan(gone.ways[-1]).any():
        return seen
    starts, ends = seen.segments.swapaxes(0, 1)
    if np.abs((ends[-1] - gone.places[-1]) / pixel).max() > 1e-3:
        return seen
    lengths = np.hypot(*((ends - starts) / pixel).T)
    # The length of path from the end of each segment to the tip, of those that lead there.
    ahead = lengths[::-1].cumsum()[::-1] - lengths
    gaps = np.flatnonzero((starts[1:] != ends[:-1]).any(axis=-1))
    ahead[: gaps[-1] + 1 if len(gaps) else 0] = np.inf
    with np.errstate(all="ignore"):
        parts = np.clip((reach - ahead) / lengths, 0, 1)
    kept = parts < 1
    shorter = ends - parts[:, None] * (ends - starts)
    return Trail(np.stack([starts, shorter], axis=1)[kept], seen.steps[kept])


def dashed(seen: Trail, dash: Sequence[float]) -> Trail:
    """Return the strokes of a trail in pixels that is drawn with (stroke, gap); of none, all."""
    if not dash or not len(seen.segments):
        return seen
    stroke, period = dash[0], sum(dash)
    starts, ends = seen.segments.swapaxes(0, 1)
    lengths = np.hypot(*(ends - starts).T)
    upto = np.cumsum(lengths)
    after = upto - lengths
    first, last = np.floor(after / period).astype(int), np.floor(upto / period).astype(int)
    counts = last - first + 1
    owner = np.repeat(np.arange(len(lengths)), counts)
    number = np.arange(len(owner)) - (np.cumsum(counts) - counts - first)[owner]
    low = np.maximum(number * period, after[owner])
    high = np.minimum(number * period + stroke, upto[owner])
    kept = (high > low) & (lengths[owner] > 0)
    owner, low, high = owner[kept], low[kept], high[kept]
    parts = (np.stack([low, high], axis=1) - after[owner, None]) / lengths[owner, None]
    ways = (ends - starts)[owner, None]
    return Trail(starts[owner, None] + parts[..., None] * ways, seen.steps[owner])


def heads(path: Array, box: Box, pixel: Array) -> Heads:
    """Return where the head of a path (steps + 1, 2) is shown in a box.

    A path that passes from outside to outside takes its head along; one whose next points are not
    finite keeps it where it was, and points on unless they are a gap that ends.
    """
    low, high = np.array(box[:2]), np.array(box[2:])
    inside: Mask = np.asarray(((path >= low) & (path <= high)).all(axis=-1))
    if inside.all():
        return Heads(path, np.broadcast_to(np.nan, path.shape))
    leaves, exits, stops = _exits(path, inside, box, pixel)
    places, ways = path.copy(), np.full(path.shape, np.nan)
    if not inside[0]:
        places[0] = np.clip(np.nan_to_num(path[0]), low, high)
        ways[0] = _unit(path[0] - places[0])
    places[stops] = path[stops - 1]
    before = np.maximum(stops - 2, 0)
    with np.errstate(all="ignore"):  # one step may be longer than a float can tell
        places[leaves], ways[leaves] = exits, _unit(path[leaves] - path[leaves - 1])
        ways[stops] = np.where(stops[:, None] > 1, _unit(path[before + 1] - path[before]), (1, 0))
    inside[leaves] = inside[stops] = inside[0] = True
    last = np.maximum.accumulate(np.where(inside, np.arange(len(path)), 0))
    return Heads(places[last], ways[last])


def _exits(path: Array, inside: Mask, box: Box, pixel: Array) -> tuple[Indices, Array, Indices]:
    """Return the steps that end outside a box and cross its edge, where; and those that stop there.

    A path that stops has its last known point in the box.
    """
    out = np.flatnonzero(~inside[1:]) + 1
    crosses, ends = np.zeros(len(out), bool), np.empty((len(out), 2))
    for _, part in blocks((1, len(out))):
        _, ends[part], crosses[part] = clipped(path[out[part] - 1], path[out[part]], box, pixel)
    known = np.flatnonzero(np.isfinite(path).all(axis=-1))
    over = out > (known[-1] if len(known) else -1)
    return out[crosses], ends[crosses], out[~crosses & inside[out - 1] & over]


def _unit(ways: Array) -> Array:
    """Return the directions as unit vectors, also those of infinite length."""
    angles = np.arctan2(ways[..., 1], ways[..., 0])
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)
