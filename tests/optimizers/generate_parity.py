"""Write parity.npz.xz: the paths of torch, optax and Keras that test_parity.py compares ours with.

    python -m venv ENV
    ENV/bin/pip install . torch==2.13.0 optax==0.2.8 "jax[cpu]" keras==3.15.1
    ENV/bin/python tests/optimizers/generate_parity.py

Every framework runs in float64 and is handed its gradient, computed here with nothing but sums and
products, which give the same bits on every machine. So a path tells the optimizer from the
optimizer and nothing else. CASES is also the table of which settings of ours are which framework's:
a framework's own defaults are left as they are, but for the learning rate.
"""

from __future__ import annotations

import io
import lzma
import os
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from animopt import optimizers as ours

STEPS = 200
RECORD = Path(__file__).with_name("parity.npz.xz")


class Problem(NamedTuple):
    """A function by its gradient, and where to start."""

    gradient: Any
    start: tuple[float, float]


def _rosenbrock(x, y):
    valley = y - x * x
    return -2 * (1 - x) - 400 * x * valley, 200 * valley


def _beale(x, y):
    y2, y3 = y * y, y * y * y
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y2, 2.625 - x + x * y3
    by_x = 2 * a * (y - 1) + 2 * b * (y2 - 1) + 2 * c * (y3 - 1)
    return by_x, 2 * x * (a + 2 * b * y + 3 * c * y2)


def _saddle(x, y):
    return -x, 2 * y


PROBLEMS = {
    "rosenbrock": Problem(_rosenbrock, (-1.2, 1.0)),
    "beale": Problem(_beale, (1.0, 1.25)),
    "saddle": Problem(_saddle, (2e-3, 0.5)),
}


class Case(NamedTuple):
    """What a framework calls it with which settings, and the same in ours."""

    theirs: str
    settings: dict[str, Any]
    ours: ours.Optimizer


_KERAS_ADAM = {"eps": 1e-7, "eps_where": "uncorrected"}
_DECAYED = {"weight_decay": 0.1}

TORCH = [
    Case("SGD", {"lr": 5e-4}, ours.SGD(lr=5e-4)),
    Case("SGD", {"lr": 5e-4, "momentum": 0.9}, ours.Momentum(lr=5e-4)),
    Case(
        "SGD",
        {"lr": 5e-4, "momentum": 0.9, "dampening": 0.5},
        ours.Momentum(lr=5e-4, dampening=0.5),
    ),
    Case("SGD", {"lr": 5e-4, "momentum": 0.9, "nesterov": True}, ours.Nesterov(lr=5e-4)),
    Case("SGD", {"lr": 5e-4, **_DECAYED}, ours.WeightDecay(ours.SGD(lr=5e-4), 0.1)),
    Case("Adagrad", {"lr": 0.1}, ours.Adagrad(lr=0.1)),
    Case("RMSprop", {"lr": 0.01}, ours.RMSprop(lr=0.01)),
    Case(
        "RMSprop",
        {"lr": 1e-3, "centered": True, "momentum": 0.5},
        ours.RMSprop(lr=1e-3, centered=True, momentum=0.5),
    ),
    Case("Adadelta", {}, ours.Adadelta()),
    Case("Adam", {"lr": 0.02}, ours.Adam(lr=0.02)),
    Case("Adam", {"lr": 0.02, **_DECAYED}, ours.WeightDecay(ours.Adam(lr=0.02), 0.1)),
    Case("Adam", {"lr": 0.02, "amsgrad": True}, ours.AMSGrad(lr=0.02)),
    Case("AdamW", {"lr": 0.02}, ours.AdamW(lr=0.02)),
    Case("NAdam", {"lr": 0.02}, ours.NAdam(lr=0.02)),
    Case("RAdam", {"lr": 2e-3}, ours.RAdam(lr=2e-3)),
    Case("Adamax", {"lr": 0.02}, ours.Adamax(lr=0.02)),
    Case("Rprop", {"lr": 0.01}, ours.Rprop(lr=0.01)),
    Case("ASGD", {"lr": 5e-4, "lambd": 0.1, "t0": 50}, ours.ASGD(lr=5e-4, lambd=0.1, t0=50)),
    Case(
        "LBFGS",
        {"lr": 0.1, "max_iter": 1, "history_size": 10, "tolerance_grad": 0, "tolerance_change": 0},
        ours.LBFGS(lr=0.1, line_search="none"),
    ),
    Case("clip_grad_norm_", {"max_norm": 1.0}, ours.Clip(ours.SGD(lr=0.01), 1.0)),
]

