"""Paths on a surface in space: solid where they are visible, dashed and faint where hidden."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from animopt.animate.artists import SHAPES
from animopt.animate.crowds import CrowdArtist, beads
from animopt.animate.heads import draw_heads, shown_heads, starting
from animopt.animate.space.artist import GHOST, STRAIGHT, InSpace, SpaceArtist
from animopt.picture.reader import visible
from animopt.picture.shapes import CASING, FOOT, TRIM
from animopt.picture.space.paths import Sight, SpacePath
from animopt.picture.space.relief import Relief
from animopt.picture.tails import Shade
from animopt.picture.theme import Theme
from animopt.typing import Array, Mask, Points


class SpaceTrails(SpaceArtist):
    """The paths so far: first the hidden parts, thin, dashed and faint, then the visible ones."""

    def __init__(self, relief: Relief, sight: Sight, look: Theme, dpi: float) -> None:
        super().__init__(relief, dpi, zorder=10)
        self._sight = sight
        self._look = look
        self._width = look.width(2.0)

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw each path, or its tail: a stroke for each shade and visibility."""
        looks = self._sight.upto(self.view(renderer), self.step)
        reach = renderer.points_to_pixels(TRIM)
        below = [
            path.beneath(pixels, self.step, reach)
            for path, (pixels, _) in zip(self._sight.paths, looks, strict=True)
        ]
        for in_sight in (False, True) if self.relief.ghosts else (True,):
            for path, (pixels, seen), hidden in zip(self._sight.paths, looks, below, strict=True):
                wanted = ((seen[1:] & seen[:-1]) == in_sight) & ~hidden
                for shade in self.relief.tail.shades(self.step):
                    self._draw_piece(renderer, path, pixels, wanted, (in_sight, shade))

    def _draw_piece(
        self, renderer: Any, path: SpacePath, pixels: Array, wanted: Mask, how: tuple[bool, Shade]
    ) -> None:
        """Draw the wanted segments of a shade of a path: in sight in a casing, and with dots."""
        in_sight, (after, upto, opacity) = how
        part, chosen = (
            slice(path.at[after], path.at[upto] + 1),
            wanted[path.at[after] : path.at[upto]],
        )
        if not chosen.any():
            return
        track = path.track
        casing = (self._look.paper, self._width + 2 * CASING, track.dash)
        strokes = [casing] if in_sight else []
        for color, width, dash in [*strokes, (track.color, self._width, track.dash)]:
            gc = self._stroke(renderer, color, in_sight, opacity)
            if in_sight:
                gc.set_linewidth(width)
                if dash:
                    gc.set_dashes(0, [renderer.points_to_pixels(side) for side in dash])
            draw_parts(renderer, gc, pixels[part], chosen)
            gc.restore()
        if in_sight and self.relief.dots:
            at = path.at[after + 1 : upto + 1]
            beads(renderer, pixels[at[wanted[at - 1]]], (track.color, self._look.paper), opacity)

    def _stroke(self, renderer: Any, color: str, in_sight: bool, opacity: float) -> Any:
        if in_sight:
            return self._gc(renderer, color, self._width, opacity)
        gc = self._gc(renderer, color, self._width / 2, GHOST * opacity)
        dash = renderer.points_to_pixels(2.5)
        gc.set_dashes(0, [dash, dash])
        gc.set_capstyle("butt")
        return gc


