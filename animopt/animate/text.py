"""Text as small pictures on whole pixels: drawn once, then stamped, the same in every frame."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg as _RendererAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from animopt.typing import Frame

# matplotlib leaves its renderers untyped.
_Renderer: Any = _RendererAgg

PAD = 3


@lru_cache(maxsize=4096)
def stamp(
    text: str, size: float, dpi: float, color: str, halo: str | None = None, weight: str = "normal"
) -> Frame:
    """Return the text as an RGBA picture, size in points; ``halo`` outlines it.

    All stamps of one size are equally high and share a baseline, so they can be set side by side.
    """
    figure = Figure(figsize=(1, 1), dpi=dpi)
    artist = figure.text(0, 0, text, fontsize=size, color=color, weight=weight)
    if halo is not None:
        artist.set_path_effects([withStroke(linewidth=size / 4, foreground=halo)])
    width = artist.get_window_extent(_Renderer(1, 1, dpi)).width
    height, descent = line_height(size, dpi)
    canvas = _Renderer(int(np.ceil(width)) + 2 * PAD, height, dpi)
    artist.set_transform(None)
    artist.set_position((PAD, descent))
    artist.draw(canvas)
    return np.array(canvas.buffer_rgba())


def line_height(size: float, dpi: float) -> tuple[int, int]:
    """Return the height of a stamp and of what lies below its baseline, in whole pixels."""
    pixels = size * dpi / 72
    descent = int(np.ceil(0.3 * pixels)) + PAD - 1
    return int(np.ceil(1.05 * pixels)) + descent + PAD - 1, descent


def row(pictures: list[Frame]) -> Frame:
    """Set stamps of one size side by side, their paddings overlapping."""
    width = sum(p.shape[1] - 2 * PAD for p in pictures) + 2 * PAD
    line = np.zeros((pictures[0].shape[0], width, 4), np.uint8)
    x = 0
    for picture in pictures:
        part = line[:, x : x + picture.shape[1]]
        np.copyto(part, picture, where=picture[..., 3:] > part[..., 3:])
        x += picture.shape[1] - 2 * PAD
    return line
