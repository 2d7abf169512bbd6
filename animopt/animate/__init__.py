"""Animations: a picture as a film, drawn with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from animopt.animate.film import Film, SceneAnimation
from animopt.animate.panels import Panel
from animopt.lazy import fetcher
from animopt.runs.simulation import Simulation

if TYPE_CHECKING:
    from animopt.animate.within import draw
    from animopt.picture.curves import (
        CurvePanel,
        DistancePanel,
        GradientPanel,
        LossPanel,
        RatePanel,
    )
    from animopt.picture.plane import ContourPanel
    from animopt.picture.space.relief import SurfacePanel
    from animopt.picture.table import TablePanel
    from animopt.scene import Look, Scene

__all__ = [
    "ContourAnimation",
    "ContourPanel",
    "CurvePanel",
    "DistancePanel",
    "Film",
    "GradientPanel",
    "LossPanel",
    "Panel",
    "RatePanel",
    "SceneAnimation",
    "SurfaceAnimation",
    "SurfacePanel",
    "TablePanel",
    "animation",
    "draw",
]


# The panels of a picture have a name here, too; most films need few of them.
_MODULES = {
    "animate.within": ("draw",),
    "picture.curves": ("CurvePanel", "DistancePanel", "GradientPanel", "LossPanel", "RatePanel"),
    "picture.plane": ("ContourPanel",),
    "picture.space.relief": ("SurfacePanel",),
    "picture.table": ("TablePanel",),
}
__getattr__ = fetcher(__name__, _MODULES, "animopt")


class ContourAnimation(SceneAnimation):
    """The paths on filled contours; any field of a look may be given, as in theme="dark"."""

    def __init__(self, source: Scene | Simulation[Any], **look: Any) -> None:
        from animopt.picture.plane import ContourPanel

        super().__init__(source, [ContourPanel()], **look)


class SurfaceAnimation(SceneAnimation):
    """The paths on the surface in space; any field of a look may be given, as in theme="dark".

    ``elev`` and ``azim`` are the camera's angles in degrees. None takes the scene's, or if it has
    none, those from which most of the paths is visible.
    """

    def __init__(
        self,
        source: Scene | Simulation[Any],
        elev: float | None = None,
        azim: float | None = None,
        **look: Any,
    ) -> None:
        from animopt.picture.space.relief import SurfacePanel

        super().__init__(source, [SurfacePanel(elev=elev, azim=azim)], **look)


def animation(source: Scene | Simulation[Any], look: Look | None = None) -> SceneAnimation:
    """Return the animation of the panels, or of the view, that the look asks for."""
    return SceneAnimation(source, look=look)
