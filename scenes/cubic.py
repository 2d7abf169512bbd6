"""Unbounded below: momentum shoots through the basin and over the edge, the others settle."""

from animopt import Scene, Timeline, surfaces
from animopt.optimizers import SGD, Adagrad, Adam, Momentum, RMSprop

scene = Scene(
    surfaces.cubic(),  # x² + y² + y³ + x y
    {
        "SGD": SGD(lr=0.01),
        "Adagrad": Adagrad(lr=0.5),
        "RMSprop": RMSprop(lr=0.1),
        "Momentum": Momentum(lr=0.01, momentum=0.9),
        "Adam": Adam(lr=0.1, beta1=0.9, beta2=0.99),
    },
    start=(2, 3),
    steps=150,
    title="Over the edge",
    view="surface",
    bounds=((-3, 3), (-3, 3)),
    timeline=Timeline(fps=25, speed={0: 0.5, 30: 1}, hold_last=1.5),
)
