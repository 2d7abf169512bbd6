"""Format: what every file format says of itself, whether it is fed frames or a picture."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from animopt.errors import InvalidInput
from animopt.export.reading import Bytes
from animopt.export.settings import Settings


@dataclass(frozen=True)
class Info:
    """The facts stored in a file: duration is one play in seconds, loops is 0 for endless.

    Width and height are 0 where the reader's window decides them.
    """

    format: str
    width: int
    height: int
    frames: int
    duration: float
    loops: int
    metadata: Mapping[str, str] = field(default_factory=dict)


class Format(ABC):
    """A file format.

    Attributes:
        name, suffixes, description: as they are listed.
        transparent: whether it has true transparency.
        shortest: the shortest time for which it can show a frame, in seconds.
    """

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    description: ClassVar[str]
    transparent: ClassVar[bool] = False
    shortest: ClassVar[float] = 0.0

    @classmethod  # noqa: B027 (most formats refuse nothing)
    def check(cls, settings: Settings) -> None:
        """Raise InvalidInput or ExportError if no file can be written with these settings."""

    @staticmethod
    @abstractmethod
    def read(data: Bytes) -> Info:
        """Return the facts stored in a file of this format.

        Whoever made the file, it takes a moment and little memory: what is read of it is bounded.

        Raises:
            ValueError: it is no such file.
        """


class PictureFormat(Format):
    """A format that is fed a picture, and whose reader draws it, instead of frames.

    Attributes:
        spare: the panels that its reader may choose besides those of the picture.
        unused: options that mean nothing to it, so that asking for one is an error.
        because: why they mean nothing.
    """

    spare: ClassVar[tuple[str, ...]] = ()
    unused: ClassVar[tuple[str, ...]] = ()
    because: ClassVar[str] = ""

    @staticmethod
    def unseen(picture: Any) -> list[str]:
        """Return a sentence for each part of a picture that it leaves out."""
        return []

    @staticmethod
    @abstractmethod
    def encode(picture: Any, settings: Settings) -> bytes:
        """Return the bytes of the file that shows a picture."""

    @classmethod
    def file(cls, picture: Any, settings: Settings) -> bytes:
        """Return what ``encode`` does, or raise InvalidInput where that is not bytes."""
        content: Any = cls.encode(picture, settings)
        if not isinstance(content, (bytes, bytearray, memoryview)):
            raise InvalidInput(
                f"{cls.__name__}.encode(picture, settings) returned a {type(content).__name__}; "
                "it must return the bytes of a file"
            )
        return bytes(content)
