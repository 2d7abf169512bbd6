"""Themes: the colours of the paper, the ink, the surface and the optimizers."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.colors import Colormap, LinearSegmentedColormap

from animopt.errors import InvalidInput, did_you_mean


@dataclass(frozen=True)
class Theme:
    """A look. The cycle colours the optimizers; ``low`` to ``high`` colours the heights."""

    paper: str
    ink: str
    faint: str
    line: str
    cycle: tuple[str, ...]
    heights: tuple[str, ...]
    sheet: tuple[str, ...]

    @property
    def fills(self) -> Colormap:
        """The colours between contour lines, low to high: quiet, so that paths stand out."""
        return LinearSegmentedColormap.from_list("fills", self.heights)

    @property
    def sheets(self) -> Colormap:
        """The colours of a surface in space, low to high."""
        return LinearSegmentedColormap.from_list("sheets", self.sheet)

    @property
    def rc(self) -> dict[str, object]:
        """The settings of matplotlib that follow."""
        ink = {
            key: self.ink
            for key in ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.labelcolor")
        }
        return ink | {
            "ytick.labelcolor": self.ink,
            "figure.facecolor": self.paper,
            "axes.facecolor": self.paper,
            "axes.edgecolor": self.faint,
            "xtick.color": self.faint,
            "ytick.color": self.faint,
            "grid.color": self.line,
            "axes.axisbelow": True,
            "font.family": "DejaVu Sans",
            "font.size": 9.0,
            "xtick.labelsize": 8.0,
            "ytick.labelsize": 8.0,
            "path.simplify": False,
        }


# Any two of the first eight are at least 15 apart in CAM02-UCS under each simulated deficiency.
_CYCLE = (
    "#1d4ef6",
    "#ef8100",
    "#00946a",
    "#cb112b",
    "#883f96",
    "#27b7da",
    "#750e1c",
    "#333a45",
)
_BRIGHT_CYCLE = (
    "#7e7aff",
    "#f7c048",
    "#19c2b0",
    "#fd5f82",
    "#b0abff",
    "#4dfcff",
    "#b07d14",
    "#f2ffd5",
)

THEMES = {
    "light": Theme(
        paper="#ffffff",
        ink="#1f2933",
        faint="#9aa5b1",
        line="#dde3ea",
        cycle=_CYCLE,
        heights=("#b9cbe0", "#dbe4ee", "#f3f5f7", "#fbf6ec"),
        sheet=("#5d83b0", "#9dbad6", "#dfe7ee", "#f4ead6", "#e6cfa4"),
    ),
    "dark": Theme(
        paper="#10151c",
        ink="#e4e9ef",
        faint="#5c6b7c",
        line="#2a3441",
        cycle=_BRIGHT_CYCLE,
        heights=("#23415f", "#1b3046", "#172533", "#191e25"),
        sheet=("#2c5a91", "#457aab", "#6c8fac", "#8b97a1", "#9c917c"),
    ),
}


def theme(name: str) -> Theme:
    """Return the theme of this name."""
    if name not in THEMES:
        raise InvalidInput(f"Scene(theme={name!r}) is unknown{did_you_mean(str(name), THEMES)}")
    return THEMES[name]
