"""Command lines of anything, and what is wrong with how they end."""

from __future__ import annotations

import contextlib
import io
import os
import random
import warnings
from collections.abc import Iterator
from pathlib import Path

from animopt.cli import main

FLAGS = [
    "--title", "--start", "--steps", "--bounds", "--noise", "--seed", "--view", "--panels", "--fps",
    "--speedup", "--after", "--hold", "--duration", "--size", "--dpi", "-q", "--loop", "--theme",
    "--style", "--for", "--elev", "--azim", "--orbit", "--max-size", "--set", "--optimizer",
    "--limit", "--scene", "-o", "--format", "--tolerance", "--kind", "--labels", "--warp",
    "--no-warp", "--markers", "--poster", "--open-nothing", "--help-me", "--", "-",
]  # fmt: skip
VALUES = [
    "", "0", "1", "-1", "2", "1e400", "nan", "inf", "9" * 400, "1,2", "-7,2", "1,2,3,4", "a",
    "both", "surface", "contour,loss", "light", "dark_background", "96x80", "8s", "lr=0.1",
    "sgd.lr=9e999", "SGD:lr=0.1", "Adam", "out/x.gif", "x.mp4", "{name}.png", "/proc/x.gif",
    "/dev/full", ".",
    "~nobody/x.gif", "\x1b[2J", "\u202e", "x\0y", "\udcff", "$\\frac", "x" * 5000, "steps=5", "2MB",
    "pptx", "table,contour", "draft", "good.py", "-", "--", "1e-300", "*", "損失.gif", "scene",
]  # fmt: skip
FILES = ["good.py", "x**2 + y**2", "nosuch.py", "x.__class__", ".", "", "\0", "good.py/x", "x/y"]
COMMANDS = ["render", "plot", "report", "info", "list", "new", "rendr", ""]

SCENE = """\
from animopt import Scene, optimizers, surfaces
scene = Scene(surfaces.bowl(), {"sgd": optimizers.SGD(lr=0.1)}, (3, 4), steps=3, size=(96, 80))
"""


def command_lines(pick: random.Random, folder: Path) -> Iterator[list[str]]:
    """Yield command lines, for ever; the folder, with a good scene, becomes the current one."""
    os.chdir(folder)
    (folder / "good.py").write_text(SCENE)
    while True:
        command = [pick.choice(COMMANDS[:3] if pick.random() < 0.8 else COMMANDS)]
        command.append(pick.choice(FILES[:2] if pick.random() < 0.7 else FILES))
        for _ in range(pick.choice((0, 1, 1, 2, 3))):
            command += [pick.choice(FLAGS), pick.choice(VALUES)][: pick.choice((1, 2, 2, 2))]
        yield command


def refusal(command: list[str]) -> str | None:
    """Return what is wrong with how a command ends: a traceback, a warning, or many lines."""
    out, err = io.StringIO(), io.StringIO()
    try:
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                status = main(command)
    except BaseException as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    if heard:
        return f"warned: {heard[0].message}"
    said = [line for line in err.getvalue().splitlines() if line.startswith("animopt:")]
    if status not in (0, 1, 2) or (status and len(said) != 1):
        return f"status {status}: {err.getvalue()[-300:]!r}"
    return None
