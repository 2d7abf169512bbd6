"""Curves over the steps: loss, effective step size, distance to the minimum, gradient norm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import IdentityTransform

from animopt.animate.artists import Heads, MovingArtist, Trails
from animopt.animate.scales import Scale
from animopt.animate.stage import Run, Stage, pixel_box
from animopt.animate.tails import Tails
from animopt.errors import InvalidInput
from animopt.scene import Scene
from animopt.simulation import quantile
from animopt.typing import Array


@dataclass
class CurvePanel:
    """A number over the steps, for each run: the whole curve faint, solid up to the present step.

    A subclass sets the title and returns the numbers from ``curve``. The axis is logarithmic where
    the largest number is more than ``span`` times the smallest. For an ensemble the curve is the
    median over the starts, in front of a cloud of all of them.
    """

    title: str = field(default="", init=False)
    projection: ClassVar[str | None] = None
    span: ClassVar[float] = 100.0

    def curve(self, run: Run, scene: Scene) -> Array:
        """Return the number at each step, (steps + 1,); NaN where there is none."""
        raise NotImplementedError

    def curves(self, stage: Stage) -> list[Array]:
        """Return the curves of each optimizer, (starts, steps + 1)."""
        return [
            np.array([self.curve(run, stage.scene) for run in group.runs]) for group in stage.groups
        ]

    def setup(self, ax: Any, stage: Stage) -> None:
        """Draw the axes and the faint whole curves, and add what moves."""
        with np.errstate(all="ignore"):
            clouds = self.curves(stage)
            medians = [quantile(cloud) for cloud in clouds]
        scale = Scale.fitting(medians, self.span)
        self._axes(ax, stage, scale)
        last = stage.scene.steps
        steps, box = np.arange(last + 1.0), pixel_box(ax)
        pixels, runs = [], []
        for group, cloud, median in zip(stage.groups, clouds, medians, strict=True):
            if len(cloud) > 1:
                ax.add_collection(_faint_lines(steps, scale.clamped(cloud), group.run.color))
            if np.isfinite(median).any():
                values = scale.clamped(_carried_on(median, group.run.diverged))
                pixels.append(ax.transData.transform(np.column_stack([steps, values])))
                runs.append(group.run)
        colors, markers = [run.color for run in runs], [run.marker for run in runs]
        pale = [blend(color, stage.theme.paper, 0.28) for color in colors]
        whole = Tails(pixels, pale, box, stage.dpi, width=1.4, zorder=5)
        whole.show(last)
        ax.add_artist(whole)
        self.moving: list[MovingArtist] = [
            Trails(pixels, colors, stage.shown, box, stage.dpi, width=2.2),
            Cursor(ax.transData.transform(np.column_stack([steps, steps]))[:, 0], stage),
            Heads(pixels, colors, markers, stage.theme.paper, box, stage.dpi, size=2.8),
        ]
        for artist in self.moving:
            ax.add_artist(artist)

    def _axes(self, ax: Any, stage: Stage, scale: Scale) -> None:
        last = stage.scene.steps
        ax.set_xlim(-0.025 * last, 1.025 * last)
        ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], integer=True))
        scale.apply(ax, numbers=max(3, min(7, int(ax.bbox.height / stage.px(24)))))
        ax.tick_params(length=3)
        ax.grid(visible=True, linewidth=0.6)
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_title(self.title, loc="left", fontsize=9, pad=5)

    def update(self, k: int) -> Sequence[Artist]:
        """Turn to step k."""
        for artist in self.moving:
            artist.show(k)
        return self.moving


@dataclass
class LossPanel(CurvePanel):
    """The loss, less that of the lowest known minimum unless a run gets below it."""

    def curves(self, stage: Stage) -> list[Array]:
        """Return the losses, less the lowest known minimum where that applies."""
        losses = [np.array([run.values for run in group.runs]) for group in stage.groups]
        lowest = stage.scene.surface.lowest or 0.0
        least = min(float(np.nanmin(loss)) for loss in losses)
        above = least >= lowest - 1e-9 * max(1.0, abs(lowest))
        self.title = "Loss above the minimum" if above and lowest else "Loss"
        return [np.maximum(loss - lowest, 0.0) if above else loss for loss in losses]


@dataclass
class RatePanel(CurvePanel):
    """The effective step size: the length of a step in relation to the slope where it begins.

    |x_{k+1} - x_k| / |g_k|, with g the gradient without noise; for plain gradient descent this is
    the learning rate. Where no step is taken, as at the last point, it keeps its previous value.
    """

    title: str = field(default="Step size |Δx| / |∇f|", init=False)

    def curve(self, run: Run, scene: Scene) -> Array:
        """Return the effective step size at each step."""
        hops = np.linalg.norm(np.diff(run.points, axis=0), axis=-1)
        sizes = hops / np.linalg.norm(scene.surface.gradient(run.points[:-1]), axis=-1)
        if not hops.any():
            return np.zeros(len(run.points))
        return np.append(np.where(hops > 0, sizes, np.nan), np.nan)


@dataclass
class DistancePanel(CurvePanel):
    """The distance to the nearest known minimum, or along one coordinate, "x" or "y"."""

    coordinate: str | None = None
    span: ClassVar[float] = 4.0

    def curves(self, stage: Stage) -> list[Array]:
        """Return the distances; without known minima the panel is refused."""
        surface = stage.scene.surface
        if not surface.minima:
            raise InvalidInput(
                f"panel 'distance': surface {surface.name!r} has no known minima; name them with "
                "Surface(..., minima=[(x, y)]), or choose another panel"
            )
        self.title = f"Distance {f'in {self.coordinate}' if self.coordinate else 'to the minimum'}"
        return super().curves(stage)

    def curve(self, run: Run, scene: Scene) -> Array:
        """Return the distance at each step."""
        distances = scene.surface.distances(run.points)
        if self.coordinate is None:
            return np.asarray(distances.min(axis=1))
        nearest = np.array(scene.surface.minima)[distances.argmin(axis=1)]
        axis = ("x", "y").index(self.coordinate)
        return np.asarray(np.abs(run.points - nearest)[:, axis])


@dataclass
class GradientPanel(CurvePanel):
    """The norm of the gradient, without noise."""

    title: str = field(default="Gradient norm", init=False)

    def curve(self, run: Run, scene: Scene) -> Array:
        """Return the norm at each step."""
        return np.asarray(np.linalg.norm(scene.surface.gradient(run.points), axis=-1))


class Cursor(MovingArtist):
    """A vertical line at the present step, on whole pixels; ``places`` (steps + 1,) are its x."""

    def __init__(self, places: Array, stage: Stage) -> None:
        super().__init__(stage.dpi, zorder=12)
        self._places = places
        self._color = stage.theme.faint

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the line from the bottom to the top of the axes."""
        assert self.axes is not None
        gc = self._gc(renderer, self._color, 1.1)
        gc.set_snap(True)
        x = float(self._places[self.step] * self._zoom(renderer))
        line = Path([(x, self.axes.bbox.y0), (x, self.axes.bbox.y1)])
        renderer.draw_path(gc, line, IdentityTransform())
        gc.restore()


def blend(color: str, paper: str, part: float) -> str:
    """Return a mix of a colour and the paper, with ``part`` of the colour."""
    mixed = part * np.array(to_rgb(color)) + (1 - part) * np.array(to_rgb(paper))
    return str(to_hex(tuple(mixed)))


def _carried_on(values: Array, diverged: int | None) -> Array:
    """Return the values with gaps filled by the value before.

    From a divergence on they are infinite, with the sign of the last finite value.
    """
    last = len(values) if diverged is None else diverged
    known = np.flatnonzero(np.isfinite(values[:last]))
    before = known[np.maximum(np.searchsorted(known, np.arange(len(values)), side="right") - 1, 0)]
    beyond = np.copysign(np.inf, values[known[-1]])
    return np.where(np.arange(len(values)) < last, values[before], beyond)


def _faint_lines(steps: Array, cloud: Array, color: str) -> LineCollection:
    lines = np.stack([np.broadcast_to(steps, cloud.shape), cloud], axis=-1)
    alpha = max(0.03, min(0.25, 6 / len(cloud)))
    return LineCollection(list(lines), colors=color, linewidths=0.5, alpha=alpha, zorder=4)
