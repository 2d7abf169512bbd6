"""WebM: VP9 at a constant frame rate with true transparency, encoded by ffmpeg from a pipe."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from animopt.export.encoder import Plan, read_comment
from animopt.export.format import Info
from animopt.export.pictures import PIXEL, RGB, Picture, is_opaque, over
from animopt.export.reading import MOST_TEXT, Bytes, Count, NotRead, seconds_of
from animopt.export.video import VideoEncoder

# Few key frames, as in MP4. The same bytes on every machine: columns of a picture are coded at the
# same time, rows of one are not.
VP9 = (
    "-c:v libvpx-vp9 -b:v 0 -g 600 -deadline good -color_range tv -colorspace bt709"
    " -color_primaries bt709 -color_trc bt709"
    " -threads 4 -tile-columns 2 -row-mt 0 -flags:v +bitexact"
)
# libvpx has no alternate reference frames beside a plane of alpha.
WITH_ALPHA = "-auto-alt-ref 0"
# The least pixel that is not wholly clear.
VISIBLE = 1 << 24


class WebmEncoder(VideoEncoder):
    """VP9 in yuv420p, with a plane of alpha (yuva420p) where the sampled pictures have any."""

    name = "webm"
    suffixes = (".webm",)
    description = "video with true transparency, for pages and editors; not so in Safari"
    transparent = True
    chooses = True  # whether it has a plane of alpha
    muxer = "-f webm"

    def __init__(self, path: Path, plan: Plan) -> None:
        super().__init__(path, plan)
        self._is_opaque = is_opaque(plan.colors)

    def sent(self, picture: Picture) -> Picture:
        """Return a picture over white, or with its alpha if the film has any.

        Colours are stored at half the resolution, so those of the edges mix with what is clear:
        that has the matte's colour, as the edges have.
        """
        if self._is_opaque:
            return over(picture)
        matte = self.plan.settings.matte
        around = PIXEL.type(RGB if matte is None else matte & RGB)
        return np.where(picture < VISIBLE, around, picture)

    def coding(self, picture: Picture) -> str:
        """Return the options of libvpx."""
        quality = self.plan.settings.pick(
            "-crf 42 -cpu-used 4", "-crf 34 -cpu-used 2", "-crf 22 -cpu-used 2"
        )
        layout, more = ("yuv420p", "") if self._is_opaque else ("yuva420p", WITH_ALPHA)
        return f"-pix_fmt {layout} {VP9} {quality} {more}"

    @staticmethod
    def read(data: Bytes) -> Info:
        """Read the elements of the first track (RFC 9559), and count the pictures."""
        if data[:4] != ELEMENT["EBML"]:
            raise ValueError("not a WebM")
        found, frames = _found(data)
        width, height = _number(data, found["PixelWidth"]), _number(data, found["PixelHeight"])
        start, end = found["Duration"]
        (length,) = struct.unpack(">d" if end - start == 8 else ">f", data[start:end])
        (seconds,) = seconds_of([length * _number(data, found["TimestampScale"]) / 1e9])
        start, end = found.get("TagString", (0, 0))
        text = data[start : min(end, start + MOST_TEXT)]
        return Info("webm", width, height, frames, seconds, 1, read_comment(text))


ELEMENT = {
    "EBML": b"\x1a\x45\xdf\xa3",
    "Segment": b"\x18\x53\x80\x67",
    "Info": b"\x15\x49\xa9\x66",
    "TimestampScale": b"\x2a\xd7\xb1",
    "Duration": b"\x44\x89",
    "Tracks": b"\x16\x54\xae\x6b",
    "TrackEntry": b"\xae",
    "Video": b"\xe0",
    "PixelWidth": b"\xb0",
    "PixelHeight": b"\xba",
    "Tags": b"\x12\x54\xc3\x67",
    "Tag": b"\x73\x73",
    "SimpleTag": b"\x67\xc8",
    "TagName": b"\x45\xa3",
    "TagString": b"\x44\x87",
    "Cluster": b"\x1f\x43\xb6\x75",
    "SimpleBlock": b"\xa3",
    "BlockGroup": b"\xa0",
}
_NAMES = {identity: name for name, identity in ELEMENT.items()}
# What is opened; whatever lies elsewhere than under these is passed over.
_CONTAINERS = {"Segment", "Info", "Tracks", "TrackEntry", "Video", "Tags", "Tag", "Cluster"}
_PICTURES = {"SimpleBlock", "BlockGroup"}
# Elements that are passed over: one for each of 60 pictures a second in the longest animation, its
# parts, and some more.
_MOST_ELEMENTS = 500_000


def _found(data: Bytes) -> tuple[dict[str, tuple[int, int]], int]:
    """Return where the content of elements begins and ends, by name, and the number of pictures.

    Of several elements of one name the first counts; of the texts, that which is a comment.
    """
    found: dict[str, tuple[int, int]] = {}
    frames, count, waiting = 0, Count(_MOST_ELEMENTS), [(0, len(data))]
    while waiting:
        for name, start, end in _elements(data, *waiting.pop(), count):
            if name in _CONTAINERS:
                waiting.append((start, end))
            elif name in _PICTURES:
                frames += 1
            elif name == "SimpleTag":
                parts = {key: (low, high) for key, low, high in _elements(data, start, end, count)}
                low, high = parts.get("TagName", (0, 0))
                if "TagString" in parts and data[low : min(high, low + 8)] == b"COMMENT":
                    found.setdefault("TagString", parts["TagString"])
            else:
                found.setdefault(name, (start, end))
    return found, frames


def _elements(data: Bytes, at: int, end: int, count: Count) -> Iterator[tuple[str, int, int]]:
    """Yield each element's name, or "", and where its content begins and ends (RFC 8794)."""
    while at < end:
        count.one()
        size_at = at + _length(data[at], 4)
        start = size_at + (length := _length(data[size_at], 8))
        size = int.from_bytes(data[size_at:start]) & ((1 << 7 * length) - 1)
        # All ones: a live stream does not know, and goes on as far as there is something.
        last = end if size == (1 << 7 * length) - 1 else min(start + size, end)
        yield _NAMES.get(data[at:size_at], ""), start, last
        at = last


def _length(first: int, most: int) -> int:
    """Return how many bytes a number has, which its first one tells."""
    length = 9 - first.bit_length()
    if length > most:
        raise NotRead("an element without a name or a length")
    return length


def _number(data: Bytes, place: tuple[int, int]) -> int:
    start, end = place
    return int.from_bytes(data[start : min(end, start + 8)])
