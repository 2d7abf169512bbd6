"""MP4: H.264 at a constant frame rate, encoded by ffmpeg from a pipe."""

from __future__ import annotations

import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from functools import cache
from pathlib import Path
from threading import Lock
from typing import IO

from animopt.errors import ExportError, InvalidInput
from animopt.export.encoder import Encoder, Plan, comment, read_comment
from animopt.export.format import Info
from animopt.export.pictures import Picture, channels, over
from animopt.export.reading import MOST_TEXT, Bytes, Count, NotRead
from animopt.export.settings import Settings

# Browsers guess the colour space of untagged files: set BT.709 in the conversion and the stream.
# Lanczos and the chroma offset keep thin coloured lines, which 4:2:0 would wash out. Drawings have
# flat areas and content that recurs: without psychovisual optimization (for film grain), with few
# key frames and many reference frames, the same quality takes fewer bytes.
CONVERSION = "scale=out_range=tv:out_color_matrix=bt709:flags=lanczos,format=yuv420p"
X264 = (
    "colorprim=bt709:transfer=bt709:colormatrix=bt709:keyint=600:no-psy=1:chroma-qp-offset=-3"
    ":bframes=5:ref=6:deblock=1,1:aq-strength=0.6"
)
# x264 looks ahead over at most this many pixels, which take some ten bytes each.
LOOKAHEAD_PIXELS = 24_000_000
# The same bytes on every machine: x264's output depends on the number of threads, and its settings
# are stored in a message (SEI, type 6) that no player needs.
REPRODUCIBLE = "-threads 4 -flags:v +bitexact -bsf:v filter_units=remove_types=6"
MUXER = "-fflags +bitexact -map_metadata -1 -metadata:s:v encoder= -movflags +faststart -f mp4"
INSTALL = "MP4 needs ffmpeg: run 'pip install imageio-ffmpeg', or put ffmpeg on the PATH"


# No system takes longer ones; what is longer is passed in a file.
LONGEST_ARGUMENT = 30_000


@cache
def _ending_with_us() -> list[str]:
    """Return what makes Linux end ffmpeg at once when this process is killed, where it is there.

    Elsewhere ffmpeg ends by itself, once it has encoded what came before its pipe was closed.
    """
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


