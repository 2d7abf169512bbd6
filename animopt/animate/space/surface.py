"""ReliefDrawer: the surface in three dimensions, with the paths on it and those it hides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from matplotlib.artist import Artist

from animopt.animate.artists import MovingArtist
from animopt.animate.colorbar import BarArtist
from animopt.animate.space.artist import InSpace
from animopt.animate.space.box import TickLabels, Walls
from animopt.animate.space.marks import SpaceCounts, SpaceLabels, SpaceMarks
from animopt.animate.space.mesh import Lines3D, SurfaceMesh
from animopt.animate.space.paths import (
    SpaceCrowds,
    SpaceDrops,
    SpaceFeet,
    SpaceHeads,
    SpaceShadow,
    SpaceTrails,
)
from animopt.animate.text import spell
from animopt.picture.picture import Shown
from animopt.picture.space.relief import CAPTION, Relief
from animopt.picture.words import inked


class ReliefDrawer:
    """Draws a relief; if the camera moves, so does all of it."""

    projection: ClassVar[str | None] = "3d"

    def __init__(self, relief: Relief) -> None:
        self.relief = relief

    def setup(self, ax: Any, shown: Shown) -> None:
        """Draw the sheet and its surroundings, and create what moves."""
        relief = self.relief
        self._ax = ax
        ax.computed_zorder = False
        ax.set_axis_off()
        ax.patch.set_visible(False)
        self._aim()
        _write_below(ax.figure, relief, shown)
        for artist in self._still(shown):
            ax.add_artist(artist)
        self._create(shown)

    def take(self, relief: Relief, shown: Shown) -> bool:
        """Show another relief with the same sheet; return whether it is seen from the same side."""
        for artist in self._moving:
            artist.remove()
        rests = relief.camera is self.relief.camera
        self.relief = relief
        if not rests:
            self._aim()
            for artist in self._ax.artists:
                if isinstance(artist, InSpace):
                    artist.relief = relief
        self._create(shown)
        return rests

    def _aim(self) -> None:
        """Let the axes have the view of the picture.

        Only artists that others add to them read it: all of ours have the picture's.
        """
        ax, camera = self._ax, self.relief.camera
        ax.set_proj_type("ortho" if camera.parallel else "persp")
        x, y, z = camera.limits
        ax.set(xlim=x, ylim=y, zlim=z)
        ax.set_box_aspect(camera.aspect, zoom=camera.zoom)
        wide, tall = ax.figure.bbox.size
        x0, y0, x1, y1 = camera.square
        ax.set_position([x0 / wide, y0 / tall, (x1 - x0) / wide, (y1 - y0) / tall])
        ax.apply_aspect()
        ax.view_init(*self.relief.angles_at(0))

    def _create(self, shown: Shown) -> None:
        self._moving = self._movers(shown)
        for artist in self._moving:
            self._ax.add_artist(artist)

    def update(self, k: int) -> Sequence[Artist]:
        """Turn to step k."""
        if self.relief.is_still:
            for artist in self._moving:
                artist.show(k)
            return self._moving
        self._ax.view_init(*self.relief.angles_at(k))
        for artist in self._ax.artists:
            if isinstance(artist, MovingArtist):
                artist.show(k)
        # Each artist knows the view itself, so drawing the axes, a tenth slower, is not needed.
        return list(self._ax.artists)

    def _still(self, shown: Shown) -> list[MovingArtist]:
        relief, look, dpi = self.relief, shown.theme, shown.dpi
        sheet = relief.sheet

        def lines(curves: Sequence[Any], color: str, width: float, zorder: float) -> Lines3D:
            on_sheet = zorder > 1
            return Lines3D(relief, curves, color, width, zorder=zorder, on_sheet=on_sheet, dpi=dpi)

        bar = relief.bar
        return [
            *([] if bar is None else [BarArtist(bar, look.sheets_of(bar.count), look, dpi)]),
            Walls(relief, look.faint, look.line, dpi),
            TickLabels(relief, look, dpi),
            SurfaceMesh(relief, look.sheets, dpi),
            lines(sheet.floor, look.faint, 0.85, zorder=0.5),
            lines(sheet.draped, look.ink, 0.5, zorder=2),
            lines(sheet.wires, look.faint, 0.55, zorder=2),
            lines(relief.guides, look.ink, 0.8, zorder=2.1),
            *(SpaceMarks(relief, name, look, dpi) for name in relief.marks),
        ]

    def _movers(self, shown: Shown) -> list[MovingArtist]:
        relief, look, dpi = self.relief, shown.theme, shown.dpi
        sight = relief.sight()
        movers: list[MovingArtist] = []
        if relief.shadow:
            movers.append(SpaceShadow(relief, look.ink, dpi))
        if relief.drops:
            movers.append(SpaceDrops(relief, dpi))
        if any(path.feet is not None for path in relief.paths):
            movers.append(SpaceFeet(relief, dpi))
        movers.append(SpaceTrails(relief, sight, look, dpi))
        if any(starts is not None for starts in relief.crowds):
            movers.append(SpaceCrowds(relief, dpi))
        movers.append(SpaceHeads(relief, sight, look, dpi))
        if relief.counts is not None:
            movers.append(SpaceCounts(relief, relief.counts, look, dpi))
        if relief.labels is not None:
            movers.append(SpaceLabels(relief, relief.labels, sight, dpi))
        return movers


def _write_below(figure: Any, relief: Relief, shown: Shown) -> None:
    """Write the caption below the box, cut short where that is not wide enough."""
    if relief.caption:
        (x0, y0, x1, _), (wide, tall) = relief.box, figure.bbox.size
        word = inked(relief.caption, shown.theme).fitted(x1 - x0, shown.dpi)
        place = (x0 + x1) / 2 / wide, (y0 - shown.dpi / 72 * CAPTION / 2) / tall
        spell(figure.text(*place, "", ha="center", va="center"), word.text, word.fonts)
