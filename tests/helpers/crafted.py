"""Files as nobody's program writes them: crafted, and mutated from good ones."""

from __future__ import annotations

import base64
import json
import random
import struct
import zlib
from collections.abc import Iterator


def _box(name: bytes, content: bytes = b"", size: int | None = None) -> bytes:
    return struct.pack(">I4s", len(content) + 8 if size is None else size, name) + content


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("!I4s", len(content), kind) + content + b"\0\0\0\0"


PNG = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack("!IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
GIF = b"GIF89a\1\0\1\0\0\0\0"
FTYP = _box(b"ftyp")


def page(data: object, cut: int | None = None) -> bytes:
    """Return a page with this in place of its data."""
    head = data if isinstance(data, bytes) else json.dumps(data).encode()
    packed = zlib.compress(len(head).to_bytes(4, "little") + head, 9)[:cut]
    return b'<!doctype html>\n<script id="data">' + base64.b64encode(packed) + b"</script>"


def _towers(depth: int) -> bytes:
    """Return boxes in boxes, each of which claims to reach to the end of the file twice."""
    return b"".join(
        _box(b"moov") + _box(b"moov", size=8 * (depth - i) * 2 + 8) for i in range(depth)
    )


def _nested(names: tuple[bytes, ...], content: bytes = b"") -> bytes:
    for name in reversed(names):
        content = _box(name, content)
    return content


def _film(scale: int, frames: int) -> bytes:
    stsd = _box(b"stsd", bytes(40) + struct.pack(">HH", 4, 4))
    stsz = _box(b"stsz", bytes(8) + struct.pack(">I", frames))
    mdhd = _box(b"mdhd", bytes(12) + struct.pack(">II", scale, 5))
    minf = _nested((b"minf", b"stbl"), stsd + stsz)
    return FTYP + _nested((b"moov", b"trak", b"mdia"), mdhd + minf)


def _element(name: bytes, content: bytes = b"", size: int | None = None) -> bytes:
    return name + struct.pack(">Q", 1 << 56 | (len(content) if size is None else size)) + content


def _webm(*parts: bytes) -> bytes:
    return _element(b"\x1a\x45\xdf\xa3", b"\x42\x82\x84webm") + _element(SEGMENT, b"".join(parts))


def _clip(length: bytes, scale: bytes) -> bytes:
    about = _element(
        b"\x15\x49\xa9\x66", _element(b"\x2a\xd7\xb1", scale) + _element(b"\x44\x89", length)
    )
    size = _element(b"\xe0", _element(b"\xb0", b"\4") + _element(b"\xba", b"\4"))
    return _webm(about, _element(b"\x16\x54\xae\x6b", _element(b"\xae", size)))


SEGMENT = b"\x18\x53\x80\x67"
CRAFTED: dict[str, bytes] = {
    "empty": b"",
    "zeros": bytes(1 << 20),
    "MP4: boxes that double": FTYP + _towers(60),
    "MP4: boxes, very deep": FTYP + _nested((b"moov",) * 50_000),
    "MP4: a million boxes": FTYP + _box(b"free") * 1_000_000,
    "MP4: sizes of 0": FTYP + _box(b"moov", _box(b"trak", size=0) * 1000, size=0),
    "MP4: a size beyond 64 bits": FTYP + struct.pack(">I4sQ", 1, b"moov", 2**64 - 1),
    "MP4: no time scale": _film(0, 3),
    "MP4: two comments": _film(1, 2**32 - 1) * 2,
    "WebM: elements, very deep": _webm(*[b"\xe0\x01" + b"\xff" * 7] * 50_000),
    "WebM: a million elements": _webm(b"\xe0\x80" * 3_000_000),
    "WebM: a length beyond 56 bits": _webm(b"\xe0\x01" + b"\xff" * 6 + b"\xfe"),
    "WebM: an endless duration": _clip(struct.pack(">d", float("inf")), b"\1"),
    "WebM: no number for one": _clip(struct.pack(">d", float("nan")), b"\1"),
    "WebM: a scale of many bytes": _clip(struct.pack(">d", 1.0), b"\xff" * 1_000_000),
    "GIF: a million blocks": GIF + b"!\xfe" + b"\1x" * 4_000_000 + b"\0;",
    "GIF: a comment of lists": GIF + b"!\xfe" + b"\xff" + b"[" * 255 + b"\0;",
    "GIF: comments, ever more": GIF + (b"!\xfe\xff" + b"[" * 255 + b"\0") * 40_000 + b";",
    "GIF: it obeys the terminal": GIF + b'!\xfe\x16{"Title":"\\u001b[2J\\u202e"}'[:25] + b"\0;",
    "GIF: a block too short": GIF + b"!\xf9\1x\0;",
    "PNG: a length of 4 GB": PNG + struct.pack("!I4s", 2**32 - 1, b"tEXt") + b"x",
    "PNG: texts, ever more": PNG + _chunk(b"tEXt", b"k\0" + b"v" * 1000) * 20_000,
    "PNG: a million chunks": PNG + _chunk(b"fcTL", bytes(26)) * 1_000_000,
    "PNG: a text without an end": PNG + _chunk(b"iTXt", b"key\0\1\0") + _chunk(b"IEND", b""),
    "page: a bomb": page(b"[" + b" " * 300_000_000),
    "page: deep lists": page(b"[" * 1_000_000),
    "page: many lists": page(b"[" + b"[],[],[],[],[]," * 300_000 + b"[]]"),
    "page: seconds of words": page({"seconds": ["x"], "loop": 0, "metadata": {}}),
    "page: endless seconds": page(b'{"seconds": [1e999], "loop": 0, "metadata": {}}'),
    "page: a loop of lists": page({"seconds": [1], "loop": [], "metadata": {"a": []}}),
    "page: cut off": page({"seconds": [1], "loop": 0, "metadata": {}}, cut=20),
    "page: beginnings without an end": b"<" + b'id="data">AAAA' * 500_000,
}
"""Contents of files by what is wrong with them; some are animations all the same."""


def mutated(good: bytes, number: int, seed: int) -> Iterator[bytes]:
    """Yield so many files with bytes of a good one changed, repeated, moved or missing."""
    pick = random.Random(seed)
    for _ in range(number):
        data = bytearray(good)
        for _ in range(pick.choice((1, 2, 5, 30))):
            at, length = pick.randrange(len(data)), pick.choice((1, 1, 4, 64))
            what = pick.randrange(5)
            if what == 0:
                data[at] = pick.randrange(256)
            elif what == 1:
                data[at : at + length] = pick.choice((b"\0", b"\xff", b"\x7f")) * length
            elif what == 2:
                data[at:at] = data[at : at + length]
            elif what == 3:
                data[at : at + length] = pick.randbytes(length)
            elif len(data) > 64:
                del data[at : at + length]
        yield bytes(data[: pick.randrange(1, len(data) + 1)] if pick.random() < 0.2 else data)
