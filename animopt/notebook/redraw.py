"""Redrawing: one step of a scene as PNG, again and again, recomputing only what changed."""

from __future__ import annotations

from typing import Any

import numpy as np

from animopt.animate.artists import HeadArtist, TrailArtist
from animopt.animate.axes import heads_in, trail_in
from animopt.animate.film import Film, SceneAnimation
from animopt.export.png import still
from animopt.picture.plane import Plane, plane_paths
from animopt.picture.stage import Stage
from animopt.runs.problem import Problem
from animopt.runs.run import Run
from animopt.runs.simulation import Simulation, simulate
from animopt.scene import Look, Scene, Timeline


class Simulator:
    """Simulates a problem, rerunning only the optimizers that have changed."""

    def __init__(self) -> None:
        self._known: dict[str, Run] = {}
        self._members: dict[str, Any] = {}
        self._problem: Problem | None = None

    def run(self, scene: Scene) -> Simulation[Scene]:
        """Return the simulation of a scene; one that fails leaves the cache unchanged."""
        problem = scene.problem
        reusable = self._problem is not None and _same_problem(problem, self._problem)
        known = self._known if reusable else {}
        stale = [
            member
            for member in problem.optimizers
            if member.label not in known or self._members[member.label] != member
        ]
        if stale:
            fresh = simulate(problem.replace(optimizers=stale))
            known = known | {run.label: run for run in fresh}
        self._members = {member.label: member for member in problem.optimizers}
        self._known, self._problem = {o.label: known[o.label] for o in problem.optimizers}, problem
        return Simulation(scene, tuple(self._known.values()))


def _same_problem(problem: Problem, other: Problem) -> bool:
    """Return whether an equal optimizer takes the same path in both."""
    same = all(getattr(problem, n) == getattr(other, n) for n in ("steps", "noise", "seed"))
    return same and problem.surface is other.surface and np.array_equal(problem.start, other.start)


class Redrawer:
    """Draws one step of a scene whose optimizers, start and view angle may change.

    If only paths on a contour plot move, the background is drawn once. Legend, labels and counter
    are left out, since the widgets around the picture show them.
    """

    def __init__(self) -> None:
        self._canvas: Any = None
        self._background: Any = None
        self._plane: Any = None
        self._seen: Any = None

    def png(self, simulation: Simulation[Any], look: Look, step: int) -> bytes:
        """Return the picture of a step."""
        timeline = Timeline(speed=simulation.problem.steps)
        plain = look.replace(
            legend=False, labels=False, counter=False, title=None, timeline=timeline
        )
        if not _only_paths_move(plain, simulation.problem):
            film = SceneAnimation(simulation, look=plain)
            self._plane = _plane(film)
            return still(film.draw(step))
        if self._background is None:
            self._draw_background(simulation, plain)
        return still(self._draw(simulation, plain, step))

    @property
    def has_plane(self) -> bool:
        """Whether the picture contains a contour plot, whose points can be located."""
        return self._plane is not None

    def locate(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the point of the plane at a position in the picture, or None beside the plot.

        Args:
            x, y: the position in widths and heights of the picture, from its top left.
        """
        if self._plane is None:
            return None
        pixel = (x, 1 - y) * self._plane.figure.bbox.size
        if not self._plane.bbox.contains(*pixel):
            return None
        place = self._plane.transData.inverted().transform(pixel)
        return float(place[0]), float(place[1])

    def _draw_background(self, simulation: Simulation[Any], look: Look) -> None:
        film = SceneAnimation(simulation, look=look)
        self._canvas, self._plane = film.figure.canvas, _plane(film)
        self._seen = film.picture.panels[0]
        for artist in film.turn(0):
            artist.set_visible(False)
        self._canvas.draw()
        self._background = self._canvas.copy_from_bbox(self._canvas.figure.bbox)

    def _draw(self, simulation: Simulation[Any], look: Look, step: int) -> Any:
        figure = self._canvas.figure
        (axes,) = figure.axes
        stage = Stage.of(simulation, look, (0, 0), figure.dpi)
        stage = stage.replace(dpi=figure.dpi, clock=((step, 1.0),))
        theme, seen = stage.theme, self._seen
        paths = plane_paths(stage, seen.frame, seen.ground.window, seen.ground.levels)
        colors = [path.track.color for path in paths]
        markers = [path.track.marker for path in paths]
        trails = [trail_in(axes, path.trail) for path in paths]
        heads = [heads_in(axes, path.heads) for path in paths]
        self._canvas.restore_region(self._background)
        renderer = self._canvas.get_renderer()
        for artist in (
            TrailArtist(trails, colors, stage.shown, stage.dpi, theme.width(2.5)),
            HeadArtist(heads, colors, markers, theme.paper, stage.dpi, theme.radius(3.6)),
        ):
            artist.axes = axes  # clips to them
            artist.show(step)
            artist.draw(renderer)
        return np.asarray(self._canvas.buffer_rgba())


def _plane(film: Film) -> Any:
    """Return the axes of the first contour plot, or None."""
    kinds = zip(film.figure.axes, film.picture.panels, strict=True)
    return next((axes for axes, panel in kinds if isinstance(panel, Plane)), None)


def _only_paths_move(look: Look, problem: Problem) -> bool:
    """Return whether only paths on a contour plot move."""
    more = (
        look.panels, look.trail, look.basins, look.forces or None, look.fade or None,
        problem.recorded or None,  # around whose heads there may be halos
    )  # fmt: skip
    return look.view == "contour" and not problem.is_ensemble and more == (None,) * len(more)
