"""Checking: a given gradient or Hessian is compared with differences at a few points."""

from __future__ import annotations

import numpy as np

from animopt.errors import InvalidInput
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
# A derivative is wrong if it is so at this many points.
_LEAST = 3
# How far a derivative may be off, and differences may disagree, as fractions of its size.
_OFF, _CLEAR = 5e-3, 1e-3
# What is next to nothing beside the largest part: where f cancels, rounding hides it.
_FLAT = 1e-5
# Steps are exact to 1e-5 if they are so many times as large as the rounding of x.
_RESOLVED = 1e5
_NAMES = {"gradient": ("df/dx", "df/dy"), "hessian": ("f_xx", "f_xy", "f_yx", "f_yy")}


def check_derivative(
    given: Caller, f: Caller, derivatives: Derivatives, slopes: Slopes, bounds: Bounds
) -> None:
    """Raise InvalidInput for a derivative that differences contradict at several points.

    At a kink, and where f swings too fast, differences of several widths differ among themselves,
    and nothing is said. A Hessian is compared with differences of ``slopes``.
    """
    low, high = np.array(bounds).T
    points = low + np.random.default_rng(0).uniform(0.05, 0.95, (_POINTS, 2)) * (high - low)
    with np.errstate(all="ignore"):
        found = given(*points.T.copy()).reshape(_POINTS, -1)
        values = f(*points.T.copy())
        precision = _precision(values, derivatives.precision)
        steps = precision ** (DIFFERENCE if given.what == "gradient" else SECOND_DIFFERENCE)
        # The bounds set the scale of what is seen, down to where x + h is too coarse.
        h = np.maximum(steps * (high - low), _RESOLVED * precision * np.abs(points))
        estimates = [
            derivatives.central(*points.T, *(factor * h).T)
            if given.what == "gradient"
            else derivatives.bends(slopes, *points.T, *(factor * h).T).reshape(_POINTS, 4)
            for factor in _STEPS
        ]
        measured = estimates[1]
        # What rounding of f amounts to; in a Hessian, that of a gradient that is a difference.
        smallest = np.min(h, axis=1, keepdims=True) ** (1 if given.what == "gradient" else 2)
        noise = 100 * precision * np.abs(values)[:, None] / smallest
        spread, size = np.ptp(estimates, axis=0), np.abs(measured)
        clear = spread <= _CLEAR * (size + noise)
        parts = np.fmin(size, np.abs(found))
        least = _FLAT * np.max(parts, where=np.isfinite(parts), initial=0.0) + 1e-250
        wrong = clear & ~(np.abs(found - measured) <= _OFF * size + 10 * spread + noise + least)
    telling = wrong.any(axis=1)
    if np.count_nonzero(telling) >= _LEAST:
        i = int(np.argmax(telling))
        x, y = points[i]
        source = "f" if given.what == "gradient" else "the gradient"
        cause = _cause(given.what, found[telling], np.where(clear, measured, np.nan)[telling])
        raise InvalidInput(
            f"{given.plan.single.who} returned {_said(found[i])} at ({x:.4g}, {y:.4g}), where "
            f"differences of {source} give {_said(measured[i])}{cause}; correct it, or leave "
            f"{given.what}= out (check=False keeps it as it is)"
        )


def _precision(values: Array, known: float) -> float:
    """Return the relative precision of values that may have been float32 once."""
    broken = (values != np.round(values)) | (np.abs(values) > 2**12)
    if broken.any() and (values.astype(np.float32) == values).all():
        return max(known, float(np.finfo(np.float32).eps))
    return known


def _cause(what: str, given: Array, measured: Array) -> str:
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
        if not _differs(corrected, measured).any():
            return f": {words}"
    factor = float(np.nansum(given * measured) / np.nansum(measured * measured))
    if factor > 0 and not _differs(given / factor, measured).any():
        return f": it is {factor:.3g} times as large"
    wrong = _differs(given, measured)
    bad = [name for i, name in enumerate(names) if wrong[:, i].any()]
    return f": {' and '.join(bad)} cannot be right" if 0 < len(bad) < len(names) else ""


def _differs(given: Array, measured: Array) -> Mask:
    """Return where a derivative is not what was measured, as far as that is known."""
    size = np.abs(measured)
    allowed = _OFF * (np.nanmax(size, axis=1, keepdims=True) + size)
    return np.asarray(np.isfinite(measured) & ~(np.abs(given - measured) <= allowed))


def _said(numbers: Array) -> str:
    parts = [f"{number:.4g}" for number in numbers]
    if len(parts) == 2:
        return f"({', '.join(parts)})"
    return f"(({parts[0]}, {parts[1]}), ({parts[2]}, {parts[3]}))"
