"""Plans: the start and the number of steps of each optimizer that is to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from animopt.checks import MOST_POINTS, check_start, check_steps
from animopt.errors import InvalidInput
from animopt.optimizers import Optimizer
from animopt.runs.labels import by_label
from animopt.typing import ABSENT, Points


@dataclass(frozen=True, eq=False)
class Plans:
    """Who starts where, and for how long.

    Attributes:
        starts, budgets: by label, of every optimizer that is to run.
        start: the start of the first of them; where there is none, the first recorded point.
        last: the last step of all, of simulated and recorded runs.
        given: the start and the steps as they were given, which a copy of the problem has to be
            told again: for all, or by whole label; ABSENT where nothing runs.
    """

    starts: Mapping[str, Points]
    budgets: Mapping[str, int]
    start: Points
    last: int
    given: Mapping[str, Any]

    @classmethod
    def of(
        cls, simulated: Sequence[Optimizer], recorded: Sequence[Any], start: Any, steps: Any
    ) -> Plans:
        """Return the plans of optimizers, beside runs that are recorded."""
        ends = [int(run.steps[-1]) for run in recorded]
        if not simulated:
            for name, value in {"start": start, "steps": steps}.items():
                if value is not ABSENT:
                    raise InvalidInput(
                        f"Scene({name}=...): every run is recorded and brings its own {name}; "
                        f"leave {name} out, or add an optimizer, such as Adam(lr=0.1)"
                    )
            first = np.zeros(2)
            if (path := getattr(recorded[0], "paths", None)) is not None and path.shape[-1] == 2:
                first = np.array(path[0, 0])
            first.flags.writeable = False
            return cls({}, {}, first, max(ends), {"start": ABSENT, "steps": ABSENT})
        if isinstance(start, Mapping):
            named = by_label("Scene(start=...)", start, simulated)
            start = starts = {label: check_start(each) for label, each in named.items()}
        else:
            start = check_start(start)
            starts = dict.fromkeys((each.label for each in simulated), start)
        sizes = {label: each.size // 2 for label, each in starts.items()}
        if isinstance(steps, Mapping):
            named = by_label("Scene(steps=...)", steps, simulated)
            steps = budgets = {label: check_steps(n, sizes[label]) for label, n in named.items()}
        else:
            steps = check_steps(steps, sum(sizes.values()))
            budgets = dict.fromkeys(starts, steps)
        points = sum(sizes[label] * (budget + 1) for label, budget in budgets.items())
        if points > MOST_POINTS:
            raise InvalidInput(
                f"Scene(steps=...) are too many: {points:.4g} points in all, at most "
                f"{MOST_POINTS:.0e} are allowed"
            )
        last = max(*budgets.values(), *ends, 0)
        given = {"start": start, "steps": steps}
        return cls(starts, budgets, starts[simulated[0].label], last, given)

    @property
    def is_ensemble(self) -> bool:
        """Whether any optimizer has many starts rather than one."""
        return any(start.ndim == 2 for start in self.starts.values())

    @property
    def shared_start(self) -> Points | None:
        """The start of all optimizers; None where each has its own, or none is to run."""
        start = self.given["start"]
        return start if isinstance(start, np.ndarray) else None

    def carried(self, old: Sequence[Any], new: Sequence[Any]) -> dict[str, Any]:
        """Return the start and the steps, where a copy must be told, for other optimizers.

        One with the same label keeps its own; else the one in its place, if there are as many.
        """
        if not any(isinstance(member, Optimizer) for member in new):
            return {"start": ABSENT, "steps": ABSENT}
        before = {}
        for i, member in enumerate(new):
            if member.label in self.starts:
                before[member.label] = member.label
            elif len(new) == len(old) and old[i].label in self.starts:
                before[member.label] = old[i].label
        return {
            name: {now: value[then] for now, then in before.items()}
            if isinstance(value, Mapping)
            else value
            for name, value in self.given.items()
        }
