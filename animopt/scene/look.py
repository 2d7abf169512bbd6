"""Look: what decides the picture: view, panels, clock, theme, labels, camera; plain frozen data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any, Self

from animopt.checks import (
    as_number,
    check_angles,
    check_axes,
    check_by_label,
    check_flags,
    check_guides,
    check_levels,
    check_line,
    check_notes,
    check_whole,
    check_zlim,
)
from animopt.errors import InvalidInput, Suggesting, check_choice, short
from animopt.scene.panels import ACROSS, MARKS, VIEWS, check_forces, check_panels
from animopt.scene.space import Space
from animopt.scene.timeline import Timeline
from animopt.sizes import Size, as_size
from animopt.surfaces.surface import check_bounds
from animopt.typing import ABSENT, EMPTY, SHOWN, Array, Bounds, Given, Pair


@dataclass(frozen=True, eq=False, kw_only=True)
class Look(Suggesting):
    """How runs are shown.

    Args:
        title: the line above the picture; "{step}" in it is the step that is shown.
        notes: what is said in a line below the title, by the step from which it stands there until
            the next: {40: "crosses the barrier", 60: ""}.
        view: "contour", "surface" or "both" side by side: short for ``panels``.
        panels: what is shown side by side, instead of a view: names such as "contour", "loss" and
            "table" (``animopt.scene.panels.PANELS``), or objects as in ``animopt.animate.Panel``.
        timeline: the clock that all runs share.
        bounds: the part of the plane to show; the surface's own by default.
        zlim: (lowest, highest) height to show; chosen from the surface by default.
        levels: how many contour lines there are between the colours, or their heights; 16 by
            default, chosen from the heights.
        axes: the names of x, y and the height, such as ("$w_1$", "$w_2$", "loss"), the last of
            which may be left out; or False: pictures of the surface without numbers and names.
        labels: show the runs' labels beside the moving points.
        legend: show a legend; by default only if the labels are not shown.
        counter: show the step counter.
        colorbar: show which colour is which height, beside each picture of the surface.
        guides: curves in the plane to draw as an aid, each an (m, 2) array.
        minima: mark the surface's known minima with a "disc" (or True) or a "star"; False: do not.
        saddles: mark the surface's known saddle points with crosses.
        arrows: show the field of negative gradients behind the paths.
        basins: an optimizer, by its label or its kind; each point of the ground is tinted by the
            known minimum that it reaches from there without noise.
        forces: arrows at each point: "gradient", the negative gradient, and "momentum", the
            velocity, which is the last step.
        trail: the number of past steps that a path shows; all by default.
        fade: let paths fade with age.
        dots: mark every step of a path with a dot.
        elev, azim: the camera angles in degrees; chosen for the scene by default.
        space: how the surface is shown in three dimensions, as in Space(camera=Orbit(1)).
        size: (width, height) in pixels, by default 640 x 480 for each view side by side; or text,
            also for a size on paper, where type has its size in points: "3.3in", "8x6cm".
        dpi: pixels per inch, which scales text and lines; chosen from the size by default, and 300
            on paper.
        theme: the name of a theme.
        x: what the curves run over: "steps", "evaluations" (of value, gradient and Hessian
            together) or "seconds".
        style: a matplotlib style sheet on top of the theme: a file, or the name of a known one.
        markers: give each run its own marker shape, by default the theme decides; or the markers
            of runs by label, {"Adam": "s"}, from o, s, ^, D, v, p, * and P.
        colors: the colours of runs by label, {"Adam": "#c00"}; the others have the theme's.
    """

    title: str | None = None
    notes: Mapping[int, str] = field(default_factory=dict)
    view: str = "contour"
    panels: Given[object, tuple[Any, ...] | None] = ABSENT
    timeline: Timeline = field(default_factory=Timeline)
    bounds: Given[Sequence[Pair] | None, Bounds] = ABSENT
    zlim: Given[Pair | None, tuple[float, float] | None] = ABSENT
    levels: Given[int | Sequence[float] | None, int | tuple[float, ...] | None] = ABSENT
    axes: Given[bool | Sequence[str], bool | tuple[str, ...]] = SHOWN
    labels: bool = False
    legend: bool | None = None
    counter: bool = True
    colorbar: bool = False
    guides: Given[Iterable[Any], tuple[Array, ...]] = EMPTY
    minima: bool | str = True
    saddles: bool = False
    arrows: bool = False
    basins: str | None = None
    forces: Given[str | Sequence[str], tuple[str, ...]] = EMPTY
    trail: int | None = None
    fade: bool = False
    dots: bool = False
    elev: float | None = None
    azim: float | None = None
    space: Space = field(default_factory=Space)
    size: Given[Sequence[int] | Size | str | None, Size | None] = ABSENT
    dpi: float | None = None
    theme: str = "light"
    style: str | Path | None = None
    x: str = "steps"
    markers: bool | Mapping[str, str] | None = None
    colors: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if self.bounds is not None:
            _set(self, "bounds", check_bounds(self.bounds, "Scene"))
        if self.title is not None:
            check_line("Scene(title=...)", self.title)
        _set(self, "notes", check_notes(self.notes))
        check_choice("Scene", "view", self.view, VIEWS)
        check_choice("Scene", "x", self.x, ACROSS)
        _set(self, "panels", None if self.panels is None else check_panels(self.panels))
        _set(self, "forces", check_forces(self.forces))
        if not isinstance(self.minima, bool):
            check_choice("Scene", "minima", self.minima, MARKS)
        for name, kinds in {"theme": (str,), "style": (str, PathLike, type(None))}.items():
            if not isinstance(given := getattr(self, name), kinds):
                raise InvalidInput(f"Scene({name}={short(given)}): give a name")
        if self.colors is not None:
            check_by_label("colors", self.colors)
        if self.markers is not None and not isinstance(self.markers, bool):
            check_by_label("markers", self.markers, "give True or False, or markers")
        chosen = [] if self.legend is None else ["legend"]
        flags = "labels", "counter", "colorbar", "saddles", "arrows", "fade", "dots"
        check_flags("Scene", self, *flags, *chosen)
        if self.trail is not None:
            _set(self, "trail", check_whole("trail", self.trail, 1))
        if not isinstance(self.timeline, Timeline):
            raise InvalidInput(
                f"Scene(timeline={short(self.timeline)}): give Timeline(fps=25, ...)"
            )
        if self.zlim is not None:
            _set(self, "zlim", check_zlim(self.zlim))
        _set(self, "levels", None if self.levels is None else check_levels(self.levels))
        _set(self, "axes", check_axes(self.axes))
        check_angles("Scene", elev=self.elev, azim=self.azim)
        if not isinstance(self.space, Space):
            raise InvalidInput(f"Scene(space={short(self.space)}): give Space(camera=..., ...)")
        if self.dpi is not None and not 20 <= as_number(self.dpi) <= 600:
            raise InvalidInput(f"Scene(dpi={short(self.dpi)}): give 20 to 600 pixels per inch")
        _set(self, "size", None if self.size is None else as_size(self.size, self.dpi))
        _set(self, "guides", check_guides(self.guides))

    @property
    def shown_panels(self) -> tuple[Any, ...]:
        """The panels, or those that the view is short for."""
        return VIEWS[self.view] if self.panels is None else self.panels

    def replace(self, **changes: Any) -> Self:
        """Return a copy with other settings."""
        return replace(self, **changes)


def _set(look: Look, name: str, value: Any) -> None:
    object.__setattr__(look, name, value)
