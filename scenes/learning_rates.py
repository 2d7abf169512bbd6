"""One optimizer at four learning rates on the ring: too fast, fast, slow and slower."""

from animopt import Scene, Timeline, surfaces
from animopt.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Brake,
    Momentum,
    Optimizer,
    RMSprop,
    sweep,
)


def rates(
    title: str, optimizer: type[Optimizer], lr: list[float], **settings: float | str
) -> Scene:
    """Return the scene of one optimizer at several learning rates."""
    swept = sweep(optimizer, lr=lr, **settings)
    return Scene(
        surfaces.ring(),
        {f"lr {rate:g}": each for rate, each in zip(lr, swept, strict=True)},
        start=(0.1, 2.0),
        steps=999,
        title=title,
        timeline=Timeline(fps=25, speed={0: 0.5, 10: 1, 150: 3}, hold_first=2 / 25),
    )


sgd = rates("SGD", SGD, [0.3, 0.2, 0.1, 0.05])
momentum = rates("Momentum 0.5", Momentum, [0.3, 0.2, 0.1, 0.05], momentum=0.5)
adagrad = rates("Adagrad", Adagrad, [3, 2, 1, 0.5], initial_accumulator=0.1, eps=1e-7)
rmsprop = rates("RMSprop", RMSprop, [0.01, 0.005, 0.003, 0.002], rho=0.9, eps=1e-7)
adadelta = rates("Adadelta", Adadelta, [200, 100, 50, 30], rho=0.95, eps=1e-7)
adam = rates("Adam", Adam, [0.5, 0.3, 0.2, 0.1], eps=1e-7, eps_where="uncorrected")
brake = rates("Brake", Brake, [0.2, 0.1, 0.05, 0.03])
