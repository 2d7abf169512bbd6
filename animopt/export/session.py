"""Export: one pass over the frames writes one or more files, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from animopt.checks import MOST_SECONDS
from animopt.errors import ExportError, InvalidInput, is_many, short
from animopt.export.encoder import Encoder, Plan
from animopt.export.formats import PathLike, check_path, check_seconds
from animopt.export.pictures import Picture, picture, tally
from animopt.export.settings import Settings, positive
from animopt.files import at_home, put_in_place, write_errors
from animopt.leftovers import part_path, tidy
from animopt.typing import Frame

LOOK_AHEAD, LOOK_AHEAD_BYTES = 32, 1 << 26
"""How many pictures, or bytes, are buffered at most to choose the palette and the rate."""


class Export:
    """Writes frames to one or more files, whole or not at all.

    Each file appears under its name when ``finish`` succeeds; after ``abort`` the old one, if
    any, is untouched. A context manager calls one of the two at the end.
    """

    def __init__(self, paths: Sequence[PathLike], **options: Any) -> None:
        self.settings = Settings.of(options)
        if isinstance(paths, str | os.PathLike) or not paths:
            raise InvalidInput(f"write_all: give a list of one or more paths, got {paths!r}")
        for path in paths:
            if not isinstance(path, str | os.PathLike):
                raise InvalidInput(f"write: give the frames, then a path, got {short(path)}")
        self.paths = [at_home(path) for path in paths]
        self.formats = [_fed_frames(path, self.settings) for path in self.paths]
        targets = [path.resolve() for path in self.paths]
        for path, target in zip(self.paths, targets, strict=True):
            if targets.count(target) > 1:
                raise InvalidInput(f"write: {path} is given twice; give each path once")
        self._targets = targets
        self._chooses = any(kind.chooses for kind in self.formats)
        samples = self.settings.samples if self._chooses else ()
        self._tally = tally(picture(sample) for sample in samples)
        self._buffered: list[tuple[Picture, float]] = []
        self._shape: tuple[int, int] | None = None
        self._parts: list[_Part] = []
        self._new_folders: list[Path] = []

    def add(self, frame: Frame, seconds: float) -> None:
        """Add a frame, shown for this many seconds; it is copied, so its array can be reused."""
        own = picture(frame)
        if self._shape is None:
            self._shape = own.shape
        elif own.shape != self._shape:
            raise InvalidInput(
                f"write: frames must have one size, got {self._shape} and {own.shape}"
            )
        positive("a frame's seconds", seconds)
        if seconds > MOST_SECONDS:
            raise InvalidInput(
                f"write: a frame's seconds must be at most {MOST_SECONDS:g}, got {seconds:.4g}"
            )
        for path in self.paths:
            check_seconds(path, seconds)
        if self._parts:
            self._add(own, seconds)
            return
        self._buffered.append((own, float(seconds)))
        known = self.settings.rate is not None and (len(self._tally[0]) or not self._chooses)
        count = len(self._buffered)
        if known or count >= LOOK_AHEAD or count * own.nbytes >= LOOK_AHEAD_BYTES:
            self._begin()

    def finish(self) -> list[Path]:
        """Complete the files, move them into place and return their paths."""
        if not self._parts:
            if not self._buffered:
                raise InvalidInput("write: there are no frames")
            self._begin()
        for part in self._parts:
            part.finish()
        for part, target in zip(self._parts, self._targets, strict=True):
            with write_errors(target):
                put_in_place(part.path, target)
        return self.paths

    def abort(self) -> None:
        """Stop, and remove unfinished files and new folders."""
        for part in self._parts:
            part.abort()
        for folder in self._new_folders:
            with suppress(OSError):
                folder.rmdir()

    def __enter__(self) -> Export:
        """Return the export itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        """Finish; abort if the block or finishing raised anything."""
        if kind is not None:
            self.abort()
            return
        try:
            self.finish()
        except BaseException:
            self.abort()
            raise

    def _begin(self) -> None:
        """Open the files, and write the buffered pictures to them."""
        if self._chooses and not len(self._tally[0]):
            self._tally = tally(shown for shown, _ in self._buffered)
        shortest = min(seconds for _, seconds in self._buffered)
        rate = self.settings.rate or min(max(1 / shortest, 1.0), 60.0)
        plan = Plan(self.settings, rate, *self._tally)
        for kind, target in zip(self.formats, self._targets, strict=True):
            with write_errors(target):
                self._make_folder(target.parent)
            tidy(target.parent)
            # Listed before it is opened, so that an interrupt in between leaves no file behind.
            self._parts.append(_Part(target))
            self._parts[-1].open(kind, plan)
        buffered, self._buffered = self._buffered, []
        for shown, seconds in buffered:
            self._add(shown, seconds)

    def _make_folder(self, folder: Path) -> None:
        if not folder.exists():
            self._make_folder(folder.parent)
            self._new_folders.insert(0, folder)
            folder.mkdir(exist_ok=True)

    def _add(self, shown: Picture, seconds: float) -> None:
        for part in self._parts:
            part.add(shown, seconds)


class _Part:
    """An unfinished file: its temporary path and its encoder."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = part_path(target)
        self.encoder: Encoder | None = None

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Let every error name the user's file, and none the temporary one."""
        try:
            with write_errors(self.target):
                yield
        except ExportError as error:
            said = str(error).replace(str(self.path), str(self.target))
            if str(self.target) not in said:
                said = f"cannot write {self.target}: {said}"
            raise ExportError(said) from error

    def open(self, kind: type[Encoder], plan: Plan) -> None:
        """Create the file."""
        with self._errors():
            self.encoder = kind(self.path, plan)

    def add(self, shown: Picture, seconds: float) -> None:
        """Add a picture; an error may come from an earlier one."""
        assert self.encoder is not None, "call open first"
        with self._errors():
            self.encoder.add(shown, seconds)

    def finish(self) -> None:
        """Complete the file."""
        assert self.encoder is not None, "call open first"
        with self._errors():
            self.encoder.finish()
            self.encoder.close()

    def abort(self) -> None:
        """Stop at once and remove the file."""
        with suppress(OSError):  # what is buffered may not fit on the disk
            if self.encoder is not None:
                self.encoder.close()
        with suppress(OSError):
            self.path.unlink()


def write(
    frames: Iterable[Any], path: PathLike, *, fps: float | None = None, **options: Any
) -> Path:
    """Write frames to a .gif, .png, .apng, .mp4 or .webm file and return its path.

    Args:
        frames: uint8 arrays (height, width, 3 or 4) together with fps, or (array, seconds) pairs.
        path: the suffix picks the format; missing folders are created.
        fps: frames a second.
        options: the fields of ``Settings``.

    Raises:
        InvalidInput: the frames, the path or an option is wrong; nothing is left behind.
        ExportError: there is no encoder, or no space; nothing is left behind.
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
    if not is_many(frames):
        raise InvalidInput(f"write: give frames, one after the other, got {short(frames)}")
    for item in frames:
        pair = isinstance(item, tuple)
        if pair and (fps is not None or len(item) != 2):
            raise InvalidInput("write: give arrays with fps, or (array, seconds) pairs without fps")
        if not pair and fps is None:
            raise InvalidInput("write: plain arrays need fps; give it, or (array, seconds) pairs")
        yield item if fps is None else (item, 1 / fps)


def _fed_frames(path: Path, settings: Settings) -> type[Encoder]:
    kind = check_path(path, settings)
    if not issubclass(kind, Encoder):
        raise InvalidInput(
            f"write: {path} is made of a scene and not of frames; use render(scene, {str(path)!r})"
        )
    return kind
