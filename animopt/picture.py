"""Picture: the names of what a scene can show, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from animopt.errors import InvalidInput, did_you_mean, short

if TYPE_CHECKING:
    from animopt.surfaces.surface import Surface

# Each view by name, and the panels that it is short for.
VIEWS = {"contour": ("contour",), "surface": ("surface",), "both": ("contour", "surface")}
# Each panel by name: its module in ``animopt.animate``, its class, and what that is made with.
PANELS = {
    "contour": ("contour", "ContourPanel"),
    "surface": ("space.surface", "SurfacePanel"),
    "loss": ("curves", "LossPanel"),
    "lr": ("curves", "RatePanel"),
    "distance": ("curves", "DistancePanel"),
    "distance-x": ("curves", "DistancePanel", "x"),
    "distance-y": ("curves", "DistancePanel", "y"),
    "gradient": ("curves", "GradientPanel"),
    "table": ("table", "TablePanel"),
}
MARKS = ("disc", "star")
FORCES = ("gradient", "momentum")


def check_names(field: str, given: Any, known: Iterable[str]) -> tuple[str, ...]:
    """Return one name or many as a tuple, or raise InvalidInput for one that is not known."""
    known = tuple(known)
    names = _several(given)
    for name in names:
        if name not in known:
            hint = did_you_mean(str(name), known)
            raise InvalidInput(f"Scene({field}={short(name)}) is unknown{hint}")
    return names


def check_panels(given: Any) -> tuple[Any, ...]:
    """Return one panel or many as a tuple of known names and of objects that can be panels."""
    panels = _several(given)
    for panel in panels:
        if isinstance(panel, str):
            check_names("panels", panel, PANELS)
        elif isinstance(panel, type) or not (hasattr(panel, "setup") and hasattr(panel, "update")):
            raise InvalidInput(
                f"Scene(panels=...): {short(panel)} is not a panel; give a name, or an object with "
                "projection, setup(ax, stage) and update(k)"
            )
    if not panels:
        raise InvalidInput("Scene(panels=()): give at least one panel")
    return panels


def check_basins(given: Any, labels: Iterable[str], surface: Surface) -> None:
    """Raise InvalidInput unless it is one of the labels, and there are minima to be reached."""
    check_names("basins", [given], labels)
    if not surface.minima:
        raise InvalidInput(
            f"Scene(basins={given!r}): surface {surface.name!r} has no known minima; "
            "name them with Surface(..., minima=[(x, y)])"
        )


def _several(given: Any) -> tuple[Any, ...]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        return (given,)
    return tuple(given)
