"""Redrawing: one step of a scene as PNG, again and again, recomputing only what changed."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from animopt.animate.engine import draw_still, drawing_order
from animopt.animate.film import Film
from animopt.export.png import still
from animopt.picture.drawing import drawing
from animopt.picture.picture import Picture, compose
from animopt.picture.plane import Plane
from animopt.picture.rerun import rerun
from animopt.picture.stage import look_of
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

    What no run decides is composed once, as long as ``rerun`` says that only runs and angles have
    changed; and what does not move is drawn once, in space as long as the camera rests.
    Legend, labels and counter are left out, since the widgets around the picture show them.
    """

    def __init__(self) -> None:
        self._film: Film | None = None
        # What no camera changes, and that with what the cameras show that does not move.
        self._flat: Any = None
        self._rests: Any = None

    @property
    def picture(self) -> Picture:
        """What was drawn last."""
        assert self._film is not None
        return self._film.picture

    def png(self, simulation: Simulation[Any], look: Look, step: int) -> bytes:
        """Return the picture of a step."""
        timeline = Timeline(speed=simulation.problem.steps)
        plain = look_of(simulation, look).replace(
            legend=False, labels=False, counter=False, title=None, timeline=timeline
        )
        again = None if self._film is None else rerun(self._film.picture, simulation, plain)
        if self._film is None or again is None:
            self._film = Film(compose(simulation, plain))
            self._flat = self._rests = None
        else:
            self._take(self._film, again)
        return still(self._draw(self._film, step))

    def locate(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the point of the plane at a position in the picture, or None beside the plot.

        Args:
            x, y: the position in widths and heights of the picture, from its top left.
        """
        axes = self._plane
        if axes is None:
            return None
        pixel = (x, 1 - y) * axes.figure.bbox.size
        if not axes.bbox.contains(*pixel):
            return None
        place = axes.transData.inverted().transform(pixel)
        return float(place[0]), float(place[1])

    @property
    def has_plane(self) -> bool:
        """Whether the picture contains a contour plot, whose points can be located."""
        return self._plane is not None

    @property
    def _plane(self) -> Any:
        """The axes of the first contour plot, or None."""
        assert self._film is not None
        kinds = zip(self._film.figure.axes, self.picture.panels, strict=True)
        return next((axes for axes, panel in kinds if isinstance(panel, Plane)), None)

    def _take(self, film: Film, picture: Picture) -> None:
        """Let a film show another picture, in which only runs and angles have changed."""
        film.picture = picture
        drawers: tuple[Any, ...] = film.panels  # of planes and reliefs, as ``rerun`` says
        with drawing(picture.theme):
            parts = zip(drawers, picture.panels, strict=True)
            same = [drawer.take(panel, picture) for drawer, panel in parts]
        if not all(same):
            self._rests = None

    def _draw(self, film: Film, step: int) -> Any:
        canvas: Any = film.figure.canvas
        with drawing(film.picture.theme):
            moving = sorted(film.turn(step), key=drawing_order(film.figure))
            if self._rests is None:
                self._draw_still(film, moving)
            canvas.restore_region(self._rests)
            for artist in moving:
                artist.draw(canvas.get_renderer())
        return np.asarray(canvas.buffer_rgba())

    def _draw_still(self, film: Film, moving: list[Any]) -> None:
        """Draw what does not move: what lies in the plane once, what is in space from each side."""
        figure = film.figure
        canvas: Any = figure.canvas
        spaces = [axes for axes in figure.axes if axes.name == "3d"]
        if self._flat is None:
            draw_still(canvas.draw, [*moving, *spaces])
            self._flat = canvas.copy_from_bbox(figure.bbox)
        canvas.restore_region(self._flat)
        for axes in spaces:
            draw_still(partial(axes.draw, canvas.get_renderer()), moving)
        self._rests = canvas.copy_from_bbox(figure.bbox)
