"""Text as small pictures on whole pixels, drawn once and then copied into every frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg as _RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from animopt.errors import InvalidInput
from animopt.typing import Frame

# matplotlib leaves its renderers untyped.
_Renderer: Any = _RendererAgg

# Empty pixels on each side of a text.
PAD = 3


@dataclass(frozen=True, eq=False)
class Stamp:
    """A text as a picture, and as (text artist, its left end in pixels) for vector renderers."""

    pixels: Frame
    letters: tuple[tuple[Text, float], ...]

    @property
    def width(self) -> int:
        """The width in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """The height in pixels."""
        return int(self.pixels.shape[0])


@lru_cache(maxsize=4096)
def stamp(
    text: str,
    size: float,
    dpi: float,
    color: str,
    halo: str | None,
    weight: str,
    fonts: tuple[str, ...],
) -> Stamp:
    """Return a text, its size in points, in the first of the font families that has each letter.

    ``halo`` is the colour of an outline. All stamps of one size have the same height and baseline,
    so that they can be set side by side.

    Raises:
        InvalidInput: what is between dollar signs is not mathtext.
    """
    figure = Figure(figsize=(1, 1), dpi=dpi)
    style: dict[str, Any] = {"color": color, "weight": weight, "fontfamily": list(fonts)}
    artist = figure.text(0, 0, text, fontsize=size, usetex=False, **style)
    if halo is not None:
        artist.set_path_effects([withStroke(linewidth=size / 4, foreground=halo)])
    try:
        width = artist.get_window_extent(_Renderer(1, 1, dpi)).width
    except ValueError as error:
        raise InvalidInput(
            f"{text!r} is not valid mathtext: {str(error).splitlines()[-1]}; correct what is "
            "between the dollar signs, or write \\$ for a dollar sign"
        ) from None
    height, descent = line_height(size, dpi)
    canvas = _Renderer(int(np.ceil(width)) + 2 * PAD, height, dpi)
    artist.set_transform(None)
    artist.set_position((PAD, descent))
    artist.draw(canvas)
    return Stamp(np.array(canvas.buffer_rgba()), ((artist, PAD),))


@lru_cache(maxsize=4096)
def legible(text: str, fonts: tuple[str, ...]) -> str:
    """Return the text with a box in place of each letter that none of these font families has.

    matplotlib would draw a box too, but warn each time.

    >>> legible("損 = 1", ("DejaVu Sans",))
    '□ = 1'
    """
    known = _letters(fonts)
    return "".join(letter if ord(letter) in known else "□" for letter in text)


@lru_cache(maxsize=16)
def _letters(fonts: tuple[str, ...]) -> frozenset[int]:
    found = [findfont(FontProperties(family=[family])) for family in fonts]
    return frozenset(code for path in found for code in get_font(path).get_charmap())


def line_height(size: float, dpi: float) -> tuple[int, int]:
    """Return the height of a stamp, and of its part below the baseline, in whole pixels."""
    pixels = size * dpi / 72
    descent = int(np.ceil(0.3 * pixels)) + PAD - 1
    return int(np.ceil(1.05 * pixels)) + descent + PAD - 1, descent


def row(stamps: Sequence[Stamp]) -> Stamp:
    """Set stamps of one size side by side, with their padding overlapping."""
    width = sum(stamp.width - 2 * PAD for stamp in stamps) + 2 * PAD
    line = np.zeros((stamps[0].height, width, 4), np.uint8)
    letters: list[tuple[Text, float]] = []
    x = 0
    for stamp in stamps:
        part = line[:, x : x + stamp.width]
        np.copyto(part, stamp.pixels, where=stamp.pixels[..., 3:] > part[..., 3:])
        letters += [(artist, x + left) for artist, left in stamp.letters]
        x += stamp.width - 2 * PAD
    return Stamp(line, tuple(letters))


def draw_stamp(renderer: Any, gc: Any, stamp: Stamp, x: float, y: float) -> None:
    """Draw a stamp with its lower left corner at (x, y), rounded to whole pixels; y is upwards.

    A renderer for SVG or PDF is given the letters themselves, so that they stay sharp.
    """
    if hasattr(renderer, "buffer_rgba"):
        renderer.draw_image(gc, round(x), round(y), stamp.pixels[::-1])
        return
    for artist, left in stamp.letters:
        position = artist.get_position()
        artist.set_position((x + left, y + position[1]))
        artist.draw(renderer)
        artist.set_position(position)


def resolution(renderer: Any) -> float:
    """Return the dots per inch that a renderer draws with; for SVG and PDF that is always 72."""
    return float(renderer.points_to_pixels(72.0))
