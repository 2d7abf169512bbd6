"""What is promised of the names beside the heads, and random scenes in which it must hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from animopt import Orbit, Scene, Space, optimizers, simulate
from animopt.picture import compose
from animopt.picture.beside import RINGS
from animopt.picture.labels import GAP, Labels, Places
from animopt.picture.picture import Picture
from animopt.surfaces import catalogue

# A cut takes so many frames at most: 0.2 seconds at 25 frames a second.
CUT = 5
RATES = {"Adadelta": 1.0, "SGD": 0.01, "Momentum": 0.005, "Nesterov": 0.005}
NAMES = ("SGD", "Momentum", "Nesterov", "Adagrad", "Adadelta", "RMSprop", "Adam", "Lion", "NAdam")
SIZES = ((640, 480), (960, 540), (1280, 720), (480, 480))


def random_scene(seed: int) -> Scene:
    """Return a scene with names: any surface, two to eight optimizers from one start."""
    random = np.random.default_rng(seed)
    surface = catalogue()[str(random.choice(sorted(catalogue())))]()
    chosen = random.choice(NAMES, int(random.integers(2, 9)), replace=False).tolist()
    members = [
        getattr(optimizers, name)(lr=RATES.get(name, 0.05) * float(10 ** random.uniform(-1, 1)))
        for name in chosen
    ]
    low, high = np.array(surface.bounds).T
    start = tuple((low + random.uniform(0.1, 0.9, 2) * (high - low)).tolist())
    turns = random.random() < 0.2
    return Scene(
        surface, members, start, int(random.integers(20, 160)), labels=True,
        view=str(random.choice(["contour", "surface"])),
        space=Space(camera=Orbit(1)) if turns else Space(),
        size=SIZES[int(random.integers(len(SIZES)))],
        theme=str(random.choice(["light", "slides", "dark"])),
    )  # fmt: skip


def pictures(scene: Scene) -> Iterator[Picture]:
    """Yield the pictures of a scene from above and in space, with names."""
    simulation = simulate(scene)
    for view in ("contour", "surface"):
        yield compose(simulation, scene.look.replace(labels=True, view=view))


def named_panels(picture: Picture) -> list[tuple[Labels, Any]]:
    """Return the names in each panel that has some, and the box they stay in."""
    named = [panel for panel in picture.panels if getattr(panel, "labels", None)]
    return [(panel.labels, getattr(panel, "frame", panel.box)) for panel in named]


def faults(picture: Picture) -> list[str]:
    """Return what is wrong with the names of a picture, a sentence each."""
    found = []
    for labels, box in named_panels(picture):
        sizes = np.array([word.ink_size(picture.dpi) for word in labels.words])
        found += misplaced(labels.points, sizes, box, labels.places, picture.px(GAP))
        said = [line.word_at(0).text for line in picture.layout.legend.lines]
        if labels.misses and len(said) < len(labels.words):
            found.append("a name is missing for long, and in no legend")
    return found


def misplaced(heads: Any, sizes: Any, box: Any, places: Places, gap: float) -> list[str]:
    """Return what is wrong with the places of names, a sentence each."""
    corners, free = places.corners, places.free
    found = _covering(corners, free, heads, sizes, gap)
    inside = (corners >= np.array(box[:2]) - 0.5) & (corners + sizes <= np.array(box[2:]) + 0.5)
    if (free & ~inside.all(axis=-1)).any():
        found.append("a name leaves the plot")
    return [
        *found, *_restless(corners - heads, free), *_missing(corners, free, heads, sizes, gap)
    ]  # fmt: skip


def _covering(corners: Any, free: Any, heads: Any, sizes: Any, gap: float) -> list[str]:
    """Return which names lie over a head or another name."""
    found = []
    for i, size in enumerate(sizes):
        for j, other in enumerate(sizes):
            near = heads[:, j].clip(corners[:, i], corners[:, i] + size)
            if (free[:, i] & (np.linalg.norm(near - heads[:, j], axis=-1) < 0.7 * gap)).any():
                found.append(f"name {i} covers head {j}")
            low = np.maximum(corners[:, i], corners[:, j])
            high = np.minimum(corners[:, i] + size, corners[:, j] + other)
            if i < j and (free[:, i] & free[:, j] & (low < high).all(axis=-1)).any():
                found.append(f"names {i} and {j} overlap")
    return found


def _restless(offsets: Any, free: Any) -> list[str]:
    """Return which names move faster than allowed for longer than a cut."""
    jumps = np.linalg.norm(np.diff(offsets, axis=0), axis=-1) > 4
    jumps = (jumps & free[1:]) | (free[1:] != free[:-1])
    found = []
    for i, each in enumerate(jumps.T):
        runs = "".join("x" if jump else " " for jump in each).split()
        longest = max(map(len, runs), default=0)
        if longest > CUT:
            found.append(f"name {i} jumps in {longest} frames in a row")
    return found


def _missing(corners: Any, free: Any, heads: Any, sizes: Any, gap: float) -> list[str]:
    """Return which names are hidden though no other head or name is within their reach."""
    found = []
    for i, size in enumerate(sizes):
        reach = size + (RINGS[-1] + 1) * gap
        near = np.zeros(len(heads), bool)
        for j, other in enumerate(sizes):
            if i != j:
                near |= (np.abs(heads[:, j] - heads[:, i]) < reach).all(axis=-1)
                middle = corners[:, j] + other / 2
                away = np.abs(middle - heads[:, i]) - other / 2
                near |= free[:, j] & (away < reach).all(axis=-1)
        alone = ~free[:, i] & ~near
        if alone.any():
            found.append(f"name {i} is hidden alone in {alone.sum()} of {len(heads)} frames")
    return found
