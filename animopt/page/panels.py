"""The data of flat panels: the plane, curves and the table, their paths, axes and labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from animopt.page.packing import Packed, Packer
from animopt.picture.clipping import Heads, Trail
from animopt.picture.colorbar import Bar
from animopt.picture.counts import ASIDE, Counts
from animopt.picture.curves import Curve, Curves
from animopt.picture.ground import VEIL, Field, Ground
from animopt.picture.labels import GAP, Labels, priorities
from animopt.picture.map import Map
from animopt.picture.plane import Plane, PlanePath
from animopt.picture.table import Table
from animopt.picture.tails import Tail
from animopt.picture.ticks import Axis
from animopt.typing import Array, Indices, Mask

# Coordinates of contours are whole numbers from 0 to this, along each side: fine for any screen.
PARTS = 8192
# The size of the numbers on the axes, in points.
_NUMBERS = 8.0
# Starts of an ensemble that lie outside the plot are drawn on its edge, or not at all; it is enough
# to know that they are this part of its size away.
_AROUND = 0.01


def planed(packer: Packer, plane: Plane, dpi: float) -> dict[str, Any]:
    """Return the data of a contour panel."""
    x0, y0, x1, y1 = plane.frame
    (low_x, high_x), (low_y, high_y) = window = plane.ground.window
    bounds = plane.ground.bounds
    unit = np.array([(x1 - x0) / (high_x - low_x), (y1 - y0) / (high_y - low_y)])
    return {
        "bounds": window,
        "inner": bounds,
        "veil": VEIL,
        "equal": plane.to_scale,
        "x": axis(plane.x, linear(*window[0]), ems(x1 - x0, dpi)),
        "y": axis(plane.y, linear(*window[1]), ems(y1 - y0, dpi)),
        "bar": barred(plane.bar, dpi),
        **_ground(packer, plane.ground),
        "paths": [_path(packer, path, window, unit, dpi) for path in plane.paths],
        "tail": tail(plane.tail),
        "dots": plane.dots,
        "counts": counted(packer, plane.counts),
        "labels": labels(packer, plane.labels, dpi),
    }


def charted(packer: Packer, curves: Curves, order: Mapping[int, int], dpi: float) -> dict[str, Any]:
    """Return the data of a panel of curves; ``order`` tells which run a track is by its id."""
    x0, y0, x1, y1 = curves.box
    return {
        "title": curves.title,
        "over": curves.over,
        "from": curves.x.low,
        "upto": curves.x.high,
        "x": axis(curves.x, linear(*curves.x.limits), ems(x1 - x0, dpi)),
        # Where a number is along the axis depends on the scale, which the page need not know.
        "y": axis(curves.y, curves.scale.parts, ems(y1 - y0, dpi)),
        "curves": [_curve(packer, curve, order) for curve in curves.curves],
    }


def ranked(packer: Packer, table: Table, order: Mapping[int, int]) -> dict[str, Any]:
    """Return the data of a table: which run each row is, and their ranking at each step."""
    rows = [order[id(track)] for track in table.tracks]
    return {"runs": rows, "rankings": packer.whole(table.rankings.T)}


def mapped(packer: Packer, shown: Map, dpi: float) -> dict[str, Any]:
    """Return the data of a map, whose arrays are by column."""
    x0, y0, x1, y1 = shown.box
    return {
        "which": shown.number,
        "title": shown.title,
        "what": shown.what,
        "x": axis(shown.x, shown.scales[0].parts, ems(x1 - x0, dpi)),
        "y": axis(shown.y, shown.scales[1].parts, ems(y1 - y0, dpi)),
        "bar": barred(shown.bar, dpi),
        "columns": shown.columns.tolist(),
        "rows": shown.rows.tolist(),
        "values": packer.floats(shown.values.T),
        "parts": packer.parts(shown.parts.T),
        "diverged": packer.whole(shown.diverged.T.astype(int)),
        "own": shown.own,
    }


def outline_of(outline: Array | None) -> list[Any] | None:
    """Return a shape's corners; None is the unit circle."""
    return None if outline is None else np.round(outline, 6).tolist()


