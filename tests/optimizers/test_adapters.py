"""What every adapter promises: whatever treats our optimizers treats those of others alike."""

import copy
import os
import pickle
import random
import subprocess
import sys

import numpy as np
import pytest

from animopt import Scene, Surface, optimizers, simulate, surfaces, tune
from animopt.errors import ExportError, InvalidInput
from animopt.optimizers import SGD, Lookahead, WeightDecay, adapters, schedules, sweep
from animopt.pipeline.options import Options, apply
from animopt.surfaces.objective import CountedObjective

# Keras 3.15 on torch does what NumPy 2 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

STARTS = np.array([(-1.2, 1.0), (0.5, 2.5), (1.5, -0.5), (-1.0, -0.5), (0.0, 1.0)])


class Halving:
    """The smallest thing that asks and tells, of nobody's framework."""

    def __init__(self, x, by=2.0):
        self.x, self.by = x, by

    def ask(self):
        return np.stack([self.x / self.by, self.x + np.random.normal(size=2)])

    def tell(self, points, values):
        self.x = points[np.argmin(values)]


def torch_class(need, name, **settings):
    return optimizers.from_torch(getattr(need("torch", "torch").optim, name), **settings)


def optax_factory(need, name, **settings):
    return optimizers.from_optax(getattr(need("optax", "jax"), name), **settings)


def keras_class(need, name, **settings):
    kind = getattr(need("keras", "keras").optimizers, name)
    return optimizers.from_keras(kind, **settings)


def scipy_method(need, name, **settings):
    need("scipy", "scipy")
    return optimizers.from_scipy(name, **settings)


def cma_strategy(need):
    cma = need("cma", "frameworks")
    return optimizers.from_ask_tell(
        lambda x: cma.CMAEvolutionStrategy(x, 0.5, {"verbose": -9, "seed": np.nan})
    )


def nevergrad_optimizer(need):
    ng = need("nevergrad", "frameworks")
    return optimizers.from_ask_tell(
        lambda x: ng.optimizers.OnePlusOne(ng.p.Array(init=x), budget=1000)
    )


def optuna_study(need):
    optuna = need("optuna", "frameworks")
    optuna.logging.set_verbosity(optuna.logging.WARNING)

    def study(x, seed):
        return optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))

    return optimizers.from_ask_tell(study, bounds=((-2, 2), (-1, 3)))


def pymoo_algorithm(need):
    pso = need("pymoo.algorithms.soo.nonconvex.pso", "frameworks")
    problem = need("pymoo.core.problem", "frameworks")

    def swarm(x, seed):
        area = problem.Problem(n_var=2, n_obj=1, xl=[-2, -1], xu=[2, 3])
        return pso.PSO(pop_size=8).setup(area, seed=seed)

    return optimizers.from_ask_tell(swarm)


# What makes it, and its label.
GRADIENTS = {
    "torch": (lambda n: torch_class(n, "AdamW", lr=0.1), "AdamW (torch) lr=0.1"),
    "optax": (lambda n: optax_factory(n, "lion", learning_rate=0.01), "lion (optax) lr=0.01"),
    "keras": (lambda n: keras_class(n, "Nadam", learning_rate=0.1), "Nadam (keras) lr=0.1"),
    "closure": (lambda n: torch_class(n, "LBFGS", max_iter=3), "LBFGS (torch) lr=1, max_iter=3"),
}
OTHERS = {
    "scipy": (lambda n: scipy_method(n, "BFGS", gtol=1e-9), "BFGS (scipy) gtol=1e-09"),
    "cma": (cma_strategy, "CMAEvolutionStrategy (cma)"),
    "nevergrad": (nevergrad_optimizer, "OnePlusOne (nevergrad)"),
    "optuna": (optuna_study, "RandomSampler (optuna)"),
    "pymoo": (pymoo_algorithm, "PSO (pymoo)"),
    "object": (lambda n: optimizers.from_ask_tell(Halving), "Halving (ask and tell) by=2"),
}
ALL = {**GRADIENTS, **OTHERS}
every = pytest.mark.parametrize("kind", ALL)


@pytest.fixture
def make(need):
    return lambda kind: ALL[kind][0](need)


def run(optimizer, start=STARTS[0], steps=12, surface=None, **scene):
    scene = Scene(surface or surfaces.rosenbrock(), [optimizer], start, steps, **scene)
    return simulate(scene).trajectories[0]


@every
def test_its_label_names_the_framework(make, kind):
    assert make(kind).label == ALL[kind][1].removesuffix(" by=2")
    assert make(kind).replace(label="mine").label == "mine"


