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


def frames(
    canvas: Any,
    update: Callable[[int], Sequence[Artist]],
    pictures: Iterable[tuple[int, float]],
) -> Iterator[tuple[Frame, float]]:
    """Yield (frame, seconds) for each picture (step, seconds), equal to a full draw of each step.

    ``update`` turns to a step and returns all that moves, which lies in front of all that does
    not. Artists that accumulate are only extended, as long as steps go forward. A frame is the
    canvas' own buffer: whoever wants to keep it copies it before asking for the next.
    """
    pictures = iter(pictures)
    first = next(pictures, None)
    if first is None:
        return
    moving = sorted(update(first[0]), key=_drawing_order(canvas.figure))
    _draw_still(canvas, moving)
    renderer = canvas.get_renderer()
    # The canvas in place, and one below it for what accumulates: written into, not replaced, since
    # fresh memory costs more than what is drawn.
    shown = np.asarray(canvas.buffer_rgba())
    background = shown.copy()
    below = _Renderer(renderer.width, renderer.height, renderer.dpi)
    layer, since = np.asarray(below.buffer_rgba()), -1
    layer[:] = background
    layered = [artist for artist in moving if getattr(artist, "accumulates", False)]
    loose = [artist for artist in moving if artist not in layered]
    for step, seconds in [first, *pictures]:
        update(step)
        if step < since:
            layer[:], since = background, -1
        if step > since:
            for artist in layered:
                assert isinstance(artist, MovingArtist)
                artist.draw_since(below, since)
            since = step
        shown[:] = layer
        for artist in loose:
            artist.draw(renderer)
        yield shown, seconds


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
