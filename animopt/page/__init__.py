"""The page: a picture as a self-contained HTML file that the browser draws."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, ClassVar

from animopt.export.format import Info, PictureFormat
from animopt.export.formats import FORMATS
from animopt.export.reading import Bytes, seconds_of, texts_of, whole_number
from animopt.export.settings import Settings
from animopt.page.packing import head_of

if TYPE_CHECKING:
    from animopt.picture.picture import Picture

# What needs matplotlib is imported inside the functions that write a page: reading one takes less.

__all__ = ["PageFormat", "page"]

_SCRIPTS = (
    "reader.js", "unpack.js", "canvas.js", "panel.js", "contour.js", "sheet.js", "space.js",
    "turning.js", "chart.js", "map.js", "player.js", "layout.js", "legend.js", "hover.js",
    "controls.js", "saving.js", "varying.js", "outside.js",
)  # fmt: skip
_REMARKS = re.compile(r"^ *(//.*|/\*.*\*/|<!--.*-->)\n", re.MULTILINE)
# Possessive, so that what looks like the beginning of it a million times takes no longer.
_DATA = re.compile(b'id="data">([A-Za-z0-9+/=]*+)</script>')
# The largest page that is read; those of ours have some hundred kilobytes.
_MOST_BYTES = 1 << 26


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
        from animopt.page.data import unseen

        return unseen(picture)

    @staticmethod
    def encode(picture: Picture, settings: Settings) -> bytes:
        """Return the page that shows a picture."""
        from animopt.page.stills import last_picture

        still = last_picture(picture)
        return page(picture, settings.loop, still=still, metadata=settings.metadata).encode()

    @staticmethod
    def read(data: Bytes) -> Info:
        """Return the facts stored in a page.

        Raises:
            ValueError: it is no page of ours.
        """
        found = _DATA.search(data) if len(data) <= _MOST_BYTES and data[:1] == b"<" else None
        if found is None:
            raise ValueError("not a page of animopt")
        told = head_of(found[1])
        if not isinstance(told, dict):
            raise ValueError("not the data of a page")
        seconds = seconds_of(told["seconds"])
        loop, said = whole_number(told["loop"], 65535), texts_of(told["metadata"])
        return Info("html", 0, 0, len(seconds), sum(seconds), loop, said)


FORMATS["html"] = PageFormat


def page(
    picture: Picture,
    loop: int = 0,
    *,
    still: bytes = b"",
    extra: str = "",
    connect: bool = False,
    metadata: Mapping[str, str] | None = None,
) -> str:
    """Return a page that contains all it needs and makes no network requests.

    Args:
        picture: what to show.
        loop: how often it plays; 0 is for ever.
        still: the PNG that is shown where no script runs.
        extra: more script, run after the page's own.
        connect: let the extra script connect to the server that the page came from.
        metadata: text by key, stored in the page.
    """
    from animopt.page.data import alternative_text, packed
    from animopt.page.stills import address
    from animopt.picture.drawing import drawing

    with drawing(picture.theme):  # words are measured
        data = packed(picture, loop, dict(metadata or {}))
    alt = escape(alternative_text(picture))
    fallback = f'<img src="{address(still)}" alt="{alt}">' if still else f"<p>{alt}</p>"
    return Template(_text_of("template.html")).substitute(
        title=escape(picture.name),
        alt=alt,
        fallback=fallback,
        style=_text_of("player.css"),
        data=data,
        script="\n".join([*map(_text_of, _SCRIPTS), extra]),
        connect="'self'" if connect else "'none'",
    )


def _text_of(name: str) -> str:
    """Return the text of a file, without the lines that are remarks, which no page needs."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return _REMARKS.sub("", text)
