"""tune: every optimizer with the learning rate that suits it best, found with the same budget."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from animopt.errors import InvalidInput
from animopt.optimizers.base import Optimizer, brief
from animopt.scene import Scene
from animopt.simulation import ARRIVED_BELOW, Trajectory, simulate
from animopt.surfaces.surface import Surface


def tune(
    scene: Scene,
    *,
    tolerance: float = ARRIVED_BELOW,
    budget: int = 25,
    between: tuple[float, float] = (1e-4, 1e2),
) -> Scene:
    """Return the scene with each optimizer's own best lr, its label saying "tuned".

    Every optimizer tries the same ``budget`` learning rates, a logarithmic grid over ``between``,
    on the scene's own starts, steps and noise, so the result is the same each time. Best is the lr
    with which the loss is soonest below ``tolerance`` for good, on average over the starts; then
    the one with the lowest final loss. The loss counts from the lowest known minimum, or from 0
    where the surface names none. An optimizer without an lr, or with a schedule for it, stays as
    it is.

    Args:
        scene: what to compare, with whatever learning rates.
        tolerance: the height above the minimum that counts as there.
        budget: learning rates tried for each optimizer, at least 2.
        between: the lowest and the highest of them.

    >>> from animopt import Scene, optimizers, surfaces
    >>> scene = Scene(surfaces.bowl(), [optimizers.SGD(), optimizers.NelderMead()], (3, 4), 30)
    >>> [each.label for each in tune(scene, budget=7).optimizers]
    ['SGD lr=0.1 (tuned)', 'NelderMead']

    Raises:
        InvalidInput: an argument is out of range, or an optimizer diverges with every lr.
    """
    _check(tolerance, budget, between)
    grid = [float(f"{lr:.3g}") for lr in np.geomspace(*between, budget)]
    tuned = [_best(scene, each, grid, tolerance) for each in scene.optimizers]
    return scene.replace(optimizers=tuned)


def _check(tolerance: Any, budget: Any, between: Any) -> None:
    if not (isinstance(tolerance, (int, float)) and 0 < tolerance < math.inf):
        raise InvalidInput(f"tune(tolerance={tolerance!r}): tolerance must be a number > 0")
    if isinstance(budget, bool) or not isinstance(budget, int) or budget < 2:
        raise InvalidInput(f"tune(budget={budget!r}): budget must be a whole number >= 2")
    low, high = between
    if not 0 < low < high < math.inf:
        raise InvalidInput(f"tune(between={between!r}): give (lowest lr, highest lr), both > 0")


def _best(scene: Scene, optimizer: Optimizer, grid: list[float], tolerance: float) -> Optimizer:
    lr = optimizer.hyperparameters.get("lr")
    if lr is None or callable(lr):
        return optimizer
    tried = {f"lr={brief(lr)}": optimizer.replace(lr=lr) for lr in grid}
    runs = simulate(scene.replace(optimizers=tried)).trajectories
    scores = [_score(run, scene.surface, tolerance) for run in runs]
    best = min(range(len(grid)), key=lambda i: scores[i])
    if not math.isfinite(scores[best][1]):
        raise InvalidInput(
            f"tune: {optimizer.label!r} diverges with every lr from {grid[0]:g} to {grid[-1]:g}; "
            "lower between=(lowest, highest)"
        )
    chosen = list(tried.values())[best]
    rate = f"lr={brief(grid[best])}"
    shown = chosen.label if rate in chosen.label else f"{chosen.label} {rate}"
    return chosen.replace(label=f"{shown} (tuned)")


def _score(run: Trajectory, surface: Surface, tolerance: float) -> tuple[float, float]:
    """Return (the mean step from which the loss stays below, the mean final loss): less is better.

    A start that never stays below counts as one step after the last.
    """
    losses = surface.gap(np.atleast_2d(run.values))
    above = ~(losses < tolerance)
    arrivals = np.where(above, np.arange(1, losses.shape[1] + 1), 0).max(axis=1)
    final = np.where(np.isfinite(losses[:, -1]), losses[:, -1], np.inf)
    return float(arrivals.mean()), float(final.mean())
