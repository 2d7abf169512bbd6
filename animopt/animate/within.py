"""Within: a scene drawn into axes of somebody's own figure."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes

from animopt.animate.panels import Panel, drawer, moving
from animopt.errors import InvalidInput, short
from animopt.picture.canvas import Canvas
from animopt.picture.clipping import Box
from animopt.picture.drawing import drawing
from animopt.picture.needs import check_needs
from animopt.picture.picture import staged
from animopt.picture.plane import ContourPanel
from animopt.picture.space.relief import SurfacePanel
from animopt.picture.stage import look_of
from animopt.picture.theme import Theme
from animopt.runs.simulation import Simulation, simulate

if TYPE_CHECKING:
    from animopt.scene import Scene


# The attribute of axes that says what they show, so that it is gone when they are.
_KEPT = "_drawn_by_animopt"


def draw(source: Scene | Simulation[Any], ax: Axes, step: int) -> list[Artist]:
    """Draw a step of a scene into axes of your own figure, and return the artists that move.

    Axes in three dimensions show the surface, others the plane from above. The first call draws
    what does not move; later ones, for the same scene, only turn to another step, so that a plain
    ``FuncAnimation`` may call it for each frame. Draw when the axes have their place: what is drawn
    depends on their pixels, and is drawn anew where these have changed, or after ``ax.clear()``.

    Raises:
        InvalidInput: these are no axes, there is no such step, or nothing to show in them.
    """
    if not isinstance(ax, Axes):
        raise InvalidInput(f"draw(..., {short(ax)}): give axes of matplotlib, as figure.subplots()")
    kept: _Kept | None = getattr(ax, _KEPT, None)
    here = set(ax.get_children())
    if kept is not None and not here.issuperset(kept.artists):  # such as after ax.clear()
        kept = None
    if kept is None or kept.source is not source or kept.place != _place(ax):
        for artist in [] if kept is None else kept.artists:
            artist.remove()
        kept = _drawn(source, ax)
        setattr(ax, _KEPT, kept)
    if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step <= kept.steps:
        raise InvalidInput(
            f"draw(step={short(step)}): the run has {kept.steps} steps; give a whole number up to "
            "that"
        )
    with drawing(kept.theme):
        return moving(kept.panel, step)


@dataclass(frozen=True, eq=False)
class _Kept:
    """What axes show: of which scene, in which place, drawn by whom with which artists."""

    source: object
    place: Hashable
    panel: Panel
    theme: Theme
    steps: int
    artists: tuple[Artist, ...]


def _drawn(source: Scene | Simulation[Any], ax: Axes) -> _Kept:
    """Draw what does not move, and return who draws the rest."""
    simulation = source if isinstance(source, Simulation) else simulate(source)
    figure: Any = ax.figure.canvas.figure
    wide, tall = map(round, figure.bbox.size)
    place = Canvas((wide, tall), figure.dpi, figure.dpi, is_paper=False)
    stage = staged(simulation, look_of(simulation), place).replace(dpi=figure.dpi)
    before = set(ax.get_children())
    panel = SurfacePanel() if ax.name == "3d" else ContourPanel()
    with drawing(stage.theme):
        check_needs(stage, "draw", panel.needs)
        made = drawer(panel.compose(stage, _box(ax)))
        made.setup(ax, stage)  # type: ignore[arg-type]  # a Stage is all that ours need
    added = tuple(artist for artist in ax.get_children() if artist not in before)
    return _Kept(source, _place(ax), made, stage.theme, simulation.problem.steps, added)


def _box(ax: Axes) -> Box:
    """Return the pixels that axes may fill, whatever their aspect leaves of them."""
    figure: Any = ax.figure
    x0, y0, x1, y1 = ax.get_position(original=True).transformed(figure.transSubfigure).extents
    return float(x0), float(y0), float(x1), float(y1)


def _place(ax: Axes) -> Hashable:
    figure: Any = ax.figure.canvas.figure
    return _box(ax), tuple(figure.bbox.size), figure.dpi