KERAS = [
    Case("SGD", {"learning_rate": 5e-4}, ours.SGD(lr=5e-4)),
    Case("SGD", {"learning_rate": 5e-4, "momentum": 0.9}, ours.Momentum(lr=5e-4, form="velocity")),
    Case(
        "SGD",
        {"learning_rate": 5e-4, "momentum": 0.9, "nesterov": True},
        ours.Nesterov(lr=5e-4, form="velocity"),
    ),
    Case(
        "SGD",
        {"learning_rate": 5e-4, **_DECAYED},
        ours.WeightDecay(ours.SGD(lr=5e-4), 0.1, form="decoupled"),
    ),
    Case(
        "Adagrad",
        {"learning_rate": 0.1},
        ours.Adagrad(lr=0.1, eps=1e-7, initial_accumulator=0.1, eps_where="inside"),
    ),
    Case(
        "RMSprop",
        {"learning_rate": 0.01},
        ours.RMSprop(lr=0.01, rho=0.9, eps=1e-7, eps_where="inside", form="velocity"),
    ),
    Case(
        "RMSprop",
        {"learning_rate": 1e-3, "centered": True, "momentum": 0.5, "epsilon": 1e-4},
        ours.RMSprop(
            lr=1e-3,
            rho=0.9,
            eps=1e-4,
            momentum=0.5,
            centered=True,
            eps_where="inside",
            form="velocity",
        ),
    ),
    Case("Adadelta", {"learning_rate": 1.0}, ours.Adadelta(rho=0.95, eps=1e-7)),
    Case("Adam", {"learning_rate": 0.02}, ours.Adam(lr=0.02, **_KERAS_ADAM)),
    Case("Adam", {"learning_rate": 0.02, "amsgrad": True}, ours.AMSGrad(lr=0.02, **_KERAS_ADAM)),
    Case("AdamW", {"learning_rate": 0.02}, ours.AdamW(lr=0.02, weight_decay=0.004, **_KERAS_ADAM)),
    Case("Nadam", {"learning_rate": 0.02}, ours.NAdam(lr=0.02, eps=1e-7, momentum_decay=1.0)),
    Case("Adamax", {"learning_rate": 0.02}, ours.Adamax(lr=0.02, eps=1e-7, eps_where="outside")),
    Case("Lion", {"learning_rate": 0.01}, ours.Lion(lr=0.01)),
    Case("Ftrl", {"learning_rate": 0.1}, ours.Ftrl(lr=0.1)),
]

OPTAX = [
    Case("sgd", {"learning_rate": 5e-4}, ours.SGD(lr=5e-4)),
    Case("sgd", {"learning_rate": 5e-4, "momentum": 0.9}, ours.Momentum(lr=5e-4)),
    Case("sgd", {"learning_rate": 5e-4, "momentum": 0.9, "nesterov": True}, ours.Nesterov(lr=5e-4)),
    Case("sign_sgd", {"learning_rate": 0.007}, ours.SignSGD(lr=0.007)),
    Case(
        "adagrad",
        {"learning_rate": 0.1},
        ours.Adagrad(lr=0.1, eps=1e-7, initial_accumulator=0.1, eps_where="inside"),
    ),
    Case(
        "rmsprop",
        {"learning_rate": 0.01},
        ours.RMSprop(lr=0.01, rho=0.9, eps_where="inside", form="velocity"),
    ),
    Case("adadelta", {"learning_rate": 1.0}, ours.Adadelta()),
    Case("adam", {"learning_rate": 0.02}, ours.Adam(lr=0.02)),
    Case(
        "adam",
        {"learning_rate": 0.02, "eps": 0.0, "eps_root": 1e-4},
        ours.Adam(lr=0.02, eps=1e-4, eps_where="inside"),
    ),
    Case("amsgrad", {"learning_rate": 0.02}, ours.AMSGrad(lr=0.02, maximum="corrected")),
    Case("adamw", {"learning_rate": 0.02}, ours.AdamW(lr=0.02, weight_decay=1e-4)),
    Case("nadam", {"learning_rate": 0.02}, ours.NAdam(lr=0.02, momentum_decay=1e6)),
    Case("radam", {"learning_rate": 2e-3}, ours.RAdam(lr=2e-3, eps_where="outside")),
    Case("adamax", {"learning_rate": 0.02}, ours.Adamax(lr=0.02)),
    Case("adabelief", {"learning_rate": 0.02}, ours.AdaBelief(lr=0.02)),
    Case("yogi", {"learning_rate": 0.02}, ours.Yogi(lr=0.02)),
    Case("lion", {"learning_rate": 0.01}, ours.Lion(lr=0.01, weight_decay=1e-3)),
    Case("adan", {"learning_rate": 0.02, "b2": 0.5}, ours.Adan(lr=0.02, beta2=0.5, eps_root=1e-8)),
    Case("clip_by_global_norm", {"max_norm": 1.0}, ours.Clip(ours.SGD(lr=0.01), 1.0, eps=0.0)),
    Case("contrib.sam", {"rho": 0.05}, ours.SAM(ours.SGD(lr=5e-4), rho=0.05)),
    Case("lookahead", {"sync_period": 5, "slow_step_size": 0.5}, ours.Lookahead(ours.SGD(lr=5e-4))),
    Case("contrib.schedule_free_sgd", {"learning_rate": 5e-4}, ours.ScheduleFreeSGD(lr=5e-4)),
    Case(
        "contrib.schedule_free_adamw",
        {"learning_rate": 0.02, **_DECAYED},
        ours.ScheduleFreeAdamW(lr=0.02, weight_decay=0.1),
    ),
]

