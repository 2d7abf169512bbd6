"""Stills: the results of a simulation as figures, in PNG, SVG and PDF files."""

from __future__ import annotations

import hashlib
import io
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import matplotlib
import matplotlib.style
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from animopt.animate import animation
from animopt.animate.contour import ContourPanel
from animopt.animate.lettering import inked
from animopt.animate.outlines import simplified
from animopt.animate.space.mesh import SurfaceMesh
from animopt.animate.stage import Stage, equal_scale
from animopt.errors import InvalidInput, did_you_mean
from animopt.files import check_place, write_whole
from animopt.scene import Scene
from animopt.simulation import Simulation, Trajectory
from animopt.timeline import Timeline

SUFFIXES = (".png", ".svg", ".pdf")
# In vector files, too, a surface of some ten thousand shaded triangles is stored as pixels.
_MESH_DPI = 200.0
# How far, in pixels, a simplified contour may be off the computed one.
_TOLERANCE = 0.2
# The default height of one of several small pictures, in pixels.
_TALL = 300


@dataclass(frozen=True, eq=False)
class Still:
    """A figure, and its name among those of its kind; the name of an only one is empty."""

    name: str
    figure: Figure


def paths(simulation: Simulation) -> Iterator[Still]:
    """Yield the last picture of the animation."""
    yield Still("", _last_picture(simulation))


def losses(simulation: Simulation) -> Iterator[Still]:
    """Yield all losses in one plot."""
    scene = simulation.scene.replace(panels=("loss",))
    yield Still("", _last_picture(replace(simulation, scene=scene)))


def pages(simulation: Simulation) -> Iterator[Still]:
    """Yield a figure for each optimizer: its path beside its loss."""
    for trajectory in simulation:
        title = ": ".join(filter(None, (simulation.scene.title, _outcome(trajectory))))
        scene = simulation.scene.replace(panels=("contour", "loss"), title=title, legend=False)
        yield Still(trajectory.label, _last_picture(Simulation(scene, (trajectory,))))


def multiples(simulation: Simulation) -> Iterator[Still]:
    """Yield one figure of small contour plots, one for each optimizer."""
    scene = simulation.scene.replace(labels=False, timeline=Timeline())
    columns, rows, natural = _grid(scene, len(simulation))
    width, height = scene.size or natural
    dpi = scene.dpi or 100 * min(width / natural[0], height / natural[1])
    stages = [
        Stage.of(Simulation(scene, (trajectory,)), (scene.steps,), dpi) for trajectory in simulation
    ]
    inch, head = stages[0].dpi, 0.32 * stages[0].dpi if scene.title else 0.0
    with matplotlib.style.context(["default", stages[0].theme.rc]):
        figure = Figure(figsize=(width / inch, height / inch), dpi=inch)
        if scene.title:
            place = 0.125 * inch / width, 1 - 0.7 * head / height
            title = inked(scene.title, stages[0].theme, 11.0, "bold").fitted(0.8 * width, inch)
            figure.text(*place, title.text, fontsize=11, weight="bold")
        wide, tall = width / columns, (height - head) / rows
        for i, (trajectory, stage) in enumerate(zip(simulation, stages, strict=True)):
            row, column = divmod(i, columns)
            left, bottom = column * wide + 0.4 * inch, height - head - (row + 1) * tall + 0.3 * inch
            box = left / width, bottom / height, (wide - 0.5 * inch) / width
            axes = figure.add_axes((*box, (tall - 0.6 * inch) / height))
            panel = ContourPanel()
            panel.setup(axes, stage)
            panel.update(scene.steps)
            axes.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
            outcome = inked(_outcome(trajectory), stage.theme).fitted(wide - 0.5 * inch, inch)
            axes.set_title(outcome.text, loc="left", fontsize=9, pad=4)
    yield Still("", figure)


def _grid(scene: Scene, count: int) -> tuple[int, int, tuple[int, int]]:
    """Return columns, rows and the default (width, height) in pixels for this many pictures."""
    (x0, x1), (y0, y1) = scene.bounds
    wide = 50 + 240 * ((x1 - x0) / (y1 - y0) if equal_scale(scene) else 1.0)
    wide = min(max(wide, 200.0), 480.0)
    rows = math.ceil(count / max(1, round(math.sqrt(1.8 * count * _TALL / wide))))
    columns = math.ceil(count / rows)
    return columns, rows, (round(columns * wide), _TALL * rows + 32 * bool(scene.title))


KINDS: dict[str, Callable[[Simulation], Iterator[Still]]] = {
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


def write(simulation: Simulation, path: Path, kind: str = "paths") -> list[Path]:
    """Write the stills of one kind and return their paths.

    Several stills are the pages of one PDF; in other formats each has a file, "ring-adam.png".

    Raises:
        InvalidInput: there is no such kind or format.
        ExportError: writing failed.
    """
    check(path, kind)
    stills = list(KINDS[kind](simulation))
    if path.suffix.lower() == ".pdf":
        groups = {path: stills}
    else:
        groups = {_path_of(still, path): [still] for still in stills}
    for target, group in groups.items():
        write_whole(target, _encoded([still.figure for still in group], path.suffix.lower()))
    return list(groups)


def _last_picture(simulation: Simulation) -> Figure:
    # Without a speed-up, so that the counter has no badge.
    scene = simulation.scene.replace(timeline=Timeline())
    movie = animation(replace(simulation, scene=scene))
    movie.draw(scene.steps)
    return movie.figure


def _outcome(trajectory: Trajectory) -> str:
    """Return the label and, for a single start, the final loss or the step of divergence."""
    ending = trajectory.ending
    if isinstance(ending, tuple):
        return trajectory.label
    how = ending if ending.kind == "diverged" else f"loss {trajectory.values[-1]:.2g}"
    return f"{trajectory.label}, {how}"


def _path_of(still: Still, path: Path) -> Path:
    name = re.sub(r"[^\w.=+-]+", "-", still.name).strip("-")
    if len(name) > 80:  # a digest keeps shortened names apart
        name = f"{name[:40]}-{hashlib.sha256(still.name.encode()).hexdigest()[:8]}"
    return path.with_name(f"{path.stem}-{name}{path.suffix}") if name else path


def _encoded(figures: Sequence[Figure], suffix: str) -> bytes:
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
        figure.savefig(buffer, format="png", dpi=figure.dpi)
        return buffer.getvalue()
    with matplotlib.rc_context({"svg.hashsalt": "animopt"}):
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
