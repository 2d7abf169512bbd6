"""Themes: the colours of the paper, the ink, the surface and the optimizers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_hex, to_rgb

from animopt.errors import InvalidInput, did_you_mean, short
from animopt.picture.letters import slots
from animopt.picture.sheets import colors_of, fonts_of, ramp_of, read_sheet
from animopt.typing import Array

TYPE = 9.0
"""The default font size in points, before the theme's scale."""
NUMBERS = TYPE - 1
"""That of the numbers on axes."""
NAME_GAP = 2.0
"""The space between the numbers of an axis and its name, in points."""
FONTS = ("DejaVu Sans",)
"""The default font families in order of preference; this one comes with matplotlib."""


@dataclass(frozen=True)
class Theme:
    """A look.

    Attributes:
        paper: the background colour; if transparent, the one that edges blend into in formats
            without partial transparency (the matte).
        ink: the colour of text.
        faint: the colour of axes, ticks and contour lines.
        line: the colour of grid lines.
        cycle: the colours of the optimizers.
        heights: the colours between contour lines, low to high; pale, so that paths stand out.
        sheet: the colours of a surface in space, low to high.
        ramp: the OKLab lightness of the first and the last optimizer of a sweep.
        turns: for each colour of the cycle, the change of hue over a sweep that begins with it, in
            degrees in the a-b plane of OKLab.
        scale: a factor on the size of text and lines.
        transparent: whether the background is transparent.
        markers: whether every optimizer has a marker of its own shape.
        fonts: font families in order of preference.
        letters: a factor on the size of text alone.
        strokes: a factor on the usual width of paths, and on the usual size of heads and marks.
        linewidth: the width of paths and curves in points, None for the usual ones.
        markersize: the diameter of heads in points, None for the usual ones.
        style: matplotlib settings from a style sheet, which override the theme's.
    """

    paper: str
    ink: str
    faint: str
    line: str
    cycle: tuple[str, ...]
    heights: tuple[str, ...]
    sheet: tuple[str, ...]
    ramp: tuple[float, float] = (0.3, 0.8)
    turns: tuple[float, ...] = (-135, 90, -15, -165, -120, -90, -150, -135)
    scale: float = 1.0
    transparent: bool = False
    markers: bool = False
    fonts: tuple[str, ...] = FONTS
    letters: float = 1.0
    strokes: float = 1.0
    linewidth: float | None = None
    markersize: float | None = None
    style: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fills(self) -> Colormap:
        """The colours between contour lines, low to high."""
        return LinearSegmentedColormap.from_list("fills", self.heights)

    def fills_of(self, count: int) -> list[str]:
        """Return the colours of so many fills, low to high."""
        places = np.linspace(0, 1, count) if count > 1 else [0.5]
        return [to_hex(color) for color in self.fills(places)]

    @property
    def is_dark(self) -> bool:
        """Whether the paper is dark."""
        return _is_dark(self.paper)

    @property
    def night(self) -> Theme:
        """The theme for a reader in the dark: the dark one, with a sheet's paths and heights.

        One that is dark is that itself, and so is one whose sheet names a ground.
        """
        if self.is_dark or _face_of(self.style):
            return self
        named = {key: self.style[key] for key in _SHOWN if key in self.style}
        return THEMES["dark"]._with(named)

    @property
    def sheets(self) -> Colormap:
        """The colours of a surface in space, low to high."""
        return LinearSegmentedColormap.from_list("sheets", self.sheet)

    def sheets_of(self, count: int) -> list[str]:
        """Return the colours in the middle of so many even parts of a surface's, low to high."""
        return [to_hex(color) for color in self.sheets((np.arange(count) + 0.5) / count)]

    @property
    def matte(self) -> str | None:
        """The colour that edges blend into if the background is transparent, else None."""
        return str(to_hex(self.paper)) if self.transparent else None

    @property
    def halo(self) -> str | None:
        """The colour around letters, where the page may be as dark as they are, else None."""
        return self.paper if self.transparent else None

    @property
    def rc(self) -> dict[str, Any]:
        """The theme as matplotlib settings."""
        axes = ("axes.labelcolor", "axes.titlecolor", "xtick.labelcolor", "ytick.labelcolor")
        return {
            **dict.fromkeys(("text.color", *axes), self.ink),
            **dict.fromkeys(("axes.edgecolor", "xtick.color", "ytick.color"), self.faint),
            "grid.color": self.line,
            "axes.facecolor": self.paper,
            "axes.axisbelow": True,
            **dict.fromkeys(("xtick.labelsize", "ytick.labelsize"), NUMBERS * self.letters),
            "font.size": TYPE * self.letters,
            "axes.labelsize": NUMBERS * self.letters,
            "axes.labelpad": NAME_GAP,
            **slots(self.fonts),
            **self.style,
            "font.family": list(self.fonts),
            "figure.facecolor": "none" if self.transparent else self.paper,
            "path.simplify": False,
        }

    def shades(self, place: int, count: int) -> tuple[str, ...]:
        """Return the colours of a sweep that takes one place of the cycle.

        Hue and lightness change evenly, at the highest chroma that sRGB has for them.
        """
        _, a, b = _oklab(self.cycle[place % len(self.cycle)])
        turn = self.turns[place % len(self.turns)]
        hues = np.arctan2(b, a) + np.radians(np.linspace(0, turn, count))
        lights = np.linspace(*self.ramp, count)
        ways = np.stack([np.cos(hues), np.sin(hues)])
        return tuple(map(to_hex, _in_gamut(lights, 0.4 * ways).T))

    def styled(self, style: str | Path) -> Theme:
        """Return the theme with a style sheet of matplotlib applied: a file, or a known name.

        ``figure.facecolor``, ``text.color``, ``axes.edgecolor``, ``grid.color``, the colours of
        ``axes.prop_cycle``, ``image.cmap`` and ``font.family`` replace the theme's. Text is larger
        by ``font.size``, paths are as wide as ``lines.linewidth`` says, heads as large as
        ``lines.markersize``. What the sheet says nothing of is as in the dark theme, where it turns
        a light theme dark, or as in the light one. All other settings are passed to matplotlib.
        """
        rc = read_sheet(style)
        face = _face_of(rc) or self.paper
        themed = self if _is_dark(face) == self.is_dark else self._turned(_is_dark(face))
        return themed._with(rc)

    def _turned(self, dark: bool) -> Theme:
        """Return the theme with the colours of the dark theme, or of the light one."""
        other = THEMES["dark" if dark else "light"]
        names = ("paper", "ink", "faint", "line", "cycle", "heights", "sheet", "ramp", "turns")
        return replace(self, **{name: getattr(other, name) for name in names})

    def _with(self, rc: dict[str, Any]) -> Theme:
        """Return the theme with the settings of a style sheet."""
        names = {
            "paper": "figure.facecolor",
            "ink": "text.color",
            "faint": "axes.edgecolor",
            "line": "grid.color",
        }
        changes: dict[str, Any] = {
            name: to_hex(rc[key])
            for name, key in names.items()
            if rc.get(key, "none") not in ("none", "auto")
        }
        if cycle := colors_of(rc):
            changes["cycle"] = cycle
        if ramp := ramp_of(rc):
            changes["heights"] = changes["sheet"] = ramp
        if fonts := fonts_of(rc, FONTS):
            changes["fonts"] = fonts
        changes["letters"] = float(rc.pop("font.size", TYPE)) / TYPE
        for name in ("linewidth", "markersize"):
            changes[name] = rc.pop(f"lines.{name}", None)
        return replace(self, **changes, style=rc)

    def width(self, usual: float) -> float:
        """Return the width of a path in points."""
        return self.strokes * usual if self.linewidth is None else float(self.linewidth)

    def radius(self, usual: float) -> float:
        """Return the radius of a head in points."""
        return self.strokes * usual if self.markersize is None else float(self.markersize) / 2


