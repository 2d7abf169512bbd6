"""Packing: what a page draws from as text: JSON with arrays of numbers, together compressed."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from animopt.export.reading import MOST_JSON, read_json
from animopt.typing import Array

Packed: TypeAlias = dict[str, Any]
"""An array in the JSON: where its bytes are, and how they become numbers again; see unpack.js."""


# Beside an offset this many times as large, single precision would show as steps on a screen.
_FAR = 1e-2


class Packer:
    """Gathers the bytes of arrays, (n,) or (n, m), which JSON refers to.

    Neighbours are alike, so that their differences compress well: those between rows, or those of
    the differences for two ``turns``. The bytes of the same weight are stored together.
    """

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def whole(self, numbers: NDArray[Any], turns: int = 1) -> Packed:
        """Pack whole numbers from 0."""
        most = int(numbers.max(initial=0))
        size = next(size for size in (1, 2, 4) if most < 256**size)
        return self._add(numbers.astype(f"<u{size}"), turns)

    def floats(self, numbers: Array) -> Packed:
        """Pack numbers in single precision, less an offset where a column is far from zero."""
        some = np.where(np.isfinite(numbers), numbers, np.nan)
        low = np.fmin.reduce(some, axis=0, initial=np.inf)
        high = np.fmax.reduce(some, axis=0, initial=-np.inf)
        far = (low <= high) & (high - low < _FAR * np.minimum(np.abs(low), np.abs(high)))
        offset = np.where(far, low, 0.0)
        with np.errstate(over="ignore"):
            bits = np.ascontiguousarray(numbers - offset, "<f4").view("<u4")
        packed = {**self._add(bits, 1), "floats": True}
        return {**packed, "low": np.ravel(offset).tolist()} if far.any() else packed

    def parts(self, numbers: Array, size: int = 2, turns: int = 1) -> Packed:
        """Pack numbers, each column as 255 or 65 535 equal parts of its range; NaN stays NaN."""
        known = np.isfinite(numbers)
        some = np.where(known, numbers, np.nan)
        low = np.fmin.reduce(some, axis=0, initial=np.inf)
        high = np.fmax.reduce(some, axis=0, initial=-np.inf)
        low = np.where(low <= high, low, 0.0)  # there may be nothing but NaN
        width, most = np.where(high > low, high - low, 1.0), 256**size - 2
        with np.errstate(invalid="ignore"):
            codes = np.where(known, np.rint((some - low) / width * most), most + 1)
        packed = self._add(codes.astype(f"<u{size}"), turns)
        return {**packed, "low": np.ravel(low).tolist(), "width": np.ravel(width).tolist()}

    def text(self, data: Any) -> str:
        """Return the data that refers to the packed arrays, and these, as one text."""
        head = json.dumps(data, separators=(",", ":"), allow_nan=False).encode()
        whole = b"".join([len(head).to_bytes(4, "little"), head, *self._parts])
        return base64.b64encode(zlib.compress(whole, 9)).decode()

    def _add(self, codes: NDArray[Any], turns: int) -> Packed:
        """Add the bytes of unsigned whole numbers; their differences wrap around."""
        rows, columns = codes.shape[0], codes.shape[1] if codes.ndim == 2 else 0
        for _ in range(turns if rows else 0):
            codes = np.diff(codes, axis=0, prepend=np.zeros_like(codes[:1]))
        size = codes.itemsize
        content = codes.T.reshape(-1, 1).view(np.uint8).reshape(-1, size).T.tobytes()
        packed = {"$": self._size, "rows": rows, "columns": columns, "size": size, "turns": turns}
        self._parts.append(content)
        self._size += len(content)
        return packed


def head_of(text: bytes) -> Any:
    """Return the data that were packed without the bytes, from a page that anybody may have made.

    Raises:
        ValueError: the text is no such data, or more than animopt writes.
    """
    opened = zlib.decompressobj()
    try:
        start = opened.decompress(base64.b64decode(text, validate=True), MOST_JSON)
    except (binascii.Error, zlib.error) as error:
        raise ValueError(f"not the data of a page: {error}") from None
    end = 4 + int.from_bytes(start[:4], "little")
    if end > len(start):
        raise ValueError("not the data of a page: it is cut off, or too large")
    return read_json(start[4:end])
