"""The player: a simulation as one page for the browser, which draws it from the data itself."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from string import Template

from animopt.player.data import alternative_text, data, title
from animopt.scene import Scene
from animopt.simulation import Simulation, simulate

__all__ = ["page"]

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
    script = "\n".join([_part(name) for name in _SCRIPTS] + [extra])
    # In a script element "</script>" would end the data.
    told = json.dumps(data(simulation, loop), separators=(",", ":"), allow_nan=False)
    return Template(_part("template.html")).substitute(
        title=escape(title(simulation.scene)),
        alt=escape(alternative_text(simulation)),
        style=_part("player.css"),
        data=told.replace("<", "\\u003c"),
        script=f'"use strict";\n{script}',
        connect="'self'" if connect else "'none'",
    )


def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
