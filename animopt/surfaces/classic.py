"""Quadratics and other textbook shapes, each with a single difficulty."""

from __future__ import annotations

import math
from typing import Any

from animopt.surfaces.parameters import check_finite, check_positive, weighted_sum
from animopt.surfaces.surface import Surface, picklable
from animopt.typing import Array

__all__ = ["bowl", "cubic", "monkey_saddle", "ravine", "ring", "saddle"]


@picklable
def bowl(a: float = 1.0, b: float = 1.0) -> Surface:
    """Return the convex quadratic f = a x^2 + b y^2, with a > 0 and b > 0."""
    check_positive("bowl", a=a, b=b)
    return Surface(
        lambda x, y: a * x**2 + b * y**2,
        name="bowl",
        bounds=((-5, 5), (-5, 5)),
        gradient=lambda x, y: (2 * a * x, 2 * b * y),
        hessian=lambda x, y: ((2 * a, 0), (0, 2 * b)),
        minima=[(0, 0)],
        start=(3, 4),
        formula=weighted_sum((a, "x^2"), (b, "y^2")),
        source="textbook quadratic, the sphere function for a = b",
    )


@picklable
def ravine(condition: float = 20.0, angle: float = 0.0) -> Surface:
    """Return the quadratic f = u^2 / condition + v^2, its long axis u at ``angle`` degrees to x.

    u = x cos(angle) + y sin(angle), v = y cos(angle) - x sin(angle). The default is x^2/20 + y^2.
    """
    check_positive("ravine", condition=condition)
    check_finite("ravine", angle=angle)
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    xx, xy, yy = c**2 / condition + s**2, c * s / condition - c * s, s**2 / condition + c**2
    return Surface(
        lambda x, y: xx * x**2 + 2 * xy * x * y + yy * y**2,
        name="ravine",
        bounds=((-10, 10), (-10, 10)),
        gradient=lambda x, y: (2 * xx * x + 2 * xy * y, 2 * xy * x + 2 * yy * y),
        hessian=lambda x, y: ((2 * xx, 2 * xy), (2 * xy, 2 * yy)),
        minima=[(0, 0)],
        start=(-7 * c - 2 * s, 2 * c - 7 * s),
        formula=weighted_sum((xx, "x^2"), (2 * xy, "x y"), (yy, "y^2")),
        source="textbook ill-conditioned quadratic",
    )


@picklable
def saddle(a: float = 0.5, b: float = 1.0) -> Surface:
    """Return f = -a x^2 + b y^2, with a > 0 and b > 0: unbounded below along x."""
    check_positive("saddle", a=a, b=b)
    return Surface(
        lambda x, y: -a * x**2 + b * y**2,
        name="saddle",
        bounds=((-1, 2), (-1, 1)),
        gradient=lambda x, y: (-2 * a * x, 2 * b * y),
        hessian=lambda x, y: ((-2 * a, 0), (0, 2 * b)),
        saddles=[(0, 0)],
        start=(1e-5, 0.5),
        formula=weighted_sum((-a, "x^2"), (b, "y^2")),
        source="textbook hyperbolic paraboloid",
    )


@picklable
def monkey_saddle() -> Surface:
    """Return f = x^3 - 3 x y^2: three ways down from a saddle whose Hessian vanishes."""
    return Surface(
        lambda x, y: x * (x**2 - 3 * y**2),
        name="monkey saddle",
        bounds=((-1.5, 1.5), (-1.5, 1.5)),
        gradient=lambda x, y: (3 * (x**2 - y**2), -6 * x * y),
        hessian=lambda x, y: ((6 * x, -6 * y), (-6 * y, -6 * x)),
        saddles=[(0, 0)],
        start=(1, 1e-3),
        formula=r"x^3 - 3 x y^2",
        source="Hilbert and Cohn-Vossen, Geometry and the Imagination (1932)",
    )


@picklable
def ring(tilt: float = 1 / 8) -> Surface:
    """Return f = (x^2 + y^2 - 1)^2 + tilt (x + 1)^2, a circular valley sloping to (-1, 0).

    Opposite the minimum, for a tilt in (0, 1/2), lies a saddle.
    """
    check_positive("ring", tilt=tilt)

    def gradient(x: Array, y: Array) -> Any:
        r = 4 * (x**2 + y**2 - 1)
        return x * r + 2 * tilt * (x + 1), y * r

    return Surface(
        lambda x, y: (x**2 + y**2 - 1) ** 2 + tilt * (x + 1) ** 2,
        name="ring",
        bounds=((-1.5, 1.5), (-2.1, 2.1)),
        gradient=gradient,
        hessian=lambda x, y: (
            (12 * x**2 + 4 * y**2 - 4 + 2 * tilt, 8 * x * y),
            (8 * x * y, 4 * x**2 + 12 * y**2 - 4),
        ),
        minima=[(-1, 0)],
        saddles=[(0.5 + math.sqrt(0.25 - tilt / 2), 0)] if tilt < 0.5 else [],
        start=(0.1, 2.0),
        formula=weighted_sum((1, "(x^2 + y^2 - 1)^2"), (tilt, "(x + 1)^2")),
        source="quartic ring potential, tilted",
    )


@picklable
def cubic() -> Surface:
    """Return f = x^2 + y^2 + y^3 + x y: a basin at the origin, unbounded below behind a saddle."""
    return Surface(
        lambda x, y: x**2 + y**2 + y**3 + x * y,
        name="cubic",
        bounds=((-3, 3), (-3, 3)),
        gradient=lambda x, y: (2 * x + y, 2 * y + 3 * y**2 + x),
        hessian=lambda x, y: ((2, 1), (1, 2 + 6 * y)),
        minima=[(0, 0)],
        saddles=[(0.25, -0.5)],
        start=(2, 3),
        formula=r"x^2 + y^2 + y^3 + x y",
        source="cubic fold: a basin with one exit",
    )
