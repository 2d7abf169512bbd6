"""The canvas: how many pixels a picture has, and how many of them are an inch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from animopt.picture.theme import NUMBERS
from animopt.sizes import PRINT, Inches

if TYPE_CHECKING:
    from animopt.picture.stage import Stage
    from animopt.scene.look import Look

# The dpi at which the smallest type, of 8 points, is 9 pixels high.
_READABLE = 81.0
# How many times as wide as high a canvas is whose panels are all side by side.
_WIDE = 2.5
# The width and height of a slide in inches, and the least pixels per inch of what is put on one.
_SLIDE = (40 / 3, 7.5)
_COARSEST = 96.0
# A panel that is narrower on paper, in inches, is put below another one instead of beside it.
_NARROW = 2.5
# The strokes of pictures on paper, where type is large beside them.
_FINE = 0.6


class Canvas(NamedTuple):
    """Where a picture is drawn.

    Attributes:
        size: (width, height) in pixels.
        dpi: the pixels per inch of type and lines.
        resolution: the pixels per inch that a file says it has.
        is_paper: whether both are the same, so that type has its size in points.
    """

    size: tuple[int, int]
    dpi: float
    resolution: float
    is_paper: bool


def canvas(look: Look, count: int) -> Canvas:
    """Return the canvas of a look with this number of panels."""
    if isinstance(look.size, Inches):
        return paper(look.size, look.dpi, _shape(look.size.width, count))
    size = look.size or natural_size(count)
    dpi = look.dpi or natural_dpi(size, count)
    return Canvas(size, dpi, look.dpi or on_slide(size), is_paper=False)


def paper(size: Inches, dpi: float | None, shape: float) -> Canvas:
    """Return a canvas on paper; ``shape`` is its height over its width where that is open."""
    dots = dpi or PRINT
    return Canvas(size.pixels(dots, shape), dots, dots, is_paper=True)


def on_slide(size: tuple[int, int]) -> float:
    """Return the pixels per inch at which a picture is at most as large as a slide.

    >>> [on_slide(size) for size in [(1920, 1080), (1280, 720), (640, 480)]]
    [144.0, 96.0, 96.0]
    """
    return max(_COARSEST, *(side / most for side, most in zip(size, _SLIDE, strict=True)))


def placed(stage: Stage, place: Canvas, least: float = 0.0) -> Stage:
    """Return a stage as it is on its canvas: with its type, and with fine lines on paper."""
    if place.is_paper:
        stage = stage.replace(theme=replace(stage.theme, strokes=_FINE))
    return stage.replace(dpi=type_dpi(place, stage.dpi, least))


def type_dpi(place: Canvas, scaled: float, least: float = 0.0) -> float:
    """Return the pixels per inch of type and lines.

    Those that a theme's scale makes of the canvas's, and more where the smallest type would have
    under ``least`` pixels of 1280 x 720; on paper those of the canvas, whatever the theme.
    """
    width, height = place.size
    needed = 72 * least / NUMBERS * min(width / 1280, height / 720)
    return place.dpi if place.is_paper else max(scaled, needed)


def natural_size(count: int) -> tuple[int, int]:
    """Return the default (width, height) in pixels for this number of panels."""
    return {1: (640, 480), 2: (1280, 480)}.get(count, (1280, 720))


def natural_dpi(size: tuple[int, int], count: int) -> float:
    """Return the pixels per inch that scale type and lines with the size of the canvas.

    At the default size it is 100; type stays readable as long as there is room for it.
    """
    width, height = natural_size(count)
    if stacked(size, count):
        width, height = _upright(count)
    elif in_a_row(size, count):
        width, height = 640 * count, 480
    scale = 100 * min(size[0] / width, size[1] / height)
    return max(scale, min(_READABLE, 2 * scale))


def stacked(size: tuple[int, int], count: int) -> bool:
    """Return whether several panels are arranged from the top down: the canvas is upright."""
    return count > 1 and size[1] > size[0]


def in_a_row(size: tuple[int, int], count: int) -> bool:
    """Return whether all panels are side by side: two, or more on a canvas that is very wide."""
    return count < 3 or size[0] > _WIDE * size[1]


def _upright(count: int) -> tuple[int, int]:
    """Return the default (width, height) of several panels from the top down."""
    return (640, 960) if count == 2 else natural_size(count)[::-1]


def _shape(inches: float, count: int) -> float:
    """Return the height over the width that suits panels on paper of this width."""
    beside = min(count, 2)
    width, height = natural_size(count) if inches >= beside * _NARROW else _upright(count)
    return height / width
