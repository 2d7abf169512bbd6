"""The player: a simulation as one page for the browser, which draws it from the data itself."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from types import SimpleNamespace

from animopt.errors import InvalidInput
from animopt.files import check_place, write_whole
from animopt.player.data import alternative_text, data, title
from animopt.scene import Scene
from animopt.simulation import Simulation, simulate

__all__ = ["FORMAT", "check", "is_page", "page", "write"]

FORMAT = SimpleNamespace(
    name="html",
    suffixes=(".html", ".htm"),
    description="a page to play, scrub and turn, for the browser and for reveal.js",
)
"""What there is to say of it beside the formats of ``export``."""

_SCRIPTS = ("geometry.js", "panel.js", "space.js", "chart.js", "player.js")


def page(
    source: Scene | Simulation, *, loop: int = 0, extra: str = "", connect: bool = False
) -> str:
    """Return a page that holds all it needs and asks the network for nothing.

    Args:
        source: what to show.
        loop: how often it plays; 0 is for ever.
        extra: more script, run after the player's.
        connect: let the extra script talk to the server that the page came from.
    """
    simulation = source if isinstance(source, Simulation) else simulate(source)
    script = "\n".join([_text_of(name) for name in _SCRIPTS] + [extra])
    # In a script element "</script>" would end the data.
    told = json.dumps(data(simulation, loop), separators=(",", ":"), allow_nan=False)
    return Template(_text_of("template.html")).substitute(
        title=escape(title(simulation.scene)),
        alt=escape(alternative_text(simulation)),
        style=_text_of("player.css"),
        data=told.replace("<", "\\u003c"),
        script=f'"use strict";\n{script}',
        connect="'self'" if connect else "'none'",
    )


def is_page(path: Path) -> bool:
    """Return whether the suffix asks for a page."""
    return path.suffix.lower() in FORMAT.suffixes


def check(path: Path, *, size: object = None, dpi: object = None) -> None:
    """Raise InvalidInput where a page cannot be written, or cannot be as it is asked for."""
    if size or dpi:
        asked = "size" if size else "dpi"
        raise InvalidInput(f"{path}: a page fills whatever window it is in; leave out {asked}")
    check_place(path)


def write(simulation: Simulation, path: Path, *, loop: int = 0) -> None:
    """Write the page of a simulation, whole or not at all.

    Raises:
        ExportError: there is no room, or the folder cannot be made.
    """
    write_whole(path, page(simulation, loop=loop).encode())


def _text_of(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
