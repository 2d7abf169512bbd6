"""Functions with many local minima, in which a path can get stuck."""

from __future__ import annotations

from typing import Any

import numpy as np

from animopt.surfaces.parameters import check_positive, check_whole, weighted_sum
from animopt.surfaces.surface import Surface, picklable
from animopt.typing import Array

__all__ = ["easom", "griewank", "levy", "michalewicz", "rastrigin"]


@picklable
def rastrigin(amplitude: float = 10.0) -> Surface:
    """Return f = 2 A + x^2 - A cos(2 pi x) + y^2 - A cos(2 pi y), A the amplitude."""
    check_positive("rastrigin", amplitude=amplitude)
    turn = 2 * np.pi

    def f(x: Array, y: Array) -> Any:
        return x**2 + y**2 + amplitude * (2 - np.cos(turn * x) - np.cos(turn * y))

    def slope(t: Array) -> Array:
        return 2 * t + turn * amplitude * np.sin(turn * t)

    def bend(t: Array) -> Array:
        return 2 + turn**2 * amplitude * np.cos(turn * t)

    return Surface(
        f,
        name="Rastrigin",
        bounds=((-5.12, 5.12), (-5.12, 5.12)),
        gradient=lambda x, y: (slope(x), slope(y)),
        hessian=lambda x, y: ((bend(x), 0), (0, bend(y))),
        minima=[(0, 0)],
        start=(-3.4, 2.6),
        formula=weighted_sum(
            (1, "x^2"), (1, "y^2"), (amplitude, r"(2 - \cos 2 \pi x - \cos 2 \pi y)")
        ),
        source="Rastrigin, Systems of Extremal Control (1974)",
    )


@picklable
def griewank() -> Surface:
    """Return f = 1 + (x^2 + y^2) / 4000 - cos(x) cos(y / sqrt 2), shown near the minimum."""
    k = 0.5**0.5

    def gradient(x: Array, y: Array) -> Any:
        u = k * y
        return x / 2000 + np.sin(x) * np.cos(u), y / 2000 + k * np.cos(x) * np.sin(u)

    def hessian(x: Array, y: Array) -> Any:
        u = k * y
        cc, xy = np.cos(x) * np.cos(u), -k * np.sin(x) * np.sin(u)
        return (1 / 2000 + cc, xy), (xy, 1 / 2000 + cc / 2)

    return Surface(
        lambda x, y: 1 + (x**2 + y**2) / 4000 - np.cos(x) * np.cos(k * y),
        name="Griewank",
        bounds=((-10, 10), (-10, 10)),
        gradient=gradient,
        hessian=hessian,
        minima=[(0, 0)],
        start=(-2, 1.5),
        formula=r"1 + (x^2 + y^2) / 4000 - \cos x \cos(y / \sqrt{2})",
        source="Griewank, Generalized descent for global optimization (1981)",
    )


@picklable
def levy() -> Surface:
    """Return f = sin^2(pi u) + u^2 (1 + 10 sin^2(pi u + 1)) + v^2 (1 + sin^2(2 pi v)).

    Here u = (x - 1) / 4 and v = (y - 1) / 4; the published form has w = 1 + u.
    """
    pi = np.pi

    def f(x: Array, y: Array) -> Any:
        u, v = (x - 1) / 4, (y - 1) / 4
        along = np.sin(pi * u) ** 2 + u**2 * (1 + 10 * np.sin(pi * u + 1) ** 2)
        return along + v**2 * (1 + np.sin(2 * pi * v) ** 2)

    def gradient(x: Array, y: Array) -> Any:
        u, v = (x - 1) / 4, (y - 1) / 4
        p, q = pi * u + 1, 2 * pi * v
        by_u = pi * np.sin(2 * pi * u) + 2 * u * (1 + 10 * np.sin(p) ** 2)
        by_u += 10 * pi * u**2 * np.sin(2 * p)
        by_v = 2 * v * (1 + np.sin(q) ** 2) + 2 * pi * v**2 * np.sin(2 * q)
        return by_u / 4, by_v / 4

    def hessian(x: Array, y: Array) -> Any:
        u, v = (x - 1) / 4, (y - 1) / 4
        p, q = pi * u + 1, 2 * pi * v
        uu = 2 * pi**2 * np.cos(2 * pi * u) + 2 * (1 + 10 * np.sin(p) ** 2)
        uu += 40 * pi * u * np.sin(2 * p) + 20 * pi**2 * u**2 * np.cos(2 * p)
        vv = 2 * (1 + np.sin(q) ** 2) + 8 * pi * v * np.sin(2 * q)
        vv += 8 * pi**2 * v**2 * np.cos(2 * q)
        return (uu / 16, 0), (0, vv / 16)

    return Surface(
        f,
        name="Levy",
        bounds=((-10, 10), (-10, 10)),
        gradient=gradient,
        hessian=hessian,
        minima=[(1, 1)],
        start=(-8, 7),
        formula=(
            r"\sin^2 \pi u + u^2 (1 + 10 \sin^2(\pi u + 1)) + v^2 (1 + \sin^2 2 \pi v),"
            r"\ u = (x - 1) / 4,\ v = (y - 1) / 4"
        ),
        source="Levy and Montalvo, The tunneling algorithm for global minimization (1985)",
    )


