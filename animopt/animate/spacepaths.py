"""Paths on a surface in space: solid where they are in sight, dashed and faint where hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from animopt.animate.artists import MovingArtist, head_shape
from animopt.animate.space import HeightField, View, visible
from animopt.animate.stage import Run
from animopt.typing import Array, Indices, Mask

_STRAIGHT = IdentityTransform()
_GHOST = 0.45


@dataclass(frozen=True, eq=False)
class SpacePath:
    """A run laid on the sheet: samples (m, 3) in order, NaN outside the box, and their steps.

    ``step`` is the step a sample belongs to; sample ``at[k]`` is the point of step k. Between two
    steps there are as many samples as the sheet has half cells there, so that a long step follows
    the sheet.
    """

    run: Run
    points: Array
    step: Indices
    at: Indices

    @classmethod
    def on(cls, field: HeightField, run: Run) -> SpacePath:
        """Lay a run on a sheet."""
        cell = np.array([field.x[1] - field.x[0], field.y[1] - field.y[0]])
        path = np.where(np.isfinite(run.points), run.points, np.nan)
        low = np.array([field.x[0], field.y[0]])
        high = np.array([field.x[-1], field.y[-1]])
        # What lies far outside is cut off anyway: no need to sample the way there.
        near = np.clip(path, low - (high - low), high + (high - low))
        hops = np.abs(np.diff(near, axis=0)) / cell
        counts = np.clip(np.nan_to_num(np.ceil(2 * hops.max(axis=1)), nan=1), 1, 1000).astype(int)
        at = np.concatenate([[0], np.cumsum(counts)])
        step = np.repeat(np.arange(1, len(path)), counts)
        part = (np.arange(at[-1]) - np.repeat(at[:-1], counts) + 1) / np.repeat(counts, counts)
        start, end = near[step - 1], near[step]
        flat = np.concatenate([near[:1], start + part[:, None] * (end - start)])
        height = field.at(flat[:, 0], flat[:, 1])
        points = np.column_stack([flat, height])
        points[~np.isfinite(height)] = np.nan
        return cls(run, points, np.concatenate([[0], step]), at)


class _OnSheet(MovingArtist):
    """What the moving artists of space share: projecting and judging each view once."""

    def __init__(
        self, paths: Sequence[SpacePath], field: HeightField, dpi: float, zorder: float
    ) -> None:
        super().__init__(dpi, zorder)
        self._paths = list(paths)
        self._field = field
        self._seen: tuple[bytes, list[tuple[Array, Mask]]] = (b"", [])

    def _view(self) -> list[tuple[Array, Mask]]:
        """Return pixels (m, 2) and visibility (m,) of every path in the present view."""
        view = View.of(self.axes)
        key = view.matrix.tobytes() + view.place.tobytes()
        if self._seen[0] != key:
            self._seen = (
                key,
                [
                    (view.pixels(p.points), visible(p.points, self._field, view.eye))
                    for p in self._paths
                ],
            )
        return self._seen[1]


class SpaceTrails(_OnSheet):
    """The paths so far: first what is hidden, thin, dashed and faint, then what is in sight."""

    def __init__(self, paths: Sequence[SpacePath], field: HeightField, dpi: float) -> None:
        super().__init__(paths, field, dpi, zorder=10)

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw each path up to the present step in two strokes."""
        views = self._view()
        for in_sight in (False, True):
            for path, (pixels, seen) in zip(self._paths, views, strict=True):
                upto = int(path.at[self.step]) + 1
                wanted = (seen[1:upto] & seen[: upto - 1]) == in_sight
                if not wanted.any():
                    continue
                codes = np.full(upto, Path.MOVETO, np.uint8)
                codes[1:][wanted] = Path.LINETO
                width, alpha = (2.0, 1.0) if in_sight else (1.0, _GHOST)
                gc = self._gc(renderer, path.run.color, width, alpha)
                if not in_sight:
                    dash = renderer.points_to_pixels(2.5)
                    gc.set_dashes(0, [dash, dash])
                    gc.set_capstyle("butt")
                renderer.draw_path(gc, Path(pixels[:upto], codes), _STRAIGHT)
                gc.restore()


class SpaceHeads(_OnSheet):
    """A marker on each point; behind the sheet it fades."""

    def __init__(
        self, paths: Sequence[SpacePath], field: HeightField, outline: str, dpi: float
    ) -> None:
        super().__init__(paths, field, dpi, zorder=20)
        self._outline = outline

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw every head, or an arrow where its path left the box."""
        size = renderer.points_to_pixels(3.8)
        for path, (pixels, seen) in zip(self._paths, self._view(), strict=True):
            upto = int(path.at[self.step]) + 1
            inside = np.flatnonzero(np.isfinite(pixels[:upto]).all(axis=1))
            if not len(inside):
                continue
            last = inside[-1]
            turn = None
            if last < upto - 1 and last > 0:
                dx, dy = pixels[last] - pixels[last - 1]
                turn = float(np.arctan2(dy, dx))
            alpha = 1.0 if seen[last] else _GHOST
            gc = self._gc(renderer, self._outline, 1.0, alpha)
            shape, scale = head_shape(path.run.marker, turn)
            placing = Affine2D().scale(scale * size).rotate(turn or 0.0).translate(*pixels[last])
            renderer.draw_path(gc, shape, placing, to_rgba(path.run.color, alpha))
            gc.restore()
