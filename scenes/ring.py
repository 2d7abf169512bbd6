"""Seven optimizers find their way around a circular valley, with TensorFlow 2.10's conventions."""

import numpy as np

from animopt import Scene, Timeline, surfaces
from animopt.optimizers import SGD, Adadelta, Adagrad, Adam, Brake, Momentum, RMSprop

angle = np.linspace(0, 2 * np.pi, 200)

scene = Scene(
    surfaces.ring(),  # (x² + y² - 1)² + (x + 1)² / 8
    {
        "sgd": SGD(lr=0.1),
        "momentum": Momentum(lr=0.1, momentum=0.5),
        "adagrad": Adagrad(lr=2.0, initial_accumulator=0.1, eps=1e-7),
        "rmsprop": RMSprop(lr=0.005, rho=0.9, eps=1e-7),
        "adadelta": Adadelta(lr=100.0, rho=0.95, eps=1e-7),
        "adam": Adam(lr=0.2, eps=1e-7, eps_where="uncorrected"),
        "brake": Brake(lr=0.1),
    },
    start=(0.1, 2.0),
    steps=999,
    title="Around the ring",
    bounds=((-1.5, 1.5), (-2.1, 2.1)),
    labels=True,
    guides=[np.column_stack([np.cos(angle), np.sin(angle)])],
    # Half speed for ten steps, three times the speed from step 150, two frames more at the start.
    timeline=Timeline(fps=25, speed={0: 0.5, 10: 1, 150: 3}, hold_first=2 / 25),
)
