"""Stills: the results of a simulation as figures, in PNG, SVG and PDF files."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure

from animopt.animate.artists import MovingArtist
from animopt.animate.contour import PlaneDrawer
from animopt.animate.figure import ThemedFigure
from animopt.animate.film import Film
from animopt.animate.space.mesh import SurfaceMesh
from animopt.animate.text import set_halos, spell
from animopt.errors import InvalidInput, did_you_mean
from animopt.files import at_home, check_place, file_names, write_whole
from animopt.picture.canvas import Canvas, on_slide, paper, placed
from animopt.picture.heading import NOTE, TITLE, fitted_notes, fitted_title, note_at, title_at
from animopt.picture.layout import second_line
from animopt.picture.letters import tell_missing
from animopt.picture.needs import check_needs
from animopt.picture.outlines import simplified
from animopt.picture.picture import compose
from animopt.picture.plane import ContourPanel, Plane
from animopt.picture.stage import Stage, equal_scale, look_of
from animopt.picture.table import loss_number
from animopt.picture.words import inked
from animopt.runs.run import Run
from animopt.runs.simulation import Simulation
from animopt.scene import Look, Timeline
from animopt.sizes import Inches

SUFFIXES = (".png", ".svg", ".pdf")
# In vector files, too, a surface of some ten thousand shaded triangles is stored as pixels.
_MESH_DPI = 200.0
# How far, in pixels, a simplified contour may be off the computed one.
_TOLERANCE = 0.2
# The default height of one of several small pictures, in pixels.
_TALL = 300
# What it is higher by with notes.
_NOTED = 22
# The least width of one of them on paper, in inches.
_NARROWEST = 1.5


@dataclass(frozen=True, eq=False)
class Still:
    """A figure, and its name among those of its kind; the name of an only one is empty."""

    name: str
    figure: ThemedFigure

    def rest(self) -> None:
        """Leave out what only says where the film is: cursors, and heads that look the same."""
        with self.figure.drawing:  # looking for them makes ticks
            for artist in self.figure.findobj(MovingArtist):
                artist.rests = True


def paths(simulation: Simulation[Any], look: Look) -> Iterator[Still]:
    """Yield the last picture of the animation."""
    yield Still("", _last_picture(simulation, look))


def losses(simulation: Simulation[Any], look: Look) -> Iterator[Still]:
    """Yield all losses in one plot."""
    yield Still("", _last_picture(simulation, look.replace(panels=("loss",))))


def pages(simulation: Simulation[Any], look: Look) -> Iterator[Still]:
    """Yield a figure for each run: its path, if it has one, beside its loss."""
    placed, last = any(run.has_points for run in simulation), _last_step(simulation, look)
    panels = ("contour", "loss") if placed else ("loss",)
    for run in simulation:
        title = ": ".join(filter(None, (look.title, run.label + _outcome(run, last))))
        own = look.replace(panels=panels, title=title, legend=False)
        yield Still(run.label, _last_picture(simulation, own, only=run.label))


def multiples(simulation: Simulation[Any], look: Look) -> Iterator[Still]:
    """Yield one figure of small contour plots, one for each run."""
    last = _last_step(simulation, look)
    timeline = Timeline(last=look.timeline.last)
    look = look_of(simulation, look).replace(labels=False, timeline=timeline)
    columns, rows, place = _grid(look, len(simulation))
    width, height = place.size
    stage = Stage.of(simulation, look, place.size, place.dpi)
    stage = placed(stage, place).replace(clock=((last, 1.0),))
    panel, inch = ContourPanel(), stage.dpi
    check_needs(stage, "multiples", panel.needs)
    figure = ThemedFigure(stage.theme, place.size, inch, place.resolution)
    with figure.drawing:
        tell_missing(stage.texts, stage.theme.fonts)
        head = _write_head(figure, stage, last)
        # They share their axes: only those at the left and at the bottom have numbers.
        rim = list(map(stage.px, panel.room(stage)))
        wide, tall = (width - rim[0]) / columns, (height - head - rim[1]) / rows
        for i, (run, group) in enumerate(zip(simulation, stage.groups, strict=True)):
            row, column = divmod(i, columns)
            left, bottom = rim[0] + column * wide, height - head - (row + 1) * tall
            box = left, bottom, left + wide - stage.px(9), bottom + tall - stage.text(22)
            plane = panel.compose(stage.replace(groups=(group,)), box)
            is_lowest = i + columns >= len(simulation)
            axes = _small_axes(figure, plane, stage, column == 0, is_lowest)
            heading = axes.set_title("", loc="left", fontsize=9 * stage.theme.letters, pad=4)
            spell(heading, _heading(run, stage, wide - stage.px(9)), stage.theme.fonts)
        set_halos(figure, stage.theme, inch)
    yield Still("", figure)


def _write_head(figure: Figure, stage: Stage, last: int) -> float:
    """Write the title and the note of the last step; return the height in pixels of their lines."""
    width, height = stage.size
    first = stage.text(0.32 * 72) if stage.look.title else stage.px(8) if stage.look.notes else 0.0
    title = title_at(fitted_title(stage, 0.8 * width), last)
    note = note_at(fitted_notes(stage, width - 2 * stage.px(9)), last)
    for words, y, size, weight in (
        (title, height - 0.7 * first, TITLE, "bold"),
        (note, height - first - stage.text(10), NOTE, "normal"),
    ):
        if words:
            place, large = (stage.px(9) / width, y / height), size * stage.theme.letters
            spell(figure.text(*place, "", fontsize=large, weight=weight), words, stage.theme.fonts)
    return first + second_line(stage)


def _heading(run: Run, stage: Stage, room: float) -> str:
    """Return the label and the outcome; only the label is cut short to fit the room in pixels."""
    outcome = inked(_outcome(run, stage.shown[-1]), stage.theme)
    left = room - outcome.ink_size(stage.dpi)[0]
    return inked(run.label, stage.theme).fitted(left, stage.dpi).text + outcome.text


def _small_axes(
    figure: Figure, plane: Plane, stage: Stage, is_first: bool, is_lowest: bool
) -> Axes:
    """Return axes with the last picture of a plane, and few ticks across.

    They have numbers and a name at their left if they are the first of a row, and below them if
    they are the lowest of a column.
    """
    wide, tall = figure.bbox.size
    x0, y0, x1, y1 = plane.box
    axes = figure.add_axes((x0 / wide, y0 / tall, (x1 - x0) / wide, (y1 - y0) / tall))
    drawer = PlaneDrawer(plane, densities=(0, 1))
    drawer.setup(axes, stage)
    drawer.update(stage.shown[-1])
    axes.tick_params(labelleft=is_first, labelbottom=is_lowest)
    axes.xaxis.label.set_visible(is_lowest)
    axes.yaxis.label.set_visible(is_first)
    return axes


def _grid(look: Look, count: int) -> tuple[int, int, Canvas]:
    """Return columns, rows and the canvas for this many pictures."""
    (x0, x1), (y0, y1) = look.bounds
    wide = 50 + 240 * ((x1 - x0) / (y1 - y0) if equal_scale(look.bounds) else 1.0)
    wide = min(max(wide, 200.0), 480.0)
    rows = math.ceil(count / max(1, round(math.sqrt(1.8 * count * _TALL / wide))))
    columns = math.ceil(count / rows)
    if isinstance(look.size, Inches):
        columns = max(1, min(columns, int(look.size.width / _NARROWEST)))
        rows = math.ceil(count / columns)
    natural = (
        round(columns * wide),
        _TALL * rows + 32 * bool(look.title) + _NOTED * bool(look.notes),
    )
    if isinstance(look.size, Inches):
        return columns, rows, paper(look.size, look.dpi, natural[1] / natural[0])
    size = look.size or natural
    dpi = look.dpi or 100 * min(size[0] / natural[0], size[1] / natural[1])
    return columns, rows, Canvas(size, dpi, look.dpi or on_slide(size), is_paper=False)


KINDS: dict[str, Callable[[Simulation[Any], Look], Iterator[Still]]] = {
    "paths": paths,
    "pages": pages,
    "losses": losses,
    "multiples": multiples,
}


def check(path: Path, kind: str) -> None:
    """Raise InvalidInput unless the kind is known and can be written to this path."""
    if kind not in KINDS:
        raise InvalidInput(f"a still of kind {kind!r} is unknown{did_you_mean(kind, KINDS)}")
    if path.suffix.lower() not in SUFFIXES:
        hint = did_you_mean(path.suffix, SUFFIXES)
        raise InvalidInput(f"plot: unknown suffix {path.suffix!r} of {str(path)!r}{hint}")
    check_place(path)


def write(
    simulation: Simulation[Any],
    path: Path,
    kind: str = "paths",
    look: Look | None = None,
    moving: bool = False,
) -> list[Path]:
    """Write the stills of one kind, in the scene's look or another, and return their paths.

    Several stills are the pages of one PDF; in other formats each has a file, "ring-adam.png".
    Unless ``moving``, they show no counter and no cursor, and heads only where their shapes tell
    the runs apart.

    Raises:
        InvalidInput: there is no such kind or format.
        ExportError: writing failed.
    """
    path = at_home(path)
    check(path, kind)
    look = look_of(simulation, look)
    stills = list(KINDS[kind](simulation, look if moving else look.replace(counter=False)))
    for still in stills if not moving else ():
        still.rest()
    if path.suffix.lower() == ".pdf":
        groups = {path: stills}
    else:
        names = file_names([still.name for still in stills])
        targets = [path.with_stem(f"{path.stem}-{name}") if name else path for name in names]
        groups = {target: [still] for target, still in zip(targets, stills, strict=True)}
    for target, group in groups.items():
        figures = [still.figure for still in group]
        with figures[0].drawing:  # a PDF's pages lie in a file that has settings, too
            write_whole(target, _encoded(figures, path.suffix.lower()))
    return list(groups)


def _last_picture(simulation: Simulation[Any], look: Look, only: str | None = None) -> ThemedFigure:
    # Without a speed-up, so that the counter has no badge.
    timeline = Timeline(last=look.timeline.last)
    film = Film(compose(simulation, look.replace(timeline=timeline), only=only))
    film.draw(_last_step(simulation, look))
    return film.figure


def _last_step(simulation: Simulation[Any], look: Look) -> int:
    """Return the last step that is shown."""
    return look.timeline.part(simulation.problem.steps)[1]


def _outcome(run: Run, step: int) -> str:
    """Return for a single start what follows its label: the loss at a step or where it diverged."""
    if run.is_ensemble:
        return ""
    diverged = run.ending.kind == "diverged" and run.ending.step <= step
    return f", {run.ending if diverged else f'loss {loss_number(float(run.losses[0, step]))}'}"


def _encoded(figures: Sequence[ThemedFigure], suffix: str) -> bytes:
    """Return the bytes of a file, the same for the same figures."""
    buffer = io.BytesIO()
    if suffix != ".png":
        for figure in figures:
            lighten(figure)
    if suffix == ".pdf":
        with PdfPages(buffer, metadata={"CreationDate": None, "ModDate": None}) as book:
            for figure in figures:
                book.savefig(figure, dpi=_MESH_DPI)
        return buffer.getvalue()
    (figure,) = figures
    if suffix == ".png":
        dots = figure.resolution
        figure.savefig(buffer, format="png", dpi=figure.dpi, pil_kwargs={"dpi": (dots, dots)})
        return buffer.getvalue()
    figure.savefig(buffer, format="svg", dpi=_MESH_DPI, metadata={"Date": None})
    return buffer.getvalue()


def lighten(figure: Figure) -> None:
    """Reduce what would make a vector file large without showing."""
    for mesh in figure.findobj(SurfaceMesh):
        mesh.set_rasterized(True)
    for contours in figure.findobj(ContourSet):
        pixels = contours.get_transform()
        drawn = [pixels.transform_path(curve) for curve in contours.get_paths()]
        kept = [simplified(curve, _TOLERANCE) if len(curve) else curve for curve in drawn]
        contours.set_paths([pixels.inverted().transform_path(curve) for curve in kept])
