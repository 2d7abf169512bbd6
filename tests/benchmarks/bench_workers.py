"""When more than one process pays: whole commands with -j 1 and -j 2, and what -j auto takes.

Run it as a script. Each row is a render, the work that ``animopt.pipeline.sharing`` expects, the
medians of five runs each in turn, and how many processes -j auto takes on this machine.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from animopt.pipeline.jobs import load
from animopt.pipeline.options import Options
from animopt.pipeline.sharing import advised, drawing

SCENES = Path(__file__).parents[2] / "scenes"
RUNS = 5
ROWS = {
    "saddle to GIF": ("saddle", {}, "gif"),
    "ring to GIF, 100 steps": ("ring", {"steps": 100}, "gif"),
    "ring to GIF": ("ring", {}, "gif"),
    "ring to MP4": ("ring", {}, "mp4"),
    "ring to GIF, 1280x720": ("ring", {"size": "1280x720"}, "gif"),
    "ring in space, orbit, 40 steps": (
        "ring", {"view": "surface", "orbit": 1.0, "steps": 40}, "gif"),
    "ring in space, orbit, 100 steps": (
        "ring", {"view": "surface", "orbit": 1.0, "steps": 100}, "gif"),
    "ring in space, orbit": ("ring", {"view": "surface", "orbit": 1.0}, "gif"),
    "ring in space, orbit, 1280x720": (
        "ring", {"view": "surface", "orbit": 1.0, "size": "1280x720"}, "gif"),
}  # fmt: skip


def seconds(scene, options, path, workers):
    flags = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "animopt", "render", scene, *flags, "-o", path]
    start = perf_counter()
    subprocess.run([*command, "-j", str(workers)], check=True, capture_output=True)
    return perf_counter() - start


def main():
    print("| render | expected | -j 1 | -j 2 | ratio | -j auto |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for title, (name, options, suffix) in ROWS.items():
            scene, path = SCENES / f"{name}.py", Path(folder) / f"x.{suffix}"
            (job,) = (each.to([path]) for each in load([scene], Options(**options)))
            times = [[seconds(scene, options, path, j) for j in (1, 2)] for _ in range(RUNS)]
            one, two = (median(each) for each in zip(*times, strict=True))
            print(f"| {title} | {drawing(job) / 1e3:.1f} s | {one:.2f} s | {two:.2f} s |"
                  f" {one / two:.2f} | {advised([job])} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
