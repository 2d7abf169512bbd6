"""Parity: our optimizers take the steps of torch, optax and Keras, from the same points."""

import runpy
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from animopt import Surface, optimizers
from animopt.surfaces.objective import CountedObjective

parity = runpy.run_path(str(Path(__file__).with_name("generate_parity.py")), run_name="parity")
CASES, PROBLEMS, STEPS, key = (parity[n] for n in ("CASES", "PROBLEMS", "STEPS", "key"))
RECORD = parity["load"]()

ALL = [(f, case, name) for f, cases in CASES.items() for case, name in product(cases, PROBLEMS)]

# The framework itself, started one part in 10^15 away, leaves its own path by more than 1e-11:
CHAOTIC = {
    # fixed steps along quasi-Newton directions, without a line search
    "torch LBFGS lr=0.1, max_iter=1, history_size=10, tolerance_grad=0, tolerance_change=0 / "
    "rosenbrock": 89,
    "torch LBFGS lr=0.1, max_iter=1, history_size=10, tolerance_grad=0, tolerance_change=0 / "
    "saddle": 47,
    # steps of nearly constant length that bounce across the valley
    "keras RMSprop learning_rate=0.01 / rosenbrock": 77,
    "keras RMSprop learning_rate=0.001, centered=True, momentum=0.5, epsilon=0.0001 / "
    "rosenbrock": 149,
    "optax rmsprop learning_rate=0.01 / rosenbrock": 75,
}

# What the frameworks have under a name of ours, and is not compared, and why.
NOT_COMPARED = {
    "optax.rprop": "0.2.8 applies the step of the iteration before, one step late",
    "optax.lbfgs": "its line search and its first scaling are its own; torch's is compared",
    "torch.optim.LBFGS(line_search_fn='strong_wolfe')": "another search, so other step lengths",
    "keras.optimizers.SGD(global_clipnorm)": "3.15.1 scales by a factor of single precision only",
}
# What has no counterpart in any of the three.
WITHOUT = {
    "Brake": "our own example of a user's optimizer",
    "BFGS": "SciPy's has its own line search",
    "BacktrackingDescent": "a line search",
    "ConjugateGradient": "a line search",
    "Newton": "second derivatives",
    "NelderMead": "no gradient",
    "RandomSearch": "random",
    "SimulatedAnnealing": "random",
}


def identify(value):
    return value if isinstance(value, str) else value.theirs if hasattr(value, "theirs") else None


def objective_of(name):
    problem = PROBLEMS[name]
    surface = Surface(lambda x, y: 0 * x, gradient=problem.gradient, name=name, check=False)
    return CountedObjective(surface)


def one_step_errors(optimizer, path, name):
    """Return, for each step, how far ours lands from theirs, relative to the points' size.

    Every step starts at the framework's own point, and from the state that the framework's own
    points and gradients have left; a point held in the state is the framework's own, too.
    """
    objective, state = objective_of(name), optimizer.init(path[:1, :2])
    errors = []
    for here, there in zip(path[:-1, None], path[1:, None], strict=True):
        if path.shape[1] == 4:
            state = (here[:, 2:], *state[1:])
        x, state = optimizer.step(objective, here[:, :2], state)
        scale = np.maximum(np.abs(here[:, :2]), np.abs(there[:, :2]))
        errors.append(np.max(np.abs(x - there[:, :2]) / np.where(scale > 0, scale, 1.0)))
    return np.array(errors)


def free_run(optimizer, path, name):
    objective, x = objective_of(name), path[:1, :2]
    state, points = optimizer.init(x), [x]
    for _ in range(STEPS):
        x, state = optimizer.step(objective, x, state)
        points.append(x)
    return np.concatenate(points)


@np.errstate(all="ignore")
def compare(optimizer, path, horizon, name):
    assert path.shape[0] == STEPS + 1
    assert np.abs(np.diff(path, axis=0)).max() > 1e-4
    errors = one_step_errors(optimizer, path, name)
    assert errors.max() <= 1e-12, f"step {errors.argmax()} is off by {errors.max():.2g}"
    ours, theirs = free_run(optimizer, path, name)[: horizon + 1], path[: horizon + 1, :2]
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("framework", "case", "name"), ALL, ids=identify)
def test_takes_the_recorded_steps_of_the_framework(framework, case, name):
    compare(case.ours, *RECORD[f"{key(framework, case)} / {name}"], name)


