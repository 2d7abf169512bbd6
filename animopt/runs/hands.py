"""Hands: the processes of an executor, on this machine or on many, that do shares of the work."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Future
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from animopt.errors import ExportError, InvalidInput, short

Item = TypeVar("Item")
Result = TypeVar("Result")

# How long is waited for a result before it is asked whether anybody still works on it, in seconds.
_PATIENCE = 2.0


# Numbers of work that take about a fifth of a second.
_LARGE = 1e7


class NotSent(ExportError):
    """What is to be worked on does not reach another process."""


class Hands:
    """An executor of ``concurrent.futures``, or a Dask client, as whoever wants help sees it.

    What a worker of Dask that dies was to do is done by another one.

    Raises:
        InvalidInput: it is neither.
    """

    def __init__(self, who: str, executor: Any) -> None:
        # A function may draw on what is random or is kept between calls: it is not "pure".
        client = executor if hasattr(executor, "get_executor") else None
        self._executor = executor.get_executor(pure=False) if client else executor
        self._client = client or getattr(executor, "_client", None)
        if isinstance(executor, type) or not callable(getattr(self._executor, "submit", None)):
            raise InvalidInput(
                f"{who}(executor={short(executor)}): give an executor of concurrent.futures, such "
                "as ProcessPoolExecutor(), or a Dask client, Client('tcp://...')"
            )

    @property
    def count(self) -> int:
        """How many shares are worked on at a time, as far as it is known."""
        if self._client is not None:
            return max(1, len(self._client.ncores()))
        return getattr(self._executor, "_max_workers", None) or os.cpu_count() or 1

    @property
    def gone(self) -> bool:
        """Whether a cluster is known to be out of reach."""
        return self._client is not None and self._client.status != "running"

    def submit(self, work: Callable[..., Result], *arguments: Any) -> Share[Result]:
        """Let some process do some work.

        Raises:
            ExportError: there is none any more.
        """
        try:
            if self.gone:
                raise CancelledError
            future = self._executor.submit(work, *arguments)
        except (BrokenExecutor, CancelledError, RuntimeError) as error:
            raise self._lost(error) from error
        except Exception as error:
            _check_sent(error)
            raise
        if not callable(getattr(future, "result", None)):
            raise InvalidInput(f"executor: submit returned {short(future)}, which is no Future")
        return Share(self, future)

    def _lost(self, error: BaseException) -> ExportError:
        said = str(error) or type(error).__name__
        if self._client is not None and isinstance(error, CancelledError):
            said = "the scheduler is out of reach; start it and its workers, and render again"
        return ExportError(f"the executor gave up: {said}")


class Share(Generic[Result]):
    """Some work that was handed out."""

    def __init__(self, hands: Hands, future: Future[Result]) -> None:
        self._hands, self._future = hands, future

    @property
    def done(self) -> bool:
        """Whether there is a result, or an error."""
        return self._future.done()

    def cancel(self) -> None:
        """Let nobody begin it."""
        self._future.cancel()

    def result(self) -> Result:
        """Wait for the result, or raise what the work raised.

        Raises:
            ExportError: nobody does the work any more, or no worker can.
        """
        while True:
            try:
                return self._future.result(_PATIENCE)
            except TimeoutError:
                if self._future.done():
                    raise
                if self._hands.gone:
                    raise self._hands._lost(CancelledError()) from None
            except (BrokenExecutor, CancelledError) as error:
                raise self._hands._lost(error) from error
            except Exception as error:
                _check_sent(error)
                missing = error if error.__cause__ is None else error.__cause__
                if isinstance(missing, ModuleNotFoundError):
                    raise NotSent(
                        f"the executor does not find {missing.name}; install it wherever it runs, "
                        "in the same version"
                    ) from error
                if type(error).__module__.startswith("distributed."):
                    raise self._hands._lost(error) from error
                raise


def _check_sent(error: Exception) -> None:
    """Raise NotSent for an error that says that something cannot be pickled."""
    said = str(error)
    if isinstance(error, pickle.PicklingError) or (
        isinstance(error, (AttributeError, TypeError)) and ("pickle" in said or "seriali" in said)
    ):
        raise NotSent(
            f"executor: {said.splitlines()[0]}; define functions and classes at the top of a "
            "module, or use a Dask client, which sends others too"
        ) from error


_LENT: ContextVar[Hands | None] = ContextVar("lent", default=None)


@contextmanager
def lent(hands: Hands) -> Iterator[None]:
    """Let some hands do the large studies in the block, as far as these can be sent to them."""
    token = _LENT.set(hands)
    try:
        yield
    finally:
        _LENT.reset(token)


def hired(who: str, executor: Any, weight: float) -> Hands | None:
    """Return who does some work: a given executor, hands that are lent if it is large, or None.

    ``weight`` is about how many numbers are computed, where a step alone counts as a thousand.
    """
    if executor is not None:
        return Hands(who, executor)
    return _LENT.get() if weight > _LARGE else None


def spread(
    work: Callable[[Item], Result], items: Sequence[Item], hands: Hands | None
) -> Iterator[Result]:
    """Yield what the work, a function at the top of a module, makes of each item, in order.

    What cannot be sent to hands that are only lent is done here.
    """
    if hands is None:
        yield from map(work, items)
        return
    size, done = max(1, -(-len(items) // (4 * hands.count))), 0
    try:
        chunks = [items[i : i + size] for i in range(0, len(items), size)]
        for share in [hands.submit(_each, work, chunk) for chunk in chunks]:
            for result in share.result():
                done += 1
                yield result
    except NotSent:
        if hands is not _LENT.get():
            raise
        yield from map(work, items[done:])


def _each(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    return list(map(work, items))
