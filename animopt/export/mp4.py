"""MP4: H.264 at a constant frame rate, encoded by ffmpeg from a pipe."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from animopt.errors import InvalidInput
from animopt.export.encoder import read_comment
from animopt.export.format import Info
from animopt.export.pictures import Picture
from animopt.export.reading import MOST_TEXT, Bytes, Count, NotRead
from animopt.export.settings import Settings
from animopt.export.video import VideoEncoder

# The chroma offset keeps thin coloured lines. Drawings have flat areas and content that recurs:
# without psychovisual optimization (for film grain), with few key frames and many reference
# frames, the same quality takes fewer bytes.
X264 = (
    "colorprim=bt709:transfer=bt709:colormatrix=bt709:keyint=600:no-psy=1:chroma-qp-offset=-3"
    ":bframes=5:ref=6:deblock=1,1:aq-strength=0.6"
)
# x264 looks ahead over at most this many pixels, which take some ten bytes each.
LOOKAHEAD_PIXELS = 24_000_000
# The same bytes on every machine: x264's output depends on the number of threads, and its settings
# are stored in a message (SEI, type 6) that no player needs.
REPRODUCIBLE = "-threads 4 -flags:v +bitexact -bsf:v filter_units=remove_types=6"


class Mp4Encoder(VideoEncoder):
    """H.264 in yuv420p, which every player supports."""

    name = "mp4"
    suffixes = (".mp4",)
    description = "smallest and best for slides; stores no loop count, colours within a few levels"
    muxer = "-movflags +faststart -f mp4"

    @classmethod
    def check(cls, settings: Settings) -> None:
        """Refuse a palette and transparency, which MP4 does not have; look for ffmpeg."""
        if settings.matte is not None:
            raise InvalidInput(
                "write: an .mp4 has no transparency; choose .webm, .png or .gif, or opaque paper"
            )
        super().check(settings)

    def coding(self, picture: Picture) -> str:
        """Return the options of x264."""
        settings = self.plan.settings
        lookahead = min(settings.pick(10, 40, 40), max(10, LOOKAHEAD_PIXELS // picture.size))
        preset = settings.pick("veryfast -crf 27", "medium -crf 22", "slow -crf 17")
        codec = f"-c:v libx264 -preset {preset} -x264-params {X264}:rc-lookahead={lookahead}"
        return f"-pix_fmt yuv420p {codec} {REPRODUCIBLE}"

    @staticmethod
    def read(data: Bytes) -> Info:
        """Read the boxes of the first track (ISO 14496-12)."""
        if data[4:8] != b"ftyp":
            raise ValueError("not an MP4")
        boxes = _found(data)
        start, end = boxes["moov.trak.mdia.minf.stbl.stsd"]
        width, height = struct.unpack_from(">HH", data[start : min(end, start + 44)], 40)
        start, end = boxes["moov.trak.mdia.minf.stbl.stsz"]
        frames = struct.unpack_from(">I", data[start : min(end, start + 12)], 8)[0]
        start, end = boxes["moov.trak.mdia.mdhd"]
        head = data[start : min(end, start + 32)]
        scale, length = struct.unpack_from(">IQ" if head[0] else ">II", head, 20 if head[0] else 12)
        start, end = boxes.get("moov.udta.meta.ilst.©cmt.data", (0, 0))
        text = data[start + 8 : min(end, start + 8 + MOST_TEXT)] if end else b""
        return Info("mp4", width, height, frames, length / scale, 1, read_comment(text))


# The boxes that hold others which are asked for; no other is opened, however deep it is.
CONTAINERS = {
    "moov": ("trak", "udta"),
    "moov.trak": ("mdia",),
    "moov.trak.mdia": ("minf", "mdhd"),
    "moov.trak.mdia.minf": ("stbl",),
    "moov.trak.mdia.minf.stbl": ("stsd", "stsz"),
    "moov.udta": ("meta",),
    "moov.udta.meta": ("ilst",),
    "moov.udta.meta.ilst": ("©cmt",),
    "moov.udta.meta.ilst.©cmt": ("data",),
}
# Boxes that are passed over; the films of cameras have some thousands.
MOST_BOXES = 100_000


def _found(data: Bytes) -> dict[str, tuple[int, int]]:
    """Return where the content of each box that is asked for begins and ends, by its path.

    Of several boxes with one path the first counts, and none reaches beyond the one it is in.
    """
    found: dict[str, tuple[int, int]] = {}
    waiting, count = [("", 0, len(data))], Count(MOST_BOXES)
    while waiting:
        parent, start, end = waiting.pop()
        for name, inner, last in _boxes(data, start, end, count):
            path = f"{parent}.{name}" if parent else name
            if path in found or name not in (CONTAINERS[parent] if parent else ("moov",)):
                continue
            found[path] = inner, last
            if path in CONTAINERS:
                waiting.append((path, inner + 4 if name == "meta" else inner, last))
    return found


def _boxes(data: Bytes, at: int, end: int, count: Count) -> Iterator[tuple[str, int, int]]:
    """Yield each box's name, and where its content begins and ends."""
    while at + 8 <= end:
        count.one()
        size, kind = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if size == 1 and at + 16 <= end:
            size, body = struct.unpack_from(">Q", data, body)[0], body + 8
        last = end if size == 0 else at + size  # 0: as far as there is something
        if last < body:
            raise NotRead("a box that is shorter than its head")
        yield kind.decode("latin-1"), body, min(last, end)
        at = last
