"""Every setting of matplotlib with another legal value, and the bytes of a small scene."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from cycler import cycler

from animopt import Scene, optimizers, render, simulate, surfaces
from animopt.animate import stills, text
from animopt.picture import drawing, words

SMALL = Scene(
    surfaces.saddle(),
    [optimizers.SGD(lr=0.1), optimizers.Adam()],
    start=(1e-3, 0.5),
    steps=4,
    size=(330, 120),
    title="minus -1 and $\\alpha$",
    panels=["contour", "surface", "loss"],
    labels=True,
    legend=True,
)
SUFFIXES = (".gif", ".png", ".mp4", ".html", ".svg", ".pdf")
# What would open a window, log, or wait, were it in force while matplotlib itself is at work.
_NOT_SET = {"backend", "backend_fallback", "interactive", "figure.hooks"}
_CANDIDATES: tuple[Any, ...] = (
    "red", "0.3", "dashed", "--", "bold", "italic", "serif", ["serif"], "large", "center", "top",
    "right", "left", "bottom", "both", "minor", "x", "round", "miter", "projecting", "auto",
    "equal", "lower", "nearest", "none", "all", "data", "rgba", "default", "cm", "stix", "it",
    "tight", "pdf", "portrait", "landscape", "out", "inout", "expand", "path", "type42", 42, 3,
    "anti-grain", "no_autohint", "flat", "gouraud", "mpl2014", "serial", "a5", "xelatex", "tight",
    "salt", "utf8", "viridis", "gray", "US/Pacific", "1990-01-01", "toolmanager", "html5", "vp9",
    "ffmpeg", "frames", "key", "small-caps", "condensed", (0.5, 3.0), [1.0, 2.0], (1, 2, 3),
    [-2, 3], (4.0, 4.0), cycler(color=["red", "blue"]), "concise", 7.5, 0.25, True, False, 5, "o",
    "full", "top left", "newwindow", "sphere", "en", "Tahoma", "h265", "avi", ["--fast"], "ps2",
)  # fmt: skip


def another(key: str) -> Any:
    """Return a legal value of a setting that is not the default one, or None if none is found."""
    now, params = mpl.rcParamsDefault[key], mpl.rcParamsDefault.copy()
    first: list[Any] = []
    if isinstance(now, bool):
        first = [not now]
    elif isinstance(now, (int, float)):
        first = [now * 2 + 1, now / 2]
    for value in [*first, *_CANDIDATES]:
        try:
            params[key] = value
        except Exception:  # not legal for this one
            continue
        if str(params[key]) != str(now):
            return params[key]
    return None


def changes() -> dict[str, Any]:
    """Return another value for each setting that has one."""
    found = {key: another(key) for key in mpl.rcParamsDefault if key not in _NOT_SET}
    return {key: value for key, value in found.items() if value is not None}


@contextmanager
def as_user(settings: dict[str, Any]) -> Iterator[None]:
    """Let a user have these settings; nothing that was measured without them is remembered."""
    for cached in (text._stamp, words._width, words.legible):
        cached.cache_clear()
    drawing._MADE.clear()
    with mpl.rc_context():
        dict.update(mpl.rcParams, settings)
        yield


def outputs(folder: Path) -> dict[str, bytes]:
    """Return the bytes of the scene in every format."""
    paths = [folder / f"x{suffix}" for suffix in SUFFIXES]
    render(SMALL, paths[:4])
    simulation = simulate(SMALL)
    for path in paths[4:]:
        stills.write(simulation, path)
    stills.write(simulation, folder / "m.png", "multiples")
    return {path.name: path.read_bytes() for path in [*paths, folder / "m.png"]}