CASES = {"torch": TORCH, "keras": KERAS, "optax": OPTAX}


def key(framework: str, case: Case) -> str:
    """Return the name of a case in the record and in test ids, as "torch SGD lr=0.1"."""
    settings = ", ".join(f"{name}={value}" for name, value in case.settings.items())
    return f"{framework} {case.theirs} {settings}".strip()


def torch_path(case: Case, problem: Problem, start: Any) -> Any:
    """Return torch's points (STEPS + 1, 2), for ASGD its average and its point (STEPS + 1, 4)."""
    import torch

    parameter = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    clips = case.theirs == "clip_grad_norm_"
    if clips:
        optimizer = torch.optim.SGD([parameter], lr=0.01)
    else:
        optimizer = getattr(torch.optim, case.theirs)([parameter], **case.settings)

    def closure() -> Any:
        gradient = problem.gradient(*parameter.detach().numpy())
        parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        if clips:
            torch.nn.utils.clip_grad_norm_([parameter], **case.settings)
        return torch.zeros(())

    def look() -> list[float]:
        point = parameter.detach().tolist()
        if case.theirs != "ASGD":
            return point
        average = optimizer.state[parameter].get("ax")
        # Before the first step torch's average is empty.
        started = bool(optimizer.state[parameter])
        return [*(average.tolist() if started else point), *point]

    path = [look()]
    # NAdam and ASGD keep scalars in the default type.
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        for _ in range(STEPS):
            if case.theirs != "LBFGS":
                closure()
                optimizer.step()
            else:
                optimizer.step(closure)
            path.append(look())
    finally:
        torch.set_default_dtype(before)
    return np.array(path)


def keras_path(case: Case, problem: Problem, start: Any) -> Any:
    """Return the points (STEPS + 1, 2) of Keras on torch, for Ftrl x and z (STEPS + 1, 4)."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras
    import torch

    keras.config.set_floatx("float64")
    variable = keras.Variable(np.array(start), dtype="float64")
    optimizer = getattr(keras.optimizers, case.theirs)(**case.settings)
    optimizer.build([variable])
    shown = [variable, *(optimizer._linears if case.theirs == "Ftrl" else [])]

    def look() -> Any:
        return np.concatenate([keras.ops.convert_to_numpy(each.value) for each in shown])

    path = [look()]
    for _ in range(STEPS):
        gradient = torch.tensor(problem.gradient(*path[-1][:2]), dtype=torch.float64)
        optimizer.apply([gradient], [variable])
        path.append(look())
    return np.array(path)


def optax_path(case: Case, problem: Problem, start: Any) -> Any:
    """Return optax's points (STEPS + 1, 2), for ScheduleFree x and z (STEPS + 1, 4)."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    import optax

    def gradient(point: Any) -> Any:
        return jnp.array(problem.gradient(*np.asarray(point)))

    params: Any = jnp.array(start)
    extra: dict[str, Any] = {}
    if case.theirs == "clip_by_global_norm":
        optimizer = optax.chain(optax.clip_by_global_norm(**case.settings), optax.sgd(0.01))
    elif case.theirs == "contrib.sam":
        uphill = optax.chain(optax.contrib.normalize(), optax.sgd(case.settings["rho"]))
        optimizer = optax.contrib.sam(optax.sgd(5e-4), uphill, opaque_mode=True)
        extra = {"grad_fn": lambda point, _: gradient(point)}
    elif case.theirs == "lookahead":
        optimizer = optax.lookahead(optax.sgd(5e-4), **case.settings)
        params = optax.LookaheadParams.init_synced(params)
    else:
        module = optax.contrib if case.theirs.startswith("contrib.") else optax
        optimizer = getattr(module, case.theirs.removeprefix("contrib."))(**case.settings)
    state = optimizer.init(params)

    def look() -> Any:
        if case.theirs == "lookahead":
            return np.asarray(params.fast)
        if "schedule_free" in case.theirs:
            average = optax.contrib.schedule_free_eval_params(state, params)
            return np.concatenate([average, state.z])
        return np.asarray(params)

    path = [look()]
    for _ in range(STEPS):
        g = gradient(params.fast if case.theirs == "lookahead" else params)
        updates, state = optimizer.update(g, state, params, **extra)
        params = optax.apply_updates(params, updates)
        path.append(look())
    return np.array(path)


