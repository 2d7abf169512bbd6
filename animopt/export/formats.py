"""Formats: the registry, which a format from elsewhere joins by one line, and its questions."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from animopt.errors import InvalidInput
from animopt.export.apng import ApngEncoder
from animopt.export.format import Format, Info
from animopt.export.gif import GifEncoder
from animopt.export.mp4 import Mp4Encoder
from animopt.export.reading import content
from animopt.export.settings import Settings
from animopt.export.video import VideoEncoder
from animopt.export.webm import WebmEncoder
from animopt.files import at_home, check_place

FORMATS: dict[str, type[Format]] = {
    encoder.name: encoder for encoder in (GifEncoder, ApngEncoder, Mp4Encoder, WebmEncoder)
}
"""Every format by name."""

PathLike: TypeAlias = str | os.PathLike[str]


def check_path(path: PathLike, settings: Settings | None = None) -> type[Format]:
    """Return the format of a path, if it can be written there; change nothing."""
    path = at_home(path)
    kind = format_of(path)
    check_place(path)
    kind.check(settings or Settings())
    return kind


def check_seconds(path: Path, seconds: float) -> None:
    """Raise InvalidInput if a path's format cannot show a frame for so short a time."""
    shortest = format_of(path).shortest
    if seconds < shortest - 1e-6:
        raise InvalidInput(
            f"write: a {path.suffix[1:].upper()} shows at most {1 / shortest:g} frames a second, "
            f"got {1 / seconds:.4g} for {path}; lower the fps, or choose another format"
        )


def format_of(path: Path) -> type[Format]:
    """Return the format that a path's suffix names."""
    known = {suffix: kind for kind in FORMATS.values() for suffix in kind.suffixes}
    check_suffix(path, known)
    return known[path.suffix.lower()]


def is_video(path: Path) -> bool:
    """Return whether a path's format is a video, which has no palette and needs a player."""
    return issubclass(format_of(path), VideoEncoder)


def check_suffix(path: Path, known: Iterable[str]) -> None:
    """Raise InvalidInput for a path with none of the known suffixes."""
    suffixes = list(known)
    if path.suffix.lower() not in suffixes:
        found = f"{path.name!r} has an unknown" if path.suffix else f"{str(path)!r} has no"
        raise InvalidInput(
            f"write: {found} suffix, which picks the format; choose from {', '.join(suffixes)}"
        )


def info(path: PathLike) -> Info:
    """Return the facts stored in a file of a format that animopt writes."""
    file = at_home(path)
    if not file.is_file():  # a pipe would be waited for, and a device has no end
        raise InvalidInput(f"info: cannot read {os.fspath(path)}: it is no file")
    try:
        with content(file) as data:
            for kind in FORMATS.values():
                with suppress(ValueError, LookupError, ArithmeticError, struct.error):
                    return kind.read(data)
    except OSError as error:
        raise InvalidInput(f"info: cannot read {os.fspath(path)}: {error.strerror}") from error
    raise InvalidInput(f"info: {os.fspath(path)} is not a complete {', '.join(FORMATS)} file")
