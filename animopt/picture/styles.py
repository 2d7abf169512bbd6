"""Styles: which colour, marker and dashes each run has, the same in every panel and on the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from matplotlib.colors import is_color_like, to_hex, to_rgba

from animopt.errors import InvalidInput, did_you_mean, short
from animopt.picture.shapes import MARKERS
from animopt.picture.theme import Theme
from animopt.runs.run import Run

SWEEP = 3
"""The least number of runs of one kind that are coloured as a sweep."""

SHADES = 6
"""The number of colours of a ramp that can be told apart."""

_MARKERS = tuple(MARKERS)
# Two runs coincide if they are nowhere farther apart than this part of their extent, at so many
# steps that are looked at.
_SAME, _LOOKS = 1e-3, 1000

DASHES = ((), (4.0, 5.5), (0.1, 4.5))
"""The strokes and gaps of paths, in points: those of the first round of colours, the next, ..."""


class Style(NamedTuple):
    """How a run is drawn: its colour, its marker, and the strokes and gaps of its path."""

    color: str
    marker: str
    dash: tuple[float, ...] = ()


class Place(NamedTuple):
    """The place of a run in its sequence: ``rank`` of ``size``, counting from 0."""

    kind: str | None
    rank: int
    size: int


def styles(
    runs: Sequence[Run],
    theme: Theme,
    markers: bool | Mapping[str, str] | None = None,
    colors: Mapping[str, str] | None = None,
) -> list[Style]:
    """Return how each run is drawn.

    A sweep has a ramp of its own, and any other run the next colour of the cycle. Where the colours
    begin again, dashes and markers differ; these also if ``markers`` or the theme says so. A run on
    top of another one is dashed, so that both are seen. What is given by label is as given.

    Raises:
        InvalidInput: a label is no run's, or there is no such colour or marker.
    """
    own = markers if isinstance(markers, Mapping) else {}
    colors = {label: _color(label, color) for label, color in (colors or {}).items()}
    labels = [run.label for run in runs]
    for name, given in (("colors", colors), ("markers", own)):
        for label in given:
            if label not in labels:
                hint = did_you_mean(label, labels)
                raise InvalidInput(f"Scene({name}=...): no run is labelled {label!r}{hint}")
    for label, marker in own.items():
        if marker not in MARKERS:
            known = ", ".join(MARKERS)
            raise InvalidInput(
                f"Scene(markers=...): {label!r} has {short(marker)}; choose from {known}"
            )
    found = _chosen(runs, theme, None if own else markers)  # type: ignore[arg-type]
    return [
        style._replace(color=colors.get(label, style.color), marker=own.get(label, style.marker))
        for label, style in zip(labels, found, strict=True)
    ]


def _color(label: str, given: str) -> str:
    if not is_color_like(given) or to_rgba(given)[3] < 1:
        raise InvalidInput(
            f"Scene(colors=...): {label!r} has {short(given)}; give a colour such as '#c00' or "
            "'crimson', which is not transparent"
        )
    return to_hex(given)


def _chosen(runs: Sequence[Run], theme: Theme, distinct: bool | None) -> list[Style]:
    """Return how each run is drawn if nothing is given by label."""
    found: list[Style] = []
    alone: list[Run] = []
    hues: dict[str | int | None, int] = {}
    ramps: dict[int, tuple[str, ...]] = {}  # each is made once, since its colours are solved for
    distinct = theme.markers if distinct is None else distinct
    for i, place in enumerate(places(runs)):
        swept = place.size >= SWEEP
        hue = hues.setdefault(place.kind if swept else i, len(hues))
        color = theme.cycle[hue % len(theme.cycle)]
        if swept:
            if hue not in ramps:
                ramps[hue] = theme.shades(hue, place.size)
            color = ramps[hue][place.rank]
        again = hue // len(theme.cycle)
        many = place.rank if place.size > SHADES else again
        marker = _MARKERS[(i if distinct else many) % len(_MARKERS)]
        covers = not swept and any(_coincide(runs[i], each) for each in alone)
        dash = DASHES[again % len(DASHES)] or DASHES[covers]
        found.append(Style(color, marker, dash))
        if not (swept or dash):
            alone.append(runs[i])
    return found


def _coincide(run: Run, other: Run) -> bool:
    """Return whether two runs are at the same places at the same steps, looked at up to 1000."""
    if run.losses.shape != other.losses.shape or not np.array_equal(run.steps, other.steps):
        return False
    if run.has_points and other.has_points:
        mine, theirs = run.paths, other.paths
    else:
        mine, theirs = run.losses[..., None], other.losses[..., None]
    some = np.linspace(0, len(run.steps) - 1, min(len(run.steps), _LOOKS)).astype(int)
    mine, theirs = mine[:, some], theirs[:, some]
    known = mine[np.isfinite(mine)]
    near = _SAME * float(np.ptp(known)) if known.size else 0.0
    return np.allclose(mine, theirs, rtol=0, atol=near, equal_nan=True)


def places(runs: Sequence[Run]) -> list[Place]:
    """Return each run's place in its sequence, in the order given.

    A sequence is all runs of a kind, if they differ in numbers and in nothing else; a run outside
    a sequence has size 1.
    """
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for run in runs:
        if run.kind is not None:
            kinds.setdefault(run.kind, []).append(run.settings)
    sequences = {kind: len(members) for kind, members in kinds.items() if _is_sequence(members)}
    seen: Counter[str | None] = Counter()
    found = []
    for run in runs:
        size = sequences.get(run.kind or "", 1)
        found.append(Place(run.kind, seen[run.kind] if size > 1 else 0, size))
        seen[run.kind] += 1
    return found


def _is_sequence(members: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether some settings differ between the members, and all that do are numbers."""
    differing = [
        values
        for values in zip(*(each.values() for each in members), strict=True)
        if len({repr(value) for value in values}) > 1
    ]
    return bool(differing) and all(_is_number(value) for values in differing for value in values)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
