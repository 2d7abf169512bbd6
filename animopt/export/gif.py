"""GIF: one palette, no dithering, and only the changed pixels of each picture."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from animopt.borrowed import write_lzw
from animopt.export.encoder import DeltaEncoder, Plan, comment, read_comment
from animopt.export.format import Info
from animopt.export.palette import TRANSPARENT, Palette, overlay
from animopt.export.pictures import PIXEL, Change, Picture, over
from animopt.export.pictures import change as difference
from animopt.export.reading import Bytes, Count, Text

# A frame gets its own palette if the mean error of its changed pixels (in 1/255) is above this and
# above twice that of the samples.
MAX_ERROR = 12.0
HEADER_LENGTH = 13
# An alpha of an eighth or more counts as opaque, so that thin strokes and letters stay unbroken.
MIN_VISIBLE = 0x20000000
# What becomes of a rectangle when the next one is painted: it stays, or it is cleared.
STAYS, IS_CLEARED = 1 << 2, 2 << 2
# The least ticks of a delay that browsers obey.
LEAST_DELAY = 2
NO_CHANGE = np.zeros((1, 1), np.uint8)


class Patch(NamedTuple):
    """The corner of a rectangle, its indices, and its palette unless it is the global one.

    ``disposal`` says what becomes of it when the next one is painted.
    """

    x: int
    y: int
    indices: NDArray[np.uint8]
    palette: Palette | None = None
    disposal: int = STAYS


class GifEncoder(DeltaEncoder[Patch]):
    """GIF89a, https://www.w3.org/Graphics/GIF/spec-gif89a.txt; Pillow does the LZW coding.

    The shortest delay is 0.02 s, since browsers play anything shorter as 0.1 s.
    """

    name = "gif"
    suffixes = (".gif",)
    description = "plays everywhere; 256 colours, at most 50 frames a second"
    shortest = 0.02
    ticks = 100

    def __init__(self, path: Path, plan: Plan) -> None:
        settings = plan.settings
        self.size = settings.palette_size
        self.bits = max(2, (self.size - 1).bit_length())
        self.matte: int | None = settings.matte
        colors, counts = over(plan.colors), plan.counts
        if self.matte is not None:
            visible = plan.colors >= MIN_VISIBLE
            colors = np.append(over(plan.colors[visible], self.matte), PIXEL.type(self.matte))
            counts = np.append(plan.counts[visible], 1)
        power = settings.pick(0.5, 0.5, 0.8)  # a smaller file, or smoother shades
        self.palette = Palette(colors, counts, self.size, settings.colors, power)
        self.palette.lookup(colors)
        self.max_error = max(MAX_ERROR, 2 * self.palette.error(colors))
        super().__init__(path, plan)

    def start(self, picture: Picture) -> Patch:
        """Write the header with space for the palette, the loop count and the metadata."""
        settings = self.plan.settings
        height, width = picture.shape
        head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF0 | (self.bits - 1), 0, 0)
        head += self.palette.table(1 << self.bits)
        if settings.loop != 1:
            again = max(settings.loop - 1, 0)
            head += b"!\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<HB", again, 0)
        if settings.metadata:
            text = comment(settings.metadata).encode("ascii")
            parts = [text[i : i + 255] for i in range(0, len(text), 255)]
            head += b"!\xfe" + b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
        self.file.write(head)
        self._shown = self.palette.lookup(picture)
        self._shown[picture == 0] = TRANSPARENT
        return Patch(0, 0, self._shown.copy())

    def patch(self, picture: Picture, change: Change) -> Patch | None:
        """Return the changed box, transparent where the colour or its index stays the same."""
        gone = change.at[picture.take(change.at) == 0]
        if len(gone):
            anew = self._clear(picture, change, gone)
            if anew is None:
                return Patch(0, 0, NO_CHANGE)
            change = anew
        changed = picture.take(change.at)
        indices = self.palette.lookup(changed)
        y, x = (side.start for side in change.box)
        if self.palette.error(changed) <= self.max_error:
            box = overlay(indices, self._shown, change)
            return None if box is None else Patch(x, y, box)
        palette = self._local_palette(changed)
        local = np.full(picture.shape, TRANSPARENT, np.uint8)
        np.put(local, change.at, palette.lookup(changed))
        # These pixels show no entry of the global palette, so that any later index differs.
        np.put(self._shown, change.at, np.uint8(TRANSPARENT))
        return Patch(x, y, local[change.box], palette)

    def _clear(self, picture: Picture, change: Change, gone: NDArray[np.intp]) -> Change | None:
        """Clear the box around pixels that are transparent again; return what is to be painted.

        What a patch has painted stays, so the last ticks of the one that is held back become a
        patch of their own, which paints nothing and has its box cleared at its end.
        """
        rows, columns = np.divmod(gone, picture.shape[1])
        box = tuple(slice(int(at.min()), int(at.max()) + 1) for at in (rows, columns))
        painted = np.zeros(picture.shape, bool)
        np.put(painted, change.at, True)
        painted[box] = True
        self._flush(LEAST_DELAY)
        y, x = (side.start for side in box)
        nothing = np.full(painted[box].shape, TRANSPARENT, np.uint8)
        self._held = Patch(x, y, nothing, disposal=IS_CLEARED)
        self._shown[box] = TRANSPARENT
        return difference(picture, np.where(painted & (picture != 0), ~picture, picture))

    def _local_palette(self, pixels: Picture) -> Palette:
        colors, counts = np.unique(pixels, return_counts=True)
        exact = [color for color in self.plan.settings.colors if color in colors]
        return Palette(colors, counts, self.size, exact)

    def add(self, picture: Picture, seconds: float) -> None:
        """Add a picture, composited over white unless there is a matte."""
        flat = over(picture) if self.matte is None else self._cut_out(picture, self.matte)
        super().add(flat, seconds)

    def _cut_out(self, picture: Picture, matte: int) -> Picture:
        """Return a picture whose pixels are 0, for transparent, or opaque, blended with the matte.

        Where there is no time to clear pixels that were painted before, above 25 frames a second,
        they become the matte's colour.
        """
        flat = np.where(picture >= MIN_VISIBLE, over(picture, matte), PIXEL.type(0))
        if self._last is None or self._due() >= 2 * LEAST_DELAY:
            return flat
        return np.where((flat == 0) & (self._last != 0), PIXEL.type(matte), flat)

    def write(self, patch: Patch | None, delay: int) -> None:
        """Write one graphic control block and one image."""
        x, y, indices, palette, disposal = patch or Patch(0, 0, NO_CHANGE)
        height, width = indices.shape
        table = palette.table(1 << self.bits) if palette else b""
        local = 0x80 | (self.bits - 1) if palette else 0
        self.file.write(
            b"!\xf9\x04"
            + struct.pack("<BHBB", disposal | (not indices.all()), delay, TRANSPARENT, 0)
            + b","
            + struct.pack("<HHHHB", x, y, width, height, local)
            + table
            + bytes([self.bits])
        )
        write_lzw(indices, self.bits, self.file)
        self.file.write(b"\0")

    def end(self) -> None:
        """Write the trailer, then the final palette into the header."""
        self.file.write(b";")
        self.file.seek(HEADER_LENGTH)
        self.file.write(self.palette.table(1 << self.bits))

    @staticmethod
    def read(data: Bytes) -> Info:
        """Read the blocks one after the other."""
        if data[:4] != b"GIF8":
            raise ValueError("not a GIF")
        width, height, flags = struct.unpack_from("<HHB", data, 6)
        at = HEADER_LENGTH + _table_length(flags)
        frames = ticks = 0
        loops, text, count = 1, Text(), Count()
        while data[at] != ord(";"):
            if data[at] == ord(","):
                frames += 1
                at = _end_of_blocks(data, at + 11 + _table_length(data[at + 9]), count)
                continue
            label, start = data[at + 1], at + 2
            at = _end_of_blocks(data, start, count)
            body = _blocks(data, start) if label in (0xF9, 0xFE, 0xFF) else b""
            if label == 0xF9:
                ticks += struct.unpack_from("<H", body, 1)[0]
            elif label == 0xFE:
                text.add(body)
            elif label == 0xFF and body[:11] == b"NETSCAPE2.0":
                again = struct.unpack_from("<H", body, 12)[0]
                loops = again + 1 if again else 0
        return Info("gif", width, height, frames, ticks / 100, loops, read_comment(text.all()))


def _table_length(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_blocks(data: Bytes, at: int, count: Count) -> int:
    """Return where the sub-blocks that begin at a position end."""
    while length := data[at]:
        count.one()
        at += 1 + length
    count.one()
    return at + 1


def _blocks(data: Bytes, at: int) -> bytes:
    """Return the content of the sub-blocks that begin at a position, as far as it is kept."""
    text = Text()
    while (length := data[at]) and not text.full:
        text.add(data[at + 1 : at + 1 + length])
        at += 1 + length
    return text.all()
