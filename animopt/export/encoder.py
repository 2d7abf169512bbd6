"""Encoder: what every format offers, and what those share that store only what changes."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from animopt.export.pictures import Change, Picture, change
from animopt.export.settings import Settings


@dataclass(frozen=True)
class Info:
    """What a file says about itself: duration in seconds of one play, loops 0 for ever."""

    format: str
    width: int
    height: int
    frames: int
    duration: float
    loops: int
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What an encoder knows before the first picture: the settings and what the samples say."""

    settings: Settings
    rate: float
    colors: Picture
    counts: NDArray[np.intp]


def comment(metadata: Mapping[str, str]) -> str:
    """Return the metadata as one line, for the formats that hold one comment."""
    return json.dumps(metadata, sort_keys=True)


def read_comment(text: bytes) -> dict[str, str]:
    """Return the metadata of a comment: ours by key, anyone else's under "comment"."""
    try:
        return {key: str(value) for key, value in json.loads(text).items()}
    except (ValueError, AttributeError):
        return {"comment": text.decode("utf-8", "replace")} if text else {}


AHEAD = 4
"""Calls that may wait for the thread: enough to overlap, few enough to keep memory flat."""


class Encoder(ABC):
    """Pictures to one file: ``add`` each with its seconds, ``finish``, and ``close`` in any case.

    The file must not exist yet. What runs without Python's lock for long (compressing, waiting for
    another process) is put off with ``later``, so that it overlaps with the drawing of the next
    frame. Comparing pictures is not: its dozens of short NumPy calls would each wait for the lock,
    and take three times as long as if done on the spot.
    """

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    description: ClassVar[str]
    transparent: ClassVar[bool] = False
    shortest: ClassVar[float] = 0.0

    def __init__(self, path: Path, plan: Plan) -> None:
        self.path = path
        self.plan = plan
        self._thread = ThreadPoolExecutor(1, f"animopt {path.name}")
        self._waits: deque[Future[None]] = deque()

    def later(self, call: Callable[..., None], *arguments: Any) -> None:
        """Have a call done after those before it; raise what went wrong with one of them."""
        self._waits.append(self._thread.submit(call, *arguments))
        self._await(AHEAD)

    def settle(self) -> None:
        """Wait until all that was put off is done; raise what went wrong with it."""
        self._await(0)

    def _await(self, most: int) -> None:
        while len(self._waits) > most:
            self._waits.popleft().result()

    @classmethod  # noqa: B027 (most formats refuse nothing)
    def check(cls, settings: Settings) -> None:
        """Raise what would go wrong whatever the frames are."""

    @staticmethod
    @abstractmethod
    def read(data: bytes) -> Info:
        """Return what a file of this format says about itself."""

    @abstractmethod
    def add(self, picture: Picture, seconds: float) -> None:
        """Show a picture for so many seconds."""

    @abstractmethod
    def finish(self) -> None:
        """Complete the file."""

    def close(self) -> None:
        """Let go of the thread, the file and any process, whether finished or not."""
        self._thread.shutdown(cancel_futures=True)


Patch = TypeVar("Patch")
LONGEST = 0xFFFF


class DeltaEncoder(Encoder, Generic[Patch]):
    """A format whose frames are patches on the frame before, each with a delay in whole ticks.

    A patch waits until the next one comes, since equal pictures only lengthen its delay. Delays
    are differences of rounded times, so the rounding errors never add up. Whatever else touches
    the file after ``start`` settles first, since patches are written later.
    """

    ticks: ClassVar[int]

    def __init__(self, path: Path, plan: Plan) -> None:
        super().__init__(path, plan)
        self.file: BinaryIO = path.open("x+b")
        self._last: Picture | None = None
        self._waiting: Patch | None = None
        self._seconds = 0.0
        self._told = 0

    @abstractmethod
    def start(self, picture: Picture) -> Patch:
        """Write the head of the file; return the first picture, whole."""

    @abstractmethod
    def patch(self, picture: Picture, change: Change) -> Patch | None:
        """Return what turns the last picture into this one, or None if it would not show."""

    @abstractmethod
    def write(self, patch: Patch | None, delay: int) -> None:
        """Write a patch, or one that changes nothing, shown for so many ticks."""

    @abstractmethod
    def end(self) -> None:
        """Write what follows the last frame, and mend what the head could not know."""

    def add(self, picture: Picture, seconds: float) -> None:
        """Write the patch that waits if this picture differs from it."""
        if self._last is None:
            self._waiting = self.start(picture)
        elif (differs := change(self._last, picture)) is not None:
            patch = self.patch(picture, differs)
            if patch is not None:
                self._flush()
                self._waiting = patch
        self._last = picture
        self._seconds += seconds

    def finish(self) -> None:
        """Write the last patch and the end of the file."""
        self._flush()
        self.settle()
        self.end()

    def close(self) -> None:
        """Close the file, after what is just being written."""
        super().close()
        self.file.close()

    def _flush(self) -> None:
        patch = self._waiting
        for delay in self._delays():
            self.later(self.write, patch, delay)
            patch = None

    def _delays(self) -> Iterator[int]:
        due = round(self._seconds * self.ticks) - self._told
        due = max(due, round(self.shortest * self.ticks), 1)
        self._told += due
        while due > 0:
            # What is left must not be too short for a frame of its own.
            delay = due if due <= LONGEST else min(due - 10, LONGEST)
            yield delay
            due -= delay
