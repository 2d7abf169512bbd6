"""The words that move: labels at the heads, titles and notes, and the step counter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.path import Path
from matplotlib.text import Text

from animopt.animate.artists import MovingArtist, draw_many
from animopt.animate.text import Stamp, draw_stamp, figures, resolution, spell, stamp
from animopt.picture.clipping import Box
from animopt.picture.counts import ASIDE, Counts
from animopt.picture.labels import Labels
from animopt.picture.picture import Picture, speed_badge
from animopt.picture.theme import NUMBERS, Theme
from animopt.picture.words import PAD, Word, inked, line_height
from animopt.typing import Array, Mask, Points

# The opacity of faint labels.
_FAINT = 0.45


class LabelArtist(MovingArtist):
    """The name of each path beside its head."""

    def __init__(self, labels: Labels, dpi: float) -> None:
        super().__init__(dpi, zorder=18)
        self.labels = labels
        self._shown = np.asarray(labels.shown)
        self._at: dict[float, tuple[list[Stamp], Array, Array]] = {}

    def faint(self, renderer: Any) -> Mask:
        """Return which names (n,) are faint at the present step: none, unless overridden."""
        return np.zeros(len(self.labels.words), bool)

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw every name, with a thin leader line to its point where that is not close by."""
        i = max(int(np.searchsorted(self._shown, self.step, side="right")) - 1, 0)
        zoom, dpi = self._zoom(renderer), resolution(renderer)
        places = self.labels.places
        corners, heads = zoom * places.corners[i], zoom * self.labels.points[i]
        stamps, sizes, colors = self._drawn(dpi)
        near = heads.clip(corners, corners + sizes)
        opacities = np.where(self.faint(renderer), _FAINT, 1.0)
        free = np.asarray(places.free[i])
        far = free & (np.hypot(*(near - heads).T) > renderer.points_to_pixels(8))
        gc = self._gc(renderer, "black", 1.1)
        if far.any():
            lines = [Path(line) for line in np.stack([heads[far], near[far]], axis=1)]
            draw_many(renderer, gc, lines, edges=np.column_stack([colors[far], opacities[far]]))
        for j in np.flatnonzero(free).tolist():
            gc.set_alpha(opacities[j])
            x, y = corners[j]
            draw_stamp(renderer, gc, stamps[j], x - PAD + 1, y - PAD)
        gc.restore()

    def _drawn(self, dpi: float) -> tuple[list[Stamp], Array, Array]:
        """Return the names at a resolution: as stamps, their sizes (n, 2) and colours (n, 3)."""
        if dpi not in self._at:
            words = self.labels.words
            sizes = np.array([word.ink_size(dpi) for word in words]).reshape(-1, 2)
            colors = np.array([to_rgb(word.color) for word in words]).reshape(-1, 3)
            self._at[dpi] = [stamp(word, dpi) for word in words], sizes, colors
        return self._at[dpi]


class CountArtist(MovingArtist):
    """The numbers at the minima; ``box`` are the pixels in which they stay."""

    def __init__(self, counts: Counts, box: Box, look: Theme, dpi: float) -> None:
        super().__init__(dpi, zorder=17)
        self.counts, self._box, self._look = counts, box, look

    def places(self, renderer: Any) -> Points:
        """Return where the minima are at the present step in pixels, (m, 2)."""
        assert self.axes is not None
        return np.asarray(self._zoom(renderer) * self.axes.transData.transform(self.counts.places))

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw beside each minimum how many of each ensemble are there, unless none is."""
        dpi, aside = resolution(renderer), renderer.points_to_pixels(ASIDE)
        gc = self._gc(renderer, self._look.paper, 1.0)
        for index, (x, y) in enumerate(self.places(renderer).tolist()):
            stamps = [
                stamp(Word(str(number), track.color, NUMBERS, self._look.paper, "bold",
                           self._look.fonts), dpi)
                for number, track in zip(
                    self.counts.numbers[:, index, self.step].tolist(), self.counts.tracks,
                    strict=True) if number
            ]  # fmt: skip
            wide = sum(each.width for each in stamps)
            fits = x + aside + wide < self._zoom(renderer) * self._box[2]
            left = x + aside - PAD if fits else x - aside - wide + PAD
            for each in stamps if np.isfinite(x) else ():
                draw_stamp(renderer, gc, each, left, y - each.height / 2)
                left += each.width
        gc.restore()


class TurningText(Text):
    """A line that may be another one at each step; the place is the left end of its baseline."""

    moves = True

    def __init__(
        self, x: float, y: float, told: Callable[[int], str], look: Theme, **style: Any
    ) -> None:
        super().__init__(x, y, "", color=look.ink, **style)
        self._told, self._look = told, look

    def show(self, step: int) -> None:
        """Turn to this step."""
        spell(self, self._told(step), self._look.fonts)


class CounterArtist(MovingArtist):
    """The step and, where the clock runs at another speed, a badge such as "×3"."""

    def __init__(self, picture: Picture) -> None:
        super().__init__(picture.dpi, zorder=30)
        self._place = np.array(picture.layout.counter)
        self._speeds = list(picture.speeds)
        self._look = picture.theme
        self._last = picture.steps

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the words; the place is the right end of their baseline."""
        gc = renderer.new_gc()
        dpi = resolution(renderer)
        # A figure space is as wide as a digit, so nothing moves as the number grows.
        text = str(self.step).ljust(len(str(self._last)), "\u2007")
        line = figures(("step ", *text), self._look, 10.0, dpi)
        x, y = self._place * self._zoom(renderer)
        y -= line_height(10.0 * self._look.letters, dpi)[1]
        draw_stamp(renderer, gc, line, x - line.width, y)
        badge = speed_badge(self._speeds, self.step)
        # On the last picture the clock has stopped.
        if badge and self.step < self._last:
            tag = self._tag(badge, dpi)
            draw_stamp(renderer, gc, tag, x - line.width - tag.width, y)
        gc.restore()

    def _tag(self, badge: str, dpi: float) -> Stamp:
        return stamp(inked(badge, self._look, 10.0, "bold"), dpi)
