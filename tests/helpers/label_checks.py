"""What is promised of the names beside the heads, and random scenes in which it must hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from animopt import Orbit, Scene, Space, optimizers, simulate
from animopt.picture import compose
from animopt.picture.beside import RINGS
from animopt.picture.labels import GAP, Labels, Places
from animopt.picture.picture import Picture
from animopt.picture.plane import Plane
from animopt.picture.shapes import EXIT, HEAD_SIZE, MARKS
from animopt.picture.space.camera import beside_edges
from animopt.picture.space.relief import Relief, numbers
from animopt.picture.words import apart
from animopt.surfaces import catalogue

# A cut takes so many seconds at most, and so long at least a name is at rest after one.
CUT = 0.2
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


def catalogue_scene(name: str, theme: str, size: tuple[int, int]) -> Scene:
    """Return a scene with names on a surface, from above and in space, some of them leaving."""
    surface = catalogue()[name]()
    start = surface.start or tuple((np.array(surface.bounds) @ (0.25, 0.75)).tolist())
    rules = [optimizers.SGD(lr=1e-3), optimizers.Momentum(lr=2e-3), optimizers.Adam(lr=0.3),
             optimizers.Lion(lr=0.1)]  # fmt: skip
    return Scene(surface, rules, start, 60, labels=True, view="both", theme=theme, size=size)


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
    for panel in picture.panels:
        if getattr(panel, "labels", None):
            found += covering(picture, panel)
    for labels, box in named_panels(picture):
        sizes = np.array([word.ink_size(picture.dpi) for word in labels.words])
        found += cut_short(picture, labels, box)
        seconds = [seconds for _, seconds in labels.clock]
        found += misplaced(labels.points, sizes, box, labels.places, picture.px(GAP), seconds)
        said = [line.word_at(0).text for line in picture.layout.legend.lines]
        if labels.misses and len(said) < len(labels.words):
            found.append("a name is missing for long, and in no legend")
    return found


def covering(picture: Picture, panel: Any) -> list[str]:
    """Return which names cover a mark, an exit or a number at an axis, a sentence each."""
    labels, found = panel.labels, {}
    sizes = np.array([word.ink_size(picture.dpi) for word in labels.words])
    for frame, step in enumerate(labels.shown):
        spots = _spots(picture, panel, step)
        for i in np.flatnonzero(labels.places.free[frame]).tolist():
            low = labels.places.corners[frame, i]
            for kind, corners in spots:
                # Places are whole pixels, half a pixel from what was found to be free.
                if ((corners > low + 0.6) & (corners < low + sizes[i] - 0.6)).all(axis=-1).any():
                    found[f"name {i} covers {kind}"] = None
    return list(found)


def _spots(picture: Picture, panel: Any, step: int) -> list[tuple[str, Any]]:
    """Return what a name must not cover, (kind, points (m, 2) of it in pixels)."""
    is_plane = isinstance(panel, Plane)
    view = panel if is_plane else panel.view(step)
    ring = np.array([(0, 0), (1, 0), (0, 1), (-1, 0), (0, -1)])
    found = []
    for name, at in (panel.ground if is_plane else panel).marks.items():
        middles = _seen_on(view, at) if is_plane else view.pixels(at)
        radius = picture.px(MARKS[name].radius)
        found.append(("a mark", (middles[:, None] + radius * ring).reshape(-1, 2)))
    arrow = np.concatenate([EXIT, (EXIT[1:] + EXIT[:-1]) / 2]) * picture.px(2.1 * HEAD_SIZE)
    for path in panel.paths[: len(picture.paths)]:
        if is_plane:
            place, way = path.heads.places[step], path.heads.ways[step]
            tip, end = _seen_on(view, np.array([place, place + 1e-3 * way]))
        else:
            last = path.last(step)
            if not 0 < last < path.at[step]:
                continue
            end, tip = view.pixels(path.points[[last - 1, last]])[:, :]
            end = 2 * tip - end
        along = (end - tip) / np.linalg.norm(end - tip)
        if np.isfinite(along).all():
            turned = arrow[:, :1] * along + arrow[:, 1:] * np.array([-along[1], along[0]])
            found.append(("an exit", tip + turned))
    if not is_plane:
        found += _numbers(picture, panel, view)
    return found


def _seen_on(plane: Plane, points: Any) -> Any:
    x0, y0, x1, y1 = plane.frame
    low = np.array([plane.x.low, plane.y.low])
    high = np.array([plane.x.high, plane.y.high])
    return (x0, y0) + (points - low) / (high - low) * (x1 - x0, y1 - y0)


def _numbers(picture: Picture, relief: Relief, view: Any) -> list[tuple[str, Any]]:
    """Return the middles and the corners of the numbers and the names at the axes of a relief."""
    written = numbers(relief.axes, picture.theme, picture.dpi)
    found = []
    beside = beside_edges(view, relief.camera.limits, written, written.shortest)
    for axis, there in beside.items():
        middles = [*there.middles[there.shown], there.name]
        widths = [*np.array(written.widths[axis])[there.shown], written.names[axis]]
        for middle, wide in zip(middles, widths, strict=True):
            half = np.array([wide, written.height]) / 2
            parts = np.array([(0, 0), (-1, -1), (-1, 1), (1, -1), (1, 1), (0, 1), (0, -1)])
            found.append((f"a number at axis {axis}", middle + parts * half))
    return found


def cut_short(picture: Picture, labels: Labels, box: Any) -> list[str]:
    """Return which names end in an ellipsis though they have room in the box, a sentence each."""
    briefly = apart([track.label for track in picture.paths])[1]
    found = []
    for word, brief in zip(labels.words, briefly, strict=True):
        part = replace(word, text=brief).ink_size(picture.dpi)[0] / (box[2] - box[0])
        if word.text.endswith("…") and part < 0.9:
            found.append(f"{word.text!r} is cut, and would take {part:.2f} of the plot")
    return found


def misplaced(
    heads: Any, sizes: Any, box: Any, places: Places, gap: float, seconds: Any = 0.04
) -> list[str]:
    """Return what is wrong with the places of names, a sentence each; a picture takes seconds."""
    corners, free = places.corners, places.free
    found = _covering(corners, free, heads, sizes, gap)
    inside = (corners >= np.array(box[:2]) - 0.5) & (corners + sizes <= np.array(box[2:]) + 0.5)
    if (free & ~inside.all(axis=-1)).any():
        found.append("a name leaves the plot")
    room = np.subtract(box[2:], box[:2]) - sizes
    roams = np.array([_roaming(heads[:, i], each, seconds) for i, each in enumerate(room)]).T
    found += restless(corners - heads, free, seconds, roams)
    return [*found, *_missing(corners, free, heads, sizes, gap)]


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


def _roaming(heads: Any, room: Any, seconds: Any) -> Any:
    """Return in which pictures a name cannot rest: its head moves by more than the name's room."""
    times = np.cumsum(np.broadcast_to(seconds, len(heads))) - seconds
    soon = [(times >= now - 1e-6) & (times < now + CUT - 1e-6) for now in times]
    return np.array([(np.ptp(heads[each], axis=0) > room - 1).any() for each in soon])


def restless(offsets: Any, free: Any, seconds: Any = 0.04, roams: Any = False) -> list[str]:
    """Return which names neither move slowly nor change their side in short cuts, a sentence each.

    From one picture to the next a name moves at most 4 pixels relative to its head; or it is cut to
    another side, in so short a time, and then stays there for as long at least. Only where its head
    ``roams``, from edge to edge of the plot, it cannot rest.
    """
    times = np.cumsum(np.broadcast_to(seconds, len(free))) - seconds
    changes = (np.linalg.norm(np.diff(offsets, axis=0), axis=-1) > 4) & free[1:] & free[:-1]
    changes = (changes | (free[1:] != free[:-1])) & ~np.broadcast_to(roams, free.shape)[1:]
    found = []
    for i, each in enumerate(changes.T):
        begin = last = -np.inf
        for moment in times[1:][each].tolist():
            begin = moment if moment - last > CUT - 1e-6 else begin
            last = moment
            if last - begin > CUT + 1e-6:
                found.append(f"name {i} jumps about for {last - begin:.2f} s from {begin:.2f} s on")
                break
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
