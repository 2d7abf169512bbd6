"""The clock: which steps of a simulation are shown and for how long, in warped time by movement."""

from __future__ import annotations

import numpy as np

from animopt.simulation import Simulation
from animopt.timeline import Timeline


def pictures(simulation: Simulation, timeline: Timeline | None = None) -> list[tuple[int, float]]:
    """Return (step, seconds) of each picture, by the scene's timeline or the one given."""
    timeline = timeline or simulation.scene.timeline
    moved = movement(simulation) if timeline.warp else None
    return timeline.pictures(simulation.scene.steps, moved)


def movement(simulation: Simulation) -> list[float]:
    """Return how much moves in each step, (steps,): the part of its path that each run covers.

    The whole path of every run counts the same, so that one which never comes to rest does not
    outweigh short, fast ones; movement outside the picture does not count.
    """
    low, high = np.array(simulation.scene.bounds).T
    total = np.zeros(simulation.scene.steps)
    for trajectory in simulation:
        places = np.clip((trajectory.points - low) / (high - low), 0, 1)
        hops = np.nan_to_num(np.linalg.norm(np.diff(places, axis=-2), axis=-1))
        lengths = hops.sum(axis=-1, keepdims=True)
        parts = np.divide(hops, lengths, out=np.zeros_like(hops), where=lengths > 0)
        total += parts.reshape(-1, len(total)).mean(axis=0)
    moved: list[float] = total.tolist()
    return moved
