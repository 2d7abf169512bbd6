"""Names at heads in space, clear of the marks on the sheet and of the numbers at the box."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from animopt.picture.labels import Labels, labels
from animopt.picture.reader import View
from animopt.picture.space.camera import Numbers, beside_edges
from animopt.picture.stage import Stage, boxes_of
from animopt.typing import Array

if TYPE_CHECKING:
    from animopt.picture.space.relief import Relief


def names_in(stage: Stage, relief: Relief, numbers: Numbers) -> Labels:
    """Return the names beside the heads of a relief, as its camera shows them in each frame."""
    views = [relief.view(step) for step in stage.shown]
    points = np.stack([path.heads()[list(stage.shown)] for path in relief.paths], axis=1)
    heads = np.array([view.pixels(at) for view, at in zip(views, points, strict=True)])
    seen = views[:1] if relief.is_still else views
    marked = {
        name: np.array([view.pixels(at) for view in seen]) for name, at in relief.marks.items()
    }
    written = np.array([_written(view, relief, numbers) for view in seen])
    shunned = np.concatenate([boxes_of(marked, stage, len(seen)), written], axis=1)
    return labels(stage, heads, relief.box, shunned)


def _written(view: View, relief: Relief, numbers: Numbers) -> Array:
    """Return the boxes of the numbers in a view, (m, 4); NaN for those of an axis without."""
    found = beside_edges(view, relief.camera.limits, numbers, numbers.shortest)
    boxes = []
    for axis, widths in enumerate(numbers.widths):
        half = np.array([(wide, numbers.height) for wide in widths]).reshape(-1, 2) / 2
        middles = found[axis][1] if axis in found else np.full(half.shape, np.nan)
        boxes.append(np.hstack([middles - half, middles + half]))
    return np.concatenate(boxes)
