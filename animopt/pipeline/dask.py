"""Dask: a cluster that is running somewhere, as an executor."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from animopt.errors import ExportError, InvalidInput, installed
from animopt.runs.hands import Hands

# How long a scheduler, and then its first worker, have to answer, in seconds.
_PATIENCE = 15


@contextmanager
def team(workers: int, address: str | None) -> Iterator[int | Hands]:
    """Provide who draws: so many processes here, or the hands of the cluster at an address."""
    if address is None:
        yield workers
    elif workers > 1:
        raise InvalidInput("-j and --dask: a cluster has workers of its own; give one of the two")
    else:
        with _cluster(address) as client:
            yield Hands("render", client)


@contextmanager
def _cluster(address: str) -> Iterator[Any]:
    """Provide a client of the scheduler at an address, "tcp://host:8786".

    Raises:
        InvalidInput: it is no address.
        ExportError: Dask is not installed, nobody answers, or there are no workers.
    """
    distributed = installed("--dask", "distributed", "dask")
    for name in ("distributed", "tornado", "asyncio"):  # what is wrong is said in a sentence
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (ValueError, TypeError) as error:
        raise InvalidInput(
            f"--dask {address}: give the address of a scheduler, such as tcp://host:8786"
        ) from error
    except OSError as error:
        raise ExportError(
            f"--dask {address}: no scheduler answers there; start one with 'dask scheduler', and "
            f"workers with 'dask worker {address}'"
        ) from error
    try:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            raise ExportError(
                f"--dask {address}: the scheduler has no workers; start some with "
                f"'dask worker {address}'"
            ) from error
        yield client
    finally:
        with suppress(Exception):  # a scheduler that is gone need not be told
            client.close(timeout=2)
