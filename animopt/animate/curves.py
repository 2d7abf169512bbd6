"""CurvesDrawer: numbers over the steps, faint as a whole and solid up to the present step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from animopt.animate.artists import MovingArtist, TrailArtist
from animopt.animate.axes import heads_in, set_ticks, trail_in
from animopt.animate.heads import HeadArtist
from animopt.animate.tails import TailArtist
from animopt.animate.text import spell
from animopt.picture.curves import Curve, Curves
from animopt.picture.picture import Shown
from animopt.picture.tails import Tail
from animopt.picture.theme import blend
from animopt.typing import Array


class CurvesDrawer:
    """Draws curves: the axes and the faint whole curves once, and what moves."""

    projection: ClassVar[str | None] = None

    def __init__(self, curves: Curves) -> None:
        self.curves = curves

    def setup(self, ax: Any, shown: Shown) -> None:
        """Draw what does not move, and create what does."""
        self._draw_axes(ax)
        title = ax.set_title("", loc="left", fontsize=9 * shown.theme.letters, pad=5)
        spell(title, self.curves.title, shown.theme.fonts)
        spell(ax.xaxis.label, self.curves.x.label, shown.theme.fonts)
        curves, dpi, paper = self.curves.curves, shown.dpi, shown.theme.paper
        # Steps across, parts of the height upwards.
        places = ax.get_xaxis_transform()
        for curve in curves:
            if curve.cloud is not None:
                ax.add_collection(_faint_lines(curve, places), autolim=False)
            if curve.below is not None:
                line = np.column_stack([curve.across, curve.below])
                color = blend(curve.track.color, paper, 0.6)
                dashed = LineCollection(
                    [line], colors=color, linewidths=1.1, linestyles=[(0, (3, 2))], zorder=4.5,
                    transform=places,
                )  # fmt: skip
                ax.add_collection(dashed, autolim=False)
        tracks = [curve.track for curve in curves]
        colors = [track.color for track in tracks]
        trails = [trail_in(ax, curve.trail, curve.track.dash, dpi, places) for curve in curves]
        heads = [heads_in(ax, curve.heads, places) for curve in curves]
        steps = int(self.curves.last)
        self.moving: list[MovingArtist] = []
        if not self.curves.over:  # else runs are at different places at the same step
            across = places.transform([(step, 0.0) for step in range(steps + 1)])[:, 0]
            self.moving.append(Cursor(across, shown.theme.faint, dpi))
        if curves:  # no run may have the number
            pale = [blend(color, paper, 0.28) for color in colors]
            width = shown.theme.width(2.2)
            whole = TailArtist(trails, pale, dpi, Tail(), width=1.4 / 2.2 * width, zorder=5)
            whole.show(steps)
            ax.add_artist(whole)
            self.moving.insert(0, TrailArtist(trails, colors, shown.shown, dpi, paper, width))
            look = shown.theme
            size = look.radius(2.8)
            self.moving.append(HeadArtist(heads, tracks, look, dpi, size=size, starts=False))
        for artist in self.moving:
            ax.add_artist(artist)

    def _draw_axes(self, ax: Any) -> None:
        scale = self.curves.scale
        ax.set_xlim(self.curves.x.limits)
        set_ticks(ax.xaxis, self.curves.x.ticks[1])
        settings = {"linthresh": scale.linear} if scale.kind == "symlog" else {}
        ax.set_yscale(scale.kind, **settings)
        ax.set_ylim(scale.low, scale.high)
        set_ticks(ax.yaxis, self.curves.y.ticks[1])
        ax.tick_params(length=3)
        ax.grid(visible=True, linewidth=0.6)
        ax.spines[["top", "right"]].set_visible(False)

    def update(self, k: int) -> Sequence[Artist]:
        """Turn to step k."""
        for artist in self.moving:
            artist.show(k)
        return self.moving


class Cursor(MovingArtist):
    """A vertical line at the present step, on whole pixels; ``places`` (steps + 1,) are its x."""

    def __init__(self, places: Array, color: str, dpi: float) -> None:
        super().__init__(dpi, zorder=12)
        self._places = places
        self._color = color

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the line from the bottom to the top of the axes; in a still there is none."""
        assert self.axes is not None
        if self.rests:
            return
        gc = self._gc(renderer, self._color, 1.1)
        gc.set_snap(True)
        x = float(self._places[self.step] * self._zoom(renderer))
        line = Path([(x, self.axes.bbox.y0), (x, self.axes.bbox.y1)])
        renderer.draw_path(gc, line, IdentityTransform())
        gc.restore()


def _faint_lines(curve: Curve, places: Any) -> LineCollection:
    cloud = curve.cloud
    assert cloud is not None
    lines = list(np.stack([np.broadcast_to(curve.across, cloud.shape), cloud], axis=-1))
    alpha = max(0.03, min(0.5, 6 / len(cloud)))
    color = curve.track.color
    return LineCollection(
        lines, colors=color, linewidths=0.8, alpha=alpha, zorder=4, transform=places
    )
