"""A stretched bowl, ten times as steep one way as the other."""

from animopt import Scene, Timeline, surfaces
from animopt.optimizers import SGD, Adagrad, Adam, Momentum, RMSprop

scene = Scene(
    surfaces.bowl(a=0.2, b=2),  # 0.2 x² + 2 y²
    {
        "SGD": SGD(lr=0.2),
        "Adagrad": Adagrad(lr=0.5),
        "RMSprop": RMSprop(lr=0.1),
        "Momentum": Momentum(lr=0.01, momentum=0.9),
        "Adam": Adam(lr=0.2, beta1=0.9, beta2=0.99),
    },
    start=(3, 4),
    steps=50,
    title="A stretched bowl",
    timeline=Timeline(fps=25, speed=0.5, hold_last=1.5),
)