@picklable
def easom() -> Surface:
    """Return f = -cos(x) cos(y) exp(-(x - pi)^2 - (y - pi)^2): one hole in a flat plain."""
    pi = np.pi

    def parts(x: Array, y: Array) -> Any:
        u, v = x - pi, y - pi
        return u, v, np.cos(x), np.sin(x), np.cos(y), np.sin(y), np.exp(-(u**2) - v**2)

    def gradient(x: Array, y: Array) -> Any:
        u, v, cx, sx, cy, sy, e = parts(x, y)
        return e * cy * (sx + 2 * u * cx), e * cx * (sy + 2 * v * cy)

    def hessian(x: Array, y: Array) -> Any:
        u, v, cx, sx, cy, sy, e = parts(x, y)
        xy = -e * (sx + 2 * u * cx) * (sy + 2 * v * cy)
        xx = e * cy * (cx * (3 - 4 * u**2) - 4 * u * sx)
        yy = e * cx * (cy * (3 - 4 * v**2) - 4 * v * sy)
        return (xx, xy), (xy, yy)

    return Surface(
        lambda x, y: -np.cos(x) * np.cos(y) * np.exp(-((x - pi) ** 2) - (y - pi) ** 2),
        name="Easom",
        bounds=((0, 6.5), (0, 6.5)),
        gradient=gradient,
        hessian=hessian,
        minima=[(pi, pi)],
        start=(4.3, 2.2),
        formula=r"-\cos x \cos y\ e^{-(x - \pi)^2 - (y - \pi)^2}",
        source="Easom, A survey of global optimization techniques (1990)",
    )


@picklable
def michalewicz(m: int = 10) -> Surface:
    """Return f = -sin(x) sin(x^2 / pi)^(2 m) - sin(y) sin(2 y^2 / pi)^(2 m).

    The larger m, the steeper the valleys and the flatter the plains between them.
    """
    check_whole("michalewicz", 1, m=m)

    def ridge(t: Array, i: int) -> Any:
        return np.sin(t) * np.sin(i * t**2 / np.pi) ** (2 * m)

    def slope(t: Array, i: int) -> Any:
        angle = i * t**2 / np.pi
        s, c, rate = np.sin(angle), np.cos(angle), 2 * i * t / np.pi
        return -(s ** (2 * m - 1)) * (np.cos(t) * s + 2 * m * np.sin(t) * c * rate)

    def bend(t: Array, i: int) -> Any:
        angle = i * t**2 / np.pi
        s, c, rate = np.sin(angle), np.cos(angle), 2 * i * t / np.pi
        power = s ** (2 * m - 2)
        first = 2 * m * power * s * c * rate
        second = 2 * m * power * (rate**2 * ((2 * m - 1) * c**2 - s**2) + s * c * 2 * i / np.pi)
        return np.sin(t) * (power * s**2 - second) - 2 * np.cos(t) * first

    t = np.linspace(0, np.pi, 1001)
    lowest = t[np.argmax(ridge(t, 1))]
    for _ in range(8):  # Newton steps
        lowest -= slope(lowest, 1) / bend(lowest, 1)
    return Surface(
        lambda x, y: -ridge(x, 1) - ridge(y, 2),
        name="Michalewicz",
        bounds=((0, np.pi), (0, np.pi)),
        gradient=lambda x, y: (slope(x, 1), slope(y, 2)),
        hessian=lambda x, y: ((bend(x, 1), 0), (0, bend(y, 2))),
        minima=[(lowest, np.pi / 2)],
        start=(1.9, 1.3),
        formula=rf"-\sin x \sin^{{{2 * m}}}(x^2 / \pi) - \sin y \sin^{{{2 * m}}}(2 y^2 / \pi)",
        source="Michalewicz, Genetic Algorithms + Data Structures = Evolution Programs (1992)",
    )
