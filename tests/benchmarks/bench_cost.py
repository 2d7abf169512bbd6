"""What three features cost: knowing what the surface hides, the loss beside the contours, and that
no user's settings of matplotlib count.

Run it as a script, `make bench`: it prints a Markdown table of ratios of medians, all from one run.
Time is that of the processor, so that what else the machine does counts for little.

Depth: a frame of an orbit, against the same frame with every sample of the paths taken as seen.
Panels: a frame of contour and loss, against contour alone, each per pixel of the picture.
Settings: a frame, against one that is drawn with whatever settings are in force; and the
microseconds in which ours are put in force and taken back.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np

from animopt import Scene, Timeline, simulate
from animopt.animate import SceneAnimation, animation
from animopt.picture.drawing import Drawing, drawing
from animopt.picture.space import paths
from animopt.scene import load_scenes
from animopt.scene.space import Orbit, Space

ROOT = Path(__file__).parents[2]


def seconds(works: list[Callable[[], object]], runs: int) -> list[float]:
    """Return the median time of each work, done in turn so that none has the better hours."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for work, taken in zip(works, times, strict=True):
            start = process_time()
            work()
            taken.append(process_time() - start)
    return [median(taken) for taken in times]


@contextmanager
def all_seen() -> Iterator[None]:
    """Let every sample pass for seen."""
    judge = paths.visible
    paths.visible = lambda points, *rest, **more: np.ones(len(points), bool)
    try:
        yield
    finally:
        paths.visible = judge


def depth(scene: Scene, runs: int) -> float:
    """Return the cost of a frame of 100 around a scene, over that without judging."""
    scene = scene.replace(view="surface", panels=None, space=Space(camera=Orbit()))
    scene = scene.replace(timeline=Timeline(speed=scene.steps / 100), labels=False)
    movie = animation(simulate(scene))

    def draw_all_seen() -> None:
        with all_seen():
            through(movie)

    judged, taken = seconds([lambda: through(movie), draw_all_seen], runs)
    return judged / taken


def through(movie: SceneAnimation) -> None:
    """Draw every frame and keep none."""
    for _ in movie.frames():
        pass


def panels(scene: Scene, runs: int) -> tuple[float, float]:
    """Return the cost of a pixel with the loss beside, over that without: drawn, and as a GIF."""
    movies = [
        animation(simulate(scene.replace(view="contour", panels=names)))
        for names in (("contour", "loss"), ("contour",))
    ]
    areas = [np.prod(movie.draw(0).shape[:2]) for movie in movies]
    with TemporaryDirectory() as folder:
        drawn = seconds([lambda m=m: through(m) for m in movies], runs)
        saved = seconds([lambda m=m: m.save(f"{folder}/x.gif") for m in movies], runs)
    return tuple(a / areas[0] / (b / areas[1]) for a, b in (drawn, saved))


@contextmanager
def settings_as_they_are() -> Iterator[None]:
    """Let no settings be put in force."""
    enter, leave = Drawing.__enter__, Drawing.__exit__
    Drawing.__enter__ = lambda self: self
    Drawing.__exit__ = lambda self, *error: None
    try:
        yield
    finally:
        Drawing.__enter__, Drawing.__exit__ = enter, leave


def settings(scene: Scene, runs: int) -> tuple[float, float]:
    """Return the cost of a frame over that without settings in force, and microseconds of them."""
    movie, times = animation(simulate(scene)), 1000
    through(movie)

    def without() -> None:
        with drawing(movie.picture.theme), settings_as_they_are():
            through(movie)

    def forced() -> None:
        for _ in range(times):
            with drawing(movie.picture.theme):
                pass

    drawn, plain, alone = seconds([lambda: through(movie), without, forced], runs)
    return drawn / plain, alone / times * 1e6


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=7, help="how often each is timed")
    runs = options.parse_args().runs
    print("| what | scene | times the cost without |\n|---|---|---|", flush=True)
    for name in ("saddle", "ring"):
        scene = load_scenes(ROOT / f"scenes/{name}.py")["scene"]
        print(f"| depth, a frame of an orbit | {name} | {depth(scene, runs):.2f} |", flush=True)
    for name in ("saddle", "ring"):
        scene = load_scenes(ROOT / f"scenes/{name}.py")["scene"]
        drawn, saved = panels(scene, runs)
        print(f"| contour and loss, a pixel drawn | {name} | {drawn:.2f} |")
        print(f"| contour and loss, a pixel of the GIF | {name} | {saved:.2f} |", flush=True)
    for name in ("saddle", "ring"):
        scene = load_scenes(ROOT / f"scenes/{name}.py")["scene"]
        times, micro = settings(scene, runs)
        print(f"| settings, a frame ({micro:.0f} us) | {name} | {times:.2f} |", flush=True)


if __name__ == "__main__":
    main()
