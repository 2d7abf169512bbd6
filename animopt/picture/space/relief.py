"""The relief: the surface in three dimensions, with the paths on it and those it hides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from animopt.checks import check_angles, drawable
from animopt.picture.clipping import Box
from animopt.picture.colorbar import Bar, bar_beside, bar_room
from animopt.picture.counts import Counts, counts
from animopt.picture.labels import Labels
from animopt.picture.layout import check_room
from animopt.picture.levels import level_fractions
from animopt.picture.margins import Margins
from animopt.picture.needs import HEIGHTS, POINTS
from animopt.picture.outlines import level_lines
from animopt.picture.reader import Camera, Limits, View, corners
from animopt.picture.space.camera import Numbers, best_angles, fit
from animopt.picture.space.field import HeightField
from animopt.picture.space.heights import INSET, Heights
from animopt.picture.space.mesh import lines_needed
from animopt.picture.space.names import names_in
from animopt.picture.space.paths import Sight, SpacePath
from animopt.picture.stage import Stage, axis_names, equal_scale, height_name, marks, shortened
from animopt.picture.tails import Tail
from animopt.picture.theme import NUMBERS, Theme
from animopt.picture.ticks import Axis, linear_axis
from animopt.picture.tracks import Track
from animopt.picture.words import PAD, inked, line_height
from animopt.typing import Array, Bounds, Points

# Grid lines each way under a moving camera. The sheet is redrawn in every frame, at a microsecond a
# triangle, so it has only as many lines as its curvature requires, within bounds. Colours are
# interpolated over the triangles, so even cells of twenty pixels look smooth where it is smooth.
_MOVING = 16, 54
# Free space around what is shown, and the length of an edge with room for numbers, in points.
_EDGE, _SHORTEST = 6.0, 40.0
CAPTION = 15.0
"""The height of the line below a relief, in points."""
_LIGHT = np.array([-0.45, -0.55, 0.7]) / np.linalg.norm([-0.45, -0.55, 0.7])


@dataclass(frozen=True, eq=False)
class Sheet:
    """The surface: its triangles between two heights, and how they are lit.

    Attributes:
        whole: its heights, also those beyond the limits, at which the triangles are cut.
        limits: the lowest and the highest drawn height.
        fractions: where each vertex is between the lowest and the highest colour, (ny, nx).
        brightness: a factor on its colour, (ny, nx).
        alpha: opacity.
        floor, draped, wires: contour lines on the floor and on the sheet, and grid lines, (m, 3).
    """

    whole: HeightField
    limits: tuple[float, float]
    fractions: Array
    brightness: Array
    alpha: float
    floor: tuple[Array, ...]
    draped: tuple[Array, ...]
    wires: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Relief:
    """A panel in space, in the units of x and y, and drawn heights.

    Attributes:
        box: the pixels that it fills.
        camera: where they show what.
        angles: the camera's (elevation, azimuth) in degrees at each step, or (1, 2) if it rests.
        field: the sheet within the limits, which hides what is behind it.
        sheet: what is drawn of it.
        axes: the three, with their ticks and names.
        bar: the colours of the sheet, or None.
        guides: curves on the sheet, each (m, 3).
        marks: known points on it, (m, 3), by the name of their mark.
        paths: one for each run.
        crowds: the points of every start of an ensemble, (n, steps + 1, 2), or None, by path.
        tail: how much of a path is seen.
        dots: whether there is a dot at each step.
        ghosts: whether what the sheet hides of it is faintly drawn.
        shadow, drops: whether it has a shadow on the floor, and its head a line down to it.
        counts: the numbers at the minima, or None.
        labels: the names at the heads, or None.
        caption: a line below, on what the plane is, or nothing.
    """

    box: Box
    camera: Camera
    angles: Array
    field: HeightField
    sheet: Sheet
    axes: tuple[Axis, Axis, Axis]
    bar: Bar | None
    guides: tuple[Array, ...]
    marks: Mapping[str, Points]
    paths: tuple[SpacePath, ...]
    crowds: tuple[Points | None, ...]
    tail: Tail
    dots: bool
    ghosts: bool
    shadow: bool
    drops: bool
    counts: Counts | None
    labels: Labels | None
    caption: str

    def only(self, tracks: Sequence[Track]) -> Relief:
        """Return the same with the paths of no other tracks."""
        kept = [number for number, path in enumerate(self.paths) if path.track in tracks]
        return replace(
            self,
            paths=tuple(self.paths[number] for number in kept),
            crowds=tuple(self.crowds[number] for number in kept),
        )

    @property
    def is_still(self) -> bool:
        """Whether the camera rests."""
        return len(self.angles) == 1

    def angles_at(self, step: int) -> tuple[float, float]:
        """Return the camera's angles at a step."""
        elev, azim = self.angles[min(step, len(self.angles) - 1)].tolist()
        return elev, azim

    def view(self, step: int, zoom: float = 1.0) -> View:
        """Return what the camera sees at a step, on a canvas of so many times the pixels."""
        camera = self.camera if zoom == 1 else self.camera.scaled(zoom)
        return camera.view(*self.angles_at(step))

    def named(self, stage: Stage) -> Relief:
        """Return the relief with names at its heads, if the stage has them."""
        if not stage.labelled:
            return self
        views = [self.view(step) for step in stage.shown]
        written = self.camera.limits, numbers(self.axes, stage.theme, stage.dpi)
        found = names_in(stage, self.box, views, self.paths, self.marks, written)
        return replace(self, labels=found)

    def sight(self) -> Sight:
        """Return what is seen of the paths, found once for all that draws them."""
        return Sight(self.paths, self.field, self.is_still)


