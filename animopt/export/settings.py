"""Settings: the options of an export, checked once for every format."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from animopt.errors import InvalidInput, did_you_mean
from animopt.typing import Frame

QUALITIES = ("draft", "medium", "high")


@dataclass(frozen=True)
class Settings:
    """The options of one export; each format honours them or raises InvalidInput.

    Args:
        loop: 0 plays for ever, n plays n times in all (a video contains the n repetitions).
        colors: colours to keep exactly: "#rrggbb", or (r, g, b) as integers up to 255 or floats
            up to 1. A video, which stores colour at half the resolution, keeps them within a few
            levels, and only in areas of some pixels.
        quality: draft, medium or high.
        metadata: text by key, stored in the file.
        samples: a few typical frames, from which the palette of a GIF or an indexed PNG is chosen;
            by default the first frames.
        max_colors: the size of a palette, transparent entry included.
        matte: keep a GIF transparent, its edges blended with this colour, that of the page it is
            meant for; by default it is composited over white. An APNG has true transparency and
            ignores it, as has a WebM; an MP4 has none and refuses it.
        rate: frames a second of a format with a constant rate (video); by default fps, or one over
            the shortest of the first durations, clipped to 1 to 60.
        resolution: pixels per inch, which a PNG says of itself, and no other format can.
    """

    loop: int = 0
    colors: Iterable[Any] = ()
    quality: str = "medium"
    metadata: Mapping[str, str] | None = None
    samples: Iterable[Frame] = ()
    max_colors: int = 256
    matte: Any = None
    rate: float | None = None
    resolution: float | None = None

    def __post_init__(self) -> None:
        whole("loop", self.loop, 0, 65535)
        whole("max_colors", self.max_colors, 4, 256)
        for name in ("rate", "resolution"):
            if (value := getattr(self, name)) is not None:
                positive(name, value)
        if self.quality not in QUALITIES:
            hint = did_you_mean(str(self.quality), QUALITIES)
            raise InvalidInput(f"write: unknown quality {self.quality!r}{hint}")
        packed = tuple(dict.fromkeys(packed_color(color) for color in self.colors))
        if len(packed) >= self.max_colors:
            raise InvalidInput(
                f"write: {len(packed)} exact colors do not fit in a palette of {self.max_colors};"
                " pass fewer colors"
            )
        if self.matte is not None:
            object.__setattr__(self, "matte", packed_color(self.matte))
        for item in (self.metadata or {}).items():
            if not all(isinstance(text, str) and "\0" not in text for text in item) or not item[0]:
                raise InvalidInput(f"write: metadata must map text to text, got {item!r}")
            if re.search(r"[\ud800-\udfff]", "".join(item)):
                raise InvalidInput(f"write: metadata has half a letter (a surrogate) in {item!r}")
        object.__setattr__(self, "colors", packed)
        object.__setattr__(self, "metadata", dict(self.metadata or {}))

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Settings:
        """Return the settings for keyword arguments; an unknown one is an error."""
        known = [field.name for field in fields(cls)]
        for name in options:
            if name not in known:
                raise InvalidInput(f"write: unknown option {name!r}{did_you_mean(name, known)}")
        return cls(**options)

    @property
    def palette_size(self) -> int:
        """The size of a palette: a draft has 64 entries, unless the exact colours take more."""
        small = self.quality == "draft" and len(tuple(self.colors)) < 64
        return min(self.max_colors, 64 if small else 256)

    def pick(self, draft: Any, medium: Any, high: Any) -> Any:
        """Return the value for this quality."""
        return (draft, medium, high)[QUALITIES.index(self.quality)]


def whole(name: str, value: Any, low: int, high: int) -> None:
    """Raise InvalidInput for anything but a whole number from low to high."""
    if not isinstance(value, numbers.Integral) or not low <= int(value) <= high:
        raise InvalidInput(
            f"write: {name} must be a whole number from {low} to {high}, got {value!r}"
        )


def positive(name: str, value: Any) -> None:
    """Raise InvalidInput for anything but a finite number above 0."""
    if not isinstance(value, numbers.Real) or not 0 < float(value) < math.inf:
        raise InvalidInput(f"write: {name} must be a finite number above 0, got {value!r}")


def packed_color(color: Any) -> int:
    """Return a colour as an opaque pixel, 0xffbbggrr.

    >>> [hex(packed_color(color)) for color in ("#ff8000", (255, 128, 0), (1.0, 0.0, 0.0))]
    ['0xff0080ff', '0xff0080ff', '0xff0000ff']
    """
    if isinstance(color, str):
        if re.fullmatch("#[0-9a-fA-F]{6}", color):
            return 0xFF000000 | int.from_bytes(bytes.fromhex(color[1:]), "little")
    elif np.shape(color) in ((3,), (4,)):
        rgb = np.asarray(color)[:3]
        if np.issubdtype(rgb.dtype, np.floating):
            rgb = np.floor(rgb * 255 + 0.5)
        if np.issubdtype(rgb.dtype, np.number) and ((rgb >= 0) & (rgb <= 255)).all():
            return 0xFF000000 | int.from_bytes(rgb.astype(np.uint8).tobytes(), "little")
    raise InvalidInput(
        f"write: a color must be '#rrggbb', or (r, g, b) as integers up to 255 or floats up to 1,"
        f" got {color!r}"
    )
