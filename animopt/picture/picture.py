"""Picture: what is to be seen of a simulation, as plain data; the film and the page draw it."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from matplotlib.colors import to_hex

from animopt.picture.canvas import Canvas, canvas, placed
from animopt.picture.clipping import Box
from animopt.picture.curves import Curves, MetricPanel
from animopt.picture.drawing import drawing
from animopt.picture.heading import Notes, title_at
from animopt.picture.layout import Layout, lay_out, roomy, shows_counter
from animopt.picture.letters import tell_missing
from animopt.picture.needs import check_needs, lacking
from animopt.picture.stage import Stage, look_of
from animopt.picture.styles import styles
from animopt.picture.theme import THEMES, Theme
from animopt.picture.tracks import Group, Track
from animopt.picture.variants import Variants, chosen_from, variants_of
from animopt.runs.simulation import Simulation
from animopt.runs.variations import Variation

if TYPE_CHECKING:
    from animopt.scene.look import Look


# So many colours of runs a palette holds exactly, and has as many for all the rest.
_MOST_COLORS = 120


class Shown(Protocol):
    """What every panel is drawn with: a Picture, or the Stage from which one is composed."""

    @property
    def theme(self) -> Theme:
        """The colours."""

    @property
    def dpi(self) -> float:
        """Pixels per inch of text and lines."""

    @property
    def shown(self) -> tuple[int, ...]:
        """The step of each frame."""


@dataclass(frozen=True, eq=False)
class Picture:
    """What is to be seen, in plane coordinates and in pixels from the lower left corner.

    What depends on a step is a pure function of the step. It can be pickled, as long as the panels
    can, and knows neither the scene nor who draws it.

    Attributes:
        name: what is shown, in a word: the title at the end, or else the surface.
        title: what is written above it, with "{step}" where it tells the step, or nothing.
        notes: what is said below that, from a step on until the next.
        surface: the name of the surface.
        size: (width, height) in pixels.
        dpi: pixels per inch of text and lines.
        resolution: pixels per inch of the canvas, as a file says that can.
        theme: the colours.
        clock: (step, seconds) of each frame.
        speeds: (from step, steps per frame), as the counter's badge shows them.
        fps: frames a second.
        steps: the last step.
        groups: the tracks of each run.
        layout: the places of title, counter, panels and legend.
        counter: whether the step is shown.
        legend: whether a reader may see the runs listed; the film lists them only where it must.
        panels: what is to be seen in each, or panels that draw themselves with matplotlib.
        spare: what a reader may choose to see besides, as if it were alone on the canvas.
        night, day: the colour of each run in the dark theme, for a reader in the dark, and in the
            light one, for paper.
        varied: what varies; where a reader may choose, the panels have its paths, too, after those
            of the groups.
        chooses: whether a reader may.
    """

    name: str
    title: str
    notes: Notes
    surface: str
    size: tuple[int, int]
    dpi: float
    resolution: float
    theme: Theme
    clock: tuple[tuple[int, float], ...]
    speeds: tuple[tuple[int, float], ...]
    fps: float
    steps: int
    groups: tuple[Group, ...]
    layout: Layout
    counter: bool
    legend: bool
    panels: tuple[Any, ...]
    spare: tuple[Any, ...] = ()
    night: tuple[str, ...] = ()
    day: tuple[str, ...] = ()
    varied: tuple[Variants, ...] = ()
    chooses: bool = False

    @property
    def alone(self) -> Picture:
        """The picture without what a reader may choose, as in a film."""
        if not self.chooses:
            return self
        tracks = self.paths
        panels = (p.only(tracks) if hasattr(p, "only") else p for p in self.panels)
        return replace(self, panels=tuple(panels), chooses=False)

    @property
    def variants(self) -> tuple[Group, ...]:
        """What a reader may choose in place of one of the groups."""
        return chosen_from(self.varied) if self.chooses else ()

    @property
    def paths(self) -> list[Track]:
        """One track for each run, the one that is drawn as a path."""
        return [group.track for group in self.groups]

    @property
    def shown(self) -> tuple[int, ...]:
        """The step of each frame."""
        return tuple(step for step, _ in self.clock)

    @property
    def colors(self) -> tuple[str, ...]:
        """The colours that a palette must hold exactly, as "#rrggbb".

        Of very many runs these are those of some, evenly chosen, so that the others are near one.
        """
        look = self.theme
        every = list(dict.fromkeys(track.color for track in self.paths))
        own = every[:: -(-len(every) // _MOST_COLORS) or 1]
        return tuple(to_hex(color) for color in (*own, look.paper, look.ink, look.faint))

    def px(self, points: float) -> float:
        """Return a length in points (1/72 inch) in pixels."""
        return points * self.dpi / 72


def compose(
    simulation: Simulation[Any],
    look: Look | None = None,
    panels: Sequence[Any] | None = None,
    only: str | None = None,
    spare: Sequence[str] = (),
    least: float = 0.0,
    variations: Sequence[Variation] = (),
    chooses: bool = False,
) -> Picture:
    """Return the picture of a simulation.

    Args:
        simulation: what is shown.
        look: how; by default as the scene says that was simulated.
        panels: panels in place of those of the look.
        only: the label of the only run to show, in the colour it has among the others.
        spare: panels that a reader may choose besides, if nothing is missing for them.
        least: the least height of type, in pixels of 1280 x 720, where the look names no dpi.
        variations, chooses: the runs at other values, and whether a reader may choose them.
    """
    look = look_of(simulation, look)
    named = look.shown_panels if panels is None else panels
    chosen = list(map(_panel, named))
    place = canvas(look, len(chosen))
    stage = _with_variants(staged(simulation, look, place, only), variations, chooses)
    stage = placed(stage, place, 0.0 if look.dpi else least)
    with drawing(stage.theme):
        _check(stage, named, chosen)
        stage = roomy(stage, chosen)
        layout, seen = _arranged(stage, chosen)
        spared = _spared(stage, [_panel(name) for name in spare if name not in named], seen)
        night = _colors(simulation, look, stage.theme.night, only)
        day = _colors(simulation, look, THEMES["light"], only)
    found = _picture(stage, place, layout, seen)
    return replace(found, spare=tuple(spared), night=night, day=day, chooses=chooses)


def _picture(stage: Stage, place: Canvas, layout: Layout, seen: Sequence[Any]) -> Picture:
    """Return the picture of what is seen of the panels of a stage."""
    look = stage.look
    return Picture(
        name=title_at(look.title or stage.problem.surface.name, stage.shown[-1]),
        title=look.title or "",
        notes=tuple(look.notes.items()),
        surface=stage.problem.surface.name,
        size=place.size,
        dpi=stage.dpi,
        resolution=place.resolution,
        theme=stage.theme,
        clock=stage.clock,
        speeds=look.timeline.speeds(stage.clock),
        fps=look.timeline.fps,
        steps=stage.problem.steps,
        groups=stage.groups,
        layout=layout,
        counter=shows_counter(stage),
        legend=look.legend is not False,
        panels=tuple(seen),
        varied=stage.varied,
    )


def staged(
    simulation: Simulation[Any], look: Look, place: Canvas, only: str | None = None
) -> Stage:
    """Return the stage of a simulation on a canvas, whatever the user's settings of matplotlib."""
    with drawing(THEMES["light"]):  # the meaning of colours such as "C0" is not the user's
        return Stage.of(simulation, look, place.size, place.dpi, only)


