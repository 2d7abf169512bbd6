"""A straight fit of two weights, for linear_fit.py: the data, the batches and the true loss."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Any

import numpy as np
from _networks import batches, descend

from animopt import Run
from animopt.optimizers import SGD, Adagrad, Adam, Momentum, Optimizer, RMSprop
from animopt.typing import Array

TRUE = np.array([0.5, 0.8])
COUNT, BATCH, EPOCHS = 500, 10, 10
EPOCH = COUNT // BATCH
START = (-0.6, -0.4)
OPTIMIZERS: dict[str, Optimizer] = {
    "SGD": SGD(lr=0.012),
    "Momentum": Momentum(lr=0.01, momentum=0.9),
    "Adagrad": Adagrad(lr=0.5),
    "RMSprop": RMSprop(lr=0.03),
    "Adam": Adam(lr=0.05),
}
# The same by torch's own names.
TORCH: dict[str, tuple[str, dict[str, float]]] = {
    "SGD": ("SGD", {"lr": 0.012}),
    "Momentum": ("SGD", {"lr": 0.01, "momentum": 0.9}),
    "Adagrad": ("Adagrad", {"lr": 0.5}),
    "RMSprop": ("RMSprop", {"lr": 0.03}),
    "Adam": ("Adam", {"lr": 0.05}),
}


def linear_data(seed: int = 0) -> tuple[Array, Array]:
    """Return x, uniform in the unit square, and y = 0.5 x1 + 0.8 x2 with a little noise."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 1, (COUNT, 2))
    return x, x @ TRUE + 0.02 * rng.normal(size=COUNT)


def linear_batches(seed: int = 0) -> list[Any]:
    """Return the examples of each step."""
    return list(islice(batches(np.random.default_rng(seed), COUNT, BATCH), EPOCH * EPOCHS))


def true_loss(points: Array) -> Array:
    """Return the mean squared error over all x of the square, without noise."""
    u, v = np.moveaxis(points - TRUE, -1, 0)
    return np.asarray((u**2 + v**2) / 3 + u * v / 2)


def linear_runs(start: tuple[float, float] = START, seed: int = 0) -> list[Run]:
    """Return the run of each optimizer, with the loss of each batch and the mean of each epoch."""
    (x, y), chosen = linear_data(seed), linear_batches(seed)

    def slopes(step: int, theta: Array) -> Array:
        a, b = x[chosen[step % len(chosen)]], y[chosen[step % len(chosen)]]
        return np.asarray(2 * a.T @ (a @ theta - b) / BATCH)

    found = []
    for label, optimizer in OPTIMIZERS.items():
        path = descend(optimizer, np.array(start), slopes)
        points = np.array(list(islice(path, EPOCH * EPOCHS + 1)))
        losses = [
            np.mean((x[each] @ theta - y[each]) ** 2)
            # The last point would meet the first batch again.
            for each, theta in zip(cycle(chosen), points, strict=False)
        ]
        epochs = np.reshape(losses[:-1], (EPOCHS, EPOCH)).mean(axis=1)
        metrics = {
            "batch_loss": losses,
            # What a training script prints: nothing before the first epoch is over.
            "epoch_loss": _over_epochs(epochs),
        }
        found.append(Run(points, true_loss(points), label=label, metrics=metrics))
    return found


def _over_epochs(means: Array) -> Array:
    """Return the mean of the last whole epoch at each step, NaN in the first."""
    steps = np.arange(EPOCH * EPOCHS + 1)
    return np.where(steps < EPOCH, np.nan, means[np.maximum(steps // EPOCH, 1) - 1])
