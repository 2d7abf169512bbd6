"""Workers: processes that draw whole scenes, or chunks of one scene's frames.

They are given pictures, which are plain data; the scene has been run once, elsewhere.
Any ``concurrent.futures.Executor`` will do; ``pool`` makes the usual one.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from animopt.borrowed import leave_out_docstrings
from animopt.errors import ExportError
from animopt.files import scratch_errors
from animopt.notes import note
from animopt.signals import count_on_after_hangup, end_with_parent, quiet
from animopt.typing import Frame

if TYPE_CHECKING:
    from animopt.animate.engine import Engine
    from animopt.animate.film import Film
    from animopt.picture.picture import Picture

Chunk: TypeAlias = list[tuple[Frame, float]]
"""Consecutive frames, each with its seconds."""

# Frames a task: enough to make its overhead negligible, few enough to bound memory.
_CHUNK_SIZE = 4


@contextmanager
def pool(workers: int) -> Iterator[Executor]:
    """Provide so many new processes; an exception in the block terminates them.

    They are spawned, since a forked matplotlib may hang in its font cache.

    Raises:
        ExportError: one of them died.
    """
    context = multiprocessing.get_context("spawn")
    count_on_after_hangup()
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)
    try:
        yield executor
    except BaseException as error:
        for child in multiprocessing.active_children():
            child.terminate()
        if isinstance(error, BrokenExecutor):
            raise ExportError(
                "a worker process died, perhaps for lack of memory; try fewer workers, such as -j 1"
            ) from error
        raise
    finally:
        executor.shutdown(cancel_futures=True)


# Seconds that a worker has for cleaning up once it is asked to end.
_LAST_WORDS = 0.5


def _begin() -> None:
    """Leave Ctrl-C and HUP to the parent, clean up and exit on SIGTERM, and end with the parent."""

    def stop(number: int, frame: FrameType | None) -> None:
        # The executor takes what is raised in a task for the task's result, and goes on.
        last = threading.Timer(_LAST_WORDS, os._exit, [128 + number])
        last.daemon = True
        last.start()
        sys.exit(128 + number)

    quiet()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):  # not on Windows
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    end_with_parent()
    leave_out_docstrings()
    # Last, since the executor prints what is raised in here; until now there is nothing to clean.
    signal.signal(signal.SIGTERM, stop)


class Crew:
    """This process and its workers, which draw the frames of a scene together.

    Args:
        executor: the workers; they fetch the picture at once.
        load: returns the picture, in any process.
        workers: the number of workers.
        folder: where they pass frames as files. A pipe would transfer each frame in some twenty
            pieces, each of which waits while this process holds the GIL.
    """

    def __init__(
        self, executor: Executor, load: Callable[[], Picture], workers: int, folder: Path
    ) -> None:
        self._executor, self._load, self._folder = executor, pickle.dumps(load), folder
        self._broken = False
        self._ready: list[Future[None]] = []
        with suppress(BrokenExecutor):  # noticed when they are to draw
            self._ready += [executor.submit(_prepare, self._load) for _ in range(workers)]

    def frames(self, movie: Film, engine: Engine) -> Iterator[tuple[Frame, float]]:
        """Yield every frame of an animation, in order, in an array that the next may overwrite.

        While the next chunk is not done, this process draws another one itself.
        """
        pictures = movie.pictures
        starts = deque(range(0, len(pictures), _CHUNK_SIZE))
        waiting: deque[_OwnChunk | _WorkerChunk] = deque()
        while starts or waiting:
            while starts and self._has_capacity(waiting):
                start = starts.popleft()
                task = self._submit(start)
                if task is None:
                    starts.appendleft(start)
                    break
                waiting.append(task)
            ahead = len(waiting) > 3 * len(self._ready)
            if waiting and (waiting[0].done or ahead or not starts):
                chunk = waiting.popleft()
                try:
                    yield from chunk.frames()
                except BrokenExecutor:
                    # A worker died, and its executor with it: what it was to draw is drawn here.
                    self._go_on_alone()
                    yield from engine.frames(pictures[chunk.start : chunk.start + _CHUNK_SIZE])
                continue
            start = starts.popleft()
            own = engine.frames(pictures[start : start + _CHUNK_SIZE])
            if waiting:
                drawn = [(frame.copy(), seconds) for frame, seconds in own]
                waiting.append(_OwnChunk(drawn, start))
            else:
                yield from own

    def _submit(self, start: int) -> _WorkerChunk | None:
        """Let a worker draw a chunk; None if there are no workers any more."""
        path = self._folder / f"{start}.frames"
        try:
            task = self._executor.submit(_draw, self._load, start, path)
        except BrokenExecutor:
            self._go_on_alone()
            return None
        return _WorkerChunk(task, path, start)

    def _go_on_alone(self) -> None:
        if not self._broken:
            self._broken = True
            note("a worker process died, perhaps for lack of memory; its share is drawn here")

    def _has_capacity(self, waiting: Iterable[_OwnChunk | _WorkerChunk]) -> bool:
        """Return whether a worker has no chunk queued after its current one."""
        ready = 0 if self._broken else sum(future.done() for future in self._ready)
        return sum(not chunk.done for chunk in waiting) < 2 * ready


@dataclass(frozen=True)
class _OwnChunk:
    """A chunk that this process drew."""

    drawn: Chunk
    start: int
    done = True

    def frames(self) -> Chunk:
        return self.drawn


@dataclass(frozen=True)
class _WorkerChunk:
    """A chunk that a worker draws into a file."""

    task: Future[tuple[tuple[int, ...], list[float]]]
    path: Path
    start: int

    @property
    def done(self) -> bool:
        return self.task.done()

    def frames(self) -> Chunk:
        shape, seconds = self.task.result()
        frames = np.fromfile(self.path, np.uint8).reshape(len(seconds), *shape)
        self.path.unlink()
        return list(zip(frames, seconds, strict=True))


def _prepare(load: bytes) -> None:
    _loaded(load)


def _draw(load: bytes, start: int, path: Path) -> tuple[tuple[int, ...], list[float]]:
    """Draw a chunk into a file; return the shape of a frame and the seconds of each."""
    movie, engine = _loaded(load)
    seconds = []
    chunk = movie.pictures[start : start + _CHUNK_SIZE]
    with scratch_errors(), path.open("wb") as file:
        for frame, shown in engine.frames(chunk):
            file.write(frame.data)
            seconds.append(shown)
    return frame.shape, seconds


@lru_cache(maxsize=1)
def _loaded(load: bytes) -> tuple[Film, Engine]:
    """Return the film that this process draws; its picture is fetched once."""
    from animopt.animate.film import Film

    film = Film(pickle.loads(load)())
    return film, film.engine()


def warm(executor: Executor, processes: int) -> None:
    """Let so many processes start, and import what draws, while this one simulates."""
    with suppress(BrokenExecutor):  # noticed when they are to draw
        for _ in range(processes):
            executor.submit(_import_what_draws)


def _import_what_draws() -> None:
    import animopt.animate.film  # noqa: F401
