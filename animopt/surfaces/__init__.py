"""Surfaces: the type, and the catalogue of test functions."""

from __future__ import annotations

from collections.abc import Callable

from animopt.surfaces.basins import (
    goldstein_price,
    himmelblau,
    mccormick,
    six_hump_camel,
    styblinski_tang,
    three_hump_camel,
)
from animopt.surfaces.classic import bowl, cubic, monkey_saddle, ravine, ring, saddle
from animopt.surfaces.kinked import ackley, bukin6, cross_in_tray, eggholder, schwefel
from animopt.surfaces.multimodal import easom, griewank, levy, michalewicz, rastrigin
from animopt.surfaces.surface import Surface
from animopt.surfaces.terrain import cliff, noisy_bowl, plateau
from animopt.surfaces.valleys import beale, booth, dixon_price, matyas, rosenbrock

__all__ = [
    "Surface",
    "ackley",
    "beale",
    "booth",
    "bowl",
    "bukin6",
    "catalogue",
    "cliff",
    "cross_in_tray",
    "cubic",
    "dixon_price",
    "easom",
    "eggholder",
    "goldstein_price",
    "griewank",
    "himmelblau",
    "levy",
    "matyas",
    "mccormick",
    "michalewicz",
    "monkey_saddle",
    "noisy_bowl",
    "plateau",
    "rastrigin",
    "ravine",
    "ring",
    "rosenbrock",
    "saddle",
    "schwefel",
    "six_hump_camel",
    "styblinski_tang",
    "three_hump_camel",
]


def catalogue() -> dict[str, Callable[..., Surface]]:
    """Return every factory of this module by name; each works without arguments.

    >>> catalogue()["booth"]().minima
    ((1.0, 3.0),)
    """
    scope = globals()
    return {name: scope[name] for name in __all__ if name not in ("Surface", "catalogue")}