PATHS = {"torch": torch_path, "keras": keras_path, "optax": optax_path}


def horizon(path: Any, nudged: Any) -> int:
    """Return the step up to which a start nudged by 2^-50 keeps within 1e-11 of the path."""
    scale = np.maximum(np.abs(path), np.abs(nudged)).max(axis=1)
    apart = np.abs(path - nudged).max(axis=1) > 1e-11 * np.maximum(scale, 1.0)
    return int(np.argmax(apart)) - 1 if apart.any() else STEPS


def record() -> dict[str, tuple[Any, int]]:
    """Return every path, and how far it is not chaotic, by "case / problem"."""
    found = {}
    for framework, cases in CASES.items():
        for case, (name, problem) in product(cases, PROBLEMS.items()):
            start = np.array(problem.start)
            path = PATHS[framework](case, problem, start)
            nudged = PATHS[framework](case, problem, start * (1 + 2.0**-50))
            if not np.isfinite(path).all():
                raise SystemExit(f"{key(framework, case)} diverges on {name}: choose a lower lr")
            found[f"{key(framework, case)} / {name}"] = path, horizon(path, nudged)
    return found


def packed(paths: list[Any]) -> Any:
    """Return the bytes of the paths, losslessly, so that they compress to a third less.

    Along a smooth path the third differences of the bit patterns are small; like bytes together.
    """
    bits = np.concatenate([path.T for path in paths]).view(np.int64)
    return np.ascontiguousarray(_differences(bits)).view(np.uint8).reshape(-1, 8).T.copy()


def _differences(bits: Any) -> Any:
    for order in range(3):
        bits = np.concatenate([bits[:, : order + 1], np.diff(bits[:, order:])], axis=1)
    return bits


def unpacked(packed: Any, widths: Any) -> list[Any]:
    """Return the paths that packed() took, of these widths."""
    bits = np.ascontiguousarray(packed.T).view(np.int64).reshape(-1, STEPS + 1)
    for order in (2, 1, 0):
        bits = np.concatenate([bits[:, :order], np.cumsum(bits[:, order:], axis=1)], axis=1)
    columns = bits.view(np.float64)
    return [part.T for part in np.split(columns, np.cumsum(widths)[:-1])]


def load() -> dict[str, tuple[Any, int]]:
    """Return the recorded (path, horizon) by "case / problem"."""
    with np.load(io.BytesIO(lzma.decompress(RECORD.read_bytes()))) as stored:
        paths = unpacked(stored["paths"], stored["widths"])
        pairs = zip(paths, map(int, stored["horizons"]), strict=True)
        return dict(zip(map(str, stored["names"]), pairs, strict=True))


def main() -> None:
    """Run every case on every problem and write the record."""
    packages = ("torch", "keras", "optax", "jax", "numpy")
    found = record()
    paths, horizons = zip(*found.values(), strict=True)
    file = io.BytesIO()
    np.savez(
        file,
        versions=[f"{name} {version(name)}" for name in packages],
        names=list(found),
        horizons=horizons,
        widths=[path.shape[1] for path in paths],
        paths=packed(list(paths)),
    )
    RECORD.write_bytes(lzma.compress(file.getvalue(), preset=9))


if __name__ == "__main__":
    main()
