"""What a random step is worth: 100 of them beside one along the gradient, all of the same length.

At the start and half-way through training, not one random step gets a tenth as far as the gradient:
in 2410 dimensions nearly all directions are nearly level.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
from _digits import digits
from _networks import Network, descend

from animopt import Run, Scene, Timeline
from animopt.optimizers import SGD
from animopt.typing import Array

STEPS, TRIED, RATE = 400, 100, 0.1
network = Network(64, 32, 10)


def changes(theta: Array, rng: np.random.Generator, x: Array, y: Any) -> Array:
    """Return what the step along the gradient changes, and what random ones of its length do."""
    before, slopes = network.slopes(theta, x, y)
    length = RATE * np.linalg.norm(slopes)
    steps = rng.standard_normal((TRIED, network.size))
    steps *= length / np.linalg.norm(steps, axis=1, keepdims=True)
    every = [-RATE * slopes, *steps]
    return np.array([network.judge(theta + step, x, y)[0] - before for step in every])


def measured(seed: int = 0) -> dict[str, Array]:
    """Return the changes at the start and half-way."""
    rng = np.random.default_rng(seed)
    x, y = digits(500, order=rng)

    def slopes(step: int, theta: Array) -> Array:
        return network.slopes(theta, x, y)[1]

    path = descend(SGD(lr=RATE), network.start(rng), slopes)
    start, *_, half_way = islice(path, STEPS // 2 + 1)
    return {
        "At the start": changes(start, rng, x, y),
        f"After {STEPS // 2} of {STEPS} steps": changes(half_way, rng, x, y),
    }


class HistogramPanel:
    """How many of the random steps so far changed the loss by how much, and the gradient's."""

    projection = None

    def __init__(self, title: str, found: Array) -> None:
        self.title, self.found = title, found
        most = np.abs(found).max()
        self.edges = np.linspace(-1.1 * most, 0.4 * most, 121)

    def setup(self, ax: Any, picture: Any) -> None:
        """Draw the line of the gradient, and create the bars."""
        gradient, random = (track.color for track in picture.paths)
        ax.axvline(self.found[0], color=gradient, linewidth=2.2)
        ax.axvline(0, color=picture.theme.faint, linewidth=1)
        ax.set_title(f"{self.title}: change of the loss", loc="left", fontsize=9, pad=5)
        ax.spines[["top", "right"]].set_visible(False)
        highest = np.histogram(self.found[1:], self.edges)[0].max()
        ax.set_ylim(0, 1.1 * highest)
        ax.set_xlim(self.edges[0], self.edges[-1])
        ax.locator_params(axis="x", nbins=5)
        nothing = np.zeros(len(self.edges) - 1)
        self.bars = ax.stairs(nothing, self.edges, fill=True, color=random)

    def update(self, k: int) -> Sequence[Any]:
        """Turn to the first k random steps."""
        self.bars.set_data(np.histogram(self.found[1 : k + 1], self.edges)[0])
        return [self.bars]


found = measured()
first = next(iter(found.values()))
scene = Scene(
    None,
    [
        Run(None, np.full(TRIED + 1, first[0]), label="a step along the gradient"),
        Run(None, np.minimum.accumulate([0.0, *first[1:]]), label="random steps of its length"),
    ],
    title="A gradient is worth more than 100 guesses",
    panels=[HistogramPanel(title, each) for title, each in found.items()],
    timeline=Timeline(fps=20, hold_last=1.5),
)
