"""What every optimizer of the catalogue promises: a new one is tested by being in it."""

import copy
import inspect
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from animopt import Scene, Surface, optimizers, simulate, surfaces
from animopt.optimizers import schedules
from animopt.surfaces.objective import CountedObjective

NAMES = sorted(optimizers.catalogue())
every = pytest.mark.parametrize("name", NAMES)

coordinate = st.floats(0.5, 4) | st.floats(-4, -0.5)
points = st.tuples(coordinate, coordinate)
curvature = st.floats(0.1, 1.0)


def make(name):
    return optimizers.catalogue()[name]()


def run(optimizer, surface, start, steps=30, **scene):
    trajectory = simulate(Scene(surface, [optimizer], start, steps, **scene)).trajectories[0]
    return trajectory.points, trajectory.values, trajectory.endings


def bytes_of(state):
    """Return a state as plain data that compares by every bit."""
    if isinstance(state, tuple):
        return tuple(map(bytes_of, state))
    return state.tobytes() if isinstance(state, np.ndarray) else state


def frozen(state):
    """Make every array of a state refuse to be written to."""
    if isinstance(state, tuple):
        for part in state:
            frozen(part)
    elif isinstance(state, np.ndarray):
        state.flags.writeable = False
    return state


def test_the_catalogue_holds_at_least_thirty_optimizers_and_only_optimizers():
    catalogue = optimizers.catalogue()
    assert len(catalogue) >= 30
    assert "Optimizer" not in catalogue
    assert all(issubclass(kind, optimizers.Optimizer) for kind in catalogue.values())
    assert all(kind.__name__ == name for name, kind in catalogue.items())


def test_every_optimizer_of_the_package_is_in_the_catalogue():
    def below(kind):
        return {kind}.union(*map(below, kind.__subclasses__()))

    ours = {k for k in below(optimizers.Optimizer) if k.__module__.startswith("animopt.")}
    adapters = {k for k in ours if k.__module__.startswith("animopt.optimizers.adapters")}
    abstract = {"Optimizer", "Wrapper"}
    assert {k.__name__ for k in ours - adapters} - abstract == set(NAMES)


@every
def test_documents_its_rule_and_its_source(name):
    text = inspect.getdoc(optimizers.catalogue()[name])
    rule = text.split("Source: ")[0]
    assert "<-" in rule or "=" in rule
    assert "Source: " in text
    assert any(character.isdigit() for character in text.split("Source: ")[1])


@every
def test_hyperparameters_are_scalars_that_can_be_replaced(name):
    optimizer = make(name)
    assert optimizer.hyperparameters
    for field, value in optimizer.hyperparameters.items():
        assert isinstance(value, (int, float, str, bool))
        assert optimizer.replace(**{field: value}) == optimizer


@every
@settings(deadline=None, max_examples=5)
@given(start=points, a=curvature, b=curvature)
def test_lowers_a_convex_bowl_with_its_defaults(name, start, a, b):
    _, values, _ = run(make(name), surfaces.bowl(a, b), start, steps=200)
    assert values[-1] < values[0]


@every
@settings(deadline=None, max_examples=5)
@given(starts=st.lists(points, min_size=1, max_size=3))
def test_mutates_neither_point_nor_state_nor_itself(name, starts):
    optimizer = make(name)
    objective = CountedObjective(surfaces.ring())
    before = copy.deepcopy(optimizer.hyperparameters)
    x = np.array(starts)
    state = optimizer.init(frozen(x))
    with np.errstate(all="ignore"):
        for _ in range(8):
            x_bytes, state_bytes = x.tobytes(), bytes_of(state)
            after, next_state = optimizer.step(objective, frozen(x), frozen(state))
            assert (x.tobytes(), bytes_of(state)) == (x_bytes, state_bytes)
            x, state = after, next_state
    assert optimizer.hyperparameters == before


@every
@settings(deadline=None, max_examples=5)
@given(starts=st.lists(points, min_size=2, max_size=5), noise=st.sampled_from([0.0, 0.1]))
def test_each_start_of_a_batch_goes_its_own_way_to_the_last_bit(name, starts, noise):
    optimizer, surface = make(name), surfaces.ring()
    together, _, _ = run(optimizer, surface, np.array(starts), noise=noise)
    first, _, _ = run(optimizer, surface, starts[0], noise=noise)
    assert first.tobytes() == together[0].tobytes()
    if noise == 0:
        last, _, _ = run(optimizer, surface, starts[-1])
        assert last.tobytes() == together[-1].tobytes()


@every
@settings(deadline=None, max_examples=3)
@given(start=points, seed=st.integers(0, 3))
def test_is_deterministic(name, start, seed):
    once, again = (
        run(make(name), surfaces.ring(), start, noise=0.1, seed=seed)[0] for _ in range(2)
    )
    assert once.tobytes() == again.tobytes()


def hostile(x, y):
    """A bowl with a region of NaN and a wall of overflow."""
    z = x**2 + y**2
    return np.where(x < 0.2, np.nan, np.where(y > 3, 1e300 * z, z))


HOSTILE = {
    "regions of NaN": Surface(hostile, bounds=((-1, 4), (-1, 4))),
    "huge values": Surface(lambda x, y: 1e200 * (x**4 + y**4)),
    "zero gradient everywhere": Surface(lambda x, y: 0 * x + 1),
    "unbounded below": surfaces.cubic(),
}


@every
@pytest.mark.parametrize("kind", HOSTILE)
def test_survives_hostile_functions(name, kind):
    starts = np.array([(1.5, 2.5), (0.3, 0.3), (0.25, 2.99)])
    _, _, endings = run(make(name), HOSTILE[kind], starts, steps=60)
    assert {ending.kind for ending in endings} <= {"finished", "converged", "diverged"}


@every
def test_stays_where_the_function_is_flat_or_says_why_not(name):
    moving = {
        "ASGD": "weight decay is part of it",
        "AdamW": "weight decay is part of it",
        "WeightDecay": "weight decay is part of it",
        "Ftrl": "its leader starts at the origin",
        "Yogi": "its average of gradients starts above zero",
        "SimulatedAnnealing": "it takes every step that does not climb",
    }
    path, _, _ = run(make(name), HOSTILE["zero gradient everywhere"], (1.5, 2.5), steps=20)
    assert np.isfinite(path).all()
    assert (path[-1] != path[0]).any() == (name in moving)


@every
def test_takes_a_schedule_for_lr_from_the_very_first_state(name):
    optimizer = make(name)
    if "lr" not in optimizer.hyperparameters:
        assert name in {"ConjugateGradient", "NelderMead", "RandomSearch", "SimulatedAnnealing"}
        return
    lr = optimizer.hyperparameters["lr"]
    plain, _, _ = run(optimizer, surfaces.bowl(), (2, 3))
    held, _, _ = run(optimizer.replace(lr=schedules.constant(lr)), surfaces.bowl(), (2, 3))
    eased, _, _ = run(optimizer.replace(lr=lambda step: 0.3 * lr), surfaces.bowl(), (2, 3))
    assert plain.tobytes() == held.tobytes()
    assert plain.tobytes() != eased.tobytes()


@every
def test_its_label_shows_what_differs_from_the_defaults(name):
    kind = optimizers.catalogue()[name]
    assert kind().label.startswith(name)
    for field in fields(kind):
        choices = field.metadata.get("choices", ())
        for other in choices:
            if other != field.default and (name, other) != ("WeightDecay", "decoupled"):
                assert f"{field.name}={other}" in kind(**{field.name: other}).label
