"""Tracks: runs with the colours and markers they are drawn with, gathered by run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from animopt.optimizers.base import brief
from animopt.picture.styles import SWEEP, Style, places
from animopt.runs.arrivals import arrivals, typical
from animopt.runs.blocks import blocks
from animopt.runs.problem import Problem
from animopt.runs.run import Run, Trajectory, where_finite
from animopt.surfaces.surface import Surface
from animopt.typing import Array, Indices, Points

# Losses that differ by less than this part of the largest are the same, but for rounding.
_SAME = 1e-5
# A path that is off the plane by less than this part of its extent lies in it, but for rounding.
_IN_PLANE = 1e-6


@dataclass(frozen=True, eq=False)
class Track:
    """One path to draw: points (steps + 1, 2), their values (steps + 1,), and its style.

    ``below`` is the height of the surface at each point, (steps + 1,), where that is not the value:
    a run that was projected to a plane is not on it, and has its own loss. Else it is None.
    """

    label: str
    points: Points
    values: Array
    diverged: int | None
    color: str
    marker: str
    dash: tuple[float, ...] = ()
    below: Array | None = None


@dataclass(frozen=True, eq=False)
class Group:
    """The tracks of one run, from one start or from an ensemble of n.

    Attributes:
        track: the only track; for an ensemble that of the run which is nearest to the medians.
        points: those of every start, (n, steps + 1, 2).
        losses: their values, (n, steps + 1).
        gone: the step at which each has diverged, or -1, (n,).
        arrived: how many are at each known minimum by each step, (minima, steps + 1).
        diverged: how many have done so by each step, (steps + 1,).
        settings: what the run is called with its hyperparameters, "Adam(lr=0.1, ...)".
        sweep: what is swept, where the run is one of a sequence in colours, or None.
        is_ensemble: whether there are many starts rather than one.
        is_recorded: whether it comes from elsewhere, rather than from an optimizer that ran here.
        judged: whether the minima are known, so that a start can arrive.
        numbers: what else is known at each step by name, (steps + 1,): the steps of the run itself,
            metrics, seconds, ...
        samples: the points that were evaluated in each step, (m, 2) each, where they are kept.
    """

    track: Track
    points: Points
    losses: Array
    gone: Indices
    arrived: Indices
    diverged: Indices
    settings: str
    sweep: str | None
    is_ensemble: bool
    is_recorded: bool
    judged: bool
    numbers: Mapping[str, Array]
    samples: tuple[Points, ...]

    @property
    def off_plane(self) -> Array | None:
        """How far it is from the plane at each step, (steps + 1,); None where it lies in it."""
        away = self.numbers.get("off_plane")
        if away is None or not np.isfinite(away).any():
            return None
        known = self.track.points[np.isfinite(self.track.points).all(axis=1)]
        extent = float(np.ptp(known, axis=0).max()) if len(known) else 0.0
        return away if float(np.nanmax(away)) > _IN_PLANE * extent else None

    @property
    def crowd(self) -> Points | None:
        """The points of every start of an ensemble, (n, steps + 1, 2), or None."""
        if not self.is_ensemble:
            return None
        return self.points

    @property
    def size(self) -> int:
        """The number of starts."""
        return len(self.points)

    @property
    def tracks(self) -> tuple[Track, ...]:
        """All tracks, one for each start; of many they are made when they are asked for."""
        if self.size == 1:
            return (self.track,)
        each = zip(self.points, self.losses, self.gone.tolist(), strict=True)
        return tuple(
            replace(self.track, points=points, values=losses, diverged=None if gone < 0 else gone)
            for points, losses, gone in each
        )

    def fates(self) -> list[tuple[int, str]]:
        """Return (from step, what has become of it in words), at step 0 and wherever it changes."""
        if self.size == 1:
            step = self.track.diverged
            return [(0, "")] + ([] if step is None else [(step, f"diverged at step {step}")])
        texts = []
        for arrived, diverged in zip(self.arrived.sum(axis=0), self.diverged, strict=True):
            parts = [f"{arrived / self.size:.0%} arrived"] if self.judged else []
            parts += [f"{diverged / self.size:.0%} diverged"] if diverged else []
            texts.append(", ".join(parts))
        return [(k, text) for k, text in enumerate(texts) if k == 0 or text != texts[k - 1]]


def groups_of(runs: Sequence[Run], problem: Problem, found: Sequence[Style]) -> Iterable[Group]:
    """Yield the group of each run, in order, drawn in the style that was found for it.

    All are on one clock, the steps from 0 to the last of the problem: between its own steps, and
    after them, a run stays where it was.
    """
    for run, style, place in zip(runs, found, places(runs), strict=True):
        yield group_of(run, problem, style, place.kind if place.size >= SWEEP else None)


def group_of(run: Run, problem: Problem, style: Style, swept: str | None = None) -> Group:
    """Return the group of a run in a style; ``swept`` is what is swept in a sequence of runs."""
    at = run.on_clock(problem.steps)
    points, losses = run.paths[:, at], run.losses[:, at]
    gone = np.array([each.step if each.kind == "diverged" else -1 for each in run.endings])
    below = _below(run, problem.surface)
    shown = 0 if len(points) == 1 else typical(points, problem.surface.bounds)
    track = Track(
        label=run.label,
        points=points[shown],
        values=losses[shown],
        diverged=None if gone[shown] < 0 else int(gone[shown]),
        **style._asdict(),
        below=None if below is None else below[at],
    )
    settings = ", ".join(f"{name}={brief(value)}" for name, value in run.settings.items())
    about = f"{run.kind}({settings})" if run.kind else run.label
    known = {"steps": run.steps.astype(float), **run.numbers}
    steps = np.sort(gone[gone >= 0])
    return Group(
        track, points, losses, gone, _arrived(problem, points, losses),
        np.searchsorted(steps, np.arange(losses.shape[1]), side="right"), about, swept,
        run.is_ensemble, not isinstance(run, Trajectory), bool(problem.surface.minima),
        {name: each[at] for name, each in known.items()}, run.samples,
    )  # fmt: skip


def _below(run: Run, surface: Surface) -> Array | None:
    """Return the heights below a run that was recorded elsewhere, where they are not its losses."""
    if isinstance(run, Trajectory) or run.is_ensemble or not surface.has_ground:
        return None
    with np.errstate(all="ignore"):
        heights = where_finite(surface.value, run.points)
        apart = np.abs(heights - run.values)
        sizes = np.abs(run.values[np.isfinite(apart)])
    return heights if (apart > _SAME * sizes.max(initial=0.0)).any() else None


def _arrived(problem: Problem, points: Points, losses: Array) -> Indices:
    """Return how many of the starts are at each known minimum by each step."""
    numbers = np.arange(len(problem.surface.minima))
    found = np.zeros((len(numbers), losses.shape[1]), int)
    for rows, _ in blocks(losses.shape, whole_rows=True):
        there = arrivals(problem, points[rows], losses[rows], problem.tolerance)
        found += (there == numbers[:, None, None]).sum(axis=1)
    return found
