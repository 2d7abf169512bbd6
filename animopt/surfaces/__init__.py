"""Surfaces: the type, and the catalogue of test functions."""

from __future__ import annotations

from collections.abc import Callable

from animopt.surfaces import basins, classic, kinked, multimodal, terrain, valleys
from animopt.surfaces.basins import *
from animopt.surfaces.classic import *
from animopt.surfaces.kinked import *
from animopt.surfaces.multimodal import *
from animopt.surfaces.surface import Surface
from animopt.surfaces.terrain import *
from animopt.surfaces.valleys import *

__all__ = ["Surface", "catalogue"]
__all__ += basins.__all__ + classic.__all__ + kinked.__all__
__all__ += multimodal.__all__ + terrain.__all__ + valleys.__all__


def catalogue() -> dict[str, Callable[..., Surface]]:
    """Return every factory by name; each can be called without arguments.

    >>> catalogue()["booth"]().minima
    ((1.0, 3.0),)
    """
    return {
        name: globals()[name] for name in sorted(__all__) if name not in ("Surface", "catalogue")
    }
