"""Stills on a page: panels that only matplotlib can draw, and the end where no script runs."""

from __future__ import annotations

import base64
from typing import Any

from animopt.export.png import small
from animopt.picture.picture import Picture
from animopt.typing import Frame

# The most pixels that the picture of the end is wide.
_MOST = 800


def last_picture(picture: Picture) -> bytes:
    """Return the last picture of the film as a PNG, not much wider than a page's text."""
    frame = _film(picture).draw(picture.shown[-1])
    coarse = -(-picture.size[0] // _MOST)
    rows, columns = (side // coarse for side in frame.shape[:2])
    blocks = frame[: rows * coarse, : columns * coarse].reshape(rows, coarse, columns, coarse, -1)
    return small(blocks.mean(axis=(1, 3)).round().astype("u1"), 20)


def panel_stills(picture: Picture) -> list[dict[str, Any]]:
    """Return the last picture of each panel that draws itself: a PNG's address, size and name."""
    own = [i for i, panel in enumerate(picture.panels) if hasattr(panel, "setup")]
    if not own:
        return []
    film = _film(picture)
    frame, found = film.draw(picture.shown[-1]), []
    with film.figure.drawing:
        for i in own:
            part = _cut(frame, film.figure.axes[i])
            found.append(
                {
                    "title": type(picture.panels[i]).__name__,
                    "image": address(small(part, 256)),
                    "width": part.shape[1],
                    "height": part.shape[0],
                }
            )
    return found


def address(png: bytes) -> str:
    """Return the address of a PNG that is within the page itself."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _film(picture: Picture) -> Any:
    # A page is made without matplotlib's figures, unless it has to show one of them.
    from animopt.animate.film import Film

    return Film(picture.alone)


def _cut(frame: Frame, axes: Any) -> Frame:
    """Return the part of a frame that axes fill, with their numbers and title."""
    tall, wide = frame.shape[:2]
    box = axes.get_tightbbox().padded(4)
    left, right = max(0, int(box.x0)), min(wide, int(box.x1) + 1)
    top, bottom = max(0, tall - int(box.y1) - 1), min(tall, tall - int(box.y0))
    return frame[top:bottom, left:right]
