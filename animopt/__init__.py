"""animopt: animations of optimizers descending loss surfaces."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from animopt import optimizers, surfaces
    from animopt.animate import ContourAnimation, SurfaceAnimation
    from animopt.errors import AnimoptError, ExportError, InvalidInput
    from animopt.notebook import explore
    from animopt.pipeline.rendering import render
    from animopt.scene import Scene
    from animopt.simulation import Simulation, Trajectory, simulate
    from animopt.space import Keyframes, Orbit, Space
    from animopt.surfaces import Surface
    from animopt.timeline import Timeline
    from animopt.tuning import tune

__version__ = "0.1.0"

__all__ = [
    "AnimoptError",
    "ContourAnimation",
    "ExportError",
    "InvalidInput",
    "Keyframes",
    "Orbit",
    "Scene",
    "Simulation",
    "Space",
    "Surface",
    "SurfaceAnimation",
    "Timeline",
    "Trajectory",
    "explore",
    "optimizers",
    "render",
    "simulate",
    "surfaces",
    "tune",
]

# Every name is fetched from its room when it is first asked for, so that importing animopt, and
# with it `animopt --help`, costs neither NumPy nor matplotlib.
_ROOMS = {
    "animate": ("ContourAnimation", "SurfaceAnimation"),
    "errors": ("AnimoptError", "ExportError", "InvalidInput"),
    "notebook": ("explore",),
    "pipeline.rendering": ("render",),
    "scene": ("Scene",),
    "simulation": ("Simulation", "Trajectory", "simulate"),
    "space": ("Keyframes", "Orbit", "Space"),
    "surfaces": ("Surface",),
    "timeline": ("Timeline",),
    "tuning": ("tune",),
}


def __getattr__(name: str) -> Any:
    """Fetch a public name from its room."""
    if name in ("optimizers", "surfaces"):
        return import_module(f"animopt.{name}")
    for room, names in _ROOMS.items():
        if name in names:
            value = globals()[name] = getattr(import_module(f"animopt.{room}"), name)
            return value
    raise AttributeError(f"module 'animopt' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, fetched or not."""
    return sorted({*globals(), *__all__})
