"""Receivers: file objects that get the bytes of a file, checked before anything is rendered."""

from __future__ import annotations

import io
from typing import Any

from animopt.errors import ExportError, InvalidInput, short


def check_receiver(file: Any) -> None:
    """Raise InvalidInput for a file object that takes no bytes."""
    who, fix = "render(scene, file)", "open it with open(path, 'wb'), or give io.BytesIO()"
    if isinstance(file, type):
        raise InvalidInput(
            f"{who}: {file.__name__} is a class; give an open file, {file.__name__}()"
        )
    if getattr(file, "closed", False) is True:
        raise InvalidInput(f"{who}: the file is closed; {fix}")
    if isinstance(file, io.TextIOBase) or hasattr(file, "encoding"):
        raise InvalidInput(f"{who}: {short(file)} takes text, and a picture is bytes; {fix}")
    writable = getattr(file, "writable", None)
    if callable(writable) and not writable():
        raise InvalidInput(f"{who}: the file is open for reading only; {fix}")


def send(file: Any, data: bytes) -> None:
    """Write all bytes to a file object, which may take only some at a time.

    Raises:
        InvalidInput: it takes no bytes.
        ExportError: writing failed.
    """
    rest, is_raw = memoryview(data), isinstance(file, io.RawIOBase)
    while rest:
        try:
            taken = file.write(bytes(rest) if len(rest) < len(data) else data)
        except TypeError as error:
            raise InvalidInput(
                f"render(scene, file): {short(file)} takes no bytes: {error}; give a binary file, "
                "such as io.BytesIO()"
            ) from error
        except (OSError, ValueError) as error:
            what = getattr(error, "strerror", None) or error
            raise ExportError(f"render(scene, file): cannot write to the file: {what}") from error
        if is_raw and not taken:  # one that does not wait for its reader
            raise ExportError(
                "render(scene, file): the file takes no more bytes; give io.BytesIO()"
            )
        # What else is written to may return anything, nothing for instance.
        partial = isinstance(taken, int) and not isinstance(taken, bool) and 0 < taken < len(rest)
        rest = rest[taken:] if partial else rest[:0]
