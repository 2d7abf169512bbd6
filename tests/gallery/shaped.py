"""What one word changes in a picture: makes the picture of a line of the gallery.

Run by ``make gallery``: python tests/gallery/shaped.py levels --size 300x240 -o x.png
"""

from __future__ import annotations

import argparse
from pathlib import Path

from gallery import SHAPES

from animopt import ContourAnimation, Scene, SurfaceAnimation, Timeline, optimizers, surfaces
from animopt.animate import LossPanel, SceneAnimation
from animopt.export.png import small
from animopt.files import write_whole


def scene(size: tuple[int, int]) -> Scene:
    """Return the scene that the lines change."""
    members = {
        "SGD": optimizers.SGD(lr=1e-3),
        "Adam": optimizers.Adam(lr=0.1),
        "BFGS": optimizers.BFGS(),
    }
    return Scene(surfaces.rosenbrock(), members, start=(-1.5, 2), steps=60, size=size)


def made(line: str, size: tuple[int, int]) -> SceneAnimation:
    """Return the animation that a line makes."""
    known = (ContourAnimation, SurfaceAnimation, SceneAnimation, LossPanel, Timeline)
    names = {"scene": scene(size), **{each.__name__: each for each in known}}
    animation: SceneAnimation = eval(line, names)
    return animation


def main() -> None:
    """Write the last picture of a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("line", choices=SHAPES)
    parser.add_argument("--size", default="300x240")
    parser.add_argument("-o", "--output", required=True)
    given = parser.parse_args()
    wide, tall = map(int, given.size.split("x"))
    animation = made(SHAPES[given.line][1], (wide, tall))
    write_whole(Path(given.output), small(animation.draw(animation.pictures[-1][0]), 256))


if __name__ == "__main__":
    main()
