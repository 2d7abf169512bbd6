"""Leftovers: what a process that was killed left behind, told from the names of its files.

Whatever is not complete yet bears its owner's mark. Whoever writes to a folder next removes what
bears the mark of a process that lives no more, and nothing else: the mark of another machine, or
of another container's processes, says nothing about who lives.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

# .NAME.MARK.TOKEN.part beside a target, perhaps with what its encoder adds; and folders.
_MARK = r"(?P<place>[0-9a-f]{6})-(?P<pid>[0-9a-f]+)-(?P<start>[0-9a-f]+)"
_OURS = (
    re.compile(rf"\..*\.{_MARK}\.[0-9a-f]{{8}}\.part(\.\w+)?"),
    re.compile(rf"\.?animopt-{_MARK}-\w+"),
)


def owner() -> str:
    """Return the mark of this process: where it runs, its number, and when it started."""
    return _mark(os.getpid())


@cache
def _mark(pid: int) -> str:
    return f"{_place()}-{pid:x}-{_start(pid) or 0:x}"


@cache
def _place() -> str:
    """Return what tells this machine, since it was started, from others that see the same files."""
    told = [platform.node()]
    with suppress(OSError):  # only Linux has them
        told.append(Path("/proc/sys/kernel/random/boot_id").read_text())
        told.append(os.readlink("/proc/self/ns/pid"))
    return hashlib.sha256("\n".join(told).encode("utf-8", "surrogateescape")).hexdigest()[:6]


def _start(pid: int) -> int | None:
    """Return when a process started, in ticks; 0 where nobody knows, None if it lives no more."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        if sys.platform == "linux" and Path("/proc/self/stat").exists():
            return None
        with suppress(OSError):
            os.kill(pid, 0)
            return 0
        return None
    return None if state in "ZX" else int(rest[18])


def part_path(target: Path) -> Path:
    """Return a hidden temporary path beside a target, for a file that is not complete yet."""
    # Shortened, since a name that just fits would be too long with what is added.
    return target.with_name(f".{target.name[:40]}.{owner()}.{secrets.token_hex(4)}.part")


@contextmanager
def temporary_folder(beside: Path | None = None) -> Iterator[Path]:
    """Provide a folder for the block, in the system's folder for such, or hidden in another."""
    within = shared_folder() if beside is None else beside
    tidy(within)
    prefix = f"{'' if beside is None else '.'}animopt-{owner()}-"
    with tempfile.TemporaryDirectory(
        dir=within, prefix=prefix, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


def shared_folder() -> Path:
    """Return the system's folder for temporary files, that of every program."""
    return Path(tempfile.gettempdir())


def tidy(folder: Path) -> None:
    """Remove from a folder what processes of this machine and user left that live no more."""
    if os.name == "nt":  # where asking whether a process lives may end it
        return
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if any((found := each.fullmatch(entry.name)) and _is_dead(found) for each in _OURS):
                with suppress(OSError):
                    _remove(entry)


def _is_dead(found: re.Match[str]) -> bool:
    if found["place"] != _place():
        return False
    now = _start(int(found["pid"], 16))
    return now is None or now != int(found["start"], 16)


def _remove(entry: os.DirEntry[str]) -> None:
    if entry.stat(follow_symlinks=False).st_uid != os.getuid():
        return
    if entry.is_dir(follow_symlinks=False):
        shutil.rmtree(entry.path, ignore_errors=True)
    elif entry.is_file(follow_symlinks=False):
        os.unlink(entry.path)
