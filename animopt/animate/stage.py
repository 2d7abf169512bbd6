"""Stage: what every panel of an animation is given: the scene, its runs and their looks."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from matplotlib.artist import Artist

from animopt.animate.clipping import Box
from animopt.animate.looks import looks
from animopt.animate.theme import Theme, theme
from animopt.scene import Scene
from animopt.simulation import ARRIVED_BELOW, Simulation, quantile
from animopt.surfaces.surface import Surface
from animopt.typing import Array, Indices, Points

# With more names than this a legend is easier to read than labels beside the points.
_MOST_LABELS = 8


@dataclass(frozen=True, eq=False)
class Run:
    """One path to draw: points (steps + 1, 2), their values (steps + 1,), colour and marker."""

    label: str
    points: Points
    values: Array
    diverged: int | None
    color: str
    marker: str


@dataclass(frozen=True, eq=False)
class Group:
    """The runs of one optimizer, from one start or from an ensemble of n.

    Attributes:
        run: the only run; for an ensemble the medians of each coordinate and of the loss.
        runs: all runs, one for each start.
        arrived, diverged: how many runs have done so by each step, (steps + 1,).
    """

    run: Run
    runs: tuple[Run, ...]
    arrived: Indices
    diverged: Indices

    @classmethod
    def of(cls, runs: Sequence[Run], surface: Surface) -> Group:
        """Gather the runs of one optimizer."""
        values = np.array([run.values for run in runs])
        gone = np.array([len(run.values) if run.diverged is None else run.diverged for run in runs])
        with np.errstate(invalid="ignore"):
            arrived = surface.gap(values) < ARRIVED_BELOW
        diverged = gone[:, None] <= np.arange(values.shape[1])
        run = runs[0] if len(runs) == 1 else _median(runs, values)
        return cls(run, tuple(runs), arrived.sum(axis=0), diverged.sum(axis=0))


@dataclass(frozen=True, eq=False)
class Stage:
    """The scene, its runs, the steps that are shown, the theme, and the pixels per inch.

    ``runs`` holds one run for each start; ``groups`` gathers them by optimizer.
    """

    scene: Scene
    runs: tuple[Run, ...]
    groups: tuple[Group, ...]
    shown: tuple[int, ...]
    theme: Theme
    dpi: float

    @classmethod
    def of(cls, simulation: Simulation, shown: Iterable[int], dpi: float) -> Stage:
        """Return the stage of a simulation; the theme's scale multiplies the dpi."""
        scene = simulation.scene
        look = theme(scene.theme, scene.style)
        groups = tuple(_groups(simulation, look))
        runs = tuple(run for group in groups for run in group.runs)
        return cls(scene, runs, groups, tuple(shown), look, dpi * look.scale)

    @property
    def paths(self) -> list[Run]:
        """One run for each optimizer, the one that is drawn as a path."""
        return [group.run for group in self.groups]

    @property
    def labelled(self) -> bool:
        """Whether names follow the points."""
        return self.scene.labels and len(self.groups) <= _MOST_LABELS

    def px(self, points: float) -> float:
        """Return a length in points (1/72 inch) in pixels."""
        return points * self.dpi / 72


class Panel(Protocol):
    """One picture beside others on the same clock.

    It may also have ``margins``, the space around its axes in points: (left, bottom, right, top).
    Any artists of matplotlib may move; they are drawn in front of those that do not.
    """

    @property
    def projection(self) -> str | None:
        """The projection of its axes, as in ``Figure.add_axes``; None for plain 2-D axes."""

    def setup(self, ax: Any, stage: Stage) -> None:
        """Draw what does not move, and create what does."""

    def update(self, k: int) -> Iterable[Artist]:
        """Turn to step k and return the moving artists: always the same, in drawing order."""


def _groups(simulation: Simulation, look: Theme) -> Iterable[Group]:
    look_of = looks(simulation.scene, look)
    for trajectory in simulation.trajectories:
        color, marker = look_of[trajectory.label]
        points = trajectory.points.reshape(-1, *trajectory.points.shape[-2:])
        values = trajectory.values.reshape(len(points), -1)
        runs = [
            Run(
                label=trajectory.label,
                points=path,
                values=heights,
                diverged=ending.step if ending.kind == "diverged" else None,
                color=color,
                marker=marker,
            )
            for path, heights, ending in zip(points, values, trajectory.endings, strict=True)
        ]
        yield Group.of(runs, simulation.scene.surface)


def _median(runs: Sequence[Run], values: Array) -> Run:
    """Return a run of the medians of each coordinate and of the loss at every step.

    Points of runs that have diverged are left out.
    """
    points = np.array([run.points for run in runs])
    middle = quantile(values)
    lost = np.isnan(middle)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a step at which all have diverged
        path = np.nanmedian(points, axis=0)
    path[lost] = np.nan
    diverged = int(np.argmax(lost)) if lost.any() else None
    return replace(runs[0], points=path, values=middle, diverged=diverged)


def equal_scale(scene: Scene) -> bool:
    """Return whether x and y are drawn at the same scale, which long bounds would not allow."""
    width, height = (high - low for low, high in scene.bounds)
    return bool(0.4 <= width / height <= 2.5)


def pixel_box(ax: Any) -> Box:
    """Return the axes' rectangle in pixels."""
    x0, y0, x1, y1 = ax.bbox.extents.tolist()
    return x0, y0, x1, y1
