"""Looks: which colour and which marker each optimizer of a scene has, the same in every panel."""

from __future__ import annotations

from animopt.animate.artists import MARKERS
from animopt.animate.theme import Theme
from animopt.optimizers.sweeps import places
from animopt.scene import Scene

SWEEP = 3
"""The least number of optimizers of one kind that are coloured as a sweep."""

SHADES = 6
"""The number of colours of a ramp that can be told apart."""


def looks(scene: Scene, theme: Theme) -> dict[str, tuple[str, str]]:
    """Return the colour and the marker of each optimizer by its label.

    A sweep has a ramp of its own, and any other optimizer the next colour of the cycle. Markers
    differ too if there are more than colours can tell apart, or if the scene or the theme says so.
    """
    found: dict[str, tuple[str, str]] = {}
    hues: dict[str | int, int] = {}
    distinct = theme.markers if scene.markers is None else scene.markers
    for i, place in enumerate(places(scene.optimizers)):
        swept = place.size >= SWEEP
        hue = hues.setdefault(place.kind if swept else i, len(hues))
        color = theme.cycle[hue % len(theme.cycle)]
        if swept:
            color = theme.shades(hue, place.size)[place.rank]
        many = place.rank if place.size > SHADES else hue // len(theme.cycle)
        shape = MARKERS[(i if distinct else many) % len(MARKERS)]
        found[scene.optimizers[i].label] = color, shape
    return found
