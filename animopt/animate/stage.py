"""Stage: what every panel of an animation is given, and the runs as they are to be drawn."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from matplotlib.artist import Artist

from animopt.animate.looks import looks
from animopt.animate.theme import Theme, theme
from animopt.scene import Scene
from animopt.simulation import ARRIVED_BELOW, Simulation, quantile
from animopt.surfaces.surface import Surface
from animopt.typing import Array, Indices, Points

# More names than this are read better in a legend than beside their points.
_MOST_LABELS = 8


@dataclass(frozen=True, eq=False)
class Run:
    """One path to draw: (steps + 1, 2) points and their values, with its look."""

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
        run: the one run; of an ensemble the median of each coordinate and of the loss.
        runs: all of them, one for each start.
        arrived, diverged: how many of them have at each step, (steps + 1,).
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
    """The scene, its runs, the steps that the clock shows, and the look.

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
        """Dress the trajectories of a simulation."""
        scene = simulation.scene
        look = theme(scene.theme, scene.style)
        groups = tuple(_groups(simulation, look))
        runs = tuple(run for group in groups for run in group.runs)
        return cls(scene, runs, groups, tuple(shown), look, dpi * look.scale)

    @property
    def paths(self) -> list[Run]:
        """One run for each optimizer: what is drawn as a path."""
        return [group.run for group in self.groups]

    @property
    def labelled(self) -> bool:
        """Whether names follow the points."""
        return self.scene.labels and len(self.groups) <= _MOST_LABELS

    def px(self, points: float) -> float:
        """Return a length of typography (1/72 inch) in pixels."""
        return points * self.dpi / 72


class Panel(Protocol):
    """One picture beside others on the same clock.

    It may also have ``margins``, the room around its axes in points: (left, bottom, right, top).
    What moves may be ordinary artists of matplotlib; they are drawn in front of what stands still.
    """

    @property
    def projection(self) -> str | None:
        """The projection of its axes, as in ``Figure.add_axes``; None is the plane."""

    def setup(self, ax: Any, stage: Stage) -> None:
        """Draw what stands still and make what moves."""

    def update(self, k: int) -> Iterable[Artist]:
        """Turn to step k and return all that moves, always the same artists, in drawing order."""


def _groups(simulation: Simulation, look: Theme) -> Iterable[Group]:
    worn = looks(simulation.scene, look)
    for trajectory in simulation.trajectories:
        color, marker = worn[trajectory.label]
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
    """Return the run that has the median of each coordinate and of the loss at every step.

    A start that diverged has no place any more.
    """
    points = np.array([run.points for run in runs])
    middle = quantile(values)
    lost = np.isnan(middle)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a step at which no start is left
        path = np.nanmedian(points, axis=0)
    path[lost] = np.nan
    diverged = int(np.argmax(lost)) if lost.any() else None
    return replace(runs[0], points=path, values=middle, diverged=diverged)


def equal_scale(scene: Scene) -> bool:
    """Whether the bounds allow a unit of x to be as long as a unit of y."""
    width, height = (high - low for low, high in scene.bounds)
    return bool(0.4 <= width / height <= 2.5)


def pixel_box(ax: Any) -> tuple[float, float, float, float]:
    """Return the axes' rectangle in pixels, (x0, y0, x1, y1)."""
    box = np.asarray(ax.bbox.extents)
    return float(box[0]), float(box[1]), float(box[2]), float(box[3])
