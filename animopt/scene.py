"""Scene: what is to be shown, as plain data; and load_scenes, which runs a scene file."""

from __future__ import annotations

import math
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field, fields, replace
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar

from animopt import surfaces
from animopt.checks import (
    as_number,
    check_angles,
    check_flags,
    check_guides,
    check_line,
    check_size,
    check_start,
    check_steps,
    check_whole,
    check_zlim,
)
from animopt.errors import ExportError, InvalidInput, Suggesting, call, check_choice, closest, short
from animopt.optimizers import Optimizer, catalogue
from animopt.picture import MARKS, VIEWS, check_basins, check_forces, check_panels
from animopt.space import Space
from animopt.surfaces.surface import Surface, check_bounds
from animopt.timeline import Timeline
from animopt.typing import Array, Bounds, Points

if TYPE_CHECKING:
    from animopt.animate import SceneAnimation

_HERE = str(Path(__file__).parent)
# The folder of each module that a scene file imported from beside itself.
_NEIGHBOURS: dict[str, str] = {}
# What a timeline or a space is told, and not the scene.
_ELSEWHERE = {
    **{f.name: f"timeline=Timeline({f.name}=...)" for f in fields(Timeline)},
    **{f.name: f"space=Space({f.name}=...)" for f in fields(Space)},
    "orbit": "space=Space(camera=Orbit(1))",
}


