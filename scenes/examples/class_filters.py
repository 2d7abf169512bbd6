"""What each digit looks for: the ten weight images of softmax regression as they form.

Orange pixels speak for the digit, blue ones against it; each step of gradient descent adds what the
digits that were taken for others have in common.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
from _digits import digits, softmax, softmax_loss, softmax_slopes
from _networks import descend
from matplotlib.colors import LinearSegmentedColormap

from animopt import Run, Scene, Timeline
from animopt.optimizers import Momentum
from animopt.typing import Array

STEPS = 200


def trained(seed: int = 0) -> tuple[Array, Run]:
    """Return all weights at each step, (steps + 1, 10, 65), and the run."""
    rng = np.random.default_rng(seed)
    x, y = digits(order=rng)
    train, test = (x[:1000], y[:1000]), (x[1000:], y[1000:])

    def slopes(step: int, theta: Array) -> Array:
        return softmax_slopes(theta.reshape(10, 65), *train).ravel()

    start = rng.normal(0, 0.01, 650)
    path = islice(descend(Momentum(lr=0.1, momentum=0.9), start, slopes), STEPS + 1)
    thetas = np.array(list(path)).reshape(-1, 10, 65)
    right = [np.mean(softmax(theta, test[0]).argmax(axis=1) == test[1]) for theta in thetas]
    losses = [softmax_loss(theta, *train) for theta in thetas]
    return thetas, Run(None, losses, label="momentum", metrics={"test_accuracy": right})


class FiltersPanel:
    """The weights of each digit as a picture of 8 x 8 pixels, all in the same colours."""

    projection = None
    margins = (8.0, 8.0, 8.0, 20.0)

    def __init__(self, thetas: Array) -> None:
        # Three rows of four places, each with a margin of one pixel; two stay empty.
        places = np.full((len(thetas), 12, 10, 10), np.nan)
        places[:, :10, 1:9, 1:9] = thetas[:, :, :64].reshape(-1, 10, 8, 8)
        rows = places.reshape(len(thetas), 3, 4, 10, 10).swapaxes(2, 3)
        self.images = rows.reshape(len(thetas), 30, 40)

    def setup(self, ax: Any, picture: Any) -> None:
        """Create the image."""
        theme = picture.theme
        colors = LinearSegmentedColormap.from_list(
            "weights", [theme.cycle[0], theme.paper, theme.cycle[1]]
        )
        most = np.nanmax(np.abs(self.images))
        self.image = ax.imshow(self.images[0], cmap=colors, vmin=-most, vmax=most)
        for digit in range(10):
            place = 10 * (digit % 4) + 0.6, 10 * (digit // 4) + 0.2
            ax.text(*place, str(digit), color=theme.ink, fontsize=9)
        ax.set_axis_off()

    def update(self, k: int) -> Sequence[Any]:
        """Turn to step k."""
        self.image.set_data(self.images[k])
        return [self.image]


weights, run = trained()
scene = Scene(
    None,
    [run],
    title="What each digit looks for",
    panels=[FiltersPanel(weights), "loss", "test_accuracy"],
    legend=False,
    timeline=Timeline(fps=25, speed={0: 0.5, 20: 1, 60: 4}, hold_last=1.5),
)
