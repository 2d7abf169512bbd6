"""The engine: frames as arrays, with the static background drawn once and moving artists on top."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import RendererAgg as _RendererAgg

from animopt.animate.artists import MovingArtist
from animopt.typing import Frame

# matplotlib leaves its renderers untyped.
_Renderer: Any = _RendererAgg


class Engine:
    """Draws pictures on a canvas, each equal to a full draw of its step.

    ``update`` turns to a step and returns the moving artists, which lie in front of all others.
    The others are drawn once, for the first picture. As long as steps go forward, artists that
    accumulate are only extended.

    Attributes:
        frame: what was drawn last, (height, width, 4).
    """

    frame: Frame

    def __init__(
        self,
        canvas: Any,
        update: Callable[[int], Sequence[Artist]],
        drawing: AbstractContextManager[Any] | None = None,
    ) -> None:
        self._canvas, self._update = canvas, update
        self._drawing = nullcontext() if drawing is None else drawing
        self._renderer: Any = None

    def frames(self, pictures: Iterable[tuple[int, float]]) -> Iterator[tuple[Frame, float]]:
        """Yield (frame, seconds) for each picture (step, seconds).

        A frame is the canvas' own buffer, which the next frame overwrites: copy it to keep it.
        """
        for step, seconds in pictures:
            with self._drawing:
                moving = self._update(step)
                if self._renderer is None:
                    self._begin(moving)
                self._draw(step)
            yield self.frame, seconds

    def _begin(self, moving: Iterable[Artist]) -> None:
        moving = sorted(moving, key=drawing_order(self._canvas.figure))
        draw_still(self._canvas.draw, moving)
        self._renderer = self._canvas.get_renderer()
        # The canvas, and a layer for what accumulates. Both are overwritten in place, since
        # allocating memory costs more than drawing.
        self.frame = np.asarray(self._canvas.buffer_rgba())
        self._background = self.frame.copy()
        size = self._renderer.width, self._renderer.height
        self._layer_renderer = _Renderer(*size, self._renderer.dpi)
        self._layer = np.asarray(self._layer_renderer.buffer_rgba())
        self._layer[:], self._since = self._background, -1
        self._accumulating = [
            artist for artist in moving if isinstance(artist, MovingArtist) and artist.accumulates
        ]
        self._redrawn = [artist for artist in moving if artist not in self._accumulating]

    def _draw(self, step: int) -> None:
        if step < self._since:
            self._layer[:], self._since = self._background, -1
        if step > self._since:
            for artist in self._accumulating:
                artist.draw_since(self._layer_renderer, self._since)
            self._since = step
        self.frame[:] = self._layer
        for each in self._redrawn:
            each.draw(self._renderer)


def drawing_order(figure: Any) -> Callable[[Artist], tuple[int, float]]:
    """Return the sort key of a full draw: one axes after the other, then the figure's artists."""
    place = {axes: i for i, axes in enumerate(figure.axes)}
    return lambda artist: (place.get(artist.axes, len(place)), artist.get_zorder())


def draw_still(draw: Callable[[], object], moving: Sequence[Artist]) -> None:
    """Draw everything but the moving artists."""
    for artist in moving:
        artist.set_visible(False)
    draw()
    for artist in moving:
        artist.set_visible(True)


def copy_of(canvas: Any) -> Frame:
    """Return what the canvas shows, (height, width, 4)."""
    return np.array(canvas.buffer_rgba())
