"""Features of loss landscapes, one at a time: saturation, cliffs and ripples."""

from __future__ import annotations

from typing import Any

import numpy as np

from animopt.surfaces.parameters import check_positive, check_whole, weighted_sum
from animopt.surfaces.surface import Surface, picklable
from animopt.typing import Array

__all__ = ["cliff", "noisy_bowl", "plateau"]


@picklable
def plateau(a: float = 0.5, b: float = 2.0) -> Surface:
    """Return f = q / (1 + q) with q = a x^2 + b y^2: flat far out, where gradients vanish."""
    check_positive("plateau", a=a, b=b)

    def f(x: Array, y: Array) -> Any:
        q = a * x**2 + b * y**2
        return q / (1 + q)

    def gradient(x: Array, y: Array) -> Any:
        d = 2 / (1 + a * x**2 + b * y**2) ** 2
        return a * x * d, b * y * d

    def hessian(x: Array, y: Array) -> Any:
        p = 1 + a * x**2 + b * y**2
        d, e = 2 / p**2, 8 / p**3
        xy = -a * b * x * y * e
        return (a * d - (a * x) ** 2 * e, xy), (xy, b * d - (b * y) ** 2 * e)

    return Surface(
        f,
        name="plateau",
        bounds=((-6, 6), (-4, 4)),
        gradient=gradient,
        hessian=hessian,
        minima=[(0, 0)],
        start=(-4, 3),
        formula=rf"q / (1 + q),\ q = {weighted_sum((a, 'x^2'), (b, 'y^2'))}",
        source="Geman and McClure, Statistical methods for tomographic image reconstruction (1987)",
    )


@picklable
def cliff(height: float = 1.0, steepness: float = 10.0) -> Surface:
    """Return f = (x^2 + y^2) / 10 + (height / 2) (1 + tanh(steepness (x^2 - 1))).

    A valley between two walls at |x| = 1, where gradients explode; beyond them the slope is gentle.
    """
    check_positive("cliff", height=height, steepness=steepness)

    def gradient(x: Array, y: Array) -> Any:
        t = np.tanh(steepness * (x**2 - 1))
        return x / 5 + height * steepness * x * (1 - t**2), y / 5

    def hessian(x: Array, y: Array) -> Any:
        t = np.tanh(steepness * (x**2 - 1))
        bend = height * steepness * (1 - t**2) * (1 - 4 * steepness * x**2 * t)
        return (0.2 + bend, 0), (0, 0.2)

    wall = weighted_sum((steepness, "(x^2 - 1)"))
    return Surface(
        lambda x, y: (x**2 + y**2) / 10 + height / 2 * (1 + np.tanh(steepness * (x**2 - 1))),
        name="cliff",
        bounds=((-2.5, 2.5), (-2.5, 2.5)),
        gradient=gradient,
        hessian=hessian,
        minima=[(0, 0)],
        start=(2, 1.5),
        formula=weighted_sum(
            (0.1, "(x^2 + y^2)"), (height / 2, rf"\left(1 + \tanh\left({wall}\right)\right)")
        ),
        source="after Pascanu, Mikolov and Bengio, On the difficulty of training RNNs (2013)",
    )


@picklable
def noisy_bowl(amplitude: float = 3.0, waves: int = 12, seed: int = 0) -> Surface:
    """Return f = x^2 + y^2 + (amplitude / waves) sum_i (1 - cos(k_i . (x, y))).

    The seed draws the wave vectors k_i, of any direction and of length 2 to 8. Every ripple has a
    minimum at the origin, which is therefore the global minimum, f = 0, for every seed.
    """
    check_positive("noisy_bowl", amplitude=amplitude)
    check_whole("noisy_bowl", 1, waves=waves)
    check_whole("noisy_bowl", 0, seed=seed)
    rng = np.random.default_rng(seed)
    angle, length = rng.uniform(0, np.pi, waves), rng.uniform(2, 8, waves)
    kx, ky = length * np.cos(angle), length * np.sin(angle)
    size = amplitude / waves

    def phase(x: Array, y: Array) -> Any:
        return x[..., None] * kx + y[..., None] * ky

    def gradient(x: Array, y: Array) -> Any:
        slope = size * np.sin(phase(x, y))
        return 2 * x + np.sum(slope * kx, axis=-1), 2 * y + np.sum(slope * ky, axis=-1)

    def hessian(x: Array, y: Array) -> Any:
        bend = size * np.cos(phase(x, y))
        xy = np.sum(bend * kx * ky, axis=-1)
        xx, yy = np.sum(bend * kx**2, axis=-1), np.sum(bend * ky**2, axis=-1)
        return (2 + xx, xy), (xy, 2 + yy)

    return Surface(
        lambda x, y: x**2 + y**2 + size * np.sum(1 - np.cos(phase(x, y)), axis=-1),
        name="noisy bowl",
        bounds=((-3, 3), (-3, 3)),
        gradient=gradient,
        hessian=hessian,
        minima=[(0, 0)],
        start=(2, 2.5),
        formula=weighted_sum(
            (1, "x^2"), (1, "y^2"), (size, r"\sum_i\,(1 - \cos(k_i \cdot (x, y)))")
        ),
        source="a bowl under seeded ripples",
    )
