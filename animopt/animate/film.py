"""SceneAnimation: a FuncAnimation made of panels, with a fast path to frames and files."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from dataclasses import replace
from inspect import signature
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.style
from matplotlib.animation import FuncAnimation
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from animopt.animate.artists import MovingArtist
from animopt.animate.clock import pictures
from animopt.animate.engine import Engine, copy_of
from animopt.animate.layout import lay_out, natural_dpi, natural_size, shows_counter
from animopt.animate.legend import LegendArtist
from animopt.animate.lettering import Counter
from animopt.animate.stage import Panel, Stage
from animopt.errors import ExportError
from animopt.scene import Scene
from animopt.simulation import Simulation, simulate
from animopt.typing import Frame

_SAMPLES = 8
# Options of ``Animation.save`` that only a matplotlib writer can honour.
_SAVE_OPTIONS = set(signature(FuncAnimation.save).parameters) - {"metadata"}


class SceneAnimation(FuncAnimation):
    """The animation of a scene or a simulation, as panels side by side on one clock.

    It is an ordinary FuncAnimation; ``frames``, and ``save`` without a matplotlib writer, take a
    faster path to the same pictures.

    Attributes:
        simulation: what is shown.
        figure: where it is drawn.
        panels: what is shown side by side, each in its own axes.
        pictures: (step, seconds) of each picture.
        colors: the colours that a palette must hold exactly, as "#rrggbb".
        matte: the colour that a GIF blends edges into where the paper is transparent, else None.
    """

    def __init__(self, source: Scene | Simulation, panels: Sequence[Panel]) -> None:
        self.simulation = source if isinstance(source, Simulation) else simulate(source)
        scene = self.simulation.scene
        self.pictures = pictures(self.simulation)
        size = scene.size or natural_size(len(panels))
        dpi = scene.dpi or natural_dpi(size, len(panels))
        stage = Stage.of(self.simulation, [step for step, _ in self.pictures], dpi)
        # Copies, since one panel object may be shown in several animations at the same time.
        self.panels = tuple(copy(panel) for panel in panels)
        with matplotlib.style.context(["default", stage.theme.rc]):
            figure = Figure(figsize=(size[0] / stage.dpi, size[1] / stage.dpi), dpi=stage.dpi)
            self.figure = figure
            FigureCanvasAgg(figure)
            self._movers = self._add_artists(figure, stage, size)
        self.colors = _exact_colors(stage)
        self.matte = stage.theme.matte
        super().__init__(
            figure,
            self.turn,
            frames=stage.shown,
            init_func=lambda: self.turn(0),
            interval=1000 / scene.timeline.fps,
            cache_frame_data=False,
        )
        # There is no window to play in: matplotlib's first draw would start a timer and draw the
        # first step over the one that was asked for.
        figure.canvas.mpl_disconnect(vars(self)["_first_draw_id"])
        self._draw_was_started = True
        self._canvas: Any = figure.canvas
        self.turn(0)

    def _add_artists(
        self, figure: Figure, stage: Stage, size: tuple[int, int]
    ) -> list[MovingArtist]:
        """Fill the figure, and return what moves in it outside the panels."""
        layout, scene = lay_out(stage, size, self.panels), stage.scene
        for panel, (x0, y0, x1, y1) in zip(self.panels, layout.panels, strict=True):
            place = (x0 / size[0], y0 / size[1], (x1 - x0) / size[0], (y1 - y0) / size[1])
            panel.setup(figure.add_axes(place, projection=panel.projection), stage)
            _bring_forward(list(panel.update(0)))
        x, y = layout.title
        figure.text(x / size[0], y / size[1], layout.heading, fontsize=11, weight="bold")
        artists: list[MovingArtist] = []
        if layout.legend.lines:
            artists.append(LegendArtist(layout.legend, stage))
        if shows_counter(scene):
            speeds = scene.timeline.speeds(self.pictures)
            artists.append(Counter(layout.counter, speeds, scene.steps, stage.theme, stage.dpi))
        for artist in artists:
            figure.add_artist(artist)
        return [artist for artist in artists if artist.moves]

    def turn(self, step: int) -> list[Artist]:
        """Turn every panel to a step and return what moves, in drawing order."""
        moving = [artist for panel in self.panels for artist in panel.update(step)]
        for artist in self._movers:
            artist.show(step)
        return [*moving, *self._movers]

    def draw(self, step: int) -> Frame:
        """Draw one step completely and return the frame (height, width, 4)."""
        self.turn(step)
        self._canvas.draw()
        return copy_of(self._canvas)

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[Frame, float]]:
        """Yield each picture, or those of a range, as (frame (height, width, 4) uint8, seconds)."""
        for frame, seconds in self.engine().frames(self.pictures[start:stop]):
            yield frame.copy(), seconds

    def engine(self) -> Engine:
        """Return an engine that draws frames; it is valid as long as the figure is not changed."""
        return Engine(self._canvas, self.turn)

    def samples(self, engine: Engine) -> list[Frame]:
        """Return a few frames spread over the animation, from which a palette can be chosen."""
        last = len(self.pictures) - 1
        chosen = sorted({round(i * last / (_SAMPLES - 1)) for i in range(_SAMPLES)})
        return [frame.copy() for frame, _ in engine.frames(self.pictures[i] for i in chosen)]

    def known(self, engine: Engine) -> dict[str, Any]:
        """Return what is known before the first frame is drawn, as options of ``export.write``.

        With it every encoder can start at the first frame instead of collecting some first.
        """
        return {
            "colors": self.colors,
            "matte": self.matte,
            "samples": self.samples(engine),
            "rate": self.simulation.scene.timeline.fps,
        }

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show the animation where it is the last line of a notebook's cell."""
        from animopt.notebook import bundle

        return bundle(self)

    def save(  # type: ignore[override]
        self, filename: str | Path, writer: Any = None, fps: float | None = None, **options: Any
    ) -> None:
        """Write a file, with animopt's own encoders unless a matplotlib writer is given.

        Args:
            filename: the suffix picks the format.
            writer: a matplotlib writer, used as for any matplotlib animation.
            fps: frames per second; the scene's by default.
            options: those of ``animopt.export.write``, such as loop, quality and metadata; or those
                of ``matplotlib.animation.Animation.save``, such as dpi.
        """
        from animopt import export

        if writer is None and options.keys() & _SAVE_OPTIONS:
            writer = f"animopt-{export.check_path(filename).name}"
        if writer is not None:
            with _ffmpeg_for_matplotlib():
                super().save(filename, writer=writer, fps=fps, **options)  # type: ignore[arg-type]
            return
        engine = self.engine()
        shown, known = self.pictures, self.known(engine)
        if fps is not None:
            clock = replace(self.simulation.scene.timeline, fps=fps)
            shown, known["rate"] = pictures(self.simulation, clock), fps
        export.write(engine.frames(shown), filename, **known | options)

    def to_html5_video(self, embed_limit: float | None = None) -> str:
        """Return a video tag, as matplotlib does, with animopt's ffmpeg if there is no other."""
        with _ffmpeg_for_matplotlib():
            return super().to_html5_video(embed_limit)


def _ffmpeg_for_matplotlib() -> AbstractContextManager[object]:
    """Let matplotlib use animopt's ffmpeg where it does not find one by itself."""
    from animopt.export.mp4 import ffmpeg

    if shutil.which(matplotlib.rcParams["animation.ffmpeg_path"]):
        return nullcontext()
    try:
        return matplotlib.rc_context({"animation.ffmpeg_path": ffmpeg()})
    except ExportError:
        return nullcontext()


def _bring_forward(moving: Sequence[Artist]) -> None:
    """Raise the moving artists of each axes in front of the others, keeping their order."""
    for axes in {artist.axes for artist in moving if artist.axes is not None}:
        movers = [artist for artist in moving if artist.axes is axes and artist is not axes]
        still = [artist.get_zorder() for artist in axes.get_children() if artist not in movers]
        lift = 1 + max(still) - min((a.get_zorder() for a in movers), default=math.inf)
        for artist in movers if lift > 0 else ():
            artist.set_zorder(artist.get_zorder() + lift)


def _exact_colors(stage: Stage) -> tuple[str, ...]:
    look = stage.theme
    runs = dict.fromkeys(run.color for run in stage.runs)
    return tuple(to_hex(color) for color in (*runs, look.paper, look.ink, look.faint))
