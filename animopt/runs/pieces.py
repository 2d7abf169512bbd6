"""Pieces: an optimizer and some of its starts, which any process can run; parts make up a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from animopt.errors import InvalidInput, call
from animopt.optimizers.base import Optimizer
from animopt.runs.blocks import blocks
from animopt.runs.run import CONVERGED_BELOW, Ending, Trajectory, where_finite
from animopt.surfaces.objective import CountedObjective
from animopt.surfaces.surface import Surface
from animopt.typing import Array, Points

# Steps between two checks whether every start has diverged.
_CHECK_EVERY = 32
# So few starts are stepped at about the speed of one.
_FEWEST = 250
# How a start may end.
_KINDS = ("finished", "converged", "diverged")


@dataclass(frozen=True)
class Noise:
    """The noise of each step and start: the same for every optimizer, however long it runs.

    Start i has a random stream of its own, so its noise does not depend on the number of starts.
    """

    deviation: float
    seed: int
    steps: int
    first: int
    count: int

    @cached_property
    def drawn(self) -> Array | None:
        """The noise of ``count`` starts from the ``first`` on, (steps, n, 2); None without."""
        if self.deviation == 0:
            return None
        keys = range(self.first, self.first + self.count)
        streams = [np.random.SeedSequence(self.seed, spawn_key=(key,)) for key in keys]
        draws = [np.random.default_rng(s).standard_normal((self.steps, 2)) for s in streams]
        return np.asarray(self.deviation * np.stack(draws, axis=1))


@dataclass(frozen=True, eq=False)
class Piece:
    """An optimizer and starts (n, 2), all that it has or, where it is ``cut``, some of them."""

    surface: Surface
    optimizer: Optimizer
    starts: Points
    steps: int
    noise: Noise
    cut: bool


@dataclass(frozen=True, eq=False)
class Part:
    """What became of a piece.

    Attributes:
        points, values, endings, seconds, samples: those of a run, of all starts.
        calls: the evaluations up to each step, (m,).
        counts: of a piece that is cut, those of each kind, (2, kinds, m): of the batch, and of the
            busiest start that was evaluated alone.
        evaluations: all in the end, by kind.
    """

    points: Points
    values: Array
    endings: tuple[Ending, ...]
    seconds: Array
    samples: tuple[Points, ...]
    calls: Array
    counts: Array
    evaluations: dict[str, int]


def pieces_of(
    surface: Surface,
    optimizer: Optimizer,
    starts: Points,
    steps: int,
    noises: Callable[[int, int], Noise],
    hands: int,
) -> list[Piece]:
    """Return the pieces in which an optimizer is run by so many hands, from its starts (n, 2).

    One that keeps samples, in the order of its calls, is left whole.
    """
    count = 1 if optimizer.keeps_samples else min(2 * hands, len(starts) // _FEWEST)
    ends = np.linspace(0, len(starts), max(count if hands > 1 else 1, 1) + 1).round().astype(int)
    spans = list(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))
    return [
        Piece(surface, optimizer, starts[a:b], steps, noises(a, b - a), len(spans) > 1)
        for a, b in spans
    ]


def run_piece(piece: Piece) -> Part:
    """Run an optimizer from some starts."""
    with np.errstate(all="ignore"):
        return _run(piece)


def _run(piece: Piece) -> Part:
    surface, optimizer, starts, steps = piece.surface, piece.optimizer, piece.starts, piece.steps
    _check_starts(surface, starts)
    noise = piece.noise.drawn
    objective = CountedObjective(surface, recording=optimizer.keeps_samples)
    samples: list[Points] = []
    points = np.full((len(starts), steps + 1, 2), np.nan)
    points[:, 0] = starts
    x = starts.copy()
    seconds, calls = np.full((2, steps + 1), np.nan)
    counts = np.full((2, 3, steps + 1 if piece.cut else 0), np.nan)
    counts[..., :1] = seconds[0] = calls[0] = 0
    began = time.perf_counter()
    state = call(f"optimizer {optimizer.label!r}: init(x)", optimizer.at(0).init, starts.copy())
    for k in range(steps):
        if noise is not None:
            objective.noise = noise[k]
        try:
            x, state = _step(optimizer, k, objective, x, state)
        except Exception:
            if np.isfinite(x).all(axis=-1).any():
                raise
            break  # every start has diverged, and f refuses such points
        points[:, k + 1] = x
        if optimizer.keeps_samples:
            samples.append(objective.samples())
        seconds[k + 1] = time.perf_counter() - began
        calls[k + 1] = objective.total
        if piece.cut:
            counts[..., k + 1] = objective.counts
        if k % _CHECK_EVERY == 0 and not np.isfinite(x).any():
            break
    values = _values(surface, points)
    endings = _endings(surface, points, values)
    return Part(points, values, endings, seconds, tuple(samples), calls, counts, objective.calls)


def joined(parts: Sequence[Part], optimizer: Optimizer, is_ensemble: bool) -> Trajectory:
    """Return the run of which these are the parts, one after the other."""
    first, *more = parts
    points, values, seconds, calls = first.points, first.values, first.seconds, first.calls
    evaluations, endings = first.evaluations, first.endings
    if more:
        points = np.concatenate([part.points for part in parts])
        values = np.concatenate([part.values for part in parts])
        seconds = np.fmax.reduce([part.seconds for part in parts])
        counts = _counts([part.counts for part in parts])
        calls = counts.sum(axis=0)
        last = np.flatnonzero(np.isfinite(calls))[-1]
        evaluations = dict(zip(evaluations, counts[:, last].astype(int).tolist(), strict=True))
        endings = tuple(ending for part in parts for ending in part.endings)
    for known in (points, values, seconds, calls):
        known.flags.writeable = False  # so that it need not be copied
    all_or_one = slice(None) if is_ensemble else 0
    return Trajectory(
        points[all_or_one],
        values[all_or_one],
        label=optimizer.label,
        endings=endings,
        evaluations=evaluations,
        seconds=seconds,
        optimizer=optimizer,
        calls=calls,
        samples=first.samples,
    )


def _counts(counts: Sequence[Array]) -> Array:
    """Return the evaluations of each kind by all starts together, (kinds, m), as in one batch.

    A batch is evaluated until its slowest start is content: in each step as often as in the part
    where that takes longest. Of starts evaluated alone, the busiest counts.
    """
    held = np.stack([np.fmax.accumulate(each, axis=-1) for each in counts])
    batch = np.diff(held[:, 0], axis=-1, prepend=0.0).max(axis=0).cumsum(axis=-1)
    reached = np.isfinite(counts).any(axis=(0, 1, 2))
    return np.where(reached, batch + held[:, 1].max(axis=0), np.nan)


def _step(
    optimizer: Optimizer, k: int, objective: CountedObjective, x: Points, state: Any
) -> tuple[Points, Any]:
    """Return the points and the state after step k, or raise InvalidInput for any other result."""
    what = f"optimizer {optimizer.label!r}: step"
    result = call(f"{what}(objective, x, state)", optimizer.at(k).step, objective, x, state)
    if isinstance(result, tuple) and len(result) == 2:
        try:
            points = np.asarray(result[0])
        except ValueError:
            given = "rows of different lengths"
        else:
            if points.shape != x.shape:
                given = f"points of shape {points.shape}"
            elif points.dtype.kind not in "fiu":
                given = f"points of type {points.dtype}, not real numbers"
            else:
                return points, result[1]
    else:
        given = f"a {type(result).__name__}"
    raise InvalidInput(
        f"{what} returned {given}; it must return (x, state) with x of shape {x.shape}, "
        "the shape it was given"
    )


def _values(surface: Surface, points: Points) -> Array:
    """Return the loss at points (n, m, 2), in blocks, since a function needs memory on the way."""
    values = np.empty(points.shape[:-1])
    for rows, columns in blocks(values.shape):
        values[rows, columns] = where_finite(surface.value, points[rows, columns])
    return values


def _endings(surface: Surface, points: Points, values: Array) -> tuple[Ending, ...]:
    """Return how each start ended, and set all that follows a divergence to NaN."""
    finite = np.isfinite(values)  # and so are the points
    slopes = where_finite(lambda p: np.linalg.norm(surface.gradient(p), axis=-1), points[:, -1])
    gone = ~finite.all(axis=1)
    steps = np.where(gone, finite.argmin(axis=1), values.shape[1] - 1).tolist()
    for i in np.flatnonzero(gone).tolist():
        points[i, steps[i] + 1 :] = values[i, steps[i] + 1 :] = np.nan
    kinds = np.where(gone, 2, slopes < CONVERGED_BELOW).tolist()
    # One of each, since there may be a million starts.
    known = {each: Ending(_KINDS[each[0]], each[1]) for each in set(zip(kinds, steps, strict=True))}
    return tuple(known[each] for each in zip(kinds, steps, strict=True))


def _check_starts(surface: Surface, starts: Points) -> None:
    values = surface.value(starts)
    for i in np.flatnonzero(~np.isfinite(values)).tolist():
        raise InvalidInput(
            f"surface {surface.name!r} is {values[i]} at the start "
            f"({starts[i, 0]:g}, {starts[i, 1]:g}); choose a start where it is finite"
        )
