"""MapDrawer: draws the map of two settings; nothing of it moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import PolyCollection

from animopt.animate.axes import set_ticks
from animopt.animate.colorbar import BarArtist
from animopt.picture.map import Map
from animopt.picture.picture import Shown
from animopt.picture.scales import Scale
from animopt.picture.theme import Theme
from animopt.picture.ticks import Ticks


class MapDrawer:
    """Draws the cells, the scene's own pair, the axes and the colour bar."""

    projection: ClassVar[str | None] = None

    def __init__(self, shown: Map) -> None:
        self._map = shown

    def setup(self, ax: Any, shown: Shown) -> None:
        """Draw all of it."""
        told, look = self._map, shown.theme
        self._draw_cells(ax, look)
        ax.set_xlim(0, 1)
        ax.set_ylim(0, 1)
        set_ticks(ax.xaxis, _placed(told.x.ticks[1], told.scales[0]))
        set_ticks(ax.yaxis, _placed(told.y.ticks[1], told.scales[1]))
        ax.set_xlabel(told.x.label)
        ax.set_ylabel(told.y.label)
        ax.tick_params(length=3)
        ax.set_title(told.title, loc="left", fontsize=9, pad=5)
        if told.own is not None:
            for color, width in ((look.paper, 4.0), (look.ink, 1.8)):
                ax.plot(
                    *told.own, "o", markersize=7, markerfacecolor="none", markeredgecolor=color,
                    markeredgewidth=width, clip_on=False, zorder=6,
                )  # fmt: skip
        ax.add_artist(BarArtist(told.bar, look.sheets_of(told.bar.count), look, shown.dpi))

    def _draw_cells(self, ax: Any, look: Theme) -> None:
        told = self._map
        known = np.isfinite(told.parts)
        colors = look.sheets(np.where(known, told.parts, 0.0))
        cells = {
            (i, j): [
                (told.columns[i], told.rows[j]), (told.columns[i + 1], told.rows[j]),
                (told.columns[i + 1], told.rows[j + 1]), (told.columns[i], told.rows[j + 1]),
            ]
            for i, j in np.ndindex(told.values.shape)
        }  # fmt: skip
        faces = [colors[place] if known[place] else look.paper for place in cells]
        ax.add_collection(
            PolyCollection(list(cells.values()), facecolors=faces, linewidths=0, antialiased=False),
            autolim=False,
        )
        for pattern, where in (("////", told.diverged), ("..", ~known & ~told.diverged)):
            ax.add_collection(
                PolyCollection(
                    [cell for place, cell in cells.items() if where[place]],
                    facecolors="none", edgecolors=look.faint, linewidths=0, hatch=pattern,
                ),
                autolim=False,
            )  # fmt: skip

    def update(self, k: int) -> Sequence[Artist]:
        """Return nothing, since nothing moves."""
        return ()


def _placed(ticks: Ticks, scale: Scale) -> Ticks:
    """Return ticks at the parts of their scale where their values are."""
    return Ticks(tuple(scale.parts(np.array(ticks.values)).tolist()), ticks.texts)
