"""from_ask_tell: the paths of cma, nevergrad, optuna and pymoo are those of their own loops."""

import random

import numpy as np
import pytest

from animopt import Scene, simulate, surfaces
from animopt.errors import InvalidInput
from animopt.optimizers import from_ask_tell

STEPS = 200
BOUNDS = ((-2.0, 2.0), (-1.0, 3.0))
SURFACES = {"rosenbrock": (-1.2, 1.0), "himmelblau": (0.5, 2.0), "beale": (1.0, 1.25)}
every_surface = pytest.mark.parametrize("name", SURFACES)


def run(optimizer, name, steps=STEPS, **scene):
    scene = Scene(getattr(surfaces, name)(), [optimizer], SURFACES[name], steps, **scene)
    return simulate(scene).trajectories[0]


@pytest.fixture
def values(alone):
    """Return {surface: its value at one point}."""
    return {name: alone(getattr(surfaces, name)())[0] for name in SURFACES}


@pytest.fixture
def seeded():
    """Seed the global generators, and put them back as they were."""
    before = np.random.get_state(), random.getstate()

    def seed(number):
        np.random.seed(number)
        random.seed(number)

    yield seed
    np.random.set_state(before[0])
    random.setstate(before[1])


def padded(path):
    return np.array([*path, *[path[-1]] * STEPS])[: STEPS + 1]


@every_surface
def test_equals_the_loop_of_cma_on_the_global_generator(need, values, seeded, name):
    cma = need("cma", "frameworks")

    def strategy(x, sigma=0.5):
        return cma.CMAEvolutionStrategy(x, sigma, {"verbose": -9, "seed": np.nan})

    seeded(3)
    es, path = strategy(np.array(SURFACES[name])), [np.array(SURFACES[name])]
    for _ in range(STEPS):
        if es.stop():
            break
        points = es.ask()
        es.tell(points, [values[name](x) for x in points])
        path.append(np.array(es.mean))
    optimizer = from_ask_tell(strategy, seed=3)
    assert optimizer.label == "CMAEvolutionStrategy (cma) seed=3"
    assert np.array_equal(run(optimizer, name).points, padded(path))


def test_a_strategy_of_cma_without_a_seed_does_not_take_one_from_the_clock(need):
    cma = need("cma", "frameworks")
    optimizer = from_ask_tell(lambda x: cma.CMAEvolutionStrategy(x, 0.5, {"verbose": -9}))
    once, again = (run(optimizer, "rosenbrock", 5).points for _ in range(2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, run(optimizer.replace(seed=1), "rosenbrock", 5).points)


@every_surface
def test_equals_the_loop_of_nevergrad(need, values, seeded, name):
    ng = need("nevergrad", "frameworks")

    def one_plus_one(x):
        return ng.optimizers.OnePlusOne(ng.p.Array(init=x), budget=STEPS)

    seeded(0)
    theirs, path = one_plus_one(np.array(SURFACES[name])), [np.array(SURFACES[name])]
    for _ in range(STEPS):
        candidate = theirs.ask()
        theirs.tell(candidate, values[name](candidate.value))
        path.append(theirs.provide_recommendation().value.copy())
    optimizer = from_ask_tell(one_plus_one)
    assert optimizer.label == "OnePlusOne (nevergrad)"
    assert np.array_equal(run(optimizer, name).points, path)


@every_surface
def test_equals_the_loop_of_optuna(need, values, name):
    optuna = need("optuna", "frameworks")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    steps = 60

    def study(x, seed):
        return optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))

    theirs, path = study(None, 1), [np.array(SURFACES[name])]
    for _ in range(steps):
        trial = theirs.ask()
        x = [trial.suggest_float(axis, *ends) for axis, ends in zip("xy", BOUNDS, strict=True)]
        theirs.tell(trial, values[name](x))
        path.append([theirs.best_params["x"], theirs.best_params["y"]])
    optimizer = from_ask_tell(study, bounds=BOUNDS, seed=1)
    assert optimizer.label == "TPESampler (optuna) seed=1"
    assert np.array_equal(run(optimizer, name, steps).points, path)


