"""Workers: processes that draw whole scenes, or chunks of one scene's frames.

They are given pictures, which are plain data; the scene has been run once, elsewhere.
Any ``concurrent.futures.Executor`` will do; ``pool`` makes the usual one.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from animopt.errors import ExportError
from animopt.files import write_errors
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
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_handle_signals)
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


def _handle_signals() -> None:
    """Leave Ctrl-C to the parent process; clean up and exit on SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


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
        self._ready = [executor.submit(_prepare, self._load) for _ in range(workers)]

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
                path = self._folder / f"{start}.frames"
                task = self._executor.submit(_draw, self._load, start, path)
                waiting.append(_WorkerChunk(task, path))
            ahead = len(waiting) > 3 * len(self._ready)
            if waiting and (waiting[0].done or ahead or not starts):
                yield from waiting.popleft().frames()
                continue
            start = starts.popleft()
            own = engine.frames(pictures[start : start + _CHUNK_SIZE])
            if waiting:
                waiting.append(_OwnChunk([(frame.copy(), seconds) for frame, seconds in own]))
            else:
                yield from own

    def _has_capacity(self, waiting: Iterable[_OwnChunk | _WorkerChunk]) -> bool:
        """Return whether a worker has no chunk queued after its current one."""
        ready = sum(future.done() for future in self._ready)
        return sum(not chunk.done for chunk in waiting) < 2 * ready


@dataclass(frozen=True)
class _OwnChunk:
    """A chunk that this process drew."""

    drawn: Chunk
    done = True

    def frames(self) -> Chunk:
        return self.drawn


@dataclass(frozen=True)
class _WorkerChunk:
    """A chunk that a worker draws into a file."""

    task: Future[tuple[tuple[int, ...], list[float]]]
    path: Path

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
    with write_errors(path), path.open("wb") as file:
        for frame, shown in engine.frames(movie.pictures[start : start + _CHUNK_SIZE]):
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
    for _ in range(processes):
        executor.submit(_import_what_draws)


def _import_what_draws() -> None:
    import animopt.animate.film  # noqa: F401
