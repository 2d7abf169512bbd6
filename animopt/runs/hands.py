"""Hands: the processes of an executor, on this machine or on many, that do shares of the work."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Future
from typing import Any, Generic, TypeVar

from animopt.errors import ExportError, InvalidInput, short

Result = TypeVar("Result")

# How long is waited for a result before it is asked whether anybody still works on it, in seconds.
_PATIENCE = 2.0


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
                missing = error if error.__cause__ is None else error.__cause__
                if isinstance(missing, ModuleNotFoundError):
                    raise ExportError(
                        f"the executor does not find {missing.name}; install it wherever it runs, "
                        "in the same version"
                    ) from error
                if type(error).__module__.startswith("distributed."):
                    raise self._hands._lost(error) from error
                raise
