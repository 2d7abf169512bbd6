"""Ten ReLU units that fit a wave, with batch normalization or without, for batch_norm.py."""

from __future__ import annotations

import numpy as np

from animopt import Run
from animopt.typing import Array

GRID = np.linspace(0, 1, 101)
UNITS, COUNT = 10, 200


def wave(x: Array) -> Array:
    """Return the truth, 10 x^2 + 2.15 cos(20 x), to which noise of deviation 1 is added."""
    return np.asarray(10 * x**2 + 2.15 * np.cos(20 * x))


class Fit:
    """The sum of v_i max(0, g_i n(w_i x + b_i) + e_i), plus c; n normalizes over all examples."""

    def __init__(self, seed: int, normalized: bool) -> None:
        rng = np.random.default_rng(0)
        self.x, self.other_x = rng.uniform(0, 1, (2, COUNT))
        self.y, self.other_y = (wave(x) + rng.normal(size=COUNT) for x in (self.x, self.other_x))
        self.normalized = normalized
        rng = np.random.default_rng(seed)
        self.w, self.b, self.v = rng.uniform(-1, 1, (3, UNITS))
        self.v /= np.sqrt(UNITS)
        self.g, self.e, self.c = np.ones(UNITS), np.zeros(UNITS), 0.0

    def __call__(self, x: Array) -> Array:
        """Return the fit at x, normalized as the examples are."""
        return np.asarray(self._hidden(x)[1] @ self.v + self.c)

    def error(self, x: Array, y: Array) -> float:
        """Return the mean squared error."""
        return float(np.mean((self(x) - y) ** 2))

    def step(self, lr: float) -> None:
        """Take a step of gradient descent on the mean squared error of all examples."""
        n, h = self._hidden(self.x)
        off = 2 * (h @ self.v + self.c - self.y) / COUNT
        back = np.outer(off, self.v) * (h > 0)
        self.v = self.v - lr * h.T @ off
        self.c -= lr * off.sum()
        if self.normalized:
            into = back * self.g
            self.g = self.g - lr * (back * n).sum(axis=0)
            self.e = self.e - lr * back.sum(axis=0)
            back = (into - into.mean(axis=0) - n * (into * n).mean(axis=0)) / self._scale()[1]
        self.w = self.w - lr * self.x @ back
        self.b = self.b - lr * back.sum(axis=0)

    def _scale(self) -> tuple[Array, Array]:
        z = np.outer(self.x, self.w) + self.b
        return z.mean(axis=0), np.sqrt(z.var(axis=0) + 1e-5)

    def _hidden(self, x: Array) -> tuple[Array, Array]:
        """Return what ReLU is given before gain and shift, and what it returns."""
        z = np.outer(x, self.w) + self.b
        if not self.normalized:
            return z, np.maximum(z, 0)
        mean, deviation = self._scale()
        n = (z - mean) / deviation
        return n, np.maximum(self.g * n + self.e, 0)


def fits(seed: int = 0, steps: int = 320) -> list[Run]:
    """Return the runs without and with normalization; their points are the fits on the grid."""
    found = []
    for normalized in (False, True):
        fit = Fit(seed, normalized)
        judged, curves = [], []
        for _ in range(steps + 1):
            judged.append((fit.error(fit.x, fit.y), fit.error(fit.other_x, fit.other_y)))
            curves.append(fit(GRID))
            fit.step(0.005)
        train, test = np.array(judged).T
        label = "with batch normalization" if normalized else "without"
        metrics = {"train_mse": train, "test_mse": test}
        found.append(Run(np.array(curves), train, label=label, metrics=metrics))
    return found
