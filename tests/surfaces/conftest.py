"""How a function is checked: against itself asked for one point at a time."""

import numpy as np
import pytest

from animopt import Scene, Surface, simulate
from animopt.notes import notes_to
from animopt.optimizers import SGD, Newton

BOUNDS = ((-2, 2), (-1.5, 2.5))
POINTS = np.random.default_rng(7).uniform((-1.9, -1.4), (1.9, 2.4), (9, 2))


@pytest.fixture
def notes():
    heard = []
    with notes_to(heard.append):
        yield heard


def alone(function, points):
    return np.array([function(float(x), float(y)) for x, y in points], dtype=float)


def slopes(function, points, h=1e-4):
    """Differences of fourth order, one point at a time."""
    columns = []
    for axis in np.eye(2) * h:
        up = [alone(function, points + k * axis) for k in (1, 2)]
        down = [alone(function, points - k * axis) for k in (1, 2)]
        columns.append((8 * (up[0] - down[0]) - (up[1] - down[1])) / (12 * h))
    return np.stack(columns, axis=-1)


@pytest.fixture
def check(notes):
    """Check value, gradient, grid and runs of a function, and whether it takes arrays."""

    def check(function, one, how):
        surface = Surface(function, bounds=BOUNDS)
        near = {"rtol": 1e-9, "atol": 1e-12}
        np.testing.assert_allclose(surface.value(POINTS), alone(one, POINTS), **near)
        expected = slopes(one, POINTS)
        np.testing.assert_allclose(surface.gradient(POINTS), expected, rtol=1e-6, atol=1e-7)
        assert surface.hessian(POINTS[:3]).shape == (3, 2, 2)
        x, y, z = surface.grid(5, 4)
        at = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        np.testing.assert_allclose(z.ravel(), alone(one, at), **near)
        optimizers = [SGD(lr=0.01), Newton(lr=0.01)]
        for run in simulate(Scene(surface, optimizers, [(1.1, 0.4), (-0.7, 1.2)], 5)):
            values = alone(one, run.points.reshape(-1, 2)).reshape(run.values.shape)
            np.testing.assert_allclose(run.values, values, **near)
        heard = {"arrays": [], "points": ["points a second here; written with"]}[how]
        assert len(notes) == len(heard), notes
        assert all(words in note for words, note in zip(heard, notes, strict=True))

    return check