class SpaceFeet(SpaceArtist):
    """A line from each head with a loss of its own to the sheet, and a dot where it meets that."""

    def __init__(self, relief: Relief, dpi: float) -> None:
        super().__init__(relief, dpi, zorder=9.5)

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw a line and a dot for every head that is in the box."""
        view, size = self.view(renderer), renderer.points_to_pixels(FOOT.radius)
        for path in self.relief.paths:
            head = path.points[path.at[self.step]]
            if path.feet is None or not np.isfinite(head).all():
                continue
            ends = view.pixels(np.array([head, [*head[:2], path.feet[self.step]]]))
            gc = self._gc(renderer, path.track.color, FOOT.edge)
            renderer.draw_path(gc, Path(ends), STRAIGHT)
            placing = Affine2D().scale(size).translate(*ends[1])
            renderer.draw_path(gc, SHAPES["o"], placing, to_rgba(path.track.color))
            gc.restore()


class SpaceHeads(SpaceArtist):
    """A marker on each point, faint behind the sheet; an arrow where the path has left the box."""

    def __init__(self, relief: Relief, sight: Sight, look: Theme, dpi: float) -> None:
        super().__init__(relief, dpi, zorder=20)
        self._sight = sight
        self._look = look
        self._size = look.radius(3.8)
        known = [path for path in relief.paths if np.isfinite(path.points[0]).all()]
        firsts = [path.points[0] for path in known]
        colors = starting(firsts, [path.track.color for path in known], look.ink)
        numbers = {path.points[0].tobytes(): i for i, path in enumerate(relief.paths)}
        self._starts = [(numbers[first.tobytes()], color) for first, color in colors]

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw every head, and the hollow marks where they started."""
        looks = self._sight.upto(self.view(renderer), self.step)
        heads, faces = [], []
        for path, (pixels, seen) in zip(self._sight.paths, looks, strict=True):
            last = path.last(self.step)
            if last < 0:
                continue
            turn = None
            if 0 < last < len(pixels) - 1:
                dx, dy = pixels[last] - pixels[last - 1]
                turn = float(np.nan_to_num(np.arctan2(dy, dx)))  # the one before may be outside
            heads.append((path.track.marker, pixels[last], turn))
            faces.append(to_rgba(path.track.color, 1.0 if seen[last] else GHOST))
        gc = self._gc(renderer, self._look.paper, 1.4)
        size = renderer.points_to_pixels(self._size)
        firsts = [(pixels[0], seen[0]) for pixels, seen in looks]
        starts = [(firsts[i][0], color) for i, color in self._starts if firsts[i][1]]
        shown = shown_heads(heads, self.rests)
        colors = np.array([faces[i] for i in shown]).reshape(-1, 4)
        draw_heads(renderer, gc, [heads[i] for i in shown], size, colors, self._look, starts)
        gc.restore()


class SpaceCrowds(InSpace, CrowdArtist):
    """Every start of an ensemble as a faint dot on the sheet, where that is visible."""

    def __init__(self, relief: Relief, dpi: float) -> None:
        crowds = zip(relief.crowds, relief.paths, strict=True)
        told = [(starts, path.track.color) for starts, path in crowds if starts is not None]
        super().__init__(told, dpi)
        self.relief = relief

    def places(self, renderer: Any) -> list[Points]:
        """Return the visible dots of each optimizer at the current step in pixels, (m, 2)."""
        view, field, places = self.view(renderer), self.relief.field, []
        for starts in self._starts:
            dots = field.drape(starts[:, self.step])
            dots = dots[np.isfinite(dots).all(axis=1)]
            places.append(view.pixels(dots[visible(dots, field, view.eye)]))
        return places


class SpaceShadow(SpaceArtist):
    """The shadow of each path on the floor, where the sheet does not hide it."""

    def __init__(self, relief: Relief, ink: str, dpi: float) -> None:
        super().__init__(relief, dpi, zorder=8)
        floor = relief.sheet.limits[0]
        self._ink = ink
        self._shadows = [path.points * (1, 1, 0) + (0, 0, floor) for path in relief.paths]

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw the shadow of each path so far."""
        view = self.view(renderer)
        gc = self._gc(renderer, self._ink, 1.7, 0.25)
        for path, shadow in zip(self.relief.paths, self._shadows, strict=True):
            points = shadow[: path.upto(self.step)]
            seen = visible(points, self.relief.field, view.eye, under=True)
            draw_parts(renderer, gc, view.pixels(points), seen[1:] & seen[:-1])
        gc.restore()


class SpaceDrops(SpaceArtist):
    """A line from each point straight down to the floor, where the sheet does not hide it."""

    def __init__(self, relief: Relief, dpi: float) -> None:
        super().__init__(relief, dpi, zorder=9)

    def draw_since(self, renderer: Any, since: int) -> None:
        """Draw a line for every head that is in the box."""
        view = self.view(renderer)
        for path in self.relief.paths:
            head = path.points[path.at[self.step]]
            if not np.isfinite(head).all():
                continue
            line = np.tile(head, (40, 1))
            line[:, 2] = np.linspace(head[2], self.relief.sheet.limits[0], len(line))
            seen = visible(line[1:], self.relief.field, view.eye, under=True)
            gc = self._gc(renderer, path.track.color, 1.25, 0.7)
            draw_parts(renderer, gc, view.pixels(line[1:]), seen[1:] & seen[:-1])
            gc.restore()


def draw_parts(renderer: Any, gc: Any, pixels: Array, wanted: Mask) -> None:
    """Draw the wanted segments (m - 1,) of a curve (m, 2), joined where they are adjacent."""
    codes = np.full(len(pixels), Path.MOVETO, np.uint8)
    codes[1:][wanted] = Path.LINETO
    renderer.draw_path(gc, Path(pixels, codes), STRAIGHT)
