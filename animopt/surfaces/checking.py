"""Checking: a given gradient or Hessian is compared with differences at a few points."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from animopt.errors import InvalidInput, apart
from animopt.surfaces.calling import Caller
from animopt.surfaces.derivatives import (
    DIFFERENCE,
    SECOND_DIFFERENCE,
    Derivatives,
    Slopes,
)
from animopt.typing import Array, Bounds, Mask

# How many points within the bounds, and the steps of the differences there, in usual ones: where
# these do not agree about the slope, it is no measure of anything. On a staircase they do not
# either, since no step is a whole number of others.
_POINTS, _STEPS = 12, (1.0, 3.7, 13.3)
# Where all that there is to see is a narrow dip or a peak, points in the bounds miss it: three more
# are near each place of interest, so far away in cells of a grid with so many points on a side.
_GRID, _AROUND = 41, ((0.4, 0.5), (-0.6, 0.3), (0.2, -0.7))
# A derivative is wrong if it is so at this many points all over the bounds, or at all near a place.
_LEAST = 3
# How far a derivative may be off, and differences may disagree, as fractions of its size.
_OFF, _CLEAR = 5e-3, 1e-3
# What is next to nothing beside the largest part: where f cancels, rounding hides it. A part is
# judged beside itself at other points; differences that are zero, beside all others too.
_FLAT = 1e-5
# Steps are exact to 1e-5 if they are so many times as large as the rounding of x.
_RESOLVED = 1e5
_SINGLE = float(np.finfo(np.float32).eps)
_NAMES = {"gradient": ("df/dx", "df/dy"), "hessian": ("f_xx", "f_xy", "f_yx", "f_yy")}


def check_derivative(
    given: Caller,
    f: Caller,
    derivatives: Derivatives,
    slopes: Slopes,
    bounds: Bounds,
    places: Iterable[tuple[float, float]] = (),
) -> None:
    """Raise InvalidInput for a derivative that differences contradict at several points.

    At a kink, and where f swings too fast, differences of several widths differ among themselves,
    and nothing is said. A Hessian is compared with differences of ``slopes``. Points near
    ``places`` are tried besides those all over the bounds.
    """
    with np.errstate(all="ignore"):
        points = _points(f, bounds, list(places))
        found = given(*points.T.copy()).reshape(len(points), -1)
        measured, spread, noise, lost = _measured(
            given.what, f, derivatives, slopes, points, bounds
        )
        size = np.abs(measured)
        clear = spread <= _CLEAR * (size + noise)
        parts = np.fmin(size, np.abs(found))
        largest = np.max(parts, axis=0, where=np.isfinite(parts), initial=0.0)
        flat = (size == 0) & (spread == 0)
        largest = np.where(flat, np.max(largest), largest)
        # As in log(1 + z), f may have been rounded beside 1 before it became small.
        noise += np.where(flat, lost, 0.0)
        allowed = _OFF * size + 10 * spread + noise + _FLAT * largest + 1e-250
        wrong = clear & ~(np.abs(found - measured) <= allowed)
    telling = wrong.any(axis=1)
    if _is_telling(telling):
        i = int(np.argmax(telling))
        x, y = points[i]
        source = "f" if given.what == "gradient" else "the gradient"
        known = np.where(clear, measured, np.nan)
        cause = _cause(given.what, found[telling], known[telling], allowed[telling])
        raise InvalidInput(
            f"{given.plan.single.who} returned {_said(found[i])} at ({x:.4g}, {y:.4g}), where "
            f"differences of {source} give {_said(measured[i])}{cause}; correct it, or leave "
            f"{given.what}= out (check=False keeps it as it is)"
        )


def _is_telling(wrong: Mask) -> bool:
    """Return whether enough points are wrong: of those all over the bounds, or near one place."""
    near = wrong[_POINTS:].reshape(-1, len(_AROUND))
    return bool(np.count_nonzero(wrong[:_POINTS]) >= _LEAST or near.all(axis=1).any())


def _points(f: Caller, bounds: Bounds, places: list[tuple[float, float]]) -> Array:
    """Return points all over the bounds, then some near the places and near extremes of f."""
    low, high = np.array(bounds).T
    points = low + np.random.default_rng(0).uniform(0.05, 0.95, (_POINTS, 2)) * (high - low)
    if f.takes_arrays:
        axes = [np.linspace(a, b, _GRID) for a, b in bounds]
        grid = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
        values = f(*grid.T.copy())
        if np.isfinite(values).any():
            finite = np.where(np.isfinite(values), values, np.nan)
            places = [*places, *grid[[np.nanargmin(finite), np.nanargmax(finite)]]]
    around = np.array(_AROUND) * (high - low) / (_GRID - 1)
    return np.concatenate([points, *(around + place for place in places)])


def _measured(
    what: str, f: Caller, derivatives: Derivatives, slopes: Slopes, points: Array, bounds: Bounds
) -> tuple[Array, Array, Array, Array]:
    """Return what differences give, how far they disagree, and what rounding amounts to.

    That is the rounding of f in them, and that of a number of about 1.
    """
    low, high = np.array(bounds).T
    values = f(*points.T.copy())
    precision = _precision(values, derivatives.precision)
    steps = precision ** (DIFFERENCE if what == "gradient" else SECOND_DIFFERENCE)
    # The bounds set the scale of what is seen, down to where x + h is too coarse.
    h = np.maximum(steps * (high - low), _RESOLVED * precision * np.abs(points))
    estimates = [
        derivatives.central(*points.T, *(factor * h).T)
        if what == "gradient"
        else derivatives.bends(slopes, *points.T, *(factor * h).T).reshape(len(points), 4)
        for factor in _STEPS
    ]
    # In a Hessian it is the rounding of a gradient that is a difference.
    resolved = h if what == "gradient" else np.min(h, axis=1, keepdims=True) ** 2
    lost = 100 * precision / resolved
    noise = np.broadcast_to(lost * np.abs(values)[:, None], estimates[1].shape).copy()
    spread = np.ptp(estimates, axis=0)
    if what == "gradient":
        # A function that rounds x to float32 stands still within so short a step.
        still = (estimates[1] == 0) & (h < 8 * _SINGLE * np.abs(points))
        spread = np.where(still, np.inf, spread)
    return estimates[1], spread, noise, lost


def _precision(values: Array, known: float) -> float:
    """Return the relative precision of values that may have been float32 once."""
    broken = (values != np.round(values)) | (np.abs(values) > 2**12)
    if broken.any() and (values.astype(np.float32) == values).all():
        return max(known, _SINGLE)
    return known


def _cause(what: str, given: Array, measured: Array, allowed: Array) -> str:
    """Return what probably went wrong, from the values at the points where it did."""
    names = _NAMES[what]
    likely: dict[str, Array] = {
        "the sign is wrong": -given,
        f"{names[0]} and {names[-1]} are swapped": given[:, ::-1],
    }
    if what == "hessian":
        likely["its rows are swapped"] = given[:, [2, 3, 0, 1]]
        likely["its columns are swapped"] = given[:, [1, 0, 3, 2]]
    for i, name in enumerate(names):
        signs = np.where(np.arange(len(names)) == i, -1.0, 1.0)
        likely[f"the sign of {name} is wrong"] = given * signs
    for words, corrected in likely.items():
        if not _differs(corrected, measured, allowed).any():
            return f": {words}"
    factor = float(np.nansum(given * measured) / np.nansum(measured * measured))
    if factor > 0 and not _differs(given / factor, measured, allowed).any():
        return f": it is {apart(factor, 1.0, 3)[0]} times as large"
    wrong = _differs(given, measured, allowed)
    bad = [name for i, name in enumerate(names) if wrong[:, i].any()]
    return f": {' and '.join(bad)} cannot be right" if 0 < len(bad) < len(names) else ""


def _differs(given: Array, measured: Array, allowed: Array) -> Mask:
    """Return where a derivative is not what was measured, as far as that is known."""
    return np.asarray(np.isfinite(measured) & ~(np.abs(given - measured) <= allowed))


def _said(numbers: Array) -> str:
    parts = [f"{number:.4g}" for number in numbers]
    if len(parts) == 2:
        return f"({', '.join(parts)})"
    return f"(({parts[0]}, {parts[1]}), ({parts[2]}, {parts[3]}))"
