"""Growth: time and memory against steps, optimizers, starts, pixels and frames.

Run it as a script, `make bench`: it prints a Markdown table of each, and then the limits that must
hold. Every size is rendered by a process of its own, from its start to its end, with all that it
imports. Seconds are those of the processor, of the process and of its encoder, so that what else
the machine does counts for little; memory is the most that the process ever held, and the most
that its encoder did, added up although they need not have been at the same time.

The exponent is that of cost = constant + factor size^exponent with the smallest sum of squared
relative errors, found by trying every exponent in hundredths: the slope of a line through the costs
above their constant part, on logarithmic axes. It needs costs that grow: where the largest is less
than 1.5 times the smallest, there is none, "flat".

`--quick` leaves out the largest size of each, which take minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from animopt import Scene, Timeline, optimizers, render, simulate, surfaces

MEGA = 1 << 20
PIXELS = {640 * 480: (640, 480), 1280 * 720: (1280, 720), 1920 * 1080: (1920, 1080),
          3840 * 2160: (3840, 2160)}  # fmt: skip


def long_run(steps: int, noise: float = 0.0) -> Scene:
    """One SGD, all of it in eight seconds."""
    one = [optimizers.SGD(lr=1e-4)]
    return Scene(
        surfaces.rosenbrock(), one, (-1.5, 2.0), steps, noise=noise, timeline=Timeline(duration=8)
    )


def many_optimizers(count: int) -> Scene:
    rates = np.linspace(0.002, 0.1, count).tolist()
    return Scene(surfaces.saddle(), [optimizers.SGD(lr=lr) for lr in rates], (1.5, 0.01), 100)


def many_starts(count: int) -> Scene:
    starts = np.random.default_rng(0).uniform(-1.5, 1.5, (count, 2))
    return Scene(surfaces.rosenbrock(), [optimizers.SGD(lr=1e-3)], starts, 48)


def two_on_a_ring(steps: int) -> Scene:
    both = [optimizers.Adam(lr=0.02), optimizers.SGD(lr=0.002)]
    return Scene(surfaces.ring(), both, (0.1, 2.0), steps)


@dataclass(frozen=True)
class Growth:
    """What grows, how far, and what is done at each size with a file to be written."""

    sizes: Sequence[int]
    work: Callable[[int, Path], object]


GROWTHS = {
    "steps, simulated": Growth(
        [10**k for k in range(3, 8)], lambda n, path: simulate(long_run(n))
    ),
    "steps to GIF": Growth(
        [10**k for k in range(3, 8)], lambda n, path: render(long_run(n), path / "x.gif")
    ),
    "steps with noise to GIF": Growth(
        [10**k for k in range(3, 7)], lambda n, path: render(long_run(n, 40.0), path / "x.gif")
    ),
    "optimizers to GIF": Growth(
        [1, 10, 100, 1000], lambda n, path: render(many_optimizers(n), path / "x.gif")
    ),
    "starts to GIF": Growth(
        [10**k for k in range(7)], lambda n, path: render(many_starts(n), path / "x.gif")
    ),
    "pixels to MP4": Growth(
        list(PIXELS),
        lambda n, path: render(two_on_a_ring(240), path / "x.mp4", size=PIXELS[n]),
    ),
    "frames to GIF": Growth(
        [100, 1000, 10_000], lambda n, path: render(two_on_a_ring(n), path / "x.gif")
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """Seconds of the processor, and megabytes."""

    seconds: float
    memory: float


def measure(name: str, size: int) -> Cost:
    """Return what one size costs, in a process of its own."""
    work = [sys.executable, __file__, "--child", name, str(size)]
    told = json.loads(subprocess.run(work, check=True, stdout=subprocess.PIPE).stdout)
    return Cost(**told)


def child(name: str, size: int) -> None:
    """Do the work of one size, and print what it cost."""
    with TemporaryDirectory() as folder:
        GROWTHS[name].work(size, Path(folder))
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    unit = 1 if sys.platform == "darwin" else 1024
    memory = sum(each.ru_maxrss for each in used) * unit / MEGA
    print(json.dumps({"seconds": sum(os.times()[:4]), "memory": memory}))


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float | None:
    """Return the exponent with which costs grow above a constant part; None if they do not."""
    if max(costs) < 1.5 * costs[0]:
        return None
    n, cost = np.array(sizes, float), np.array(costs)

    def error(power: float) -> float:
        columns = np.stack([np.ones_like(n), (n / n[-1]) ** power], axis=1) / cost[:, None]
        found, *_ = np.linalg.lstsq(columns, np.ones_like(n), rcond=None)
        constant, factor = np.maximum(found, 0.0)
        return float(np.square(columns @ [constant, factor] - 1).sum())

    return min(np.arange(0.2, 2.5, 0.01).tolist(), key=error)


def told(power: float | None) -> str:
    return "flat" if power is None else f"{power:.2f}"


def grow(name: str, sizes: Sequence[int]) -> dict[int, Cost]:
    """Measure all sizes and print their table."""
    print(f"\n| {name} | seconds | MB |\n|---:|---:|---:|", flush=True)
    costs = {}
    for size in sizes:
        costs[size] = cost = measure(name, size)
        print(f"| {size:,} | {cost.seconds:.2f} | {cost.memory:.0f} |", flush=True)
    powers = [
        exponent(sizes, [getattr(cost, each) for cost in costs.values()])
        for each in ("seconds", "memory")
    ]
    print(f"| exponent | {told(powers[0])} | {told(powers[1])} |", flush=True)
    return costs


def limits(costs: dict[str, dict[int, Cost]]) -> list[tuple[str, float, float]]:
    """Return (what, how much, at most) of what was measured at its largest size."""
    steps, alone = costs["steps to GIF"], costs["steps, simulated"]
    rows = [
        ("10^7 steps to GIF, times simulate alone", (steps, 10**7, "seconds"), 1.3),
        ("10^7 steps to GIF, MB", (steps, 10**7, "memory"), 1500.0),
        ("1000 optimizers to GIF, s", (costs["optimizers to GIF"], 1000, "seconds"), 10.0),
        ("10^6 starts to GIF, MB", (costs["starts to GIF"], 10**6, "memory"), 2000.0),
        ("4K to MP4, MB", (costs["pixels to MP4"], 3840 * 2160, "memory"), 1500.0),
    ]
    found = []
    for what, (measured, size, each), most in rows:
        if size in measured:
            value = getattr(measured[size], each)
            if "times" in what:
                value /= alone[size].seconds
            found.append((what, value, most))
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--quick", action="store_true", help="leave out the largest sizes")
    options.add_argument("--only", help="what grows, a part of its name")
    options.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.child:
        child(asked.child[0], int(asked.child[1]))
        return
    costs = {
        name: grow(name, each.sizes[: -1 if asked.quick else None])
        for name, each in GROWTHS.items()
        if asked.only is None or asked.only in name
    }
    if len(costs) == len(GROWTHS):
        print("\n| limit | measured | at most |\n|---|---:|---:|")
        for what, value, most in limits(costs):
            print(f"| {what} | {value:.2f} | {most:g} |")


if __name__ == "__main__":
    main()