@dataclass
class SurfacePanel:
    """The surface as a sheet with the paths on it, faint where it hides them; contours below."""

    elev: float | None = None
    azim: float | None = None
    projection: str | None = "3d"
    needs: ClassVar = (POINTS, HEIGHTS)

    def __post_init__(self) -> None:
        check_angles(type(self).__name__, elev=self.elev, azim=self.azim)

    def room(self, stage: Stage) -> Margins:
        """Return the space around the box of pixels that the camera fills, and for a caption."""
        bar = bar_room(stage) + (_EDGE if stage.look.colorbar else 0.0)
        return 0.0, CAPTION if _caption(stage) else 0.0, bar, 0.0

    def compose(self, stage: Stage, box: Box) -> Relief:
        """Return the relief as it is seen in a box of pixels."""
        look, space, bounds = stage.look, stage.look.space, stage.bounds
        (x, y, z), tracks = stage.heights, stage.paths
        heights = Heights(*height_limits(look.zlim, z, tracks), log=space.log)
        fine = HeightField(x, y, heights.forward(z))
        if space.camera is not None:
            drawn = heights.forward(stage.levels)
            seen = replace(fine, z=within(fine.z, *heights.limits))
            count = lines_needed(seen, drawn, *_MOVING)
            x, y, coarse = stage.problem.surface.grid(count, count, bounds)
            coarse = drawable(coarse)
            # It may have a point nearer to a minimum, which must not be below the floor.
            both = np.concatenate([np.ravel(z), np.ravel(coarse)])
            heights = Heights(*height_limits(look.zlim, both, tracks), log=space.log)
            fine = HeightField(fine.x, fine.y, heights.forward(z))
            z = coarse
        low, high = heights.limits
        whole = HeightField(x, y, heights.forward(z))
        field = HeightField(x, y, within(whole.z, low, high))
        everyone = stage.everyone
        laid = _paths(everyone, heights, whole)
        paths = laid[: len(tracks)]
        axes = *_floor(stage), heights.axis(height_name(stage) if stage.named else "")
        if not look.axes:
            axes = axes[0].bare, axes[1].bare, axes[2].bare
        camera, angles = self._camera(stage, box, (*bounds, (low, high)), field, paths, axes)
        relief = Relief(
            box=box,
            camera=camera,
            angles=angles,
            field=field,
            sheet=_sheet(stage, fine, whole, field, heights),
            axes=axes,
            bar=bar_beside(stage, _half_as_high(box)),
            guides=tuple(field.drape(guide) for guide in look.guides),
            marks={name: _on(field, points) for name, points in marks(stage, bounds).items()},
            paths=paths,
            crowds=(),
            tail=Tail(look.trail, look.fade),
            dots=look.dots,
            ghosts=space.hidden == "ghost",
            shadow=space.shadow,
            drops=space.drops,
            counts=_laid(field, counts(stage)),
            labels=None,
            caption=_caption(stage),
        )
        crowds = tuple(group.crowd for group in everyone.groups)
        return replace(relief.named(stage), paths=laid, crowds=crowds)

    def _camera(
        self, stage: Stage, box: Box, limits: Limits, field: HeightField,
        paths: tuple[SpacePath, ...], axes: tuple[Axis, Axis, Axis],
    ) -> tuple[Camera, Array]:  # fmt: skip
        """Return the camera, and its angles at each step."""
        look, moves = stage.look, stage.look.space.camera
        parallel = look.space.projection == "ortho"
        camera = Camera(limits, box_aspect(stage.bounds), parallel)
        elev = look.elev if self.elev is None else self.elev
        azim = look.azim if self.azim is None else self.azim
        rest = best_angles(camera, field, paths, elev, azim)
        angles, shown = np.array([rest], float), [rest]
        if moves is not None:
            # Its progress is even over the frames.
            moments = np.linspace(0.0, 1.0, len(stage.clock))
            progress = np.interp(np.arange(stage.problem.steps + 1), stage.shown, moments)
            angles = np.array([moves.at(moment, *rest) for moment in progress.tolist()], float)
            shown = list(map(tuple, angles[list(stage.shown)].tolist()))
        written = numbers(axes, stage.theme, stage.dpi)
        camera = fit(camera, box, stage.size, stage.px(_EDGE), shown, written)
        check_room(*np.ptp(camera.view(*shown[0]).pixels(corners(limits)), axis=0).tolist())
        return camera, angles


