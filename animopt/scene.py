"""Scene: what is to be shown, as plain data; and load_scenes, which finds scenes in a file."""

from __future__ import annotations

import math
import runpy
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from animopt.errors import InvalidInput, did_you_mean
from animopt.optimizers.base import Optimizer
from animopt.surfaces.surface import Surface, check_bounds
from animopt.timeline import Timeline
from animopt.typing import Array, Bounds, Points

if TYPE_CHECKING:
    from animopt.animate import SceneAnimation

VIEWS = ("contour", "surface", "both")


@dataclass(frozen=True, eq=False)
class Scene:
    """A surface, the optimizers that descend it, and how that is to be shown.

    Args:
        surface: a Surface, or a plain f(x, y) together with ``bounds``.
        optimizers: a list, or {label: optimizer}; labels must differ.
        start: (x, y), or an (n, 2) array of starts for an ensemble.
        steps: the number of updates; they give steps + 1 points.
        title: the line above the picture.
        view: "contour", "surface" or "both" side by side.
        timeline: the clock that all optimizers share.
        bounds: the part of the plane to show; the surface's own by default.
        zlim: (lowest, highest) height to show; chosen from the surface by default.
        noise: standard deviation of the noise on each gradient component.
        seed: of that noise; every optimizer meets the same noise.
        labels: names that follow the points.
        legend: a key of colours; by default where no labels follow the points.
        counter: the step counter.
        guides: curves of the plane to draw as an aid, each an (m, 2) array.
        minima: discs on the surface's known minima.
        arrows: the field of negative gradients behind the paths.
        elev, azim: the camera in degrees; chosen for the scene by default.
        size: (width, height) in pixels; by default 640 x 480 for each view side by side.
        theme: the name of a look.
    """

    surface: Surface
    optimizers: tuple[Optimizer, ...]
    start: Points
    steps: int
    _: KW_ONLY
    title: str | None = None
    view: str = "contour"
    timeline: Timeline = field(default_factory=Timeline)
    bounds: Bounds | None = None
    zlim: tuple[float, float] | None = None
    noise: float = 0.0
    seed: int = 0
    labels: bool = False
    legend: bool | None = None
    counter: bool = True
    guides: Sequence[Array] = ()
    minima: bool = True
    arrows: bool = False
    elev: float | None = None
    azim: float | None = None
    size: tuple[int, int] | None = None
    theme: str = "light"

    def __post_init__(self) -> None:
        surface = self.surface
        if not isinstance(surface, Surface):
            if self.bounds is None:
                raise InvalidInput(
                    "Scene(surface): a plain function needs bounds=((x0, x1), (y0, y1)) beside it"
                )
            surface = Surface(surface, bounds=self.bounds)
        _set(self, "surface", surface)
        _set(self, "bounds", check_bounds(self.bounds or surface.bounds, "Scene"))
        _set(self, "optimizers", _optimizers(self.optimizers))
        _set(self, "start", _start(self.start))
        _set(self, "steps", _steps(self.steps))
        if self.view not in VIEWS:
            raise InvalidInput(f"Scene(view={self.view!r}){did_you_mean(str(self.view), VIEWS)}")
        if not isinstance(self.timeline, Timeline):
            raise InvalidInput(f"Scene(timeline={self.timeline!r}): give Timeline(fps=25, ...)")
        if not (isinstance(self.noise, (int, float)) and 0 <= self.noise < math.inf):
            raise InvalidInput(f"Scene(noise={self.noise!r}): noise must be a number >= 0")
        if self.zlim is not None:
            low, high = self.zlim
            if not -math.inf < low < high < math.inf:
                raise InvalidInput(f"Scene(zlim={self.zlim!r}): give (lowest, highest)")
        guides = tuple(np.asarray(guide, dtype=np.float64) for guide in self.guides)
        for guide in guides:
            if guide.ndim != 2 or guide.shape[1] != 2:
                raise InvalidInput(
                    f"Scene(guides=...): a guide has shape {guide.shape}; give (m, 2) arrays"
                )
        _set(self, "guides", guides)

    @property
    def labelled(self) -> dict[str, Optimizer]:
        """The optimizers by label."""
        return {optimizer.label: optimizer for optimizer in self.optimizers}

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


def load_scenes(path: str | Path) -> dict[str, Scene]:
    """Run a scene file and return its module-level scenes by name, in the order of the file.

    Raises:
        InvalidInput: there is no such file, or it holds no Scene.
        Exception: whatever the file itself raises.
    """
    path = Path(path)
    if path.is_dir():
        raise InvalidInput(f"{path} is a folder; name a scene file in it")
    if not path.is_file():
        raise InvalidInput(f"no scene file {path}; `animopt new {path}` writes a first one")
    scope = runpy.run_path(str(path), run_name="animopt_scene")
    scenes = {name: value for name, value in scope.items() if isinstance(value, Scene)}
    if not scenes:
        raise InvalidInput(
            f"{path} holds no Scene; assign one at module level: "
            "scene = Scene(surface, optimizers, start, steps)"
        )
    return scenes


def _set(scene: Scene, name: str, value: Any) -> None:
    object.__setattr__(scene, name, value)


def _optimizers(given: Any) -> tuple[Optimizer, ...]:
    if isinstance(given, Optimizer):
        given = [given]
    if isinstance(given, Mapping):
        _check_optimizers(list(given.values()))
        given = [optimizer.replace(label=label) for label, optimizer in given.items()]
    checked: tuple[Optimizer, ...] = tuple(given)
    _check_optimizers(checked)
    if not checked:
        raise InvalidInput("Scene(optimizers=[]): give at least one optimizer")
    seen: dict[str, Optimizer] = {}
    for optimizer in checked:
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
            raise InvalidInput(
                f"Scene(optimizers=...): {optimizer!r} is not an optimizer; "
                "take one from animopt.optimizers, or subclass optimizers.Optimizer"
            )


def _start(given: Any) -> Points:
    try:
        start = np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        start = np.empty(0)
    if start.ndim not in (1, 2) or start.shape[-1] != 2 or start.size == 0:
        raise InvalidInput(f"Scene(start={given!r}): give (x, y), or an (n, 2) array of starts")
    if not np.isfinite(start).all():
        raise InvalidInput(f"Scene(start={given!r}): a start must be finite numbers")
    start.flags.writeable = False
    return start


def _steps(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, (int, np.integer)) or given < 1:
        raise InvalidInput(f"Scene(steps={given!r}): steps must be a whole number >= 1")
    return int(given)
