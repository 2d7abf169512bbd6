"""Tiny fonts, so that tests do not depend on those which a machine has."""

from __future__ import annotations

from contextlib import contextmanager

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib.font_manager import fontManager

from animopt.picture import drawing, letters, words


def make_font(path, family, known):
    """Write a font in which every letter is a black square."""
    names = [".notdef", *(f"u{ord(letter):X}" for letter in known)]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(letter): f"u{ord(letter):X}" for letter in known})
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    font.setupGlyf(dict.fromkeys(names, pen.glyph()))
    font.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    font.setupHorizontalHeader(ascent=900, descent=-200)
    font.setupNameTable({"familyName": family, "styleName": "Regular"})
    font.setupOS2(sTypoAscender=900, usWinAscent=900, usWinDescent=200)
    font.setupPost()
    font.save(path)


@contextmanager
def installed(folder, *groups):
    """Install one font for each (family, letters), and let these alone be the fallbacks."""
    before, kept = letters.FALLBACKS, list(fontManager.ttflist)
    try:
        for family, known in groups:
            make_font(folder / f"{family}.ttf", family, known)
            fontManager.addfont(folder / f"{family}.ttf")
        letters.FALLBACKS = tuple((family,) for family, _ in groups)
        _forget()
        yield
    finally:
        letters.FALLBACKS = before
        fontManager.ttflist[:] = kept
        _forget()


def _forget():
    for known in (letters.legible, letters.spelled, words._width):
        known.cache_clear()
    drawing._MADE.clear()
