"""Principal directions: those in which runs move most, and what a random walk would say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np

from animopt.errors import InvalidInput
from animopt.notes import note
from animopt.typing import Array, Indices, Mask

# So many numbers are held at a time, in float64: 32 MB.
_AT_ONCE = 4_000_000
# More points than these are thinned, where there are as many parameters: the matrix of their
# products has as many rows and columns.
_MOST_POINTS = 2000
# Points that stand for a longer run in what a random walk would give.
_WALKED = 500
# A path this close to cosines is that of a random walk; fewer points are close to anything.
_CORRELATED, _FEWEST = 0.95, 10
# A second direction with less than this part of the first one's variance is rounding.
_FLAT = 1e-24


class Snapshots(Protocol):
    """Points of many coordinates, (m, k), that need not fit into memory."""

    @property
    def label(self) -> str:
        """The name of the run."""

    @property
    def steps(self) -> Indices:
        """The training step of each point, (m,)."""

    @property
    def shape(self) -> tuple[int, int]:
        """(m, k)."""

    def columns(self, low: int, high: int) -> Array:
        """Return some coordinates of every point, (m, high - low), as new float64."""

    def row(self, i: int) -> Array:
        """Return all coordinates of a point, (k,), as float64."""


@dataclass(frozen=True)
class Principal:
    """The two directions in which points move most.

    Attributes:
        center: where they are measured from, (k,).
        directions: orthonormal, (2, k).
        shares: the part of the movement that is along each, (2,).
        walk_shares: those of a random walk in many dimensions with as many steps, (2,).
        walkers: the labels of the runs whose path is that of a random walk.
    """

    center: Array
    directions: Array
    shares: Array
    walk_shares: Array
    walkers: tuple[str, ...]


def principal(runs: Sequence[Snapshots], center: str) -> Principal:
    """Return the principal directions of all points of some runs, centred at "last" or "mean".

    With A the points (m, k) less the center, A A^T = U L U^T gives the directions L^-1/2 U^T A and
    the shares L / trace L. It is summed in float64 over blocks of coordinates, so that A itself is
    never in memory; where there are fewer coordinates than points, A^T A = V L V^T gives V.
    """
    rows = [_finite(run) for run in runs]
    for run, finite in zip(runs, rows, strict=True):
        if not finite.any():
            raise InvalidInput(f"planes.pca: run {run.label!r} has no finite point")
    few = runs[0].shape[1] <= min(sum(map(np.count_nonzero, rows)), _MOST_POINTS)
    rows = rows if few else _thinned(runs, rows)
    times = [run.steps[finite] for run, finite in zip(runs, rows, strict=True)]
    weights = _weights([len(each) for each in times], center)
    middle, variances, found, blocks = (_by_coordinates if few else _by_points)(runs, rows, weights)
    walks = zip(runs, blocks, strict=True)
    middle += runs[0].row(int(np.argmax(rows[0])))  # in place: a network has millions of parameters
    return Principal(
        center=middle,
        directions=_orthonormal(found),
        shares=np.append(variances, 0.0)[:2] / variances.sum(),
        walk_shares=_walk_shares(times, center),
        walkers=tuple(run.label for run, (products, time) in walks if _is_walk(products, time)),
    )


Found: TypeAlias = tuple[Array, Array, Array, list[tuple[Array, Indices]]]
"""The center, measured from the first point; all variances, the largest first; one or two
directions; and for each run the products of some of its points, with their steps."""


def _by_points(runs: Sequence[Snapshots], rows: Sequence[Mask], weights: Array) -> Found:
    products = _products(runs, rows)
    variances, vectors = _eigen(_centred(products, weights))
    shown = _shown(variances)
    scaled = vectors[:, :shown] / np.sqrt(variances[:shown])
    # Of points measured from the first one: less the center, then combined.
    parts = np.vstack([weights, (scaled - np.outer(weights, scaled.sum(axis=0))).T])
    combined = _combined(runs, rows, parts)
    blocks, at = [], 0
    for run, each in zip(runs, rows, strict=True):
        some = _spread(int(each.sum()), _WALKED)
        blocks.append((products[np.ix_(at + some, at + some)], run.steps[each][some]))
        at += int(each.sum())
    return combined[0], variances, combined[1:], blocks


def _by_coordinates(runs: Sequence[Snapshots], rows: Sequence[Mask], weights: Array) -> Found:
    width = runs[0].shape[1]
    paths = [run.columns(0, width)[each] for run, each in zip(runs, rows, strict=True)]
    moved = np.concatenate(paths) - paths[0][0]
    middle = weights @ moved
    moved -= middle
    variances, vectors = _eigen(moved.T @ moved)
    blocks = []
    for run, path, each in zip(runs, paths, rows, strict=True):
        some = _spread(len(path), _WALKED)
        hops = path[some] - path[0]
        blocks.append((hops @ hops.T, run.steps[each][some]))
    found = np.ascontiguousarray(vectors[:, : _shown(variances)].T)
    return middle, variances, found, blocks


def _shown(variances: Array) -> int:
    """Return how many of the first two directions are more than rounding."""
    if not variances[0] > 0:
        raise InvalidInput("planes.pca: all points are the same, so there is no direction to show")
    return 1 if variances[1] <= _FLAT * variances[0] else 2


def blocks_of(runs: Sequence[Snapshots]) -> Iterator[tuple[int, int]]:
    """Yield (low, high) of blocks of coordinates that fit into memory."""
    points, width = sum(run.shape[0] for run in runs), runs[0].shape[1]
    size = max(1, _AT_ONCE // max(points, 1))
    for low in range(0, width, size):
        yield low, min(low + size, width)


def _finite(run: Snapshots) -> Mask:
    """Return which points are finite in every coordinate, (m,); a recording knows."""
    known: Mask | None = getattr(run, "finite", None)
    if known is not None:
        return known
    finite = np.ones(run.shape[0], bool)
    for low, high in blocks_of([run]):
        finite &= np.isfinite(run.columns(low, high)).all(axis=1)
    return finite


def _thinned(runs: Sequence[Snapshots], rows: list[Mask]) -> list[Mask]:
    """Return which points are used: all, unless their products would not fit into memory."""
    total = sum(int(each.sum()) for each in rows)
    if total <= _MOST_POINTS:
        return rows
    kept = []
    for each in rows:
        indices = np.flatnonzero(each)
        wanted = max(2, int(_MOST_POINTS * len(indices) / total))
        chosen = np.zeros_like(each)
        chosen[indices[_spread(len(indices), wanted)]] = True
        kept.append(chosen)
    note(f"planes.pca takes {sum(int(each.sum()) for each in kept)} of {total} points, evenly")
    return kept


def _spread(count: int, wanted: int) -> Indices:
    """Return indices of at most so many of a number of things, the first and the last included."""
    return np.unique(np.linspace(0, count - 1, min(count, wanted)).round().astype(np.intp))


def _weights(lengths: Sequence[int], center: str) -> Array:
    """Return how much each point counts in the center."""
    if center == "mean":
        return np.full(sum(lengths), 1 / sum(lengths))
    weights = np.zeros(sum(lengths))
    weights[np.cumsum(lengths) - 1] = 1 / len(lengths)
    return weights


def _moved(runs: Sequence[Snapshots], rows: Sequence[Mask]) -> Iterator[tuple[int, int, Array]]:
    """Yield blocks (low, high, (points, high - low)) of the points, measured from the first one."""
    for low, high in blocks_of(runs):
        columns = [run.columns(low, high)[each] for run, each in zip(runs, rows, strict=True)]
        stacked = np.concatenate(columns) if columns[1:] else columns[0]
        stacked -= stacked[0].copy()
        yield low, high, stacked


def _products(runs: Sequence[Snapshots], rows: Sequence[Mask]) -> Array:
    """Return the scalar products of all points, measured from the first one."""
    count = sum(int(each.sum()) for each in rows)
    products = np.zeros((count, count))
    for _, _, moved in _moved(runs, rows):
        products += moved @ moved.T
    return products


def _combined(runs: Sequence[Snapshots], rows: Sequence[Mask], parts: Array) -> Array:
    """Return combinations of the points, measured from the first one: (n, points) -> (n, k)."""
    combined = np.empty((len(parts), runs[0].shape[1]))
    for low, high, moved in _moved(runs, rows):
        combined[:, low:high] = parts @ moved
    return combined


def _centred(products: Array, weights: Array) -> Array:
    """Return the products of points that are measured from their weighted mean."""
    toward = products @ weights
    return np.asarray(products - toward[:, None] - toward + weights @ toward)


def _eigen(products: Array) -> tuple[Array, Array]:
    """Return the eigenvalues, the largest first and none below 0, and the eigenvectors."""
    values, vectors = np.linalg.eigh(products)
    return np.maximum(values[::-1], 0.0), vectors[:, ::-1]


def _orthonormal(found: Array) -> Array:
    """Return two orthonormal directions; the second is any one where all movement is on a line.

    Two that are given are changed in place.
    """
    directions = found if len(found) == 2 else np.concatenate([found, np.zeros_like(found)])
    first, second = directions
    first /= np.linalg.norm(first)
    if len(found) == 1:
        second[np.argmin(np.abs(first))] = 1.0
    for _ in range(2):
        second -= (second @ first) * first
        second /= np.linalg.norm(second)
    for each in directions:
        # A direction and its opposite are as good: the one whose largest part is positive is taken.
        low, high = each.argmin(), each.argmax()
        if (-each[low], high) > (each[high], low):
            each *= -1
    return directions


def _walk_shares(times: Sequence[Indices], center: str) -> Array:
    """Return the shares of random walks from one start that have points at these steps.

    In many dimensions the products of their points are those of their time, min(s, t).
    """
    lasting: list[Array] = [
        (each[_spread(len(each), _WALKED)] - each[0]).astype(np.float64) for each in times
    ]
    count = sum(map(len, lasting))
    products = np.zeros((count, count))
    at = 0
    for time in lasting:
        there = slice(at, at + len(time))
        products[there, there] = np.minimum.outer(time, time)
        at += len(time)
    values, _ = _eigen(_centred(products, _weights([*map(len, lasting)], center)))
    total = values.sum()
    return np.append(values, 0.0)[:2] / total if total > 0 else np.zeros(2)


def _is_walk(products: Array, times: Indices) -> bool:
    """Return whether a path, centred at its mean, is cos(pi t), cos(2 pi t) in its own plane."""
    count = len(products)
    if count < _FEWEST:
        return False
    _, vectors = _eigen(_centred(products, np.full(count, 1 / count)))
    t = (times - times[0]) / (times[-1] - times[0])
    found = (abs(_correlation(vectors[:, i], np.cos((i + 1) * np.pi * t))) for i in range(2))
    return all(each > _CORRELATED for each in found)


def _correlation(a: Array, b: Array) -> float:
    a, b = a - a.mean(), b - b.mean()
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size > 0 else 0.0


@dataclass(frozen=True)
class Held:
    """The points of a run that is in memory, (m, k)."""

    label: str
    steps: Indices
    points: Array

    @property
    def shape(self) -> tuple[int, int]:
        """(m, k)."""
        count, width = self.points.shape
        return count, width

    def columns(self, low: int, high: int) -> Array:
        """Return some coordinates of every point."""
        return self.points[:, low:high].copy()

    def row(self, i: int) -> Array:
        """Return all coordinates of a point."""
        point: Array = self.points[i]
        return point


def snapshots_of(who: str, given: Any) -> Snapshots:
    """Return the points of a run or a recording."""
    if hasattr(given, "columns") and hasattr(given, "shape"):
        source: Snapshots = given
        return source
    points = getattr(given, "points", None)
    if points is None or not isinstance(points, np.ndarray):
        raise InvalidInput(f"{who}: {type(given).__name__} is neither a run nor a recording")
    if points.ndim != 2:
        raise InvalidInput(f"{who}: run {given.label!r} is an ensemble; give its runs one by one")
    return Held(given.label, given.steps, points)
