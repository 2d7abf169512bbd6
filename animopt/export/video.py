"""Video: frames piped to ffmpeg, at a constant rate; the base of the formats that it encodes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from abc import abstractmethod
from contextlib import suppress
from fractions import Fraction
from functools import cache
from pathlib import Path
from threading import Lock
from typing import IO, ClassVar

from animopt.errors import ExportError, InvalidInput
from animopt.export.encoder import Encoder, Plan, comment
from animopt.export.pictures import Picture, channels, over
from animopt.export.settings import Settings

# Browsers guess the colour space of untagged films: BT.709 is set here, and by each format in its
# stream. Lanczos keeps thin coloured lines, which 4:2:0 would wash out.
CONVERSION = "scale=out_range=tv:out_color_matrix=bt709:flags=lanczos"
# Nothing in the file tells which ffmpeg made it, and when.
ANONYMOUS = "-fflags +bitexact -map_metadata -1 -metadata:s:v encoder="
INSTALL = "MP4 and WebM need ffmpeg: run 'pip install imageio-ffmpeg', or put ffmpeg on the PATH"


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


class VideoEncoder(Encoder):
    """A format that ffmpeg encodes; it stores no loop count, but contains the repetitions.

    Frame k of the video is the picture shown at time k / rate; the last picture always gets one.
    Odd sizes grow by a pixel in the corner's colour, since colours have half the resolution.

    Attributes:
        muxer: ffmpeg's options for the container.
    """

    chooses = False
    muxer: ClassVar[str]

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
        """Refuse a palette, which no video has; look for ffmpeg."""
        if settings.max_colors != 256:
            kind = cls.suffixes[0]
            raise InvalidInput(f"write: max_colors is for .gif and .png; an {kind} has no palette")
        ffmpeg()

    @abstractmethod
    def coding(self, picture: Picture) -> str:
        """Return ffmpeg's options for the codec, once the first picture is known."""

    def sent(self, picture: Picture) -> Picture:
        """Return a picture as it is sent to ffmpeg: over white, unless a format knows better."""
        return over(picture)

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
                self.process.stdin.write(self.sent(picture).data)
        except OSError:
            self._wait()

    def _start(self, picture: Picture) -> None:
        height, width = picture.shape
        sent = self.sent(picture)
        corner = channels(sent)[0, 0].tobytes().hex()
        even = f"pad={width + width % 2}:{height + height % 2}:0:0:0x{corner}"
        source = f"-f rawvideo -pix_fmt rgba -s {width}x{height} -framerate {self.rate} -i pipe:0"
        inputs, said = self._said()
        options = f"-vf {even},{CONVERSION} {self.coding(sent)} {ANONYMOUS} {self.muxer}"
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
            options = f"-c copy {ANONYMOUS} {self.muxer} -map_metadata 0"
            self._run(f"-stream_loop {plays - 1}", "-i", str(once), *options.split())
            self._wait()
        finally:
            once.unlink()
