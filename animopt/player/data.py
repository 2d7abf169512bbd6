"""The data of the page: paths, contours, heights, colours and the clock, as plain JSON."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from animopt.animate import SurfaceAnimation, clock
from animopt.animate.curves import blend
from animopt.animate.forces import vectors
from animopt.animate.ground import downhill, tinted
from animopt.animate.levels import contour_levels
from animopt.animate.looks import looks
from animopt.animate.outlines import outlines
from animopt.animate.space.surface import box_aspect, height_limits
from animopt.animate.stage import Run, Stage, equal_scale
from animopt.animate.theme import Theme, theme
from animopt.optimizers.base import brief
from animopt.picture import VIEWS
from animopt.scene import Scene
from animopt.simulation import Simulation, Trajectory, quantile
from animopt.typing import Array

CONTOUR_GRID = 240
SHEET_GRID = 120
# Coordinates of contours are integers from 0 to this, along each side: fine enough for any screen.
PARTS = 8192
SHADES = 96
# Losses below this part of the highest are drawn at the bottom of the chart.
DEEPEST = 1e-12


def data(simulation: Simulation, loop: int) -> dict[str, Any]:
    """Return all that the page draws from."""
    scene = simulation.scene
    pictures = clock.pictures(simulation)
    stage = Stage.of(simulation, [step for step, _ in pictures], dpi=100)
    levels, contours = _contours(scene)
    return {
        "view": _view(scene),
        "bounds": scene.bounds,
        "equal": equal_scale(scene),
        "steps": scene.steps,
        "pictures": [step for step, _ in pictures],
        "seconds": [round(seconds, 5) for _, seconds in pictures],
        "speeds": scene.timeline.speeds(pictures),
        "loop": loop,
        "levels": levels.tolist(),
        "contours": contours,
        **_sheet(scene),
        "camera": _camera(simulation),
        "guides": [np.round(guide, 5).tolist() for guide in scene.guides],
        "marks": [(x, y, shape) for shape, points in scene.marks.items() for x, y in points],
        "labels": stage.labelled and not scene.is_ensemble,
        "arrows": _arrows(scene),
        "basins": _basins(scene),
        "trail": scene.trail,
        "fade": scene.fade,
        "forces": scene.forces,
        **_optimizers(simulation, stage),
        "loss": _loss_axis(scene, stage.paths),
        "themes": _themes(scene, len(contours)),
    }


def alternative_text(simulation: Simulation) -> str:
    """Return a sentence on what the animation shows, and one on how it ends."""
    scene = simulation.scene
    starts = (
        f"{len(scene.start)} starts" if scene.is_ensemble else "({:g}, {:g})".format(*scene.start)
    )
    ends = "; ".join(f"{trajectory.label} {_end(trajectory)}" for trajectory in simulation)
    heading = f"{scene.title}: " if scene.title else ""
    return (
        f"{heading}{len(simulation)} optimizers descend the surface {scene.surface.name} "
        f"from {starts} in {scene.steps} steps. At the end: {ends}."
    )


def _end(trajectory: Trajectory) -> str:
    gone = [ending for ending in trajectory.endings if ending.kind == "diverged"]
    if not gone:
        return f"has loss {quantile(np.atleast_2d(trajectory.values)[:, -1]):.3g}"
    if len(trajectory.endings) == 1:
        return str(gone[0])
    return f"diverged from {len(gone)} of {len(trajectory.endings)} starts"


def _view(scene: Scene) -> str:
    """Return the view that is closest to the scene's panels."""
    wanted = tuple(panel for panel in ("contour", "surface") if panel in scene.shown_panels)
    return next((view for view, panels in VIEWS.items() if panels == wanted), "contour")


def _contours(scene: Scene) -> tuple[Array, list[dict[str, Any]]]:
    """Return the levels, and for each but the last the outlines of the region above it.

    Filled one over the other, from the lowest to the highest, these are the filled contours.
    """
    x, y, z = scene.surface.grid(CONTOUR_GRID, CONTOUR_GRID, scene.bounds)
    levels = contour_levels(np.where(np.isfinite(z), z, np.nan))
    (x0, x1), (y0, y1) = scene.bounds
    x, y = (x - x0) / (x1 - x0) * PARTS, (y - y0) / (y1 - y0) * PARTS
    contours = []
    for level in levels[:-1]:
        rings = [np.rint(ring).astype(np.uint16) for ring in outlines(x, y, z, level)]
        points = np.concatenate([*rings, np.empty((0, 2), np.uint16)])
        contours.append({"lengths": [len(ring) for ring in rings], "points": _base64(points)})
    return levels, contours


def _sheet(scene: Scene) -> dict[str, Any]:
    """Return the heights on a grid, their limits, and the proportions of the box."""
    _, _, z = scene.surface.grid(SHEET_GRID, SHEET_GRID, scene.bounds)
    return {
        "grid": (SHEET_GRID, SHEET_GRID),
        "z": _floats(z),
        "zlim": height_limits(scene, z),
        "box": box_aspect(scene),
    }


