"""SceneAnimation: a FuncAnimation made of panels, with a fast road to frames and files."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib.style
from matplotlib.animation import FuncAnimation
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from animopt.animate.artists import MovingArtist
from animopt.animate.clock import pictures
from animopt.animate.engine import Engine, copy_of
from animopt.animate.layout import Layout, lay_out, natural_dpi, natural_size, shows_counter
from animopt.animate.legend import LegendArtist
from animopt.animate.lettering import Counter
from animopt.animate.stage import Panel, Stage
from animopt.scene import Scene
from animopt.simulation import Simulation, simulate
from animopt.typing import Frame

_SAMPLES = 8


class SceneAnimation(FuncAnimation):
    """The animation of a scene or a simulation, as panels side by side on one clock.

    It is an ordinary FuncAnimation; ``frames`` and ``save`` to a suffix that animopt writes take
    a faster road to the same pictures.

    Attributes:
        simulation: what is shown.
        figure: where it is drawn.
        panels: what is shown side by side, each in axes of its own.
        pictures: (step, seconds) of each picture.
        colors: the colours that a palette must hold exactly, as "#rrggbb".
        matte: where the paper is transparent, the colour that a GIF blends its edges with.
    """

    def __init__(self, source: Scene | Simulation, panels: Sequence[Panel]) -> None:
        self.simulation = source if isinstance(source, Simulation) else simulate(source)
        scene = self.simulation.scene
        self.pictures = pictures(self.simulation)
        size = scene.size or natural_size(len(panels))
        dpi = scene.dpi or natural_dpi(size, len(panels))
        stage = Stage.of(self.simulation, [step for step, _ in self.pictures], dpi)
        # A scene's own panel may be in several animations at a time.
        self.panels = tuple(copy(panel) for panel in panels)
        with matplotlib.style.context(["default", stage.theme.rc]):
            figure = Figure(figsize=(size[0] / stage.dpi, size[1] / stage.dpi), dpi=stage.dpi)
            self.figure = figure
            FigureCanvasAgg(figure)
            self._furniture = self._furnish(figure, stage, size)
        self.colors = tuple(_exact_colors(stage))
        self.matte = stage.theme.matte
        super().__init__(
            figure,
            self.turn,
            frames=[step for step, _ in self.pictures],
            init_func=lambda: self.turn(0),
            interval=1000 / scene.timeline.fps,
            cache_frame_data=False,
        )
        # The first draw would start a timer and redraw the first step over whatever was asked for;
        # there is no window to play in.
        figure.canvas.mpl_disconnect(vars(self)["_first_draw_id"])
        self._draw_was_started = True
        self._canvas: Any = figure.canvas
        self.turn(0)

    def _furnish(self, figure: Figure, stage: Stage, size: tuple[int, int]) -> list[MovingArtist]:
        layout = lay_out(stage, size, self.panels)
        for panel, (x0, y0, x1, y1) in zip(self.panels, layout.panels, strict=True):
            place = (x0 / size[0], y0 / size[1], (x1 - x0) / size[0], (y1 - y0) / size[1])
            panel.setup(figure.add_axes(place, projection=panel.projection), stage)
            _bring_forward(list(panel.update(0)))
        scene = stage.scene
        x, y = layout.title
        figure.text(x / size[0], y / size[1], layout.heading, fontsize=11, weight="bold")
        furniture = _furniture(stage, layout, scene.timeline.speeds(self.pictures))
        for artist in furniture:
            figure.add_artist(artist)
        return [artist for artist in furniture if artist.moves]

    def turn(self, step: int) -> list[Artist]:
        """Turn every panel to a step and return what moves, in drawing order."""
        moving = [artist for panel in self.panels for artist in panel.update(step)]
        for artist in self._furniture:
            artist.show(step)
        return [*moving, *self._furniture]

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
        """Return what draws frames, in one array, for as long as the figure is not changed."""
        return Engine(self._canvas, self.turn)

    def samples(self, engine: Engine) -> list[Frame]:
        """Return a few frames spread over the animation, from which a palette can be chosen."""
        last = len(self.pictures) - 1
        chosen = sorted({round(i * last / (_SAMPLES - 1)) for i in range(_SAMPLES)})
        return [frame.copy() for frame, _ in engine.frames(self.pictures[i] for i in chosen)]

    def known(self, engine: Engine) -> dict[str, Any]:
        """Return what is known before the first frame is drawn, as options of ``export.write``.

        Knowing it, every encoder begins with the first frame and not when enough have come.
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
        """Write a file, by animopt's own road where no matplotlib writer is asked for.

        Args:
            filename: the suffix picks the format.
            writer: any writer of matplotlib, which then does what it does for any animation.
            fps: frames a second, instead of the scene's.
            options: of ``animopt.export.write``: loop, quality, metadata; or, with a writer, of
                ``matplotlib.animation.Animation.save``.
        """
        if writer is not None:
            super().save(filename, writer=writer, fps=fps, **options)  # type: ignore[arg-type]
            return
        from animopt import export

        engine = self.engine()
        film, known = self.pictures, self.known(engine)
        if fps is not None:
            clock = replace(self.simulation.scene.timeline, fps=fps)
            film, known["rate"] = pictures(self.simulation, clock), fps
        export.write(engine.frames(film), filename, **known | options)


def _bring_forward(moving: Sequence[Artist]) -> None:
    """Let what moves in each axes lie, in its own order, in front of all that stands still."""
    for axes in {artist.axes for artist in moving if artist.axes is not None}:
        movers = [artist for artist in moving if artist.axes is axes and artist is not axes]
        still = [artist.get_zorder() for artist in axes.get_children() if artist not in movers]
        lift = 1 + max(still) - min((a.get_zorder() for a in movers), default=math.inf)
        for artist in movers if lift > 0 else ():
            artist.set_zorder(artist.get_zorder() + lift)


def _furniture(
    stage: Stage, layout: Layout, speeds: Sequence[tuple[int, float]]
) -> list[MovingArtist]:
    scene, look = stage.scene, stage.theme
    artists: list[MovingArtist] = []
    if layout.legend.lines:
        artists.append(LegendArtist(layout.legend, stage))
    if shows_counter(scene):
        artists.append(Counter(layout.counter, speeds, scene.steps, look, stage.dpi))
    return artists


def _exact_colors(stage: Stage) -> Iterator[str]:
    look = stage.theme
    runs = dict.fromkeys(run.color for run in stage.runs)
    for color in (*runs, look.paper, look.ink, look.faint):
        yield to_hex(color)
