"""Redrawing: one step of a scene as PNG, again and again, at the cost of what has changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from animopt.animate import ContourAnimation, ContourPanel, SceneAnimation, animation
from animopt.animate.artists import Heads, Trails
from animopt.animate.stage import Stage, pixel_box
from animopt.export.png import still
from animopt.scene import Scene
from animopt.simulation import Simulation, Trajectory, simulate
from animopt.timeline import Timeline


class Simulator:
    """Simulates a scene, running only those optimizers anew that have changed."""

    def __init__(self) -> None:
        self._known: dict[str, Trajectory] = {}
        self._scene: Scene | None = None

    def run(self, scene: Scene) -> Simulation:
        """Return the simulation of a scene; nothing is remembered of one that fails."""
        known = self._known if self._scene is not None and _alike(scene, self._scene) else {}
        stale = [
            optimizer
            for optimizer in scene.optimizers
            if optimizer.label not in known or known[optimizer.label].optimizer != optimizer
        ]
        if stale:
            fresh = simulate(scene.replace(optimizers=stale))
            known = known | {trajectory.label: trajectory for trajectory in fresh}
        self._known, self._scene = {o.label: known[o.label] for o in scene.optimizers}, scene
        return Simulation(scene, tuple(self._known.values()))


def _alike(scene: Scene, other: Scene) -> bool:
    """Return whether an optimizer that is the same in both takes the same path."""
    alike = all(getattr(scene, n) == getattr(other, n) for n in ("steps", "noise", "seed"))
    return alike and scene.surface is other.surface and np.array_equal(scene.start, other.start)


class Redrawer:
    """Draws one step of a scene whose optimizers and start may change, and its view angle.

    What stands still is drawn once, where paths on a contour plot are all that moves. Legend,
    labels and counter are left to the widgets around the picture.
    """

    def __init__(self) -> None:
        self._canvas: Any = None
        self._ground: Any = None
        self._plane: Any = None

    def png(self, simulation: Simulation, step: int) -> bytes:
        """Return the picture of a step."""
        plain = {"legend": False, "labels": False, "counter": False, "title": None}
        scene = simulation.scene.replace(**plain, timeline=Timeline(speed=simulation.scene.steps))
        simulation = replace(simulation, scene=scene)
        if not _has_paths_only(scene):
            movie = animation(simulation)
            self._plane = _plane(movie)
            return still(movie.draw(step))
        if self._ground is None:
            self._lay_ground(simulation)
        return still(self._draw(simulation, step))

    @property
    def has_plane(self) -> bool:
        """Whether the picture shows the surface from above, so that its points can be located."""
        return self._plane is not None

    def locate(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the point of the plane at a place of the picture, if there is one.

        Args:
            x, y: in widths and heights of the picture, from its top left.
        """
        if self._plane is None:
            return None
        pixel = (x, 1 - y) * self._plane.figure.bbox.size
        if not self._plane.bbox.contains(*pixel):
            return None
        place = self._plane.transData.inverted().transform(pixel)
        return float(place[0]), float(place[1])

    def _lay_ground(self, simulation: Simulation) -> None:
        movie = ContourAnimation(simulation)
        self._canvas, self._plane = movie.figure.canvas, _plane(movie)
        for artist in movie.turn(0):
            artist.set_visible(False)
        self._canvas.draw()
        self._ground = self._canvas.copy_from_bbox(self._canvas.figure.bbox)

    def _draw(self, simulation: Simulation, step: int) -> Any:
        figure = self._canvas.figure
        (axes,) = figure.axes
        stage = Stage.of(simulation, [step], figure.dpi)
        box = pixel_box(axes)
        paths = [axes.transData.transform(run.points) for run in stage.runs]
        colors = [run.color for run in stage.runs]
        markers = [run.marker for run in stage.runs]
        self._canvas.restore_region(self._ground)
        renderer = self._canvas.get_renderer()
        for artist in (
            Trails(paths, colors, stage.shown, box, stage.dpi),
            Heads(paths, colors, markers, stage.theme.paper, box, stage.dpi),
        ):
            artist.axes = axes  # what lies outside them is cut off
            artist.show(step)
            artist.draw(renderer)
        return np.asarray(self._canvas.buffer_rgba())


def _plane(movie: SceneAnimation) -> Any:
    """Return the axes of the first contour plot, if there is one."""
    kinds = zip(movie.figure.axes, movie.panels, strict=True)
    return next((axes for axes, panel in kinds if isinstance(panel, ContourPanel)), None)


def _has_paths_only(scene: Scene) -> bool:
    """Return whether paths on a contour plot are all that moves."""
    more = (scene.panels, scene.trail, scene.basins, scene.forces or None, scene.fade or None)
    return scene.view == "contour" and not scene.is_ensemble and more == (None,) * len(more)
