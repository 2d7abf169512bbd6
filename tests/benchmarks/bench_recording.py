"""What it costs to record a training, and to find its plane.

Run it as a script, `make bench`: it prints a Markdown table, if torch is there. Each training has a
process of its own, so that its memory is its own. Time is that of the processor for the thread that
trains: of recording, and of all else in the same steps, so that what else the machine does counts
for little. The last row is by the wall clock, which on a busy machine measures its disk.

Ordinary: 3000 steps of a network of a million parameters with batches of 256.
Large: 1000 steps of ten million parameters, which have to come to their end.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import pairwise
from time import perf_counter, thread_time
from typing import Any

import numpy as np

from animopt import planes, record

MB = 2**20
LIMITS = {"time of a step": 0.05, "memory, training": 50.0, "memory, plane": 200.0}


def now() -> Any:
    """Return the time of the processor and that of the wall, in seconds."""
    return np.array([thread_time(), perf_counter()])


class Clock:
    """How long a function took in all its calls."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.seconds = function, np.zeros(2)

    def __call__(self, *args: Any, **settings: Any) -> None:
        start = now()
        self.function(*args, **settings)
        self.seconds += now() - start


@contextmanager
def recorded(*what: Any) -> Iterator[tuple[Any, list[Clock]]]:
    """Record a training, with a clock for the hook and one for what is logged."""
    with record(*what) as recording:
        clocks = [Clock(recording.append), Clock(recording.log)]
        recording.append, recording.log = clocks
        yield recording, clocks
        del recording.append, recording.log


def peak() -> float:
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ordinary(steps: int) -> dict[str, float]:
    """Train a network of a million parameters."""
    import torch

    torch.manual_seed(0)
    sizes = (784, 640, 640, 100)
    layers: list[Any] = []
    for one, other in pairwise(sizes):
        layers += [torch.nn.Linear(one, other), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    data, labels = torch.randn(20, 256, 784), torch.randint(100, (20, 256))

    def step(k: int, log: Callable[..., Any] | None) -> None:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(data[k % 20]), labels[k % 20])
        loss.backward()
        if log is not None:
            log(loss=loss)
        optimizer.step()

    for k in range(100):
        step(k, None)
    return measured(step, steps, model, optimizer)


def large(steps: int) -> dict[str, float]:
    """Move ten million parameters towards zero, with noise."""
    import torch

    parameter = torch.nn.Parameter(torch.ones(10_000_000))
    optimizer = torch.optim.SGD([parameter], lr=0.01)
    generator = torch.Generator().manual_seed(0)
    parameter.grad = torch.zeros_like(parameter)

    def step(k: int, log: Callable[..., Any] | None) -> None:
        parameter.grad.normal_(generator=generator).add_(parameter.detach())
        if log is not None:
            log(loss=float(k))
        optimizer.step()

    for k in range(5):
        step(k, None)
    return measured(step, steps, [parameter], optimizer)


def measured(
    step: Callable[[int, Any], None], steps: int, model: Any, optimizer: Any
) -> dict[str, float]:
    """Return what recording some steps cost, and their plane."""
    before = peak()
    with recorded(model, optimizer) as (recording, clocks):
        start = now()
        for k in range(steps):
            step(k, recording.log)
        lasted = now() - start
    spent = sum(clock.seconds for clock in clocks)
    trained_for = lasted - spent
    trained = peak()
    start = perf_counter()
    plane = planes.pca(recording)
    found = perf_counter() - start
    run = plane.project(recording)
    count, width = recording.shape
    assert np.isfinite(run.points).all()
    assert recording.steps[-1] == steps
    return {
        "parameters": width,
        "steps": steps,
        "snapshots": count,
        "a step, ms": 1e3 * trained_for[0] / steps,
        "recording it, ms": 1e3 * spent[0] / steps,
        "time of a step": spent[0] / trained_for[0],
        "memory, training": trained - before - 4 * width / MB,
        "memory, plane": peak() - trained,
        "scratch, MB": 4 * width * count / MB,
        "plane, s": found,
        "with projection, s": perf_counter() - start,
        "time by the wall": spent[1] / trained_for[1],
    }


PARTS = {"ordinary": (ordinary, 3000), "large": (large, 1000)}


def main() -> None:
    """Print the table, and say whether the limits of the ordinary training are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, help="run one training here, and print it as JSON")
    parser.add_argument("--steps", type=int, help="instead of its own number")
    asked = parser.parse_args()
    if asked.part:
        train, steps = PARTS[asked.part]
        print(json.dumps(train(asked.steps or steps)))
        return
    if find_spec("torch") is None:
        print("recording is measured where torch is: pip install 'animopt[torch]'")
        return
    rows = {}
    for part in PARTS:
        command = [sys.executable, __file__, "--part", part]
        command += ["--steps", str(asked.steps)] if asked.steps else []
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        rows[part] = json.loads(done.stdout)
    print("| | " + " | ".join(rows) + " | limit |\n|:---|" + "---:|" * (len(rows) + 1))
    for name in rows["ordinary"]:
        form = ".1%" if name.startswith("time") else ",.1f" if rows["ordinary"][name] % 1 else ",d"
        cells = [
            format(row[name] if form != ",d" else int(row[name]), form) for row in rows.values()
        ]
        limit = format(LIMITS[name], form) if name in LIMITS else ""
        print(f"| {name} | {' | '.join(cells)} | {limit} |")
    kept = all(rows["ordinary"][name] <= limit for name, limit in LIMITS.items())
    print(f"\nlimits {'kept' if kept else 'NOT kept'} by the ordinary training")


if __name__ == "__main__":
    main()
