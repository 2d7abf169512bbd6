"""Picture: the names of what a scene can show, and the checks of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from animopt.errors import InvalidInput, check_choice, is_many, short

if TYPE_CHECKING:
    from animopt.surfaces.surface import Surface

# The panels that each view stands for.
VIEWS = {"contour": ("contour",), "surface": ("surface",), "both": ("contour", "surface")}
# Each panel by name: its module in ``animopt.picture``, its class, and the arguments of the class.
PANELS = {
    "contour": ("plane", "ContourPanel"),
    "surface": ("space.relief", "SurfacePanel"),
    "loss": ("curves", "LossPanel"),
    "lr": ("curves", "RatePanel"),
    "distance": ("curves", "DistancePanel"),
    "distance-x": ("curves", "DistancePanel", "x"),
    "distance-y": ("curves", "DistancePanel", "y"),
    "gradient": ("curves", "GradientPanel"),
    "table": ("table", "TablePanel"),
}
# Those of what varies, which a scene alone does not say.
MAPS = {"map": ("map", "MapPanel")}
MARKS = ("disc", "star")
ACROSS = ("steps", "evaluations", "seconds")
FORCES = ("gradient", "momentum")


def check_forces(given: Any) -> tuple[str, ...]:
    """Return one force or several as a tuple of known names."""
    forces = _as_tuple(given)
    for force in forces:
        check_choice("Scene", "forces", force, FORCES)
    return forces


def check_panels(given: Any) -> tuple[Any, ...]:
    """Return one panel or several as a tuple of names and of objects that can be panels.

    A name that is not in the list of panels may be that of a metric, which is known with the runs.
    """
    panels = _as_tuple(given)
    for panel in panels:
        if isinstance(panel, str):
            continue
        if isinstance(panel, type) or not _is_panel(panel):
            raise InvalidInput(
                f"Scene(panels=...): {short(panel)} is not a panel; give a name, or an object with "
                "projection, setup(ax, picture) and update(k)"
            )
    if not panels:
        raise InvalidInput("Scene(panels=()): give at least one panel")
    return panels


def check_panel_names(panels: Iterable[Any], metrics: Collection[str]) -> None:
    """Raise InvalidInput for a name that is neither that of a panel nor of a metric of the runs."""
    for metric in metrics:
        if metric in PANELS:
            raise InvalidInput(
                f"Scene(panels=...): a run's metric is called {metric!r}, which is the name of a "
                "panel; give the metric another name"
            )
    for panel in panels:
        if isinstance(panel, str):
            check_choice("Scene", "panels", panel, (*PANELS, *MAPS, *metrics))


def _is_panel(given: Any) -> bool:
    """Return whether it draws itself, or says what is to be seen, as our own panels do."""
    draws = hasattr(given, "setup") and hasattr(given, "update")
    return hasattr(given, "projection") and (draws or hasattr(given, "compose"))


def check_basins(given: Any, members: Sequence[Any], surface: Surface) -> str:
    """Return the label of the optimizer that is meant, by its label or its kind.

    Raises:
        InvalidInput: it is none, or the basins would take minutes, or no minima are known.
    """
    # Here, since the command line names panels in its help, which needs no NumPy.
    from animopt.runs.labels import named

    who = f"Scene(basins={given!r})"
    meant = named("Scene(basins=...):", given, members)
    if not hasattr(meant, "expensive"):
        raise InvalidInput(
            f"{who}: {meant.label!r} is recorded and cannot start anywhere else; name an optimizer"
        )
    if meant.expensive:
        raise InvalidInput(
            f"{who}: its steps from thousands of starts would take minutes; name an optimizer of "
            "animopt's own"
        )
    if surface.expensive:
        raise InvalidInput(
            f"{who}: {surface.name!r} is a loss of many parameters, which would take minutes from "
            "thousands of starts; leave basins out"
        )
    if not surface.minima:
        raise InvalidInput(
            f"{who}: surface {surface.name!r} has no known minima; name them with "
            "Surface(..., minima=[(x, y)])"
        )
    label: str = meant.label
    return label


def _as_tuple(given: Any) -> tuple[Any, ...]:
    if isinstance(given, str) or not is_many(given):
        return (given,)
    return tuple(given)
