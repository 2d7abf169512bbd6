"""Varying: what ``vary`` asks for, as text or as numbers, read and simulated."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce
from numbers import Real
from typing import Any

import numpy as np

from animopt.errors import InvalidInput, short
from animopt.picture.picture import Picture, compose
from animopt.pipeline.settings import configured
from animopt.progress import Progress
from animopt.runs.problem import Problem
from animopt.runs.simulation import Simulation, simulate
from animopt.runs.variations import Axis, Variation, vary
from animopt.typing import Bounds

_COUNT = 20
_MOST = 10_000
_START = ("start.x", "start.y")
_RANGE = re.compile(r"\s*([^.:\s]\S*?)\s*\.\.\s*([^:\s]+)\s*(?::\s*(\d+)\s*)?")
_GRID = re.compile(r"\s*(\d+)\s*x\s*(\d+)\s*")


def parse_vary(texts: Sequence[str]) -> dict[str, str]:
    """Split each "NAME=VALUES", or "NAME=VALUES x NAME=VALUES" for two together.

    >>> parse_vary(["Adam.lr=0.001..1:20", "start=7x7", "M.lr=1..2 x M.momentum=0..0.9:5"])
    {'Adam.lr': '0.001..1:20', 'start': '7x7', 'M.lr x M.momentum': '1..2 x 0..0.9:5'}
    """
    found: dict[str, str] = {}
    for text in texts:
        pairs = [part.rpartition("=") for part in re.split(r"\sx\s", text)]
        if not all(name.strip() and values.strip() for name, _, values in pairs):
            raise InvalidInput(f"vary {text!r}: write LABEL.FIELD=LOW..HIGH:COUNT, or start=7x7")
        name = " x ".join(name.strip() for name, _, _ in pairs)
        if name in found:
            raise InvalidInput(f"vary {text!r}: {name} is given twice; give it once")
        found[name] = " x ".join(values.strip() for _, _, values in pairs)
    return found


def axes_of(name: str, given: Any, bounds: Bounds) -> tuple[Axis, ...]:
    """Return the axes of what varies: one, or two for a start or for settings that are joined.

    Args:
        name: "Adam.lr", "start", or "Momentum.lr x Momentum.momentum".
        given: numbers, or a text such as "0.001..1:20", whose values are geometric where both ends
            are positive; for a start, columns and rows, or "7x7"; for two settings a pair, or two
            texts with an x between them.
        bounds: where the starts are spread.

    Raises:
        InvalidInput: it says something else.
    """
    if name == "start":
        return _grid(given, bounds)
    names = name.split(" x ")
    parts = given.split(" x ") if isinstance(given, str) else [given]
    if len(names) == 2:
        parts = parts if isinstance(given, str) else list(given)
    if len(names) > 2 or len(parts) != len(names):
        raise InvalidInput(f"vary {name}={short(given)}: give values for one setting, or for two")
    return tuple(_axis(each, part) for each, part in zip(names, parts, strict=True))


def _axis(name: str, given: Any) -> Axis:
    sentence = f"vary {name}={short(given)}: give LOW..HIGH, LOW..HIGH:COUNT, or rising numbers"
    if isinstance(given, str):
        match = _RANGE.fullmatch(given)
        if not match:
            raise InvalidInput(sentence)
        try:
            low, high = float(match[1]), float(match[2])
        except ValueError:
            raise InvalidInput(sentence) from None
        count = int(match[3] or _COUNT)
        if not (2 <= count <= _MOST and low < high and math.isfinite(high - low)):
            raise InvalidInput(sentence)
        spread = np.geomspace if low > 0 else np.linspace
        values = spread(low, high, count)
    else:
        try:
            values = np.asarray(given, float)
        except (TypeError, ValueError):
            raise InvalidInput(sentence) from None
    if values.ndim != 1 or not 2 <= len(values) <= _MOST or not np.isfinite(values).all():
        raise InvalidInput(sentence)
    if (np.diff(values) <= 0).any():
        raise InvalidInput(sentence)
    return Axis(name, tuple(values.tolist()))


def _grid(given: Any, bounds: Bounds) -> tuple[Axis, ...]:
    sentence = f"vary start={short(given)}: give columns and rows, such as 7x7"
    if isinstance(given, str):
        match = _GRID.fullmatch(given)
        counts: Any = match.groups() if match else ()
    else:
        counts = given
    try:
        columns, rows = (int(count) for count in counts)
    except (TypeError, ValueError):
        raise InvalidInput(sentence) from None
    if not (columns >= 2 and rows >= 2 and columns * rows <= _MOST):
        raise InvalidInput(sentence)
    axes = zip(_START, bounds, (columns, rows), strict=True)
    # In the middles of the columns and rows, since many surfaces are steep at the very edge.
    return tuple(
        Axis(name, tuple((low + (np.arange(count) + 0.5) / count * (high - low)).tolist()))
        for name, (low, high), count in axes
    )


def changed(axes: tuple[Axis, ...]) -> Callable[[Problem, tuple[float, ...]], Problem]:
    """Return the function that changes a problem to values of the axes."""
    if axes[0].name in _START:
        return lambda problem, values: problem.replace(start=values)

    def to(problem: Problem, values: tuple[float, ...]) -> Problem:
        settings = {axis.name: value for axis, value in zip(axes, values, strict=True)}
        return problem.replace(optimizers=configured(problem.optimizers, settings))

    return to


def varied(
    simulation: Simulation[Any],
    bounds: Bounds,
    asked: Mapping[str, Any],
    progress: Progress,
) -> tuple[Variation, ...]:
    """Return the variations of a simulation, for each name that varies and what is said of it.

    Raises:
        InvalidInput: a name or a value is wrong, or there is an ensemble, which has no one path.
    """
    problem = simulation.problem
    if problem.is_ensemble:
        raise InvalidInput("vary: the scene has many starts already; give it a single one")
    found = []
    for name, given in asked.items():
        axes = axes_of(name, given, bounds)
        total = math.prod(len(axis.values) for axis in axes)
        if total > _MOST:
            raise InvalidInput(f"vary {name}: {total} combinations; give at most {_MOST}")
        told = partial(progress.update, f"simulating {name}")
        found.append(_with_own(vary(problem, axes, changed(axes), told), problem))
    return tuple(found)


def choices(
    simulation: Simulation[Any],
    variations: Sequence[Variation],
    spare: Sequence[str],
    least: float = 0.0,
) -> Picture:
    """Return the picture for a reader who may choose what varies; two together have a map.

    ``spare`` and ``least`` are as in ``compose``.
    """
    from animopt.picture.map import joined

    more = (*spare, "map") if joined(variations) else spare
    return compose(simulation, spare=more, least=least, variations=variations, chooses=True)


def offered(scene: Any, asked: Mapping[str, Any] | None, spare: Sequence[str]) -> Picture:
    """Return the picture of a scene for a reader who may choose what is asked for, if anything."""
    simulation = simulate(scene)
    varies = varied(simulation, scene.look.bounds, asked, Progress()) if asked else ()
    return choices(simulation, varies, spare)


def counted(problem: Problem, asked: Mapping[str, Any], bounds: Bounds) -> str:
    """Return in words how many combinations of values are simulated."""
    counts = [
        math.prod(len(axis.values) for axis in axes_of(name, given, bounds))
        for name, given in asked.items()
    ]
    return f"vary: {sum(counts)} combinations of {problem.steps} steps for each run they change"


def _with_own(variation: Variation, problem: Problem) -> Variation:
    """Return a variation with the problem's own values."""
    members = [problem.optimizers[number] for number in sorted(variation.runs)]
    start = dict(zip(_START, problem.plans.starts[members[0].label].tolist(), strict=True))
    axes = tuple(
        replace(axis, own=start.get(axis.name, _own(axis.name, members))) for axis in variation.axes
    )
    return replace(variation, axes=axes)


def _own(name: str, members: Sequence[Any]) -> float | None:
    """Return the value of a setting of the first that has it as a number."""
    for member in members:
        path = name.removeprefix(f"{member.label}.").removeprefix(f"{type(member).__name__}.")
        value = reduce(lambda held, part: getattr(held, part, None), path.split("."), member)
        if isinstance(value, Real):
            return float(value)
    return None
