"""The data of the surface in space: the sheet, the camera, and the paths laid on the sheet."""

from __future__ import annotations

from typing import Any

import numpy as np

from animopt.page.packing import Packed, Packer
from animopt.page.panels import axis, barred, crowd, ems, labels, linear, tail
from animopt.picture.reader import far_corner, label_edge
from animopt.picture.space.mesh import between, triangles
from animopt.picture.space.paths import SpacePath
from animopt.picture.space.relief import Relief, Sheet
from animopt.typing import Array


def relieved(packer: Packer, relief: Relief, dpi: float) -> dict[str, Any]:
    """Return the data of a surface panel."""
    camera, field = relief.camera, relief.field
    rows, columns = field.z.shape
    return {
        "limits": camera.limits,
        "aspect": camera.aspect,
        "parallel": camera.parallel,
        "angles": packer.floats(relief.angles),
        "rows": rows,
        "columns": columns,
        "z": packer.parts(field.z.ravel(), turns=2),
        **_sheet(packer, relief.sheet),
        "axes": _axes(relief, dpi),
        "bar": barred(relief.bar, dpi),
        "guides": _lines(packer, relief.guides),
        "marks": {name: points.tolist() for name, points in relief.marks.items()},
        "paths": [_path(packer, path) for path in relief.paths],
        "crowds": [
            None if each is None else crowd(packer, each, camera.limits[:2])
            for each in relief.crowds
        ],
        "tail": tail(relief.tail),
        "ghosts": relief.ghosts,
        "shadow": relief.shadow,
        "drops": relief.drops,
        "labels": labels(packer, relief.labels, dpi),
        "caption": relief.caption,
    }


def _sheet(packer: Packer, sheet: Sheet) -> dict[str, Any]:
    """Return how the sheet is coloured and lit, and the parts of triangles that its limits cut."""
    low, high = sheet.limits
    x, y = np.meshgrid(sheet.whole.x, sheet.whole.y)
    vertices = np.stack([x, y, sheet.whole.z, sheet.fractions, sheet.brightness], axis=-1)
    corners, cells = triangles(vertices)
    heights = corners[..., 2]
    partly = ((heights < low) | (heights > high)).any(axis=1)
    parts, index = between(corners[partly], low, high)
    rows, columns = cells[partly][index].T
    return {
        "fractions": packer.parts(sheet.fractions.ravel(), size=1),
        "brightness": packer.parts(sheet.brightness.ravel(), size=1),
        "parts": packer.parts(parts.reshape(-1, 5)),
        "cells": packer.whole(rows * (x.shape[1] - 1) + columns),
        "alpha": sheet.alpha,
        "floor": _lines(packer, sheet.floor),
        "draped": _lines(packer, sheet.draped),
        "wires": _lines(packer, sheet.wires),
    }


def _axes(relief: Relief, dpi: float) -> list[dict[str, Any]]:
    """Return the three axes; their usual lengths are those in the film's first frame."""
    limits, view = relief.camera.limits, relief.view(0)
    far = far_corner(view, limits)
    found = []
    for number, (each, ends) in enumerate(zip(relief.axes, limits, strict=True)):
        start, end = view.pixels(label_edge(number, limits, far, view))
        found.append(axis(each, linear(*ends), ems(float(np.hypot(*(end - start))), dpi)))
    return found


def _path(packer: Packer, path: SpacePath) -> dict[str, Any]:
    """Return the samples of a path; between two steps they lie on a line, or along the sheet."""
    return {
        "samples": packer.parts(path.points, turns=2),
        "at": packer.whole(path.at, turns=2),
        "feet": None if path.feet is None else packer.floats(path.feet),
    }


def _lines(packer: Packer, curves: tuple[Array, ...]) -> dict[str, Any]:
    points: Packed = packer.parts(np.concatenate([*curves, np.empty((0, 3))]), turns=2)
    return {"lengths": [len(curve) for curve in curves], "points": points}
