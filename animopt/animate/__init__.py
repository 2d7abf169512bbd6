"""Animations: a simulation as moving pictures, drawn with matplotlib."""

from __future__ import annotations

from importlib import import_module

import animopt.export.matplotlib_writers  # noqa: F401 (registers writer="animopt-gif" and so on)
from animopt.animate.contour import ContourPanel
from animopt.animate.curves import CurvePanel, DistancePanel, GradientPanel, LossPanel, RatePanel
from animopt.animate.film import SceneAnimation
from animopt.animate.space.surface import SurfacePanel
from animopt.animate.stage import Panel
from animopt.animate.table import TablePanel
from animopt.picture import PANELS
from animopt.scene import Scene
from animopt.simulation import Simulation

__all__ = [
    "ContourAnimation",
    "ContourPanel",
    "CurvePanel",
    "DistancePanel",
    "GradientPanel",
    "LossPanel",
    "Panel",
    "RatePanel",
    "SceneAnimation",
    "SurfaceAnimation",
    "SurfacePanel",
    "TablePanel",
    "animation",
]


class ContourAnimation(SceneAnimation):
    """The paths on filled contours."""

    def __init__(self, source: Scene | Simulation) -> None:
        super().__init__(source, [ContourPanel()])


class SurfaceAnimation(SceneAnimation):
    """The paths on the surface in space.

    ``elev`` and ``azim`` are the camera's angles in degrees. None takes the scene's, or if it has
    none, those from which most of the paths is visible.
    """

    def __init__(
        self, source: Scene | Simulation, elev: float | None = None, azim: float | None = None
    ) -> None:
        super().__init__(source, [SurfacePanel(elev=elev, azim=azim)])


def animation(source: Scene | Simulation) -> SceneAnimation:
    """Return the animation of the panels, or of the view, that the scene asks for."""
    scene = source.scene if isinstance(source, Simulation) else source
    panels = [_panel(p) if isinstance(p, str) else p for p in scene.shown_panels]
    return SceneAnimation(source, panels)


def _panel(name: str) -> Panel:
    module, kind, *settings = PANELS[name]
    panel: Panel = getattr(import_module(f"animopt.animate.{module}"), kind)(*settings)
    return panel