def _arrows(scene: Scene) -> list[list[float]]:
    """Return the negative gradients as rows (x, y, u, v), none if the scene does not show them."""
    if not scene.arrows:
        return []
    rows = np.concatenate(downhill(scene), axis=-1).reshape(-1, 4)
    return [list(row) for row in np.round(rows[np.isfinite(rows).all(axis=1)], 5).tolist()]


def _basins(scene: Scene) -> dict[str, Any] | None:
    """Return the basins' tints and the number of each cell's tint, if the scene shows basins."""
    if scene.basins is None:
        return None
    picture = np.rint(255 * tinted(scene, scene.basins)).astype(np.uint8)
    tints, cells = np.unique(picture.reshape(-1, 4), axis=0, return_inverse=True)
    return {
        "shape": picture.shape[:2],
        "tints": tints.tolist(),
        "cells": _base64(cells.astype(np.uint8)),
    }


def _camera(simulation: Simulation) -> tuple[float, float]:
    """Return the camera's angles: those of the animation if it shows the surface."""
    scene = simulation.scene
    elev, azim = scene.elev, scene.azim
    if _view(scene) == "contour":
        return 35.0 if elev is None else elev, -60.0 if azim is None else azim
    axes: Any = SurfaceAnimation(simulation).figure.axes[0]
    return axes.elev, axes.azim


def _optimizers(simulation: Simulation, stage: Stage) -> dict[str, Any]:
    """Return the optimizers, and the run of each; of an ensemble the medians, and every start."""
    optimizers, runs = [], []
    for number, (trajectory, group) in enumerate(zip(simulation, stage.groups, strict=True)):
        optimizer = trajectory.optimizer
        settings = ", ".join(f"{k}={brief(v)}" for k, v in optimizer.hyperparameters.items())
        optimizers.append(
            {
                "label": trajectory.label,
                "marker": group.run.marker,
                "settings": f"{type(optimizer).__name__}({settings})",
            }
        )
        runs.append(
            {
                "optimizer": number,
                "marker": group.run.marker,
                "diverged": group.run.diverged,
                "points": _floats(group.run.points),
                "values": _floats(group.run.values),
                **_forces(group.run, simulation.scene),
            }
        )
        if simulation.scene.is_ensemble:
            runs[-1]["starts"] = _floats(np.array([run.points for run in group.runs]))
            runs[-1]["gone"] = [int(gone) for gone in group.diverged]
    return {"optimizers": optimizers, "runs": runs}


def _forces(run: Run, scene: Scene) -> dict[str, Any]:
    """Return the forces on a run by kind; points in single precision would not give small ones."""
    forces = {kind: _floats(vector) for kind, vector in vectors(scene, run.points).items()}
    return {"forces": forces} if forces else {}


def _loss_axis(scene: Scene, runs: Sequence[Run]) -> dict[str, Any]:
    """Return the range of the losses within the bounds; the axis is logarithmic over decades."""
    low, high = np.array(scene.bounds).T
    found = []
    for run in runs:
        with np.errstate(invalid="ignore"):
            within = ((run.points >= low) & (run.points <= high)).all(axis=-1)
        found.append(run.values[within & np.isfinite(run.values)])
    losses = np.concatenate([*found, [run.values[0] for run in runs]])
    least, most = float(losses.min()), float(losses.max())
    if scene.zlim is not None:
        least = max(least, min(scene.zlim[0], most))
    if least >= 0 and most > 100 * least and most > 0:
        return {"name": "loss", "log": True, "low": max(least, most * DEEPEST), "high": most}
    room = 0.05 * (most - least) or max(abs(most), 1.0) * 0.05
    return {"name": "loss", "log": False, "low": least - room, "high": most + room}


def _themes(scene: Scene, fills: int) -> dict[str, Any]:
    """Return the colours of the scene's theme, and of the dark one for browsers in dark mode."""
    themes = {"light": theme(scene.theme, scene.style), "dark": theme("dark")}
    return {name: _colors(scene, look, fills) for name, look in themes.items()}


def _colors(scene: Scene, look: Theme, fills: int) -> dict[str, Any]:
    return {
        "scheme": "dark" if look.is_dark else "light",
        "paper": look.paper,
        "ink": look.ink,
        "faint": look.faint,
        "line": look.line,
        "page": blend(look.ink, look.paper, 0.035),
        "hover": blend(look.ink, look.paper, 0.1),
        "quiet": blend(look.ink, look.paper, 0.68),
        "accent": look.cycle[0],
        "cycle": [color for color, _ in looks(scene, look).values()],
        "fills": look.fills_of(fills),
        "sheet": np.rint(look.sheets(np.linspace(0, 1, SHADES))[:, :3] * 255).astype(int).tolist(),
    }


def _floats(numbers: Array) -> str:
    with np.errstate(over="ignore"):
        return _base64(numbers.astype("<f4"))


def _base64(numbers: NDArray[Any]) -> str:
    return base64.b64encode(numbers.astype(numbers.dtype.newbyteorder("<")).tobytes()).decode()
