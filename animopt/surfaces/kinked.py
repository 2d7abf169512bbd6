"""Functions with kinks, where derivatives jump or grow without bound."""

from __future__ import annotations

from typing import Any

import numpy as np

from animopt.surfaces.parameters import check_positive, number
from animopt.surfaces.surface import Surface, picklable
from animopt.typing import Array

__all__ = ["ackley", "bukin6", "cross_in_tray", "eggholder", "schwefel"]


@picklable
def ackley(a: float = 20.0, b: float = 0.2, c: float = 2 * np.pi) -> Surface:
    """Return f = -a exp(-b r) - exp((cos c x + cos c y) / 2) + a + e, r = sqrt((x^2 + y^2) / 2).

    At the tip of the cone, the minimum, the gradient returned is 0.
    """
    check_positive("ackley", a=a, b=b, c=c)

    def terms(x: Array, y: Array) -> Any:
        r = np.sqrt((x**2 + y**2) / 2)
        return r, a * np.exp(-b * r), np.exp((np.cos(c * x) + np.cos(c * y)) / 2)

    def f(x: Array, y: Array) -> Any:
        _, cone, waves = terms(x, y)
        return a - cone + (np.e - waves)

    def gradient(x: Array, y: Array) -> Any:
        r, cone, waves = terms(x, y)
        d, e = b / 2 * cone * _reciprocal(r), c / 2 * waves
        return x * d + np.sin(c * x) * e, y * d + np.sin(c * y) * e

    def hessian(x: Array, y: Array) -> Any:
        r, cone, waves = terms(x, y)
        q = _reciprocal(r)
        d, e = b / 2 * cone * q, -b / 4 * cone * q**2 * (q + b)
        sx, sy, w = np.sin(c * x), np.sin(c * y), c**2 / 4 * waves
        xy = x * y * e - sx * sy * w
        xx = d + x**2 * e + (2 * np.cos(c * x) - sx**2) * w
        yy = d + y**2 * e + (2 * np.cos(c * y) - sy**2) * w
        return (xx, xy), (xy, yy)

    cone = rf"{number(a)}\,(1 - e^{{-{number(b)} \sqrt{{(x^2 + y^2) / 2}}}})"
    turn = r"2 \pi" if c == 2 * np.pi else number(c)
    return Surface(
        f,
        name="Ackley",
        bounds=((-5, 5), (-5, 5)),
        gradient=gradient,
        hessian=hessian,
        minima=[(0, 0)],
        start=(-3.2, 2.4),
        formula=rf"{cone} + e - e^{{(\cos {turn} x + \cos {turn} y) / 2}}",
        source="Ackley, A Connectionist Machine for Genetic Hillclimbing (1987)",
    )


@picklable
def bukin6() -> Surface:
    """Return f = 100 sqrt|y - 0.01 x^2| + 0.01 |x + 10|: a narrow valley with a kink as its floor.

    On the floor, where the function has no gradient, the gradient returned is that of the second
    term alone, and 0 at the minimum.
    """

    def gradient(x: Array, y: Array) -> Any:
        u = y - 0.01 * x**2
        d = 50 * np.sign(u) * _reciprocal(np.sqrt(np.abs(u)))
        return 0.01 * np.sign(x + 10) - 0.02 * x * d, d

    def hessian(x: Array, y: Array) -> Any:
        u = y - 0.01 * x**2
        s = _reciprocal(np.sqrt(np.abs(u)))
        d, e = 50 * np.sign(u) * s, -25 * s**3
        xy = -0.02 * x * e
        return (-0.02 * d - 0.02 * x * xy, xy), (xy, e)

    return Surface(
        lambda x, y: 100 * np.sqrt(np.abs(y - 0.01 * x**2)) + 0.01 * np.abs(x + 10),
        name="Bukin 6",
        bounds=((-15, -5), (-3, 3)),
        gradient=gradient,
        hessian=hessian,
        minima=[(-10, 1)],
        start=(-6, 2.5),
        formula=r"100 \sqrt{|y - 0.01 x^2|} + 0.01\,|x + 10|",
        source="Bukin, New minimization strategy for non-smooth functions (1997)",
    )


