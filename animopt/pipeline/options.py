"""Options: what flags and keywords change in a scene."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import Any

from animopt.errors import InvalidInput, check_keywords, short
from animopt.pipeline.budget import parse_bytes
from animopt.pipeline.destinations import Destination, destination
from animopt.pipeline.settings import configured
from animopt.scene import Look, Scene, Timeline
from animopt.scene.space import Orbit
from animopt.sizes import Size, read_size


@dataclass(frozen=True, kw_only=True)
class Options:
    """What to change in every scene; None keeps the scene's own choice.

    Args:
        title: the line above the picture.
        labels: show the labels beside the moving points, or do not.
        colorbar: show which colour is which height, or do not.
        levels: how many contour lines, or their heights: (1, 10, 100), or "1,10,100".
        start: (x, y), or "-7,2".
        steps: the number of updates.
        bounds: ((x0, x1), (y0, y1)), or "x0,x1,y0,y1".
        noise: the standard deviation of the noise on the gradient.
        seed: the seed of that noise.
        view: "contour", "surface" or "both".
        panels: what is shown side by side, in place of a view: "contour,loss", or a list.
        fps: frames a second.
        speedup: steps per frame, from the step ``after`` on, in place of the scene's speeds.
        after: the last step at the normal speed of one step per frame.
        hold: extra seconds on the last picture.
        duration: the total in seconds, or "8s", holds included. Time is then warped by how much
            the picture changes: plateaus pass quickly, the fast early steps slowly.
        warp: False keeps the scene's speeds instead, scaled to fit the duration.
        first, last: the steps with which the animation begins and ends.
        size: (width, height) in pixels, or "640x480"; on paper "3.3in", "3.3x2.5in" or "8cm".
        dpi: pixels per inch; text and lines scale with it.
        quality: "draft", "medium" or "high".
        loop: how often it plays in all; 0, the default, is for ever.
        theme: the name of a theme.
        style: a matplotlib style sheet applied over the theme: a file, or a style's name.
        markers: a different marker for every optimizer, or markers by label.
        colors: the colours of runs by label, such as {"Adam": "#c00"}.
        destination: where it will be shown, a name in
            ``animopt.pipeline.destinations.DESTINATIONS``; sets the format, size, fps and loop
            unless they are given, and the slides theme where neither they nor the scene name one.
        elev: the camera's height in space, in degrees.
        azim: the camera's direction in space, in degrees.
        orbit: turns of the camera around the surface.
        max_size: the limit of a file's bytes, such as "2MB": frames a second, size and colours are
            reduced to meet it, in this order; a page that varies is refused above it, or 20 MB.
        poster: also write the first and the last picture, as PNG beside each file.
        embed: store the text of the scene's file, and of what it imports from its folder, in each
            written file; ``animopt info --source`` prints it.
        settings: hyperparameters by name, such as {"lr": 0.1, "adam.beta1": 0.8}: a field of every
            optimizer that has it, or of the one with that label (or of that class).
        vary: what the reader of a page may choose from: values by the name of a setting, such as
            {"Adam.lr": np.geomspace(1e-3, 1, 20), "start": (7, 7)}, or texts such as "0.001..1:20";
            two settings that vary together are "Momentum.lr x Momentum.momentum" and a pair.
        optimizers: those that descend an expression, each as "NAME:field=value,...".
        limits: limits of an expression that are raised, each as "NAME=NUMBER".
        surface: the name of the surface below the runs of files, in place of paper.
        look: any other field of a look by name, such as {"trail": 20}.
    """

    title: str | None = None
    labels: bool | None = None
    colorbar: bool | None = None
    levels: str | int | Sequence[float] | None = None
    start: str | Sequence[float] | None = None
    steps: int | None = None
    bounds: str | Sequence[Sequence[float]] | None = None
    noise: float | None = None
    seed: int | None = None
    view: str | None = None
    panels: str | Sequence[Any] | None = None
    fps: float | None = None
    speedup: float | None = None
    after: int | None = None
    hold: float | None = None
    duration: str | float | None = None
    warp: bool | None = None
    first: int | None = None
    last: int | None = None
    size: str | Size | None = None
    dpi: float | None = None
    quality: str = "medium"
    loop: int | None = None
    theme: str | None = None
    style: str | Path | None = None
    markers: bool | Mapping[str, str] | None = None
    colors: Mapping[str, str] | None = None
    destination: str | None = None
    elev: float | None = None
    azim: float | None = None
    orbit: float | None = None
    max_size: str | int | None = None
    poster: bool = False
    embed: bool = False
    settings: Mapping[str, Any] | None = None
    vary: Mapping[str, Any] | None = None
    optimizers: Sequence[str] | None = None
    limits: Sequence[str] | None = None
    surface: str | None = None
    look: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, call: str, given: Mapping[str, Any]) -> Options:
        """Return the options of a call, among which may be any field of a look.

        Raises:
            InvalidInput: one is unknown, or has a wrong value.
        """
        own = {f.name for f in fields(cls)} - {"look"}
        known = [*own, *(f.name for f in fields(Look) if f.name not in own)]
        check_keywords(call, given, known)
        more = {name: value for name, value in given.items() if name not in own}
        return cls(**{name: given[name] for name in given if name in own}, look=more)

    def __post_init__(self) -> None:
        for name, parse in _PARSERS.items():
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, parse(name, value))
        if self.after is not None and self.speedup is None:
            raise InvalidInput(
                f"after={self.after} needs speedup; give the steps per frame from there on"
            )
        if self.after is not None and self.after < 1:
            raise InvalidInput(f"after={self.after}: give a step >= 1, or leave it out")
        if self.speedup is not None and self.duration is not None:
            raise InvalidInput(
                f"speedup={self.speedup:g} and duration={float(self.duration):g} contradict "
                "each other, since a duration sets the speed; give one of them"
            )
        if self.duration is not None and self.warp is None:
            object.__setattr__(self, "warp", True)
        if self.speedup is not None and self.warp:
            raise InvalidInput(f"speedup={self.speedup:g} and warp contradict each other; give one")
        if self.panels is not None and self.view is not None:
            raise InvalidInput(f"view={self.view!r} and panels={self.panels!r}: give one of them")
        if isinstance(self.panels, str):
            object.__setattr__(self, "panels", tuple(map(str.strip, self.panels.split(","))))
        if self.destination is not None:
            place = destination(self.destination)
            for name in ("size", "fps", "loop"):
                if getattr(self, name) is None:
                    object.__setattr__(self, name, getattr(place, name))

    @property
    def place(self) -> Destination | None:
        """The destination, if one is named."""
        return None if self.destination is None else destination(self.destination)


_NAMES = frozenset(f.name for f in fields(Options))


def apply(options: Options, scene: Scene) -> Scene:
    """Return the scene with the changes that the options ask for.

    Raises:
        InvalidInput: a value is out of range, a setting matches no optimizer of the scene, or a
            camera is asked for where nothing is shown in space.
    """
    scene = scene.replace(**{**options.look, **_own(options, scene)})
    clock = _shared(options, Timeline) | _given(hold_last=options.hold)
    last = scene.problem.steps
    if options.after is not None and options.after >= last:
        raise InvalidInput(f"after={options.after} is past the scene's last step, {last}")
    if options.speedup is not None:
        clock |= {
            "speed": {0: 1.0, options.after or 0: options.speedup},
            "duration": None,
            "warp": False,
        }
    space = scene.space
    if options.orbit is not None:
        space = replace(space, camera=Orbit(options.orbit))
    changed = scene.replace(
        optimizers=configured(scene.problem.optimizers, options.settings or {}, _NAMES),
        timeline=replace(scene.timeline, **clock),
        space=space,
    )
    for name, value in _given(orbit=options.orbit, elev=options.elev, azim=options.azim).items():
        if not _is_in_space(changed):
            raise InvalidInput(
                f"{name}={value:g} is for a camera in space, and nothing is shown there; "
                "add view='surface' or 'both' (--view surface)"
            )
    return changed


def _own(options: Options, scene: Scene) -> dict[str, Any]:
    """Return what the options say of the fields of a scene that bear the same names.

    Slides are in the theme for them, where neither the options nor the scene name another one.
    """
    given = {n: value for n, value in _shared(options, Scene).items() if n not in _MADE_OF}
    on_slides = options.place is not None and options.place.slides
    if on_slides and "theme" not in options.look and scene.theme == Look.theme:
        given.setdefault("theme", "slides")
    # A view given as an option replaces the scene's panels.
    return {"panels": None, **given} if options.view is not None else given


def _shared(options: Options, kind: type[Any]) -> dict[str, Any]:
    """Return the given options that are fields of a dataclass, too."""
    names = {f.name for f in fields(Options)} & {f.name for f in fields(kind)}
    return _given(**{name: getattr(options, name) for name in names})


def _is_in_space(scene: Scene) -> bool:
    return any(p == "surface" or getattr(p, "projection", "") == "3d" for p in scene.shown_panels)


# What makes a scene of an expression or of a file of runs; a scene from elsewhere has its own.
_MADE_OF = {"surface", "optimizers"}


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise InvalidInput(f"{name}={short(value)}: give a finite number")
    return value if isinstance(value, int) else float(value)


def whole(name: str, value: Any) -> int:
    """Return a whole number as an int, or raise InvalidInput."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise InvalidInput(f"{name}={short(value)}: {name} must be a whole number")
    return int(value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"{name}={short(value)}: give a name")
    return value


