"""Theory: what mathematics says of the optimizers and surfaces, which no framework can lend.

Each row is a claim, what is computed, what it must be, how far it may be off, and the source.
Q(a, b) is f = (a x^2 + b y^2) / 2, whose curvatures are a and b.
"""

import numpy as np
import pytest

from animopt import Scene, Surface, simulate, surfaces
from animopt.optimizers import BFGS, SGD, Adagrad, Adam, Momentum, Nesterov, Newton, RMSprop

GOH = "Goh, Why momentum really works (2017)"
POLYAK = "Polyak, Some methods of speeding up the convergence (1964)"
COHEN_2021 = "Cohen et al., Gradient descent on neural networks (ICLR 2021), appendix B"
COHEN_2022 = "Cohen et al., Adaptive gradient methods at the edge of stability (2022)"
MGH = "Moré, Garbow, Hillstrom, Testing unconstrained optimization software (1981)"
NOCEDAL = "Nocedal and Wright, Numerical optimization, chapter 6"
SFU = "Surjanovic and Bingham, Virtual library of simulation experiments (2013)"
JAMIL = "Jamil and Yang, A literature survey of benchmark functions (2013)"

PLANE = Surface(lambda x, y: 3 * x - 2 * y, name="plane")
FREUDENSTEIN_ROTH = Surface(
    lambda x, y: (x - 13 + ((5 - y) * y - 2) * y) ** 2 + (x - 29 + ((y + 1) * y - 14) * y) ** 2
)
JENNRICH_SAMPSON = Surface(
    lambda x, y: sum((2 + 2 * i - np.exp(i * x) - np.exp(i * y)) ** 2 for i in range(1, 11))
)
BROWN = Surface(lambda x, y: (x - 1e6) ** 2 + (y - 2e-6) ** 2 + (x * y - 2) ** 2)
ROSENBROCK = surfaces.rosenbrock()
CLASSICAL = (-1.2, 1)  # the start that everybody takes on Rosenbrock's valley
LRS = 0.41 * np.arange(1, 11)
MOMENTA = np.linspace(0, 0.8, 5)[:, None]


def Q(a, b):
    return surfaces.bowl(a / 2, b / 2)


def run(optimizer, surface, start, steps, **scene):
    return simulate(Scene(surface, [optimizer], start, steps, **scene)).trajectories[0]


def path(*args, **scene):
    return run(*args, **scene).points


def norms(points):
    return np.abs(points).max(axis=-1)


def moves(optimizer, steps):
    return np.diff(path(optimizer, PLANE, (0, 0), steps)[:, 0])


def amplitudes(optimizer, factors):
    """Return x_k / factor^k for each coordinate of a run on Q(1, 100)."""
    points = path(optimizer, Q(1, 100), (1, 1), 50)
    return points / np.array(factors) ** np.arange(51)[:, None]


def holds(make, threshold):
    """Return whether lr 1 % below and 1 % above a threshold converges, at curvature 100."""
    values = [run(make(lr=s * threshold), Q(1, 100), (0, 1), 1000).values for s in (0.99, 1.01)]
    return [each[-1] < each[0] for each in values]


def dampened(lr):
    return Momentum(lr=lr, dampening=0.9)


def converging():
    """Return which lr (columns) of which momentum (rows) converges on Q(1, 1)."""
    grid = [Momentum(lr=lr, momentum=m[0], label=f"{lr} {m}") for m in MOMENTA for lr in LRS]
    runs = simulate(Scene(Q(1, 1), grid, (1, 1), 400))
    return np.reshape([each.values[-1] < each.values[0] for each in runs], (5, 10))


def variance():
    """Return the variance that noise of standard deviation 1 keeps up, over 4000 starts."""
    noisy = path(SGD(lr=0.1), Q(1, 1), np.zeros((4000, 2)), 100, noise=1.0)
    return noisy[:, -50:].var()


def trap():
    found = run(BFGS(), FREUDENSTEIN_ROTH, (0.5, -2), 60)
    return [found.values[-1], *found.points[-1]]


def iterations():
    slopes = np.linalg.norm(ROSENBROCK.gradient(path(BFGS(), ROSENBROCK, CLASSICAL, 60)), axis=1)
    return np.argmax(slopes < 1e-5)


def contractions():
    """Return by which factor the last steps of BFGS shrink the distance from the minimum."""
    far = np.linalg.norm(path(BFGS(), ROSENBROCK, CLASSICAL, 37) - 1, axis=1)
    return far[-3:] / far[-4:-1]


k = np.arange(51)
i = 1 + np.arange(50)

