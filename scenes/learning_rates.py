"""One optimizer at four learning rates on the ring: too fast, fast, slow and slower."""

from animopt import Scene, Timeline, surfaces
from animopt.optimizers import SGD, Adadelta, Adagrad, Adam, Brake, Momentum, RMSprop


def sweep(title, optimizer, rates, **settings):
    return Scene(
        surfaces.ring(),
        {f"lr {rate:g}": optimizer(lr=rate, **settings) for rate in rates},
        start=(0.1, 2.0),
        steps=999,
        title=title,
        timeline=Timeline(fps=25, speed={0: 0.5, 10: 1, 150: 3}, hold_first=2 / 25),
    )


sgd = sweep("SGD", SGD, [0.3, 0.2, 0.1, 0.05])
momentum = sweep("Momentum 0.5", Momentum, [0.3, 0.2, 0.1, 0.05], momentum=0.5)
adagrad = sweep("Adagrad", Adagrad, [3, 2, 1, 0.5], initial_accumulator=0.1, eps=1e-7)
rmsprop = sweep("RMSprop", RMSprop, [0.01, 0.005, 0.003, 0.002], rho=0.9, eps=1e-7)
adadelta = sweep("Adadelta", Adadelta, [200, 100, 50, 30], rho=0.95, eps=1e-7)
adam = sweep("Adam", Adam, [0.5, 0.3, 0.2, 0.1], eps=1e-7, eps_where="uncorrected")
brake = sweep("Brake", Brake, [0.2, 0.1, 0.05, 0.03])
