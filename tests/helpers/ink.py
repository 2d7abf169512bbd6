"""Where the ink of a film's frames is: at the rim of the canvas, and in each text that is drawn."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg

from animopt import Scene, surfaces
from animopt.animate import animation
from animopt.animate.text import Stamp
from animopt.optimizers import SGD, Adam, Momentum
from animopt.picture.theme import THEMES

SIZES = [
    (640, 400), (640, 480), (720, 360), (960, 540), (1280, 720), (1080, 1080), (1920, 1080),
]  # fmt: skip
VIEWS = ("contour", "surface", "both")
THEMES_SHOWN = ("light", "slides")
CASES = list(product(surfaces.catalogue(), SIZES, VIEWS, THEMES_SHOWN))
# Ink may touch ink by less than this many pixels: rims of letters are blurred.
_TOUCH = 1.0


class Ink(NamedTuple):
    """A text, and the pixels that it fills: left, bottom, right, top."""

    text: str
    box: tuple[float, float, float, float]


def scene(name: str, size: tuple[int, int], view: str, theme: str, **changes: Any) -> Scene:
    """A scene on a surface of the catalogue, with a title, a legend and three optimizers."""
    named = {
        "Stochastic gradient descent": SGD(lr=1e-3),
        "Momentum": Momentum(lr=1e-3),
        "Adam": Adam(lr=0.2),
    }
    surface = surfaces.catalogue()[name]()
    (x0, x1), (y0, y1) = surface.bounds
    start = surface.start or (x0 + 0.7 * (x1 - x0), y0 + 0.6 * (y1 - y0))
    settings = {"title": surface.name, "view": view, "size": size, "theme": theme}
    return Scene(surface, named, start=start, steps=40, **(settings | changes))


def faults(shown: Scene, frames: int = 12) -> list[str]:
    """What is wrong with the first frame, the last and those between: cut or overlapping ink."""
    movie = animation(shown)
    steps = [
        movie.pictures[i][0] for i in np.linspace(0, len(movie.pictures) - 1, frames, dtype=int)
    ]
    found: dict[str, None] = {}
    for step in dict.fromkeys(steps):
        with recorded(shown.size) as inks:
            frame = movie.draw(step)
        for fault in [*_cut(frame, inks, shown), *_overlaps(inks)]:
            found[fault] = None
    return list(found)


def _cut(frame: Any, inks: list[Ink], shown: Scene) -> Iterator[str]:
    paper = np.array([int(THEMES[shown.theme].paper[i : i + 2], 16) for i in (1, 3, 5)])
    rims = {"top": frame[0], "bottom": frame[-1], "left": frame[:, 0], "right": frame[:, -1]}
    yield from (f"ink at the {side}" for side, rim in rims.items() if (rim[:, :3] != paper).any())
    wide, tall = frame.shape[1], frame.shape[0]
    for text, (x0, y0, x1, y1) in inks:
        if x0 < 0 or y0 < 0 or x1 > wide or y1 > tall:
            yield f"{text!r} is cut"


def _overlaps(inks: list[Ink]) -> Iterator[str]:
    for (one, a), (other, b) in combinations(inks, 2):
        across, up = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        if across > _TOUCH and up > _TOUCH:
            yield f"{one!r} overlaps {other!r}"


@contextmanager
def recorded(size: tuple[int, int] | None) -> Iterator[list[Ink]]:
    """Record each text that is drawn on a canvas of this size meanwhile."""
    inks: list[Ink] = []
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("draw_text", "draw_mathtext"):
            patch.setattr(
                RendererAgg, kind, _recording_text(inks, size, getattr(RendererAgg, kind))
            )
        for name, module in list(sys.modules.items()):
            if name.startswith("animopt.animate") and hasattr(module, "draw_stamp"):
                patch.setattr(module, "draw_stamp", _recording_stamp(inks, module.draw_stamp))
        yield inks


def _recording_stamp(inks: list[Ink], draw: Any) -> Any:
    def record(renderer: Any, gc: Any, stamp: Stamp, x: float, y: float) -> None:
        rows, columns = np.nonzero(stamp.pixels[..., 3] > 60)
        if len(rows):
            left, bottom, tall = round(x), round(y), stamp.height
            box = left + columns.min(), bottom + tall - rows.max() - 1
            ends = left + columns.max() + 1, bottom + tall - rows.min()
            text = "".join(artist.get_text() for artist, _ in stamp.letters)
            inks.append(Ink(text, (*map(float, box), *map(float, ends))))
        draw(renderer, gc, stamp, x, y)

    return record


def _recording_text(inks: list[Ink], size: tuple[int, int] | None, draw: Any) -> Any:
    def record(self: Any, gc: Any, x: float, y: float, s: str, prop: Any, angle: float,
               *rest: Any, **named: Any) -> None:  # fmt: skip
        is_math = draw.__name__ == "draw_mathtext"
        wide, tall, descent = self.get_text_width_height_descent(s, prop, is_math)
        base = self.height - y
        box = (x, base - descent, x + wide, base + tall - descent)
        if angle == 90:
            box = (x - tall + descent, base, x + descent, base + wide)
        if s.strip() and (self.width, self.height) == size:  # not the small one of a stamp
            inks.append(Ink(s, tuple(map(float, box))))  # type: ignore[arg-type]
        draw(self, gc, x, y, s, prop, angle, *rest, **named)

    return record
