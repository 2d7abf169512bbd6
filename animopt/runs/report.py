"""Report: what a simulation says in numbers, one row for each optimizer and each recorded run."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

import numpy as np

from animopt.checks import as_number
from animopt.errors import InvalidInput
from animopt.runs.arrivals import arrivals
from animopt.runs.problem import Problem
from animopt.runs.run import Run
from animopt.runs.simulation import Simulation
from animopt.runs.statistics import quantile, settling_step
from animopt.typing import Array

_ABSENT = "–"
# The fields that depend on the machine.
_TIMES = ("seconds", "step_seconds")


def _column(heading: str, spec: str = "", minor: int = 0, **default: Any) -> Any:
    """Declare a field and its column, which a table omits if every row has the default."""
    return field(metadata={"heading": heading, "spec": spec, "minor": minor}, **default)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One optimizer in numbers.

    A step is below the tolerance if its gap is (``Surface.gap``): the loss minus that of the
    lowest known minimum, or the loss itself if the surface has no known minimum.

    For an ensemble, each number is the median over the starts as ``quantile`` defines it; a start
    that diverged counts as worst.

    Attributes:
        scene: the name of the scene, if several are reported together.
        label: the optimizer's label.
        starts: the number of starts.
        final_loss: the loss at the last step, without noise; NaN after a divergence.
        lower_quartile, upper_quartile: of the final losses of an ensemble.
        best_loss: the lowest finite loss of the run.
        distance: from the last point to the nearest known minimum.
        first_below: the first step below the tolerance; None if there is none.
        stays_below: the first step from which all are below; None if the last one is not.
        success_rate: the fraction of an ensemble's starts that have arrived at the end.
        evaluations: calls of the objective for each start, of all three kinds together.
        value_calls, gradient_calls, hessian_calls: calls of one kind; None where unknown.
        ending: how the run ended; for an ensemble, how many starts ended in which way.
        seconds: the time that the steps took on this machine.
        step_seconds: the median time of one step for all starts together. Only the two times vary
            from run to run.
    """

    scene: str = _column("scene", default="")
    label: str = _column("optimizer")
    starts: int = _column("starts", "d", minor=4, default=1)
    final_loss: float = _column("final loss", ".4g")
    lower_quartile: float | None = _column("lower quartile", ".4g", minor=5, default=None)
    upper_quartile: float | None = _column("upper quartile", ".4g", minor=5, default=None)
    best_loss: float = _column("best loss", ".4g", minor=5)
    distance: float | None = _column("distance", ".4g", minor=3, default=None)
    first_below: int | None = _column("first arrival", "d", minor=2)
    stays_below: int | None = _column("there to stay", "d", minor=1)
    success_rate: float | None = _column("success", ".1%", default=None)
    evaluations: int | None = _column("evaluations", "d", minor=4)
    value_calls: int | None = _column("values", "d", minor=8)
    gradient_calls: int | None = _column("gradients", "d", minor=7)
    hessian_calls: int | None = _column("Hessians", "d", minor=7, default=0)
    ending: str = _column("ending")
    seconds: float | None = _column("seconds, here", ".3g", minor=6)
    step_seconds: float | None = _column("per step, here", ".2g", minor=9)


@dataclass(frozen=True)
class Column:
    """A column of a table, as text.

    A table that is too wide drops the columns with the highest ``minor`` first, and those with 0
    never.
    """

    heading: str
    cells: tuple[str, ...]
    is_text: bool
    minor: int = 0


def summarize(
    simulation: Simulation[Any], tolerance: float | None = None, scene: str = ""
) -> list[Row]:
    """Return a row for each trajectory; all but the times are the same on every run.

    The tolerance is the problem's own unless another is given.

    >>> from animopt import Scene, optimizers, simulate, surfaces
    >>> scene = Scene(surfaces.bowl(), [optimizers.SGD(lr=0.25)], start=(4, 0), steps=10)
    >>> (row,) = summarize(simulate(scene), tolerance=0.1)
    >>> row.final_loss == (4 / 2**10) ** 2, row.first_below, row.gradient_calls
    (True, 4, 10)

    Raises:
        InvalidInput: the tolerance is not a finite number above zero.
    """
    tolerance = simulation.problem.tolerance if tolerance is None else tolerance
    if not 0 < as_number(tolerance) < math.inf:
        raise InvalidInput(f"tolerance={tolerance!r}: give a finite number > 0")
    return [_row(run, simulation.problem, tolerance, scene) for run in simulation]


