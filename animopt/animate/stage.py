"""Stage: what every panel of an animation is given, and the runs as they are to be drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from matplotlib.artist import Artist

from animopt.animate.looks import looks
from animopt.animate.theme import Theme, theme
from animopt.scene import Scene
from animopt.simulation import Simulation
from animopt.typing import Array, Points


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
class Stage:
    """The scene, its runs, the steps that the clock shows, and the look."""

    scene: Scene
    runs: tuple[Run, ...]
    shown: tuple[int, ...]
    theme: Theme
    dpi: float

    @classmethod
    def of(cls, simulation: Simulation, shown: Iterable[int], dpi: float) -> Stage:
        """Dress the trajectories of a simulation."""
        scene = simulation.scene
        look = theme(scene.theme, scene.style)
        return cls(scene, tuple(_runs(simulation, look)), tuple(shown), look, dpi * look.scale)

    def px(self, points: float) -> float:
        """Return a length of typography (1/72 inch) in pixels."""
        return points * self.dpi / 72


class Panel(Protocol):
    """One picture beside others on the same clock."""

    projection: str | None

    def setup(self, ax: Any, stage: Stage) -> None:
        """Draw what stands still and make what moves."""

    def update(self, k: int) -> Iterable[Artist]:
        """Turn to step k and return all that moves, always the same artists, in drawing order."""


def _runs(simulation: Simulation, look: Theme) -> Iterable[Run]:
    dressed = zip(simulation.trajectories, looks(simulation.scene, look), strict=True)
    for trajectory, (color, marker) in dressed:
        points = trajectory.points.reshape(-1, *trajectory.points.shape[-2:])
        values = trajectory.values.reshape(len(points), -1)
        for path, heights, ending in zip(points, values, trajectory.endings, strict=True):
            yield Run(
                label=trajectory.label,
                points=path,
                values=heights,
                diverged=ending.step if ending.kind == "diverged" else None,
                color=color,
                marker=marker,
            )


def equal_scale(scene: Scene) -> bool:
    """Whether the bounds allow a unit of x to be as long as a unit of y."""
    assert scene.bounds is not None
    width, height = (high - low for low, high in scene.bounds)
    return bool(0.4 <= width / height <= 2.5)


def pixel_box(ax: Any) -> tuple[float, float, float, float]:
    """Return the axes' rectangle in pixels, (x0, y0, x1, y1)."""
    box = np.asarray(ax.bbox.extents)
    return float(box[0]), float(box[1]), float(box[2]), float(box[3])