def axis(axis: Axis, parts: Callable[[Array], Array], usual: float) -> dict[str, Any]:
    """Return an axis: its name, its usual length, and ticks in three densities, as parts of it."""
    return {
        "label": axis.label,
        "usual": usual,
        "ticks": [
            {
                "parts": parts(np.array(each.values)).tolist(),
                "texts": each.texts,
            }
            for each in axis.ticks
        ],
    }


def barred(bar: Bar | None, dpi: float) -> dict[str, Any] | None:
    """Return the axis of a colour bar, and the number of its colours."""
    if bar is None:
        return None
    usual = ems(bar.box[3] - bar.box[1], dpi)
    return {"count": bar.count, "axis": axis(bar.axis, bar.parts, usual)}


def linear(low: float, high: float) -> Callable[[Array], Array]:
    """Return the function that tells where values are between two limits, from 0 to 1."""
    return lambda values: (values - low) / (high - low)


def ems(pixels: float, dpi: float) -> float:
    """Return a length in ems of the numbers' type."""
    return pixels / (_NUMBERS * dpi / 72)


def tail(tail: Tail) -> dict[str, Any]:
    """Return how much of a path is seen."""
    return {"length": tail.length, "fade": tail.fade}


def labels(packer: Packer, labels: Labels | None, dpi: float) -> dict[str, Any] | None:
    """Return the names, their sizes in points, and for each frame their places and priorities."""
    if labels is None:
        return None
    point = dpi / 72
    offsets = (labels.places.corners - labels.points) / point
    return {
        "texts": [word.text for word in labels.words],
        "sizes": [[side / point for side in word.ink_size(dpi)] for word in labels.words],
        "gap": GAP,
        "offsets": packer.parts(offsets.reshape(len(offsets), -1)),
        "order": packer.whole(priorities(labels.points)),
    }


def counted(packer: Packer, counts: Counts | None) -> dict[str, Any] | None:
    """Return where the minima are, whose numbers stand beside them, and how many at each step."""
    if counts is None:
        return None
    return {
        "aside": ASIDE,
        "places": [None if np.isnan(at).any() else at for at in counts.places.tolist()],
        "labels": [track.label for track in counts.tracks],
        "numbers": [[packer.whole(each) for each in run] for run in counts.numbers],
    }


def trail(packer: Packer, seen: Trail, points: Array) -> dict[str, Any]:
    """Return the steps at which the segments of a path end, and where the pen is set down.

    A segment begins where the last one ended, and ends at its step's point; the exceptions, rows of
    (segment, x, y), are few.
    """
    starts, ends = seen.segments[:, 0], seen.segments[:, 1]
    lifted = np.ones(len(starts), bool)
    lifted[1:] = np.not_equal(starts[1:], ends[:-1]).any(axis=1)
    short = np.not_equal(ends, points[seen.steps]).any(axis=1)
    return {
        "steps": packer.whole(seen.steps),
        "starts": _rows(np.flatnonzero(lifted), starts),
        "cuts": _rows(np.flatnonzero(short), ends),
    }


def exits(heads: Heads) -> list[list[float]]:
    """Return what changes along a path: (step, x, y, and its way out), or (step,) as it is back."""
    outside: Mask = ~np.asarray(np.isnan(heads.ways).any(axis=1))
    states = np.where(outside[:, None], np.hstack([heads.places, heads.ways]), np.inf)
    before = np.vstack([np.full((1, 4), np.inf), states[:-1]])
    changes = np.flatnonzero(np.not_equal(states, before).any(axis=1)).tolist()
    return [[k, *states[k].tolist()] if outside[k] else [k] for k in changes]