@every
def test_an_ensemble_is_as_many_single_runs_to_the_last_bit(make, kind):
    optimizer = make(kind)
    together = run(optimizer, STARTS).points
    for start, points in zip(STARTS, together, strict=True):
        assert run(optimizer, start).points.tobytes() == points.tobytes()


@every
def test_an_ensemble_counts_for_each_start_what_the_busiest_one_costs(make, kind):
    optimizer = make(kind)
    each = [run(optimizer, start).evaluations for start in STARTS]
    most = {kind: max(calls[kind] for calls in each) for kind in each[0]}
    assert run(optimizer, STARTS).evaluations == most


@every
def test_the_noise_of_a_start_is_its_own_in_an_ensemble_too(make, kind):
    optimizer = make(kind)
    noisy = run(optimizer, STARTS, noise=0.5).points
    first = run(optimizer, STARTS[0], noise=0.5)
    assert first.points.tobytes() == noisy[0].tobytes()


@every
def test_a_step_changes_neither_the_points_nor_the_state_it_is_given(make, kind):
    optimizer, objective = make(kind), CountedObjective(surfaces.rosenbrock())
    states, points = [optimizer.init(STARTS)], [STARTS.copy()]
    for _ in range(6):
        x, state = optimizer.step(objective, points[-1], states[-1])
        points.append(x)
        states.append(state)
    # From the middle again, out of order, twice, and from a copy.
    for k in (2, 5, 0, 2):
        for state in (states[k], copy.deepcopy(states[k])):
            x, _ = optimizer.step(objective, points[k].copy(), state)
            assert x.tobytes() == points[k + 1].tobytes()


@every
def test_is_deterministic_and_leaves_the_global_generators_alone(make, kind):
    optimizer = make(kind)
    once = run(optimizer).points.tobytes()
    np.random.seed(7)
    random.seed(7)
    before = np.random.get_state()[1].tobytes(), random.getstate()
    assert run(optimizer).points.tobytes() == run(make(kind)).points.tobytes() == once
    assert (np.random.get_state()[1].tobytes(), random.getstate()) == before


@every
def test_its_repr_is_the_same_in_every_process(make, kind):
    text = repr(make(kind))
    assert " at 0x" not in text
    assert text == repr(make(kind))
    assert text.startswith("from_")
    assert "\n" not in text


@every
def test_says_that_a_step_is_dear_and_that_it_evaluates_what_is_worth_drawing(make, kind):
    for optimizer in (make(kind), Lookahead(make(kind))):
        assert optimizer.expensive
        assert optimizer.keeps_samples
    assert not SGD().expensive
    assert not Lookahead(SGD()).keeps_samples


@every
def test_a_recording_objective_knows_what_a_step_evaluated(make, kind):
    optimizer = make(kind)
    objective = CountedObjective(surfaces.rosenbrock(), recording=True)
    x, state = STARTS[:1], optimizer.init(STARTS[:1])
    for _ in range(3):
        x, state = optimizer.step(objective, x, state)
        samples = objective.samples()
        assert samples.shape == (len(samples), 2)
        assert len(samples) > 0
    assert objective.samples().shape == (0, 2)


@every
@pytest.mark.filterwarnings("ignore")  # what frameworks say about NaN
def test_a_start_that_diverges_does_not_stop_the_others(make, kind):
    cliff = Surface(lambda x, y: np.where(x < -1.1, np.inf, 1.0) * 1e3 * (x**2 + y**2))
    x = np.array([(np.nan, 0.0), (1.0, 1.0)])
    optimizer = make(kind)
    after, _ = optimizer.step(CountedObjective(cliff), x, optimizer.init(x))
    assert np.array_equal(after[0], x[0], equal_nan=True)
    assert np.isfinite(after[1]).all()


@pytest.mark.parametrize("kind", GRADIENTS)
def test_wrappers_work_around_it(make, kind):
    optimizer, surface = make(kind), surfaces.rosenbrock()
    points = run(Lookahead(optimizer, k=3, alpha=0.5), steps=6).points
    # By hand: every third point is drawn back half the way.
    objective, x, state = CountedObjective(surface), STARTS[:1], optimizer.init(STARTS[:1])
    slow = x
    for k in range(6):
        x, state = optimizer.step(objective, x, state)
        if k % 3 == 2:
            x = slow = slow + 0.5 * (x - slow)
        assert points[k + 1].tobytes() == x[0].tobytes()
    decayed = Surface(
        lambda x, y: surface.f(x, y) + (x**2 + y**2) / 2,
        gradient=lambda x, y: np.array(surface._given["gradient"](x, y)) + np.array([x, y]),
    )
    np.testing.assert_allclose(
        run(WeightDecay(optimizer, 1.0), STARTS, noise=0.1).points,
        run(optimizer, STARTS, noise=0.1, surface=decayed).points,
        rtol=1e-6,
    )


