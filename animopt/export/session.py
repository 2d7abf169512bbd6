"""Export: frames come in once, files come out, whole or not at all."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

from animopt.errors import InvalidInput
from animopt.export.apng import ApngEncoder
from animopt.export.encoder import Encoder, Info, Plan
from animopt.export.gif import GifEncoder
from animopt.export.mp4 import Mp4Encoder
from animopt.export.pictures import Picture, picture, tally
from animopt.export.settings import Settings, positive
from animopt.files import beside, cannot_write, check_place
from animopt.typing import Frame

FORMATS: dict[str, type[Encoder]] = {
    encoder.name: encoder for encoder in (GifEncoder, ApngEncoder, Mp4Encoder)
}
"""Every format by name; its ``suffixes`` and ``description`` say the rest."""

PathLike: TypeAlias = str | os.PathLike[str]

LOOK_AHEAD, LOOK_AHEAD_BYTES = 32, 1 << 26
"""How many first pictures, at most, are kept back for the palette and the rate."""


class Export:
    """Writes frames to one or more files, whole or not at all.

    Each file appears under its name when ``finish`` succeeds; after ``abort`` the old one, if
    any, is untouched. As a context manager it does the one or the other.
    """

    def __init__(self, paths: Sequence[PathLike], **options: Any) -> None:
        self.settings = Settings.of(options)
        if isinstance(paths, str | os.PathLike) or not paths:
            raise InvalidInput(f"write_all: takes a list of one or more paths, got {paths!r}")
        self.paths = [Path(path) for path in paths]
        self.formats = [check_path(path, self.settings) for path in self.paths]
        targets = [path.resolve() for path in self.paths]
        for path, target in zip(self.paths, targets, strict=True):
            if targets.count(target) > 1:
                raise InvalidInput(f"write: {path} is asked for twice")
        self._targets = targets
        self._tally = tally(picture(sample) for sample in self.settings.samples)
        self._first: list[tuple[Picture, float]] = []
        self._shape: tuple[int, int] | None = None
        self._parts: list[_Part] = []
        self._made: list[Path] = []

    def add(self, frame: Frame, seconds: float) -> None:
        """Show a frame for so many seconds; the array may be drawn into again afterwards."""
        own = picture(frame)
        if self._shape is None:
            self._shape = own.shape
        elif own.shape != self._shape:
            raise InvalidInput(f"write: frames must have one size, got {self._shape}, {own.shape}")
        positive("a frame's seconds", seconds)
        for path in self.paths:
            check_seconds(path, seconds)
        if self._parts:
            self._hand_out(own, seconds)
            return
        self._first.append((own, float(seconds)))
        known = len(self._tally[0]) and self.settings.rate is not None
        if known or len(self._first) * own.nbytes >= min(LOOK_AHEAD * own.nbytes, LOOK_AHEAD_BYTES):
            self._begin()

    def finish(self) -> list[Path]:
        """Complete the files, put them in place and return their paths."""
        if not self._first and not self._parts:
            raise InvalidInput("write: there are no frames")
        if not self._parts:
            self._begin()
        for part in self._parts:
            part.finish()
        for part, target in zip(self._parts, self._targets, strict=True):
            os.replace(part.path, target)
        return self.paths

    def abort(self) -> None:
        """Stop, and remove what was begun."""
        for part in self._parts:
            part.abort()
        for folder in self._made:
            with suppress(OSError):
                folder.rmdir()

    def __enter__(self) -> Export:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Finish, or abort if anything went wrong, here or within."""
        try:
            if kind is None:
                self.finish()
        except BaseException:
            self.abort()
            raise
        if kind is not None:
            self.abort()

    def _begin(self) -> None:
        """Open the files, and hand out the pictures that were kept back."""
        if not len(self._tally[0]):
            self._tally = tally(shown for shown, _ in self._first)
        shortest = min(seconds for _, seconds in self._first)
        rate = self.settings.rate or min(max(1 / shortest, 1.0), 60.0)
        plan = Plan(self.settings, rate, *self._tally)
        for kind, target in zip(self.formats, self._targets, strict=True):
            try:
                self._make(target.parent)
            except OSError as error:
                raise cannot_write(target, error) from error
            # Known before it is begun, so that an interrupt in between leaves nothing behind.
            self._parts.append(_Part(target))
            self._parts[-1].start(kind, plan)
        first, self._first = self._first, []
        for shown, seconds in first:
            self._hand_out(shown, seconds)

    def _make(self, folder: Path) -> None:
        if not folder.exists():
            self._make(folder.parent)
            self._made.insert(0, folder)
            folder.mkdir(exist_ok=True)

    def _hand_out(self, shown: Picture, seconds: float) -> None:
        for part in self._parts:
            part.add(shown, seconds)


