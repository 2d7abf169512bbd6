"""The colour bar: which colour is which height, beside a picture of the surface."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from animopt.picture.clipping import Box
from animopt.picture.levels import level_fractions
from animopt.picture.margins import widest
from animopt.picture.stage import Stage, height_name
from animopt.picture.theme import NUMBERS
from animopt.picture.ticks import Axis, Ticks, decade_ticks, densities, linear_axis
from animopt.typing import Array

# In points: the space before the bar, its width, and the space before its numbers.
_GAP, _WIDE, _APART = 8.0, 7.0, 4.0
# The most numbers in the film, each in ems of the room that it needs.
_COUNT, _PITCH = 7, 2.0
# The part of that room which is enough for levels that are given.
_TIGHT = 0.7
# Heights that differ by less than this part of their size are told apart by even numbers only.
_NEAR = 0.5


@dataclass(frozen=True, eq=False)
class Bar:
    """A bar of colours, each as high as the others, with numbers to its right and a name above.

    Attributes:
        box: the pixels of the colours, the lowest height at the bottom.
        levels: the heights at which they change, from the lowest to the highest.
        axis: the heights, whose places along the bar are those of ``parts``.
        gap: the space between the colours and the numbers, in pixels.
    """

    box: Box
    levels: Array
    axis: Axis
    gap: float

    @property
    def count(self) -> int:
        """The number of colours."""
        return len(self.levels) - 1

    def parts(self, heights: Array) -> Array:
        """Return where heights are on the bar, from 0 at the bottom to 1 on top."""
        return level_fractions(heights, self.levels)


def bar_room(stage: Stage) -> float:
    """Return the width that a bar takes with its numbers, in points: 0 if none is shown."""
    if not _has_bar(stage):
        return 0.0
    return room_of(stage, _axis_of(stage)(_COUNT))


def room_of(stage: Stage, axis: Axis) -> float:
    """Return the width that a bar takes with the numbers and the name of an axis, in points."""
    beside = _WIDE + _APART + widest(stage, axis.texts)
    return _GAP + max(beside, widest(stage, [axis.label]))


def bar_beside(stage: Stage, frame: Box) -> Bar | None:
    """Return the bar to the right of a frame of pixels, if one is shown."""
    if not _has_bar(stage):
        return None
    return placed(stage, frame, stage.levels, _axis_of(stage))


def placed(stage: Stage, frame: Box, levels: Array, axis_of: Callable[[int], Axis]) -> Bar:
    """Return the bar of some levels to the right of a frame of pixels.

    ``axis_of`` returns their axis with about so many numbers.
    """
    _, bottom, right, top = frame
    left, type_height = right + stage.px(_GAP), stage.text(NUMBERS)
    box = (left, bottom, left + stage.px(_WIDE), top - 1.6 * type_height)
    room = int((box[3] - box[1]) / (_PITCH * type_height))
    return Bar(box, levels, axis_of(max(2, min(_COUNT, room))), stage.px(_APART))


def _has_bar(stage: Stage) -> bool:
    """Return whether a bar is shown: on flat ground it would say nothing."""
    return stage.look.colorbar and len(stage.levels) > 2


def _axis_of(stage: Stage) -> Callable[[int], Axis]:
    """Return what makes the axis of heights with at most about so many numbers."""
    given = isinstance(stage.look.levels, tuple)
    return lambda count: bar_axis(stage.levels, count, height_name(stage), given)


def bar_axis(levels: Array, count: int, name: str, given: bool = False) -> Axis:
    """Return the axis of heights with at most about so many round numbers, apart on the bar.

    Levels that are given are named themselves, every one for which there is room.
    """
    low, high = float(levels[0]), float(levels[-1])
    if high - low < _NEAR * max(abs(low), abs(high)):
        even = linear_axis(low, high, count, name=name)
        few, usual, many = (
            _thinned((own, even.ticks[-1]), levels, 1 / most)
            for own, most in zip(even.ticks, densities(count), strict=True)
        )
        return replace(even, ticks=(few, usual, many))
    inner = levels[1:-1]
    if given and all(float(f"{level:g}") == level for level in inner.tolist()):
        room = [math.ceil(_TIGHT * (len(inner) + 1) / most) for most in densities(count)]
        values = [inner[::every] for every in room]
    else:
        values = [_spread(levels, 1 / most) for most in densities(count)]
    few, usual, many = (
        Ticks(tuple(each.tolist()), texts)
        for each, texts in zip(values, decade_ticks(values), strict=True)
    )
    return Axis(low, high, (few, usual, many), name)


def _thinned(choices: Iterable[Ticks], levels: Array, apart: float) -> Ticks:
    """Return those, from below, of the first ticks of which two are so far apart on the bar.

    If there are none, return the lowest and the highest of the last.
    """
    for ticks in choices:
        parts = level_fractions(np.array(ticks.values), levels).tolist()
        kept: list[int] = []
        for i, part in enumerate(parts):
            if not kept or part - parts[kept[-1]] >= apart:
                kept.append(i)
        if len(kept) > 1:
            break
    else:
        kept = sorted({0, len(parts) - 1})
    return Ticks(tuple(ticks.values[i] for i in kept), tuple(ticks.texts[i] for i in kept))


def _spread(levels: Array, apart: float) -> Array:
    """Return round heights that are at least so far apart on the bar, powers of ten first."""
    size = np.ceil(np.log10(np.abs(levels[[0, -1]]).max()))
    powers = 10.0 ** np.arange(size, size - 7, -1)
    digits = np.array([1.0, -1.0, 5.0, -5.0, 2.0, -2.0, 3.0, -3.0, 7.0, -7.0])
    candidates = np.append(0.0, np.multiply.outer(digits, powers))
    chosen: dict[float, float] = {}
    for value in candidates[(candidates >= levels[0]) & (candidates <= levels[-1])].tolist():
        part = float(level_fractions(np.array(value), levels))
        if all(abs(part - other) >= apart for other in chosen):
            chosen[part] = value
    return np.array([chosen[part] for part in sorted(chosen)])
