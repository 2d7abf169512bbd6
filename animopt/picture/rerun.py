"""Rerun: a picture of other runs, in which all that no run decides stays as it is."""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from animopt.picture.counts import counts
from animopt.picture.picture import Picture
from animopt.picture.plane import Plane, plane_paths
from animopt.picture.space.paths import SpacePath
from animopt.picture.space.relief import Relief
from animopt.picture.stage import Stage
from animopt.runs.simulation import Simulation

if TYPE_CHECKING:
    from animopt.scene.look import Look


def rerun(picture: Picture, simulation: Simulation[Any], look: Look) -> Picture | None:
    """Return the picture of a simulation of the same problem, at other settings and starts.

    Grounds, sheets, axes and cameras stay. It is None where runs decide more than paths: curves,
    which have scales, basins, names, a camera that moves or whose angles are others.
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
    look, tracks = stage.look, stage.paths
    wanted = relief.angles_at(0)
    angles = tuple(
        kept if given is None else given
        for kept, given in zip(wanted, (look.elev, look.azim), strict=True)
    )
    owns = any(track.below is not None for track in tracks)
    if owns or not relief.is_still or angles != wanted or relief.labels is not None:
        return None
    whole, limits, found = relief.sheet.whole, relief.sheet.limits, counts(stage)
    paths = [SpacePath.on(whole, limits, track, look.space.chord) for track in tracks]
    return replace(
        relief,
        paths=tuple(paths),
        crowds=tuple(group.crowd for group in stage.groups),
        counts=found and replace(found, places=relief.field.drape(found.places)),
    )
