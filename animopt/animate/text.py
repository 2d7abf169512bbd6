"""Text as small pictures on whole pixels: drawn once, then stamped, the same in every frame."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg as _RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from animopt.typing import Frame

# matplotlib leaves its renderers untyped.
_Renderer: Any = _RendererAgg

PAD = 3


class Stamp(np.ndarray[Any, np.dtype[np.uint8]]):
    """A picture of text, RGBA, that remembers its letters for renderers that draw no pixels.

    ``letters`` holds (text artist, its left end in pixels) and is kept by views of the picture.
    """

    letters: tuple[tuple[Text, float], ...]

    def __array_finalize__(self, source: Any) -> None:
        """Take over the letters of the picture that this is a view of."""
        self.letters = getattr(source, "letters", ())

    @classmethod
    def of(cls, picture: Frame, letters: tuple[tuple[Text, float], ...]) -> Stamp:
        """Make a stamp of a picture."""
        made = picture.view(cls)
        made.letters = letters
        return made


@lru_cache(maxsize=4096)
def stamp(
    text: str,
    size: float,
    dpi: float,
    color: str,
    halo: str | None,
    weight: str,
    fonts: tuple[str, ...],
) -> Frame:
    """Return the text as an RGBA picture, size in points; ``halo`` outlines it.

    ``fonts`` are families in the order of preference.

    All stamps of one size are equally high and share a baseline, so they can be set side by side.
    """
    figure = Figure(figsize=(1, 1), dpi=dpi)
    artist = figure.text(
        0, 0, text, fontsize=size, color=color, weight=weight, fontfamily=list(fonts)
    )
    if halo is not None:
        artist.set_path_effects([withStroke(linewidth=size / 4, foreground=halo)])
    width = artist.get_window_extent(_Renderer(1, 1, dpi)).width
    height, descent = line_height(size, dpi)
    canvas = _Renderer(int(np.ceil(width)) + 2 * PAD, height, dpi)
    artist.set_transform(None)
    artist.set_position((PAD, descent))
    artist.draw(canvas)
    return Stamp.of(np.array(canvas.buffer_rgba()), ((artist, PAD),))


@lru_cache(maxsize=4096)
def legible(text: str, fonts: tuple[str, ...]) -> str:
    """Return the text with a box for each letter that no font of these families has.

    matplotlib would draw it too, and warn each time.

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
    """Return the height of a stamp and of what lies below its baseline, in whole pixels."""
    pixels = size * dpi / 72
    descent = int(np.ceil(0.3 * pixels)) + PAD - 1
    return int(np.ceil(1.05 * pixels)) + descent + PAD - 1, descent


def row(pictures: list[Frame]) -> Frame:
    """Set stamps of one size side by side, their paddings overlapping."""
    width = sum(p.shape[1] - 2 * PAD for p in pictures) + 2 * PAD
    line = np.zeros((pictures[0].shape[0], width, 4), np.uint8)
    letters: list[tuple[Text, float]] = []
    x = 0
    for picture in pictures:
        part = line[:, x : x + picture.shape[1]]
        np.copyto(part, picture, where=picture[..., 3:] > part[..., 3:])
        letters += [(artist, x + left) for artist, left in getattr(picture, "letters", ())]
        x += picture.shape[1] - 2 * PAD
    return Stamp.of(line, tuple(letters))


def draw_stamp(renderer: Any, gc: Any, picture: Frame, x: float, y: float) -> None:
    """Blend a stamp with its lower left corner at whole pixels, y upwards; elsewhere its letters.

    A renderer for SVG or PDF is given the letters themselves, so that they stay sharp.
    """
    if hasattr(renderer, "buffer_rgba"):
        renderer.draw_image(gc, round(x), round(y), np.asarray(picture)[::-1])
        return
    for artist, left in getattr(picture, "letters", ()):
        stamped = artist.get_position()
        artist.set_position((x + left, y + stamped[1]))
        artist.draw(renderer)
        artist.set_position(stamped)


def resolution(renderer: Any) -> float:
    """Return the dots per inch that a renderer draws with (SVG and PDF: 72, whatever they say)."""
    return float(renderer.points_to_pixels(72.0))
