"""The clock: which steps of a simulation are shown and for how long, in warped time by movement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from animopt.runs.simulation import Simulation
from animopt.typing import Bounds

if TYPE_CHECKING:
    from animopt.scene.look import Look
    from animopt.scene.timeline import Timeline


def clock(
    simulation: Simulation[Any], look: Look, timeline: Timeline | None = None
) -> tuple[tuple[int, float], ...]:
    """Return (step, seconds) of each frame, by the look's timeline or the one given."""
    timeline = timeline or look.timeline
    moved = movement(simulation, look.bounds) if timeline.warp else None
    return tuple(timeline.pictures(simulation.problem.steps, moved))


def movement(simulation: Simulation[Any], bounds: Bounds) -> list[float]:
    """Return how much moves in each step, (steps,): the part of its path that each run covers.

    The whole path of every run counts the same, so that one which never comes to rest does not
    outweigh short, fast ones; movement outside the bounds does not count.
    """
    low, high = np.array(bounds).T
    total = np.zeros(simulation.problem.steps)
    for run in simulation:
        path = run.paths[:, run.on_clock(simulation.problem.steps)]
        places = np.clip((path - low) / (high - low), 0, 1)
        hops = np.nan_to_num(np.linalg.norm(np.diff(places, axis=-2), axis=-1))
        lengths = hops.sum(axis=-1, keepdims=True)
        parts = np.divide(hops, lengths, out=np.zeros_like(hops), where=lengths > 0)
        total += parts.mean(axis=0)
    moved: list[float] = total.tolist()
    return moved
