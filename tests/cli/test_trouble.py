"""Trouble around a render: full disks, a folder that has gone, old permissions."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from animopt.export import write
from animopt.pipeline.formats import info

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX files")
# Whatever folder a command runs in, it is this package.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path.cwd())}
LONG = """\
from animopt import Scene, optimizers, surfaces
scene = Scene(surfaces.ring(), [optimizers.SGD(lr=1e-3)], (0.1, 2), 60, size=(320, 240))
"""
# A file that reaches its size limit is what a full disk is to a program.
SMALL_DISK = """\
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))
from animopt.__main__ import main
sys.exit(main())
"""


def run(folder: Path, *args: str, most: int | None = None, **more):
    head = ["-m", "animopt"] if most is None else ["-c", SMALL_DISK.format(most=most)]
    return subprocess.run(
        [sys.executable, *head, *args], cwd=folder, text=True,
        **{"stderr": -1, "stdout": -1, "env": ENVIRONMENT} | more,
    )  # fmt: skip


@posix
@pytest.mark.parametrize("suffix", ["gif", "png", "mp4", "webm", "html"])
@pytest.mark.parametrize("more", [[], ["--max-size", "9kB"]], ids=["", "max-size"])
def test_a_full_disk_names_the_users_file(tmp_path, suffix, more):
    (tmp_path / "long.py").write_text(LONG)
    more = [] if suffix == "html" else more
    done = run(tmp_path, "render", "long.py", "-o", f"new/x.{suffix}", *more, most=2000)
    said = [line for line in done.stderr.splitlines() if not line.startswith("rendering")]
    assert (done.returncode, done.stdout, len(said)) == (1, "", 1), done.stderr
    assert f"new/x.{suffix}" in said[0]
    assert "animopt-" not in said[0]
    assert ".part" not in said[0]
    assert "0x" not in said[0]
    assert not list(tmp_path.rglob("*.part*")) + list(tmp_path.rglob(f"*.{suffix}"))


@posix
def test_a_full_folder_for_temporary_files_is_named(tmp_path):
    (tmp_path / "long.py").write_text(LONG)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    more = {"env": ENVIRONMENT | {"TMPDIR": str(temporary)}}
    done = run(tmp_path, "render", "long.py", "-o", "x.gif", "-j", "2", most=4000, **more)
    said = [line for line in done.stderr.splitlines() if not line.startswith("rendering")]
    assert (done.returncode, len(said)) == (1, 1), done.stderr
    assert f"cannot write to {temporary}, the folder for temporary files" in said[0]
    assert os.listdir(temporary) == []


@posix
@pytest.mark.parametrize("name", ["x.png", "x.svg", "x.pdf"])
def test_a_full_disk_names_the_users_still_too(tmp_path, name):
    (tmp_path / "long.py").write_text(LONG)
    done = run(tmp_path, "plot", "long.py", "-o", f"new/{name}", most=2000)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert f"new/{name}: File too large" in done.stderr
    assert not list(tmp_path.rglob("*.part*")) + list(tmp_path.rglob("x.*"))


@posix
@pytest.mark.parametrize("suffix", [".npz", ".csv"])
def test_a_full_disk_names_the_users_run_too(tmp_path, suffix):
    script = f"""\
        import resource, signal
        import numpy as np
        from animopt import Run
        run = Run(np.random.default_rng(1).normal(size=(999, 2)), label="a")
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        try:
            run.save("x{suffix}")
        except Exception as error:
            print(type(error).__name__, error)"""
    done = subprocess.run(
        [sys.executable, "-c", dedent(script)], cwd=tmp_path, capture_output=True, text=True,
        env=ENVIRONMENT,
    )  # fmt: skip
    assert done.stdout == f"ExportError cannot write x{suffix}: File too large\n", done.stderr
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that is full")
@pytest.mark.parametrize("command", [["report", "long.py"], ["list", "surfaces"], ["--help"]])
def test_a_full_stdout_is_one_sentence(tmp_path, command):
    (tmp_path / "long.py").write_text(LONG)
    with open("/dev/full", "w") as full:
        done = run(tmp_path, *command, stdout=full)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert done.stderr.startswith("animopt: ")
    assert "No space left on device" in done.stderr


@posix
@pytest.mark.parametrize("suffix", ["gif", "mp4", "html"])
@pytest.mark.parametrize("more", [[], ["--max-size", "1MB"]], ids=["", "max-size"])
def test_a_file_that_is_replaced_keeps_its_permissions(animopt, folder, suffix, more):
    path = folder / f"x.{suffix}"
    path.write_bytes(b"old")
    path.chmod(0o640)
    more = [] if suffix == "html" else more
    assert animopt("render", "good.py", "-o", path.name, *more).status == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.stat().st_size > 3


@pytest.mark.parametrize("length", [10, 29_000, 31_000, 300_000])
def test_an_mp4_has_room_for_any_text(tmp_path, length):
    frames = list(np.zeros((2, 16, 16, 3), np.uint8))
    text = ("é;=#\\ '\"," * length)[:length]
    path = write(frames, tmp_path / "x.mp4", fps=10, metadata={"Title": text})
    assert info(path).metadata == {"Title": text}
    assert os.listdir(tmp_path) == ["x.mp4"]


@posix
def test_a_working_folder_that_has_gone_is_one_sentence(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    (tmp_path / "long.py").write_text(LONG)
    start = "import os, sys; os.rmdir(os.getcwd()); from animopt.__main__ import main; "
    for args in (["render", "long.py"], ["render", str(tmp_path / "long.py"), "-o", "x.gif"]):
        gone.mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-c", start + "sys.exit(main())", *args], cwd=gone,
            capture_output=True, text=True, env=ENVIRONMENT,
        )  # fmt: skip
        assert done.returncode in (1, 2)
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert done.stderr.startswith("animopt: ")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that is full")
@pytest.mark.parametrize("more", [[], ["-j", "2"]], ids=["alone", "two"])
def test_a_full_stderr_does_not_end_a_render(tmp_path, more):
    (tmp_path / "long.py").write_text(LONG)
    with open("/dev/full", "w") as full:
        done = run(tmp_path, "render", "long.py", "-o", "x.gif", *more, stderr=full)
    assert (done.returncode, done.stdout) == (0, "x.gif\n")
