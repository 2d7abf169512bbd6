"""Files: check that a path can be written, and write it whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from animopt.errors import ExportError, InvalidInput
from animopt.leftovers import part_path, shared_folder, tidy


def at_home(path: str | os.PathLike[str]) -> Path:
    """Return a path with a leading ~ replaced by the user's home, as a shell would."""
    return Path(os.path.expanduser(os.fspath(path)))


def file_name(name: str) -> str:
    """Return the name of a scene or a run as part of a file's name, at most 80 letters of it.

    >>> file_name("scenes[0]"), file_name("a/b: c")
    ('scenes-0', 'a-b-c')
    """
    cleaned = re.sub(r"[^\w.=+-]+", "-", name).strip("-")
    return cleaned if len(cleaned) <= 80 else f"{cleaned[:40]}-{_digest(name)}"


def file_names(names: Sequence[str]) -> list[str]:
    """Return each name as part of a file's name, all different on any file system.

    Only the name of an only one may be empty.

    >>> file_names(["adam", "Adam", "sgd"])
    ['adam-f7f376a1', 'Adam-3f0c9b03', 'sgd']
    """
    cleaned = list(map(file_name, names))
    times = Counter(each.casefold() for each in cleaned)
    return [
        each
        if times[each.casefold()] == 1 and (each or len(names) == 1)
        else f"{each}-{_digest(name)}".strip("-")
        for each, name in zip(cleaned, names, strict=True)
    ]


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]


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
            tidy(target.parent)
            part.write_bytes(data)
            put_in_place(part, target)
    finally:
        with suppress(OSError):
            part.unlink()


def put_in_place(part: Path, target: Path) -> None:
    """Rename a complete file to its target, whose permissions stay as they are."""
    with suppress(OSError):  # there is no old file, or its permissions are not ours to copy
        os.chmod(part, stat.S_IMODE(target.stat().st_mode))
    os.replace(part, target)


@contextmanager
def write_errors(path: Path) -> Iterator[None]:
    """Turn an OSError in the block into an ExportError that names the path."""
    try:
        yield
    except OSError as error:
        raise ExportError(f"cannot write {path}: {error.strerror or error}") from error


@contextmanager
def scratch_errors() -> Iterator[None]:
    """Turn an OSError in the block, where workers exchange files, into an ExportError."""
    try:
        yield
    except OSError as error:
        raise ExportError(
            f"cannot write to {shared_folder()}, the folder for temporary files: "
            f"{error.strerror or error}; free space there, name another one in TMPDIR, or draw "
            "with -j 1"
        ) from error
