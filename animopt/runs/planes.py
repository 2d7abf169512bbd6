"""Planes: surfaces that runs of many parameters are projected to, and what they show of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from animopt.checks import as_floats
from animopt.errors import InvalidInput, check_choice, is_many, short
from animopt.notes import note
from animopt.runs.ground import Ground
from animopt.runs.paper import bounds_of, paths_of
from animopt.runs.principal import Snapshots, blocks_of, principal, snapshots_of
from animopt.runs.run import Run
from animopt.surfaces.kept import announced
from animopt.surfaces.surface import Surface
from animopt.typing import Array, Bounds, Points

__all__ = ["Plane", "pca", "spanned"]

Loss = Callable[[Array], Any]
"""A function of all parameters, flat (k,) float64, that returns one number."""


def pca(runs: Any, center: str = "last", loss: Loss | None = None) -> Plane:
    """Return the plane in which runs move most: their first two principal directions.

    With theta_t the parameters and c their last point, or their mean, the directions are the first
    two right singular vectors of the matrix of all theta_t - c. The plane says what share of the
    movement each explains (``shares``) and what a random walk as long would give
    (``walk_shares``): 8/pi^2 and 8/(9 pi^2) from its end, 0.608 and 0.152 from its mean, in many
    dimensions. So a large share alone proves nothing; ``note`` warns of a run that is one.

    Args:
        runs: a run or recording, or several, with the same number of parameters.
        center: "last", the last point (of several runs, the mean of theirs), or "mean".
        loss: a function of the flat parameters, (k,) float64; without it the plane is paper.

    Raises:
        InvalidInput: runs have different numbers of parameters, or do not move.

    Source: Li, Xu, Taylor, Studer and Goldstein, "Visualizing the loss landscape of neural nets"
    (2018); of random walks: Antognini and Sohl-Dickstein, "PCA of high dimensional random walks
    with comparison to neural network training" (2018).

    >>> from animopt import Run
    >>> spiral = Run([(3, 0, 1), (0, 2, 1), (-1, 0, 1), (0, 0, 1)], [9, 4, 1, 0], label="spiral")
    >>> plane = pca(spiral)
    >>> plane.shares.sum().round(12), plane.project(spiral).off_plane.max().round(12)
    (np.float64(1.0), np.float64(0.0))
    """
    check_choice("planes.pca", "center", center, ("last", "mean"))
    given = _several(runs)
    sources = [snapshots_of("planes.pca", each) for each in given]
    widths = {source.shape[1]: source.label for source in sources}
    if len(widths) > 1:
        (one, its), (other, whose), *_ = widths.items()
        raise InvalidInput(
            f"planes.pca: {its!r} has {one} parameters and {whose!r} {other}; one plane holds runs "
            "of one network"
        )
    if min(widths) < 2:
        raise InvalidInput("planes.pca: a plane needs runs of at least two parameters")
    found = principal(sources, center)
    labels = ", ".join(source.label for source in sources[:3]) + (", ..." if sources[3:] else "")
    plane = Plane(found.center, found.directions, loss, name=f"plane of {labels}")
    plane.shares, plane.walk_shares = found.shares, found.walk_shares
    plane.note = _warning(found.walkers)
    if plane.note is not None:
        note(plane.note)
    return plane.around(given)


def spanned(
    directions: Any, center: Any, loss: Loss | None = None, *, bounds: Bounds | None = None
) -> Plane:
    """Return the plane through a point along two directions: theta = center + x d1 + y d2.

    A run is projected to the point of the plane that is closest to it.

    Args:
        directions: two vectors of parameters, (2, k); their lengths are the units of x and y.
        center: the point (k,), or a run or recording, whose last point is meant.
        loss: a function of the flat parameters, (k,) float64; without it the plane is paper.
        bounds: the part that is shown; by default what holds the runs of the scene.

    Raises:
        InvalidInput: the directions are not two of as many numbers as the center, or are parallel.

    Source: Goodfellow, Vinyals and Saxe, "Qualitatively characterizing neural network optimization
    problems" (2015).

    >>> plane = spanned([(1, 0, 0), (0, 0, 1)], center=(5, 5, 5))
    >>> plane.project(Run([(6, 5, 7), (5, 8, 5)], [1, 2], label="sgd")).points.tolist()
    [[1.0, 2.0], [0.0, 0.0]]
    """
    if hasattr(center, "steps"):
        source = snapshots_of("planes.spanned", center)
        center = source.row(source.shape[0] - 1)
    middle, both = as_floats(center), as_floats(directions)
    if middle.ndim != 1 or len(middle) < 2 or both.shape != (2, len(middle)):
        raise InvalidInput(
            f"planes.spanned: directions have shape {both.shape} and the center {middle.shape}; "
            "give (2, k) and (k,), real numbers"
        )
    if not (np.isfinite(middle).all() and np.isfinite(both).all()):
        raise InvalidInput("planes.spanned: directions and center must be finite numbers")
    lengths = np.linalg.norm(both, axis=1)
    if not lengths.all() or abs(both[0] @ both[1]) > (1 - 1e-12) * lengths.prod():
        raise InvalidInput("planes.spanned: the directions are parallel; give two different ones")
    plane = Plane(middle, both, loss, name="plane", bounds=bounds)
    plane.fits_runs = bounds is None
    return plane


class Plane(Surface):
    """A plane in the space of all parameters: theta = center + x d1 + y d2.

    With a loss it is a surface like any other, drawn from a grid that is evaluated once, and exact
    at every point of a path; without one it is paper.

    Attributes:
        center, directions: (k,) and (2, k).
        shares: what part of the movement of its runs is along each direction, (2,), if known.
        walk_shares: what a random walk with as many steps would give, (2,), if known.
        unit: (2, 2), takes the unit circle, in rows, to the points of the plane, in its own units,
            that are at distance 1 from the origin in the space of all parameters.
        note: a sentence of warning where a run cannot be told from a random walk, else None.
    """

    def __init__(
        self,
        center: Array,
        directions: Array,
        loss: Loss | Ground | None = None,
        *,
        name: str = "plane",
        bounds: Bounds | None = None,
    ) -> None:
        where = center, directions
        if loss is not None and not callable(loss):
            raise InvalidInput(
                f"planes: loss={short(loss)}; give a function of all parameters, flat, that "
                "returns one number"
            )
        self._ground = loss if loss is None or isinstance(loss, Ground) else Ground(loss, *where)
        shown = bounds or ((-1.0, 1.0), (-1.0, 1.0))
        super().__init__(self._ground or _nothing, name=name, bounds=shown)
        self.center, self.directions = center, directions
        self.shares: Array | None = None
        self.walk_shares: Array | None = None
        self.note: str | None = None
        self.fits_runs = False
        self._inverse = np.linalg.inv(directions @ directions.T)
        # Takes the unit circle to what is at distance 1 in the space of all parameters.
        self.unit = np.linalg.cholesky(self._inverse).T
        # A projection takes seconds, and a scene is copied with every option that changes it.
        self._projected: dict[int, tuple[Any, Run]] = {}

    @property
    def has_ground(self) -> bool:
        """Whether there is a loss of the parameters."""
        return self._ground is not None

    @property
    def expensive(self) -> bool:
        """Yes: every point is a pass over all parameters."""
        return True

    @property
    def axes(self) -> tuple[str, str]:
        """What stands at x and y: the direction, its share, and that of a random walk."""
        names = ("1st direction", "2nd direction")
        if self.shares is None or self.walk_shares is None:
            return names
        shares = zip(names, self.shares, self.walk_shares, strict=True)
        whose = "a random walk's figure" if self.note else "a random walk"
        first, second = (
            f"{name}: {_percent(share)} of the movement ({whose}: {_percent(walk)})"
            for name, share, walk in shares
        )
        return first, second

    @property
    def caption(self) -> str:
        """What stands below the plane where its axes have no names: all shares in one line."""
        if self.shares is None or self.walk_shares is None:
            return ""
        found, walk = (" + ".join(map(_percent, each)) for each in (self.shares, self.walk_shares))
        whose = "a random walk's figure" if self.note else "a random walk"
        return f"{found} of the movement ({whose}: {walk})"

    def around(self, runs: Iterable[Any]) -> Plane:
        """Return the plane with bounds that hold runs, projected to it."""
        bounds = bounds_of(paths_of(self.project(run) for run in runs))
        if bounds == self.bounds:
            return self
        ground = self._ground
        plane = Plane(self.center, self.directions, ground, name=self.name, bounds=bounds)
        plane.shares, plane.walk_shares, plane.note = self.shares, self.walk_shares, self.note
        plane.fits_runs, plane._projected = self.fits_runs, self._projected
        return plane

    def project(self, run: Any) -> Run:
        """Return a run or a recording in the plane, with its distance from it.

        Points are (m, 2), the closest ones of the plane, and ``off_plane`` is how far the run is
        from them, in the space of all parameters. Losses are the true ones, at the run itself: of
        the plane's loss, if it has one, else those that the run brings; NaN if nobody knows. Losses
        that were logged, where the plane's replace them, become the metric "logged_loss". A run
        that has ``off_plane``, or two coordinates where the plane's runs have more, is in the plane
        already.

        Raises:
            InvalidInput: the run has another number of parameters.
        """
        if id(run) not in self._projected:
            self._projected[id(run)] = (run, self._project(run))
        return self._projected[id(run)][1]

    def value(self, points: Any) -> Array:
        """Return the loss at each point of the plane: (..., 2) -> (...); NaN without one."""
        if self._ground is None:
            return np.full(np.shape(points)[:-1], np.nan)
        return super().value(points)

    def gradient(self, points: Any) -> Points:
        """Return the slopes at each point: (..., 2) -> (..., 2); NaN without a loss."""
        if self._ground is None:
            return np.full(np.shape(points), np.nan)
        return super().gradient(points)

    def hessian(self, points: Any) -> Array:
        """Return the second derivatives at each point: (..., 2) -> (..., 2, 2)."""
        if self._ground is None:
            return np.full((*np.shape(points), 2), np.nan)
        return super().hessian(points)

    def grid(self, nx: int, ny: int, bounds: Bounds | None = None) -> tuple[Array, Array, Array]:
        """Return x (nx,), y (ny,) and z (ny, nx): a spline through a grid that is kept."""
        (x0, x1), (y0, y1) = bounds = bounds or self.bounds
        nothing = np.full((ny, nx), np.nan)
        z = nothing if self._ground is None else self._ground.grid(nx, ny, bounds, self.bounds)
        return np.linspace(x0, x1, nx), np.linspace(y0, y1, ny), z

    def _project(self, run: Any) -> Run:
        width = len(self.center)
        if isinstance(run, Run) and (
            run.off_plane is not None or run.points.shape[-1] == 2 != width
        ):
            lacking = run.values is None and self.has_ground
            return run.replace(values=self.value(run.points), endings=()) if lacking else run
        source = snapshots_of("planes", run)
        count, own = source.shape
        if own != width:
            raise InvalidInput(
                f"planes: run {source.label!r} has {own} parameters and {self.name!r} {width}; a "
                "plane holds runs of one network"
            )
        points, distances = self._measured(source)
        values, metrics = getattr(run, "values", None), dict(run.metrics)
        if self._ground is not None:
            if values is not None and np.isfinite(values).any():
                metrics.setdefault("logged_loss", values)
            rows = announced(f"the losses of {source.label!r}", range(count))
            values = [self._ground.of(source.row(i)) for i in rows]
        projected = Run(
            points,
            values,
            label=source.label,
            steps=source.steps,
            seconds=run.seconds,
            metrics=metrics,
            off_plane=distances,
        )
        # How a run ended whose losses nobody knows is told by its points.
        return projected if values is not None else projected.replace(values=np.full(count, np.nan))

    def _measured(self, source: Snapshots) -> tuple[Points, Array]:
        """Return where the points are in the plane, (m, 2), and how far from it, (m,)."""
        count, _ = source.shape
        along, squares = np.zeros((count, 2)), np.zeros(count)
        with np.errstate(invalid="ignore"):  # what has diverged has no place
            for low, high in blocks_of([source]):
                moved = source.columns(low, high) - self.center[low:high]
                along += moved @ self.directions[:, low:high].T
            points = along @ self._inverse
            for low, high in blocks_of([source]):
                moved = source.columns(low, high) - self.center[low:high]
                moved -= points @ self.directions[:, low:high]
                squares += np.einsum("ij,ij->i", moved, moved)
        return points, np.sqrt(squares)


def _several(runs: Any) -> Sequence[Any]:
    single = hasattr(runs, "steps") or not is_many(runs)
    given = [runs] if single else list(runs)
    if not given:
        raise InvalidInput("planes.pca([]): give at least one run or recording")
    return given


def _warning(walkers: Sequence[str]) -> str | None:
    if not walkers:
        return None
    names = ", ".join(map(repr, walkers))
    verb, whose = ("moves", "its coordinates are") if len(walkers) == 1 else ("move", "theirs are")
    return (
        f"{names} {verb} like a random walk: {whose} cos(pi t) and cos(2 pi t), a figure that any "
        "walk in many dimensions draws, so its shape says nothing about the loss"
    )


def _percent(share: float) -> str:
    """Return a share in percent, rounded, but never up to all of it.

    >>> _percent(0.973), _percent(0.0034), _percent(0.99987), _percent(1.0)
    ('97 %', '0.34 %', '99.9 %', '100 %')
    """
    percent = 100 * float(share)
    if 99.5 <= percent < 100 - 1e-9:
        return f"{min(percent, 99.9):.3g} %"
    return f"{percent:.0f} %" if percent >= 10 else f"{percent:.2g} %"


def _nothing(x: Any, y: Any) -> Any:
    return np.full(np.shape(x), np.nan)
