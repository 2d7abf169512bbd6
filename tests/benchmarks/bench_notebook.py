"""What a reader waits for: a scene below its cell, a slider that moves, a preview after a save.

Run it as a script, `make bench`: it prints a Markdown table of medians, with the limit of each.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import tempfile
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from threading import Thread
from time import perf_counter, sleep
from urllib.parse import urlsplit

from animopt.notebook import bundle
from animopt.notebook.sliders import Explorer
from animopt.page import preview
from animopt.scene import load_scenes

ROOT = Path(__file__).parents[2]
RING = ROOT / "scenes" / "ring.py"


def times(work, runs):
    """The median seconds of some runs; the first, which imports, is not counted."""
    taken = []
    for i in range(runs + 1):
        start = perf_counter()
        work(i)
        taken.append(perf_counter() - start)
    return median(taken[1:])


def inline(runs):
    """A scene as the last line of a cell, from its simulation to the bytes of the APNG."""
    scene = load_scenes(RING)["scene"]
    taken = times(lambda i: bundle(scene), runs)
    return taken, len(bundle(scene)[0]["image/png"])


def sliders(runs, view):
    """Each control moved: seconds from the change to the new picture, without the debouncing."""
    scene = load_scenes(RING)["scene"].replace(steps=300, view=view)
    explorer = Explorer(scene)

    def moved(name):
        control = explorer.controls[name]
        first = control.value

        def move(i):
            control.value = first * (1 - 0.001 * (i + 1)) + 0.0005 * (i + 1)

        return times(move, 10 * runs)

    rate = next(n for n in explorer.controls if n.endswith(".lr"))
    names = [name for name in (rate, "start.x", "azim") if name in explorer.controls]
    return {name: moved(name) for name in names}


def saves(runs):
    """From a save of the scene file to the browser being told of the new page."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "ring.py")
        shutil.copy(RING, file)
        address = []
        Thread(target=preview.run, args=(file, address.append), daemon=True).start()
        while not address:
            sleep(0.01)
        stream = HTTPConnection(urlsplit(address[0]).netloc)
        stream.request("GET", "/events")
        news = iter(stream.getresponse().readline, b"")

        def told():
            return next(json.loads(line[5:]) for line in news if line.startswith(b"data:"))

        assert told()["error"] is None
        text = file.read_text()

        def save(i):
            file.write_text(text + "#" * (i + 1))
            assert told()["error"] is None

        return times(save, runs)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=5, help="how often each is timed")
    runs = options.parse_args().runs
    taken, size = inline(runs)
    print("| what | limit | result |\n|---|---|---|")
    print(f"| ring inline | 2 s | {taken:.2f} s |")
    print(f"| | 1.5 MB | {size / 1e6:.2f} MB |")
    for view, least in (("contour", 15), ("both", 6)):
        for name, seconds in sliders(runs, view).items():
            what = f"7 optimizers x 300 steps, {view}, {name} moved"
            print(f"| {what} | {least} pictures/s | {1 / seconds:.0f} pictures/s |")
    print(f"| preview of ring, from save to new page | 1.5 s | {saves(runs):.2f} s |")
    print(
        f"\n{platform.machine()}, {os.cpu_count()} cores, {date.today()}, medians of {runs} runs."
    )


if __name__ == "__main__":
    main()
