"""ContourPanel: the surface from above as filled contours, with the paths on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from matplotlib.ticker import MaxNLocator

from animopt.animate.artists import Heads, MovingArtist, Trails
from animopt.animate.clipping import Box
from animopt.animate.crowds import Crowds
from animopt.animate.forces import forces
from animopt.animate.ground import draw_ground
from animopt.animate.lettering import Labels
from animopt.animate.stage import Stage, equal_scale, pixel_box
from animopt.animate.tails import Tails
from animopt.typing import Array


@dataclass
class ContourPanel:
    """Filled contours, guides and minima, drawn once; trails, heads and labels, which move.

    An ensemble is shown as a dot for each start and one path, that of the medians.
    """

    resolution: int = 240
    projection: ClassVar[str | None] = None
    margins: ClassVar = (30.0, 20.0, 9.0, 2.0)
    to_scale: ClassVar = True

    def setup(self, ax: Any, stage: Stage) -> None:
        """Draw the surface once and lay out every path in pixels."""
        scene = stage.scene
        ax.set(xlim=scene.bounds[0], ylim=scene.bounds[1])
        ax.set_aspect("equal" if equal_scale(scene) else "auto")
        ax.apply_aspect()
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        ax.tick_params(length=3)
        draw_ground(ax, stage, self.resolution)
        box = pixel_box(ax)
        paths = [ax.transData.transform(run.points) for run in stage.paths]
        colors = [run.color for run in stage.paths]
        markers = [run.marker for run in stage.paths]
        heads = Heads(paths, colors, markers, stage.theme.paper, box, stage.dpi)
        self.moving: list[MovingArtist] = [_trails(stage, paths, colors, box), heads]
        if scene.is_ensemble:
            self.moving.append(Crowds(stage.groups, stage.dpi))
        if scene.forces:
            self.moving.append(forces(ax, stage, paths))
        if stage.labelled:
            self.moving.append(_labels(stage, heads, box))
        for artist in self.moving:
            ax.add_artist(artist)

    def update(self, k: int) -> Sequence[MovingArtist]:
        """Turn to step k."""
        for artist in self.moving:
            artist.show(k)
        return self.moving


def _trails(stage: Stage, paths: Sequence[Array], colors: Sequence[str], box: Box) -> MovingArtist:
    scene = stage.scene
    if scene.trail is None and not scene.fade:
        return Trails(paths, colors, stage.shown, box, stage.dpi)
    return Tails(paths, colors, box, stage.dpi, scene.trail, scene.fade)


def _labels(stage: Stage, heads: Heads, box: Box) -> Labels:
    """Return the names beside the heads, or beside the arrow of a path that left the box."""
    return Labels(stage, np.array([heads.places(step) for step in stage.shown]), box)
