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
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from animopt.typing import Frame

if TYPE_CHECKING:
    from animopt.animate import SceneAnimation
    from animopt.animate.engine import Engine
    from animopt.scene import Scene

# Frames a task: enough that the way there and back does not count, few enough to keep memory flat.
_STRETCH = 8


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


def frames(
    executor: Executor, source: Source, count: int, ahead: int
) -> Iterator[tuple[Frame, float]]:
    """Have the frames of a scene drawn in stretches by the workers, and yield them in order.

    They begin at once, not when the first frame is asked for.

    Args:
        executor: who draws.
        source: the scene.
        count: how many pictures it has.
        ahead: how many stretches may be under way or waiting to be taken.
    """
    known = pickle.dumps(source)
    starts = iter(range(0, count, _STRETCH))
    waiting = deque(_submitted(executor, known, islice(starts, ahead)))

    def taken() -> Iterator[tuple[Frame, float]]:
        while waiting:
            stretch = waiting.popleft().result()
            waiting.extend(_submitted(executor, known, islice(starts, 1)))
            for shape, data, seconds in stretch:
                yield np.frombuffer(data, np.uint8).reshape(shape), seconds

    return taken()


Drawn: TypeAlias = list[tuple[tuple[int, ...], bytes, float]]


def _submitted(executor: Executor, source: bytes, starts: Iterable[int]) -> Iterator[Future[Drawn]]:
    for start in starts:
        yield executor.submit(_draw, source, start, start + _STRETCH)


def _draw(source: bytes, start: int, stop: int) -> Drawn:
    movie, engine = _studio(source)
    return [
        (frame.shape, frame.tobytes(), seconds)
        for frame, seconds in engine.frames(movie.pictures[start:stop])
    ]


@lru_cache(maxsize=1)
def _studio(source: bytes) -> tuple[SceneAnimation, Engine]:
    """Return what this process draws with; it is set up once."""
    from animopt.animate import animation

    where: Source = pickle.loads(source)
    movie = animation(where.load(*where.arguments))
    return movie, movie.engine()
