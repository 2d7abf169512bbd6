"""Formulas: scenes that are written on the command line, as an expression and optimizers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from animopt.errors import InvalidInput, choose, did_you_mean, short
from animopt.optimizers import Optimizer, catalogue
from animopt.pipeline.options import Options
from animopt.pipeline.settings import typed
from animopt.runs import Problem, simulate
from animopt.scene import Scene
from animopt.sizes import PRINT, Inches
from animopt.surfaces.expressions import CONSTANTS, Limits, surface_of
from animopt.typing import Array, Bounds

STEPS = 100
"""The number of updates unless it is given."""
# How much larger the plot is than what the paths take, in all.
_ROOM = 0.2
# A path that leaves the others, or diverges, is shown within so many times the distance of the
# start from the origin.
_FAR = 20.0
_LONGEST_TITLE = 60

_SUFFIXES = re.compile(
    r"\.(py|pyc|pyw|ipynb|txt|md|rst|toml|json|ya?ml|csv|np[yz]|gif|a?png|jpe?g|mp4|html?|svg|pdf)",
    re.IGNORECASE,
)
_PATH = re.compile(r"[~\w./\\ -]+")
# An operator, a bracket, a quote, a dunder or an attribute: what the name of a file rarely has.
_MARKS = re.compile(r"[-+*/^%()\[\]{}<>=:;,&|@!'\"`?$#\\\s]|__|(^|\W)[xy]\.[^\W\d]")


def is_expression(text: str) -> bool:
    """Return whether an argument is an expression in x and y, and not a path.

    >>> [is_expression(text) for text in ("x**2 + y", "x/2", "scenes/sadle", "sadle", "a.py")]
    [True, True, False, False, False]
    """
    if _SUFFIXES.fullmatch(Path(text).suffix) or not _MARKS.search(text):
        return False
    try:
        if Path(text).exists():
            return False
    except (OSError, ValueError):  # no file can have this name
        return True
    words = set(re.findall(r"[^\W\d]\w*", text))
    looks_like_path = _PATH.fullmatch(text) and words - {"x", "y", *CONSTANTS}
    return not looks_like_path or "__" in text or bool(re.search(r"(^|\W)[xy]\.[^\W\d]", text))


def scene_of(text: str, options: Options) -> Scene:
    """Return the scene of an expression, before the other options are applied.

    Raises:
        InvalidInput: the expression, an optimizer or the start is missing or wrong.
    """
    limits = Limits().raised(tuple(options.limits or ()))
    surface_of(text, ((-1, 1), (-1, 1)), limits)  # what is wrong with it is said first
    steps = STEPS if options.steps is None else options.steps
    limits.check("steps", steps)
    size: Any = options.size
    if isinstance(size, Inches):
        size = size.pixels(options.dpi or PRINT)
    if size is not None:
        limits.check("pixels", float(size[0]) * float(size[1]))
    limits.check("optimizers", len(options.optimizers or ()))
    rules = [optimizer_of(each) for each in options.optimizers or ()]
    if not rules or options.start is None:
        missing = "--optimizer NAME:field=value" if not rules else "--start X,Y"
        raise InvalidInput(
            f"an expression needs {missing} too, as in: "
            'animopt render "x**2/20 + y**2" --optimizer Momentum:lr=0.1 --start -7,2'
        )
    start: Any = options.start
    bounds: Any = options.bounds or _around(text, rules, start, steps, limits)
    surface = surface_of(text, bounds, limits)
    title = surface.name if len(surface.name) <= _LONGEST_TITLE else None
    return Scene(surface, rules, start, steps, bounds=bounds, title=title)


def optimizer_of(text: str) -> Optimizer:
    """Return the optimizer that is written as NAME or NAME:field=value,...

    >>> optimizer_of("Momentum:lr=0.1,momentum=0.8").label
    'Momentum lr=0.1, momentum=0.8'
    """
    name, _, rest = text.partition(":")
    kind: type[Optimizer] = choose("optimizer", name.strip(), catalogue())
    known = {field.name: field for field in fields(kind)}
    given: dict[str, Any] = {}
    for part in rest.split(",") if rest else ():
        field, equals, value = (each.strip() for each in part.partition("="))
        if not (field and equals and value):
            raise InvalidInput(f"optimizer {short(text)}: write NAME:field=value,field=value")
        if field not in known:
            hint = did_you_mean(field, known)
            raise InvalidInput(f"optimizer {short(text)}: {name} has no field {field!r}{hint}")
        if field in given:
            raise InvalidInput(f"optimizer {short(text)}: {field} is given twice")
        usual = known[field].default
        if isinstance(usual, Optimizer) or field == "base":
            raise InvalidInput(f"optimizer {short(text)}: {field} belongs into a scene file")
        given[field] = value if field == "label" else typed(value, usual, f"{name}.{field}")
    return kind(**given)


def _around(
    text: str, rules: Sequence[Optimizer], start: Any, steps: int, limits: Limits
) -> Bounds:
    """Return bounds around the paths, with some room, and no side far longer than the other."""
    middle = np.asarray(start, dtype=float)
    if middle.shape != (2,) or not np.isfinite(middle).all():
        raise InvalidInput(f"start={short(start)}: give two finite numbers, as in --start -7,2")
    reach = max(1.0, float(np.abs(middle).max()))
    wide = ((-2 * reach, 2 * reach), (-2 * reach, 2 * reach))
    runs = simulate(Problem(surface_of(text, wide, limits), rules, start, steps))
    points = np.concatenate([run.points for run in runs])
    near = points[(np.abs(points) <= _FAR * reach).all(axis=1)]
    return _roomy(np.vstack([near, middle]))


def _roomy(points: Array) -> Bounds:
    low, high = points.min(axis=0), points.max(axis=0)
    longest = float((high - low).max()) or max(1.0, float(np.abs(points).max()))
    half = np.maximum(high - low, longest / 3) * (1 + _ROOM) / 2
    center = (low + high) / 2
    (x0, y0), (x1, y1) = (center - half).tolist(), (center + half).tolist()
    return (x0, x1), (y0, y1)
