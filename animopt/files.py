"""Files: check that a path can be written, and write it whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from animopt.errors import ExportError, InvalidInput


def check_place(path: Path) -> None:
    """Raise InvalidInput if no file can be written at a path; change nothing."""
    try:
        target = path.resolve()
        folder = target.parent
        if target.is_dir():
            raise InvalidInput(f"write: {path} is a folder; name a file in it")
        if target.is_symlink() or (target.exists() and not target.is_file()):
            raise InvalidInput(f"write: {path} is not a regular file; choose another name")
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
    except (OSError, RuntimeError) as error:  # a name that is too long, or a loop of links
        what = getattr(error, "strerror", None) or error
        raise InvalidInput(f"write: cannot write {path}: {what}; choose another name") from error
    if not folder.is_dir():
        raise InvalidInput(f"write: cannot write {path}, since {folder} is not a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InvalidInput(f"write: cannot write {path}, since the folder {folder} is read-only")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its target, then rename it; missing folders are created.

    Raises:
        InvalidInput: no file can be written there.
        ExportError: there is no space, or the folder cannot be created.
    """
    check_place(path)
    target = path.resolve()
    part = part_path(target)
    try:
        with write_errors(path):
            target.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
            os.replace(part, target)
    finally:
        with suppress(OSError):
            part.unlink()


def part_path(target: Path) -> Path:
    """Return a hidden temporary path beside a target, for a file that is not complete yet."""
    # Shortened, since a name that just fits would be too long with what is added.
    return target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}.part")


@contextmanager
def write_errors(path: Path) -> Iterator[None]:
    """Turn an OSError in the block into an ExportError that names the path."""
    try:
        yield
    except OSError as error:
        raise ExportError(f"cannot write {path}: {error.strerror or error}") from error