class _Part:
    """One file under way: its encoder and, until it is whole, a name that nobody looks for."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = beside(target)
        self.encoder: Encoder | None = None

    def start(self, kind: type[Encoder], plan: Plan) -> None:
        """Open the file."""
        with self._in_words():
            self.encoder = kind(self.path, plan)

    def add(self, shown: Picture, seconds: float) -> None:
        """Add a picture; raise what went wrong with it, or with those before."""
        assert self.encoder is not None, "start opens it first"
        with self._in_words():
            self.encoder.add(shown, seconds)

    def finish(self) -> None:
        """Complete the file."""
        assert self.encoder is not None, "start opens it first"
        with self._in_words():
            self.encoder.finish()
        self.encoder.close()

    def abort(self) -> None:
        """Stop at once and remove the file."""
        if self.encoder is not None:
            self.encoder.close()
        self.path.unlink(missing_ok=True)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise cannot_write(self.target, error) from error


def write(
    frames: Iterable[Any], path: PathLike, *, fps: float | None = None, **options: Any
) -> Path:
    """Write frames to a .gif, .png, .apng or .mp4 file and return its path.

    Args:
        frames: uint8 arrays, (height, width, 3 or 4), together with fps; or (array, seconds).
        path: the suffix picks the format; missing folders are made.
        fps: frames a second.
        options: those of ``Settings``: loop, colors, quality, metadata, samples, max_colors, matte,
            rate.

    Raises:
        InvalidInput: the frames, the path or an option is wrong; nothing is left behind.
        ExportError: there is no encoder, or no room; nothing is left behind.
    """
    return write_all(frames, [path], fps=fps, **options)[0]


def write_all(
    frames: Iterable[Any], paths: Sequence[PathLike], *, fps: float | None = None, **options: Any
) -> list[Path]:
    """Write frames to several files in one pass; see ``write``."""
    if fps is not None:
        positive("fps", fps)
        options.setdefault("rate", fps)
    with Export(paths, **options) as export:
        for frame, seconds in _timed(frames, fps):
            export.add(frame, seconds)
    return export.paths


def _timed(frames: Iterable[Any], fps: float | None) -> Iterator[tuple[Frame, float]]:
    for item in frames:
        pair = isinstance(item, tuple)
        if pair and (fps is not None or len(item) != 2):
            raise InvalidInput("write: takes arrays with fps, or (array, seconds) pairs without")
        if not pair and fps is None:
            raise InvalidInput("write: needs fps with plain arrays, or (array, seconds) pairs")
        yield item if fps is None else (item, 1 / fps)


def check_path(path: PathLike, settings: Settings | None = None) -> type[Encoder]:
    """Return the format that a path asks for, if it can be written there; touch nothing."""
    path = Path(path)
    kind = _format(path)
    check_place(path)
    kind.check(settings or Settings())
    return kind


def check_seconds(path: Path, seconds: float) -> None:
    """Raise InvalidInput where the format of a path cannot show a frame for so short a time."""
    shortest = _format(path).shortest
    if seconds < shortest - 1e-6:
        raise InvalidInput(
            f"write: a {path.suffix[1:].upper()} shows at most {1 / shortest:g} frames a second, "
            f"got {1 / seconds:.4g} for {path}; lower the fps, or choose another format"
        )


def _format(path: Path) -> type[Encoder]:
    known = {suffix: kind for kind in FORMATS.values() for suffix in kind.suffixes}
    check_suffix(path, known)
    return known[path.suffix.lower()]


def check_suffix(path: Path, known: Iterable[str]) -> None:
    """Raise InvalidInput for a path that ends in none of the known suffixes."""
    suffixes = list(known)
    if path.suffix.lower() not in suffixes:
        raise InvalidInput(
            f"write: {path.name!r} has an unknown suffix, which picks the format; choose from "
            + ", ".join(suffixes)
        )


def info(path: PathLike) -> Info:
    """Return what a file that this package can write says about itself."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InvalidInput(f"info: cannot read {os.fspath(path)}: {error.strerror}") from error
    for kind in FORMATS.values():
        with suppress(ValueError, LookupError, struct.error):
            return kind.read(data)
    raise InvalidInput(f"info: {os.fspath(path)} is not a whole {', '.join(FORMATS)} file")
