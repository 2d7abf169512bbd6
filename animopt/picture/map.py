"""The map: what each pair of two settings that vary together leads to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from animopt.errors import InvalidInput
from animopt.picture.clipping import Box
from animopt.picture.colorbar import Bar, placed, room_of
from animopt.picture.margins import Margins, below, room
from animopt.picture.scales import Scale
from animopt.picture.stage import Stage
from animopt.picture.ticks import Axis
from animopt.picture.tracks import Group, Track
from animopt.picture.variants import Variants
from animopt.runs.arrivals import arrivals
from animopt.runs.variations import Axis as Setting
from animopt.runs.variations import Variation
from animopt.typing import Array, Mask

# Colours are on a logarithmic scale where the largest number is so many times the smallest.
_SPAN = 4.0
# The height of the title, in points.
_TITLE = 16.0
_TICKS, _SHADES = 5, 128
# In this part of the last steps a loss above that at the start grows, or not.
_LATE = 4


@dataclass(frozen=True, eq=False)
class Map:
    """A map of two settings, the first to the right and the second upwards.

    Attributes:
        box: the pixels that the cells fill.
        number: which of all that varies it is of.
        title, what: what is shown, whose it is, and the name of the number alone.
        x, y: the axes of the settings.
        scales: theirs.
        columns, rows: the edges of the cells as parts of the axes, (n + 1,) and (m + 1,).
        values: the number of each pair, (n, m); NaN where it does not arrive, or diverges.
        parts: where it is on the scale of colours, from 0 to 1.
        diverged: where it diverges, (n, m): a run that ends above its start, and still grows, will.
        bar: the colours.
        own: where the scene's own pair is as parts of the axes, or None if it is outside.
    """

    box: Box
    number: int
    title: str
    what: str
    x: Axis
    y: Axis
    scales: tuple[Scale, Scale]
    columns: Array
    rows: Array
    values: Array
    parts: Array
    diverged: Mask
    bar: Bar
    own: tuple[float, float] | None


@dataclass
class MapPanel:
    """Steps to arrive, or else the loss at the end, of the first run that two settings change."""

    projection: ClassVar[str | None] = None

    def room(self, stage: Stage) -> Margins:
        """Return the space around the cells, for the numbers, names, the title and the colours."""
        _, varied = _joined(stage)
        scales = _scales(varied)
        x, y = (
            scale.axis(_TICKS, axis.name) for scale, axis in zip(scales, varied.axes, strict=True)
        )
        left, bottom, right, _ = room(stage, x, y)
        _, values = _numbers(stage, varied)
        return left, bottom, max(right, room_of(stage, _colors(values).axis(_TICKS))), _TITLE

    def compose(self, stage: Stage, box: Box) -> Map:
        """Return the map as it fills a box of pixels."""
        number, varied = _joined(stage)
        across, upwards = _scales(varied)
        first, second = varied.axes
        x = below(stage, lambda count: across.axis(count, first.name), _TICKS, box[2] - box[0])
        what, values = _numbers(stage, varied)
        scale = _colors(values)
        (slot, groups), *_ = varied.groups.items()
        own = None
        if first.own is not None and second.own is not None:
            u, v = (
                float(across.parts(np.array(first.own))),
                float(upwards.parts(np.array(second.own))),
            )
            own = (u, v) if 0 <= u <= 1 and 0 <= v <= 1 else None
        return Map(
            box=box,
            number=number,
            title=f"{what}: {stage.groups[slot].track.label}",
            what=what.lower(),
            x=x,
            y=upwards.axis(_TICKS, second.name),
            scales=(across, upwards),
            columns=_edges(across, first),
            rows=_edges(upwards, second),
            values=values,
            parts=np.clip(scale.parts(values), 0, 1),
            diverged=_diverged(groups).reshape(values.shape),
            bar=placed(stage, box, scale.spread(_SHADES + 1), scale.axis),
            own=own,
        )


def joined(varied: Iterable[Variants | Variation]) -> list[int]:
    """Return which of all that varies are two settings that vary together."""
    return [
        number
        for number, each in enumerate(varied)
        if len(each.axes) == 2 and not each.axes[0].name.startswith("start")
    ]


def _joined(stage: Stage) -> tuple[int, Variants]:
    numbers = joined(stage.varied)
    if not numbers:
        raise InvalidInput(
            "panel 'map': no two settings vary together; give vary={'Momentum.lr x "
            "Momentum.momentum': '0.001..0.1 x 0..0.99'} (--vary), or leave it out"
        )
    return numbers[0], stage.varied[numbers[0]]


def _numbers(stage: Stage, varied: Variants) -> tuple[str, Array]:
    """Return what the map shows, and the number of each pair, (n, m)."""
    groups = next(iter(varied.groups.values()))
    shape = tuple(len(axis.values) for axis in varied.axes)
    problem, tracks = stage.problem, [group.track for group in groups]
    points, losses = (np.array([getattr(t, name) for t in tracks]) for name in ("points", "values"))
    there = arrivals(problem, points, losses, problem.tolerance) >= 0
    if there.any():
        steps = np.where(there.any(axis=1), there.argmax(axis=1).astype(float), np.nan)
        return "Steps to arrive", steps.reshape(shape)
    ends = losses[:, -1] - (problem.surface.lowest or 0.0)
    return "Loss at the end", np.where(_diverged(groups), np.nan, ends).reshape(shape)


def _diverged(groups: Sequence[Group]) -> Mask:
    return np.array([_diverges(group.track) for group in groups])


def _diverges(track: Track) -> bool:
    if track.diverged is not None:
        return True
    part = max(1, len(track.values) // _LATE)
    before, late = track.values[-2 * part : -part], track.values[-part:]
    return bool(before.size and late.max() > max(before.max(), track.values[0]))


def _colors(values: Array) -> Scale:
    """Return the scale of colours, from the lowest number to the highest."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    positive = known[known > 0]
    if low >= 0 and positive.size and high > _SPAN * (least := float(positive.min())):
        return Scale("log", max(least, 1e-16 * high), high)
    return Scale("linear", low, high if high > low else low + 1.0)


def _scales(varied: Variants) -> tuple[Scale, Scale]:
    first, second = (_scale(axis.values) for axis in varied.axes)
    return first, second


def _scale(values: Sequence[float]) -> Scale:
    """Return the scale of an axis, logarithmic where that spreads the values more evenly."""
    low, high = values[0], values[-1]
    hops = np.diff(values)
    if low > 0 and len(values) > 2 and np.ptp(np.diff(np.log(values))) < np.ptp(np.log(hops)):
        room = math.exp(math.log(high / low) / (len(values) - 1) / 2)
        return Scale("log", low / room, high * room)
    room = (high - low) / (len(values) - 1) / 2
    return Scale("linear", low - room, high + room)


def _edges(scale: Scale, axis: Setting) -> Array:
    """Return the edges of cells around values, halfway between them, as parts of a scale."""
    parts = scale.parts(np.array(axis.values))
    return np.concatenate([[0.0], (parts[1:] + parts[:-1]) / 2, [1.0]])
