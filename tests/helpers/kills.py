"""Renders that are killed: what they leave, and who lives on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

SCENE = """\
from animopt import Scene, optimizers, surfaces
long = Scene(surfaces.ring(), [optimizers.SGD(lr=1e-3)], (0.1, 2), {steps}, size=(320, 240))
short = Scene(surfaces.bowl(), [optimizers.SGD(lr=0.1)], (3, 4), 3, size=(96, 80))
"""
# What each kind of render is given besides the path.
KINDS = {
    "gif": ("x.gif", ()),
    "png": ("x.png", ()),
    "mp4": ("x.mp4", ("--loop", "2")),
    "html": ("x.html", ()),
    "gif -j 2": ("x.gif", ("-j", "2")),
    "mp4 -j 2": ("x.mp4", ("-j", "2")),
}
WHO = ("group", "main", "worker")
# Seconds that whoever is left has to end, and how often that is looked at.
MOMENT, LOOK = 1.0, 0.02


@dataclass
class Tally:
    """What was found after some kills."""

    kills: int = 0
    torn: int = 0
    orphans: int = 0
    streams: int = 0
    left: int = 0
    failed: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not (self.torn or self.orphans or self.streams or self.left or self.failed)

    def row(self, name: str) -> str:
        """Return a line of the table."""
        told = f"{self.torn:5} {self.orphans:8} {self.streams:8} {self.left:5} {len(self.failed):7}"
        return f"{name:20} {self.kills:6} {told}"


HEAD = f"{'killed':20} {'times':>6}  torn  orphans  streams  left  failed"


class Killer:
    """Starts renders in a folder, kills them, and looks at what is left."""

    def __init__(self, folder: Path, steps: int, seed: int = 1) -> None:
        self.out, self.temporary, self._pick = folder / "out", folder / "tmp", Random(seed)
        for each in (self.out, self.temporary):
            each.mkdir(parents=True)
        (folder / "s.py").write_text(SCENE.format(steps=steps))
        self._folder = folder
        self._mark = f"ANIMOPT_KILLED={folder.name}-{os.getpid()}"
        name, _, value = self._mark.partition("=")
        self._environment = {**os.environ, name: value, "TMPDIR": str(self.temporary)}
        self._whole: dict[str, tuple[bytes, float]] = {}

    def kill(self, kind: str, who: str, times: int) -> Tally:
        """Kill so many renders at random moments; a worker's death must not be noticed.

        A render that had ended by then, or had no worker yet, is checked too, and not counted.
        """
        tally = Tally()
        whole, lasts = self._complete(kind)
        for _ in range(3 * times):
            process = self._start(kind)
            time.sleep(self._pick.uniform(0.1, 1.0) * lasts)
            tally.kills += self._strike(process, who)
            if who != "worker":
                process.wait()  # the moment of the others begins when this one is gone
            try:
                process.communicate(timeout=60 if who == "worker" else MOMENT)
            except subprocess.TimeoutExpired:
                tally.streams += 1
            tally.orphans += not self._alone()
            path = self.out / KINDS[kind][0]
            if path.exists():
                tally.torn += path.read_bytes() != whole
            elif process.returncode == 0:
                tally.failed.append(f"{kind}: no file")
            if who == "worker" and process.returncode != 0:
                tally.failed.append(f"{kind}: exit status {process.returncode}")
            path.unlink(missing_ok=True)
            if tally.kills == times:
                break
        tally.left = len(self._left())
        return tally

    def _complete(self, kind: str) -> tuple[bytes, float]:
        if kind not in self._whole:
            begin = time.monotonic()
            process = self._start(kind)
            _, said = process.communicate(timeout=300)
            assert process.returncode == 0, said
            path = self.out / KINDS[kind][0]
            self._whole[kind] = path.read_bytes(), time.monotonic() - begin
            path.unlink()
        return self._whole[kind]

    def _start(self, kind: str, scene: str = "long") -> subprocess.Popen[bytes]:
        name, more = KINDS[kind]
        return subprocess.Popen(
            [sys.executable, "-m", "animopt", "render", "s.py", "--scene", scene, "-o",
             f"out/{name}", *more],
            cwd=self._folder, env=self._environment, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def _strike(self, process: subprocess.Popen[bytes], who: str) -> bool:
        """Kill, and return whether there was somebody to kill."""
        if process.poll() is not None:  # it was faster
            return False
        if who == "group":
            os.killpg(process.pid, signal.SIGKILL)
        elif who == "main":
            process.kill()
        elif workers := self._workers(process.pid):
            with suppress(ProcessLookupError):
                os.kill(self._pick.choice(workers), signal.SIGKILL)
                return True
        return who != "worker"

    def _workers(self, main: int) -> list[int]:
        return [
            pid for pid in self._ours() if pid != main and b"spawn_main" in _read(pid, "cmdline")
        ]

    def _alone(self) -> bool:
        """Return whether all processes that bear the mark end within a moment."""
        end = time.monotonic() + MOMENT
        while self._ours():
            if time.monotonic() > end:
                return False
            time.sleep(LOOK)
        return True

    def _ours(self) -> list[int]:
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        return [pid for pid in pids if self._mark.encode() in _read(pid, "environ").split(b"\0")]

    def _left(self) -> list[str]:
        """Return what is in the folders after one more run."""
        process = self._start("gif", "short")
        process.communicate(timeout=120)
        (self.out / "x.gif").unlink()
        return [path.name for each in (self.out, self.temporary) for path in each.iterdir()]


def _read(pid: int, what: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{what}").read_bytes()
    except OSError:
        return b""
