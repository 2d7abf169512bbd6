"""Panels: who draws which panel of a picture with matplotlib."""

from __future__ import annotations

from collections.abc import Iterable
from pkgutil import resolve_name
from typing import Any, Protocol

from matplotlib.artist import Artist

from animopt.errors import InvalidInput, is_many, short
from animopt.picture.picture import Picture


class Panel(Protocol):
    """One plot beside others on the same clock.

    It may also have ``margins``, the space around its axes in points: (left, bottom, right, top).
    Any artists of matplotlib may move; they are drawn in front of those that do not.
    """

    @property
    def projection(self) -> str | None:
        """The projection of its axes, as in ``Figure.add_axes``; None for plain 2-D axes."""

    def setup(self, ax: Any, picture: Picture) -> None:
        """Draw what does not move, and create what does."""

    def update(self, k: int) -> Iterable[Artist]:
        """Turn to step k and return the moving artists: always the same, in drawing order."""


# What draws each kind of panel in a picture; any other panel draws itself. As names, since only
# what is drawn is worth the time to import it.
_DRAWERS = {
    "animopt.picture.plane.Plane": "animopt.animate.contour:PlaneDrawer",
    "animopt.picture.space.relief.Relief": "animopt.animate.space.surface:ReliefDrawer",
    "animopt.picture.curves.Curves": "animopt.animate.curves:CurvesDrawer",
    "animopt.picture.table.Table": "animopt.animate.table:TableDrawer",
    "animopt.picture.map.Map": "animopt.animate.map:MapDrawer",
}


def moving(panel: Panel, step: int) -> list[Artist]:
    """Turn a panel to a step and return its moving artists; one artist or None is as good.

    Raises:
        InvalidInput: it returned anything else.
    """
    given: Any = panel.update(step)
    found = [] if given is None else [given] if isinstance(given, Artist) else given
    if is_many(found):
        found = list(found)
        if all(isinstance(artist, Artist) for artist in found):
            return found
    raise InvalidInput(
        f"panel {type(panel).__name__}: update({step}) returned {short(given)}; return the artists "
        "that move, as a list"
    )


def drawer(panel: Any) -> Panel:
    """Return what draws a panel of a picture."""
    name = _DRAWERS.get(f"{type(panel).__module__}.{type(panel).__qualname__}")
    made: Panel = panel if name is None else resolve_name(name)(panel)
    return made
