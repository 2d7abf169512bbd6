"""Film: a picture drawn with matplotlib, as a FuncAnimation with a fast path to frames."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from dataclasses import fields, replace
from functools import partial
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import matplotlib
from matplotlib.animation import FuncAnimation
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from animopt import export
from animopt.animate.engine import Engine, copy_of
from animopt.animate.figure import ThemedFigure
from animopt.animate.legend import LegendArtist
from animopt.animate.lettering import CounterArtist, TurningText
from animopt.animate.panels import Panel, drawer, moving
from animopt.animate.text import set_halos, spell
from animopt.animate.writers import registered
from animopt.borrowed import leave_still
from animopt.errors import ExportError, InvalidInput, Suggesting, check_keywords
from animopt.export import PictureFormat
from animopt.files import write_whole
from animopt.picture.clock import clock
from animopt.picture.heading import NOTE, TITLE, note_at, tells_step, title_at
from animopt.picture.picture import Picture, compose
from animopt.picture.stage import look_of
from animopt.runs.simulation import Simulation, simulate
from animopt.typing import Frame

if TYPE_CHECKING:
    from animopt.scene import Look, Scene

_SAMPLES = 8
# Options of ``Animation.save`` that only a matplotlib writer can honour.
_SAVE_OPTIONS = set(signature(FuncAnimation.save).parameters) - {"metadata"}


class Film(FuncAnimation):
    """A picture on its clock, as panels side by side.

    It is an ordinary FuncAnimation; ``frames``, and ``save`` without a matplotlib writer, take a
    faster path to the same frames.

    Attributes:
        picture: what is to be seen.
        figure: where it is drawn.
        panels: who draws each panel, in its own axes.
        pictures: (step, seconds) of each frame.
    """

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.pictures = list(picture.clock)
        # Copies, since one panel object may be shown in several animations at the same time.
        self.panels: tuple[Panel, ...] = tuple(copy(drawer(panel)) for panel in picture.panels)
        self.figure = figure = ThemedFigure(
            picture.theme, picture.size, picture.dpi, picture.resolution
        )
        self._drawing = figure.drawing
        with self._drawing:
            FigureCanvasAgg(figure)
            self._movers = self._add_artists(figure)
        super().__init__(
            figure,
            self.turn,
            frames=picture.shown,
            init_func=lambda: self.turn(0),
            interval=1000 / picture.fps,
            cache_frame_data=False,
        )
        leave_still(self)
        self._canvas: Any = figure.canvas
        self.turn(0)

    @property
    def colors(self) -> tuple[str, ...]:
        """The colours that a palette must hold exactly, as "#rrggbb"."""
        return self.picture.colors

    @property
    def matte(self) -> str | None:
        """The colour that a GIF blends edges into where the paper is transparent, else None."""
        return self.picture.theme.matte

    def _add_artists(self, figure: Figure) -> list[Any]:
        """Fill the figure, and return what moves in it outside the panels."""
        picture, layout = self.picture, self.picture.layout
        wide, tall = picture.size
        for panel, (x0, y0, x1, y1) in zip(self.panels, layout.panels, strict=True):
            place = (x0 / wide, y0 / tall, (x1 - x0) / wide, (y1 - y0) / tall)
            panel.setup(_axes(figure, place, panel), picture)
            _bring_forward(moving(panel, 0))
        x, y = layout.title
        style: dict[str, Any] = {"fontsize": TITLE * picture.theme.letters, "weight": "bold"}
        artists: list[Any] = []
        if tells_step(layout.heading):
            told = partial(title_at, layout.heading)
            artists.append(TurningText(x / wide, y / tall, told, picture.theme, **style))
        else:
            title = figure.text(x / wide, y / tall, "", **style)
            spell(title, layout.heading, picture.theme.fonts)
        if layout.notes:
            (x, y), told = layout.note, partial(note_at, layout.notes)
            size = NOTE * picture.theme.letters
            artists.append(TurningText(x / wide, y / tall, told, picture.theme, fontsize=size))
        if layout.legend.lines:
            artists.append(LegendArtist(layout.legend, picture.theme.paper, picture.dpi))
        if picture.counter:
            artists.append(CounterArtist(picture))
        for artist in artists:
            figure.add_artist(artist)
        set_halos(figure, picture.theme, picture.dpi)
        return [artist for artist in artists if artist.moves]

    def turn(self, step: int) -> list[Artist]:
        """Turn every panel to a step and return what moves, in drawing order."""
        with self._drawing:
            moved = [artist for panel in self.panels for artist in moving(panel, step)]
            for artist in self._movers:
                artist.show(step)
        return [*moved, *self._movers]

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
        return Engine(self._canvas, self.turn, self._drawing)

    def samples(self, engine: Engine) -> Iterator[Frame]:
        """Yield a few frames spread over the animation, from which a palette can be chosen.

        The next one may overwrite an array.
        """
        last = len(self.pictures) - 1
        chosen = sorted({round(i * last / (_SAMPLES - 1)) for i in range(_SAMPLES)})
        return (frame for frame, _ in engine.frames(self.pictures[i] for i in chosen))

    def known(self, engine: Engine) -> dict[str, Any]:
        """Return what is known before the first frame is drawn, as options of ``export.write``.

        With it every encoder can start at the first frame instead of collecting some first.
        """
        return {
            "colors": self.colors,
            "matte": self.matte,
            "samples": self.samples(engine),
            "rate": self.picture.fps,
            "resolution": self.picture.resolution,
        }

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Show the animation where it is the last line of a notebook's cell."""
        from animopt.notebook import bundle

        return bundle(self)

    def _repr_html_(self) -> str | None:  # type: ignore[override]
        """Show the animation on a page that sphinx-gallery makes."""
        from animopt.notebook import image

        return image(self)

    def save(  # type: ignore[override]
        self, filename: str | Path, writer: Any = None, fps: float | None = None, **options: Any
    ) -> None:
        """Write a file, with animopt's own formats unless a matplotlib writer is given.

        Args:
            filename: the suffix picks the format.
            writer: a matplotlib writer, used as for any matplotlib animation.
            fps: frames per second; the scene's by default.
            options: those of ``animopt.export.write``, such as loop, quality and metadata; or those
                of ``matplotlib.animation.Animation.save``, such as dpi.
        """
        import animopt.page  # noqa: F401 (registers its format; `save` knows every format)

        if writer is None:
            kind = export.format_of(Path(filename))
            if issubclass(kind, PictureFormat):
                self._save_picture(kind, Path(filename), fps, options)
                return
            if not options.keys() & _SAVE_OPTIONS:
                self._save_frames(filename, fps, options)
                return
            writer = registered(kind)
        with _ffmpeg_for_matplotlib():
            super().save(filename, writer=writer, fps=fps, **options)  # type: ignore[arg-type]

    def _save_frames(self, filename: str | Path, fps: float | None, options: Any) -> None:
        engine = self.engine()
        shown, known = self.pictures, self.known(engine)
        if fps is not None:
            shown, known["rate"] = list(self.retimed(fps)), fps
        export.write(engine.frames(shown), filename, **known | options)

    def _save_picture(
        self, kind: type[PictureFormat], path: Path, fps: float | None, options: Any
    ) -> None:
        for name in options:
            if name in kind.unused:
                raise InvalidInput(f"save({path}): {kind.because}; leave out {name}")
        dpi = options.pop("dpi", None)
        settings = export.Settings.of(options)
        kind.check(settings)
        write_whole(path, kind.file(self.recomposed(kind.spare, fps, dpi), settings))

    def recomposed(self, spare: Sequence[str], fps: float | None, dpi: float | None) -> Picture:
        """Return the picture at a frame rate and scale, with spare panels where they are known."""
        if dpi is not None:
            raise InvalidInput(f"save(dpi={dpi}): the picture of a Film has its dpi; leave it out")
        if fps is None:
            return self.picture
        return replace(self.picture, clock=self.retimed(fps), fps=fps)

    def retimed(self, fps: float) -> tuple[tuple[int, float], ...]:
        """Return the clock at another frame rate."""
        rate = fps / self.picture.fps
        return tuple((step, seconds / rate) for step, seconds in self.picture.clock)

    def to_html5_video(self, embed_limit: float | None = None) -> str:
        """Return a video tag, as matplotlib does, with animopt's ffmpeg if there is no other."""
        with _ffmpeg_for_matplotlib():
            return super().to_html5_video(embed_limit)


