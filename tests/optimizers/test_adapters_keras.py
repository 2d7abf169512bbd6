"""from_keras: the path is that of Keras' own loop, to the last bit."""

import numpy as np
import pytest

from animopt import Scene, simulate, surfaces
from animopt.errors import InvalidInput
from animopt.optimizers import from_keras

# Keras 3.15 on torch does what NumPy 2 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

STEPS = 200
SURFACES = {"rosenbrock": (-1.2, 1.0), "himmelblau": (0.5, -1.0), "beale": (1.0, 1.25)}
CLASSES = {
    "Adadelta": {"learning_rate": 1.0},
    "Adafactor": {"learning_rate": 0.05},
    "Adagrad": {"learning_rate": 0.1},
    "Adam": {"learning_rate": 0.1, "beta_1": 0.8, "amsgrad": True, "clipnorm": 1.0},
    "AdamW": {"learning_rate": 0.1},
    "Adamax": {"learning_rate": 0.1},
    "Ftrl": {"learning_rate": 0.1},
    "Lamb": {"learning_rate": 0.01},
    "Lion": {"learning_rate": 0.01},
    "Nadam": {"learning_rate": 0.05},
    "RMSprop": {"learning_rate": 0.01, "momentum": 0.5, "centered": True},
    "SGD": {"learning_rate": 5e-4, "momentum": 0.9, "nesterov": True},
    "ScheduleFreeAdamW": {"learning_rate": 0.05},
}


@pytest.fixture
def keras(need):
    return need("keras", "keras")


@pytest.fixture
def loop(keras, alone):
    """Return Keras' own loop, as a path."""

    def run(optimizer, surface, start):
        _, gradient, _ = alone(surface)
        x = keras.Variable(np.array(start), dtype="float64")
        path = [np.array(start)]
        for _ in range(STEPS):
            slope = keras.ops.convert_to_tensor(gradient(path[-1]), dtype="float64")
            optimizer.apply([slope], [x])
            path.append(x.value.detach().numpy().copy())
        return np.array(path)

    return run


def path(optimizer, surface, start, steps=STEPS):
    return simulate(Scene(surface, [optimizer], start, steps)).trajectories[0].points


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("cls", CLASSES)
def test_equals_the_loop_of_keras(keras, loop, cls, name):
    kind, surface, start = getattr(keras.optimizers, cls), getattr(surfaces, name)(), SURFACES[name]
    theirs = loop(kind(**CLASSES[cls]), surface, start)
    assert np.array_equal(path(from_keras(kind, **CLASSES[cls]), surface, start), theirs)
    assert np.abs(np.diff(theirs, axis=0)).max() > 1e-4


def test_a_schedule_of_keras_is_one_of_ours(keras, loop):
    decay = keras.optimizers.schedules.CosineDecay(0.1, STEPS)
    surface, start = surfaces.rosenbrock(), SURFACES["rosenbrock"]
    ours = path(from_keras(keras.optimizers.Adam, learning_rate=decay), surface, start)
    assert np.array_equal(ours, loop(keras.optimizers.Adam(decay), surface, start))


def test_its_learning_rate_is_called_lr_as_everywhere(keras):
    optimizer = from_keras(keras.optimizers.SGD, learning_rate=0.1, momentum=0.9)
    assert optimizer == from_keras(keras.optimizers.SGD, lr=0.1, momentum=0.9)
    assert optimizer.label == "SGD (keras) lr=0.1, momentum=0.9"
    assert optimizer.hyperparameters["lr"] == 0.1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda k: from_keras("adam"), "from_keras('adam'): give a class of optimizers, such as"),
        (lambda k: from_keras(k.optimizers.SGD, momentum=2), "`momentum` must be a float between"),
        (lambda k: from_keras(k.optimizers.SGD, momentun=2), "Argument(s) not recognized"),
    ],
)
def test_what_keras_refuses_is_one_sentence(keras, make, message):
    with pytest.raises(InvalidInput) as caught:
        make(keras)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
