"""Blocks: parts of large arrays, so that what is computed on the way needs little memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_AT_ONCE = 1_000_000


def blocks(shape: Sequence[int], whole_rows: bool = False) -> Iterator[tuple[slice, slice]]:
    """Yield (rows, columns) of blocks that cover an array of a shape, of a million numbers each.

    With ``whole_rows`` a block has all columns, however many they are.

    >>> list(blocks((2, 3)))
    [(slice(0, 2, None), slice(0, 3, None))]
    """
    rows, columns = shape
    wide = max(1, columns if whole_rows else min(columns, _AT_ONCE))
    tall = max(1, _AT_ONCE // wide)
    for top in range(0, rows, tall):
        for left in range(0, columns, wide):
            yield slice(top, min(top + tall, rows)), slice(left, min(left + wide, columns))
