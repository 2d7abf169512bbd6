"""Readers: runs from files, from SciPy's callbacks and from Optuna's trials."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, Self, TypeVar

import numpy as np

from animopt.errors import InvalidInput, did_you_mean, short
from animopt.files import at_home
from animopt.runs.run_files import read, write

R = TypeVar("R")


class Readers:
    """The ways to a Run from what other programs leave behind."""

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, label: str | None = None) -> Self:
        """Return the run in a .npz or .csv file.

        The columns are step, x, y, loss, seconds and off_plane, each of which may be absent, but x
        and y, or loss, must be there; any other is a metric. In a .csv an empty cell is a gap, and
        a first column without a name, as pandas writes it, is passed over. A .npz may hold
        ``points``, (m, 2) or (m, k), instead of x and y. Nothing in a file is executed.

        Args:
            path: the file.
            label: the name of the run; else that in a .npz, or the name of the file.

        Raises:
            InvalidInput: there is no such file, or it is no run; the sentence names the line.
        """
        file = at_home(path)
        columns = read(file)
        named = columns.pop("label", None) or file.stem
        return _make(cls, columns, label or named, f"Run.load({str(path)!r})")

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the run to a .npz or .csv file, whole or not at all; ``Run.load`` reads it back.

        Raises:
            InvalidInput: the suffix is another, no file can be written there, or the run is an
                ensemble or has more than two coordinates, which a .csv cannot hold.
            ExportError: there is no space.
        """
        write(at_home(path), self)

    @classmethod
    def of_history(cls, history: Iterable[Any], values: Any = None, *, label: str) -> Self:
        """Return the run of what a callback was given, as of ``scipy.optimize.minimize``.

        SciPy calls back after each iteration, not with the start, and may change x afterwards:

            history = [x0]
            minimize(f, x0, callback=lambda xk: history.append(xk.copy()))
            run = Run.of_history(history, label="BFGS")

        Args:
            history: points (2,) or (k,), or results that have them as ``x`` and their loss as
                ``fun``, as a callback with the parameter ``intermediate_result`` is given.
            values: the losses; None for those of the results, else of the surface.
            label: the name of the run.

        Raises:
            InvalidInput: it is empty, or its members are not points of equal length.

        Source: https://docs.scipy.org/doc/scipy/reference/generated/scipy.optimize.minimize.html

        >>> from animopt import Run
        >>> Run.of_history([(2, 1), (1, 0.5)], label="BFGS").points.tolist()
        [[2.0, 1.0], [1.0, 0.5]]
        """
        kept = list(history)
        if not kept:
            raise InvalidInput("Run.of_history([]): the history is empty; was the callback called?")
        if all(hasattr(each, "x") for each in kept):
            if values is None and all(hasattr(each, "fun") for each in kept):
                values = [float(each.fun) for each in kept]
            kept = [each.x for each in kept]
        return _make(cls, {"points": kept, "values": values}, label, "Run.of_history")

    @classmethod
    def of_trials(cls, study: Any, x: str, y: str, *, label: str, best: bool = False) -> Self:
        """Return the run of an Optuna study: a point for each trial that has a value.

        The step is the trial's number, so trials that failed or were pruned are skipped; seconds
        count from the start of the first trial, and stop at the end of each. A parameter that a
        trial does not have is a gap.

        Args:
            study: the study, with one objective; anything with ``trials`` like Optuna's.
            x, y: the names of the two parameters that are shown.
            label: the name of the run.
            best: the best trial so far instead of each trial, by the direction of the study.

        Raises:
            InvalidInput: no trial has a value, or none has such a parameter, or it is no number.

        Source: https://optuna.readthedocs.io/en/stable/reference/generated/optuna.study.Study.html
        """
        trials = [trial for trial in study.trials if _value(trial) is not None]
        if not trials:
            raise InvalidInput(f"Run.of_trials({short(study)}): no trial has a value yet")
        for name in (x, y):
            known = {each for trial in trials for each in trial.params}
            if name not in known:
                hint = did_you_mean(str(name), known)
                raise InvalidInput(f"Run.of_trials: no trial has a parameter {name!r}{hint}")
        points = np.array([[_parameter(trial, name) for name in (x, y)] for trial in trials])
        values = np.array([_value(trial) for trial in trials], dtype=np.float64)
        seconds = _times(trials)
        if best:
            goal = getattr(getattr(study, "direction", None), "name", "MINIMIZE")
            chosen = _best_so_far(-values if goal == "MAXIMIZE" else values)
            points, values = points[chosen], values[chosen]
        steps = [trial.number for trial in trials]
        columns = {"points": points, "values": values, "steps": steps, "seconds": seconds}
        return _make(cls, columns, label, "Run.of_trials")


def _make(cls: type[R], columns: dict[str, Any], label: str, who: str) -> R:
    """Return cls of columns; an error names the call."""
    make: Any = cls
    try:
        made: R = make(label=label, **columns)
    except InvalidInput as error:
        raise InvalidInput(f"{who}: {error}") from error
    return made


def _value(trial: Any) -> float | None:
    """Return the value of a trial that is complete; one that was pruned has only reported one."""
    state = getattr(getattr(trial, "state", None), "name", "COMPLETE")
    values = getattr(trial, "values", None)
    if values is not None and not callable(values) and len(values) > 1:
        raise InvalidInput("Run.of_trials(study): it has several objectives; give one with one")
    return trial.value if state == "COMPLETE" else None


def _parameter(trial: Any, name: str) -> float:
    value = trial.params.get(name, np.nan)
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise InvalidInput(
            f"Run.of_trials: parameter {name!r} of trial {trial.number} is {short(value)}; choose "
            "one that is a number"
        )
    return float(value)


def _times(trials: list[Any]) -> list[float] | None:
    """Return when each trial was complete, in seconds; None unless it is known and in order."""
    ends = [getattr(trial, "datetime_complete", None) for trial in trials]
    begun = getattr(trials[0], "datetime_start", None)
    if begun is None or None in ends:
        return None
    seconds = [float((end - begun).total_seconds()) for end in ends]
    return seconds if seconds == sorted(seconds) else None  # trials may run side by side


def _best_so_far(values: Any) -> Any:
    """Return for each position the index of the lowest value up to there, the first of equals."""
    lowest = np.fmin.accumulate(values)
    new = np.append(True, lowest[1:] < lowest[:-1])
    return np.maximum.accumulate(np.where(new, np.arange(len(values)), 0))
