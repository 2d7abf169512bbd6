"""Animations: a simulation as moving pictures, drawn with matplotlib."""

from __future__ import annotations

from animopt.animate.animation import SceneAnimation
from animopt.animate.contour import ContourPanel
from animopt.animate.stage import Panel
from animopt.animate.surface import SurfacePanel
from animopt.scene import Scene
from animopt.simulation import Simulation

__all__ = [
    "ContourAnimation",
    "ContourPanel",
    "Panel",
    "SceneAnimation",
    "SurfaceAnimation",
    "SurfacePanel",
    "animation",
]


class ContourAnimation(SceneAnimation):
    """The paths on filled contours, seen from above."""

    def __init__(self, source: Scene | Simulation) -> None:
        super().__init__(source, [ContourPanel()])


class SurfaceAnimation(SceneAnimation):
    """The paths on the surface in space.

    ``elev`` and ``azim`` are the camera's angles in degrees; None takes the scene's, and where it
    has none, those that see the most of the paths.
    """

    def __init__(
        self, source: Scene | Simulation, elev: float | None = None, azim: float | None = None
    ) -> None:
        super().__init__(source, [_surface_panel(_scene(source), elev, azim)])


def animation(source: Scene | Simulation) -> SceneAnimation:
    """Return the animation of the view that the scene asks for."""
    view = _scene(source).view
    if view == "contour":
        return ContourAnimation(source)
    if view == "surface":
        return SurfaceAnimation(source)
    return SceneAnimation(source, [ContourPanel(), _surface_panel(_scene(source))])


def _scene(source: Scene | Simulation) -> Scene:
    return source.scene if isinstance(source, Simulation) else source


def _surface_panel(
    scene: Scene, elev: float | None = None, azim: float | None = None
) -> SurfacePanel:
    return SurfacePanel(
        elev=scene.elev if elev is None else elev, azim=scene.azim if azim is None else azim
    )
