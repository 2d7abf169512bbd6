"""Leaving a saddle: adaptive methods find the way down at once, plain descent hardly moves."""

from animopt import Scene, Timeline, surfaces
from animopt.optimizers import SGD, Adagrad, Adam, Momentum, RMSprop

adaptive = {"lr": 0.05, "eps": 1e-7, "eps_where": "inside"}

scene = Scene(
    surfaces.saddle(),  # -x²/2 + y²
    {
        "Adam": Adam(beta1=0.9, beta2=0.99, **adaptive),
        "Adagrad": Adagrad(**adaptive),
        "RMSprop": RMSprop(rho=0.9, **adaptive),
        "Momentum": Momentum(lr=0.05, momentum=0.9),
        "SGD": SGD(lr=0.05),
    },
    start=(1e-5, 0.5),
    steps=100,
    title="Leaving a saddle",
    view="both",
    bounds=((-1, 2), (-1, 1)),
    zlim=(-3, 2),
    timeline=Timeline(fps=25, hold_last=1.5),
)
