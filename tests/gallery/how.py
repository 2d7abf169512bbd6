"""How animopt works, in one picture, made from the stations of a real scene.

Run by ``make gallery``: python tests/gallery/how.py --size 1200x300 -o how.png
"""

from __future__ import annotations

import argparse
from typing import Any

import matplotlib.style
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from animopt import (
    ContourAnimation,
    Scene,
    Simulation,
    Timeline,
    export,
    optimizers,
    simulate,
    surfaces,
)
from animopt.picture.theme import theme
from animopt.typing import Frame

LOOK = theme("light")
CODE = """\
Scene(
  surfaces.ring(),
  [SGD(lr=0.1),
   RMSprop(lr=0.05),
   Adam(lr=0.2)],
  start=(0.1, 2),
  steps=120,
  timeline=Timeline(
    speed={0: 0.5,
           10: 1,
           60: 3}))"""
SCENE = Scene(
    surfaces.ring(),
    [optimizers.SGD(lr=0.1), optimizers.RMSprop(lr=0.05), optimizers.Adam(lr=0.2)],
    start=(0.1, 2),
    steps=120,
    size=(180, 216),
    dpi=72,
    legend=False,
    counter=False,
    timeline=Timeline(speed={0: 0.5, 10: 1, 60: 3}),
)
STATIONS = (
    ("scene", "what is to be shown"),
    ("simulate", "every step, before any drawing"),
    ("timeline", "which step each frame shows"),
    ("animate", "still parts once, moving parts on top"),
    ("export", "only the pixels that changed"),
)


def code(ax: Any) -> None:
    """Show the text of the scene."""
    ax.text(0.02, 0.97, CODE, family="DejaVu Sans Mono", fontsize=8.2, va="top", linespacing=1.35)


def numbers(ax: Any, simulation: Simulation) -> None:
    """Show some of the computed points."""
    points = simulation.trajectories[-1].points
    steps = [0, 1, 2, 3, 4, 5, 60, len(points) - 1]
    rows = [f"{'step':>4}{'x':>8}{'y':>8}"]
    rows += [f"{k:>4}{points[k, 0]:>8.3f}{points[k, 1]:>8.3f}" for k in steps]
    for after in (7, 9):
        rows.insert(after, f"{'…':>4}{'…':>8}{'…':>8}")
    text = "\n".join(rows)
    ax.text(0.02, 0.97, text, family="DejaVu Sans Mono", fontsize=8.2, va="top", linespacing=1.45)


def clock(ax: Any, movie: ContourAnimation) -> None:
    """Show the step against the time of each frame."""
    steps, seconds = zip(*movie.pictures, strict=True)
    times = np.cumsum([0.0, *seconds[:-1]])
    ax.set_axis_on()
    ax.plot(times, steps, ".", color=LOOK.cycle[0], markersize=3.5)
    ax.set_xlabel("seconds", labelpad=1)
    ax.set_ylabel("step", labelpad=1)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(visible=True, linewidth=0.5)


def layers(ax: Any, still: Frame, moving: Frame) -> None:
    """Show the two layers of a frame, one before the other."""
    height, width = still.shape[:2]
    shift = 0.5 * width
    for picture, x, y in ((still, 0.0, 0.3 * height), (moving, shift, 0.0)):
        place = (x, x + width, y, y + height)
        ax.imshow(picture, extent=place, zorder=2, interpolation="antialiased")
        ax.add_patch(Rectangle((x, y), width, height, fill=False, ec=LOOK.faint, lw=0.8, zorder=3))
    ax.set(xlim=(-4, width + shift + 4), ylim=(-4, 1.3 * height + 4))


def change(ax: Any, before: Frame, after: Frame) -> None:
    """Show what one frame adds to the one before it, and the rectangle that is written."""
    differs = (before != after).any(axis=2)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    pale = (255 - (255 - after[..., :3].astype(int)) // 5).astype(np.uint8)
    ax.imshow(np.where(differs[..., None], after[..., :3], pale), interpolation="antialiased")
    corner = (columns[0] - 1.5, rows[0] - 1.5)
    size = np.ptp(columns) + 3, np.ptp(rows) + 3
    ax.add_patch(Rectangle(corner, *size, fill=False, ec=LOOK.ink, lw=1.0))


def split(movie: ContourAnimation, step: int) -> tuple[Frame, Frame]:
    """Return the still part of a picture, and the moving part on white."""
    artists = movie.turn(step)
    whole = movie.draw(step)
    for artist in artists:
        artist.set_visible(False)
    movie.figure.canvas.draw()
    still = np.array(movie.figure.canvas.buffer_rgba())
    for artist in artists:
        artist.set_visible(True)
    return still, np.where((whole != still).any(axis=2, keepdims=True), whole, np.uint8(255))


def draw(width: int, height: int) -> Figure:
    """Return the picture: a title and a drawing for each station, arrows between them."""
    simulation = simulate(SCENE)
    movie = ContourAnimation(simulation)
    shown = [step for step, _ in movie.pictures]
    before, after = (movie.draw(shown[i]) for i in (16, 17))
    with matplotlib.style.context(["default", LOOK.rc]):
        figure = Figure(figsize=(width / 100, height / 100), dpi=100)
        drawers = (
            code,
            lambda ax: numbers(ax, simulation),
            lambda ax: clock(ax, movie),
            lambda ax: layers(ax, *split(movie, shown[-30])),
            lambda ax: change(ax, before, after),
        )
        wide = 1 / len(STATIONS)
        for i, ((name, about), drawer) in enumerate(zip(STATIONS, drawers, strict=True)):
            left = i * wide + 0.012
            figure.text(left, 0.92, name, fontsize=12, weight="bold")
            figure.text(left, 0.855, about, fontsize=8, color="#52606d")
            if i:
                figure.text(left - 0.014, 0.92, "→", fontsize=14, ha="right", color=LOOK.cycle[0])
            narrow = 0.03 if drawer is drawers[2] else 0.0
            low = 0.17 if narrow else 0.05
            ax = figure.add_axes((left + narrow, low, wide - 0.035 - narrow, 0.8 - low))
            ax.set_axis_off()
            drawer(ax)
    return figure


def main() -> None:
    """Write the picture."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--size", default="1200x300")
    options.add_argument("-o", dest="path", default="how.png")
    asked = options.parse_args()
    canvas = FigureCanvasAgg(draw(*map(int, asked.size.split("x"))))
    canvas.draw()
    frame = np.asarray(canvas.buffer_rgba())
    export.write([frame], asked.path, fps=1, loop=1, colors=LOOK.cycle, max_colors=128)


if __name__ == "__main__":
    main()
