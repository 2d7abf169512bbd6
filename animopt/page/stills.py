"""Stills on a page: panels that only matplotlib can draw, and the end where no script runs."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from animopt.export.png import small
from animopt.picture.picture import Picture
from animopt.picture.theme import THEMES, Theme
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
    """Return the last picture of each panel that draws itself, in the colours of each scheme.

    It is a name, a width and a height, and the addresses of PNGs.
    """
    own = [i for i, panel in enumerate(picture.panels) if hasattr(panel, "setup")]
    found: list[dict[str, Any]] = [
        {"title": type(picture.panels[i]).__name__, "images": {}} for i in own
    ]
    day, night = (THEMES["light"], picture.day), (picture.theme.night, picture.night)
    shown = picture.theme, [track.color for track in picture.paths]
    schemes = {look.is_dark: (look, colors) for look, colors in (day, night, shown)}
    for is_dark, (look, colors) in schemes.items() if own else ():
        film = _film(_colored(picture, own, look, colors))
        frame = film.draw(picture.shown[-1])
        with film.figure.drawing:
            for told, axes in zip(found, film.figure.axes, strict=True):
                part = _cut(frame, axes)
                told["images"]["dark" if is_dark else "light"] = address(small(part, 256))
                told |= {"width": part.shape[1], "height": part.shape[0]}
    return found


def _colored(picture: Picture, which: Sequence[int], look: Theme, colors: Sequence[str]) -> Picture:
    """Return a picture with some of its panels alone, in a theme with a colour for each run."""
    groups = [
        replace(group, track=replace(group.track, color=color))
        for group, color in zip(picture.groups, colors, strict=True)
    ]
    boxes = tuple(picture.layout.panels[i] for i in which)
    return replace(
        picture,
        theme=look,
        groups=tuple(groups),
        panels=tuple(picture.panels[i] for i in which),
        layout=replace(picture.layout, panels=boxes),
    )


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
