"""Scratch: rows of float32 in a file without a name, which no kill of the process leaves behind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import Any
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from animopt.errors import ExportError
from animopt.typing import Array

Row = NDArray[np.float32]


class Scratch:
    """A table of rows (k,) that is written and read in parts."""

    def __init__(self, width: int) -> None:
        self.width = width
        # Without a buffer: rows are large, and go straight to the system's cache.
        self._file: Any = tempfile.TemporaryFile(prefix="animopt-", buffering=0)  # noqa: SIM115
        finalize(self, self._file.close)

    def write(self, slot: int, parts: Iterable[Row]) -> None:
        """Write a row, which is given in parts that follow each other.

        Raises:
            ExportError: there is no space.
        """
        try:
            self._file.seek(4 * slot * self.width)
            for part in parts:
                rest = part.data.cast("B")
                while rest:
                    rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise ExportError(
                f"record: cannot write to the temporary folder {tempfile.gettempdir()}: "
                f"{error.strerror}; set TMPDIR to a folder with more space, or keep fewer snapshots"
            ) from error

    def read(self, slots: Iterable[int], low: int, high: int) -> Array:
        """Return columns low to high of some rows, (rows, high - low), as float64."""
        chosen = list(slots)
        row = np.empty(high - low, np.float32)
        found = np.empty((len(chosen), high - low))
        for i, slot in enumerate(chosen):
            self._file.seek(4 * (slot * self.width + low))
            rest = row.data.cast("B")
            while rest:
                rest = rest[self._file.readinto(rest) :]
            found[i] = row
        return found
