"""Looks: which colour and which marker each optimizer of a scene has, the same in every panel."""

from __future__ import annotations

from collections.abc import Iterator

from animopt.animate.artists import MARKERS
from animopt.animate.theme import Theme
from animopt.optimizers.sweeps import places
from animopt.scene import Scene

SWEEP = 3
"""So many optimizers that differ by settings only are a sweep."""


def looks(scene: Scene, theme: Theme) -> Iterator[tuple[str, str]]:
    """Yield the colour and the marker of each optimizer.

    A sweep goes through the shades of one hue; all others take the next colour of the cycle.
    Beyond the cycle, or where the scene asks for it, the markers differ too.
    """
    hues: dict[str | int, int] = {}
    distinct = theme.markers if scene.markers is None else scene.markers
    for i, place in enumerate(places(scene.optimizers)):
        swept = place.size >= SWEEP
        hue = hues.setdefault(place.kind if swept else i, len(hues))
        color = theme.cycle[hue % len(theme.cycle)]
        if swept:
            color = theme.shades(color, place.size)[place.rank]
        yield color, MARKERS[(i if distinct else hue // len(theme.cycle)) % len(MARKERS)]
