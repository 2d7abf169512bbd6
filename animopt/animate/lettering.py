"""Words, and the moving ones among them: labels and the step counter."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from animopt.animate.artists import MovingArtist
from animopt.animate.clipping import Box
from animopt.animate.labels import place_labels
from animopt.animate.stage import Stage
from animopt.animate.text import (
    PAD,
    Stamp,
    draw_stamp,
    legible,
    line_height,
    resolution,
    row,
    stamp,
)
from animopt.animate.theme import FONTS, TYPE, Theme
from animopt.typing import Array, Mask

# No picture is wide enough for more letters.
_LONGEST = 500
# The opacity of faint labels.
_FAINT = 0.45
# The part of a box that a name may take of its width.
_WIDEST = 0.4


@dataclass(frozen=True)
class Word:
    """A text in one style, its size in points; letters that the fonts lack become boxes."""

    text: str
    color: str
    size: float = TYPE
    halo: str | None = None
    weight: str = "normal"
    fonts: tuple[str, ...] = FONTS

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", legible(self.text, self.fonts))

    def stamp(self, dpi: float) -> Stamp:
        """Return the word as a stamp at a resolution."""
        return stamp(self.text, self.size, dpi, self.color, self.halo, self.weight, self.fonts)

    def fitted(self, room: float, dpi: float) -> Word:
        """Return the word, cut short with an ellipsis if it is wider than the room in pixels."""
        short = len(self.text) <= _LONGEST and self.ink_size(dpi)[0] <= room
        if short or not self.text:
            return self
        cuts = [self.text[:count].rstrip() + "…" for count in range(min(len(self.text), _LONGEST))]
        fits = bisect_right(cuts, room, key=lambda cut: replace(self, text=cut).ink_size(dpi)[0])
        return replace(self, text=cuts[max(fits - 1, 0)])

    def ink_size(self, dpi: float) -> tuple[float, float]:
        """Return the width and height of the letters, without the padding."""
        stamp = self.stamp(dpi)
        return stamp.width - 2.0 * (PAD - 1), stamp.height - 2.0 * PAD


class Labels(MovingArtist):
    """The name of each path beside its point; points (pictures, n, 2) are in pixels, in a box."""

    def __init__(self, stage: Stage, points: Array, box: Box) -> None:
        super().__init__(stage.dpi, zorder=18)
        room, paper, fonts = _WIDEST * (box[2] - box[0]), stage.theme.paper, stage.theme.fonts
        names = [Word(run.label, run.color, TYPE, paper, "bold", fonts) for run in stage.paths]
        self._words = [name.fitted(room, stage.dpi) for name in names]
        sizes = np.array([word.ink_size(stage.dpi) for word in self._words])
        self._places = place_labels(points, sizes, box, stage.px(6))
        self._shown, self._points = np.asarray(stage.shown), points

    def faint(self) -> Mask:
        """Return which names (n,) are faint at the present step: none, unless overridden."""
        return np.zeros(len(self._words), bool)

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw every name, with a thin leader line to its point where that is not close by."""
        i = max(int(np.searchsorted(self._shown, self.step, side="right")) - 1, 0)
        zoom, dpi = self._zoom(renderer), resolution(renderer)
        corners, heads = zoom * self._places.corners[i], zoom * self._points[i]
        stamps = [word.stamp(dpi) for word in self._words]
        near = heads.clip(corners, corners + [word.ink_size(dpi) for word in self._words])
        faint = self.faint()
        far = np.hypot(*(near - heads).T) > renderer.points_to_pixels(8)
        gc = self._gc(renderer, "black", 1.1)
        for j in np.flatnonzero(self._places.free[i]).tolist():
            gc.set_alpha(_FAINT if faint[j] else 1.0)
            if far[j]:
                gc.set_foreground(self._words[j].color)
                renderer.draw_path(gc, Path([heads[j], near[j]]), IdentityTransform())
            x, y = corners[j]
            draw_stamp(renderer, gc, stamps[j], x - PAD + 1, y - PAD)
        gc.restore()


class Counter(MovingArtist):
    """The step and, where the clock runs at another speed, a badge such as "×3".

    Where the paper is transparent it is drawn on a rectangle of its own.
    """

    def __init__(
        self,
        place: tuple[float, float],
        speeds: Sequence[tuple[int, float]],
        last: int,
        look: Theme,
        dpi: float,
    ) -> None:
        super().__init__(dpi, zorder=30)
        self._place = np.array(place)
        self._speeds = list(speeds)
        self._look = look
        self._last = last

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the words; the place is the right end of their baseline."""
        gc = renderer.new_gc()
        dpi = resolution(renderer)
        # A figure space is as wide as a digit, so nothing moves as the number grows.
        text = str(self.step).ljust(len(str(self._last)), "\u2007")
        line = row([inked(c, self._look, 10.0).stamp(dpi) for c in ("step ", *text)])
        x, y = self._place * self._zoom(renderer)
        y -= line_height(10.0, dpi)[1]
        if self._look.matte is not None:
            badges = {speed_badge(self._speeds, step) for step, _ in self._speeds}
            width = line.width + max(self._tag(badge, dpi).width for badge in badges)
            ground = Affine2D().scale(width, line.height).translate(round(x - width), round(y))
            renderer.draw_path(
                self._gc(renderer, self._look.matte, 0.0),
                Path.unit_rectangle(),
                ground,
                to_rgba(self._look.matte),
            )
        draw_stamp(renderer, gc, line, x - line.width, y)
        badge = speed_badge(self._speeds, self.step)
        # On the last picture the clock has stopped.
        if badge and self.step < self._last:
            tag = self._tag(badge, dpi)
            draw_stamp(renderer, gc, tag, x - line.width - tag.width, y)
        gc.restore()

    def _tag(self, badge: str, dpi: float) -> Stamp:
        return inked(badge, self._look, 10.0, "bold").stamp(dpi)


def speed_badge(speeds: Sequence[tuple[int, float]], step: int) -> str:
    """Return "×3" where three steps pass per frame, and nothing at normal speed."""
    speed = next((s for start, s in reversed(speeds) if start <= step), 1.0)
    return "" if speed == 1 else f"×{speed:g}"


def inked(text: str, look: Theme, size: float = TYPE, weight: str = "normal") -> Word:
    """Return a word in the text colour and the fonts of a theme."""
    return Word(text, look.ink, size, weight=weight, fonts=look.fonts)
