"""Far: frames and files that the processes of any executor make, perhaps on other machines.

They are given pictures, and give back frames, or bytes of files; no folder is shared. What -j
starts is nearer, and exchanges files (``workers.py``).
"""

from __future__ import annotations

import hashlib
import pickle
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from itertools import chain, islice, pairwise
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

from animopt import __version__
from animopt.errors import ExportError
from animopt.files import write_whole
from animopt.leftovers import temporary_folder
from animopt.picture.picture import Picture, pickled
from animopt.pipeline.jobs import Job
from animopt.pipeline.production import Drawer, Production, is_fed_picture
from animopt.progress import Messages, Progress
from animopt.runs.hands import Hands, Share
from animopt.typing import Frame

if TYPE_CHECKING:
    from animopt.animate.engine import Engine
    from animopt.animate.film import Film

# A range of frames takes so many bytes at most, before it is compressed; and all that are under
# way together, of which each worker has one to draw and one to come.
_MOST_FRAMES, _RANGE_BYTES, _MOST_BYTES = 8, 1 << 25, 1 << 31
# So many pictures a process keeps: that of one scene and, while its last frames are drawn, of the
# next.
_KEPT = 2

Drawn: TypeAlias = tuple[tuple[int, ...], list[float], bytes]
"""The shape of a frame, the seconds of each, and their bytes, compressed."""

Made: TypeAlias = tuple[list[str], list[bytes]]
"""What is to be said, and the content of each file."""


class Task(Protocol):
    """A job and its picture, to be written here or by others."""

    @property
    def job(self) -> Job:
        """What was asked for."""

    @property
    def picture(self) -> Picture:
        """What is to be seen."""

    @property
    def variations(self) -> Sequence[Any]:
        """What a reader may choose."""

    def write(self, progress: Progress, drawer: Drawer | None = None) -> list[Path]:
        """Write all files here, with the frames that somebody draws."""

    def produce(self) -> Callable[..., Production]:
        """Return the production, but for its picture and who hears of its progress."""


def write_far(tasks: Sequence[Task], hands: Hands, progress: Progress) -> Iterator[Path]:
    """Write the files of all tasks in order, and yield their paths.

    Frames are encoded here, as they arrive. Of many scenes, each is drawn and encoded by one pair
    of hands instead, since a single encoder could not keep up with all of them.
    """
    if len(tasks) >= 2 * hands.count:
        yield from _whole_files(tasks, hands, progress)
        return
    line = [_frames_of(task, hands) for task in tasks]
    shared = [each for each in line if each is not None]
    for each, other in pairwise(shared):
        each.then = other
    try:
        if shared:
            shared[0].ask()
        for task, frames in zip(tasks, line, strict=True):
            yield from task.write(progress, None if frames is None else frames.frames)
    finally:
        for each in shared:
            each.cancel()


def _frames_of(task: Task, hands: Hands) -> FarFrames | None:
    """Return the frames of a task, if others can draw them.

    What must fit into a number of bytes is composed again and again, and so drawn here, like a
    panel of a class that no other process knows.
    """
    drawn = [path for path in task.job.paths if not is_fed_picture(path)]
    able = drawn and task.job.options.max_size is None
    data = pickled(task.picture) if able else None
    return None if data is None else FarFrames(hands, task.picture, data)


def _whole_files(tasks: Sequence[Task], hands: Hands, progress: Progress) -> Iterator[Path]:
    shares: dict[int, Share[Made]] = {}
    left = iter([(i, task, _files_of(task)) for i, task in enumerate(tasks)])
    try:
        for i, task in enumerate(tasks):
            for number, _, order in islice(left, 2 * hands.count - len(shares)):
                if order is not None:
                    shares[number] = hands.submit(make, *order)
            progress.update(f"rendering {len(tasks)} scenes", i, len(tasks))
            if i not in shares:
                yield from task.write(progress)
                continue
            with task.job.errors():
                sentences, contents = shares.pop(i).result()
            for sentence in (*task.job.unused(), *sentences):
                progress.say(sentence)
            for path, content in zip(task.job.written, contents, strict=True):
                write_whole(path, content)
                yield path
    finally:
        for share in shares.values():
            share.cancel()


def _files_of(task: Task) -> tuple[Any, ...] | None:
    """Return the arguments with which others make the files of a task, if they can."""
    data = pickled(task.picture)
    if data is None or task.job.options.max_size is not None or task.variations:
        return None
    return data, task.produce(), task.job.paths, task.job.posters, versions()


def make(
    data: bytes,
    produce: Callable[..., Production],
    paths: Sequence[Path],
    posters: Sequence[tuple[Path, Path]],
    theirs: dict[str, str],
) -> Made:
    """Make the files of a picture in a worker; return what is to be said, and their bytes."""
    check_versions(theirs)
    messages = Messages()
    with _ALONE, temporary_folder() as folder:
        moved = {
            path: folder / f"{i}" / path.name for i, path in enumerate([*paths, *chain(*posters)])
        }
        production = produce(pickle.loads(data), progress=messages)
        production.write([moved[path] for path in paths])
        if posters:
            production.posters([(moved[first], moved[last]) for first, last in posters])
        contents = [path.read_bytes() for path in moved.values()]
    for path, there in moved.items():
        messages.sentences = [said.replace(str(there), str(path)) for said in messages.sentences]
    return messages.sentences, contents


