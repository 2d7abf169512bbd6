"""Curved and narrow valleys, most of them sums of squares with a single minimum."""

from __future__ import annotations

from typing import Any

from animopt.surfaces.parameters import check_finite, check_positive, number, weighted_sum
from animopt.surfaces.surface import Surface, picklable
from animopt.typing import Array

__all__ = ["beale", "booth", "dixon_price", "matyas", "rosenbrock"]


@picklable
def rosenbrock(a: float = 1.0, b: float = 100.0) -> Surface:
    """Return f = (a - x)^2 + b (y - x^2)^2, a banana-shaped valley; b sets how narrow it is."""
    check_finite("rosenbrock", a=a)
    check_positive("rosenbrock", b=b)

    def gradient(x: Array, y: Array) -> Any:
        r = 2 * b * (y - x**2)
        return 2 * (x - a) - 2 * x * r, r

    def hessian(x: Array, y: Array) -> Any:
        xy = -4 * b * x
        return (2 + 4 * b * (3 * x**2 - y), xy), (xy, 2 * b)

    x0, x1 = min(-2.0, 2 * a), max(2.0, 2 * a)
    return Surface(
        lambda x, y: (a - x) ** 2 + b * (y - x**2) ** 2,
        name="Rosenbrock",
        bounds=((x0, x1), (-1, max(3.0, 2 * a**2))),
        gradient=gradient,
        hessian=hessian,
        minima=[(a, a**2)],
        start=(-1.2, 1),
        formula=weighted_sum((1, f"({number(a)} - x)^2"), (b, "(y - x^2)^2")),
        source="Rosenbrock, An automatic method for finding the greatest or least value (1960)",
    )


@picklable
def beale() -> Surface:
    """Return f = sum over i = 1, 2, 3 of (c_i - x + x y^i)^2, with c = (1.5, 2.25, 2.625)."""

    def residuals(x: Array, y: Array) -> Any:
        return 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3

    def f(x: Array, y: Array) -> Any:
        p, q, r = residuals(x, y)
        return p**2 + q**2 + r**2

    def gradient(x: Array, y: Array) -> Any:
        p, q, r = residuals(x, y)
        y2 = y**2
        by_x = p * (y - 1) + q * (y2 - 1) + r * (y * y2 - 1)
        return 2 * by_x, 2 * x * (p + 2 * y * q + 3 * y2 * r)

    def hessian(x: Array, y: Array) -> Any:
        p, q, r = residuals(x, y)
        y2, y3 = y**2, y**3
        xx = (y - 1) ** 2 + (y2 - 1) ** 2 + (y3 - 1) ** 2
        slope = x * ((y - 1) + 2 * y * (y2 - 1) + 3 * y2 * (y3 - 1))
        xy = p + 2 * y * q + 3 * y2 * r + slope
        yy = x**2 * (1 + 4 * y2 + 9 * y2**2) + x * (2 * q + 6 * y * r)
        return (2 * xx, 2 * xy), (2 * xy, 2 * yy)

    return Surface(
        f,
        name="Beale",
        bounds=((-4.5, 4.5), (-4.5, 4.5)),
        gradient=gradient,
        hessian=hessian,
        minima=[(3, 0.5)],
        saddles=[(0, 1), (0.1005379373241583, -2.6445135850231254)],
        start=(1, 1.5),
        formula=r"(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2",
        source="Beale, On an iterative method for finding a local minimum (1958)",
    )


@picklable
def booth() -> Surface:
    """Return the quadratic f = (x + 2 y - 7)^2 + (2 x + y - 5)^2."""
    return Surface(
        lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
        name="Booth",
        bounds=((-10, 10), (-10, 10)),
        gradient=lambda x, y: (10 * x + 8 * y - 34, 8 * x + 10 * y - 38),
        hessian=lambda x, y: ((10, 8), (8, 10)),
        minima=[(1, 3)],
        start=(-8, -6),
        formula=r"(x + 2 y - 7)^2 + (2 x + y - 5)^2",
        source="Jamil and Yang, A literature survey of benchmark functions (2013), no. 17",
    )


@picklable
def matyas() -> Surface:
    """Return the quadratic f = 0.26 (x^2 + y^2) - 0.48 x y, a ravine along the diagonal."""
    return Surface(
        lambda x, y: 0.26 * (x**2 + y**2) - 0.48 * x * y,
        name="Matyas",
        bounds=((-10, 10), (-10, 10)),
        gradient=lambda x, y: (0.52 * x - 0.48 * y, 0.52 * y - 0.48 * x),
        hessian=lambda x, y: ((0.52, -0.48), (-0.48, 0.52)),
        minima=[(0, 0)],
        start=(-9, 3),
        formula=r"0.26\,(x^2 + y^2) - 0.48 x y",
        source="Matyas, Random optimization (1965)",
    )


@picklable
def dixon_price() -> Surface:
    """Return f = (x - 1)^2 + 2 (2 y^2 - x)^2: two mirrored minima with a saddle between them."""

    def gradient(x: Array, y: Array) -> Any:
        r = 4 * (2 * y**2 - x)
        return 2 * (x - 1) - r, 4 * y * r

    return Surface(
        lambda x, y: (x - 1) ** 2 + 2 * (2 * y**2 - x) ** 2,
        name="Dixon-Price",
        bounds=((-3, 5), (-2, 2)),
        gradient=gradient,
        hessian=lambda x, y: ((6, -16 * y), (-16 * y, 96 * y**2 - 16 * x)),
        minima=[(1, 0.5**0.5), (1, -(0.5**0.5))],
        saddles=[(1 / 3, 0)],
        start=(-2, 1.5),
        formula=r"(x - 1)^2 + 2\,(2 y^2 - x)^2",
        source="Dixon and Price, The truncated Newton method for sparse optimisation (1989)",
    )
