"""Rerun: a picture of other runs, in which all that no run decides stays as it is."""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from animopt.picture.counts import counts
from animopt.picture.picture import Picture
from animopt.picture.plane import Plane, plane_paths
from animopt.picture.space.paths import SpacePath
from animopt.picture.space.relief import Relief, SurfacePanel
from animopt.picture.stage import Stage
from animopt.runs.simulation import Simulation

if TYPE_CHECKING:
    from animopt.scene.look import Look


def rerun(picture: Picture, simulation: Simulation[Any], look: Look) -> Picture | None:
    """Return the picture of a simulation of the same problem, at other settings and starts.

    Grounds, sheets and axes stay, and cameras unless the look has other angles. It is None where
    runs decide more than paths: curves, which have scales, basins, names, a camera that moves.
    """
    stage = Stage.of(simulation, look, picture.size, 1.0)
    stage = stage.replace(dpi=picture.dpi, theme=picture.theme)
    panels = [_again(panel, stage) for panel in picture.panels]
    if None in panels:
        return None
    steps = stage.problem.steps
    return replace(
        picture, clock=stage.clock, steps=steps, groups=stage.groups, panels=tuple(panels)
    )


@singledispatch
def _again(panel: Any, stage: Stage) -> Any:
    """Return a panel with the runs of a stage, or None."""
    return None


@_again.register
def _plane(plane: Plane, stage: Stage) -> Plane | None:
    back = plane.ground
    if back.tints is not None or plane.labels is not None:
        return None
    paths = plane_paths(stage, plane.frame, back.window, back.levels)
    return replace(plane, paths=tuple(paths), counts=counts(stage, back.window))


@_again.register
def _relief(relief: Relief, stage: Stage) -> Relief | None:
    owns = any(track.below is not None for track in stage.paths)
    if owns or not relief.is_still or relief.labels is not None:
        return None
    chord, found = stage.look.space.chord, counts(stage)
    whole, limits = relief.sheet.whole, relief.sheet.limits
    return replace(
        _turned(relief, stage),
        paths=tuple(SpacePath.on(whole, limits, track, chord) for track in stage.paths),
        crowds=tuple(group.crowd for group in stage.groups),
        counts=found and replace(found, places=relief.field.drape(found.places)),
    )


def _turned(relief: Relief, stage: Stage) -> Relief:
    """Return a relief as it is seen from the look's angles, or from where it was."""
    elev, azim = relief.angles_at(0)
    look = stage.look
    wanted = (elev if look.elev is None else look.elev, azim if look.azim is None else look.azim)
    if wanted == (elev, azim):
        return relief
    named = any(axis.label for axis in relief.axes)
    found = SurfacePanel(*wanted).compose(stage.replace(named=named, groups=()), relief.box)
    return replace(relief, camera=found.camera, angles=found.angles)
