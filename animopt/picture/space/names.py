"""Names at heads in space, clear of the marks on the sheet and of the numbers at the box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from animopt.picture.clipping import Box
from animopt.picture.labels import Labels, labels
from animopt.picture.reader import Limits, View
from animopt.picture.shapes import MARKS
from animopt.picture.space.camera import Numbers, beside_edges
from animopt.picture.space.paths import SpacePath
from animopt.picture.stage import Stage, boxes_of, start_mark
from animopt.typing import Array, Points


def names_in(
    stage: Stage,
    box: Box,
    views: Sequence[View],
    paths: Sequence[SpacePath],
    marks: Mapping[str, Points],
    written: tuple[Limits, Numbers],
) -> Labels:
    """Return the names beside the heads of paths in a box of pixels, in the view of each frame."""
    shown = list(stage.shown)
    heads, before = (
        np.array([view.pixels(at) for view, at in zip(views, np.stack(each, axis=1), strict=True)])
        for each in zip(
            *((path.heads()[shown], path.tails()[shown]) for path in paths), strict=True
        )
    )
    seen = views[:1] if all(view is views[0] for view in views) else views
    known = [(MARKS[name], at) for name, at in marks.items()]
    started = [path.points[0] for path in paths if np.isfinite(path.points[0]).all()]
    known.append((start_mark(stage), np.reshape(started, (-1, 3))))
    marked = [(mark, np.array([view.pixels(at) for view in seen])) for mark, at in known]
    numbers = np.array([_written(view, *written) for view in seen])
    shunned = np.concatenate([boxes_of(marked, stage, len(seen)), numbers], axis=1)
    return labels(stage, heads, heads - before, box, shunned)


def _written(view: View, limits: Limits, numbers: Numbers) -> Array:
    """Return the boxes of the numbers and names of axes in a view, (m, 4); NaN for none."""
    found = beside_edges(view, limits, numbers, numbers.shortest)
    boxes = []
    for axis, (widths, name) in enumerate(zip(numbers.widths, numbers.names, strict=True)):
        half = np.array([(wide, numbers.height) for wide in (*widths, name)]) / 2
        middles = np.full(half.shape, np.nan)
        if axis in found:
            shown = found[axis].shown
            middles[shown], middles[-1] = found[axis].middles[shown], found[axis].name
        boxes.append(np.hstack([middles - half, middles + half]))
    return np.concatenate(boxes)
