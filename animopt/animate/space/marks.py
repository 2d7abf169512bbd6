"""What is drawn on the sheet: marks on known points, and labels beside the heads."""

from __future__ import annotations

from typing import Any

from matplotlib.colors import to_rgba
from matplotlib.transforms import Affine2D

from animopt.animate.artists import closed
from animopt.animate.lettering import CountArtist, LabelArtist
from animopt.animate.space.artist import GHOST, InSpace, SpaceArtist
from animopt.picture.counts import Counts
from animopt.picture.labels import Labels
from animopt.picture.reader import visible
from animopt.picture.shapes import MARKS
from animopt.picture.space.paths import Sight
from animopt.picture.space.relief import Relief
from animopt.picture.theme import Theme
from animopt.typing import Mask, Points


class SpaceMarks(SpaceArtist):
    """Marks of one kind at known points on the sheet, faint where it hides them."""

    def __init__(self, relief: Relief, name: str, look: Theme, dpi: float) -> None:
        super().__init__(relief, dpi, zorder=2.2)
        self._points, self._mark = relief.marks[name], MARKS[name]
        self._face, self._edge = look.paper, look.ink

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the marks."""
        view, mark = self.view(renderer), self._mark
        seen = visible(self._points, self.relief.field, view.eye)
        gc = renderer.new_gc()
        gc.set_linewidth(mark.edge)
        size = renderer.points_to_pixels(mark.radius)
        for place, there in zip(view.pixels(self._points), seen, strict=True):
            alpha = 1.0 if there else GHOST
            gc.set_foreground(to_rgba(self._edge, alpha), isRGBA=True)
            placing = Affine2D().scale(size).translate(*place)
            renderer.draw_path(gc, closed(mark.outline), placing, to_rgba(self._face, alpha))
        gc.restore()


class SpaceCounts(InSpace, CountArtist):
    """The numbers at the minima on the sheet."""

    def __init__(self, relief: Relief, counts: Counts, look: Theme, dpi: float) -> None:
        super().__init__(counts, relief.box, look, dpi)
        self.relief = relief

    def places(self, renderer: Any) -> Points:
        """Return where the minima are at the present step in pixels, (m, 2)."""
        return self.view(renderer).pixels(self.counts.places)


class SpaceLabels(InSpace, LabelArtist):
    """Labels beside the heads; those of heads behind the sheet are faint."""

    def __init__(self, relief: Relief, labels: Labels, sight: Sight, dpi: float) -> None:
        super().__init__(labels, dpi)
        self.relief = relief
        self._sight = sight

    def faint(self, renderer: Any) -> Mask:
        """Return which labels (n,) are faint at the present step."""
        return self._sight.hidden(self.view(renderer), self.step)
