"""Workers: whole scenes, or stretches of one scene's frames, drawn by other processes.

Closures do not pickle, so a task says where its scene is: a file, a name, and what was asked of it.
Any ``concurrent.futures.Executor`` will do; ``pool`` makes the usual one.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from animopt.typing import Frame

if TYPE_CHECKING:
    from animopt.animate import SceneAnimation
    from animopt.animate.engine import Engine
    from animopt.scene import Scene

Stretch: TypeAlias = list[tuple[Frame, float]]
"""Frames in a row, and how long each is shown."""

# Frames a task: enough that the way there and back does not count, few enough to keep memory flat.
_STRETCH = 4


@dataclass(frozen=True)
class Source:
    """Where a scene is: ``load(*arguments)`` returns it, in any process."""

    load: Callable[..., Scene]
    arguments: tuple[Any, ...]


@contextmanager
def pool(workers: int) -> Iterator[Executor]:
    """Give so many fresh processes; whatever ends the block early ends their work too.

    They are spawned, since a forked matplotlib may hang in its font cache.
    """
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_settle)
    try:
        yield executor
    except BaseException:
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def _settle() -> None:
    """Leave Ctrl-C to the parent, and end on TERM with everything cleaned up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


class Crew:
    """Those who draw the frames of a scene together: this process, and the workers.

    Args:
        executor: the workers, who begin to prepare at once.
        source: the scene.
        hands: how many workers there are.
        folder: where they may leave frames. Through a pipe a frame goes in twenty pieces, each of
            which waits until this process draws no triangles.
    """

    def __init__(self, executor: Executor, source: Source, hands: int, folder: Path) -> None:
        self._executor, self._source, self._folder = executor, pickle.dumps(source), folder
        self._ready = [executor.submit(_prepare, self._source) for _ in range(hands)]

    def frames(self, movie: SceneAnimation, engine: Engine) -> Iterator[tuple[Frame, float]]:
        """Yield every frame of an animation, in order, in an array that the next may overwrite.

        Whoever waits works: where the next stretch is not there yet, this process draws one.
        """
        pictures = movie.pictures
        starts = deque(range(0, len(pictures), _STRETCH))
        waiting: deque[_Own | _Theirs] = deque()
        while starts or waiting:
            while starts and self._idle(waiting):
                start = starts.popleft()
                path = self._folder / f"{start}.frames"
                task = self._executor.submit(_draw, self._source, start, path)
                waiting.append(_Theirs(task, path))
            ahead = len(waiting) > 3 * len(self._ready)
            if waiting and (waiting[0].done or ahead or not starts):
                yield from waiting.popleft().frames()
                continue
            start = starts.popleft()
            own = engine.frames(pictures[start : start + _STRETCH])
            if waiting:
                waiting.append(_Own([(frame.copy(), seconds) for frame, seconds in own]))
            else:
                yield from own

    def _idle(self, waiting: Iterable[_Own | _Theirs]) -> bool:
        """Whether a worker has nothing to do after what it does now."""
        ready = sum(future.done() for future in self._ready)
        return sum(not stretch.done for stretch in waiting) < 2 * ready


@dataclass(frozen=True)
class _Own:
    """A stretch that this process drew."""

    drawn: Stretch
    done = True

    def frames(self) -> Stretch:
        return self.drawn


@dataclass(frozen=True)
class _Theirs:
    """A stretch that a worker draws into a file."""

    task: Future[tuple[tuple[int, ...], list[float]]]
    path: Path

    @property
    def done(self) -> bool:
        return self.task.done()

    def frames(self) -> Stretch:
        shape, seconds = self.task.result()
        frames = np.fromfile(self.path, np.uint8).reshape(len(seconds), *shape)
        self.path.unlink()
        return list(zip(frames, seconds, strict=True))


def _prepare(source: bytes) -> None:
    _studio(source)


def _draw(source: bytes, start: int, path: Path) -> tuple[tuple[int, ...], list[float]]:
    """Draw a stretch into a file, and return the shape of a frame and how long each is shown."""
    movie, engine = _studio(source)
    seconds = []
    with path.open("wb") as file:
        for frame, shown in engine.frames(movie.pictures[start : start + _STRETCH]):
            file.write(frame.data)
            seconds.append(shown)
    return frame.shape, seconds


@lru_cache(maxsize=1)
def _studio(source: bytes) -> tuple[SceneAnimation, Engine]:
    """Return what this process draws with; it is set up once."""
    from animopt.animate import animation

    where: Source = pickle.loads(source)
    movie = animation(where.load(*where.arguments))
    return movie, movie.engine()
