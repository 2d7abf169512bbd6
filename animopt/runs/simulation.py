"""simulate: turn a problem into a Simulation, with every run computed before drawing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, islice
from typing import Any, Generic, TypeVar

import numpy as np

from animopt.errors import InvalidInput, answering
from animopt.optimizers.base import Optimizer
from animopt.runs.hands import hired, spread
from animopt.runs.labels import named
from animopt.runs.pieces import Noise, joined, pieces_of, run_piece
from animopt.runs.problem import Problem, check_problem
from animopt.runs.run import Run

Asked = TypeVar("Asked", bound=Problem)
"""What is simulated: a Problem, or a Scene, which is one and knows how it is shown."""


@dataclass(frozen=True, eq=False)
class Simulation(Generic[Asked]):
    """All runs of a problem, in its order: trajectories, and runs that were recorded elsewhere.

    ``simulation["Adam"]`` is the run with that label, or the only one of that kind. ``scene`` is
    what was asked: where it is a Scene, its look is the default of all that shows the simulation.

    >>> from animopt import Scene, optimizers, surfaces
    >>> scene = Scene(surfaces.bowl(), [optimizers.SGD(lr=0.25)], start=(4, 2), steps=2)
    >>> simulate(scene)["SGD lr=0.25"].points
    array([[4. , 2. ],
           [2. , 1. ],
           [1. , 0.5]])
    """

    scene: Asked
    trajectories: tuple[Run, ...]

    @property
    def problem(self) -> Problem:
        """What decided the numbers."""
        return self.scene.problem

    def __getitem__(self, label: str) -> Run:
        try:
            return named("trajectory", label, self.trajectories)
        except InvalidInput as error:
            raise KeyError(str(error)) from None

    def __iter__(self) -> Iterator[Run]:
        return iter(self.trajectories)

    def __len__(self) -> int:
        return len(self.trajectories)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Show the simulation if it is the last line of a notebook cell."""
        from animopt.notebook import bundle

        return bundle(self)

    def _repr_html_(self) -> str | None:
        """Show the simulation on a page that sphinx-gallery makes."""
        from animopt.notebook import image

        return image(self)


@answering(scene="Scene(...)")
def simulate(scene: Asked, *, executor: Any = None) -> Simulation[Asked]:
    """Run every optimizer of a scene; divergence is a recorded ending, never an exception.

    Runs that are recorded already are put on the surface: projected, if it is a plane, and given
    its values where they have no losses of their own. Runs may be of unequal lengths.

    Args:
        scene: the problem.
        executor: an executor of concurrent.futures, or a Dask client: its processes run the
            optimizers, and an ensemble in blocks of starts. The numbers are the same, but for the
            seconds.

    Raises:
        InvalidInput: it is no Scene and no Problem, or the surface has no finite value at a start
            or does not return real numbers of the shape it was given, or cannot hold a run.
        ExportError: the executor gives up.
    """
    check_problem("simulate", scene)
    plans, own = scene.plans, [each for each in scene.optimizers if isinstance(each, Optimizer)]
    starts = {each.label: np.atleast_2d(plans.starts[each.label]) for each in own}
    weight = sum(plans.budgets[label] * (1000 + len(each)) for label, each in starts.items())
    hands = hired("simulate", executor, weight)
    longest = max(plans.budgets.values(), default=0)
    # One for each number of starts, so that it is drawn once.
    noises = cache(partial(Noise, scene.noise, scene.seed, longest))
    pieces = {
        label: pieces_of(
            scene.surface, member, starts[label], plans.budgets[label], noises,
            hands.count if hands else 1,
        )
        for label, member in ((each.label, each) for each in own)
    }  # fmt: skip
    parts = spread(run_piece, list(chain(*pieces.values())), hands)
    runs: list[Run] = []
    for member in scene.optimizers:
        if isinstance(member, Optimizer):
            found = list(islice(parts, len(pieces[member.label])))
            runs.append(joined(found, member, plans.starts[member.label].ndim == 2))
        else:
            with np.errstate(all="ignore"):
                runs.append(member.on(scene.surface))
    return Simulation(scene, tuple(runs))
