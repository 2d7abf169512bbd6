"""Within: a scene drawn into axes of somebody's own figure."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from numbers import Integral
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from animopt.animate.artists import MovingArtist
from animopt.animate.panels import Panel, drawer, moving
from animopt.errors import InvalidInput, short
from animopt.picture.canvas import Canvas
from animopt.picture.colorbar import bar_room
from animopt.picture.drawing import drawing
from animopt.picture.needs import check_needs
from animopt.picture.picture import staged
from animopt.picture.plane import ContourPanel, Plane
from animopt.picture.space.relief import SurfacePanel
from animopt.picture.stage import look_of
from animopt.picture.theme import Theme
from animopt.runs.simulation import Simulation, simulate
from animopt.typing import Array

if TYPE_CHECKING:
    from animopt.scene import Scene


# Places that differ by less than this, in inches, are one.
_SAME = 1e-4
# The attribute of axes that says what they show, so that it is gone when they are.
_KEPT = "_drawn_by_animopt"


def draw(source: Scene | Simulation[Any], ax: Axes, step: int) -> list[Artist]:
    """Draw a step of a scene into axes of your own figure, and return the artists that move.

    Axes in three dimensions show the surface, others the plane from above. The first call draws
    what does not move; later ones, for the same scene, only turn to another step, so that a plain
    ``FuncAnimation`` may call it for each frame. What is drawn depends on the pixels that the axes
    have, and is drawn anew where these have changed, or after ``ax.clear()``.

    Raises:
        InvalidInput: these are no axes, there is no such step, or nothing to show in them.
    """
    _check(ax)
    kept: _Kept | None = getattr(ax, _KEPT, None)
    here = set(ax.get_children())
    if kept is not None and not here.issuperset(kept.made.artists):  # such as after ax.clear()
        kept = None
    if kept is None or kept.source is not source or kept.place != _place(ax, _box(ax)):
        for artist in [] if kept is None else kept.made.artists:
            artist.remove()
        kept = _drawn(source, ax)
        setattr(ax, _KEPT, kept)
    steps = kept.simulation.problem.steps
    if isinstance(step, bool) or not isinstance(step, Integral) or not 0 <= step <= steps:
        raise InvalidInput(
            f"draw(step={short(step)}): the run has {steps} steps; give a whole number up to that"
        )
    with drawing(kept.made.theme):
        return moving(kept.made.panel, int(step))


def _check(ax: Any) -> None:
    """Raise InvalidInput for what is no axes, or cannot show a plane or a box."""
    if not isinstance(ax, Axes):
        raise InvalidInput(f"draw(..., {short(ax)}): give axes of matplotlib, as figure.subplots()")
    if ax.figure is None:
        raise InvalidInput("draw(): the axes have been removed from their figure; give others")
    if ax.name != "3d" and not ax.transData.is_affine:
        raise InvalidInput(
            "draw(): the axes are not linear, such as polar ones or those with a logarithmic "
            "scale; give plain ones, as figure.subplots(), or those with projection='3d'"
        )


class _Made(NamedTuple):
    """What was drawn into axes: by whom, in which colours, and the pixels that it fills."""

    panel: Panel
    theme: Theme
    artists: tuple[Artist, ...]
    filled: Array


@dataclass(eq=False)
class _Kept:
    """What axes show: of which scene, in which place, drawn by whom with which artists.

    The artists fill ``home``, in inches. Where the axes have another place by the time they are
    drawn, such as with a constrained layout or with ``savefig(bbox_inches="tight")``, artists like
    them, ``others``, made for that place, stand in. In space, where axes ``asked`` for one part of
    the figure, ours have ``taken`` another.
    """

    source: object
    simulation: Simulation[Any]
    ax: Axes
    dpi: float
    made: _Made
    home: Array
    place: Hashable
    asked: Bbox
    taken: Bbox
    others: tuple[Array, list[MovingArtist]] | None = None

    def now(self, box: Array) -> Array:
        """Return the pixels to which a box in inches has moved with the axes."""
        here, home = _frame(self.ax).reshape(2, 2), self.home.reshape(2, 2)
        scale = np.ptp(here, axis=0) / np.ptp(home, axis=0)
        return np.asarray(here[0] + (box.reshape(2, 2) - home[0]) * scale, float).ravel()

    def at(self, number: int) -> MovingArtist:
        """Return who draws in place of one of ours."""
        dpi = _figure(self.ax).dpi
        here = _frame(self.ax) / dpi
        if np.allclose(here, self.home, rtol=0, atol=_SAME):
            return _ours(self.made.artists)[number]
        if self.others is None or not np.allclose(here, self.others[0], rtol=0, atol=_SAME):
            size = np.ptp(_figure(self.ax).transFigure.transform([(0, 0), (1, 1)]), axis=0)
            self.others = here, self._drawn_in(here, size / dpi)
        return self.others[1][number]

    def _drawn_in(self, box: Array, size: Array) -> list[MovingArtist]:
        """Return artists like ours for another box in inches, of axes that nobody sees."""
        figure = Figure(tuple(size), dpi=self.dpi)
        (x0, y0), (wide, tall) = box[:2] / size, (box[2:] - box[:2]) / size
        name = self.ax.name if self.ax.name == "3d" else None
        other = figure.add_axes((x0, y0, wide, tall), projection=name)
        return _ours(_made(self.simulation, other, self.dpi * box).artists)


class _Room(Artist):
    """Tells what ours fill beside their axes, which a tight figure or layout has to leave free."""

    def __init__(self, kept: _Kept, filled: Array) -> None:
        super().__init__()
        self._kept, self._filled = kept, filled

    def get_tightbbox(self, renderer: Any = None) -> Bbox:
        """Return the pixels."""
        return Bbox(self._kept.now(self._filled).reshape(2, 2))


def _drawn(source: Scene | Simulation[Any], ax: Axes) -> _Kept:
    """Draw what does not move, and return who draws the rest."""
    simulation = source if isinstance(source, Simulation) else simulate(source)
    dpi, asked, box = _figure(ax).dpi, _asked(ax), _box(ax)
    made = _made(simulation, ax, box)
    # What is to scale keeps the limits that were chosen for the box: they fill the frame.
    home = (box if ax.name == "3d" else _frame(ax)) / dpi
    places = _place(ax, box), asked, ax.get_position(original=True).frozen()
    kept = _Kept(source, simulation, ax, dpi, made, home, *places)
    for number, artist in enumerate(_ours(made.artists)):
        artist.stand_in = partial(kept.at, number)
    room = ax.add_artist(_Room(kept, made.filled / dpi))
    room.set_clip_on(False)
    kept.made = made._replace(artists=(*made.artists, room))
    return kept


def _made(simulation: Simulation[Any], ax: Axes, box: Array) -> _Made:
    """Draw a panel into axes, to fill a box."""
    figure = _figure(ax)
    wide, tall = map(round, figure.bbox.size)
    place = Canvas((wide, tall), figure.dpi, figure.dpi, is_paper=False)
    stage = staged(simulation, look_of(simulation), place).replace(dpi=figure.dpi)
    before = set(ax.get_children())
    panel = SurfacePanel() if ax.name == "3d" else ContourPanel()
    with drawing(stage.theme):
        check_needs(stage, "draw", panel.needs)
        seen = panel.compose(stage, tuple(box.tolist()))
        made = drawer(seen)
        made.setup(ax, stage)  # type: ignore[arg-type]  # a Stage is all that ours need
        beside = stage.px(bar_room(stage))
    added = tuple(artist for artist in ax.get_children() if artist not in before)
    filled = np.array(seen.frame if isinstance(seen, Plane) else seen.box)
    return _Made(made, stage.theme, added, filled + np.array([0, 0, beside, 0]))


def _ours(artists: Sequence[Artist]) -> list[MovingArtist]:
    """Return those that draw in pixels."""
    return [artist for artist in artists if isinstance(artist, MovingArtist)]


def _figure(ax: Axes) -> Any:
    canvas: Any = ax.figure
    return canvas.canvas.figure


def _asked(ax: Axes) -> Bbox:
    """Return the part of the figure that axes were given; in space, ours have another since."""
    given, kept = ax.get_position(original=True), getattr(ax, _KEPT, None)
    changed = kept is not None and np.allclose(given.extents, kept.taken.extents)
    return kept.asked if kept is not None and changed else given


def _box(ax: Axes) -> Array:
    """Return the pixels that axes may fill, whatever their aspect leaves of them."""
    figure: Any = ax.figure
    return np.asarray(_asked(ax).transformed(figure.transSubfigure).extents, float)


def _frame(ax: Axes) -> Array:
    """Return the pixels that axes have now: in a plane that is to scale, maybe not all of these."""
    if ax.name == "3d":
        return _box(ax)
    return np.asarray(ax.get_position().transformed(ax.figure.transSubfigure).extents, float)


def _place(ax: Axes, box: Array) -> Hashable:
    figure = _figure(ax)
    return tuple(box.tolist()), tuple(figure.bbox.size), figure.dpi
