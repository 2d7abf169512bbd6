"""Dask: how much faster a cluster of one and of two workers renders, and how many would still help.

Run it as a script, `make bench`: it prints two Markdown tables. The first is of the wall time in
which a batch of six scenes in 3-D, with a camera in orbit, is rendered to GIF by a LocalCluster
whose workers are processes of their own, one and two of them in turn; the files are compared byte
for byte.

The second is of what limits many workers on one film, measured with the processor's time. A worker
draws and packs a frame in d seconds; the client, alone, unpacks and encodes it in e seconds, since
each frame of a file is encoded as a change of the one before. So n workers make at most
min(n / d, 1 / e) frames a second, and no more than d / e of them help. With d = 10 ms and e = 4 ms,
a surface in orbit at 640x480, that is two or three; a hundred workers help where a frame takes
100 e = 0.4 s to draw, and below that they wait for the encoder. In 2-D a frame is drawn in less
time than it takes to send it: without a cluster it is rendered fastest. The network comes next: a
frame of 640x480 is sent in 0.13 MB, and so a gigabit a second carries a thousand frames.

What then helps is not to encode here. Of at least twice as many scenes as there are workers, each
is drawn and encoded by one of them, and the client only stores the files: a batch of s scenes with
f frames each takes s f (d + e) / n seconds, and a hundred workers are busy with two hundred scenes.
One long film is made such a batch by its user: Timeline(first=, last=) makes scenes of its parts,
whose videos ffmpeg joins.
"""

from __future__ import annotations

import argparse
import os
import pickle
import zlib
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TypeAlias

import numpy as np
from distributed import Client, LocalCluster

from animopt import Scene, Timeline, export, simulate
from animopt.animate.film import Film
from animopt.picture import compose
from animopt.pipeline import far
from animopt.pipeline.jobs import Job
from animopt.pipeline.options import Options
from animopt.pipeline.rendering import run
from animopt.progress import Progress
from animopt.runs.hands import Hands
from animopt.scene import load_scenes
from animopt.scene.space import Orbit, Space

ROOT = Path(__file__).parents[2]
NAMES = ("saddle", "ring", "ravine", "cubic", "sphere", "learning_rates")
FRAMES = 40

Taken: TypeAlias = tuple[float, float]
"""Seconds of the clock, and of this process's processor."""


def orbit(name: str) -> Scene:
    """Return the first scene of a file with a camera that turns around it, in 40 frames."""
    scene = next(iter(load_scenes(ROOT / f"scenes/{name}.py").values()))
    clock = Timeline(speed=scene.steps / FRAMES)
    return scene.replace(
        view="surface", panels=None, space=Space(camera=Orbit()), timeline=clock, labels=False
    )


def render(client: Client, scenes: dict[str, Scene], folder: Path) -> tuple[Taken, list[bytes]]:
    """Return how long it takes the workers there are to render all, and the files."""
    jobs = [
        Job(None, name, name, scene, Options(), (folder / f"{name}.gif",))
        for name, scene in scenes.items()
    ]
    began = perf_counter(), process_time()
    written = list(run(jobs, Progress(), Hands("render", client)))
    taken = perf_counter() - began[0], process_time() - began[1]
    return taken, [path.read_bytes() for path in written]


def compare(runs: int) -> None:
    """Print how long one worker takes, and two, in turn."""
    scenes = {name: orbit(name) for name in NAMES}
    options = {"threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": 50}
    seconds: dict[int, list[Taken]] = {1: [], 2: []}
    files = []
    print("| workers | seconds | times as fast | the client's own |\n|---:|---:|---:|---:|")
    with TemporaryDirectory() as folder:
        clusters = {n: LocalCluster(n_workers=n, processes=True, **options) for n in seconds}
        clients = {n: Client(cluster, set_as_default=False) for n, cluster in clusters.items()}
        for i in range(runs + 1):
            for n, client in clients.items():
                assert len(set(client.run(os.getpid).values()) - {os.getpid()}) == n
                taken, made = render(client, scenes, Path(folder))
                files.append(made)
                if i:  # at first they import what draws
                    seconds[n].append(taken)
        for n in seconds:
            clients[n].close()
            clusters[n].close()
    assert all(made == files[0] for made in files)
    for n, taken in seconds.items():
        ratio = median(a / b for (a, _), (b, _) in zip(seconds[1], taken, strict=True))
        wall, own = (median(each) for each in zip(*taken, strict=True))
        print(f"| {n} | {wall:.2f} | {ratio:.2f} | {own:.2f} |", flush=True)


def limit(title: str, scene: Scene) -> None:
    """Print what a frame costs a worker and the client, and how many workers help."""
    picture = compose(simulate(scene))
    data, count = pickle.dumps(picture), len(picture.clock)
    far.draw(f"{title}, warm", data, 0, 1, far.versions())
    began = process_time()
    ranges = [
        far.draw(title, data, i, min(i + 8, count), far.versions()) for i in range(0, count, 8)
    ]
    drawn = (process_time() - began) / count
    film = Film(picture)
    known = film.known(film.engine())
    known["samples"] = [frame.copy() for frame in known["samples"]]

    def frames():
        for shape, seconds, packed in ranges:
            unpacked = np.frombuffer(zlib.decompress(packed), np.uint8)
            yield from zip(unpacked.reshape(len(seconds), *shape), seconds, strict=True)

    with TemporaryDirectory() as folder:
        began = process_time()
        export.write(frames(), Path(folder, "x.gif"), **known)
        encoded = (process_time() - began) / count
    sent = sum(len(packed) for _, _, packed in ranges) / count
    print(
        f"| {title} | {drawn * 1e3:.1f} | {encoded * 1e3:.1f} | {sent / 1e3:.0f} "
        f"| {max(drawn / encoded, 1):.1f} |",
        flush=True,
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=3, help="how often each is timed")
    compare(options.parse_args().runs)
    print("\n| a frame to GIF | drawn, ms | encoded, ms | sent, kB | workers that help |")
    print("|---|---:|---:|---:|---:|")
    limit("ring in 2-D", load_scenes(ROOT / "scenes/ring.py")["scene"])
    limit("saddle in orbit", orbit("saddle"))
    limit("ring in orbit", orbit("ring"))
    limit("ring in orbit, 1280x720", orbit("ring").replace(size=(1280, 720)))


if __name__ == "__main__":
    main()
