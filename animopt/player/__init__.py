"""The player: a simulation as a self-contained HTML page that draws it in the browser."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from types import SimpleNamespace

from animopt.errors import InvalidInput
from animopt.files import check_place, write_whole
from animopt.player.data import alternative_text, data
from animopt.scene import Scene
from animopt.simulation import Simulation, simulate

__all__ = ["FORMAT", "check", "is_page", "page", "write"]

FORMAT = SimpleNamespace(
    name="html",
    suffixes=(".html", ".htm"),
    description="a page to play, scrub and turn, for the browser and for reveal.js",
)
"""The page's entry beside the formats of ``export``."""

_SCRIPTS = ("geometry.js", "panel.js", "space.js", "chart.js", "player.js")


def page(
    source: Scene | Simulation, *, loop: int = 0, extra: str = "", connect: bool = False
) -> str:
    """Return a page that contains all it needs and makes no network requests.

    Args:
        source: what to show.
        loop: how often it plays; 0 is for ever.
        extra: more script, run after the player's.
        connect: let the extra script connect to the server that the page came from.
    """
    simulation = source if isinstance(source, Simulation) else simulate(source)
    script = "\n".join([_text_of(name) for name in _SCRIPTS] + [extra])
    encoded = json.dumps(data(simulation, loop), separators=(",", ":"), allow_nan=False)
    return Template(_text_of("template.html")).substitute(
        title=escape(simulation.scene.title or simulation.scene.surface.name),
        alt=escape(alternative_text(simulation)),
        style=_text_of("player.css"),
        data=encoded.replace("<", "\\u003c"),  # "</script>" would end the script element
        script=f'"use strict";\n{script}',
        connect="'self'" if connect else "'none'",
    )


def is_page(path: Path) -> bool:
    """Return whether the suffix is that of a page."""
    return path.suffix.lower() in FORMAT.suffixes


def check(path: Path, **asked: object) -> None:
    """Raise InvalidInput if a page cannot be written there, or if one of the options is given."""
    for name, value in asked.items():
        if value is not None:
            raise InvalidInput(
                f"{path}: a page is drawn by the browser and fills its window; leave out {name}"
            )
    check_place(path)


def write(simulation: Simulation, path: Path, *, loop: int = 0) -> None:
    """Write the page of a simulation, whole or not at all.

    Raises:
        ExportError: there is no space left, or the folder cannot be created.
    """
    write_whole(path, page(simulation, loop=loop).encode())


def _text_of(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
