"""Margins: the space around axes that their numbers and names take, from measured ink."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from matplotlib.font_manager import FontProperties

from animopt.picture.stage import Stage
from animopt.picture.theme import NAME_GAP, NUMBERS
from animopt.picture.ticks import Axis
from animopt.picture.words import inked

Margins: TypeAlias = tuple[float, float, float, float]
"""Space around the axes for numbers and a title: left, bottom, right, top, in points."""

# From the axes to their numbers: the tick, and the space after it.
_TICK = 6.5
# From the outermost ink to what is next to it.
_EDGE = 4.0
# The free space between numbers side by side, in parts of their size.
_BETWEEN = 0.8


def room(stage: Stage, x: Axis, y: Axis, top: float = 0.0) -> Margins:
    """Return the space around axes with these numbers and names, and so much for a title on top.

    There is room for a name also where a single axis has none, since a user may add one; axes
    without numbers leave only room for their frame.
    """
    if not x.texts and not y.texts:
        return _EDGE, _EDGE, _EDGE, max(top, _EDGE)
    small = _size(stage, "xtick.labelsize"), _size(stage, "ytick.labelsize")
    name = NAME_GAP + 1.25 * _size(stage, "axes.labelsize")
    beside, under = (name if stage.named or axis.label else 0.0 for axis in (y, x))
    wide = widest(stage, x.texts, small[0])
    left = _TICK + widest(stage, y.texts, small[1]) + beside
    bottom = _TICK + 1.05 * small[0] + under
    side = wide / 2 + 1.0
    return max(left + _EDGE, side), bottom + _EDGE, max(_EDGE, side), max(top, small[1] / 2 + 1.0)


def below(stage: Stage, axis: Callable[[int], Axis], count: int, pixels: float) -> Axis:
    """Return the axis with the most ticks up to a count whose numbers side by side do not touch."""
    size = _size(stage, "xtick.labelsize")
    for fewer in range(count, 1, -1):
        found = axis(fewer)
        texts = found.ticks[1].texts
        if len(texts) * stage.px(widest(stage, texts, size) + _BETWEEN * size) <= pixels:
            return found
    return axis(1)


def widest(stage: Stage, texts: Iterable[str], size: float | None = None) -> float:
    """Return the width of the widest of some texts, in points."""
    plain = NUMBERS if size is None else size / stage.theme.letters
    words = (inked(text, stage.theme, plain) for text in texts)
    return max((word.ink_size(stage.dpi)[0] for word in words), default=0.0) * 72 / stage.dpi


def _size(stage: Stage, kind: str) -> float:
    """Return a size of type in points, which a style sheet may say in a word."""
    return float(FontProperties(size=stage.theme.rc[kind]).get_size_in_points())
