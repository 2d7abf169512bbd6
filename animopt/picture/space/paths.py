"""Paths laid on a surface in space, and which of their samples the camera sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from animopt.picture.clipping import clipped
from animopt.picture.reader import View, visible
from animopt.picture.space.field import HeightField
from animopt.picture.tracks import Track
from animopt.typing import Array, Indices, Mask

# Samples in the same third of a cell, and in the same part of the path's heights, share one test
# of visibility.
_PLACES, _LAYERS = 3, 96
# How often an interval is halved to find where a path crosses a face of the box; and how far that
# is at least from the sample inside, in parts of the way to the next one.
_HALVINGS, _APART = 40, 1e-3


@dataclass(frozen=True, eq=False)
class SpacePath:
    """A track laid on the sheet: samples (m, 3) in order, NaN outside the box.

    Sample ``at[k]`` is the point of step k. Between two steps the samples are half a cell apart,
    so that a long step follows the sheet; or, for a ``chord``, they lie on the straight line. One
    more is where the path crosses a face of the box.
    A run with losses of its own is as high as these are; ``feet``, (steps + 1,), are the heights of
    the sheet below it, or None.
    """

    track: Track
    points: Array
    at: Indices
    feet: Array | None = None

    @classmethod
    def on(
        cls, field: HeightField, limits: tuple[float, float], track: Track, chord: bool = False,
        own: Array | None = None,
    ) -> SpacePath:  # fmt: skip
        """Lay a track on a sheet, of which only the part between two heights is in the box.

        ``own`` are the drawn heights of its losses at each step, where these are its own.
        """
        cell = np.array([field.x[1] - field.x[0], field.y[1] - field.y[0]])
        path = np.where(np.isfinite(track.points), track.points, np.nan)
        low = np.array([field.x[0], field.y[0]])
        high = np.array([field.x[-1], field.y[-1]])
        # What lies far outside need not be sampled.
        around = *(2 * low - high), *(2 * high - low)
        starts, ends, crosses = clipped(path[:-1], path[1:], around)
        ways = np.full_like(starts, np.nan)
        np.subtract(ends, starts, out=ways, where=crosses[:, None])
        hops = np.abs(ways) / cell
        counts = np.clip(np.nan_to_num(np.ceil(2 * hops.max(axis=1)), nan=1), 1, 1000).astype(int)
        at = np.concatenate([[0], np.cumsum(counts)])
        step = np.repeat(np.arange(1, len(path)), counts)
        part = (np.arange(at[-1]) - np.repeat(at[:-1], counts) + 1) / np.repeat(counts, counts)
        flat = np.concatenate([path[:1], starts[step - 1] + part[:, None] * ways[step - 1]])
        height = field.at(flat[:, 0], flat[:, 1])
        sheet, feet, above = height[at], None, np.zeros(len(flat))
        if own is not None:
            lift, feet = own - sheet, np.clip(sheet, *limits)
            above[:] = np.concatenate([lift[:1], _between(lift, step, part)])
            height = height + above
        if chord:
            ends = sheet if own is None else own
            above = height = np.concatenate([ends[:1], _between(ends, step, part)])
        points = np.column_stack([flat, height])
        with np.errstate(invalid="ignore"):
            points[~((height >= limits[0]) & (height <= limits[1]))] = np.nan
        rows, places = _crossings(points, np.column_stack([flat, above]), limits, field, chord)
        points = np.insert(points, rows, places, axis=0)
        return cls(track, points, at + np.searchsorted(rows, at, side="right"), feet)

    def heads(self) -> Array:
        """Return the point of each step (steps + 1, 3), or where it was last in the box."""
        return np.nan_to_num(self.points[np.maximum(self._last[self.at], 0)])

    def tails(self) -> Array:
        """Return what comes right before the tip of an arrow at each step, (steps + 1, 3).

        NaN where the head is in the box, or was there never.
        """
        last = self._last[self.at]
        found = self.points[np.maximum(last - 1, 0)]
        found[(last <= 0) | (last == self.at)] = np.nan
        return found

    @cached_property
    def _last(self) -> Indices:
        """The index of the last sample in the box up to each one, -1 if there is none."""
        inside: Mask = np.asarray(np.isfinite(self.points).all(axis=1))
        return np.maximum.accumulate(np.where(inside, np.arange(len(inside)), -1))

    def last(self, step: int) -> int:
        """Return the index of the last sample in the box up to a step, -1 if there is none."""
        return int(self._last[self.at[step]])

    def beneath(self, pixels: Array, step: int, reach: float) -> Mask:
        """Return which segments (m - 1,) of its samples in pixels (m, 2) lie below an arrow's tip.

        There is one where the path has left the box; the line would show beside its tip.
        """
        below: Mask = np.zeros(len(pixels) - 1, bool)
        last = self.last(step)
        if 0 < last < len(pixels) - 1:
            away = np.hypot(*(pixels[:last] - pixels[last]).T) < reach
            below[last - int(np.argmin(away[::-1])) if not away.all() else 0 : last] = True
        return below

    def upto(self, step: int) -> int:
        """Return how many samples there are up to a step."""
        return int(self.at[step]) + 1


def _between(ends: Array, step: Indices, part: Array) -> Array:
    """Return what lies a part of the way from each end to the next one, at which ``step`` is."""
    return np.asarray(ends[step - 1] + part * (ends[step] - ends[step - 1]))


def _crossings(
    points: Array, along: Array, limits: tuple[float, float], field: HeightField, chord: bool
) -> tuple[Indices, Array]:
    """Return before which samples (m, 3) a path crosses a face of the box, and where, (n, 3).

    Samples outside are NaN; ``along`` are the places of all, and how far each is above the sheet,
    or how high it is on a chord.
    """
    inside = np.asarray(np.isfinite(points).all(axis=1))
    rows = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    near, far = (along[np.where(inside[rows] == there, rows, rows - 1)] for there in (True, False))
    low, high = np.zeros(len(rows)), np.ones(len(rows))

    def laid(part: Array) -> Array:
        places = near + part[:, None] * (far - near)
        if not chord:
            places[:, 2] += field.at(places[:, 0], places[:, 1])
        return places

    for _ in range(_HALVINGS if len(rows) else 0):
        middle = (low + high) / 2
        height = laid(middle)[:, 2]
        with np.errstate(invalid="ignore"):
            seen = (height >= limits[0]) & (height <= limits[1])
        if chord:
            seen &= np.isfinite(field.at(*laid(middle)[:, :2].T))
        low, high = np.where(seen, middle, low), np.where(seen, high, middle)
    # One right at a sample would tell no direction.
    apart = low > _APART
    return rows[apart], laid(low)[apart]


class Sight:
    """The paths in the current view: projected and tested for visibility once for all artists.

    Where the camera stands ``still``, whole paths are tested at once; else only what is shown.
    """

    def __init__(self, paths: Sequence[SpacePath], field: HeightField, still: bool) -> None:
        self.paths = list(paths)
        self._field = field
        self._visits = [_visits(path.points, field) for path in paths]
        self._still = still
        self._view: View | None = None
        self._tested_step = -1
        self._pixels: list[Array] = []
        self._seen: list[Mask] = []

    def upto(self, view: View, step: int) -> list[tuple[Array, Mask]]:
        """Return pixels (m, 2) and visibility (m,) of every path up to a step."""
        if self._view is not view or self._tested_step < step:
            self._view = view
            self._tested_step = len(self.paths[0].at) - 1 if self._still else step
            counts = [path.upto(self._tested_step) for path in self.paths]
            shown = [path.points[:n] for path, n in zip(self.paths, counts, strict=True)]
            self._pixels = np.split(view.pixels(np.concatenate(shown)), np.cumsum(counts)[:-1])
            self._seen = self._find_visible(view, counts)
        return [
            (pixels[: path.upto(step)], seen[: path.upto(step)])
            for path, pixels, seen in zip(self.paths, self._pixels, self._seen, strict=True)
        ]

    def hidden(self, view: View, step: int) -> Mask:
        """Return for each path whether its head is behind the sheet, (n,)."""
        lasts = [path.last(step) for path in self.paths]
        pairs = zip(lasts, self.upto(view, step), strict=True)
        return np.array([last >= 0 and not seen[last] for last, (_, seen) in pairs])

    def _find_visible(self, view: View, counts: Sequence[int]) -> list[Mask]:
        """Return which of the first samples of each path, ``counts`` of them, are visible."""
        places = [
            path.points[first[: np.searchsorted(first, count)]]
            for path, (first, _), count in zip(self.paths, self._visits, counts, strict=True)
        ]
        seen = visible(np.concatenate(places), self._field, view.eye)
        split = np.split(seen, np.cumsum([len(place) for place in places])[:-1])
        return [
            part[place[:count]]
            for part, (_, place), count in zip(split, self._visits, counts, strict=True)
        ]


def _visits(points: Array, field: HeightField) -> tuple[Indices, Indices]:
    """Return the places that a path visits, as their first samples, and the place of each sample.

    Both are in the order of the first visit. A path at rest, or one that oscillates, visits the
    same places again and again, so their visibility is found only once.
    """
    inside = points[np.isfinite(points).all(axis=1)]
    layer = (np.ptp(inside[:, 2]) if len(inside) else 0.0) / _LAYERS or 1.0
    size = field.x[1] - field.x[0], field.y[1] - field.y[0], _PLACES * layer
    keys = np.nan_to_num(np.round(points * _PLACES / size), nan=np.inf)
    _, first, place = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), int)
    rank[order] = np.arange(len(order))
    return first[order], rank[place.ravel()]
