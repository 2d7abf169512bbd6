"""Signals: turn a request to stop into an exception, so that files are cleaned up."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupted(BaseException):
    """A signal asked the program to stop; ``status`` is the exit status, 128 + the signal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = 128 + number


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise Interrupted in the block at the first Ctrl-C, TERM or HUP; later ones are ignored.

    A signal that was ignored before, as under nohup, stays ignored. C code may swallow what is
    raised while it calls Python, and then fail by itself: that is the interrupt too.
    """
    received: list[int] = []
    names = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}

    def stop(number: int, frame: FrameType | None) -> None:
        for other in before:
            signal.signal(other, signal.SIG_IGN)
        received.append(number)
        raise Interrupted(number)

    for number, handler in before.items():
        if handler not in (None, signal.SIG_IGN):
            signal.signal(number, stop)
    try:
        yield
    except Exception:
        if received:
            raise Interrupted(received[0]) from None
        raise
    finally:
        for number, handler in before.items():
            # After an interrupt the signals stay ignored.
            if signal.getsignal(number) is stop:
                signal.signal(number, handler)


def quiet() -> None:
    """Keep matplotlib's log off stderr, unless the user asks for a log, and its windows closed.

    Before matplotlib is imported, which reads files of the user's and complains about them.
    """
    import logging  # here, since interrupts are handled before it is loaded

    log = logging.getLogger("matplotlib")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    os.environ["MPLBACKEND"] = "agg"


def count_on_after_hangup() -> None:
    """Start what counts the semaphores of workers, so that a terminal which closes leaves it alone.

    It ends with this process, and is itself deaf to Ctrl-C and TERM; it inherits that it ignores
    HUP too, or it would die before the workers, and complain on stderr.
    """
    import threading
    from multiprocessing import resource_tracker

    before = signal.getsignal(signal.SIGHUP) if hasattr(signal, "SIGHUP") else None
    # Only the main thread sets handlers, and one that is not Python's cannot be set again.
    if before is not None and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            resource_tracker.ensure_running()
        finally:
            signal.signal(signal.SIGHUP, before)


def end_with_parent() -> None:
    """Let this process end as soon as the one that started it has ended, in whatever way."""
    import multiprocessing
    import threading
    from multiprocessing.connection import wait

    parent = multiprocessing.parent_process()

    def look() -> None:
        if parent is not None:
            wait([parent.sentinel])
            os._exit(1)

    name = "animopt ends with its parent"
    if parent is not None and name not in {each.name for each in threading.enumerate()}:
        threading.Thread(target=look, name=name, daemon=True).start()
