"""Simulation speed: Adam on `ring`, ours against torch.optim with autograd and a jitted JAX scan.

Run it as a script. One start for 1000 steps, then 1000 starts for 1000 steps, all in float64 and
all keeping every point. It prints milliseconds (the median of five runs, taken in turn) and how
many times as long as ours each takes. JAX is timed with its compilation, as met by anyone who runs
a scene once. What is not installed is named.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from animopt import Scene, optimizers, simulate, surfaces

STEPS, LR, RUNS = 1000, 0.02, 5
ONE = np.array([0.1, 2.0])
MANY = np.random.default_rng(0).uniform(-1.5, 1.5, (1000, 2))


def ring(x: Any, y: Any) -> Any:
    return (x**2 + y**2 - 1) ** 2 + (x + 1) ** 2 / 8


def ours(start: Any) -> Any:
    scene = Scene(surfaces.ring(), [optimizers.Adam(lr=LR)], start, STEPS)
    return simulate(scene).trajectories[0].points[..., -1, :]


def torch_loop(start: Any) -> Any:
    import torch

    point = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([point], lr=LR)
    path = [point.detach().clone()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        ring(point[..., 0], point[..., 1]).sum().backward()
        optimizer.step()
        path.append(point.detach().clone())
    return torch.stack(path)[-1].numpy()


def jax_scan(start: Any) -> Any:
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    slope = jax.grad(lambda point: ring(point[..., 0], point[..., 1]).sum())

    def step(carry: Any, t: Any) -> Any:
        x, m, v = carry
        g = slope(x)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        x = x - LR * m / (1 - 0.9**t) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8)
        return (x, m, v), x

    # A new function each time, so that each run compiles.
    run = jax.jit(lambda x: jax.lax.scan(step, (x, 0 * x, 0 * x), jnp.arange(1.0, STEPS + 1))[1])
    return np.asarray(run(jnp.asarray(start)))[-1]


def compare(title: str, start: Any) -> None:
    rivals: dict[str, tuple[str, Callable[[Any], Any]]] = {
        "animopt": ("animopt", ours),
        "torch.optim with autograd": ("torch", torch_loop),
        "jitted JAX scan, compiling": ("jax", jax_scan),
    }
    print(title)
    here = {name: run for name, (package, run) in rivals.items() if find_spec(package)}
    ends = {name: run(start) for name, run in here.items()}
    seconds: dict[str, list[float]] = {name: [] for name in here}
    for _ in range(RUNS):
        for name, run in here.items():
            began = perf_counter()
            run(start)
            seconds[name].append(perf_counter() - began)
    for name, (package, _) in rivals.items():
        if name not in here:
            print(f"  {name:28} {package} is not installed")
            continue
        np.testing.assert_allclose(ends[name], ends["animopt"], atol=1e-6)
        taken = median(seconds[name])
        ratio = taken / median(seconds["animopt"])
        print(f"  {name:28} {taken * 1e3:8.1f} ms {ratio:8.1f} x")


if __name__ == "__main__":
    compare(f"1 start, {STEPS} steps", ONE)
    compare(f"{len(MANY)} starts, {STEPS} steps", MANY)
