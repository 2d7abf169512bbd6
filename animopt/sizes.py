"""Sizes of pictures: in pixels for screens, in inches or centimetres for paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

from animopt.checks import SIDES, check_size
from animopt.errors import InvalidInput, short

PRINT = 300.0
"""The pixels per inch of what has a size on paper, unless a scene says otherwise."""

_CENTIMETRES = 2.54
_NUMBER = r"([0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
_PIXELS = re.compile(r"([0-9]+)\s*x\s*([0-9]+)(?:\s*px)?", re.ASCII)
_PAPER = re.compile(rf"{_NUMBER}(?:\s*x\s*{_NUMBER})?\s*(in|cm|mm)", re.ASCII)
_PER_INCH = {"in": 1.0, "cm": _CENTIMETRES, "mm": 10 * _CENTIMETRES}


@dataclass(frozen=True)
class Inches:
    """A size on paper in inches; a height of None is chosen to suit what is shown."""

    width: float
    height: float | None = None

    def pixels(self, dpi: float, shape: float = 1.0) -> tuple[int, int]:
        """Return (width, height) in pixels; ``shape`` is height over width where that is open."""
        height = self.width * shape if self.height is None else self.height
        return round(self.width * dpi), round(height * dpi)


Size: TypeAlias = tuple[int, int] | Inches


def read_size(who: str, text: str) -> Size:
    """Return the size that is written as pixels, "640x480", or on paper, "3.3in", "8x6cm".

    >>> read_size("size", "3.3x2.5in"), read_size("size", "640x480")
    (Inches(width=3.3, height=2.5), (640, 480))
    """
    word = text.strip().lower()
    if match := _PIXELS.fullmatch(word):
        return int(match[1]), int(match[2])
    if match := _PAPER.fullmatch(word):
        unit = _PER_INCH[match[3]]
        return Inches(float(match[1]) / unit, float(match[2]) / unit if match[2] else None)
    raise InvalidInput(
        f"{who}={text!r}: write WIDTHxHEIGHT in pixels, such as 640x480, or a size on paper, such "
        "as 3.3in, 3.3x2.5in or 8cm"
    )


def as_size(given: Any, dpi: float | None) -> Size:
    """Return a size that was given as (width, height) in pixels, or as text.

    Raises:
        InvalidInput: it is neither, or too small or too large for a picture.
    """
    size = read_size("size", given) if isinstance(given, str) else given
    if not isinstance(size, Inches):
        return check_size(size)
    pixels, (low, high) = size.pixels(dpi or PRINT), SIDES
    if not low <= min(pixels) <= max(pixels) <= high:
        raise InvalidInput(
            f"Scene(size={short(given)}) is {pixels[0]} x {pixels[1]} pixels at {dpi or PRINT:g} "
            f"per inch; give sides of {low} to {high} pixels, or another dpi"
        )
    return size
