"""Functions with a few basins, and saddles between them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from animopt.surfaces.surface import Surface, picklable
from animopt.typing import Array

__all__ = [
    "goldstein_price",
    "himmelblau",
    "mccormick",
    "six_hump_camel",
    "styblinski_tang",
    "three_hump_camel",
]


@picklable
def himmelblau() -> Surface:
    """Return f = (x^2 + y - 11)^2 + (x + y^2 - 7)^2: four minima, all of them zero."""

    def gradient(x: Array, y: Array) -> Any:
        p, q = x**2 + y - 11, x + y**2 - 7
        return 4 * x * p + 2 * q, 2 * p + 4 * y * q

    def hessian(x: Array, y: Array) -> Any:
        xy = 4 * (x + y)
        return (12 * x**2 + 4 * y - 42, xy), (xy, 12 * y**2 + 4 * x - 26)

    return Surface(
        lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
        name="Himmelblau",
        bounds=((-6, 6), (-6, 6)),
        gradient=gradient,
        hessian=hessian,
        minima=[
            (3, 2),
            (3.5844283403304917, -1.8481265269644034),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.283185991286169),
        ],
        saddles=[
            (3.385154183607021, 0.07385187983774928),
            (0.08667750455539634, 2.884254701174776),
            (-3.0730257507643897, -0.08135304428796751),
            (-0.12796134673068005, -1.9537149802445766),
        ],
        start=(-1, -1.5),
        formula=r"(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        source="Himmelblau, Applied Nonlinear Programming (1972)",
    )


@picklable
def three_hump_camel() -> Surface:
    """Return f = 2 x^2 - 1.05 x^4 + x^6 / 6 + x y + y^2: a low basin between two high ones."""
    ridge = math.sqrt(2.1 - math.sqrt(0.91))

    def f(x: Array, y: Array) -> Any:
        x2 = x**2
        return x2 * (2 - x2 * (1.05 - x2 / 6)) + x * y + y**2

    def gradient(x: Array, y: Array) -> Any:
        x2 = x**2
        return x * (4 - x2 * (4.2 - x2)) + y, x + 2 * y

    def hessian(x: Array, y: Array) -> Any:
        x2 = x**2
        return (4 - x2 * (12.6 - 5 * x2), 1), (1, 2)

    return Surface(
        f,
        name="three-hump camel",
        bounds=((-2.5, 2.5), (-2.5, 2.5)),
        gradient=gradient,
        hessian=hessian,
        minima=[(0, 0)],
        saddles=[(ridge, -ridge / 2), (-ridge, ridge / 2)],
        start=(-2.2, 2),
        formula=r"2 x^2 - 1.05 x^4 + x^6 / 6 + x y + y^2",
        source="Dixon and Szego, Towards Global Optimisation 2 (1978)",
    )


@picklable
def six_hump_camel() -> Surface:
    """Return f = (4 - 2.1 x^2 + x^4 / 3) x^2 + x y + 4 (y^2 - 1) y^2: six basins, two lowest."""

    def f(x: Array, y: Array) -> Any:
        x2, y2 = x**2, y**2
        return x2 * (4 - x2 * (2.1 - x2 / 3)) + x * y + 4 * y2 * (y2 - 1)

    def gradient(x: Array, y: Array) -> Any:
        x2 = x**2
        return x * (8 - x2 * (8.4 - 2 * x2)) + y, x + y * (16 * y**2 - 8)

    def hessian(x: Array, y: Array) -> Any:
        x2 = x**2
        return (8 - x2 * (25.2 - 10 * x2), 1), (1, 48 * y**2 - 8)

    return Surface(
        f,
        name="six-hump camel",
        bounds=((-2, 2), (-1, 1)),
        gradient=gradient,
        hessian=hessian,
        minima=[
            (0.08984201310031807, -0.7126564030207396),
            (-0.08984201310031807, 0.7126564030207396),
        ],
        saddles=[
            (0, 0),
            (1.1092053368047863, -0.7682680925095398),
            (-1.1092053368047863, 0.7682680925095398),
            (1.296070267167109, 0.6050843880386585),
            (-1.296070267167109, -0.6050843880386585),
            (1.6380679841897787, 0.2286740690443941),
            (-1.6380679841897787, -0.2286740690443941),
        ],
        start=(-1.8, 0.9),
        formula=r"(4 - 2.1 x^2 + x^4 / 3)\,x^2 + x y + 4\,(y^2 - 1)\,y^2",
        source="Dixon and Szego, Towards Global Optimisation 2 (1978)",
    )


@picklable
def goldstein_price() -> Surface:
    """Return f = A(x + y) B(2 x - 3 y), values from 3 to a million.

    A(t) = 1 + (t + 1)^2 (3 t^2 - 14 t + 19), B(w) = 30 + w^2 (3 w^2 - 16 w + 18): the published
    polynomial, factored. Its nine stationary points are those with A' = B' = 0:
    t in {-1, 1, 2} and w in {0, 1, 3}; x = (3 t + w) / 5, y = (2 t - w) / 5.
    """

    def factors(x: Array, y: Array) -> Any:
        t, w = x + y, 2 * x - 3 * y
        a = 1 + (t + 1) ** 2 * (t * (3 * t - 14) + 19)
        b = 30 + w**2 * (w * (3 * w - 16) + 18)
        return t, w, a, b

    def f(x: Array, y: Array) -> Any:
        _, _, a, b = factors(x, y)
        return a * b

    def gradient(x: Array, y: Array) -> Any:
        t, w, a, b = factors(x, y)
        by_t = 12 * (t + 1) * (t - 1) * (t - 2) * b
        by_w = 12 * w * (w - 1) * (w - 3) * a
        return by_t + 2 * by_w, by_t - 3 * by_w

    def hessian(x: Array, y: Array) -> Any:
        t, w, a, b = factors(x, y)
        tt = 12 * (t * (3 * t - 4) - 1) * b
        ww = 12 * (w * (3 * w - 8) + 3) * a
        tw = 144 * (t + 1) * (t - 1) * (t - 2) * w * (w - 1) * (w - 3)
        xy = tt - tw - 6 * ww
        return (tt + 4 * tw + 4 * ww, xy), (xy, tt - 6 * tw + 9 * ww)

    return Surface(
        f,
        name="Goldstein-Price",
        bounds=((-2, 2), (-2, 2)),
        gradient=gradient,
        hessian=hessian,
        minima=[(0, -1)],
        saddles=[(0.6, 0.4), (1.2, -0.2), (-0.4, -0.6), (1.4, 0.6)],
        start=(-1.5, 0.5),
        formula=(
            r"(1 + (t + 1)^2 (3 t^2 - 14 t + 19))\,(30 + w^2 (3 w^2 - 16 w + 18)),"
            r"\ t = x + y,\ w = 2 x - 3 y"
        ),
        source="Goldstein and Price, On descent from local minima (1971)",
    )


@picklable
def mccormick() -> Surface:
    """Return f = sin(x + y) + (x - y)^2 - 1.5 x + 2.5 y + 1: a wavy trough, lowest in a corner."""

    def gradient(x: Array, y: Array) -> Any:
        c, d = np.cos(x + y), 2 * (x - y)
        return c + d - 1.5, c - d + 2.5

    def hessian(x: Array, y: Array) -> Any:
        s = np.sin(x + y)
        return (2 - s, -2 - s), (-2 - s, 2 - s)

    third = math.pi / 3
    return Surface(
        lambda x, y: np.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1,
        name="McCormick",
        bounds=((-1.5, 4), (-3, 4)),
        gradient=gradient,
        hessian=hessian,
        minima=[(0.5 - third, -0.5 - third)],
        saddles=[(0.5 + third, third - 0.5)],
        start=(-1, 3),
        formula=r"\sin(x + y) + (x - y)^2 - 1.5 x + 2.5 y + 1",
        source="Adorio and Diliman, MVF: Multivariate test functions library (2005)",
    )


@picklable
def styblinski_tang() -> Surface:
    """Return f = (x^4 - 16 x^2 + 5 x + y^4 - 16 y^2 + 5 y) / 2: four basins, one lowest."""
    # The roots of 4 t^3 - 32 t + 5: lowest basin, ridge, higher basin.
    low, ridge, high = -2.903534027771177, 0.1567312567803401, 2.746802770990837

    def slope(t: Array) -> Array:
        return t * (2 * t**2 - 16) + 2.5

    return Surface(
        lambda x, y: (x * (x * (x**2 - 16) + 5) + y * (y * (y**2 - 16) + 5)) / 2,
        name="Styblinski-Tang",
        bounds=((-5, 5), (-5, 5)),
        gradient=lambda x, y: (slope(x), slope(y)),
        hessian=lambda x, y: ((6 * x**2 - 16, 0), (0, 6 * y**2 - 16)),
        minima=[(low, low)],
        saddles=[(low, ridge), (ridge, low), (high, ridge), (ridge, high)],
        start=(0.5, -4.5),
        formula=r"\frac{1}{2}\,(x^4 - 16 x^2 + 5 x + y^4 - 16 y^2 + 5 y)",
        source="Styblinski and Tang, Experiments in nonconvex optimization (1990)",
    )
