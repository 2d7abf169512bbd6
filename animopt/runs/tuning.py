"""tune: find the best learning rate for each optimizer, with the same budget for all."""

from __future__ import annotations

import math
from numbers import Integral
from typing import Any

import numpy as np

from animopt.checks import as_floats, as_number
from animopt.errors import InvalidInput, answering
from animopt.optimizers.base import Optimizer, brief
from animopt.runs.problem import Problem, check_problem
from animopt.runs.run import ARRIVED_BELOW, Run
from animopt.runs.simulation import Asked, simulate
from animopt.runs.statistics import settling_step
from animopt.surfaces.surface import Surface


@answering(scene="Scene(...)", budget="25")
def tune(
    scene: Asked,
    *,
    tolerance: float = ARRIVED_BELOW,
    budget: int = 25,
    between: tuple[float, float] = (1e-4, 1e2),
    executor: Any = None,
) -> Asked:
    """Return the scene with the best lr for each optimizer, marked "(tuned)" in its label.

    Every optimizer tries the same ``budget`` learning rates, a logarithmic grid over ``between``,
    with the scene's starts, steps and noise, so the result is the same each time. The best lr is
    the one whose loss falls below ``tolerance`` for good at the earliest step, on average over the
    starts; if none does before the last tenth of the steps, the one whose loss stays lowest
    throughout that tenth. The loss is measured from the lowest known minimum, or from 0
    if none is known. An optimizer that has no lr, or a schedule for it, is left unchanged.

    Args:
        scene: the scene to tune; the learning rates it has do not matter.
        tolerance: how far above the minimum a loss counts as arrived.
        budget: the number of learning rates to try for each optimizer, at least 2.
        between: the lowest and the highest learning rate to try.
        executor: who simulates, as in ``simulate``.

    >>> from animopt import Scene, optimizers, surfaces
    >>> scene = Scene(surfaces.bowl(), [optimizers.SGD(), optimizers.NelderMead()], (3, 4), 30)
    >>> [each.label for each in tune(scene, budget=7).optimizers]
    ['SGD lr=0.1 (tuned)', 'NelderMead']

    Raises:
        InvalidInput: an argument is wrong, or an optimizer diverges with every lr.
    """
    check_problem("tune", scene)
    _check_arguments(tolerance, budget, between)
    grid = [float(f"{lr:.3g}") for lr in np.geomspace(*between, budget)]
    tuned = [
        _best(scene, each, grid, tolerance, executor) if isinstance(each, Optimizer) else each
        for each in scene.problem.optimizers
    ]
    return scene.replace(optimizers=tuned)


def _check_arguments(tolerance: Any, budget: Any, between: Any) -> None:
    if not 0 < as_number(tolerance) < math.inf:
        raise InvalidInput(f"tune(tolerance={tolerance!r}): tolerance must be a number > 0")
    if isinstance(budget, bool) or not isinstance(budget, Integral) or budget < 2:
        raise InvalidInput(f"tune(budget={budget!r}): budget must be a whole number >= 2")
    limits = as_floats(between)
    if limits.shape != (2,) or not 0 < limits[0] < limits[1] < math.inf:
        raise InvalidInput(f"tune(between={between!r}): give (lowest lr, highest lr), both > 0")


def _best(
    scene: Problem, optimizer: Optimizer, grid: list[float], tolerance: float, executor: Any
) -> Optimizer:
    lr = optimizer.hyperparameters.get("lr")
    if lr is None or callable(lr):
        return optimizer
    tried = {f"lr={brief(lr)}": optimizer.replace(lr=lr) for lr in grid}
    problem = scene.problem
    start, steps = problem.plans.starts[optimizer.label], problem.plans.budgets[optimizer.label]
    runs = simulate(problem.replace(optimizers=tried, start=start, steps=steps), executor=executor)
    scores = {run.label: _score(run, scene.surface, tolerance) for run in runs}
    best = min(scores, key=lambda setting: scores[setting])
    if not math.isfinite(scores[best][1]):
        raise InvalidInput(
            f"tune: {optimizer.label!r} diverges with every lr from {grid[0]:g} to {grid[-1]:g}; "
            "lower between=(lowest, highest)"
        )
    chosen = tried[best]
    shown = f"{chosen.label} {best}" if chosen.has_own_label else chosen.label
    return chosen.replace(label=f"{shown} (tuned)")


def _score(run: Run, surface: Surface, tolerance: float) -> tuple[float, float]:
    """Return (the step from which the loss stays below, the largest loss at the end).

    Both are means over the starts, and lower is better. The end is the last tenth of the steps: a
    loss that is low there by chance for a step or two does not count as arrived. A start that does
    not arrive counts as one step after the last.
    """
    losses = surface.gap(run.losses)
    length = losses.shape[1]
    end = length - max(1, length // 10)
    settled = settling_step(losses < tolerance)
    worst = np.nan_to_num(losses[:, end:].max(axis=1), nan=np.inf)
    return float(np.where(settled <= end, settled, length).mean()), float(worst.mean())
