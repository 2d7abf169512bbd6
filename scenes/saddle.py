"""Leaving a saddle: adaptive methods find the way down at once, plain descent hardly moves."""

from animopt import Scene, Timeline, surfaces
from animopt.optimizers import SGD, Adagrad, Adam, Momentum, RMSprop

scene = Scene(
    surfaces.saddle(),  # -x²/2 + y²
    {
        "Adam": Adam(lr=0.05, beta1=0.9, beta2=0.99, eps=1e-7, eps_where="inside"),
        "Adagrad": Adagrad(lr=0.05, eps=1e-7, eps_where="inside"),
        "RMSprop": RMSprop(lr=0.05, rho=0.9, eps=1e-7, eps_where="inside"),
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