@dataclass(frozen=True, eq=False)
class Scene(Suggesting):
    """A surface, the optimizers that descend it, and how they are to be shown.

    Args:
        surface: a Surface, or a plain f(x, y) together with ``bounds``.
        optimizers: a list, or {label: optimizer}; labels must differ.
        start: (x, y), or an (n, 2) array of starts for an ensemble.
        steps: the number of updates; they give steps + 1 points.
        title: the line above the picture.
        view: "contour", "surface" or "both" side by side: short for ``panels``.
        panels: what is shown side by side, instead of a view: names such as "contour", "loss" and
            "table" (``animopt.picture.PANELS``), or objects as in ``animopt.animate.Panel``.
        timeline: the clock that all optimizers share.
        bounds: the part of the plane to show; the surface's own by default.
        zlim: (lowest, highest) height to show; chosen from the surface by default.
        noise: the standard deviation of the noise on each component of the gradient.
        seed: the seed of that noise, which is the same for every optimizer.
        labels: show the optimizers' labels beside the moving points.
        legend: show a legend; by default only if the labels are not shown.
        counter: show the step counter.
        guides: curves in the plane to draw as an aid, each an (m, 2) array.
        minima: mark the surface's known minima with a "disc" (or True) or a "star"; False: do not.
        saddles: mark the surface's known saddle points with crosses.
        arrows: show the field of negative gradients behind the paths.
        basins: the label of an optimizer; each point of the ground is tinted by the known minimum
            that this optimizer reaches from there without noise.
        forces: arrows at each point: "gradient", the negative gradient, and "momentum", the
            velocity, which is the last step.
        trail: the number of past steps that a path shows; all by default.
        fade: let paths fade with age.
        elev, azim: the camera angles in degrees; chosen for the scene by default.
        space: how the surface is shown in three dimensions, as in Space(camera=Orbit(1)).
        size: (width, height) in pixels; by default 640 x 480 for each view side by side.
        dpi: pixels per inch, which scales text and lines; chosen from the size by default.
        theme: the name of a theme.
        style: a matplotlib style sheet on top of the theme: a file, or the name of a known one.
        markers: give each optimizer its own marker shape; by default the theme decides.
    """

    _elsewhere: ClassVar[Mapping[str, str]] = _ELSEWHERE

    surface: Surface
    optimizers: tuple[Optimizer, ...]
    start: Points
    steps: int
    _: KW_ONLY
    title: str | None = None
    view: str = "contour"
    panels: Sequence[Any] | None = None
    timeline: Timeline = field(default_factory=Timeline)
    bounds: Bounds = None  # type: ignore[assignment]  # __post_init__ takes those of the surface
    zlim: tuple[float, float] | None = None
    noise: float = 0.0
    seed: int = 0
    labels: bool = False
    legend: bool | None = None
    counter: bool = True
    guides: Sequence[Array] = ()
    minima: bool | str = True
    saddles: bool = False
    arrows: bool = False
    basins: str | None = None
    forces: Sequence[str] = ()
    trail: int | None = None
    fade: bool = False
    elev: float | None = None
    azim: float | None = None
    space: Space = field(default_factory=Space)
    size: tuple[int, int] | None = None
    dpi: float | None = None
    theme: str = "light"
    style: str | Path | None = None
    markers: bool | None = None

    def __post_init__(self) -> None:
        surface = _surface(self.surface, self.bounds)
        bounds = surface.bounds if self.bounds is None else self.bounds
        _set(self, "surface", surface)
        _set(self, "bounds", check_bounds(bounds, "Scene"))
        _set(self, "optimizers", _optimizers(self.optimizers))
        _set(self, "start", check_start(self.start))
        paths = len(self.optimizers) * self.start.size // 2
        _set(self, "steps", check_steps(self.steps, paths))
        _set(self, "seed", check_whole("seed", self.seed, 0))
        if self.title is not None:
            check_line("Scene(title=...)", self.title)
        check_choice("Scene", "view", self.view, VIEWS)
        _set(self, "panels", None if self.panels is None else check_panels(self.panels))
        _set(self, "forces", check_forces(self.forces))
        if not isinstance(self.minima, bool):
            check_choice("Scene", "minima", self.minima, MARKS)
        chosen = [name for name in ("legend", "markers") if getattr(self, name) is not None]
        check_flags("Scene", self, "labels", "counter", "saddles", "arrows", "fade", *chosen)
        if self.basins is not None:
            check_basins(self.basins, self.labelled, surface)
        if self.trail is not None:
            _set(self, "trail", check_whole("trail", self.trail, 1))
        if not isinstance(self.timeline, Timeline):
            raise InvalidInput(f"Scene(timeline={self.timeline!r}): give Timeline(fps=25, ...)")
        if not 0 <= as_number(self.noise) < math.inf:
            raise InvalidInput(f"Scene(noise={self.noise!r}): noise must be a number >= 0")
        if self.zlim is not None:
            _set(self, "zlim", check_zlim(self.zlim))
        check_angles("Scene", elev=self.elev, azim=self.azim)
        if not isinstance(self.space, Space):
            raise InvalidInput(f"Scene(space={short(self.space)}): give Space(camera=..., ...)")
        _set(self, "size", None if self.size is None else check_size(self.size))
        if self.dpi is not None and not 20 <= as_number(self.dpi) <= 600:
            raise InvalidInput(f"Scene(dpi={self.dpi!r}): give 20 to 600 pixels per inch")
        _set(self, "guides", check_guides(self.guides))

    @property
    def labelled(self) -> dict[str, Optimizer]:
        """The optimizers by label."""
        return {optimizer.label: optimizer for optimizer in self.optimizers}

    @property
    def marks(self) -> dict[str, tuple[tuple[float, float], ...]]:
        """The known points that are marked, by the shape of the mark, in drawing order."""
        marks = {}
        if self.saddles:
            marks["cross"] = self.surface.saddles
        if self.minima:
            marks["disc" if self.minima is True else self.minima] = self.surface.minima
        return marks

    @property
    def shown_panels(self) -> tuple[Any, ...]:
        """The panels, or those that the view is short for."""
        return VIEWS[self.view] if self.panels is None else tuple(self.panels)

    @property
    def is_ensemble(self) -> bool:
        """Whether there are many starts rather than one."""
        return self.start.ndim == 2

    def replace(self, **changes: Any) -> Scene:
        """Return a copy with other settings."""
        return replace(self, **changes)

    def animation(self) -> SceneAnimation:
        """Return the animation of the scene's own view."""
        from animopt.animate import animation

        return animation(self)

    def show(self, **options: Any) -> None:
        """Show the scene below a notebook cell; options: view, quality, size, ..."""
        from animopt.notebook import show

        show(self, **options)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show the scene if it is the last line of a notebook cell."""
        from animopt.notebook import bundle

        return bundle(self)


def check_scene(call: str, given: Any) -> None:
    """Raise InvalidInput, which names the call, for anything but a Scene."""
    if not isinstance(given, Scene):
        raise InvalidInput(f"{call}({short(given)}): give a Scene, got {type(given).__name__}")


def load_scenes(path: str | Path) -> dict[str, Scene]:
    """Run a scene file and return its module-level scenes by name, in the order of the file.

    Like a script, the file may import modules from its own folder. A scene with two names is
    returned once, under the first.

    Raises:
        InvalidInput: there is no such file, it raises an exception (the message names the line),
            or it defines no Scene.
    """
    path = Path(path)
    check_file(path)
    try:
        source = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"cannot read the scene file {path}: {error.strerror}") from None
    name = f"animopt_scene_{path.stem}"
    # The module stays registered: dataclasses, pickle and type hints look it up by name.
    module = sys.modules[name] = ModuleType(name)
    module.__file__ = str(path)
    with _importing_from(path.resolve().parent), scene_errors(path):
        exec(compile(source, str(path), "exec", dont_inherit=True), vars(module))
    scenes: dict[str, Scene] = {}
    for name, value in vars(module).items():
        if isinstance(value, Scene) and value not in scenes.values():
            scenes[name] = value
    if not scenes:
        raise InvalidInput(
            f"{path} holds no Scene; assign one at module level: "
            "scene = Scene(surface, optimizers, start, steps)"
        )
    return scenes


@contextmanager
def _importing_from(folder: Path) -> Iterator[None]:
    """Let imports find the modules of this folder, rather than namesakes in another scene's."""
    for name in [name for name, other in _NEIGHBOURS.items() if other != str(folder)]:
        sys.modules.pop(name, None)
        del _NEIGHBOURS[name]
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None) or ""
            if file.startswith(str(folder / name.partition(".")[0])):
                _NEIGHBOURS[name] = str(folder)