def ffmpeg() -> str:
    """Return the ffmpeg to run: $IMAGEIO_FFMPEG_EXE, imageio-ffmpeg's, or the one on the PATH."""
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        found: str | None = shutil.which(get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        found = shutil.which("ffmpeg")
    if found is None:
        raise ExportError(INSTALL)
    return found


class Mp4Encoder(Encoder):
    """H.264 in yuv420p, which every player supports; odd sizes are padded in the corner's colour.

    Frame k of the video is the picture shown at time k / rate; the last picture always gets one.
    """

    name = "mp4"
    suffixes = (".mp4",)
    description = "smallest and best for slides; stores no loop count, colours within a few levels"

    def __init__(self, path: Path, plan: Plan) -> None:
        super().__init__(path, plan)
        self.rate = Fraction(plan.rate).limit_denominator(1001)
        self.messages: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed in close)
        self.process: subprocess.Popen[bytes] | None = None
        # Held while ffmpeg is started, in the encoder's thread, which no signal interrupts: so
        # close never misses a process that would write the file after it was removed.
        self._starting = Lock()
        self._closed = False
        self._seconds = 0.0
        self._ticks = 0
        self._unsent: Picture | None = None
        path.touch(exist_ok=False)

    @classmethod
    def check(cls, settings: Settings) -> None:
        """Refuse a palette and transparency, which MP4 does not have; look for ffmpeg."""
        if settings.matte is not None:
            raise InvalidInput(
                "write: an .mp4 has no transparency; choose .png or .gif, or opaque paper"
            )
        if settings.max_colors != 256:
            raise InvalidInput("write: max_colors is for .gif and .png; an .mp4 has no palette")
        ffmpeg()

    def add(self, picture: Picture, seconds: float) -> None:
        """Send a picture once for each tick within its duration."""
        if not self._seconds:
            self.submit(self._start, picture)
        self._seconds += seconds
        due = round(self._seconds * self.rate) - self._ticks
        self._ticks += due
        self._unsent = picture if due == 0 else None
        self.submit(self._send, picture, due)

    def finish(self) -> None:
        """Wait for ffmpeg, and repeat the video as often as the loop setting says."""
        if self._unsent is not None:
            self.submit(self._send, self._unsent, 1)
        self.submit(self._wait)
        if self.plan.settings.loop > 1:
            self.submit(self._repeat, self.plan.settings.loop)
        self.drain()

    def close(self) -> None:
        """Kill ffmpeg if it is still running, which also unblocks writes to its pipe."""
        with self._starting:
            self._closed = True
            if self.process is not None:
                self.process.kill()
                self.process.wait()
        super().close()
        if self.process is not None:
            self._close_pipe()
        self.messages.close()
        with suppress(OSError):
            self._text.unlink()

    def _send(self, picture: Picture, times: int) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        try:
            for _ in range(times):
                self.process.stdin.write(over(picture).data)
        except OSError:
            self._wait()

    def _start(self, picture: Picture) -> None:
        picture = over(picture)
        height, width = picture.shape
        settings = self.plan.settings
        corner = channels(picture)[0, 0, :3].tobytes().hex()
        even = f"pad={width + width % 2}:{height + height % 2}:0:0:0x{corner}"
        lookahead = min(settings.pick(10, 40, 40), max(10, LOOKAHEAD_PIXELS // (width * height)))
        preset = settings.pick("veryfast -crf 27", "medium -crf 22", "slow -crf 17")
        source = f"-f rawvideo -pix_fmt rgba -s {width}x{height} -framerate {self.rate} -i pipe:0"
        codec = f"-c:v libx264 -preset {preset} -x264-params {X264}:rc-lookahead={lookahead}"
        options = f"-vf {even},{CONVERSION} {codec} {REPRODUCIBLE} {MUXER}"
        inputs, said = self._said()
        self._run(source, *inputs, *options.split(), *said)

    def _said(self) -> tuple[list[str], list[str]]:
        """Return the options that store the metadata: those for inputs, and those for the file."""
        if not self.plan.settings.metadata:
            return [], []
        text = f"comment={comment(self.plan.settings.metadata)}"
        if len(text) <= LONGEST_ARGUMENT:
            return [], ["-metadata", text]
        key, _, value = text.partition("=")
        escaped = re.sub(r"([=;#\\])", r"\\\1", value)
        self._text.write_text(f";FFMETADATA1\n{key}={escaped}\n", encoding="utf-8")
        return ["-f", "ffmetadata", "-i", str(self._text)], ["-map_metadata", "1"]

    @property
    def _text(self) -> Path:
        return self.path.with_name(self.path.name + ".text")

    def _run(self, options: str, *more: str) -> None:
        quiet = ["-y", "-loglevel", "error"]
        command = [*_ending_with_us(), ffmpeg(), *quiet, *options.split(), *more, str(self.path)]
        with self._starting:
            if self._closed:
                return
            try:
                # In its own session, so that Ctrl-C reaches only this process, which ends ffmpeg.
                self.process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=self.messages,
                    start_new_session=True,
                    creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                )
            except OSError as error:
                raise ExportError(f"ffmpeg cannot be started ({error}); {INSTALL}") from error

    def _wait(self) -> None:
        """Wait until ffmpeg exits; raise its last message if it failed."""
        assert self.process is not None
        self._close_pipe()
        if (status := self.process.wait()) != 0:
            self.messages.seek(0)
            said = self.messages.read().decode("utf-8", "replace")
            # Without the part of ffmpeg that says it, and its address in memory.
            lines = re.sub(r"^(\[[^]\n]*\] )+", "", said.strip(), flags=re.M).splitlines()
            ended = f"exit status {status}"
            if status < 0:
                ended = f"stopped by {signal.strsignal(-status)} (signal {-status})"
            raise ExportError(f"ffmpeg failed: {lines[-1] if lines else ended}")

    def _close_pipe(self) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        with suppress(OSError):  # ffmpeg has exited; its status tells why
            self.process.stdin.close()

    def _repeat(self, plays: int) -> None:
        once = self.path.with_name(self.path.name + ".once")
        os.replace(self.path, once)
        try:
            again = ("-i", str(once), "-c", "copy", *MUXER.split(), "-map_metadata", "0")
            self._run(f"-stream_loop {plays - 1}", *again)
            self._wait()
        finally:
            once.unlink()

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