def _paths(stage: Stage, heights: Heights, field: HeightField) -> tuple[SpacePath, ...]:
    """Return the paths of a stage on a sheet; a run with losses of its own is at these."""
    owns = (None if t.below is None else heights.forward(t.values) for t in stage.paths)
    return tuple(
        SpacePath.on(field, heights.limits, each, stage.look.space.chord, own)
        for each, own in zip(stage.paths, owns, strict=True)
    )


def _caption(stage: Stage) -> str:
    caption: str = getattr(stage.problem.surface, "caption", "")
    return caption


def numbers(axes: Sequence[Axis], look: Theme, dpi: float) -> Numbers:
    """Return the numbers and names of the film's axes as they are written at a resolution."""

    def widths(texts: Iterable[str]) -> tuple[float, ...]:
        return tuple(inked(text, look, NUMBERS).ink_size(dpi)[0] for text in texts)

    return Numbers(
        values=tuple(axis.ticks[1].values for axis in axes),
        widths=tuple(widths(axis.ticks[1].texts) for axis in axes),
        names=widths(axis.label for axis in axes),
        # Digits are not as high as the line, which leaves room for letters that hang below it.
        height=line_height(NUMBERS * look.letters, dpi)[0] - 2.0 * (PAD + 1),
        gap=3 * dpi / 72,
        shortest=_SHORTEST * dpi / 72,
    )


def _half_as_high(box: Box) -> Box:
    """Return the middle of a box, which a bar beside it is as high as."""
    left, bottom, right, top = box
    rim = (top - bottom) / 4
    return left, bottom + rim, right, top - rim