# The colours of a sheet that are those of paths and heights, whatever the ground.
_SHOWN = ("axes.prop_cycle", "image.cmap")


def _face_of(rc: Mapping[str, Any]) -> str | None:
    """Return the colour of the ground that a sheet names, if it does."""
    face = rc.get("axes.facecolor", rc.get("figure.facecolor", "none"))
    return None if face in ("none", "auto") else face


def _is_dark(color: str) -> bool:
    return sum(to_rgb(color)) < 1.5


def blend(color: str, paper: str, part: float) -> str:
    """Return a mix of a colour and the paper, with ``part`` of the colour."""
    mixed = part * np.array(to_rgb(color)) + (1 - part) * np.array(to_rgb(paper))
    return str(to_hex(tuple(mixed)))


def theme(name: str, style: str | Path | None = None) -> Theme:
    """Return the theme of this name, with the style sheet applied if there is one."""
    if name not in THEMES:
        raise InvalidInput(
            f"Scene(theme={short(name)}) is unknown{did_you_mean(str(name), THEMES)}"
        )
    return THEMES[name] if style is None else THEMES[name].styled(style)


# OKLab, https://bottosson.github.io/posts/oklab: lightness in [0, 1], and the colour axes a and b.
_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _oklab(color: str) -> tuple[float, float, float]:
    rgb = np.array(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    light, a, b = _LAB @ np.cbrt(_LMS @ linear)
    return float(light), float(a), float(b)


def _in_gamut(lights: Array, ways: Array) -> Array:
    """Return the colours (3, n) of lightnesses (n,) and hues (2, n).

    Each has the highest chroma that sRGB has for them.
    """
    found = np.empty((3, len(lights)))
    left = np.ones(len(lights), bool)
    for strength in np.linspace(1, 0, 51):
        lms = np.linalg.solve(_LAB, np.vstack([lights, strength * ways])[:, left]) ** 3
        found[:, left] = linear = np.linalg.solve(_LMS, lms)
        left[left] = (linear.min(axis=0) < -1e-4) | (linear.max(axis=0) > 1 + 1e-4)
    linear = np.clip(found, 0, 1)
    rgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.clip(rgb, 0, 1))


