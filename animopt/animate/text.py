"""Text as small pictures on whole pixels, drawn once and then copied into every frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg as _RendererAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from animopt.picture.drawing import in_force
from animopt.picture.theme import Theme
from animopt.picture.words import PAD, Word, inked, line_height
from animopt.typing import Frame

# matplotlib leaves its renderers untyped.
_Renderer: Any = _RendererAgg


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


def stamp(word: Word, dpi: float) -> Stamp:
    """Return a word as a stamp; those of one size have the same height and baseline."""
    return _stamp(word, dpi, in_force())


@lru_cache(maxsize=4096)
def _stamp(word: Word, dpi: float, settings: str) -> Stamp:
    """Return a stamp that was made with these settings in force."""
    figure = Figure(figsize=(1, 1), dpi=dpi)
    text, math = word.spelled
    artist = figure.text(
        0, 0, text, fontsize=word.size, color=word.color, weight=word.weight,
        fontfamily=list(word.families), math_fontfamily=math, usetex=False,
    )  # fmt: skip
    if word.halo is not None:
        halo_around(artist, word.halo, dpi)
    height, descent = line_height(word.size, dpi)
    canvas = _Renderer(word.width(dpi), height, dpi)
    artist.set_transform(None)
    artist.set_position((PAD, descent))
    artist.draw(canvas)
    return Stamp(np.array(canvas.buffer_rgba()), ((artist, PAD),))


def spell(artist: Text, text: str, fonts: Sequence[str]) -> None:
    """Give an artist a text, and the fonts of the letters in it that its own lack."""
    word = Word(text, "black", fonts=tuple(fonts))
    shown, math = word.spelled
    artist.set(text=shown, fontfamily=list(word.families), math_fontfamily=math)


def halo_around(text: Text, color: str, dpi: float) -> None:
    """Draw a stroke around the letters of a text, within the padding of a stamp."""
    width = min(float(text.get_fontsize()) / 4, 72 / dpi * (2 * PAD - 1))
    text.set_path_effects([withStroke(linewidth=width, foreground=color)])


def set_halos(figure: Figure, look: Theme, dpi: float) -> None:
    """Give all texts of a figure the halo of a theme, if it has one."""
    for text in figure.findobj(Text) if look.halo is not None else ():
        halo_around(text, str(look.halo), dpi)


def figures(parts: Iterable[str], look: Theme, size: float, dpi: float) -> Stamp:
    """Return a number set digit by digit, since stamps of digits are cached and numbers vary.

    With halos, which would cover the digits beside them, it is set as a whole.
    """
    if look.halo is not None:
        return stamp(inked("".join(parts), look, size), dpi)
    return row([stamp(inked(part, look, size), dpi) for part in parts])


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
