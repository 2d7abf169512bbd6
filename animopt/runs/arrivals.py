"""Arrivals: at which known minimum each run of an ensemble is, and which run is typical of it."""

from __future__ import annotations

import math
import warnings

import numpy as np

from animopt.runs.blocks import blocks
from animopt.runs.problem import Problem
from animopt.surfaces.surface import Surface
from animopt.typing import Array, Bounds, Indices, Mask

# Points on the way from a minimum at which it is seen whether that rises above where it leads to.
_POINTS = 12


def arrivals(problem: Problem, paths: Array, losses: Array, tolerance: float) -> Indices:
    """Return at which known minimum each run is by each step, (n, steps + 1); -1 for none.

    A run of points ``paths`` (n, steps + 1, 2) has arrived when its loss, from there to the end, is
    less than the tolerance above the lowest minimum, so that their number never falls; with noise,
    which keeps it from resting there, if it was in the basin of one minimum for a tenth of the
    steps.
    """
    surface = problem.surface
    if not surface.minima:
        return np.full(losses.shape, -1)
    if problem.noise == 0:
        found = np.empty(losses.shape, int)
        for part in blocks(losses.shape):
            with np.errstate(invalid="ignore"):
                near = surface.gap(losses[part]) < tolerance
            nearest = np.nan_to_num(surface.distances(paths[part]), nan=np.inf).argmin(axis=-1)
            found[part] = np.where(near, nearest, -1)
        stays = np.logical_and.accumulate((found >= 0)[:, ::-1], axis=1)[:, ::-1]
        found[~stays] = -1
        return found
    return _stayed(basin_of(surface, paths, losses), max(1, math.ceil(problem.steps / 10)))


def basin_of(surface: Surface, points: Array, values: Array) -> Indices:
    """Return in which known minimum's basin points (..., 2) with their values are; -1 for none.

    It is the nearest minimum to which the straight way never rises above the point.
    """
    found, best = np.full(values.shape, -1), np.full(values.shape, np.inf)
    parts = np.linspace(0, 1, _POINTS + 2)[1:-1]
    slack = 1e-9 * max(1.0, abs(surface.lowest or 0.0))
    for index, minimum in enumerate(surface.minima):
        away = points - minimum
        with np.errstate(all="ignore"):
            far = np.hypot(away[..., 0], away[..., 1])
            falls: Mask = np.isfinite(values) & (far < best)
            for part in parts:
                falls[falls] = surface.value(minimum + part * away[falls]) <= values[falls] + slack
        found[falls], best[falls] = index, far[falls]
    return found


def _stayed(basins: Indices, steps: int) -> Indices:
    """Return the basins in which runs (n, steps + 1) were for so many steps before; -1 for none."""
    changed = np.ones(basins.shape, bool)
    changed[:, 1:] = basins[:, 1:] != basins[:, :-1]
    at = np.arange(basins.shape[1])
    since = np.maximum.accumulate(np.where(changed, at, 0), axis=1)
    return np.where(at - since >= steps, basins, -1)


def typical(paths: Array, bounds: Bounds) -> int:
    """Return which of the paths (n, steps + 1, 2) is the nearest to that of the medians.

    It is the one that is, on average over the steps, the least of the bounds' size away from the
    median of each coordinate; one that has diverged where the medians have not comes last.
    """
    count, length = paths.shape[:2]
    middle, lost, mean = np.empty((length, 2)), np.empty(count, int), np.empty(count)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a step at which all have diverged
        for steps, _ in blocks((length, count), whole_rows=True):
            middle[steps] = np.nanmedian(paths[:, steps], axis=0)
        for rows, _ in blocks((count, length), whole_rows=True):
            away = np.linalg.norm((paths[rows] - middle) / np.ptp(bounds, axis=1), axis=-1)
            known = np.isfinite(away)
            lost[rows] = (~known & np.isfinite(middle).all(axis=-1)).sum(axis=1)
            total = np.where(known, away, 0.0).sum(axis=1)
            mean[rows] = total / np.maximum(known.sum(axis=1), 1)
    return int(np.lexsort([mean, lost])[0])
