"""Scikit-learn's digits and softmax regression in NumPy, for the examples beside this file."""

from typing import Any

import numpy as np

from animopt.errors import installed
from animopt.typing import Array


def digits(
    count: int | None = None, *, order: np.random.Generator | None = None, scale: float = 16
) -> tuple[Array, Any]:
    """Return the pixels, (count, 64), of 0 to 16 over the scale, and the digits, (count,).

    They are the first of them, or any, in the order that a generator draws.
    """
    datasets = installed("this scene", "sklearn.datasets", "examples")
    x, y = datasets.load_digits(return_X_y=True)
    if order is not None:
        # The order of the file goes by who wrote the digits.
        chosen = order.choice(len(x), count or len(x), replace=False)
        x, y = x[chosen], y[chosen]
    return x[:count] / scale, y[:count]


def softmax(theta: Array, x: Array) -> Array:
    """Return the probability of each digit, (count, 10); a row of theta has 64 weights, a bias."""
    scores = x @ theta[:, :-1].T + theta[:, -1]
    parts = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(parts / parts.sum(axis=1, keepdims=True))


def softmax_loss(theta: Array, x: Array, y: Any) -> float:
    """Return the mean cross-entropy."""
    scores = x @ theta[:, :-1].T + theta[:, -1]
    highest = scores.max(axis=1)
    sums = np.log(np.exp(scores - highest[:, None]).sum(axis=1))
    return float(np.mean(sums + highest - scores[np.arange(len(y)), y]))


def softmax_slopes(theta: Array, x: Array, y: Any) -> Array:
    """Return the gradient of the mean cross-entropy, shaped like theta."""
    off = softmax(theta, x)
    off[np.arange(len(y)), y] -= 1
    return np.column_stack([off.T @ x, off.sum(axis=0)]) / len(y)