@contextmanager
def scene_errors(path: str | Path) -> Iterator[None]:
    """Report an exception of a scene file, or of its functions, with the line in that file.

    Raises:
        InvalidInput: "mine.py, line 7: ZeroDivisionError: division by zero", for an exception that
            passed through a line of the file, and for an InvalidInput from elsewhere, which is
            about the scene too; any other exception is raised unchanged.
    """
    try:
        yield
    except ExportError:
        raise
    except (Exception, SystemExit) as error:
        what = str(error)
        where = _location(error.__cause__, str(path)) or _location(error, str(path))
        if isinstance(error, SyntaxError) and error.filename in (str(path), None):
            what, where = error.msg, f"{path}, line {error.lineno}" if error.lineno else ""
        elif not where and not isinstance(error, InvalidInput):
            raise
        if not isinstance(error, InvalidInput):
            what = f"{type(error).__name__}: {what}{_suggestion(error)}".rstrip(": ")
        raise InvalidInput(f"{where or path}: {what}") from error


def _location(error: BaseException | None, path: str) -> str:
    """Return the last line that an error passed through, in the file or else in other user code."""
    trace = error.__traceback__ if error else None
    frames = [(f.f_code, line) for f, line in traceback.walk_tb(trace)]
    own = [(code, line) for code, line in frames if code.co_filename == path]
    called = [
        (code, line)
        for (caller, _), (code, line) in pairwise(frames)
        if caller is call.__code__ and not code.co_filename.startswith(_HERE)
    ]
    locations = [f"{code.co_filename}, line {line}" for code, line in own or called]
    return locations[-1] if locations else ""


