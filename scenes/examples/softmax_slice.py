"""Two of 650 parameters: descent in the slice of one weight and one bias of softmax regression.

The other 648 stay where they are, so this is descent in the slice, not of the network. The valley
is 35 times as steep one way as the other: momentum follows it, gradient descent creeps. The star
is the optimum, which Newton's method finds in a few steps.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from _digits import digits, softmax_loss, softmax_slopes

from animopt import Scene, Surface, Timeline, simulate, surfaces
from animopt.animate import CurvePanel
from animopt.optimizers import SGD, Momentum, Newton
from animopt.picture.tracks import Track
from animopt.runs.problem import Problem
from animopt.scene import Space
from animopt.typing import Array

PIXEL, DIGIT = 36, 1


def cut(seed: int = 0, **settings: Any) -> Surface:
    """Return the slice of the weight of a pixel and the bias, both of the same digit."""
    rng = np.random.default_rng(seed)
    x, y = digits(500, order=rng)

    def slopes(parts: dict[str, Array]) -> dict[str, Array]:
        return _parts(softmax_slopes(np.column_stack([*parts.values()]), x, y))

    return surfaces.slice_of(
        lambda parts: softmax_loss(np.column_stack([*parts.values()]), x, y),
        _parts(rng.normal(0, 0.01, (10, 65))),
        (f"weight[{DIGIT}, {PIXEL}]", f"bias[{DIGIT}]"),
        gradient=slopes,
        name="softmax regression",
        bounds=((-1.5, 4.5), (-4.0, 4.5)),
        **settings,
    )


def _parts(theta: Array) -> dict[str, Array]:
    """Return weights and biases by name."""
    return {"weight": theta[:, :64], "bias": theta[:, 64]}


def lowest(surface: Surface) -> Array:
    """Return the optimum, which Newton's method finds in a few steps."""
    newton = simulate(Scene(surface, Newton(), start=(0, 0), steps=20))
    return np.asarray(newton.trajectories[0].points[-1])


optimum = lowest(cut())


@dataclass
class GapPanel(CurvePanel):
    """How far one coordinate is from the optimum's."""

    axis: int = 0
    title: str = field(default="", init=False)
    span: ClassVar[float] = 1.0  # always logarithmic

    def __post_init__(self) -> None:
        self.title = f"Distance of the {('weight', 'bias')[self.axis]} to its optimum"

    def curve(self, run: Track, problem: Problem) -> Array:
        """Return the distance at each step."""
        return np.asarray(np.abs(run.points[:, self.axis] - optimum[self.axis]))


scene = Scene(
    cut(minima=[optimum]),
    {"GD": SGD(lr=0.1), "Momentum": Momentum(lr=0.1, momentum=0.9)},
    start=(2.5, 3.7),
    steps=300,
    title="A weight and a bias of one digit: descent in the slice",
    panels=["surface", GapPanel(0), GapPanel(1)],
    elev=45,
    azim=-130,
    space=Space(alpha=0.5),
    minima="star",
    timeline=Timeline(fps=25, speed={0: 0.5, 20: 1, 100: 4}, hold_last=1.5),
)
