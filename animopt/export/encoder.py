"""Encoder: the interface of every format, and the base of those that store only changes."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from animopt.export.format import Format
from animopt.export.pictures import Change, Picture, change
from animopt.export.reading import read_json, texts_of
from animopt.export.settings import Settings


@dataclass(frozen=True)
class Plan:
    """What an encoder knows before the first picture: the settings and the samples' colours."""

    settings: Settings
    rate: float
    colors: Picture
    counts: NDArray[np.intp]


def comment(metadata: Mapping[str, str]) -> str:
    """Return the metadata as one line, for formats that have a single comment field."""
    return json.dumps(metadata, sort_keys=True)


def read_comment(text: bytes) -> dict[str, str]:
    """Return the metadata in a comment: ours by key, any other text under "comment"."""
    try:
        return texts_of(read_json(text))
    except ValueError:
        return {"comment": text.decode("utf-8", "replace")} if text else {}


MAX_PENDING = 4
"""Calls that may be queued: enough to overlap with drawing, few enough to bound memory."""


class Encoder(Format):
    """Writes pictures to one new file: ``add`` each, then ``finish``; always ``close``.

    Long work that releases the GIL (compressing, waiting for another process) goes to a background
    thread through ``submit``, so that it overlaps with drawing the next frame. Comparing pictures
    does not: it makes dozens of short NumPy calls, each of which would wait for the GIL, and it
    would take three times as long.

    Attributes:
        chooses: whether it is to see colours first, of the samples or else of the first pictures.
    """

    chooses: ClassVar[bool] = True

    def __init__(self, path: Path, plan: Plan) -> None:
        self.path = path
        self.plan = plan
        self._thread = ThreadPoolExecutor(1, f"animopt {path.name}")
        self._pending: deque[Future[None]] = deque()

    def submit(self, call: Callable[..., None], *arguments: Any) -> None:
        """Queue a call for the background thread; raise the error of an earlier one, if any."""
        self._pending.append(self._thread.submit(call, *arguments))
        self.drain(MAX_PENDING)

    def drain(self, most: int = 0) -> None:
        """Wait until at most so many calls are pending; raise the error of one, if any."""
        while len(self._pending) > most:
            self._pending.popleft().result()

    @abstractmethod
    def add(self, picture: Picture, seconds: float) -> None:
        """Add a picture, shown for this many seconds."""

    @abstractmethod
    def finish(self) -> None:
        """Complete the file."""

    def close(self) -> None:
        """Release the thread, the file and any process, whether finished or not."""
        self._thread.shutdown(cancel_futures=True)


Patch = TypeVar("Patch")
MAX_DELAY = 0xFFFF


class DeltaEncoder(Encoder, Generic[Patch]):
    """A format whose frames are patches on the previous frame, each with a delay in whole ticks.

    A patch is held back until the next one, since equal pictures only lengthen its delay. Delays
    are differences of rounded times, so rounding errors do not accumulate. Patches are written by
    the background thread: anything else that touches the file after ``start`` must ``drain`` first.
    """

    ticks: ClassVar[int]

    def __init__(self, path: Path, plan: Plan) -> None:
        super().__init__(path, plan)
        self.file: BinaryIO = path.open("x+b")
        self._last: Picture | None = None
        self._held: Patch | None = None
        self._seconds = 0.0
        self._ticks = 0

    @abstractmethod
    def start(self, picture: Picture) -> Patch:
        """Write the header of the file; return the whole first picture as a patch."""

    @abstractmethod
    def patch(self, picture: Picture, change: Change) -> Patch | None:
        """Return what turns the last picture into this one, or None if nothing would show."""

    @abstractmethod
    def write(self, patch: Patch | None, delay: int) -> None:
        """Write a patch (None changes nothing), shown for this many ticks."""

    @abstractmethod
    def end(self) -> None:
        """Write what follows the last frame, and complete the header."""

    def add(self, picture: Picture, seconds: float) -> None:
        """Hold back this picture's patch and write the previous one, unless nothing changed."""
        if self._last is None:
            self._held = self.start(picture)
        elif (differs := change(self._last, picture)) is not None:
            patch = self.patch(picture, differs)
            if patch is not None:
                self._flush()
                self._held = patch
        self._last = picture
        self._seconds += seconds

    def finish(self) -> None:
        """Write the last patch and the end of the file."""
        self._flush()
        self.drain()
        self.end()

    def close(self) -> None:
        """Close the file, once the write in progress is done."""
        super().close()
        self.file.close()

    def _flush(self, kept: int = 0) -> None:
        """Write the patch that is held back, but for the last of its ticks that are kept."""
        patch = self._held
        for delay in self._delays(kept):
            self.submit(self.write, patch, delay)
            patch = None

    def _due(self) -> int:
        """Return the ticks for which the patch that is held back has been shown."""
        return round(self._seconds * self.ticks) - self._ticks

    def _delays(self, kept: int) -> Iterator[int]:
        due = max(self._due() - kept, round(self.shortest * self.ticks), 1)
        self._ticks += due
        while due > 0:
            # The remainder must not be too short for a frame of its own.
            delay = due if due <= MAX_DELAY else min(due - 10, MAX_DELAY)
            yield delay
            due -= delay