def _sheet(
    stage: Stage, fine: HeightField, whole: HeightField, field: HeightField, heights: Heights
) -> Sheet:  # fmt: skip
    """Return the sheet; its lines are those of the fine grid, however coarse it is itself."""
    space, limits, levels = stage.look.space, heights.limits, heights.forward(stage.levels)
    low, high = limits
    every = 1 if space.camera is None else 3
    lines = [
        line[np.unique(np.r_[: len(line) : every, len(line) - 1])]
        for line in level_lines(fine.x, fine.y, fine.z, levels[1:-1].tolist())
    ]
    on_floor, on_sheet = space.contours in ("floor", "both"), space.contours in ("surface", "both")
    flat = [np.column_stack([line, np.full(len(line), low)]) for line in lines if on_floor]
    return Sheet(
        whole, limits, level_fractions(whole.z, levels),
        brightness(np.clip(whole.z, low, high), box_aspect(stage.bounds), high - low),
        space.alpha,
        floor=tuple(flat),
        draped=tuple(whole.drape(line) for line in lines if on_sheet),
        wires=tuple(_wires(field)) if space.wireframe else (),
    )  # fmt: skip


def brightness(z: Array, box: tuple[float, float, float], height: float) -> Array:
    """Return how bright each vertex of a sheet z (ny, nx) is, by its slope.

    The box has these proportions, and is ``height`` high in the units of z.
    """
    ny, nx = z.shape
    known = np.isfinite(z)
    z = np.where(known, z, z[known].mean() if known.any() else 0.0)
    dz_dy, dz_dx = np.gradient(
        z * (box[2] / height), np.linspace(0, box[1], ny), np.linspace(0, box[0], nx)
    )
    normal = np.stack([-dz_dx, -dz_dy, np.ones_like(z)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    return np.asarray(0.72 + 0.36 * np.clip(normal @ _LIGHT, 0, 1))


def _on(field: HeightField, points: Points) -> Points:
    """Return the points (m, 2) that are on the sheet, laid on it, (m, 3)."""
    places = field.drape(points)
    return np.asarray(places[np.isfinite(places).all(axis=1)])


def _laid(field: HeightField, flat: Counts | None) -> Counts | None:
    """Return numbers at minima as they are laid on the sheet."""
    return None if flat is None else replace(flat, places=field.drape(flat.places))


def _floor(stage: Stage) -> tuple[Axis, Axis]:
    """Return the axes of x and y; what is to be said of a long name is in the caption."""
    x, y = (
        linear_axis(*limits, 5, name=shortened(stage, name.partition(":")[0]), inset=INSET)
        for limits, name in zip(stage.bounds, axis_names(stage), strict=True)
    )
    return x, y


def within(z: Array, low: float, high: float) -> Array:
    """Return the heights between two limits, NaN for the others."""
    with np.errstate(invalid="ignore"):
        return np.where((z >= low) & (z <= high), z, np.nan)


def _wires(field: HeightField) -> list[Array]:
    """Return the wireframe: some of the grid's lines (m, 3), about 24 each way."""
    every = max(1, len(field.x) // 24)
    grid = np.stack([*np.meshgrid(field.x, field.y), field.z], axis=-1)
    return [*grid[::every], *grid[:, ::every].swapaxes(0, 1)]


def height_limits(
    zlim: tuple[float, float] | None, z: Array, tracks: Sequence[Track] = ()
) -> tuple[float, float]:
    """Return the lowest and highest height to show: those asked for, or those of the grid.

    Losses of runs that have their own are shown too, up to as far from the grid as that is high.
    """
    if zlim is not None:
        return zlim
    finite = z[np.isfinite(z)]
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    own = [track.values[np.isfinite(track.values)] for track in tracks if track.below is not None]
    reach = np.clip(np.concatenate([[low, high], *own]), 2 * low - high, 2 * high - low)
    low, high = float(reach.min()), float(reach.max())
    return (low, high) if low < high else (low - 0.5, low + 0.5)


def box_aspect(bounds: Bounds) -> tuple[float, float, float]:
    """Return the proportions (x, y, z) of the box; x and y to scale unless that makes it narrow."""
    width, depth = (high - low for low, high in bounds) if equal_scale(bounds) else (1.0, 1.0)
    side = max(width, depth)
    return width / side, depth / side, 0.62
