"""Files: where one can be written, and that it appears whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from animopt.errors import ExportError, InvalidInput


def check_place(path: Path) -> None:
    """Raise InvalidInput where no file can be written; touch nothing."""
    folder = path.resolve().parent
    if path.is_dir():
        raise InvalidInput(f"write: {path} is a folder; name a file in it")
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise InvalidInput(f"write: cannot write {path}, since {folder} is not a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InvalidInput(f"write: cannot write {path}, since the folder {folder} is read-only")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its target, then rename it; missing folders are made.

    Raises:
        ExportError: there is no room, or the folder cannot be made.
    """
    target = path.resolve()
    part = beside(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        os.replace(part, target)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        part.unlink(missing_ok=True)


def beside(target: Path) -> Path:
    """Return where a file grows until it is whole: beside its target, where nobody looks for it."""
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")


def cannot_write(path: Path, error: OSError) -> ExportError:
    """Return what to raise where writing failed."""
    return ExportError(f"cannot write {path}: {error.strerror or error}")
