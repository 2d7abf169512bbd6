"""Checks of the values in a scene: each raises InvalidInput with the name of the field."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np

from animopt.errors import InvalidInput, is_many, short
from animopt.typing import Array, Points

SIDES = (64, 7680)
PIXELS = 7680 * 4320
REACH = 1e305
"""No height beyond it is drawn: the difference of two would be no number."""
MOST_WHOLE = 2**128
LEVELS = (2, 100)
"""How many contour lines there may be."""
MOST_SECONDS = 3600.0
"""Few programs play longer animations."""
MOST_POINTS = 50_000_000
"""Of all paths together: 1.2 GB with their losses, and half as much again during simulation."""


def check_start(given: Any) -> Points:
    """Return a start (2,) or those of an ensemble (n, 2), read-only."""
    start = as_floats(given)
    if start.ndim not in (1, 2) or start.shape[-1] != 2 or start.size == 0:
        raise InvalidInput(
            f"Scene(start={short(given)}): give (x, y), or an (n, 2) array of starts"
        )
    if not np.isfinite(start).all():
        raise InvalidInput(f"Scene(start={short(given)}): a start must be finite numbers")
    start.flags.writeable = False
    return start


def check_guides(given: Any) -> tuple[Array, ...]:
    """Return the guide curves as arrays of shape (m, 2)."""
    if not is_many(given):
        raise InvalidInput(f"Scene(guides={short(given)}): give a list of (m, 2) arrays")
    guides = tuple(as_floats(guide) for guide in given)
    for guide in guides:
        if guide.ndim != 2 or guide.shape[1] != 2:
            raise InvalidInput(
                f"Scene(guides=...): a guide has shape {guide.shape}; give a list of (m, 2) arrays"
            )
    return guides


def check_zlim(given: Any) -> tuple[float, float]:
    """Return (lowest, highest) as floats."""
    limits = as_floats(given)
    if limits.shape != (2,) or not -REACH <= limits[0] < limits[1] <= REACH:
        raise InvalidInput(f"Scene(zlim={short(given)}): give (lowest, highest), up to {REACH:g}")
    least = 1e-11 * max(map(abs, limits.tolist()))
    if not limits[1] - limits[0] > least:
        raise InvalidInput(
            f"Scene(zlim={short(given)}): floating-point numbers cannot resolve what is between "
            "them; give limits that are further apart"
        )
    return float(limits[0]), float(limits[1])


def check_levels(given: Any) -> int | tuple[float, ...]:
    """Return a number of contour lines, or their heights as floats."""
    least, most = LEVELS
    if isinstance(given, Integral) and not isinstance(given, bool) and least <= int(given) <= most:
        return int(given)
    heights = as_floats(given)
    rising = heights.ndim == 1 and bool((np.diff(heights) > 0).all())
    if not (rising and 0 < len(heights) <= most and (np.abs(heights) <= REACH).all()):
        raise InvalidInput(
            f"Scene(levels={short(given)}): give how many contour lines, from {least} to {most}, "
            "or their heights, each above the one before, such as (0.1, 1, 10)"
        )
    return tuple(heights.tolist())


def check_axes(given: Any) -> bool | tuple[str, ...]:
    """Return whether there are axes, or the names of two or three of them."""
    if isinstance(given, (bool, np.bool_)):
        return bool(given)
    if isinstance(given, str) or not is_many(given) or len(names := tuple(given)) not in (2, 3):
        raise InvalidInput(
            f"Scene(axes={short(given)}): give two names, or three with that of the height, such "
            'as ("$w_1$", "$w_2$", "loss"); or False for no axes'
        )
    for name in names:
        check_line("a name in Scene(axes=...)", name)
    return names


def check_whole(name: str, given: Any, least: int) -> int:
    """Return a whole number, at least ``least``."""
    if isinstance(given, bool) or not isinstance(given, Integral) or given < least:
        raise InvalidInput(
            f"Scene({name}={short(given)}): {name} must be a whole number >= {least}"
        )
    if int(given) > MOST_WHOLE:
        raise InvalidInput(f"Scene({name}={short(given)}): {name} must be at most 2^128")
    return int(given)


def check_steps(given: Any, paths: int) -> int:
    """Return the number of steps, if the points of all paths are at most MOST_POINTS."""
    steps = check_whole("steps", given, 1)
    if paths * (steps + 1) > MOST_POINTS:
        raise InvalidInput(
            f"Scene(steps={short(steps)}) is too many: {paths * (steps + 1):.4g} points in all, "
            f"at most {MOST_POINTS:.0e} are allowed"
        )
    return steps


def check_angles(who: str, **angles: Any) -> None:
    """Raise InvalidInput for what is neither None nor an angle."""
    for name, angle in angles.items():
        if angle is not None and not math.isfinite(as_number(angle)):
            raise InvalidInput(f"{who}({name}={short(angle)}): give an angle in degrees")


def check_flags(who: str, owner: object, *names: str) -> None:
    """Raise InvalidInput for an attribute that is neither True nor False."""
    for name in names:
        value = getattr(owner, name)
        if not isinstance(value, (bool, np.bool_)):
            raise InvalidInput(f"{who}({name}={short(value)}): give True or False")


def check_by_label(name: str, given: Any, what: str = "give them") -> None:
    """Raise InvalidInput for anything but text by label, such as {"Adam": "red"}."""
    texts = (*given, *given.values()) if isinstance(given, Mapping) else (None,)
    if not all(isinstance(text, str) for text in texts):
        raise InvalidInput(
            f"Scene({name}={short(given)}): {what} by label, such as {{'Adam': ...}}, as text"
        )


def check_notes(given: Any) -> dict[int, str]:
    """Return notes by the step from which they are shown, in order."""
    if not isinstance(given, Mapping):
        raise InvalidInput(
            f"Scene(notes={short(given)}): give them by step, such as {{40: 'crosses the barrier'}}"
        )
    for step, note in given.items():
        if isinstance(step, bool) or not isinstance(step, Integral) or step < 0:
            raise InvalidInput(
                f"Scene(notes={{{short(step)}: ...}}): give a step, a whole number >= 0"
            )
        check_line(f"Scene(notes={{{short(step)}: ...}})", note)
    return {int(step): given[step] for step in sorted(given)}


def check_line(who: str, given: Any) -> str:
    """Return a string of one line."""
    if not isinstance(given, str):
        raise InvalidInput(f"{who} is {short(given)}; give a string")
    if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", given):
        raise InvalidInput(f"{who} is {short(given)}; give one line, without control characters")
    if re.search(r"[\ud800-\udfff]", given):
        raise InvalidInput(
            f"{who} is {short(given)}, in which half a letter is missing (a lone surrogate); "
            "write it as the letter itself"
        )
    return given


def check_size(given: Any) -> tuple[int, int]:
    """Return (width, height) in pixels."""
    try:
        width, height = (int(side) if side == int(side) else 0 for side in given)
    except (TypeError, ValueError, OverflowError):
        width = height = 0
    low, high = SIDES
    if not (low <= min(width, height) and max(width, height) <= high and width * height <= PIXELS):
        raise InvalidInput(
            f"Scene(size={short(given)}): give (width, height) in pixels, each from {low} to "
            f"{high}, and at most {PIXELS / 1e6:.0f} million pixels in all"
        )
    return width, height


def as_number(given: Any) -> float:
    """Return a float; NaN, which is in no range, for what is not a real number."""
    try:
        return float(given) if isinstance(given, Real) else math.nan
    except OverflowError:  # a whole number of some hundred digits
        return math.inf if given > 0 else -math.inf


def drawable(values: Array) -> Array:
    """Return numbers as far as they can be drawn, NaN for those that are not finite.

    >>> drawable(np.array([1.0, -1.79e308, np.inf]))
    array([ 1.e+000, -1.e+305,      nan])
    """
    with np.errstate(invalid="ignore"):
        return np.where(np.isfinite(values), np.clip(values, -REACH, REACH), np.nan)


def as_floats(given: Any) -> Array:
    """Return a copy as floats; an empty array for what does not consist of real numbers."""
    try:
        numbers = np.array(given)
    except (ValueError, TypeError, OverflowError):  # such as rows of different lengths
        numbers = np.empty(0)
    return numbers.astype(np.float64) if numbers.dtype.kind in "fiu" else np.empty(0)
