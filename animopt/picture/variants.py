"""Variants: runs at other values of their settings, which a reader of a page may choose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from animopt.picture.styles import Style
from animopt.picture.tracks import Group, group_of
from animopt.runs.problem import Problem
from animopt.runs.variations import Axis, Variation


@dataclass(frozen=True, eq=False)
class Variants:
    """What varies, and the groups at its values.

    Attributes:
        axes: one setting, or two that vary together.
        groups: for each run that they change, by its number, those at every value, in the style of
            that run; of two settings, the values of the second change faster.
    """

    axes: tuple[Axis, ...]
    groups: Mapping[int, tuple[Group, ...]]


def variants_of(
    variations: Iterable[Variation], groups: Sequence[Group], problem: Problem
) -> tuple[Variants, ...]:
    """Return the variants of the groups of a problem."""
    shown = [Style(each.track.color, each.track.marker, each.track.dash) for each in groups]
    return tuple(
        Variants(
            each.axes,
            {
                number: tuple(group_of(run, problem, shown[number]) for run in runs)
                for number, runs in each.runs.items()
            },
        )
        for each in variations
    )


def chosen_from(varied: Iterable[Variants]) -> tuple[Group, ...]:
    """Return all variants in the order of what varies, of the runs, and of the values."""
    return tuple(group for each in varied for runs in each.groups.values() for group in runs)