class SceneAnimation(Film, Suggesting):
    """The film of a scene or a simulation, with its own panels or with others.

    Any field of a look may be given besides: ``SceneAnimation(scene, theme="dark", trail=20)``.
    """

    _examples: ClassVar[Mapping[str, str]] = {"source": "Scene(...)"}

    def __init__(
        self,
        source: Scene | Simulation[Any],
        panels: Sequence[Any] | None = None,
        look: Look | None = None,
        **changes: Any,
    ) -> None:
        self.simulation = source if isinstance(source, Simulation) else simulate(source)
        self.look = look_of(self.simulation, look)
        if changes:
            check_keywords(type(self).__name__, changes, [f.name for f in fields(self.look)])
            self.look = self.look.replace(**changes)
        self._chosen = panels
        super().__init__(compose(self.simulation, self.look, panels))

    def recomposed(self, spare: Sequence[str], fps: float | None, dpi: float | None) -> Picture:
        """Return the picture at a frame rate and scale, with panels that a reader may choose."""
        look = self.look
        if dpi is not None:  # as in matplotlib, all of the picture grows with it
            wide, tall = (round(side * dpi / self.figure.dpi) for side in self.picture.size)
            look = look.replace(size=(wide, tall), dpi=dpi / self.picture.theme.scale)
        if fps is not None:
            look = look.replace(timeline=replace(look.timeline, fps=fps))
        return compose(self.simulation, look, self._chosen, spare=spare)

    def retimed(self, fps: float) -> tuple[tuple[int, float], ...]:
        """Return the clock at another frame rate, for the same timeline."""
        return clock(self.simulation, self.look, replace(self.look.timeline, fps=fps))


def _ffmpeg_for_matplotlib() -> AbstractContextManager[object]:
    """Let matplotlib use animopt's ffmpeg where it does not find one by itself."""
    from animopt.export.video import ffmpeg

    if shutil.which(matplotlib.rcParams["animation.ffmpeg_path"]):
        return nullcontext()
    try:
        return matplotlib.rc_context({"animation.ffmpeg_path": ffmpeg()})
    except ExportError:
        return nullcontext()


def _axes(figure: Figure, place: tuple[float, float, float, float], panel: Panel) -> Any:
    try:
        return figure.add_axes(place, projection=panel.projection)
    except (ValueError, TypeError) as error:
        raise InvalidInput(
            f"panel {type(panel).__name__}: projection={panel.projection!r}: {error}; choose None "
            "for plain axes, or '3d'"
        ) from error


def _bring_forward(moved: Sequence[Artist]) -> None:
    """Raise the moving artists of each axes in front of the others, keeping their order."""
    for axes in {artist.axes for artist in moved if artist.axes is not None}:
        movers = [artist for artist in moved if artist.axes is axes and artist is not axes]
        still = [artist.get_zorder() for artist in axes.get_children() if artist not in movers]
        lift = 1 + max(still) - min((a.get_zorder() for a in movers), default=math.inf)
        for artist in movers if lift > 0 else ():
            artist.set_zorder(artist.get_zorder() + lift)