def _seconds(name: str, value: Any) -> float:
    try:
        return _number(name, float(value.removesuffix("s")) if isinstance(value, str) else value)
    except ValueError:
        raise InvalidInput(f"{name}={short(value)}: give seconds, such as 8 or 8s") from None


def _style(name: str, value: Any) -> str | Path:
    return Path(value) if isinstance(value, PathLike) else _text(name, value)


def _numbers(name: str, value: Any, count: int, form: str) -> Any:
    """Return numbers between commas; what is no text is left to the scene."""
    if not isinstance(value, str):
        return value
    try:
        numbers = [float(part) for part in value.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != count:
        raise InvalidInput(f"{name}={value!r}: write {form}, {count} numbers between commas")
    return numbers


def _levels(name: str, value: Any) -> Any:
    """Return a whole number as one, and several as they are."""
    if not isinstance(value, str):
        return value
    if value.strip().isdecimal():
        return int(value)
    return _numbers(name, value, value.count(",") + 1, "N, or heights as Z0,Z1")


def _bounds(name: str, value: Any) -> Any:
    numbers = _numbers(name, value, 4, "X0,X1,Y0,Y1")
    return (numbers[:2], numbers[2:]) if isinstance(value, str) else value


_SUCH = {"settings": "0.1", "vary": "'0.001..1:20'"}


def _settings(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(target, str) for target in value):
        raise InvalidInput(
            f"{name}={short(value)}: give values by name, such as {{'adam.lr': {_SUCH[name]}}}"
        )
    return value


_PARSERS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(("fps", "speedup", "hold", "dpi", "elev", "azim", "orbit", "noise"), _number),
    **dict.fromkeys(("after", "first", "last", "loop", "steps", "seed"), whole),
    **dict.fromkeys(("view", "theme", "destination", "quality", "title"), _text),
    "start": lambda name, value: _numbers(name, value, 2, "X,Y"),
    "bounds": lambda name, value: _bounds(name, value),
    "levels": _levels,
    "duration": _seconds,
    "style": _style,
    "size": lambda name, value: read_size(name, value) if isinstance(value, str) else value,
    "max_size": lambda name, value: parse_bytes(value),
    "settings": _settings,
    "vary": _settings,
}
"""What an option is read with: a function of its name and the given value."""


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
