"""animopt: animations of optimizers descending loss surfaces."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from animopt.lazy import fetcher

if TYPE_CHECKING:
    from animopt import optimizers, surfaces
    from animopt.animate import ContourAnimation, SurfaceAnimation
    from animopt.errors import AnimoptError, ExportError, InvalidInput
    from animopt.notebook import explore
    from animopt.pipeline.rendering import render
    from animopt.runs import Run, Simulation, Trajectory, planes, simulate
    from animopt.runs.recording import record
    from animopt.runs.tuning import tune
    from animopt.scene import Keyframes, Orbit, Scene, Space, Timeline
    from animopt.surfaces import Surface

__version__ = "0.1.0"

__all__ = [
    "AnimoptError",
    "ContourAnimation",
    "ExportError",
    "InvalidInput",
    "Keyframes",
    "Orbit",
    "Run",
    "Scene",
    "Simulation",
    "Space",
    "Surface",
    "SurfaceAnimation",
    "Timeline",
    "Trajectory",
    "explore",
    "optimizers",
    "planes",
    "record",
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
    "runs": ("Run", "Simulation", "Trajectory", "simulate"),
    "runs.recording": ("record",),
    "runs.tuning": ("tune",),
    "scene": ("Keyframes", "Orbit", "Scene", "Space", "Timeline"),
    "surfaces": ("Surface",),
}

# Those that are modules themselves.
_MODULES = {"optimizers": "optimizers", "planes": "runs.planes", "surfaces": "surfaces"}

_fetch = fetcher("animopt", _ROOMS)


def __getattr__(name: str) -> Any:
    """Fetch a public name from its room."""
    return import_module(f"animopt.{_MODULES[name]}") if name in _MODULES else _fetch(name)


def __dir__() -> list[str]:
    """List the public names, fetched or not."""
    return sorted({*globals(), *__all__})
