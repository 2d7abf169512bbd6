"""What a function costs that takes one point at a time: ring's seven optimizers, in both views.

Run it as a script. The same scene is rendered at draft quality with a function of arrays, with one
of some 2 microseconds a call, written with math and a loop, and with one of 200 microseconds: how
often each is called, and the seconds of the simulation and of the whole.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from animopt import Surface, render, simulate
from animopt.notes import notes_to
from animopt.scene import load_scenes

ROOT = Path(__file__).parents[2]


def arrays(x: Any, y: Any) -> Any:
    return (x**2 + y**2 - 1) ** 2 + (x + 1) ** 2 / 8


def scalar(x: float, y: float) -> float:
    total = 0.0
    for k in range(10):
        total += math.sin(k * x) ** 2 + math.cos(k * x) ** 2
    return (x**2 + y**2 - total / 10) ** 2 + (x + 1) ** 2 / 8


def slow(x: float, y: float) -> float:
    until = perf_counter() + 200e-6
    while perf_counter() < until:
        pass
    return float(arrays(math.fabs(x) * math.copysign(1, x), y))


class Counted:
    """A function whose calls are counted."""

    def __init__(self, f: Callable[[Any, Any], Any]) -> None:
        self.f, self.calls = f, 0

    def __call__(self, x: Any, y: Any) -> Any:
        self.calls += 1
        return self.f(x, y)


def measure(f: Callable[[Any, Any], Any], folder: Path) -> None:
    began = perf_counter()
    for _ in range(1000):
        f(0.3, 0.4)
    each = (perf_counter() - began) * 1e3
    ring = load_scenes(ROOT / "scenes" / "ring.py")["scene"]
    counted = Counted(f)
    scene = ring.replace(surface=Surface(counted, bounds=ring.bounds), view="both")
    began = perf_counter()
    simulate(scene)
    simulated = perf_counter() - began
    calls, again = counted.calls, perf_counter()
    fresh = scene.replace(surface=Surface(counted, bounds=ring.bounds))
    render(fresh, folder / f"{f.__name__}.gif", quality="draft")
    print(
        f"{f.__name__:8} {each:8.2f} us a call   simulate: {calls:7} calls {simulated:6.2f} s   "
        f"render: {counted.calls - calls:7} calls {perf_counter() - again:6.2f} s"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name, notes_to(print):
        for f in (arrays, scalar, slow):
            measure(f, Path(name))
