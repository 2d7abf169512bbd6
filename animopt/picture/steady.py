"""Steady: the sides that a label takes over a whole film, at rest there but for short cuts."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

import numpy as np

from animopt.typing import Array, Indices, Mask

# What it costs that a label is left out of a picture, that it changes its side, and that it goes
# missing or comes back.
_HIDDEN, _CUT, _BLINK = 20.0, 10.0, 5.0
# A cut takes so many seconds at most, and for as long at least a label rests after it.
_REST = 0.2


def rests(clock: Sequence[tuple[int, float]]) -> Indices:
    """Return for each picture of a clock, (step, seconds), the first one that is 0.2 s later."""
    ends = np.cumsum([seconds for _, seconds in clock])
    starts = np.concatenate([[0.0], ends[:-1]])
    return np.minimum(np.searchsorted(starts, starts + _REST - 1e-9), len(starts))


def roaming(heads: Array, room: Array, until: Indices) -> Mask:
    """Return at which pictures a head (pictures, 2) is about to cross a room (2,) in 0.2 s.

    The room is that of a label's corner in the plot: none can rest beside such a head.
    """
    low, high, now = heads.copy(), heads.copy(), np.arange(len(heads))
    for ahead in range(1, int((until - now).max())):
        there = heads[np.minimum(now + ahead, until - 1)]
        low, high = np.minimum(low, there), np.maximum(high, there)
    return np.asarray((high - low > room).any(axis=1))


def steadiest(cost: Array, until: Indices, roams: Mask) -> tuple[Indices, float]:
    """Return the side in each picture, -1 for none, at the lowest cost of all (pictures, k).

    A side that is taken in picture i is kept up to picture ``until[i]`` at least, unless the head
    ``roams`` there. Or else a label is cut to another one in each picture for as long, and rests.
    """
    (pictures, none), least = cost.shape, cost.min(axis=1)
    free = np.where(roams, np.arange(1, pictures + 1), until)
    opened = np.searchsorted(until, np.arange(pictures), side="right").tolist()
    taken, entries = _taken(cost, free), np.argsort(free, kind="stable").tolist()
    due = np.searchsorted(np.sort(free), np.arange(1, pictures + 2)).tolist()
    # The least that it costs to have each side, and to be free to leave it; to have none; and to be
    # in a cut that began in each picture.
    rested, hidden, cutting = np.full(none, np.inf), 0.0, np.full(pictures, np.inf)
    # What that is of each side right before it is entered, and in which picture it was.
    entered, since = np.zeros(pictures), np.full((pictures, none), -1)
    # What comes before a side, none and a cut: a side, none, or a cut from picture c on as -1 - c.
    before, best = np.full((3, pictures), none), -_CUT
    for i, first in enumerate(opened):
        if i:
            side, cut = int(rested.argmin()), first + int(cutting[first : i + 1].argmin())
            best = float(rested[side])
            ways = (best + _CUT, side), (hidden + _BLINK, none), (cutting[cut] + _CUT, -1 - cut)
            entered[i], before[0, i] = min(ways, key=itemgetter(0))
            hidden, before[1, i] = min((hidden, none), (best + _BLINK, side), key=itemgetter(0))
            before[2, i] = side
        hidden += _HIDDEN
        rested = rested + cost[i]
        cutting[first:i] += least[i] + _CUT
        cutting[i] = best + _CUT + least[i]
        for entry in entries[due[i] : due[i + 1]]:
            arrived = entered[entry] + taken[entry]
            since[i, arrived < rested] = entry
            rested = np.minimum(rested, arrived)
    side, cut = int(rested.argmin()), int(np.searchsorted(until, pictures))
    cut += int(cutting[cut:].argmin())
    ends = (float(rested[side]), side), (hidden, none), (float(cutting[cut]), -1 - cut)
    total, last = min(ends, key=itemgetter(0))
    return _traced(last, cost, since, before), total


def _taken(cost: Array, until: Indices) -> Array:
    """Return what each side (pictures, k) costs from when it is taken until it may be left."""
    barred = ~np.isfinite(cost)
    sums, bars = np.zeros((2, len(cost) + 1, cost.shape[1]))
    np.cumsum(np.where(barred, 0.0, cost), axis=0, out=sums[1:])
    np.cumsum(barred, axis=0, out=bars[1:])
    return np.where(bars[until] > bars[:-1], np.inf, sums[until] - sums[:-1])


def _traced(last: int, cost: Array, since: Indices, before: Indices) -> Indices:
    """Return the side in each picture, -1 for none, given what comes last and before each."""
    found, none, i, now = np.empty(len(cost), int), cost.shape[1], len(cost) - 1, last
    while i >= 0:
        if 0 <= now < none and since[i, now] < 0:
            found[i], i = now, i - 1
            continue
        kind, start = (2, -1 - now) if now < 0 else (1, i) if now == none else (0, since[i, now])
        found[start : i + 1] = now if kind < 2 else cost[start : i + 1].argmin(axis=1)
        now, i = int(before[kind, start]), start - 1
    return np.where(found == none, -1, found)
