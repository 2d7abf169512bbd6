"""APNG: indexed as long as 256 colours are enough, else true colour with alpha."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from apng import PNG_SIGN, FrameControl, make_chunk, make_text_chunk, parse_chunks
from numpy.typing import NDArray

from animopt.errors import InvalidInput
from animopt.export.encoder import DeltaEncoder, Plan
from animopt.export.format import Info
from animopt.export.palette import Palette, overlay
from animopt.export.pictures import PIXEL, Change, Picture, channels, is_opaque, picture
from animopt.export.png import PALETTE, RGBA, header, pack
from animopt.export.reading import MOST_TEXT, Bytes, Count, Text
from animopt.export.settings import Settings
from animopt.typing import Frame

SOURCE, OVER = 0, 1
# Chunks that are passed over: two for each of 60 pictures a second in the longest animation, and
# some more.
MOST_CHUNKS = 500_000
# Changed pixels may be off by this many times the bound on the first picture: they are a small
# part of a frame, and mostly the antialiased edges of letters and lines.
CHANGE_FACTOR = 8.0
# The mean error, in 1/255, from which on the few colours of a draft are bands where shades change
# little by little: then it has more.
BANDS = 0.4


class Patch(NamedTuple):
    """The corner of a rectangle, its indices or pixels, and the blend operation."""

    x: int
    y: int
    pixels: NDArray[Any]
    blend: int = OVER


class ApngEncoder(DeltaEncoder[Patch]):
    """Animated PNG, https://www.w3.org/TR/png-3/.

    Indexed as long as the palette's mean error stays within a bound: 3/255 for draft, 1/255 for
    medium (eight times that among changed pixels), 0 for high. The first frame that exceeds it, or
    has transparency, converts the file to true colour, which is exact.
    """

    name = "apng"
    suffixes = (".png", ".apng")
    description = "transparency; colours to 1/255 on average, exact with -q high; not for slides"
    transparent = True
    shortest = 0.001
    ticks = 1000

    def __init__(self, path: Path, plan: Plan) -> None:
        settings = plan.settings
        self.level = settings.pick(5, 6, 9)
        self.bound = settings.pick(3.0, 1.0, 0.0)
        self.palette: Palette | None = None
        if is_opaque(plan.colors) and (self.bound > 0 or len(plan.colors) < settings.max_colors):
            self.palette = self._chosen(plan)
        self.frames = self.sequence = 0
        super().__init__(path, plan)

    @staticmethod
    def _chosen(plan: Plan) -> Palette:
        """Return the smallest palette without bands, or else the largest that there may be."""
        settings = plan.settings
        fewest, most = settings.palette_size, min(settings.max_colors, settings.pick(192, 256, 256))
        for size in range(fewest, max(fewest, most) + 1, 64):
            palette = Palette(plan.colors, plan.counts, size, settings.colors)
            palette.lookup(plan.colors)
            if palette.error(plan.colors, plan.counts) <= BANDS:
                break
        return palette

    @classmethod
    def check(cls, settings: Settings) -> None:
        """Refuse metadata keys that a PNG cannot hold."""
        for key in settings.metadata or {}:
            if len(key) > 79 or not key.isascii() or not key.isprintable() or key != key.strip():
                raise InvalidInput(
                    f"write: a PNG's metadata keys are 1 to 79 printable characters, got {key!r}"
                )

    def start(self, picture: Picture) -> Patch:
        """Write the header, with space for the number of frames and the palette."""
        self._shape = picture.shape
        indices = self._indices(picture, self.bound)
        if indices is None:
            self.palette = None
        else:
            self._shown = indices.copy()
        self.file.write(self._header())
        return Patch(0, 0, picture if indices is None else indices, SOURCE)

    def patch(self, picture: Picture, change: Change) -> Patch | None:
        """Return the changed box, transparent where the colour stays the same."""
        changed = picture.take(change.at)
        y, x = (side.start for side in change.box)
        if self.palette is not None:
            indices = self._indices(changed, CHANGE_FACTOR * self.bound)
            if indices is not None:
                box = overlay(indices, self._shown, change)
                return None if box is None else Patch(x, y, box)
            self._convert_to_true_color()
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
        self._write_frame(control, pack(patch.pixels, self.level))

    def end(self) -> None:
        """Write the end, then the final number of frames and palette into the header."""
        self.file.write(make_chunk("IEND", b""))
        self.file.seek(0)
        self.file.write(self._header())

    def _indices(self, pixels: Picture, bound: float) -> NDArray[np.uint8] | None:
        """Return the palette's entries for pixels, or None if it cannot show them that closely."""
        if self.palette is None or not is_opaque(pixels):
            return None
        indices = self.palette.lookup(pixels)
        return indices if self.palette.error(pixels) <= bound else None

    def _header(self) -> bytes:
        settings = self.plan.settings
        parts = [
            header(self._shape, RGBA if self.palette is None else PALETTE, settings.resolution),
            make_chunk("acTL", struct.pack("!II", self.frames, settings.loop)),
        ]
        for key, value in sorted((settings.metadata or {}).items()):
            kind = "tEXt" if value.isascii() else "iTXt"
            parts.append(make_text_chunk(kind, key, value).data)
        if self.palette is not None:
            parts.append(make_chunk("PLTE", self.palette.table(256)))
            parts.append(make_chunk("tRNS", b"\0"))
        return b"".join(parts)

    def _write_frame(self, control: FrameControl, data: bytes) -> None:
        self._write_numbered("fcTL", control.to_bytes())
        if self.frames == 0:
            self.file.write(make_chunk("IDAT", data))
        else:
            self._write_numbered("fdAT", data)
        self.frames += 1

    def _write_numbered(self, kind: str, content: bytes) -> None:
        self.file.write(make_chunk(kind, struct.pack("!I", self.sequence) + content))
        self.sequence += 1

    def _convert_to_true_color(self) -> None:
        """Rewrite the frames written so far in true colour."""
        self.drain()
        palette, self.palette = self.palette, None
        assert palette is not None
        self.file.seek(0)
        written = _frames(self.file.read())
        self.file.seek(0)
        self.file.truncate()
        self.frames = self.sequence = 0
        self.file.write(self._header())
        for control, data in written:
            rows = np.frombuffer(zlib.decompress(data), np.uint8)
            indices = rows.reshape(control.height, -1)[:, 1:]
            self._write_frame(control, pack(palette.entries[indices], self.level))
        assert self._held is not None
        self._held = self._held._replace(pixels=palette.entries[self._held.pixels])

    @staticmethod
    def read(data: Bytes) -> Info:
        """Read the chunks; a plain PNG counts as one frame, played once."""
        if data[: len(PNG_SIGN)] != PNG_SIGN:
            raise ValueError("not a PNG")
        frames, loops, metadata, text, complete = 1, 1, {}, Text(), False
        seconds: list[float] = []
        width, height = struct.unpack_from("!II", data, len(PNG_SIGN) + 8)
        for kind, start, end in _chunks(data):
            if kind == b"acTL":
                frames, loops = struct.unpack("!II", data[start:end])
            elif kind == b"fcTL":
                delay, parts = struct.unpack_from("!HH", data[start:end], 20)
                seconds.append(delay / (parts or 100))
            elif kind in (b"tEXt", b"iTXt") and not text.full:
                content = data[start : min(end, start + MOST_TEXT)]
                text.add(content)
                key, _, value = content.partition(b"\0")
                if kind == b"iTXt":
                    value = value[2:].split(b"\0", 2)[2]
                metadata[key.decode("latin-1")] = value.decode("utf-8", "replace")
            complete = kind == b"IEND"
        if not complete:
            raise ValueError("not a complete PNG")
        return Info("apng", width, height, frames, math.fsum(seconds), loops, metadata)


