"""Quadratics and other textbook shapes, in which one thing at a time goes wrong."""

from __future__ import annotations

from animopt.surfaces.surface import Surface


def bowl(a: float = 1.0, b: float = 1.0) -> Surface:
    """Return the convex quadratic f = a x^2 + b y^2."""
    return Surface(
        lambda x, y: a * x**2 + b * y**2,
        name="bowl",
        bounds=((-5, 5), (-5, 5)),
        gradient=lambda x, y: (2 * a * x, 2 * b * y),
        hessian=lambda x, y: ((2 * a, 0), (0, 2 * b)),
        minima=[(0, 0)],
        start=(3, 4),
        formula=r"a x^2 + b y^2",
    )


def saddle(a: float = 0.5, b: float = 1.0) -> Surface:
    """Return f = -a x^2 + b y^2, unbounded below along x."""
    return Surface(
        lambda x, y: -a * x**2 + b * y**2,
        name="saddle",
        bounds=((-1, 2), (-1, 1)),
        gradient=lambda x, y: (-2 * a * x, 2 * b * y),
        hessian=lambda x, y: ((-2 * a, 0), (0, 2 * b)),
        saddles=[(0, 0)],
        start=(1e-5, 0.5),
        formula=r"-a x^2 + b y^2",
    )


def ring(tilt: float = 1 / 8) -> Surface:
    """Return f = (x^2 + y^2 - 1)^2 + tilt (x + 1)^2: a circular valley sloping to (-1, 0)."""
    return Surface(
        lambda x, y: (x**2 + y**2 - 1) ** 2 + tilt * (x + 1) ** 2,
        name="ring",
        bounds=((-1.5, 1.5), (-2.1, 2.1)),
        gradient=lambda x, y: (
            4 * x * (x**2 + y**2 - 1) + 2 * tilt * (x + 1),
            4 * y * (x**2 + y**2 - 1),
        ),
        hessian=lambda x, y: (
            (12 * x**2 + 4 * y**2 - 4 + 2 * tilt, 8 * x * y),
            (8 * x * y, 4 * x**2 + 12 * y**2 - 4),
        ),
        minima=[(-1, 0)],
        start=(0.1, 2.0),
        formula=r"(x^2 + y^2 - 1)^2 + (x + 1)^2 / 8",
    )


def cubic() -> Surface:
    """Return f = x^2 + y^2 + y^3 + x y: a basin at the origin, unbounded below behind a saddle."""
    return Surface(
        lambda x, y: x**2 + y**2 + y**3 + x * y,
        name="cubic",
        bounds=((-3, 3), (-3, 3)),
        gradient=lambda x, y: (2 * x + y, 2 * y + 3 * y**2 + x),
        hessian=lambda x, y: ((2, 1), (1, 2 + 6 * y)),
        saddles=[(0.25, -0.5)],
        start=(2, 3),
        formula=r"x^2 + y^2 + y^3 + x y",
    )
