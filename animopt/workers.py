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
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from animopt.typing import Frame

if TYPE_CHECKING:
    from animopt.animate import SceneAnimation
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
    """Yield the frames of a scene in order, drawn in stretches by the workers.

    Args:
        executor: who draws.
        source: the scene.
        count: how many pictures it has.
        ahead: how many stretches may be under way or waiting to be taken.
    """
    known = pickle.dumps(source)
    starts = iter(range(0, count, _STRETCH))
    waiting: deque[Future[list[tuple[tuple[int, ...], bytes, float]]]] = deque()
    while True:
        for start in starts:
            waiting.append(executor.submit(_draw, known, start, start + _STRETCH))
            if len(waiting) >= ahead:
                break
        if not waiting:
            return
        for shape, data, seconds in waiting.popleft().result():
            yield np.frombuffer(data, np.uint8).reshape(shape), seconds


def _draw(source: bytes, start: int, stop: int) -> list[tuple[tuple[int, ...], bytes, float]]:
    return [
        (frame.shape, frame.tobytes(), seconds)
        for frame, seconds in _animation(source).frames(start, stop)
    ]


@lru_cache(maxsize=1)
def _animation(source: bytes) -> SceneAnimation:
    """Return the animation that this process draws; it is set up once."""
    from animopt.animate import animation

    where: Source = pickle.loads(source)
    return animation(where.load(*where.arguments))
