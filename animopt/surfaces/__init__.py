"""Surfaces: the type, and the catalogue of test functions."""

from animopt.surfaces.classic import bowl, cubic, ring, saddle
from animopt.surfaces.surface import Surface

__all__ = ["Surface", "bowl", "cubic", "ring", "saddle"]
