"""animopt: animations of optimizers descending loss surfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from animopt import optimizers, surfaces
from animopt.errors import AnimoptError, ExportError, InvalidInput
from animopt.scene import Scene
from animopt.simulation import Simulation, Trajectory, simulate
from animopt.surfaces import Surface
from animopt.timeline import Timeline

if TYPE_CHECKING:
    from animopt.animate import ContourAnimation, SurfaceAnimation
    from animopt.pipeline import render

__version__ = "0.1.0"

__all__ = [
    "AnimoptError",
    "ContourAnimation",
    "ExportError",
    "InvalidInput",
    "Scene",
    "Simulation",
    "Surface",
    "SurfaceAnimation",
    "Timeline",
    "Trajectory",
    "optimizers",
    "render",
    "simulate",
    "surfaces",
]


def __getattr__(name: str) -> Any:
    """Bring in matplotlib only when something is drawn."""
    if name in ("ContourAnimation", "SurfaceAnimation"):
        from animopt import animate

        return getattr(animate, name)
    if name == "render":
        from animopt.pipeline import render

        return render
    raise AttributeError(f"module 'animopt' has no attribute {name!r}")
