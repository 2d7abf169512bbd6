"""What people change in a picture: each option once, to be tried on film, page and still."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from animopt import Scene, Timeline, surfaces
from animopt.animate import LossPanel
from animopt.optimizers import SGD, Adam

SCENE = Scene(
    surfaces.rosenbrock(), {"sgd": SGD(lr=1e-3), "adam": Adam(lr=0.1)}, (-1, 2), 30,
    size=(480, 240), view="both", title="Steps", timeline=Timeline(hold_last=0.0),
)  # fmt: skip
PLANE = SCENE.replace(view="contour")
OPTIONS: dict[str, dict[str, Any]] = {
    "levels": {"levels": 5},
    "heights of levels": {"levels": (1, 10, 100)},
    "names of axes": {"axes": ("$w_1$", "$w_2$", "loss")},
    "no axes": {"axes": False},
    "a title": {"title": "Another"},
    "a step in the title": {"title": "Step {step}"},
    "notes": {"notes": {10: "crosses the barrier"}},
    "a part of the run": {"timeline": Timeline(last=20, hold_last=0.0)},
    "colours": {"colors": {"adam": "#c00"}},
    "markers": {"markers": True},
    "markers by label": {"markers": {"adam": "s"}},
    "a style by name": {"style": "dark_background"},
}
STYLES = {
    "width of lines": "lines.linewidth: 6",
    "size of heads": "lines.markersize: 16",
    "size of text": "font.size: 12",
    "colours of heights": "image.cmap: inferno",
    "colours of paths": "axes.prop_cycle: cycler('color', ['c00000', '00c000'])",
    "fonts": "font.family: DejaVu Serif",
    "a dark face": "axes.facecolor: 101010",
}
"""The lines of style sheets, each of which is to change a picture, too."""
NAMES = ("the scale of curves", *OPTIONS, *STYLES)


def shaped(name: str, folder: Path) -> tuple[Scene, Scene]:
    """Return a scene without an option and with it, in space where it shows there otherwise."""
    base = SCENE if name in ("levels", "names of axes", "width of lines") else PLANE
    if name in OPTIONS:
        return base, base.replace(**OPTIONS[name])
    if name in STYLES:
        sheet = folder / "mine.mplstyle"
        sheet.write_text(STYLES[name])
        return base, base.replace(style=sheet)
    linear, log = (SCENE.replace(panels=[LossPanel(log=each)]) for each in (False, True))
    return linear, log