@every_surface
@pytest.mark.parametrize("algorithm", ["pso.PSO", "de.DE", "cmaes.CMAES"])
def test_equals_the_loop_of_pymoo(need, values, seeded, algorithm, name):
    module, _, kind = algorithm.partition(".")
    kind = getattr(need(f"pymoo.algorithms.soo.nonconvex.{module}", "frameworks"), kind)
    problems = need("pymoo.core.problem", "frameworks")
    static = need("pymoo.problems.static", "frameworks").StaticProblem
    steps = 40

    def make(x, seed):
        low, high = np.array(BOUNDS).T
        return kind().setup(problems.Problem(n_var=2, n_obj=1, xl=low, xu=high), seed=seed)

    seeded(1)
    theirs, path = make(None, 1), [np.array(SURFACES[name])]
    while theirs.has_next() and len(path) <= steps:
        asked = theirs.ask()
        f = np.array([[values[name](x)] for x in asked.get("X")])
        theirs.evaluator.eval(static(theirs.problem, F=f), asked)
        theirs.tell(infills=asked)
        path.append(theirs.opt[0].X.astype(float))
    optimizer = from_ask_tell(make, seed=1)
    assert optimizer.label == f"{kind.__name__} (pymoo) seed=1"
    assert np.array_equal(run(optimizer, name, steps).points, padded(path)[: steps + 1])


class Trio:
    """Asks for three points at a time, or for one."""

    def __init__(self, x, single=False):
        self.x, self.single, self.told = x, single, []

    def ask(self):
        points = self.x + np.array([(0.1, 0.0), (0.0, 0.1), (-0.1, -0.1)])
        return points[0] if self.single else points

    def tell(self, points, values):
        assert np.shape(values) == np.shape(points)[:-1]
        self.told.append(values)
        self.x = points if self.single else points[np.argmin(values)]


def test_of_any_other_object_the_point_is_the_best_so_far():
    three = run(from_ask_tell(Trio), "rosenbrock", 20)
    assert three.evaluations == {"value": 60, "gradient": 0, "hessian": 0}
    assert (np.diff(three.values[1:]) <= 0).all()
    one = run(from_ask_tell(Trio, single=True), "rosenbrock", 2)
    assert one.points[1] == pytest.approx((-1.1, 1.0))
    assert from_ask_tell(Trio, single=True).label == "Trio (ask and tell) single=True"


def test_a_factory_that_needs_the_true_start_is_called_with_it():
    def picky(x):
        assert x[0] < -1
        return Trio(x)

    optimizer = from_ask_tell(picky)
    assert optimizer.label == "picky (ask and tell)"
    assert run(optimizer, "rosenbrock", 2).points.shape == (3, 2)


def optuna_without_bounds(need):
    optuna = need("optuna", "frameworks")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    run(from_ask_tell(lambda x: optuna.create_study()), "rosenbrock", 1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda need: from_ask_tell(3), "from_ask_tell(3): give a function of the start"),
        (lambda need: from_ask_tell(lambda x: 3), "it returned 3, which has no ask and tell"),
        (lambda need: from_ask_tell(Trio, bounds=3), "bounds=3 is not ((x0, x1), (y0, y1))"),
        (lambda need: from_ask_tell(Trio, seed=-1), "must be a whole number >= 0"),
        (optuna_without_bounds, "give bounds=((x0, x1), (y0, y1))"),
    ],
)
def test_what_is_wrong_is_one_sentence(need, make, message):
    with pytest.raises(InvalidInput) as caught:
        make(need)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_answer_of_the_wrong_shape_is_one_sentence():
    class Cube(Trio):
        def ask(self):
            return np.zeros((2, 3))

    with pytest.raises(InvalidInput, match=r"ask\(\) returned .* must return points, of shape"):
        run(from_ask_tell(Cube), "rosenbrock", 1)