# In CAM02-UCS, under each simulated colour deficiency, any two of the first eight colours are at
# least 15 apart, and any two of a sweep of six at least 11. The turns were found by a search.
_LIGHT = Theme(
    paper="#ffffff",
    ink="#1f2933",
    faint="#9aa5b1",
    line="#dde3ea",
    cycle=(
        "#1d4ef6", "#ef8100", "#00946a", "#cb112b",
        "#883f96", "#27b7da", "#750e1c", "#333a45",
    ),
    heights=("#aec1d7", "#cedcea", "#eff3f6", "#f9f4ea", "#f2e7d1"),
    sheet=("#5d83b0", "#9dbad6", "#dfe7ee", "#f4ead6", "#e6cfa4"),
)  # fmt: skip

THEMES = {
    "light": _LIGHT,
    "dark": Theme(
        paper="#14181f",
        ink="#e6eaf0",
        faint="#5d6977",
        line="#2b333e",
        cycle=(
            "#4b7bf5", "#ff9e1f", "#4cbc99", "#fe6363",
            "#bf9bfc", "#87e0f6", "#f8e379", "#f1f7f5",
        ),
        heights=("#1f3654", "#293f59", "#343f4f", "#3d444d", "#44434a"),
        sheet=("#2c5a91", "#457aab", "#6c8fac", "#8b97a1", "#9c917c"),
        ramp=(0.95, 0.42),
        turns=(75, 15, -90, 330, 30, 165, 165, -60),
    ),
    # Grey backgrounds, and colours that also differ in lightness, so that photocopies are readable:
    # any two by 9 of 100 in CAM02-UCS, of the first four by 20. They were found by a search.
    "print": Theme(
        paper="#ffffff",
        ink="#000000",
        faint="#9a9a9a",
        line="#dedede",
        cycle=(
            "#000000", "#72574a", "#3c290f", "#9381f1",
            "#041532", "#4c8287", "#5e1f9b", "#d0a527",
        ),
        heights=("#d3d3d3", "#e1e1e1", "#eeeeee", "#f7f7f7", "#ffffff"),
        sheet=("#a8a8a8", "#c4c4c4", "#dedede", "#f0f0f0", "#ffffff"),
        turns=(165, -180, 150, -120, -75, 60, -180, 135),
        markers=True,
    ),
    "slides": replace(_LIGHT, scale=1.4),
    # Letters have a halo, and lines are grey, so that they are seen on a white page and a dark one.
    "transparent": replace(_LIGHT, faint="#8b96a3", line="#a9b2bc", transparent=True),
}  # fmt: skip
