"""Forces: the negative gradient and the momentum at each point, as arrows at the heads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from animopt.surfaces.surface import Surface
from animopt.typing import Array, Mask, Points

# The lengths of the shortest and the longest arrow, in points.
_SHORT, _LONG = 8.0, 34.0

Arrows = Mapping[str, Array]
"""The arrows along a path by kind of force, in pixels, (steps + 1, 2); zero for no arrow."""


def forces(
    kinds: Iterable[str], surface: Surface, paths: Sequence[Points], inside: Sequence[Mask],
    pixels: Array, point: float,
) -> list[Arrows]:  # fmt: skip
    """Return the arrows of each path; momentum is the velocity x_k - x_{k-1}.

    The length of an arrow grows with the square root of its strength relative to the strongest of
    its kind in the picture.

    Args:
        kinds: "gradient" and "momentum".
        surface: what pulls.
        paths: the points of each path, (steps + 1, 2).
        inside: which of them are in the plot; the others have no arrow.
        pixels: the pixels of a unit of x and y, (2,).
        point: the pixels of a point.
    """
    found: list[dict[str, Array]] = [{} for _ in paths]
    for kind in kinds:
        with np.errstate(all="ignore"):
            acting = [_acting(kind, surface, path) * pixels for path in paths]
        for arrows, drawn in zip(found, _drawn(acting, inside, point), strict=True):
            arrows[kind] = drawn
    return list(found)


def _acting(kind: str, surface: Surface, points: Points) -> Array:
    """Return a force at each point of a path, (steps + 1, 2), in units of x and y."""
    if kind == "gradient":
        return -surface.gradient(points)
    return np.diff(points, axis=0, prepend=points[:1])


def _drawn(vectors: Sequence[Array], inside: Sequence[Mask], point: float) -> list[Array]:
    """Return vectors scaled to the lengths drawn; zero where there is none, or outside."""
    with np.errstate(all="ignore"):  # a diverged path has forces as large as floats can be
        sizes = [np.linalg.norm(vector, axis=1) for vector in vectors]
    seen = [
        np.isfinite(size) & (size > 0) & within for size, within in zip(sizes, inside, strict=True)
    ]
    strongest = max(float(s[k].max(initial=0)) for s, k in zip(sizes, seen, strict=True))
    drawn = []
    for vector, size, known in zip(vectors, sizes, seen, strict=True):
        arrow = np.zeros_like(vector)
        length = point * (_SHORT + (_LONG - _SHORT) * np.sqrt(size[known] / strongest))
        arrow[known] = vector[known] * (length / size[known])[:, None]
        drawn.append(arrow)
    return drawn
