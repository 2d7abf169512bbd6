"""Words: texts in one style, and how much room they take, measured as matplotlib will draw them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg as _RendererAgg
from matplotlib.cbook import is_math_text
from matplotlib.font_manager import FontProperties

from animopt.errors import InvalidInput
from animopt.picture.drawing import in_force
from animopt.picture.letters import families, legible, spelled
from animopt.picture.theme import FONTS, TYPE, Theme

# matplotlib leaves its renderers untyped.
_Renderer: Any = _RendererAgg

PAD = 3
"""Empty pixels on each side of a drawn text."""

# No picture is wide enough for more letters.
_LONGEST = 500


@dataclass(frozen=True)
class Word:
    """A text in one style, its size in points; letters that no font has become boxes.

    ``fonts`` are those of a theme; ``families`` has others, for the letters that these lack.
    """

    text: str
    color: str
    size: float = TYPE
    halo: str | None = None
    weight: str = "normal"
    fonts: tuple[str, ...] = FONTS

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", legible(self.text, self.fonts, in_force()))

    @property
    def families(self) -> tuple[str, ...]:
        """The fonts that it is drawn with."""
        return families(self.text, self.fonts)

    @property
    def spelled(self) -> tuple[str, str | None]:
        """What matplotlib is to draw, and the fonts of what is mathtext in it, if not the usual."""
        return spelled(self.text, self.fonts, in_force())

    def width(self, dpi: float) -> int:
        """Return the width that the drawn text takes with its padding, in pixels."""
        return int(np.ceil(self._width(dpi))) + 2 * PAD

    def _width(self, dpi: float) -> float:
        return _width(self, dpi, in_force())

    def fitted(self, room: float, dpi: float) -> Word:
        """Return the word, cut short with an ellipsis if it is wider than the room in pixels."""
        short = len(self.text) <= _LONGEST and self.ink_size(dpi)[0] <= room
        if short or not self.text:
            return self
        cuts = [self.text[:count].rstrip() + "…" for count in range(min(len(self.text), _LONGEST))]
        fits = bisect_right(cuts, room, key=lambda cut: replace(self, text=cut).ink_size(dpi)[0])
        return replace(self, text=cuts[max(fits - 1, 0)])

    def ink_size(self, dpi: float) -> tuple[float, float]:
        """Return the width and height of the letters, without the padding."""
        return self.width(dpi) - 2.0 * (PAD - 1), line_height(self.size, dpi)[0] - 2.0 * PAD


def inked(text: str, look: Theme, size: float = TYPE, weight: str = "normal") -> Word:
    """Return a word in a theme's text colour, fonts and halo, larger or smaller as it says."""
    return Word(text, look.ink, size * look.letters, look.halo, weight, look.fonts)


def apart(texts: Sequence[str]) -> tuple[str, list[str]]:
    """Return the words with which all of several texts begin, and what is left of each.

    Words with which all of them end are left out too. Nothing is taken where nothing would be left.

    >>> apart(["Adam lr=0.1", "Adam lr=0.2"]), apart(["SGD lr=1", "Adam lr=1"])
    (('Adam lr', ['0.1', '0.2']), ('', ['SGD', 'Adam']))
    """
    if len(texts) < 2:
        return "", list(texts)
    shared = _beginning(texts)
    start = max(shared.rfind(" "), shared.rfind("=")) + 1
    backwards = _beginning([text[start:][::-1] for text in texts])
    end = backwards.rfind(" ") + 1
    left = [text[start : len(text) - end] for text in texts]
    return (shared[:start].rstrip(" ="), left) if all(left) else ("", list(texts))


def _beginning(texts: Sequence[str]) -> str:
    """Return the letters with which all texts begin."""
    first, last = min(texts), max(texts)
    same = (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    return first[: next(same, len(first))]


def line_height(size: float, dpi: float) -> tuple[int, int]:
    """Return the height of a drawn text, and of its part below the baseline, in whole pixels."""
    pixels = size * dpi / 72
    descent = int(np.ceil(0.3 * pixels)) + PAD - 1
    return int(np.ceil(1.05 * pixels)) + descent + PAD - 1, descent


# What is measured depends on the settings in force, so these are among the arguments.
@lru_cache(maxsize=4096)
def _width(word: Word, dpi: float, settings: str) -> float:
    """Return the width of a line in pixels, as ``matplotlib.text.Text`` measures it.

    Raises:
        InvalidInput: what is between dollar signs is not mathtext.
    """
    text, math = word.spelled
    if not text:
        return 0.0
    is_math = is_math_text(text)
    shown = text if is_math else text.replace(r"\$", "$")
    font = FontProperties(
        family=list(word.families), size=word.size, weight=word.weight, math_fontfamily=math
    )
    try:
        width, _, _ = _Renderer(1, 1, dpi).get_text_width_height_descent(shown, font, is_math)
    except ValueError as error:
        raise InvalidInput(
            f"{word.text!r} is not valid mathtext: {str(error).splitlines()[-1]}; correct what is "
            "between the dollar signs, or write \\$ for a dollar sign"
        ) from None
    return float(width)
