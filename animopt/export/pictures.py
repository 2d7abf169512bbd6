"""Pictures: frames with one integer per pixel, and what changes from one to the next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from animopt.errors import InvalidInput

Picture: TypeAlias = NDArray[np.uint32]
"""One frame, shape (height, width), each pixel 0xaabbggrr, so that they compare quickly."""

Box: TypeAlias = tuple[slice, slice]
"""Rows and columns of a picture."""

PIXEL = np.dtype("<u4")
OPAQUE = 0xFF000000
RGB = 0x00FFFFFF


def picture(frame: Any) -> Picture:
    """Return a copy of a uint8 frame, (h, w, 4) or (h, w, 3), as a picture."""
    if not isinstance(frame, np.ndarray) or frame.dtype != np.uint8:
        kind = frame.dtype if isinstance(frame, np.ndarray) else type(frame).__name__
        raise InvalidInput(f"write: a frame must be a uint8 array, got {kind}")
    if frame.ndim != 3 or frame.shape[2] not in (3, 4) or not min(frame.shape) > 0:
        raise InvalidInput(
            f"write: a frame must have shape (height, width, 4) or (height, width, 3),"
            f" got {frame.shape}"
        )
    if max(frame.shape) > 0xFFFF:
        raise InvalidInput(
            f"write: a frame must have at most 65535 rows and columns, got {frame.shape}"
        )
    rgba = np.empty((*frame.shape[:2], 4), np.uint8)
    rgba[..., : frame.shape[2]] = frame
    if frame.shape[2] == 3:
        rgba[..., 3] = 255
    return rgba.view(PIXEL)[..., 0]


def channels(pixels: Picture) -> NDArray[np.uint8]:
    """Return pixels (...) as bytes (..., 4) in RGBA order, without a copy."""
    return np.ascontiguousarray(pixels)[..., None].view(np.uint8)


def is_opaque(pixels: Picture) -> bool:
    """Return whether every pixel is fully opaque."""
    return bool(np.bitwise_and.reduce(pixels, axis=None, initial=0xFFFFFFFF) >= OPAQUE)


def over(pixels: Picture, paper: int = 0xFFFFFFFF) -> Picture:
    """Return pixels composited over paper, for formats without partial transparency."""
    if is_opaque(pixels):
        return pixels
    below = channels(np.array([paper], PIXEL))[0, :3].astype(np.float32)
    rgba = channels(pixels).astype(np.float32)
    rgba[..., :3] = below + (rgba[..., :3] - below) * (rgba[..., 3:] / 255)
    rgba[..., 3] = 255
    return np.rint(rgba).astype(np.uint8).view(PIXEL)[..., 0]


class Change(NamedTuple):
    """The pixels that differ between two pictures: their bounding box and their flat indices.

    Flat indices are for ``take`` and ``put``, which are several times as fast as indexing by rows
    and columns, or by a mask if few pixels differ.
    """

    box: Box
    at: NDArray[np.intp]


def change(before: Picture, after: Picture) -> Change | None:
    """Return what differs between two pictures of one size, or None if nothing does."""
    differs = before != after
    rows = np.flatnonzero(differs.any(axis=1))
    if not len(rows):
        return None
    down = slice(int(rows[0]), int(rows[-1]) + 1)
    columns = np.flatnonzero(differs[down].any(axis=0))
    across = slice(int(columns[0]), int(columns[-1]) + 1)
    return Change((down, across), np.flatnonzero(differs))


def tally(pictures: Iterable[Picture]) -> tuple[Picture, NDArray[np.intp]]:
    """Return the colours of some pictures, and how often each is painted.

    All pixels of the first picture count, and of each later one those that differ from the one
    before: a constant background is painted once, as in the file.
    """
    painted: list[Picture] = [np.empty(0, PIXEL)]
    before: Picture | None = None
    for after in pictures:
        if before is None:
            painted.append(after.ravel())
        elif before.shape == after.shape:
            painted.append(after[after != before])
        else:
            raise InvalidInput(
                f"write: samples must have one size, got {before.shape} and {after.shape}"
            )
        before = after
    return np.unique(np.concatenate(painted), return_counts=True)