@pytest.mark.parametrize("kind", ["torch", "optax", "keras", "closure"])
def test_schedules_reach_it(make, kind):
    optimizer = make(kind)
    lr = optimizer.hyperparameters["lr"]
    plain = run(optimizer, steps=30).points
    held = run(optimizer.replace(lr=schedules.constant(lr)), steps=30).points
    eased = run(optimizer.replace(lr=lambda step: 0.3 * lr), steps=30).points
    assert plain.tobytes() == held.tobytes()
    assert plain.tobytes() != eased.tobytes()
    assert " at 0x" not in repr(optimizer.replace(lr=lambda step: 0.3 * lr))


@pytest.mark.parametrize("kind", OTHERS)
def test_where_a_schedule_would_have_no_effect_it_is_refused(make, kind):
    optimizer = make(kind)
    name = next(iter(optimizer.hyperparameters))
    with pytest.raises(InvalidInput, match=f"{name} is read only once, at the start"):
        optimizer.replace(**{name: lambda step: 1})


@pytest.mark.parametrize("kind", ["torch", "optax", "keras"])
def test_set_sweep_and_tune_reach_its_hyperparameters(make, kind):
    optimizer = make(kind)
    swept = sweep(optimizer, lr=[0.3, 0.02])
    assert [each.hyperparameters["lr"] for each in swept] == [0.3, 0.02]
    assert len({each.label for each in swept}) == 2
    scene = Scene(surfaces.bowl(), [optimizer, SGD(lr=0.1)], (3, 4), 10)
    assert "tuned" in tune(scene, budget=3, between=(0.01, 0.1)).optimizers[0].label
    changed = apply(Options(settings={"lr": "0.25"}), scene).optimizers
    assert [each.hyperparameters["lr"] for each in changed] == [0.25, 0.25]


@pytest.mark.parametrize("kind", [*GRADIENTS, "scipy", "object"])
def test_goes_to_workers_and_comes_back_the_same(make, kind):
    optimizer = make(kind)
    for each in (optimizer, optimizer.replace(label="mine"), Lookahead(optimizer)):
        again = pickle.loads(pickle.dumps(each))
        assert again == each
        assert again.label == each.label
        assert repr(again) == repr(each)


def test_states_of_torch_and_jax_are_left_as_they_were(need):
    torch, jax = need("torch", "torch"), need("jax", "jax")
    torch.manual_seed(3)
    before = torch.get_rng_state(), torch.get_default_dtype(), torch.is_grad_enabled()
    for kind in ("torch", "closure", "optax", "keras"):
        run(ALL[kind][0](need))
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1:] == (torch.get_default_dtype(), torch.is_grad_enabled())
    assert not jax.config.jax_enable_x64
    assert jax.numpy.ones(1).dtype == "float32"


@pytest.mark.parametrize(
    ("call", "library", "extra"),
    [
        ("from_torch(int)", "torch", "torch"),
        ("from_optax(int)", "jax", "jax"),
        ("from_optax(int)", "optax", "jax"),
        ("from_keras(int)", "keras", "keras"),
        ("from_scipy('BFGS')", "scipy", "scipy"),
    ],
)
def test_a_missing_framework_is_one_sentence_that_names_the_extra(
    monkeypatch, call, library, extra
):
    if library == "optax":
        monkeypatch.setitem(sys.modules, "jax", sys)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ExportError) as caught:
        eval(call, vars(optimizers).copy())
    name = call.partition("(")[0]
    assert str(caught.value) == f"{name}() needs {library}: pip install 'animopt[{extra}]'"


def test_no_framework_is_imported_before_it_is_used():
    code = (
        "import sys, animopt\n"
        "from animopt import Scene, simulate, surfaces, optimizers\n"
        "simulate(Scene(surfaces.bowl(), [optimizers.SGD()], (1, 1), 2))\n"
        "names = 'torch jax optax keras scipy sympy cma nevergrad optuna pymoo'.split()\n"
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_every_adapter_is_a_public_function():
    assert set(adapters.__all__) <= set(optimizers.__all__)
    assert all(getattr(optimizers, name).__doc__ for name in adapters.__all__)
