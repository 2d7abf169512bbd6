"""from_optax: the path is that of optax's own eager loop in float64, to the last bit."""

import numpy as np
import pytest

from animopt import Scene, simulate, surfaces
from animopt.errors import InvalidInput
from animopt.optimizers import from_optax
from animopt.optimizers.schedules import cosine
from animopt.surfaces.frameworks import in_float64

STEPS = 200
SURFACES = {"rosenbrock": (-1.2, 1.0), "himmelblau": (0.5, -1.0), "beale": (1.0, 1.25)}
FACTORIES = {
    "adabelief": {"learning_rate": 0.05},
    "adagrad": {"learning_rate": 0.1},
    "adam": {"learning_rate": 0.1, "b1": 0.8},
    "adamw": {"learning_rate": 0.1},
    "adan": {"learning_rate": 0.05},
    "lamb": {"learning_rate": 0.01},
    "lion": {"learning_rate": 0.01},
    "nadam": {"learning_rate": 0.05},
    "polyak_sgd": {"max_learning_rate": 0.01},
    "rmsprop": {"learning_rate": 0.01, "momentum": 0.5},
    "sgd": {"learning_rate": 5e-4, "momentum": 0.9, "nesterov": True},
    "yogi": {"learning_rate": 0.05},
}


@pytest.fixture
def optax(need):
    need("jax", "jax")
    return need("optax", "jax")


@pytest.fixture
def loop(need, optax, alone):
    """Return optax's own loop, as a path."""
    jax = need("jax", "jax")

    def run(transformation, surface, start, steps=STEPS):
        value, gradient, _ = alone(surface)
        transformation = optax.with_extra_args_support(transformation)
        with in_float64():
            x = jax.numpy.array(start)
            state, path = transformation.init(x), [np.array(x)]
            for _ in range(steps):
                slope = jax.numpy.array(gradient(x))
                # Those that do not take the value ignore it.
                updates, state = transformation.update(slope, state, x, value=value(x))
                x = optax.apply_updates(x, updates)
                path.append(np.array(x))
        return np.array(path)

    return run


def run(optimizer, surface, start, steps=STEPS):
    return simulate(Scene(surface, [optimizer], start, steps)).trajectories[0]


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("factory", FACTORIES)
def test_equals_the_eager_loop_of_optax(optax, loop, factory, name):
    make, settings = getattr(optax, factory), FACTORIES[factory]
    surface, start = getattr(surfaces, name)(), SURFACES[name]
    ours = run(from_optax(make, **settings), surface, start)
    theirs = loop(make(**settings), surface, start)
    assert np.array_equal(ours.points, theirs)
    assert ours.evaluations["value"] == (STEPS if factory == "polyak_sgd" else 0)


def test_schedules_are_those_of_a_loop_that_changes_the_rate(optax, loop):
    theirs = optax.cosine_decay_schedule(0.1, STEPS)
    surface, start = surfaces.rosenbrock(), SURFACES["rosenbrock"]
    expected = loop(optax.adam(theirs), surface, start)
    assert np.array_equal(
        run(from_optax(optax.adam, learning_rate=theirs), surface, start).points, expected
    )
    ours = run(from_optax(optax.adam, learning_rate=cosine(0.1, steps=STEPS)), surface, start)
    np.testing.assert_allclose(ours.points, expected, rtol=1e-9)


def test_a_chain_of_ones_own_goes_as_a_function_of_its_settings(optax, loop):
    def clipped(learning_rate, limit=1.0):
        return optax.chain(optax.clip_by_global_norm(limit), optax.adam(learning_rate))

    optimizer = from_optax(clipped, learning_rate=0.1)
    assert optimizer.label == "clipped (optax) lr=0.1"
    assert optimizer.hyperparameters == {"lr": 0.1, "limit": 1.0}
    ours = run(optimizer, surfaces.rosenbrock(), (-1.2, 1.0)).points
    assert np.array_equal(ours, loop(clipped(0.1), surfaces.rosenbrock(), (-1.2, 1.0)))


def test_a_line_search_of_optax_evaluates_the_surface_itself(optax):
    found = run(from_optax(optax.lbfgs), surfaces.booth(), (-5.0, 4.0), 3)
    assert found.values[-1] < 0.1 * found.values[0]
    assert found.evaluations["value"] >= 3


def test_what_is_no_number_is_passed_on_as_it_is(optax):
    def mask(x):
        return True

    optimizer = from_optax(optax.adamw, learning_rate=0.1, mask=None, mu_dtype=np.float32)
    assert "mu_dtype" not in optimizer.hyperparameters
    masked = from_optax(optax.adamw, learning_rate=0.1, mask=mask)
    assert "mask" not in masked.hyperparameters
    assert "mask=mask" in repr(masked)
    assert masked.replace(lr=0.2).fixed == {"mask": mask}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda o: from_optax(o.adam(0.1)), "give the function that returns the transformation"),
        (lambda o: from_optax(o.adam), "missing 1 required positional argument: 'learning_rate'"),
        (lambda o: from_optax(dict), "the function returned {}, no transformation"),
    ],
)
def test_what_is_wrong_is_one_sentence(optax, make, message):
    with pytest.raises(InvalidInput) as caught:
        make(optax)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
