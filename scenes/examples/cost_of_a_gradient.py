"""What a gradient costs: two to four forward passes, for thousands of slopes at once.

Recorded: the processor's seconds for a network of 17 710 parameters, 1 to 4096 examples at a time.
Up to a few dozen examples, a pass costs what NumPy's calls cost.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from animopt import Run, Scene, Timeline

recorded = np.load(Path(__file__).parent / "data" / "cost.npz")  # data/make.py wrote it
examples = recorded["examples"]
times = {"forward": recorded["forward"], "forward and backward": recorded["both"]}


class CostPanel:
    """Seconds against the number of examples, one measurement after the other."""

    projection = None
    margins = (48.0, 34.0, 14.0, 18.0)

    def setup(self, ax: Any, picture: Any) -> None:
        """Draw the axes, and create the lines."""
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_xlim(examples[0] / 1.3, examples[-1] * 1.3)
        every = np.concatenate([*times.values()])
        ax.set_ylim(every.min() / 1.5, every.max() * 1.5)
        ax.set_title("Seconds for a pass", loc="left", fontsize=9, pad=5)
        ax.set_xlabel("examples", fontsize=9)
        ax.grid(visible=True, linewidth=0.6)
        ax.spines[["top", "right"]].set_visible(False)
        self.lines = [
            ax.plot([], [], "o-", color=track.color, linewidth=2.2, markersize=5)[0]
            for track in picture.paths
        ]

    def update(self, k: int) -> Sequence[Any]:
        """Turn to the first k + 1 numbers of examples."""
        for line, seconds in zip(self.lines, times.values(), strict=True):
            line.set_data(examples[: k + 1], seconds[: k + 1])
        return self.lines


scene = Scene(
    None,
    [Run(None, seconds, label=label) for label, seconds in times.items()],
    title="What a gradient costs",
    panels=[CostPanel()],
    counter=False,
    timeline=Timeline(fps=20, speed=0.25, hold_last=2.0),
)
