"""Looks: which colour and which marker each optimizer of a scene has, the same in every panel."""

from __future__ import annotations

from animopt.animate.artists import MARKERS
from animopt.animate.theme import Theme
from animopt.optimizers.sweeps import places
from animopt.scene import Scene

SWEEP = 3
"""So many optimizers that differ by settings only are a sweep."""

SHADES = 6
"""So many colours of a ramp can be told apart."""


def looks(scene: Scene, theme: Theme) -> dict[str, tuple[str, str]]:
    """Return the colour and the marker of each optimizer by its label.

    A sweep goes through a ramp of its own; all others take the next colour of the cycle. Where
    there are more than can be told apart, or where the scene asks for it, the markers differ too.
    """
    worn: dict[str, tuple[str, str]] = {}
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
        worn[scene.optimizers[i].label] = color, shape
    return worn
