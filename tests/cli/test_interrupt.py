"""Interrupts: the old file or none, no temporary files, no traceback, status 128 + signal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")

LONG = """\
from animopt import Scene, optimizers, surfaces
scene = Scene(surfaces.ring(), [optimizers.SGD(lr=1e-5)], start=(0.1, 2), steps={steps})
"""

STUCK = """\
import time
from animopt import Scene, Surface, optimizers
def f(x, y):
    print("working", flush=True)
    time.sleep(600)
scene = Scene(Surface(f), [optimizers.SGD(lr=0.1)], start=(1, 1), steps=9)
"""


# Whatever this process inherited from its parent, which may ignore signals, the command does not.
START = """\
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.{hangup})
os.execv(sys.executable, [sys.executable, "-m", "animopt", "render", *sys.argv[1:]])
"""


class Command:
    """``animopt render`` in its own process, killed at the end in any case."""

    def __init__(self, folder: Path, *args: str, hangup: str = "SIG_DFL", **popen) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", START.format(hangup=hangup), *args],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **popen,
        )

    def __enter__(self) -> Command:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.communicate()

    def wait_until_it_writes(self) -> None:
        while not list(self.folder.rglob("*.part")):
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.01)

    def send(self, number: int) -> None:
        """Signal the whole group, as a terminal does."""
        os.killpg(self.process.pid, number)

    def end(self) -> tuple[int, str, list[str]]:
        """Return the exit status, stdout, and the lines of stderr except progress."""
        out, err = self.process.communicate()
        lines = [line for line in err.splitlines() if not line.startswith("rendering ")]
        return self.process.returncode, out, lines


@pytest.mark.parametrize(
    ("suffix", "number", "status"),
    [("gif", signal.SIGINT, 130), ("mp4", signal.SIGTERM, 143), ("png", signal.SIGHUP, 129)],
)
def test_an_interrupted_render_leaves_the_old_file(tmp_path, suffix, number, status):
    (tmp_path / "long.py").write_text(LONG.format(steps=10_000))
    old = tmp_path / f"x.{suffix}"
    old.write_bytes(b"an old file")
    with Command(tmp_path, "long.py", "-o", old.name) as command:
        command.wait_until_it_writes()
        command.send(number)
        assert command.end() == (status, "", ["animopt: interrupted"])
    assert {path.name for path in tmp_path.iterdir()} == {"long.py", old.name}
    assert old.read_bytes() == b"an old file"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_render_of_two_processes_says_no_more(tmp_path, number):
    (tmp_path / "long.py").write_text(LONG.format(steps=10_000))
    with Command(tmp_path, "long.py", "-o", "x.gif", "-j", "2") as command:
        command.wait_until_it_writes()
        command.send(number)
        assert command.end() == (128 + number, "", ["animopt: interrupted"])
    assert [path.name for path in tmp_path.iterdir()] == ["long.py"]


def test_repeated_interrupts_change_nothing(tmp_path):
    (tmp_path / "long.py").write_text(LONG.format(steps=10_000))
    with Command(tmp_path, "long.py", "-o", "new/folder/x.gif") as command:
        command.wait_until_it_writes()
        for _ in range(20):
            command.send(signal.SIGINT)
        assert command.end() == (130, "", ["animopt: interrupted"])
    assert [path.name for path in tmp_path.iterdir()] == ["long.py"]


def test_a_simulation_can_be_interrupted(tmp_path):
    (tmp_path / "stuck.py").write_text(STUCK)
    with Command(tmp_path, "stuck.py", "-o", "x.gif") as command:
        assert command.process.stderr is not None
        assert command.process.stderr.readline() == "working\n"
        command.send(signal.SIGINT)
        assert command.end() == (130, "", ["animopt: interrupted"])


def test_the_command_can_be_interrupted_while_it_loads(tmp_path):
    (tmp_path / "typer.py").write_text("import time\nprint('loading', flush=True)\ntime.sleep(600)")
    with Command(tmp_path, "x.py", env={**os.environ, "PYTHONPATH": str(tmp_path)}) as command:
        assert command.process.stdout is not None
        assert command.process.stdout.readline() == "loading\n"
        command.send(signal.SIGINT)
        assert command.end() == (130, "", ["animopt: interrupted"])


def test_almost_nothing_is_loaded_before_interrupts_are_handled():
    statement = "import animopt.__main__, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", statement], capture_output=True, text=True)
    loaded = set(done.stdout.split())
    ours = {name for name in loaded if name.partition(".")[0] == "animopt"}
    assert ours == {"animopt", "animopt.__main__", "animopt.lazy", "animopt.signals"}
    assert not loaded & {"typer", "numpy", "rich", "json", "dataclasses"}


def test_under_nohup_a_hangup_is_no_interrupt(tmp_path):
    (tmp_path / "long.py").write_text(LONG.format(steps=500))

    with Command(tmp_path, "long.py", "-o", "x.gif", hangup="SIG_IGN") as command:
        command.wait_until_it_writes()
        command.send(signal.SIGHUP)
        status, out, _ = command.end()
    assert (status, out) == (0, "x.gif\n")
    assert (tmp_path / "x.gif").exists()


def test_a_closed_pipe_ends_it_quietly(folder):
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [sys.executable, "-m", "animopt", "render", "good.py"],
        cwd=folder,
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(theirs)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Broken" not in done.stderr
    assert (folder / "output" / "good.gif").exists()


SWALLOWED = """\
import os, signal
from animopt.signals import Interrupted, interruptible
try:
    with interruptible():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            while True: pass
        except BaseException:
            raise ValueError("Invalid affine transformation matrix")
except Interrupted as stop:
    print(stop.status)
"""


def test_an_interrupt_that_c_code_turns_into_an_error_of_its_own_is_one():
    done = subprocess.run([sys.executable, "-c", SWALLOWED], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("143\n", "")
