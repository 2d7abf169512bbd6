"""A ravine: momentum overshoots, SGD zigzags; the arrows are the negative gradient."""

from animopt import Scene, Timeline, surfaces
from animopt.optimizers import SGD, Adagrad, Adam, Momentum

scene = Scene(
    surfaces.bowl(a=1 / 20, b=1),  # x²/20 + y²
    {
        "SGD": SGD(lr=0.95),
        "Momentum": Momentum(lr=0.1, momentum=0.95),
        "Adagrad": Adagrad(lr=1.5),
        "Adam": Adam(lr=0.3),
    },
    start=(-7, 2),
    steps=30,
    title="Down the ravine",
    bounds=((-10, 10), (-10, 10)),
    arrows=True,
    timeline=Timeline(fps=25, speed=0.25, hold_last=1.5),
)
