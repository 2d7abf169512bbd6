"""Curves over the steps: loss, effective step size, distance to the minimum, gradient norm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np

from animopt.checks import check_flags, drawable
from animopt.errors import InvalidInput, call, short
from animopt.picture.clipping import Box, Heads, Trail, heads, trail
from animopt.picture.margins import Margins, below, room
from animopt.picture.needs import HEIGHTS, POINTS
from animopt.picture.scales import Scale
from animopt.picture.stage import Stage
from animopt.picture.ticks import Axis, linear_axis
from animopt.picture.tracks import Group, Track
from animopt.runs.problem import Problem
from animopt.runs.statistics import quantile
from animopt.typing import Array

# The height of the title above the axes in points, and the most numbers below them and beside them.
_TITLE, _TICKS, _MOST = 16.0, 5, 7


@dataclass(frozen=True, eq=False)
class Curve:
    """A number over the steps; parts are of the height of the axes, 0 at the bottom and 1 on top.

    Attributes:
        track: whose number it is.
        across: where each step is on the axis below, (steps + 1,).
        parts: where it is at each step, (steps + 1,).
        cloud: where those of all starts are, (n, steps + 1), if there are several.
        below: where the height of the surface below the run is, if that is another, (steps + 1,).
        trail, heads: what is seen of it, in the units of the axis below and parts.
    """

    track: Track
    across: Array
    parts: Array
    cloud: Array | None
    below: Array | None
    trail: Trail
    heads: Heads


@dataclass(frozen=True, eq=False)
class Curves:
    """A panel of curves up to the last step, one for each run that has the number.

    ``over`` names what the axis below counts, unless that is steps.
    """

    box: Box
    title: str
    scale: Scale
    x: Axis
    y: Axis
    last: int
    curves: tuple[Curve, ...]
    over: str = ""

    def only(self, tracks: Sequence[Track]) -> Curves:
        """Return the same with the paths of no other tracks."""
        return replace(self, curves=tuple(each for each in self.curves if each.track in tracks))


@dataclass
class CurvePanel:
    """A number over the steps, for each run: the whole curve faint, solid up to the present step.

    A subclass sets the title and returns the numbers from ``curve``. The axis is logarithmic, or
    symmetrically so where numbers are negative, if ``log`` is True, and linear if it is False; by
    default it is logarithmic where the largest number is more than ``span`` times the smallest.
    For an ensemble the curve is the median over the starts, in front of a cloud of all of them.
    """

    title: str = field(default="", init=False)
    log: bool | None = field(default=None, kw_only=True)
    projection: ClassVar[str | None] = None
    span: ClassVar[float] = 100.0
    needs: ClassVar[tuple[str, ...]] = ()
    _kept: tuple[Stage, _Drawn] | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.log is not None:
            check_flags(type(self).__name__, self, "log")

    def curve(self, run: Track, problem: Problem) -> Array:
        """Return the number at each step, (steps + 1,); NaN where there is none."""
        raise NotImplementedError

    def curves(self, stage: Stage) -> list[Array]:
        """Return the curves of each run, (starts, steps + 1)."""
        return [
            np.array([self._checked(track, stage.problem) for track in group.tracks])
            for group in stage.groups
        ]

    def lower(self, stage: Stage) -> list[Array | None]:
        """Return what is to be compared with the curve of each run, (steps + 1,), or None."""
        return [None for _ in stage.groups]

    def _checked(self, run: Track, problem: Problem) -> Array:
        """Return the curve of a run, or raise InvalidInput where it is not a number for each step.

        Panels may be the user's own.
        """
        who = f"panel {type(self).__name__}: curve(run, problem)"
        given = call(who, self.curve, run, problem)
        try:
            numbers = np.asarray(given, float)
        except (TypeError, ValueError):
            numbers = np.empty(())
        if numbers.shape != (problem.steps + 1,):
            found = f"shape {numbers.shape}" if numbers.shape else short(given)
            raise InvalidInput(
                f"{who} returned {found} for {run.label!r}; return {problem.steps + 1} numbers, "
                "one for each step and the start"
            )
        return numbers

    def room(self, stage: Stage) -> Margins:
        """Return the space around the axes, for their numbers, the name below and the title."""
        x, y = self._drawn(stage).axes(stage)
        return room(stage, x, y, top=_TITLE * stage.theme.letters)

    def compose(self, stage: Stage, box: Box) -> Curves:
        """Return the curves as they are seen in a box of pixels."""
        drawn = self._drawn(stage)
        scale, medians, across = drawn.scale, drawn.medians, drawn.across
        x, y = drawn.axes(stage, box)
        limits = x.low, 0.0, x.high, 1.0
        pixel = np.array([(x.high - x.low) / (box[2] - box[0]), 1 / (box[3] - box[1])])
        found = []
        runs = zip(stage.everyone.groups, drawn.clouds, medians, drawn.lower, across, strict=True)
        for group, cloud, median, low, along in runs:
            if not np.isfinite(median).any():
                continue
            parts = scale.parts(scale.clamped(_diverging(median, _lost(group))))
            path = np.column_stack([along, parts])
            many = scale.parts(scale.clamped(cloud)) if len(cloud) > 1 else None
            under = None if low is None else scale.parts(scale.clamped(low))
            seen = trail(path, limits, pixel), _known_heads(path, limits, pixel)
            found.append(Curve(group.track, along, parts, many, under, *seen))
        over = "" if stage.look.x == "steps" else stage.look.x
        title, steps = y.label, stage.problem.steps
        return Curves(box, title, scale, x, replace(y, label=""), steps, tuple(found), over)

    def _drawn(self, stage: Stage) -> _Drawn:
        """Return the numbers of a stage, which are found once."""
        if self._kept is None or self._kept[0] is not stage:
            everyone = stage.everyone
            with np.errstate(all="ignore"):
                clouds = list(map(drawable, self.curves(everyone)))
                medians = [quantile(cloud) for cloud in clouds]
                lower = self.lower(everyone)
            across = [_across(stage, group) for group in everyone.groups]
            # Variants that diverge are wilder than all that a reader compares them with.
            fitted = [
                median
                for number, (median, group) in enumerate(zip(medians, everyone.groups, strict=True))
                if number < len(stage.groups) or group.track.diverged is None
            ]
            others = [each for each in lower if each is not None]
            scale = Scale.fitting([*fitted, *others], self.span, self.log)
            all_of_it = [*fitted, *clouds[: len(stage.groups)], *others]
            scale = scale.stretched(Scale.fitting(all_of_it, self.span, self.log))
            self._kept = stage, _Drawn(self.title, clouds, medians, lower, across, scale)
        return self._kept[1]


@dataclass(frozen=True, eq=False)
class _Drawn:
    """The numbers of each run: of all starts, their medians, what lies below; and their scale."""

    title: str
    clouds: list[Array]
    medians: list[Array]
    lower: list[Array | None]
    across: list[Array]
    scale: Scale

    def axes(self, stage: Stage, box: Box | None = None) -> tuple[Axis, Axis]:
        """Return the axes in a box of pixels, by default in a large one."""
        wide, tall = (math.inf, math.inf) if box is None else (box[2] - box[0], box[3] - box[1])
        last = max(float(np.nanmax(each)) for each in self.across) or 1.0  # of single points
        name = "step" if stage.look.x == "steps" else stage.look.x
        name = name if stage.named else ""
        low, high, whole = -0.025 * last, 1.025 * last, stage.look.x != "seconds"
        x = below(stage, lambda n: linear_axis(low, high, n, whole, name), _TICKS, wide)
        count = max(3, min(_MOST, int(min(tall / stage.text(24), _MOST))))
        return x, self.scale.axis(count, self.title)


@dataclass
class LossPanel(CurvePanel):
    """The loss, less that of the lowest known minimum unless a run gets below it.

    Beside it is the height of the surface below a run, where that is another.
    """

    _less: float = field(default=0.0, init=False)

    def curves(self, stage: Stage) -> list[Array]:
        """Return the losses, less the lowest known minimum where that applies."""
        losses = [group.losses for group in stage.groups]
        lowest = stage.problem.surface.lowest or 0.0
        known = [loss[np.isfinite(loss)] for loss in losses]
        least = min((float(loss.min()) for loss in known if loss.size), default=lowest)
        above = least >= lowest - 1e-9 * max(1.0, abs(lowest))
        self.title = "Loss above the minimum" if above and lowest else "Loss"
        if any(group.track.below is not None for group in stage.groups):
            self.title += " (dashed: of the surface below)"
        self._less = lowest if above else 0.0
        return [np.maximum(loss - lowest, 0.0) if above else loss for loss in losses]

    def lower(self, stage: Stage) -> list[Array | None]:
        """Return the heights below the runs, less as much as the losses."""
        heights = [group.track.below for group in stage.groups]
        return [None if each is None else drawable(each - self._less) for each in heights]


@dataclass
class RatePanel(CurvePanel):
    """The effective step size: the length of a step in relation to the slope where it begins.

    |x_{k+1} - x_k| / |g_k|, with g the gradient without noise; for plain gradient descent this is
    the learning rate. Where no step is taken, as at the last point, it keeps its previous value.
    """

    title: str = field(default="Step size |Δx| / |∇f|", init=False)
    needs: ClassVar = (POINTS, HEIGHTS)

    def curve(self, run: Track, problem: Problem) -> Array:
        """Return the effective step size at each step."""
        hops = np.linalg.norm(np.diff(run.points, axis=0), axis=-1)
        sizes = hops / np.linalg.norm(problem.surface.gradient(run.points[:-1]), axis=-1)
        if not hops.any():
            return np.zeros(len(run.points))
        rates = _carried_on(np.append(np.where(hops > 0, sizes, np.nan), np.nan))
        if run.diverged is not None:
            rates[run.diverged :] = np.nan
        return rates


@dataclass
class DistancePanel(CurvePanel):
    """The distance to the nearest known minimum, or along one coordinate, "x" or "y"."""

    coordinate: str | None = None
    span: ClassVar[float] = 4.0
    needs: ClassVar = (POINTS,)

    def curves(self, stage: Stage) -> list[Array]:
        """Return the distances; without known minima the panel is refused."""
        surface = stage.problem.surface
        if not surface.minima:
            raise InvalidInput(
                f"panel 'distance': surface {surface.name!r} has no known minima; name them with "
                "Surface(..., minima=[(x, y)]), or choose another panel"
            )
        self.title = f"Distance {f'in {self.coordinate}' if self.coordinate else 'to the minimum'}"
        return super().curves(stage)

    def curve(self, run: Track, problem: Problem) -> Array:
        """Return the distance at each step."""
        distances = problem.surface.distances(run.points)
        if self.coordinate is None:
            return np.asarray(distances.min(axis=1))
        nearest = np.array(problem.surface.minima)[distances.argmin(axis=1)]
        axis = ("x", "y").index(self.coordinate)
        return np.asarray(np.abs(run.points - nearest)[:, axis])


@dataclass
class GradientPanel(CurvePanel):
    """The norm of the gradient, without noise."""

    title: str = field(default="Gradient norm", init=False)
    needs: ClassVar = (POINTS, HEIGHTS)

    def curve(self, run: Track, problem: Problem) -> Array:
        """Return the norm at each step."""
        return np.asarray(np.linalg.norm(problem.surface.gradient(run.points), axis=-1))


@dataclass
class MetricPanel(CurvePanel):
    """A number that runs bring with them, by its name."""

    name: str = ""

    def curves(self, stage: Stage) -> list[Array]:
        """Return the metric of each run; of one that has none, nothing is drawn."""
        self.title = _TITLES.get(self.name) or _titled(self.name)
        nothing = np.full(stage.problem.steps + 1, np.nan)
        return [group.numbers.get(self.name, nothing)[None] for group in stage.groups]


# Of names that say little in a title.
_TITLES = {"off_plane": "Distance off the plane"}


def _titled(name: str) -> str:
    """Return the title of a metric: words, the first with a capital letter; what has one is kept.

    >>> _titled("train_loss"), _titled("val_accuracy"), _titled("test_mse"), _titled("mAP")
    ('Train loss', 'Val accuracy', 'Test mse', 'mAP')
    """
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:] if words == words.lower() else words


def _known_heads(path: Array, room: Box, pixel: Array) -> Heads:
    """Return the heads of a curve; before its first number there is none, at NaN."""
    found = heads(path, room, pixel)
    first = int(np.isfinite(path).all(axis=1).argmax())
    if first:  # and so they are arrays of their own
        found.places[:first] = found.ways[:first] = np.nan
    return found


def _across(stage: Stage, group: Group) -> Array:
    """Return where each step is on the axis below the curves, (steps + 1,)."""
    over = stage.look.x
    if over not in group.numbers:
        raise InvalidInput(
            f"Scene(x={over!r}): run {group.track.label!r} has no {over}; choose x='steps'"
        )
    known = np.asarray(group.numbers[over], float)
    return np.asarray(np.maximum.accumulate(np.nan_to_num(known, nan=-np.inf)))


def _carried_on(values: Array) -> Array:
    """Return a copy of the values with gaps filled by the value before, or by the first."""
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return values.copy()
    before = np.searchsorted(known, np.arange(len(values)), side="right") - 1
    return np.asarray(values[known[np.maximum(before, 0)]])


def _lost(group: Group) -> int | None:
    """Return the step from which a run has diverged, or the median of an ensemble."""
    if group.size == 1:
        return group.track.diverged
    lost = np.isnan(quantile(group.losses))
    return int(np.argmax(lost)) if lost.any() else None


def _diverging(values: Array, diverged: int | None) -> Array:
    """Return the values, infinite from a divergence on, with the sign of the last finite one."""
    if diverged is None:
        return values
    known = values[:diverged][np.isfinite(values[:diverged])]
    beyond = np.copysign(np.inf, known[-1]) if len(known) else np.nan
    return np.where(np.arange(len(values)) < diverged, values, beyond)