class FarFrames:
    """The frames of a picture in order, of which a bounded number of ranges is under way.

    When all have been handed out, the free hands begin those of the picture that comes ``then``.
    """

    def __init__(self, hands: Hands, picture: Picture, data: bytes) -> None:
        self._hands, count = hands, hands.count
        self.then: FarFrames | None = None
        self._order = _Order(data)
        wide, tall = picture.size
        length = max(1, min(_MOST_FRAMES, _RANGE_BYTES // (4 * wide * tall)))
        ends = [*range(0, len(picture.clock), length), len(picture.clock)]
        self._ranges = deque(pairwise(ends))
        self._under_way: deque[_Range] = deque()
        self._room = max(2, min(2 * count, _MOST_BYTES // (4 * wide * tall * length)))
        self._introduced = count

    def ask(self, room: int | None = None) -> None:
        """Hand out ranges, so many at most that are under way together."""
        room = self._room if room is None else room
        for each in self._under_way:
            each.renew()
        while self._ranges and len(self._under_way) < room:
            start, stop = self._ranges.popleft()
            # Some workers are given the picture at once; others ask for it.
            known, self._introduced = self._introduced <= 0, self._introduced - 1
            self._under_way.append(_Range(self._hands, self._order, start, stop, known))
        if self.then is not None and not self._ranges:
            self.then.ask(room - len(self._under_way))

    def frames(self, movie: Film, engine: Engine) -> Iterator[tuple[Frame, float]]:
        """Yield every frame, and its seconds, in order."""
        try:
            self.ask()
            while self._under_way:
                shape, seconds, data = self._under_way[0].drawn()
                self._under_way.popleft()
                self.ask()
                frames = np.frombuffer(zlib.decompress(data), np.uint8)
                yield from zip(frames.reshape(len(seconds), *shape), seconds, strict=True)
        finally:
            self.cancel()

    def cancel(self) -> None:
        """Let nobody draw what is left, nor what comes then."""
        for each in self._under_way:
            each.share.cancel()
        if self._under_way and self.then is not None:
            self.then.cancel()


@dataclass
class _Order:
    """A picture as it is sent: its bytes, and what tells it from others."""

    data: bytes
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = hashlib.sha256(self.data).hexdigest()


class _Range:
    """Consecutive frames that a worker draws; one that does not know the picture is sent it."""

    def __init__(self, hands: Hands, order: _Order, start: int, stop: int, known: bool) -> None:
        self._hands, self._order, self._span = hands, order, (start, stop)
        self.share = self._submit(None if known else order.data)

    def _submit(self, data: bytes | None) -> Share[Drawn | None]:
        return self._hands.submit(draw, self._order.key, data, *self._span, versions())

    def renew(self) -> Drawn | None:
        """Return what is drawn, if it is; let it be drawn by one that now knows the picture."""
        if not self.share.done:
            return None
        found = self.share.result()
        if found is None:
            self.share = self._submit(self._order.data)
        return found

    def drawn(self) -> Drawn:
        """Wait for the frames."""
        while (found := self.share.result()) is None:
            self.renew()
        return found


@cache
def versions() -> dict[str, str]:
    """Return what decides the bytes of a frame."""
    return {"animopt": __version__} | {name: version(name) for name in ("matplotlib", "numpy")}


def check_versions(theirs: dict[str, str]) -> None:
    """Raise ExportError unless this process draws the same frames as the one that asks."""
    for name, mine in versions().items():
        if mine != theirs[name]:
            raise ExportError(
                f"a worker has {name} {mine}, and this machine {theirs[name]}; install the same "
                "version, so that frames are the same"
            )


# What this process draws, the newest last; in one thread at a time, since a film has one canvas.
_FILMS: dict[str, tuple[Any, Any]] = {}
_ALONE = Lock()


def draw(
    key: str, data: bytes | None, start: int, stop: int, theirs: dict[str, str]
) -> Drawn | None:
    """Draw some frames of a picture in a worker; None if it is not known here, nor given."""
    check_versions(theirs)
    with _ALONE:
        if key not in _FILMS:
            if data is None:
                return None
            from animopt.animate.film import Film
            from animopt.signals import quiet

            quiet()
            film = Film(pickle.loads(data))
            while len(_FILMS) >= _KEPT:
                del _FILMS[next(iter(_FILMS))]
            _FILMS[key] = film, film.engine()
        film, engine = _FILMS[key]
        packer, parts, shown = zlib.compressobj(1), [], []
        for frame, seconds in engine.frames(film.pictures[start:stop]):
            parts.append(packer.compress(frame))
            shown.append(seconds)
        return frame.shape, shown, b"".join([*parts, packer.flush()])
