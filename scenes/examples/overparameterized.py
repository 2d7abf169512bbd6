"""More parameters, less luck: gradient descent in three networks, each from seven starts.

All seven differ by noise of deviation 0.2 in each weight. Where parameters are few, it is a matter
of luck where descent gets in 150 steps; where they are many, all starts get far, and equally far.
"""

from pathlib import Path

import numpy as np

from animopt import Run, Scene, Timeline

# data/make.py wrote the file: of each network, the losses from seven starts, (7, steps + 1).
losses = np.load(Path(__file__).parent / "data" / "widths.npz")["losses"].astype(float)
labels = "10 units", "20 + 20 units", "100 + 100 units"

scene = Scene(
    None,
    [Run(None, each, label=label) for each, label in zip(losses, labels, strict=True)],
    title="Seven starts each, and their median",
    panels=["loss"],
    timeline=Timeline(fps=25, speed={0: 0.5, 20: 1}, hold_last=1.5),
)
