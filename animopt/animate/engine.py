"""The engine: frames as arrays; what stands still is drawn once, what moves on top of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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

    ``update`` turns to a step and returns all that moves, which lies in front of all that does
    not. That is drawn once, at the first picture. Artists that accumulate are only extended, as
    long as steps go forward.
    """

    def __init__(self, canvas: Any, update: Callable[[int], Sequence[Artist]]) -> None:
        self._canvas, self._update = canvas, update
        self._renderer: Any = None

    def frames(self, pictures: Iterable[tuple[int, float]]) -> Iterator[tuple[Frame, float]]:
        """Yield (frame, seconds) for each picture (step, seconds).

        A frame is the canvas' own buffer: whoever wants to keep it copies it before asking for the
        next.
        """
        for step, seconds in pictures:
            moving = self._update(step)
            if self._renderer is None:
                self._begin(moving)
            self._draw(step)
            yield self._shown, seconds

    def _begin(self, moving: Iterable[Artist]) -> None:
        moving = sorted(moving, key=_drawing_order(self._canvas.figure))
        _draw_still(self._canvas, moving)
        self._renderer = self._canvas.get_renderer()
        # The canvas in place, and one below it for what accumulates: written into, not replaced,
        # since fresh memory costs more than what is drawn.
        self._shown = np.asarray(self._canvas.buffer_rgba())
        self._background = self._shown.copy()
        self._below = _Renderer(self._renderer.width, self._renderer.height, self._renderer.dpi)
        self._layer = np.asarray(self._below.buffer_rgba())
        self._layer[:], self._since = self._background, -1
        self._layered = [
            artist for artist in moving if isinstance(artist, MovingArtist) and artist.accumulates
        ]
        self._loose = [artist for artist in moving if artist not in self._layered]

    def _draw(self, step: int) -> None:
        if step < self._since:
            self._layer[:], self._since = self._background, -1
        if step > self._since:
            for artist in self._layered:
                artist.draw_since(self._below, self._since)
            self._since = step
        self._shown[:] = self._layer
        for loose in self._loose:
            loose.draw(self._renderer)


def _drawing_order(figure: Any) -> Callable[[Artist], tuple[int, float]]:
    """Return the key by which a full draw sorts: one axes after the other, then the figure."""
    place = {axes: i for i, axes in enumerate(figure.axes)}
    return lambda artist: (place.get(artist.axes, len(place)), artist.get_zorder())


def _draw_still(canvas: Any, moving: Sequence[Artist]) -> None:
    """Draw all that does not move."""
    for artist in moving:
        artist.set_visible(False)
    canvas.draw()
    for artist in moving:
        artist.set_visible(True)


def copy_of(canvas: Any) -> Frame:
    """Return what the canvas shows, (height, width, 4)."""
    return np.array(canvas.buffer_rgba())