@picklable
def cross_in_tray() -> Surface:
    """Return f = -0.0001 (|sin(x) sin(y) exp|100 - r / pi|| + 1)^0.1, r = sqrt(x^2 + y^2)."""

    def f(x: Array, y: Array) -> Any:
        _, _, e = _tray(x, y)
        return -1e-4 * (np.abs(np.sin(x) * np.sin(y)) * e + 1) ** 0.1

    def gradient(x: Array, y: Array) -> Any:
        _, d, e = _tray(x, y)
        sx, sy = np.sin(x), np.sin(y)
        product = sx * sy
        tray, sign = np.abs(product), np.sign(product)
        outer = -1e-5 * (tray * e + 1) ** -0.9 * e
        by_x = sign * np.cos(x) * sy + tray * x * d
        by_y = sign * sx * np.cos(y) + tray * y * d
        return outer * by_x, outer * by_y

    def hessian(x: Array, y: Array) -> Any:
        r, d, e = _tray(x, y)
        sx, cx, sy, cy = np.sin(x), np.cos(x), np.sin(y), np.cos(y)
        tray, sign = np.abs(sx * sy), np.sign(sx * sy)
        # The slopes of the exponent, and of the product tray * e.
        ex, ey, bend = x * d, y * d, -d * _reciprocal(r) ** 2
        by_x, by_y = e * (sign * cx * sy + tray * ex), e * (sign * sx * cy + tray * ey)
        xx = e * (2 * sign * cx * sy * ex + tray * (ex**2 + d + x**2 * bend - 1))
        yy = e * (2 * sign * sx * cy * ey + tray * (ey**2 + d + y**2 * bend - 1))
        xy = e * sign * (cx * cy + cx * sy * ey + sx * cy * ex)
        xy += e * tray * (ex * ey + x * y * bend)
        inner = tray * e + 1
        first, second = -1e-5 * inner**-0.9, 0.9e-5 * inner**-1.9
        across = first * xy + second * by_x * by_y
        return (
            (first * xx + second * by_x**2, across),
            (across, first * yy + second * by_y**2),
        )

    c = 1.3494066171539107
    return Surface(
        f,
        name="cross-in-tray",
        bounds=((-10, 10), (-10, 10)),
        gradient=gradient,
        hessian=hessian,
        minima=[(c, c), (c, -c), (-c, c), (-c, -c)],
        start=(2.4, 0.6),
        formula=r"-0.0001\,(|\sin x \sin y\ e^{|100 - \sqrt{x^2 + y^2} / \pi|}| + 1)^{0.1}",
        source="Mishra, Some new test functions for global optimization (2006)",
    )


def _tray(x: Array, y: Array) -> tuple[Array, Array, Array]:
    """Return the radius r, the slope of the exponent |100 - r / pi| over r, and its exponential."""
    r = np.sqrt(x**2 + y**2)
    gap = 100 - r / np.pi
    return r, -np.sign(gap) / np.pi * _reciprocal(r), np.exp(np.abs(gap))


@picklable
def eggholder() -> Surface:
    """Return f = -p sin sqrt|x / 2 + p| - x sin sqrt|x - p|, with p = y + 47.

    The minimum lies on the edge x = 512, where only df/dy vanishes.
    """

    def gradient(x: Array, y: Array) -> Any:
        p = y + 47
        a, da, _ = _sine_of_root(x / 2 + p)
        b, db, _ = _sine_of_root(x - p)
        return -p * da / 2 - b - x * db, -a - p * da + x * db

    def hessian(x: Array, y: Array) -> Any:
        p = y + 47
        _, da, d2a = _sine_of_root(x / 2 + p)
        _, db, d2b = _sine_of_root(x - p)
        xy = db - da / 2 - p * d2a / 2 + x * d2b
        return (-p * d2a / 4 - 2 * db - x * d2b, xy), (xy, -2 * da - p * d2a - x * d2b)

    def f(x: Array, y: Array) -> Any:
        p = y + 47
        return -p * np.sin(np.sqrt(np.abs(x / 2 + p))) - x * np.sin(np.sqrt(np.abs(x - p)))

    return Surface(
        f,
        name="Eggholder",
        bounds=((-512, 512), (-512, 512)),
        gradient=gradient,
        hessian=hessian,
        minima=[(512, 404.2318051137578)],
        start=(300, 300),
        formula=r"-p \sin\sqrt{|x / 2 + p|} - x \sin\sqrt{|x - p|},\ p = y + 47",
        source="Whitley et al., Evaluating evolutionary algorithms (1996)",
    )


@picklable
def schwefel() -> Surface:
    """Return f = c - x sin sqrt|x| - y sin sqrt|y|, with c such that the minimum is 0.

    Published tables round c to 2 x 418.9829.
    """
    lowest = 420.968746359982
    c = 837.9657745448675

    def slope(t: Array) -> Array:
        s, ds, _ = _sine_of_root(t)
        return -s - t * ds

    def bend(t: Array) -> Array:
        _, ds, d2s = _sine_of_root(t)
        return -2 * ds - t * d2s

    return Surface(
        lambda x, y: c - x * np.sin(np.sqrt(np.abs(x))) - y * np.sin(np.sqrt(np.abs(y))),
        name="Schwefel",
        bounds=((-500, 500), (-500, 500)),
        gradient=lambda x, y: (slope(x), slope(y)),
        hessian=lambda x, y: ((bend(x), 0), (0, bend(y))),
        minima=[(lowest, lowest)],
        start=(-120, 330),
        formula=r"837.9658 - x \sin\sqrt{|x|} - y \sin\sqrt{|y|}",
        source="Schwefel, Numerical Optimization of Computer Models (1981)",
    )


def _reciprocal(r: Array) -> Array:
    """Return 1 / r, or 0 where r is 0, which leaves out a singular term at its kink."""
    return np.where(r == 0, 0.0, 1 / np.where(r == 0, 1.0, r))


def _sine_of_root(t: Array) -> tuple[Array, Array, Array]:
    """Return sin sqrt|t| and its first two derivatives."""
    root = np.sqrt(np.abs(t))
    s, c, q = np.sin(root), np.cos(root), _reciprocal(root)
    return s, np.sign(t) * c * q / 2, -(q**2) * (s + c * q) / 4