def covered(data: bytes, cover: Frame) -> bytes:
    """Return an APNG with another default image, which is what shows where nothing moves.

    It is no frame of the animation, though some readers count it as one; the palette, if there is
    one, gives its colours.
    """
    found, sequence, first = [], 0, True
    pixels, level = picture(cover), 6
    for kind, raw in parse_chunks(data):
        if kind == "PLTE":
            entries = np.frombuffer(raw[8:-4], np.uint8).reshape(-1, 3).astype(np.int16)
            colors, where = np.unique(pixels, return_inverse=True)
            own = channels(colors)[:, :3].astype(np.int16)
            away = sum(np.abs(own[:, None, k] - entries[1:, k]) for k in range(3))
            pixels = (1 + away.argmin(axis=1)).astype(np.uint8)[where].reshape(pixels.shape)
        if kind == "fcTL" and first:
            found.append(make_chunk("IDAT", pack(pixels, level)))
            first = False
        content = {"fcTL": raw[12:-4], "fdAT": raw[12:-4], "IDAT": raw[8:-4]}.get(kind)
        if content is None:
            found.append(raw)
            continue
        numbered = struct.pack("!I", sequence) + content
        found.append(make_chunk("fcTL" if kind == "fcTL" else "fdAT", numbered))
        sequence += 1
    return bytes(PNG_SIGN) + b"".join(found)


def _chunks(data: Bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the kind of each chunk, and where its content begins and ends."""
    at, count = len(PNG_SIGN), Count(MOST_CHUNKS)
    while at + 12 <= len(data):
        count.one()
        length, kind = struct.unpack_from("!I4s", data, at)
        if at + 12 + length > len(data):
            return
        yield kind, at + 8, at + 8 + length
        at += 12 + length


def _frames(data: bytes) -> list[tuple[FrameControl, bytearray]]:
    """Return the control and the compressed data of each frame."""
    frames: list[tuple[FrameControl, bytearray]] = []
    for kind, raw in parse_chunks(data):
        if kind == "fcTL":
            frames.append((FrameControl.from_bytes(raw[12:-4]), bytearray()))
        elif frames and kind in ("IDAT", "fdAT"):
            frames[-1][1].extend(raw[8:-4] if kind == "IDAT" else raw[12:-4])
    return frames
