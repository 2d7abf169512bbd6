"""APNG: indexed while 256 colours are enough, true colour with alpha when they are not."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
from apng import PNG_SIGN, FrameControl, make_chunk, make_text_chunk, parse_chunks
from numpy.typing import NDArray

from animopt.errors import InvalidInput
from animopt.export.encoder import DeltaEncoder, Info, Plan
from animopt.export.palette import Palette, overlay
from animopt.export.pictures import PIXEL, Change, Picture, is_opaque
from animopt.export.png import PALETTE, RGBA, head, pack
from animopt.export.settings import Settings

SOURCE, OVER = 0, 1
# How far (in 1/255) what changes from frame to frame may be off, compared with the first picture:
# it is a small part of the picture, and mostly the rims of letters and lines.
MOVING = 8.0


class Patch(NamedTuple):
    """Indices or pixels of a rectangle, its corner, and whether it covers or overlays."""

    x: int
    y: int
    pixels: NDArray[Any]
    blend: int = OVER


class ApngEncoder(DeltaEncoder[Patch]):
    """Animated PNG, https://www.w3.org/TR/png-3/.

    Indexed while the palette's mean error stays within a bound: 3/255 for draft, 1/255 for medium
    (eight times that within what changes), none at all for high. The first frame that exceeds it,
    or lets something through, turns the file into true colour, which is exact.
    """

    name = "apng"
    suffixes = (".png", ".apng")
    description = "transparency; colours to 1/255 on average, exact with -q high; not for slides"
    transparent = True
    shortest = 0.001
    ticks = 1000

    def __init__(self, path: Path, plan: Plan) -> None:
        settings = plan.settings
        self.level = settings.pick(1, 6, 9)
        self.bound = settings.pick(3.0, 1.0, 0.0)
        size = min(settings.max_colors, settings.pick(64, 256, 256))
        self.palette: Palette | None = None
        if is_opaque(plan.colors) and (self.bound > 0 or len(plan.colors) < size):
            self.palette = Palette(plan.colors, plan.counts, size, cast(Any, settings.colors))
        self.frames = self.sequence = 0
        super().__init__(path, plan)

    @classmethod
    def check(cls, settings: Settings) -> None:
        """Refuse keys that PNG cannot hold."""
        for key in settings.metadata or {}:
            if len(key) > 79 or not key.isascii() or not key.isprintable() or key != key.strip():
                raise InvalidInput(
                    f"write: a PNG's metadata keys are 1 to 79 printable characters, got {key!r}"
                )

    def start(self, picture: Picture) -> Patch:
        """Write the header, with room for the number of frames and the palette."""
        pixels: NDArray[Any] = picture
        if self.palette is not None and is_opaque(picture):
            pixels = self.palette.lookup(picture)
            if self.palette.error(picture) <= self.bound:
                self._shown = pixels.copy()
            else:
                self.palette, pixels = None, picture
        else:
            self.palette = None
        self._shape = picture.shape
        self.file.write(self._head())
        return Patch(0, 0, pixels, SOURCE)

    def patch(self, picture: Picture, change: Change) -> Patch | None:
        """Return the box, transparent wherever the colour stays."""
        changed = picture.take(change.at)
        y, x = (side.start for side in change.box)
        if self.palette is not None:
            indices = self.palette.lookup(changed)
            error = self.palette.error(changed)
            if is_opaque(changed) and error <= MOVING * self.bound:
                left = overlay(indices, self._shown, change)
                return None if left is None else Patch(x, y, left)
            self._widen()
        if not is_opaque(changed):
            return Patch(x, y, picture[change.box], SOURCE)
        pixels = np.zeros(picture.shape, PIXEL)
        np.put(pixels, change.at, changed)
        return Patch(x, y, pixels[change.box])

    def write(self, patch: Patch | None, delay: int) -> None:
        """Write a frame control chunk and the frame's data."""
        patch = patch or Patch(0, 0, np.zeros((1, 1), np.uint8 if self.palette else PIXEL))
        height, width = patch.pixels.shape
        control = FrameControl(
            width, height, patch.x, patch.y, delay, self.ticks, depose_op=0, blend_op=patch.blend
        )
        self._number("fcTL", control.to_bytes())
        self._data(pack(patch.pixels, self.level))

    def end(self) -> None:
        """Write the end, then the number of frames and the palette as it has become."""
        self.file.write(make_chunk("IEND", b""))
        self.file.seek(0)
        self.file.write(self._head())

    def _head(self) -> bytes:
        settings = self.plan.settings
        parts = [
            head(self._shape, RGBA if self.palette is None else PALETTE),
            make_chunk("acTL", struct.pack("!II", self.frames, settings.loop)),
        ]
        for key, value in sorted((settings.metadata or {}).items()):
            kind = "tEXt" if value.isascii() else "iTXt"
            parts.append(make_text_chunk(kind, key, value).data)
        if self.palette is not None:
            parts.append(make_chunk("PLTE", self.palette.table(256)))
            parts.append(make_chunk("tRNS", b"\0"))
        return b"".join(parts)

    def _number(self, kind: str, content: bytes) -> None:
        self.file.write(make_chunk(kind, struct.pack("!I", self.sequence) + content))
        self.sequence += 1

    def _data(self, content: bytes) -> None:
        if self.frames == 0:
            self.file.write(make_chunk("IDAT", content))
        else:
            self._number("fdAT", content)
        self.frames += 1

    def _widen(self) -> None:
        """Rewrite what is there in true colour."""
        self.settle()
        palette, self.palette = self.palette, None
        assert palette is not None
        self.file.seek(0)
        written = list(_frames(self.file.read()))
        self.file.seek(0)
        self.file.truncate()
        self.frames = self.sequence = 0
        self.file.write(self._head())
        for control, data in written:
            rows = np.frombuffer(zlib.decompress(data), np.uint8)
            indices = rows.reshape(control.height, -1)[:, 1:]
            self._number("fcTL", control.to_bytes())
            self._data(pack(palette.entries[indices], self.level))
        assert self._waiting is not None
        self._waiting = self._waiting._replace(pixels=palette.entries[self._waiting.pixels])

    @staticmethod
    def read(data: bytes) -> Info:
        """Walk through the chunks; a plain PNG is one frame, shown once."""
        if not data.startswith(PNG_SIGN):
            raise ValueError("not a PNG")
        chunks = [(kind, raw[8:-4]) for kind, raw in parse_chunks(data)]
        width, height = struct.unpack_from("!II", chunks[0][1])
        frames, loops, metadata = 1, 1, {}
        for kind, content in chunks:
            if kind == "acTL":
                frames, loops = struct.unpack("!II", content)
            elif kind in ("tEXt", "iTXt"):
                key, _, value = content.partition(b"\0")
                if kind == "iTXt":
                    value = value[2:].split(b"\0", 2)[2]
                metadata[key.decode("latin-1")] = value.decode("utf-8", "replace")
        seconds = [control.delay / (control.delay_den or 100) for control, _ in _frames(data)]
        return Info("apng", width, height, frames, math.fsum(seconds), loops, metadata)


def _frames(data: bytes) -> Iterator[tuple[FrameControl, bytes]]:
    """Give each frame's control and compressed data."""
    control: FrameControl | None = None
    parts: list[bytes] = []
    for kind, raw in parse_chunks(data):
        if kind == "fcTL":
            if control is not None:
                yield control, b"".join(parts)
            control, parts = FrameControl.from_bytes(raw[12:-4]), []
        elif kind in ("IDAT", "fdAT"):
            parts.append(raw[8:-4] if kind == "IDAT" else raw[12:-4])
    if control is not None:
        yield control, b"".join(parts)