def check_file(path: Path) -> None:
    """Raise InvalidInput for a path that is not a scene file, before it is read."""
    if path.is_dir():
        raise InvalidInput(f"{path} is a folder; name a scene file in it")
    if path.suffix != ".py":
        raise InvalidInput(f"{path} is not a scene file: one is written in Python and ends in .py")
    if not path.is_file():
        raise InvalidInput(f"no scene file {path}; `animopt new {path}` writes one to start from")


def _suggestion(error: BaseException) -> str:
    """Return a suggestion for the misspelt name of a variable, an attribute or an import."""
    if isinstance(error, AttributeError) and error.name:
        return closest(error.name, _names(error.obj))
    if isinstance(error, NameError) and error.name:
        *_, (frame, _) = traceback.walk_tb(error.__traceback__)
        return closest(error.name, {**frame.f_globals, **frame.f_locals})
    if isinstance(error, ImportError):
        match = re.match(r"cannot import name '(\w+)'", str(error))
        return closest(match[1], _names(sys.modules.get(error.name or ""))) if match else ""
    return ""


def _names(owner: Any) -> list[str]:
    """Return the attributes to suggest: of a module those it exports, if it says which."""
    return list(getattr(owner, "__all__", None) or dir(owner))


def _set(scene: Scene, name: str, value: Any) -> None:
    object.__setattr__(scene, name, value)


def _surface(given: Any, bounds: Any) -> Surface:
    if isinstance(given, Surface):
        return given
    name = given if isinstance(given, str) else getattr(given, "__name__", "")
    if name in surfaces.catalogue() and given in (name, surfaces.catalogue()[name]):
        raise InvalidInput(f"Scene(surface={name}): write surfaces.{name}()")
    if not callable(given):
        raise InvalidInput(
            f"Scene(surface={short(given)}): give a Surface, or a function f(x, y) with bounds"
        )
    if bounds is None:
        raise InvalidInput(
            "Scene(surface): a plain function also needs bounds=((x0, x1), (y0, y1))"
        )
    return Surface(given, bounds=bounds)


def _optimizers(given: Any) -> tuple[Optimizer, ...]:
    if isinstance(given, Mapping):
        _check_optimizers(list(given.values()))
        for label in given:
            check_line("Scene(optimizers=...): a label", label)
        given = [optimizer.replace(label=label) for label, optimizer in given.items()]
    if not isinstance(given, Iterable) or isinstance(given, str):
        given = [given]
    checked: tuple[Optimizer, ...] = tuple(given)
    _check_optimizers(checked)
    if not checked:
        raise InvalidInput("Scene(optimizers=[]): give at least one optimizer")
    seen: dict[str, Optimizer] = {}
    for optimizer in checked:
        check_line("Scene(optimizers=...): a label", optimizer.label)
        if optimizer.label in seen:
            raise InvalidInput(
                f"Scene: two optimizers have the label {optimizer.label!r}: "
                f"{seen[optimizer.label]} and {optimizer}; give one of them label='...'"
            )
        seen[optimizer.label] = optimizer
    return checked


def _check_optimizers(given: Sequence[Any]) -> None:
    for optimizer in given:
        if isinstance(optimizer, type) and issubclass(optimizer, Optimizer):
            name = optimizer.__name__
            raise InvalidInput(f"Scene(optimizers=...): {name} is a class; write {name}(...)")
        if not isinstance(optimizer, Optimizer):
            known = catalogue()
            hint = closest(str(optimizer), known)
            if isinstance(optimizer, str) and optimizer in known:
                hint = f"; write {optimizer}(...)"
            raise InvalidInput(
                f"Scene(optimizers=...): {short(optimizer)} is not an optimizer"
                f"{hint or '; take one from animopt.optimizers, such as Adam(lr=0.1)'}"
            )
