"""Tracks: runs with the colours and markers they are drawn with, gathered by run."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from animopt.optimizers.base import brief
from animopt.runs.problem import Problem
from animopt.runs.run import ARRIVED_BELOW, Run
from animopt.runs.statistics import quantile
from animopt.surfaces.surface import Surface
from animopt.typing import Array, Indices, Points


@dataclass(frozen=True, eq=False)
class Track:
    """One path to draw: points (steps + 1, 2), their values (steps + 1,), colour and marker."""

    label: str
    points: Points
    values: Array
    diverged: int | None
    color: str
    marker: str


@dataclass(frozen=True, eq=False)
class Group:
    """The tracks of one run, from one start or from an ensemble of n.

    Attributes:
        track: the only track; for an ensemble the medians of each coordinate and of the loss.
        tracks: all tracks, one for each start.
        arrived, diverged: how many have done so by each step, (steps + 1,).
        settings: what the run is called with its hyperparameters, "Adam(lr=0.1, ...)".
        is_ensemble: whether there are many starts rather than one.
        numbers: what else is known at each step by name, (steps + 1,): the steps of the run itself,
            metrics, seconds, ...
        samples: the points that were evaluated in each step, (m, 2) each, where they are kept.
    """

    track: Track
    tracks: tuple[Track, ...]
    arrived: Indices
    diverged: Indices
    settings: str
    is_ensemble: bool
    numbers: Mapping[str, Array]
    samples: tuple[Points, ...]

    @property
    def crowd(self) -> Points | None:
        """The points of every start of an ensemble, (n, steps + 1, 2), or None."""
        if not self.is_ensemble:
            return None
        return np.array([track.points for track in self.tracks])


def groups_of(
    runs: Sequence[Run], problem: Problem, found: Sequence[tuple[str, str]]
) -> Iterable[Group]:
    """Yield the group of each run, in order, with the colour and the marker that were found for it.

    All are on one clock, the steps from 0 to the last of the problem: between its own steps, and
    after them, a run stays where it was.
    """
    for run, (color, marker) in zip(runs, found, strict=True):
        at = run.indices(problem.steps)
        tracks = [
            Track(
                label=run.label,
                points=path[at],
                values=losses[at],
                diverged=ending.step if ending.kind == "diverged" else None,
                color=color,
                marker=marker,
            )
            for path, losses, ending in zip(run.paths, run.losses, run.endings, strict=True)
        ]
        yield _group(tracks, problem.surface, run, at)


def _group(tracks: Sequence[Track], surface: Surface, run: Run, at: Indices) -> Group:
    values = np.array([track.values for track in tracks])
    gone = [len(each.values) if each.diverged is None else each.diverged for each in tracks]
    with np.errstate(invalid="ignore"):
        arrived = surface.gap(values) < ARRIVED_BELOW
    diverged = np.array(gone)[:, None] <= np.arange(values.shape[1])
    track = tracks[0] if len(tracks) == 1 else _median(tracks, values)
    settings = ", ".join(f"{name}={brief(value)}" for name, value in run.settings.items())
    about = f"{run.kind}({settings})" if run.kind else run.label
    known = {"steps": run.steps.astype(float), **run.numbers}
    numbers = {name: each[at] for name, each in known.items()}
    return Group(
        track, tuple(tracks), arrived.sum(axis=0), diverged.sum(axis=0), about, run.is_ensemble,
        numbers, run.samples,
    )  # fmt: skip


def _median(tracks: Sequence[Track], values: Array) -> Track:
    """Return a track of the medians of each coordinate and of the loss at every step.

    Points of tracks that have diverged are left out.
    """
    points = np.array([track.points for track in tracks])
    middle = quantile(values)
    lost = np.isnan(middle)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a step at which all have diverged
        path = np.nanmedian(points, axis=0)
    path[lost] = np.nan
    diverged = int(np.argmax(lost)) if lost.any() else None
    return replace(tracks[0], points=path, values=middle, diverged=diverged)
