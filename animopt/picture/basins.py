"""Basins of attraction: which known minimum an optimizer reaches from each place."""

from __future__ import annotations

from functools import partial

import numpy as np

from animopt.runs.hands import hired, spread
from animopt.runs.problem import Problem
from animopt.runs.simulation import simulate
from animopt.typing import Array, Bounds, Indices, Mask

# The distance at which a minimum counts as reached, in diagonals of the picture.
_NEAR = 0.02
# Starts that have not arrived after the scene's steps are run again with this many.
_PATIENCE = 1000
# How many points are kept in memory at a time.
_AT_ONCE = 1_000_000


def basins(problem: Problem, label: str, bounds: Bounds, x: Array, y: Array) -> Indices:
    """Return the index of the minimum reached from each point of a grid, (ny, nx); -1 for none.

    Each start takes the problem's steps, without noise; one that is still on its way after them is
    run again with a thousand.
    """
    starts = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    reached = np.full(len(starts), -1)
    left = np.flatnonzero(np.isfinite(problem.surface.value(starts)))
    near = _NEAR * float(np.linalg.norm(np.diff(bounds, axis=1)))
    alone = problem.replace(optimizers=problem.labelled[label], noise=0.0)
    for steps in sorted({problem.steps, max(problem.steps, _PATIENCE)}):
        parts = np.array_split(left, max(1, -(-len(left) * (steps + 1) // _AT_ONCE)))
        work = [alone.replace(start=starts[part], steps=steps) for part in parts if len(part)]
        hands = hired("basins", None, float(len(left)) * steps)
        ends = list(spread(partial(_ends, near=near), work, hands))
        if not ends:
            break
        reached[left], going = map(np.concatenate, zip(*ends, strict=True))
        left = left[(reached[left] < 0) & going]
    return reached.reshape(len(y), len(x))


def _ends(problem: Problem, near: float) -> tuple[Indices, Mask]:
    """Return which minimum each start reaches, -1 for none, and whether it is still on its way."""
    (run,) = simulate(problem)
    gaps = problem.surface.distances(run.points[:, -1])
    reached = np.where(gaps.min(axis=1) < near, gaps.argmin(axis=1), -1)
    return reached, np.array([ending.kind == "finished" for ending in run.endings])
