"""Stage: what every panel is composed from: the problem, the look, the tracks and the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from animopt.checks import drawable
from animopt.picture.clipping import Box
from animopt.picture.clock import clock
from animopt.picture.levels import contour_levels
from animopt.picture.shapes import HEAD_SIZE, START, Mark
from animopt.picture.styles import styles
from animopt.picture.theme import NUMBERS, Theme, theme
from animopt.picture.tracks import Group, Track, groups_of
from animopt.picture.variants import Variants
from animopt.picture.words import inked
from animopt.runs.problem import Problem
from animopt.runs.simulation import Simulation
from animopt.typing import Array, Bounds, Mask, Points

if TYPE_CHECKING:
    from animopt.scene.look import Look

_HEIGHT = "f"
# The width of the edge of a head, in points.
_EDGE = 1.4

# The number of points along each side of the grid of heights.
_GRID = 140
# A plot is widened where its box is this many times as wide or high, and by so much at most.
_EMPTY, _WIDEST = 1.5, 2.2
# The number of points along each side of a grid that tells whether heights are finite.
_PROBES = 41
# With more names than this a legend is easier to read than labels beside the points.
_MOST_LABELS = 8


@dataclass(frozen=True, eq=False)
class Stage:
    """What panels are composed from.

    Attributes:
        problem, look: what decided the numbers, and what decides the picture.
        groups: one for each run.
        clock: (step, seconds) of each frame.
        theme: the colours.
        size: (width, height) of the canvas in pixels.
        dpi: pixels per inch, multiplied by the theme's scale.
        flat: whether a panel is a plane.
        varied: what varies, which a map shows.
        variants: the groups that a reader may choose in place of one of these; they decide neither
            places nor scales, but for those of curves.
        placed: whether any run of the simulation, shown or not, has points.
        named: whether axes have names; on a small canvas with many panels there is no room.
    """

    problem: Problem
    look: Look
    groups: tuple[Group, ...]
    clock: tuple[tuple[int, float], ...]
    theme: Theme
    size: tuple[int, int]
    dpi: float
    placed: bool = True
    flat: bool = True
    named: bool = True
    varied: tuple[Variants, ...] = ()
    variants: tuple[Group, ...] = ()

    @classmethod
    def of(
        cls,
        simulation: Simulation[Any],
        look: Look,
        size: tuple[int, int],
        dpi: float,
        only: str | None = None,
    ) -> Stage:
        """Return the stage of a simulation, of all runs or of the only one with a label."""
        problem = simulation.problem
        chosen = theme(look.theme, look.style)
        found = styles(simulation.trajectories, chosen, look.markers, look.colors)
        groups = groups_of(simulation.trajectories, problem, found)
        shown = tuple(each for each in groups if only in (None, each.track.label))
        moments = clock(simulation, look)
        placed = any(run.has_points for run in simulation)
        return cls(problem, look, shown, moments, chosen, size, dpi * chosen.scale, placed)

    @property
    def bounds(self) -> Bounds:
        """The part of the plane that is shown."""
        return self.look.bounds

    @cached_property
    def heights(self) -> tuple[Array, Array, Array]:
        """A grid of the heights in the bounds: x (n,), y (n,) and z (n, n)."""
        x, y, z = self.problem.surface.grid(_GRID, _GRID, self.bounds)
        return x, y, drawable(z)

    @cached_property
    def levels(self) -> Array:
        """The heights of contour lines and colours, the same from above and in space."""
        _, _, z = self.heights
        if self.look.zlim is None:
            return contour_levels(z, self.look.levels)
        low, high = self.look.zlim
        inside = contour_levels(z[(z >= low) & (z <= high)], self.look.levels)
        return np.unique(np.concatenate([[low], inside[1:-1], [high]]))

    @property
    def shown(self) -> tuple[int, ...]:
        """The steps that are shown."""
        return tuple(step for step, _ in self.clock)

    @property
    def paths(self) -> list[Track]:
        """One track for each run, the one that is drawn as a path."""
        return [group.track for group in self.groups]

    @property
    def everyone(self) -> Stage:
        """The stage with what a reader may choose behind the groups."""
        if not self.variants:
            return self
        return self.replace(groups=self.groups + self.variants, variants=())

    @property
    def labelled(self) -> bool:
        """Whether names follow the points."""
        return self.look.labels and len(self.groups) <= _MOST_LABELS

    @property
    def texts(self) -> list[str]:
        """What a user wrote of what is to be read: title, notes, labels, and names of axes."""
        names = getattr(self.problem.surface, "axes", None) or ()
        asked = self.look.axes if isinstance(self.look.axes, tuple) else ()
        own = self.look.title or "", *self.look.notes.values()
        return [*own, *(track.label for track in self.paths), *names, *asked]

    def px(self, points: float) -> float:
        """Return a length in points (1/72 inch) in pixels."""
        return points * self.dpi / 72

    def text(self, points: float) -> float:
        """Return a length in points in pixels that grows with the size of text."""
        return self.px(points * self.theme.letters)

    def replace(self, **changes: Any) -> Stage:
        """Return the stage with another look, clock or choice of groups."""
        return replace(self, **changes)


def look_of(simulation: Simulation[Any], look: Look | None = None) -> Look:
    """Return the look with its bounds: that given, or of the scene, or the usual of a Problem."""
    from animopt.scene.look import Look  # a picture that is only drawn needs no scene

    look = look or getattr(simulation.scene, "look", None) or Look()
    if look.bounds is None:
        look = look.replace(bounds=simulation.problem.surface.bounds)
    return look


def axis_names(stage: Stage) -> tuple[str, str]:
    """Return the names of the axes of the plane: the look's, the surface's own, or x and y."""
    if not stage.named or stage.look.axes is False:
        return "", ""
    asked = None if stage.look.axes is True else stage.look.axes
    first, second, *_ = asked or getattr(stage.problem.surface, "axes", None) or ("x", "y")
    return first, second


def height_name(stage: Stage) -> str:
    """Return the name of the axis of heights, the third of the look or f, cut to fit."""
    axes = stage.look.axes
    name = axes[2] if isinstance(axes, tuple) and len(axes) > 2 else _HEIGHT
    return shortened(stage, name)


def shortened(stage: Stage, name: str) -> str:
    """Return a name of an axis that nothing else limits, cut to a third of the canvas."""
    return inked(name, stage.theme, NUMBERS).fitted(stage.size[0] / 3, stage.dpi).text


def marks(stage: Stage, bounds: Bounds) -> dict[str, Points]:
    """Return the known points in some bounds that are marked, (m, 2), by the mark, in order."""
    surface, look = stage.problem.surface, stage.look
    found = {}
    if look.saddles and surface.saddles:
        found["cross"] = np.array(surface.saddles)
    if look.minima and surface.minima:
        found["disc" if look.minima is True else look.minima] = np.array(surface.minima)
    shown = {name: points[inside(points, bounds)] for name, points in found.items()}
    return {name: points for name, points in shown.items() if len(points)}


def inside(points: Points, bounds: Bounds) -> Mask:
    """Return which points (m, 2) lie in the bounds, also on their edge."""
    low, high = np.array(bounds).T
    slack = 1e-9 * (high - low)
    return np.asarray(((points >= low - slack) & (points <= high + slack)).all(axis=1))


def start_mark(stage: Stage) -> Mark:
    """Return the hollow mark where a path starts."""
    return Mark(START, 0.85 * stage.theme.radius(HEAD_SIZE), _EDGE)


def boxes_of(places: Sequence[tuple[Mark, Array]], stage: Stage, frames: int = 1) -> Array:
    """Return the boxes (frames, m, 4) of marks at their places in pixels, (frames, n, 2) each."""
    boxes = [np.empty((frames, 0, 4))]
    for mark, at in places:
        reach = stage.px(mark.radius + mark.edge / 2)
        boxes.append(np.concatenate([at - reach, at + reach], axis=-1))
    return np.concatenate(boxes, axis=1)


def equal_scale(bounds: Bounds) -> bool:
    """Return whether x and y are drawn at the same scale, which long bounds would not allow."""
    width, height = (high - low for low, high in bounds)
    return bool(0.4 <= width / height <= 2.5)


def fitted(box: Box, bounds: Bounds) -> Box:
    """Return the part of a box in pixels that the bounds fill, in the middle, where to scale."""
    if not equal_scale(bounds):
        return box
    x0, y0, x1, y1 = box
    wide, tall = (high - low for low, high in bounds)
    scale = min((x1 - x0) / wide, (y1 - y0) / tall)
    x, y = (x0 + x1 - scale * wide) / 2, (y0 + y1 - scale * tall) / 2
    return x, y, x + scale * wide, y + scale * tall


def widened(stage: Stage, box: Box) -> Bounds:
    """Return the part of the plane that fills a box of pixels, where x and y are to scale.

    It is the bounds, with more to both sides of them where they would leave much of the box empty,
    as long as the surface has finite heights there.
    """
    bounds = stage.bounds
    frame = fitted(box, bounds)
    wider, taller = ((box[i + 2] - box[i]) / (frame[i + 2] - frame[i]) for i in (0, 1))
    if max(wider, taller) < _EMPTY or not equal_scale(bounds):
        return bounds
    # To scale, a box is too long in one direction only.
    axis, part = (0, wider) if wider > taller else (1, taller)
    low, high = bounds[axis]
    aside = (high - low) * (min(part, _WIDEST) - 1) / 2
    longer = (low - aside, high + aside)
    more = (longer, bounds[1]) if axis == 0 else (bounds[0], longer)
    try:
        _, _, z = stage.problem.surface.grid(_PROBES, _PROBES, more)
    except Exception:  # a user's function may raise whatever it likes outside of its bounds
        return bounds
    return more if np.isfinite(drawable(z)).all() else bounds


def pixels_of(points: Array, limits: Bounds, box: Box) -> Array:
    """Return where points (..., 2) within limits are in a box of pixels."""
    low, high = np.array(limits).T
    corner, size = np.array(box[:2]), np.subtract(box[2:], box[:2])
    with np.errstate(all="ignore"):  # a diverged path has points as large as floats can be
        return np.asarray(corner + (points - low) / (high - low) * size)