def crowd(packer: Packer, points: Array, bounds: Any) -> list[Packed]:
    """Return the places of all starts at each step; what is not finite stays so."""
    low, high = np.array(bounds).T
    room = _AROUND * (high - low)
    with np.errstate(invalid="ignore"):
        near = np.where(np.isfinite(points), np.clip(points, low - room, high + room), np.nan)
    return [packer.parts(start) for start in near]


def _path(packer: Packer, path: PlanePath, bounds: Any, unit: Array, dpi: float) -> dict[str, Any]:
    return {
        "trail": trail(packer, path.trail, path.track.points),
        "beyond": trail(packer, path.beyond, path.track.points),
        "exits": exits(path.heads),
        "crowd": None if path.starts is None else crowd(packer, path.starts, bounds),
        "samples": [packer.floats(each) for each in path.samples],
        "aura": None
        if path.aura is None
        else {
            "outline": np.round(path.aura.outline, 6).tolist(),
            "radii": packer.floats(path.aura.radii),
        },
        "collar": None if path.collar is None else packer.whole(path.collar),
        "forces": {
            kind: {
                # In units of x and y, since the page has its own scale; in the film's, points.
                "ways": packer.floats(arrows / unit),
                "lengths": packer.floats(np.hypot(*arrows.T) * 72 / dpi),
            }
            for kind, arrows in path.arrows.items()
        },
    }


def carried_on(values: Array) -> Array:
    """Return values (m, ...) whose gaps are filled by the value before: there a head waits."""
    known = ~np.isnan(values).reshape(len(values), -1).any(axis=1)
    steps = np.arange(len(values))
    before = np.maximum.accumulate(np.where(known, steps, 0))
    ends = steps[known].max(initial=0)  # what follows the last known value is no gap
    return np.asarray(values[np.where(steps < ends, before, steps)])


def _curve(packer: Packer, curve: Curve, order: Mapping[int, int]) -> dict[str, Any]:
    points = np.column_stack([curve.across, curve.parts])
    return {
        "run": order[id(curve.track)],
        "across": packer.floats(curve.across),
        "parts": packer.parts(carried_on(curve.parts)),
        "below": None if curve.below is None else packer.parts(curve.below),
        "cloud": None if curve.cloud is None else packer.parts(curve.cloud.T),
        "trail": trail(packer, curve.trail, points),
        "exits": exits(curve.heads),
    }


def _ground(packer: Packer, ground: Ground) -> dict[str, Any]:
    # Where it is flat there is nothing to see.
    levels = ground.outlines(PARTS) if len(ground.levels) > 2 else []
    contours = []
    for rings in levels:
        corners = np.concatenate([*rings, np.empty((0, 2))])
        lengths = [len(ring) for ring in rings]
        contours.append({"lengths": lengths, "points": packer.whole(np.rint(corners).astype(int))})
    return {
        "levels": ground.levels.tolist(),
        "parts": PARTS,
        "contours": contours,
        "basins": None if ground.tints is None else _basins(packer, ground.tints),
        "field": None if ground.field is None else _field(packer, ground.field),
        "guides": [packer.floats(guide) for guide in ground.guides],
        "marks": {name: points.tolist() for name, points in ground.marks.items()},
    }


def _basins(packer: Packer, tints: Array) -> dict[str, Any]:
    """Return the tints, and the number of each cell's tint, the lowest row first."""
    colors, cells = np.unique(
        np.rint(255 * tints).astype(np.uint8).reshape(-1, 4), axis=0, return_inverse=True
    )
    rows, columns, _ = tints.shape
    return {
        "rows": rows,
        "columns": columns,
        "tints": colors.tolist(),
        "cells": packer.whole(cells.ravel()),
    }


def _field(packer: Packer, field: Field) -> dict[str, Any]:
    rows = np.concatenate([field.points, field.arrows], axis=-1).reshape(-1, 4)
    known = np.isfinite(rows).all(axis=1)
    return {"rows": packer.floats(rows[known]), "longest": field.longest}


def _rows(which: Indices, places: Array) -> list[list[float]]:
    return [[i, *places[i].tolist()] for i in which.tolist()]
