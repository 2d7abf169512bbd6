"""Columns: the numbers of a run, checked; the one place that knows their names and shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from animopt.checks import check_line
from animopt.errors import InvalidInput, short
from animopt.typing import Array, Indices, Points

DATA = ("points", "values", "steps", "seconds", "off_plane")
"""What a run holds besides its metrics."""

COLUMNS = ("step", "x", "y", "loss", "seconds", "off_plane")
"""The names in files; any other column is a metric."""

# Larger whole numbers are not told apart as floats.
_GREATEST_STEP = 2**53


def checked_points(who: str, points: Any, values: Any) -> tuple[Points, Array | None]:
    """Return points (m, k) or (n, m, 2), and their losses (m,), (n, m) or None, read-only."""
    losses = None if values is None else _numbers(who, "values", values)
    if points is None:
        if losses is None or losses.ndim not in (1, 2):
            raise InvalidInput(
                f"{who}: a run without points needs its losses as values=, (m,), or (n, m) for an "
                "ensemble"
            )
        points = np.full((*losses.shape, 2), np.nan)
    places = _numbers(who, "points", points)
    shape = places.shape
    if places.ndim not in (2, 3) or (places.ndim == 3 and shape[-1] != 2):
        raise InvalidInput(
            f"{who}: points have shape {shape}; give (m, 2), (n, m, 2) for an ensemble, or (m, k) "
            "to be projected by a plane"
        )
    if shape[-1] == 1:
        raise InvalidInput(
            f"{who}: points have shape {shape}, one coordinate each; give a run of losses alone as "
            "points=None"
        )
    if 0 in shape:
        raise InvalidInput(f"{who}: points have shape {shape}; give at least one point")
    if losses is not None and losses.shape != shape[:-1]:
        raise InvalidInput(
            f"{who}: points have shape {shape} and values {losses.shape}; give (m, 2) and (m,), or "
            "(n, m, 2) and (n, m)"
        )
    return places, losses


def checked_steps(who: str, given: Any, length: int) -> Indices:
    """Return the training steps, (m,), whole numbers that increase."""
    if given is None:
        steps = np.arange(length)
    else:
        numbers = column(who, "steps", given, (length,))
        wrong = np.flatnonzero((numbers != np.floor(numbers)) | ~(abs(numbers) <= _GREATEST_STEP))
        if wrong.size or numbers[0] < 0:
            i = int(wrong[0]) if wrong.size else 0
            raise InvalidInput(
                f"{who}: steps[{i}] is {numbers[i]:g}; give whole numbers of at least 0"
            )
        steps = numbers.astype(np.intp)
        falls = np.flatnonzero(np.diff(steps) <= 0)
        if falls.size:
            i = int(falls[0])
            raise InvalidInput(
                f"{who}: steps must increase, and steps[{i + 1}] = {steps[i + 1]} comes after "
                f"{steps[i]}; sort the rows, and give each step once"
            )
    steps.flags.writeable = False
    return steps


def checked_metrics(who: str, given: Any, length: int) -> dict[str, Array]:
    """Return the metrics as arrays (m,) by name."""
    if given == ():
        return {}
    if not isinstance(given, Mapping):
        raise InvalidInput(f"{who}: metrics are {short(given)}; give {{name: (m,) numbers}}")
    for name in given:
        check_metric_name(who, name)
    return {
        name: column(who, f"metrics[{name!r}]", numbers, (length,))
        for name, numbers in given.items()
    }


def check_metric_name(who: str, name: Any) -> None:
    """Raise InvalidInput for the name of a metric that means something else, or is none."""
    check_line(f"{who}: the name of a metric", name)
    if name in (*COLUMNS, *DATA, "label", ""):
        raise InvalidInput(f"{who}: a metric cannot be called {name!r}; choose another name")


def column(who: str, name: str, given: Any, shape: tuple[int, ...]) -> Array:
    """Return real numbers of a shape, read-only; NaN in a gap."""
    numbers = _numbers(who, name, given)
    if numbers.shape != shape:
        raise InvalidInput(
            f"{who}: {name} have shape {numbers.shape}; give {shape}, a number for each point"
        )
    return numbers


def _numbers(who: str, name: str, given: Any) -> Array:
    """Return real numbers as read-only floats, copied unless nobody can change them."""
    try:
        numbers = np.asarray(given)
    except (TypeError, ValueError):
        raise InvalidInput(f"{who}: {name} have rows of different lengths; give an array") from None
    if numbers.dtype.kind == "c":
        raise InvalidInput(f"{who}: {name} are complex; give real numbers")
    if numbers.dtype.kind not in "fiu":
        raise InvalidInput(f"{who}: {name} are {short(given)}; give real numbers")
    if numbers.dtype != np.float64 or numbers.flags.writeable:
        numbers = numbers.astype(np.float64)
        numbers.flags.writeable = False
    return numbers