# fmt: off
ROWS = [
    ("SGD at lr 2/101 on Q(1, 100): each step shrinks the larger coordinate by 99/101",
     lambda: norms(path(SGD(lr=2 / 101), Q(1, 100), (1, 1), 50)), (99 / 101) ** k, 1e-12, GOH),
    ("... which at step 50 is",
     lambda: norms(path(SGD(lr=2 / 101), Q(1, 100), (1, 1), 50))[50], 0.367867178, 1e-9, GOH),
    ("Momentum at its best on Q(1, 100): a double root, x_k = (a + b k) (9/11)^k",
     lambda: np.diff(amplitudes(Momentum((2 / 11) ** 2, (9 / 11) ** 2), (9 / 11, -9 / 11)), 2, 0),
     0, 1e-9, POLYAK),
    ("Momentum, critical damping, lr 0.01: x_k = (1 + 0.1 k) 0.9^k",
     lambda: path(Momentum(0.01, 0.9**2), Q(1, 1), (1, 1), 50)[:, 0],
     (1 + 0.1 * k) * 0.9**k, 1e-12, GOH),
    ("SGD is stable below 2 / curvature", lambda: holds(SGD, 2 / 100), [True, False], 0, GOH),
    ("Momentum 0.9 is below 3.8 / curvature",
     lambda: holds(Momentum, 3.8 / 100), [True, False], 0, GOH),
    ("Nesterov 0.9 is below (2 + 2 m) / ((1 + 2 m) curvature)",
     lambda: holds(Nesterov, 0.0135714), [True, False], 0, COHEN_2021),
    ("Momentum 0.9, dampened by 0.9, is below 38 / curvature",
     lambda: holds(dampened, 38 / 100), [True, False], 0, COHEN_2022),
    ("Momentum on Q(1, 1) converges exactly where lr < 2 + 2 momentum",
     converging, LRS < 2 + 2 * MOMENTA, 0, GOH),
    ("SGD under noise s = 1 at lr 0.1: variance lr s^2 / (h (2 - lr h)), within 2 %",
     variance, 0.0526316, 0.02 * 0.0526316, "an autoregressive process of order 1"),
    ("Adagrad 0.1 on a plane after 50 steps: -0.1 sum 1 / sqrt(i)",
     lambda: path(Adagrad(0.1), PLANE, (0, 0), 50)[-1, 0], -1.2752373945, 1e-9, "its rule"),
    ("Adam 0.1 on a plane moves by lr in each step",
     lambda: moves(Adam(0.1, eps=1e-30), 50), np.full(50, -0.1), 1e-9, "its rule"),
    ("RMSprop 0.1, 0.99 on a plane moves by",
     lambda: moves(RMSprop(0.1, eps=1e-30), 3), [-1, -0.7088812050, -0.5802490848], 1e-9,
     "its rule"),
    ("... in general -lr / sqrt(1 - rho^k)",
     lambda: moves(RMSprop(0.1, eps=1e-30), 50), -0.1 / np.sqrt(1 - 0.99**i), 1e-9, "its rule"),
    ("Newton on Rosenbrock: the first values",
     lambda: run(Newton(), ROSENBROCK, CLASSICAL, 4).values,
     [24.2, 4.731884, 1411.845, 0.0559655, 0.3131891], [1e-9, 5e-7, 5e-4, 5e-8, 5e-8],
     "the classical sequence"),
    ("... and the sixth",
     lambda: run(Newton(), ROSENBROCK, CLASSICAL, 5).values[5], 1.8527e-11, 5e-16,
     "the classical sequence"),
    ("BFGS on Rosenbrock: 25 to 45 iterations to a gradient of 1e-5 (34 in the book)",
     iterations, 35, 10, NOCEDAL),
    ("... and superlinear at the end: each factor is a small one",
     contractions, [0, 0, 0], 0.05, NOCEDAL),
    ("BFGS on Freudenstein and Roth falls into the trap: value, x, y",
     trap, [48.9842537, 11.4127790, -0.8968053], 1e-7, MGH),
    ("Beale at (1, 1)", lambda: surfaces.beale().value([1, 1]), 14.203125, 1e-7, MGH),
    ("Freudenstein and Roth at (0.5, -2)",
     lambda: FREUDENSTEIN_ROTH.value([0.5, -2]), 400.5, 1e-7, MGH),
    ("... and at the minimum (5, 4)", lambda: FREUDENSTEIN_ROTH.value([5, 4]), 0, 0, MGH),
    ("Jennrich and Sampson, 10 terms, at (0.3, 0.4)",
     lambda: JENNRICH_SAMPSON.value([0.3, 0.4]), 4171.306, 5e-4, MGH),
    ("Brown, badly scaled, at (1, 1)", lambda: BROWN.value([1, 1]), 999998000003, 1e-3, MGH),
    ("McCormick's minimum", lambda: surfaces.mccormick().lowest, -1.9132229549810, 1e-10, SFU),
    ("the six-hump camel's", lambda: surfaces.six_hump_camel().lowest, -1.0316284534899, 1e-10,
     SFU),
    ("Michalewicz'", lambda: surfaces.michalewicz().lowest, -1.8013034100986, 1e-10, SFU),
    ("the eggholder's", lambda: surfaces.eggholder().lowest, -959.6406627209, 1e-10, JAMIL),
    ("the cross in tray's", lambda: surfaces.cross_in_tray().lowest, -2.0626118708227, 1e-10,
     JAMIL),
]
# fmt: on


@pytest.mark.parametrize(
    ("computed", "expected", "tolerance", "source"),
    [row[1:] for row in ROWS],
    ids=[row[0] for row in ROWS],
)
def test_is_what_theory_says(computed, expected, tolerance, source):
    value, expected = np.asarray(computed(), float), np.asarray(expected, float)
    assert source
    assert value.shape == expected.shape or expected.shape == ()
    assert (np.abs(value - expected) <= tolerance).all(), value
