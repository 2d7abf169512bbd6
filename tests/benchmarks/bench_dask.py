"""Dask: how much faster a cluster of one and of two workers renders, and how many would still help.

Run it as a script, `make bench`: it prints two Markdown tables. The first is of the wall time in
which a batch of scenes in 3-D, with a camera in orbit, is rendered to GIF by a LocalCluster whose
workers are processes of their own, one and two of them in turn; files are compared byte for byte.

The second is of what limits many workers, measured with the processor's time. A worker draws and
compresses a frame in d seconds; the client, alone, unpacks and encodes it in e seconds, since each
frame of a file is encoded as a change of the one before. So n workers make at most
min(n / d, 1 / e) frames a second, and no more than d / e of them help. What is drawn in 0.5 ms and
encoded in 1.5, such as a small picture in 2-D, is rendered fastest here, without any; a surface in
orbit that takes 12 ms is worth some eight workers; and where a hundred are to help, a frame must
take a hundred times as long to draw as to encode, as a large one with many triangles may. Then
what helps is not to encode here: of at least twice as many scenes as there are workers, each is
drawn and encoded by one of them, in d + e seconds a frame, and the client only stores the files,
so that the time falls with the number of workers as long as there are scenes. One long film can be
cut by the user: Timeline(first=, last=) makes scenes of its parts, whose files ffmpeg joins. A
draft of quality, or MP4 in place of GIF, makes e smaller. The network is the third limit: a frame
of 640x480 is sent in about 20 kB, and so a gigabit a second carries 6000 of them.
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
NAMES = ("saddle", "ring", "ravine")
FRAMES = 100


def orbit(name: str) -> Scene:
    """Return a scene with a camera that turns around it, in 100 frames."""
    scene = load_scenes(ROOT / f"scenes/{name}.py")["scene"]
    clock = Timeline(speed=scene.steps / FRAMES)
    return scene.replace(
        view="surface", panels=None, space=Space(camera=Orbit()), timeline=clock, labels=False
    )


def render(client: Client, scenes: dict[str, Scene], folder: Path) -> tuple[float, list[bytes]]:
    """Return the seconds in which all are rendered by the workers there are, and the files."""
    jobs = [
        Job(None, name, name, scene, Options(), (folder / f"{name}.gif",))
        for name, scene in scenes.items()
    ]
    began = perf_counter()
    written = list(run(jobs, Progress(), Hands("render", client)))
    return perf_counter() - began, [path.read_bytes() for path in written]


def compare(runs: int) -> None:
    """Print how long one worker takes, and two, in turn."""
    scenes = {name: orbit(name) for name in NAMES}
    options = {"threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": 50}
    seconds: dict[int, list[float]] = {1: [], 2: []}
    files = []
    print("| workers | seconds | times as fast |\n|---:|---:|---:|")
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
        ratio = median(a / b for a, b in zip(seconds[1], taken, strict=True))
        print(f"| {n} | {median(taken):.2f} | {ratio:.2f} |", flush=True)


def limit(title: str, scene: Scene) -> None:
    """Print what a frame costs a worker and the client, and how many workers help."""
    picture = compose(simulate(scene))
    data, count = pickle.dumps(picture), len(picture.clock)
    far.draw("warm", data, 0, 1, far.versions())
    began = process_time()
    ranges = [
        far.draw("it", data, i, min(i + 8, count), far.versions()) for i in range(0, count, 8)
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