def _with_variants(stage: Stage, variations: Sequence[Variation], chooses: bool) -> Stage:
    varied = variants_of(variations, stage.groups, stage.problem)
    return stage.replace(varied=varied, variants=chosen_from(varied) if chooses else ())


def _arranged(stage: Stage, panels: Sequence[Any]) -> tuple[Layout, list[Any]]:
    """Return the layout, and what is seen of each panel; a legend names what labels miss."""
    layout = lay_out(stage, panels)
    seen = list(map(partial(_seen, stage), panels, layout.panels))
    if any(getattr(panel, "labels", None) and panel.labels.misses for panel in seen):
        layout = lay_out(stage, panels, named=True)
        seen = list(map(partial(_seen, stage), panels, layout.panels))
    return layout, seen


def _colors(
    simulation: Simulation[Any], look: Look, other: Theme, only: str | None
) -> tuple[str, ...]:
    """Return the colours in another theme of the runs that are shown."""
    found = styles(simulation.trajectories, other, look.markers, look.colors)
    runs = zip(simulation, found, strict=True)
    return tuple(style.color for run, style in runs if only in (None, run.label))


def speed_badge(speeds: Sequence[tuple[int, float]], step: int) -> str:
    """Return "×3" where three steps pass per frame, and nothing at normal speed."""
    speed = next((s for start, s in reversed(speeds) if start <= step), 1.0)
    return "" if speed == 1 else f"×{speed:g}"


def pickled(picture: Picture) -> bytes | None:
    """Return the picture for another process; None if a panel draws itself.

    The class of such a panel is the scene's own, which no other process knows.
    """
    if any(hasattr(panel, "setup") for panel in picture.panels):
        return None
    return pickle.dumps(picture)


def _panel(name: Any) -> Any:
    """Return the panel of a name, or a copy of one that may keep what it finds, such as a title."""
    if not isinstance(name, str):
        return copy(name) if hasattr(name, "compose") else name
    # Imported here, since a picture that is only drawn needs no scene.
    from animopt.scene.panels import MAPS, PANELS

    known = PANELS | MAPS
    if name not in known:
        return MetricPanel(name=name)
    module, kind, *settings = known[name]
    return getattr(import_module(f"animopt.picture.{module}"), kind)(*settings)


def _check(stage: Stage, named: Sequence[Any], panels: Sequence[Any]) -> None:
    """Raise InvalidInput where a surface or points are missing for a panel.

    Say which letters are missing in all fonts.
    """
    titles = [str(getattr(panel, "title", "")) for panel in panels]
    tell_missing([*stage.texts, *titles], stage.theme.fonts)
    for name, panel in zip(named, panels, strict=True):
        who = name if isinstance(name, str) else type(name).__name__
        check_needs(stage, f"panel {who!r}", _needs(panel))


def _spared(stage: Stage, panels: Sequence[Any], seen: Sequence[Any]) -> list[Any]:
    """Return what is to be seen of those panels for which nothing is missing.

    Curves alone are those that were asked for.
    """
    if not stage.placed and any(isinstance(each, Curves) for each in seen):
        return []
    able = [panel for panel in panels if lacking(stage, _needs(panel)) is None]
    # As if alone on the canvas, which has room for it at this dpi.
    return [_seen(stage, panel, lay_out(stage, [panel]).panels[0]) for panel in able]


def _needs(panel: Any) -> tuple[str, ...]:
    needs: tuple[str, ...] = getattr(panel, "needs", ())
    return needs


def _seen(stage: Stage, panel: Any, box: Box) -> Any:
    """Return what is to be seen of a panel; one that draws itself is left as it is."""
    return panel.compose(stage, box) if hasattr(panel, "compose") else panel
