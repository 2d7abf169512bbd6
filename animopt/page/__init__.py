"""The page: a picture as a self-contained HTML file that the browser draws."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from string import Template
from typing import ClassVar

from animopt.export.format import Info, PictureFormat
from animopt.export.formats import FORMATS
from animopt.export.settings import Settings
from animopt.page.data import alternative_text, packed, unseen
from animopt.page.packing import unpacked
from animopt.picture.picture import Picture

__all__ = ["PageFormat", "page"]

_SCRIPTS = (
    "reader.js", "unpack.js", "canvas.js", "panel.js", "contour.js", "sheet.js", "space.js",
    "chart.js", "player.js",
)  # fmt: skip
_DATA = re.compile('id="data">([A-Za-z0-9+/=]*)</script>')


class PageFormat(PictureFormat):
    """A page to play, scrub and turn."""

    name = "html"
    suffixes = (".html", ".htm")
    description = "a page to play, scrub and turn, for the browser and for reveal.js"
    spare: ClassVar = ("contour", "surface", "loss")
    unused: ClassVar = ("size", "dpi", "max_size", "quality", "max_colors", "rate")
    because = "a page is drawn by the browser and fills its window"

    @staticmethod
    def unseen(picture: Picture) -> list[str]:
        """Return a sentence for each panel that a page leaves out."""
        return unseen(picture)

    @staticmethod
    def encode(picture: Picture, settings: Settings) -> bytes:
        """Return the page that shows a picture."""
        return page(picture, loop=settings.loop, metadata=settings.metadata).encode()

    @staticmethod
    def read(data: bytes) -> Info:
        """Return the facts stored in a page.

        Raises:
            ValueError: it is no page of ours.
        """
        found = _DATA.search(data.decode())
        if found is None:
            raise ValueError("not a page of animopt")
        told, _ = unpacked(found[1])
        seconds = told["seconds"]
        return Info("html", 0, 0, len(seconds), sum(seconds), told["loop"], told["metadata"])


FORMATS["html"] = PageFormat


def page(
    picture: Picture,
    *,
    loop: int = 0,
    extra: str = "",
    connect: bool = False,
    metadata: Mapping[str, str] | None = None,
) -> str:
    """Return a page that contains all it needs and makes no network requests.

    Args:
        picture: what to show.
        loop: how often it plays; 0 is for ever.
        extra: more script, run after the page's own.
        connect: let the extra script connect to the server that the page came from.
        metadata: text by key, stored in the page.
    """
    return Template(_text_of("template.html")).substitute(
        title=escape(picture.name),
        alt=escape(alternative_text(picture)),
        style=_text_of("player.css"),
        data=packed(picture, loop, dict(metadata or {})),
        script="\n".join([*map(_text_of, _SCRIPTS), extra]),
        connect="'self'" if connect else "'none'",
    )


def _text_of(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
