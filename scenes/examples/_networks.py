"""A network of fully connected layers in NumPy, for the examples beside this file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from animopt.optimizers import Optimizer
from animopt.typing import Array


class Network:
    """Layers of these widths with ReLU between them; all weights and biases are one flat vector."""

    def __init__(self, *widths: int) -> None:
        pairs = list(pairwise(widths))
        self.shapes = [shape for a, b in pairs for shape in ((a, b), (b,))]
        self.size = sum(int(np.prod(shape)) for shape in self.shapes)

    def split(self, theta: Array) -> list[Array]:
        """Return weights and biases by turns, as views."""
        sizes = np.cumsum([int(np.prod(shape)) for shape in self.shapes])[:-1]
        parts = np.split(theta, sizes)
        return [part.reshape(shape) for part, shape in zip(parts, self.shapes, strict=True)]

    def start(self, rng: np.random.Generator) -> Array:
        """Return weights as torch draws them, uniform to 1 / sqrt(inputs); the biases are 0."""
        theta = np.zeros(self.size)
        for weights in self.split(theta)[::2]:
            most = len(weights) ** -0.5
            weights[...] = rng.uniform(-most, most, weights.shape)
        return theta

    def forward(self, theta: Array, x: Array) -> list[Array]:
        """Return the data and what each layer makes of them."""
        parts, layers = self.split(theta), [x]
        for i in range(0, len(parts), 2):
            z = layers[-1] @ parts[i] + parts[i + 1]
            layers.append(z if i == len(parts) - 2 else np.maximum(z, 0))
        return layers

    def judge(self, theta: Array, x: Array, y: Any) -> tuple[float, float]:
        """Return the mean cross-entropy and the accuracy."""
        scores = self.forward(theta, x)[-1]
        losses, _ = cross_entropy(scores, y)
        return losses, float((scores.argmax(axis=1) == y).mean())

    def slopes(self, theta: Array, x: Array, y: Any) -> tuple[float, Array]:
        """Return the mean cross-entropy and its gradient."""
        parts, layers = self.split(theta), self.forward(theta, x)
        loss, back = cross_entropy(layers[-1], y)
        slopes = np.empty(self.size)
        into = self.split(slopes)
        for i in range(len(parts) - 2, -1, -2):
            into[i][...] = layers[i // 2].T @ back
            into[i + 1][...] = back.sum(axis=0)
            back = back @ parts[i].T * (layers[i // 2] > 0)
        return loss, slopes


def cross_entropy(scores: Array, y: Any) -> tuple[float, Array]:
    """Return the mean cross-entropy of scores, (n, 10), and its slopes."""
    scores = scores - scores.max(axis=1, keepdims=True)
    parts = np.exp(scores)
    sums = parts.sum(axis=1)
    rows = np.arange(len(y))
    loss = float(np.mean(np.log(sums) - scores[rows, y]))
    parts /= sums[:, None]
    parts[rows, y] -= 1
    return loss, parts / len(y)


class Batch:
    """A gradient of many parameters as animopt's optimizers ask for it, in rows."""

    def __init__(self, slopes: Callable[[Array], Array]) -> None:
        self._slopes = slopes

    def gradient(self, x: Array) -> Array:
        """Return the gradient at the only row of x."""
        return self._slopes(x[0])[None]


def descend(
    optimizer: Optimizer, start: Array, slopes: Callable[[int, Array], Array]
) -> Iterator[Array]:
    """Yield where one of animopt's optimizers is with all its parameters, at step 0, 1, ..."""
    x, step = start[None], 0
    state = optimizer.init(x)
    while True:
        yield x[0]
        batch: Any = Batch(partial(slopes, step))
        x, state = optimizer.step(batch, x, state)
        step += 1


def batches(rng: np.random.Generator, count: int, size: int) -> Iterator[Any]:
    """Yield the examples of each batch, all once in an epoch and in another order each time."""
    while True:
        order = rng.permutation(count)
        for i in range(0, count - size + 1, size):
            yield order[i : i + size]