@pytest.mark.parametrize(("case", "name"), list(product(CASES["torch"], PROBLEMS)), ids=identify)
def test_takes_the_steps_of_the_torch_that_is_installed(case, name):
    pytest.importorskip("torch")
    path = parity["torch_path"](case, PROBLEMS[name], np.array(PROBLEMS[name].start))
    compare(case.ours, path, RECORD[f"{key('torch', case)} / {name}"][1], name)


def test_the_record_is_complete_and_names_what_is_chaotic():
    assert set(RECORD) == {f"{key(framework, case)} / {name}" for framework, case, name in ALL}
    assert {k: horizon for k, (_, horizon) in RECORD.items() if horizon < STEPS} == CHAOTIC


def test_every_optimizer_is_compared_or_named_with_a_reason():
    compared = {type(case.ours).__name__ for _, case, _ in ALL}
    assert compared.isdisjoint(WITHOUT)
    assert compared | set(WITHOUT) == set(optimizers.catalogue())
    assert all(NOT_COMPARED.values())


def documented():
    """Return {framework: the optimizers that the package's docstring says are its defaults}."""
    found, title = {}, ""
    for line in optimizers.__doc__.splitlines():
        if line.startswith(" " * 8):
            found[title].append(eval(line.strip(), vars(optimizers).copy()))
        elif line.startswith(" " * 4):
            title = line.strip()
            found[title] = []
    return found


@pytest.mark.parametrize(("title", "framework"), [("Keras 3", "keras"), ("optax", "optax")])
def test_the_documented_conventions_are_those_that_are_compared(title, framework):
    compared = [case.ours for case in CASES[framework]]
    assert len(documented()[title]) >= 7
    for claimed in documented()[title]:
        assert claimed.label != type(claimed)().label, "the same as torch: no need to list it"
        assert any(each.replace(lr=claimed.lr) == claimed for each in compared), claimed.label


def test_tensorflow_is_keras_but_where_its_eps_and_momentum_decay_are():
    tensorflow, keras = documented()["TensorFlow 2.10"], documented()["Keras 3"]
    apart = {type(each).__name__ for each in tensorflow if each not in keras}
    assert apart == {"Adagrad", "RMSprop", "NAdam"}


def test_a_wrong_convention_is_noticed():
    case = next(c for c in CASES["keras"] if c.theirs == "Adam")
    path, _ = RECORD[f"{key('keras', case)} / beale"]
    assert one_step_errors(case.ours.replace(eps_where="outside"), path, "beale").max() > 1e-12


@pytest.mark.parametrize(
    ("ours", "theirs", "names"),
    [
        (optimizers.SGD, "SGD", {"lr": "lr"}),
        (optimizers.Adagrad, "Adagrad", {"eps": "eps"}),
        (optimizers.RMSprop, "RMSprop", {"rho": "alpha", "eps": "eps", "momentum": "momentum"}),
        (optimizers.Adadelta, "Adadelta", {"rho": "rho", "eps": "eps"}),
        (optimizers.Adam, "Adam", {"beta1": "betas", "beta2": "betas", "eps": "eps"}),
        (optimizers.AdamW, "AdamW", {"eps": "eps", "weight_decay": "weight_decay"}),
        (optimizers.NAdam, "NAdam", {"eps": "eps", "momentum_decay": "momentum_decay"}),
        (optimizers.RAdam, "RAdam", {"eps": "eps"}),
        (optimizers.Adamax, "Adamax", {"eps": "eps"}),
        (optimizers.Rprop, "Rprop", {"eta_minus": "etas", "min_step": "step_sizes"}),
        (optimizers.ASGD, "ASGD", {"lambd": "lambd", "alpha": "alpha", "t0": "t0"}),
    ],
    ids=identify,
)
def test_defaults_are_those_of_torch(ours, theirs, names):
    torch = pytest.importorskip("torch")
    defaults = getattr(torch.optim, theirs)([torch.zeros(2)]).defaults
    for mine, its in {"lr": "lr", **names}.items():
        value = defaults[its]
        if isinstance(value, tuple):
            value = value[mine in ("beta2", "eta_plus", "max_step")]
        assert getattr(ours(), mine) == value, mine
