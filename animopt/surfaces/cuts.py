"""Cut: a plane through the space of all parameters, by coordinates, vectors or at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from animopt.errors import InvalidInput, is_many, short
from animopt.surfaces.whole import Whole
from animopt.typing import Array

_ALLOWED = (
    'give two coordinates such as (0, 1) or ("weight[0, 1]", "bias[0]"), two vectors laid out like '
    'the center, or "random"'
)
# Two directions with a larger cosine span no plane to speak of.
_PARALLEL = 1 - 1e-9
# Li et al. divide by the length of a filter and this.
_NEVER_ZERO = 1e-10


@dataclass(frozen=True, eq=False)
class Cut:
    """The plane of all origin + x axes[0] + y axes[1].

    Attributes:
        origin: the parameters where x = y = 0, (k,).
        axes: the two directions, (2, k).
        names: what x and y are.
        middle: where the center is in the plane.
    """

    origin: Array
    axes: Array
    names: tuple[str, str]
    middle: tuple[float, float] = (0.0, 0.0)

    def at(self, x: float, y: float) -> Array:
        """Return the parameters at a point of the plane."""
        theta: Array = self.origin + x * self.axes[0] + y * self.axes[1]
        return theta


def cut_of(whole: Whole, directions: Any, seed: int) -> Cut:
    """Return the plane that directions span, or raise InvalidInput.

    Where they are coordinates, x and y are the parameters themselves; else the steps from the
    center, in units of the directions.
    """
    if isinstance(directions, str):
        if directions != "random":
            raise InvalidInput(f"slice_of(directions={directions!r}): {_ALLOWED}")
        axes = normalized(whole, seed)
        return Cut(whole.center, axes, (f"random direction 1, seed {seed}", "random direction 2"))
    if not is_many(directions) or len(pair := list(directions)) != 2:
        raise InvalidInput(f"slice_of(directions={short(directions)}): {_ALLOWED}")
    if all(map(_is_coordinate, pair)):
        return _of_coordinates(whole, pair)
    return Cut(whole.center, _vectors(whole, pair), ("direction 1", "direction 2"))


def normalized(whole: Whole, seed: int) -> Array:
    """Return two random directions, (2, k), each filter as long as that of the center.

    A filter is a row of an array of weights, all that leads to one unit; the biases, arrays of one
    axis among others, stay as they are. A lone array of one axis is one filter.
    """
    rng = np.random.default_rng(seed)
    weights = whole.split(whole.center)
    axes = rng.standard_normal((2, whole.center.size))
    for axis in axes:
        for name, part in whole.split(axis).items():
            if part.ndim < 2 and len(weights) > 1:
                part[...] = 0.0
                continue
            rows = part.reshape(len(part) if part.ndim > 1 else 1, -1)
            like = weights[name].reshape(rows.shape)
            lengths = np.linalg.norm(rows, axis=1, keepdims=True) + _NEVER_ZERO
            rows *= np.linalg.norm(like, axis=1, keepdims=True) / lengths
    _check_plane(axes, "the center has no weights that are not 0; choose other directions")
    return axes


def _of_coordinates(whole: Whole, pair: list[Any]) -> Cut:
    first, second = (whole.index(each) for each in pair)
    if first == second:
        raise InvalidInput(
            f"slice_of(directions={short(tuple(pair))}): both are the same coordinate; give two"
        )
    origin, axes = whole.center.copy(), np.zeros((2, whole.center.size))
    middle = float(origin[first]), float(origin[second])
    origin[[first, second]] = 0.0
    axes[0, first] = axes[1, second] = 1.0
    return Cut(origin, axes, (whole.words(first), whole.words(second)), middle)


def _vectors(whole: Whole, pair: list[Any]) -> Array:
    axes = [whole.joined(each) for each in pair]
    for each, axis in zip(pair, axes, strict=True):
        if axis.size == 0 or not np.isfinite(axis).all():
            raise InvalidInput(
                f"slice_of(directions=...): {short(each)} is no vector of {whole.center.size} "
                f"finite numbers; {_ALLOWED}"
            )
    found = np.array(axes)
    _check_plane(found, "the two vectors are parallel, or one is 0; give two that span a plane")
    return found


def _check_plane(axes: Array, otherwise: str) -> None:
    lengths = np.linalg.norm(axes, axis=1)
    if not lengths.all() or abs(axes[0] @ axes[1]) > _PARALLEL * lengths.prod():
        raise InvalidInput(f"slice_of(directions=...): {otherwise}")


def _is_coordinate(given: Any) -> bool:
    """Return whether it is a number, a name, or a place in an array."""
    if isinstance(given, tuple):
        return all(isinstance(each, (int, np.integer)) for each in given)
    return isinstance(given, (str, int, np.integer)) and not isinstance(given, bool)
