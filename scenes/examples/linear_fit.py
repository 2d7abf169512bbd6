"""Two weights of a straight fit: what each step sees, what an epoch says, and what is true.

The ground is the true loss, without noise. From (-0.6, -0.4) all paths share one line; from
(-0.6, 1.2) they part. Torch's own optimizers take the same steps on the same data, up to rounding:
their paths cover ours.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from _linear import linear_runs, true_loss

from animopt import Run, Scene, Surface, Timeline
from animopt.animate import CurvePanel
from animopt.picture.tracks import Track
from animopt.runs.problem import Problem
from animopt.typing import Array

data = Path(__file__).parent / "data"  # data/make.py wrote the files

surface = Surface(
    lambda u, v: true_loss(np.stack([u, v], axis=-1)),
    name="true loss",
    bounds=((-1.0, 1.4), (-0.8, 1.6)),
    minima=[(0.5, 0.8)],
)
ours = linear_runs()

scene = Scene(
    surface,
    ours,
    title="A straight fit: the true loss, that of each batch, and the mean of each epoch",
    panels=["contour", "loss", "batch_loss", "epoch_loss"],
    timeline=Timeline(fps=25, speed={0: 0.5, 25: 1, 50: 5}, hold_last=1.5),
)
parting = Scene(
    surface,
    linear_runs(start=(-0.6, 1.2)),
    title="The same from (-0.6, 1.2): the paths part",
    bounds=((-1.0, 1.4), (-0.6, 1.8)),
    timeline=scene.timeline,
)


@dataclass
class GapPanel(CurvePanel):
    """The largest distance so far between our points and torch's, in units of their rounding."""

    title: str = field(default="Largest distance to torch's points so far, in 1e-16", init=False)

    def curve(self, run: Track, problem: Problem) -> Array:
        """Return the distance at each step; torch's runs have none."""
        theirs = [each for each in torch if each.label == f"{run.label} (torch)"]
        if not theirs:
            return np.full(len(run.points), np.nan)
        return np.maximum.accumulate(1e16 * np.linalg.norm(run.points - theirs[0].points, axis=1))


torch = [Run.load(data / f"linear_torch-{i}.npz") for i in range(5)]
chosen = ("Momentum", "RMSprop", "Adam")
against_torch = Scene(
    surface,
    [run for run in (*ours, *torch) if run.label.split()[0] in chosen],
    title="Our steps, and torch's on the same data",
    panels=["contour", GapPanel()],
    timeline=scene.timeline,
)