def columns(rows: Sequence[Row], timings: bool = True) -> list[Column]:
    """Return the columns of a table, numbers to four digits; one of defaults only is omitted."""
    shown = []
    for f in fields(Row):
        values = [getattr(row, f.name) for row in rows]
        # What is not known of a recorded run need not be shown for its sake.
        known = [value for value in values if value is not None]
        omitted = f.default is not MISSING and all(value == f.default for value in known)
        if omitted or (f.name in _TIMES and not timings):
            continue
        heading, spec, minor = (f.metadata[key] for key in ("heading", "spec", "minor"))
        cells = tuple(_readable(value, spec) for value in values)
        shown.append(Column(heading, cells, spec == "", minor))
    return shown


def as_markdown(rows: Sequence[Row], timings: bool = True) -> str:
    """Return a table in Markdown, numbers to four digits."""
    shown = columns(rows, timings)
    lines = [
        [column.heading for column in shown],
        [":---" if column.is_text else "---:" for column in shown],
        *zip(*(column.cells for column in shown), strict=True),
    ]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines
    )


def as_csv(rows: Sequence[Row], timings: bool = True) -> str:
    """Return every field, with all digits; a value that is missing or not finite is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_names(timings))
    writer.writerows(_record(row, timings).values() for row in rows)
    return text.getvalue().rstrip("\n")


def as_json(rows: Sequence[Row], timings: bool = True) -> str:
    """Return a list of objects, with all digits; a value that is missing or not finite is null."""
    records = [_record(row, timings) for row in rows]
    return json.dumps(records, indent=2, ensure_ascii=False, allow_nan=False)


def _row(run: Run, problem: Problem, tolerance: float, scene: str) -> Row:
    values, surface = _without_gaps(run.losses, run), problem.surface
    distances = surface.distances(run.paths[:, -1])
    below = surface.gap(values) < tolerance
    first_below = np.where(below.any(axis=1), run.steps[below.argmax(axis=1)], np.nan)
    calls = run.evaluations or {}
    ensemble: dict[str, Any] = {}
    if run.is_ensemble:
        arrived = below[:, -1]
        if surface.minima:
            arrived = arrivals(problem, run.paths, values, tolerance)[:, -1] >= 0
        ensemble = {
            "starts": len(values),
            "lower_quartile": float(quantile(values[:, -1], 0.25)),
            "upper_quartile": float(quantile(values[:, -1], 0.75)),
            "success_rate": float(np.mean(arrived)),
        }
    return Row(
        scene=scene,
        label=run.label,
        final_loss=float(quantile(values[:, -1])),
        best_loss=float(quantile(np.where(np.isfinite(values), values, np.inf).min(axis=1))),
        distance=float(quantile(distances.min(axis=1))) if surface.minima else None,
        first_below=_median_step(first_below),
        stays_below=_median_step(_steps_of(run, settling_step(below))),
        evaluations=sum(calls.values()) if calls else None,
        value_calls=calls.get("value"),
        gradient_calls=calls.get("gradient"),
        hessian_calls=calls.get("hessian"),
        ending=_ending(run),
        seconds=_last_known(run.seconds),
        step_seconds=run.step_seconds,
        **ensemble,
    )


def _without_gaps(losses: Array, run: Run) -> Array:
    """Return the losses (n, m) with gaps filled by the loss before; what diverged stays so."""
    finite = np.isfinite(losses)
    if finite.all():
        return losses
    filled = losses.copy()
    for row, known, ending in zip(filled, finite, run.endings, strict=True):
        until = run.index(ending.step) if ending.kind == "diverged" else len(row)
        last = np.maximum.accumulate(np.where(known, np.arange(len(row)), -1))[:until]
        row[:until] = np.where(last >= 0, row[np.maximum(last, 0)], np.nan)
    return filled


def _steps_of(run: Run, indices: Array) -> Array:
    """Return the training steps of points, where there are such points."""
    known = np.isfinite(indices)
    return np.where(known, run.steps[np.where(known, indices, 0).astype(int)], indices)


def _median_step(steps: Array) -> int | None:
    median = float(quantile(steps))
    return None if math.isnan(median) else int(median)


def _last_known(seconds: Array | None) -> float | None:
    known = None if seconds is None else seconds[np.isfinite(seconds)]
    return None if known is None or not known.size else float(known.max())


def _ending(run: Run) -> str:
    if not run.is_ensemble:
        return str(run.ending)
    counts = Counter(ending.kind for ending in run.endings)
    return ", ".join(f"{counts[kind]} {kind}" for kind in sorted(counts))


def _names(timings: bool) -> list[str]:
    return [f.name for f in fields(Row) if timings or f.name not in _TIMES]


def _record(row: Row, timings: bool) -> dict[str, Any]:
    return {name: _finite(getattr(row, name)) for name in _names(timings)}


def _readable(value: Any, spec: str) -> str:
    value = _finite(value)
    return _ABSENT if value is None else format(value, spec)


def _finite(value: Any) -> Any:
    """Return None for NaN and infinity, and any other value as it is."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
