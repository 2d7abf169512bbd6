"""Surfaces: the type, and the catalogue of test functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from animopt.errors import did_you_mean
from animopt.surfaces import basins, classic, kinked, multimodal, terrain, valleys
from animopt.surfaces.basins import *
from animopt.surfaces.classic import *
from animopt.surfaces.kinked import *
from animopt.surfaces.multimodal import *
from animopt.surfaces.slices import slice_of
from animopt.surfaces.surface import Surface
from animopt.surfaces.terrain import *
from animopt.surfaces.valleys import *

__all__ = ["Surface", "catalogue", "slice_of"]
# These make no surface without arguments; whatever else is listed is in the catalogue.
_TOOLS = tuple(__all__)
__all__ += basins.__all__ + classic.__all__ + kinked.__all__
__all__ += multimodal.__all__ + terrain.__all__ + valleys.__all__


def catalogue() -> dict[str, Callable[..., Surface]]:
    """Return every factory by name; each can be called without arguments.

    >>> catalogue()["booth"]().minima
    ((1.0, 3.0),)
    """
    return {name: globals()[name] for name in sorted(__all__) if name not in _TOOLS}


# What some functions are called elsewhere.
_ALIASES = {
    "sphere": "bowl",
    "paraboloid": "bowl",
    "quadratic": "bowl",
    "banana": "rosenbrock",
    "rosen": "rosenbrock",
    "camel": "six_hump_camel",
    "camelback": "six_hump_camel",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Suggest a surface for a name that there is not."""
        if name.startswith("_"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        known = f"; write surfaces.{_ALIASES[name]}()" if name in _ALIASES else ""
        raise AttributeError(f"surfaces has no {name!r}{known or did_you_mean(name, catalogue())}")
