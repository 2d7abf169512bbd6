"""Files are written whole or not at all; wrong requests get one-sentence errors."""

from __future__ import annotations

import errno
import math
import os
import resource
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from animopt.errors import ExportError, InvalidInput
from animopt.export import Export, Settings, check_path, info, video, write, write_all
from animopt.export.apng import ApngEncoder
from animopt.export.gif import GifEncoder
from animopt.export.mp4 import Mp4Encoder


def listed(folder):
    return sorted(path.name for path in folder.iterdir())


def breaking(frames, error):
    yield from frames
    raise error


@pytest.mark.parametrize("error", [ZeroDivisionError("mine"), KeyboardInterrupt(), SystemExit(143)])
@pytest.mark.parametrize("number", [0, 3, 60])
def test_an_error_leaves_the_old_file_and_nothing_else(
    tmp_path, suffix, number, error, tools, processes
):
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(b"old")
    with pytest.raises(type(error)):
        write(breaking(tools.flat(number), error), path, fps=25)
    assert listed(tmp_path) == [path.name]
    assert path.read_bytes() == b"old"
    assert all(process.returncode is not None for process in processes)


def test_a_new_file_replaces_the_old_one_only_at_the_end(tmp_path, suffix, tools):
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(b"old")
    with Export([path]) as export:
        for frame in tools.flat(60):
            export.add(frame, 0.04)
        hidden = [name for name in listed(tmp_path) if name != path.name]
        assert len(hidden) == 1
        assert hidden[0].startswith(".")
        assert path.read_bytes() == b"old"
    assert listed(tmp_path) == [path.name]
    assert info(path).frames == 60


def test_closing_a_generator_that_exports_leaves_nothing(tmp_path, suffix, tools):
    def exporting():
        with Export([tmp_path / f"x.{suffix}"]) as export:
            for frame in tools.flat(60):
                export.add(frame, 0.04)
                yield

    steps = exporting()
    for _ in range(50):
        next(steps)
    assert listed(tmp_path)
    steps.close()
    assert listed(tmp_path) == []


def test_one_pass_writes_all_files_or_none(tmp_path, tools):
    paths = [tmp_path / "x.gif", tmp_path / "x.png", tmp_path / "x.mp4"]
    drawn = []

    def frames():
        for frame in tools.flat(30):
            drawn.append(1)
            yield frame

    assert write_all(frames(), paths, fps=25) == paths
    assert len(drawn) == 30
    assert [info(path).frames for path in paths] == [30, 30, 30]
    before = {path: path.read_bytes() for path in paths}
    with pytest.raises(ZeroDivisionError):
        write_all(breaking(tools.flat(40), ZeroDivisionError()), paths, fps=25)
    assert {path: path.read_bytes() for path in paths} == before
    assert listed(tmp_path) == ["x.gif", "x.mp4", "x.png"]


def test_missing_folders_are_made_and_removed_again_on_failure(tmp_path, tools):
    path = tmp_path / "a" / "b" / "x.gif"
    with pytest.raises(ZeroDivisionError):
        write(breaking(tools.flat(60), ZeroDivisionError()), path, fps=25)
    assert listed(tmp_path) == []
    write(tools.flat(3), path, fps=25)
    assert listed(tmp_path / "a" / "b") == ["x.gif"]


def test_a_link_is_followed(tmp_path, tools):
    (tmp_path / "real").mkdir()
    (tmp_path / "link.gif").symlink_to(tmp_path / "real" / "x.gif")
    write(tools.flat(3), tmp_path / "link.gif", fps=25)
    assert (tmp_path / "link.gif").is_symlink()
    assert info(tmp_path / "real" / "x.gif").frames == 3


def test_files_get_the_usual_permissions(tmp_path, suffix, tools):
    plain = tmp_path / "plain"
    plain.touch()
    path = write(tools.flat(3), tmp_path / f"x.{suffix}", fps=25)
    assert path.stat().st_mode == plain.stat().st_mode


def test_a_full_disk_is_one_sentence(tmp_path, monkeypatch, tools):
    def full(self, patch, delay):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(GifEncoder, "write", full)
    with pytest.raises(ExportError, match=r"cannot write .*x\.gif: No space left on device"):
        write(tools.flat(60), tmp_path / "x.gif", fps=25)
    assert listed(tmp_path) == []


@contextmanager
def full_disk(most=100):
    """Let no file grow beyond so many bytes, which fails as on a disk without space."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("number", [3, 60])
@pytest.mark.parametrize("names", [["x.gif"], ["x.png"], ["x.gif", "x.png"]])
def test_a_full_disk_leaves_nothing_though_what_is_buffered_cannot_be_written_either(
    tmp_path, tools, names, number
):
    with (
        full_disk(),
        pytest.raises(ExportError, match=r"cannot write .*x\.(gif|png): File too large"),
    ):
        write_all(tools.flat(number), [tmp_path / "new" / name for name in names], fps=25)
    assert listed(tmp_path) == []


def test_the_signal_that_stops_ffmpeg_is_named(tmp_path, tools):
    with full_disk(), pytest.raises(ExportError, match="ffmpeg failed: stopped by File size limit"):
        write(tools.flat(60), tmp_path / "x.mp4", fps=25)
    assert listed(tmp_path) == []


def test_ffmpeg_runs_apart_from_the_terminal_and_dies_with_the_export(tmp_path, tools, processes):
    sessions = []

    def frames():
        for k, frame in enumerate(tools.flat(80)):
            if k == 70:
                sessions.extend(os.getsid(p.pid) for p in processes if p.poll() is None)
                raise KeyboardInterrupt
            yield frame

    with pytest.raises(KeyboardInterrupt):
        write(frames(), tmp_path / "x.mp4", fps=25)
    assert sessions
    assert os.getsid(0) not in sessions
    assert all(process.returncode is not None for process in processes)


def test_without_ffmpeg_the_error_says_what_to_install(tmp_path, monkeypatch, tools):
    def absent():
        raise RuntimeError("No ffmpeg exe could be found.")

    monkeypatch.setattr("imageio_ffmpeg.get_ffmpeg_exe", absent)
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "x.mp4"
    for attempt in (lambda: check_path(path), lambda: write(tools.flat(3), path, fps=25)):
        with pytest.raises(ExportError, match="pip install imageio-ffmpeg"):
            attempt()
    assert listed(tmp_path) == []
    assert check_path(tmp_path / "x.gif").name == "gif"


def test_ffmpeg_that_fails_is_quoted(tmp_path, monkeypatch, tools):
    monkeypatch.setattr(video, "CONVERSION", "nosuchfilter")
    with pytest.raises(ExportError, match="ffmpeg failed: "):
        write(tools.flat(60), tmp_path / "x.mp4", fps=25)
    assert listed(tmp_path) == []


FRAME = np.zeros((8, 8, 4), np.uint8)
REFUSED = {
    "no frames": ([], {"fps": 25}, "there are no frames"),
    "nothing": (None, {"fps": 25}, "give frames, one after the other, got None"),
    "a number": (5, {"fps": 25}, "give frames, one after the other, got 5"),
    "no time": ([FRAME], {}, "need fps"),
    "two times": ([(FRAME, 0.1)], {"fps": 25}, "without"),
    "three in a pair": ([(FRAME, 0.1, 1)], {}, "pairs"),
    "two sizes": ([FRAME, FRAME[1:]], {"fps": 25}, "one size"),
    "floats": ([FRAME.astype(float)], {"fps": 25}, "uint8 array, got float64"),
    "a list": ([[[0, 0, 0]]], {"fps": 25}, "uint8 array, got list"),
    "grey": ([FRAME[..., 0]], {"fps": 25}, "must have shape"),
    "five channels": ([np.zeros((8, 8, 5), np.uint8)], {"fps": 25}, "must have shape"),
    "empty": ([FRAME[:0]], {"fps": 25}, "must have shape"),
    "fps 0": ([FRAME], {"fps": 0}, "fps must be"),
    "fps nan": ([FRAME], {"fps": math.nan}, "fps must be"),
    "fps text": ([FRAME], {"fps": "25"}, "fps must be"),
    "no seconds": ([(FRAME, 0)], {}, "seconds must be"),
    "endless": ([(FRAME, math.inf)], {}, "seconds must be"),
    "months": ([(FRAME, 1e9)], {}, "seconds must be at most 3600, got 1e"),
    "too fast": ([FRAME], {"fps": 60}, "a GIF shows at most 50 frames a second, got 60"),
    "loop": ([FRAME], {"fps": 25, "loop": -1}, "loop must be a whole number"),
    "half a loop": ([FRAME], {"fps": 25, "loop": 0.5}, "loop must be a whole number"),
    "quality": ([FRAME], {"fps": 25, "quality": "hihg"}, "did you mean 'high'"),
    "option": ([FRAME], {"fps": 25, "qualty": "high"}, "did you mean 'quality'"),
    "color": ([FRAME], {"fps": 25, "colors": ["red"]}, "a color must be"),
    "big color": ([FRAME], {"fps": 25, "colors": [(0, 0, 256)]}, "a color must be"),
    "colors": ([FRAME], {"fps": 25, "colors": [(0, 0, k) for k in range(256)]}, "fewer colors"),
    "metadata": ([FRAME], {"fps": 25, "metadata": {"lr": 0.1}}, "must map text to text"),
    "samples": ([FRAME], {"fps": 25, "samples": [FRAME, FRAME[1:]]}, "samples must have one size"),
    "palette": ([FRAME], {"fps": 25, "max_colors": 257}, "max_colors must be"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_requests_are_refused_and_leave_nothing(tmp_path, case):
    frames, options, sentence = REFUSED[case]
    with pytest.raises(InvalidInput, match=sentence) as caught:
        write(frames, tmp_path / "x.gif", **options)
    assert "\n" not in str(caught.value)
    assert listed(tmp_path) == []


def test_wrong_paths_are_refused_before_any_frame(tmp_path, tools):
    (tmp_path / "file").touch()
    (tmp_path / "folder.gif").mkdir()
    (tmp_path / "loop.gif").symlink_to("loop.gif")
    os.mkfifo(tmp_path / "pipe.gif")
    before = listed(tmp_path)
    cases = {
        tmp_path / "x.gfi": "choose from .gif, .png, .apng, .mp4, .webm",
        tmp_path / "x": "choose from .gif, .png, .apng, .mp4, .webm",
        tmp_path / "file" / "x.gif": "not a folder",
        tmp_path / "folder.gif": "is a folder",
        tmp_path / "pipe.gif": "is not a regular file; choose another name",
        tmp_path / "loop.gif": "choose another name",
        tmp_path / f"{'x' * 300}.gif": "File name too long; choose another name",
    }
    for path, sentence in cases.items():
        with pytest.raises(InvalidInput, match=sentence):
            check_path(path)
        with pytest.raises(InvalidInput, match=sentence):
            write(breaking([], AssertionError("a frame was asked for")), path, fps=25)
    with pytest.raises(InvalidInput, match="given twice"):
        write_all(tools.flat(2), [tmp_path / "x.gif", tmp_path / "." / "x.gif"], fps=25)
    for paths in ([], "x.gif"):
        with pytest.raises(InvalidInput, match="list of one or more paths"):
            write_all(tools.flat(2), paths, fps=25)
    with pytest.raises(InvalidInput, match="give the frames, then a path, got None"):
        write(tools.flat(2), None, fps=25)
    assert listed(tmp_path) == before


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path, tools):
    path = tmp_path / f"{'x' * 251}.gif"
    assert write(tools.flat(3), path, fps=25).is_file()


def test_a_read_only_folder_is_refused(tmp_path, monkeypatch):
    # The superuser may write anywhere, so the answer of the system is faked.
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(InvalidInput, match="read-only"):
        check_path(tmp_path / "x.gif")


def test_what_a_format_cannot_honour_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="no palette"):
        check_path(tmp_path / "x.mp4", Settings(max_colors=64))
    with pytest.raises(InvalidInput, match="no transparency"):
        check_path(tmp_path / "x.mp4", Settings(matte=(0, 0, 100)))
    with pytest.raises(InvalidInput, match="metadata keys"):
        check_path(tmp_path / "x.png", Settings(metadata={"k" * 80: "too long"}))


@pytest.mark.parametrize("kind", [GifEncoder, ApngEncoder, Mp4Encoder])
def test_encoding_overlaps_drawing(tmp_path, monkeypatch, tools, kind):
    """While a frame is drawn, another thread writes earlier ones."""
    written = threading.Event()
    threads = []
    name = "_send" if kind is Mp4Encoder else "write"
    write_one = getattr(kind, name)

    def recorded(self, *arguments):
        threads.append(threading.current_thread())
        written.set()
        return write_one(self, *arguments)

    def frames():
        for k, frame in enumerate(tools.flat(40)):
            if k == 39:
                assert written.wait(30)
            yield frame

    monkeypatch.setattr(kind, name, recorded)
    write(frames(), tmp_path / f"x{kind.suffixes[0]}", fps=25)
    assert set(threads) != {threading.main_thread()}


def test_samples_may_come_one_by_one(tmp_path, drawing):
    given = SimpleNamespace(count=0)

    def samples():
        for sample in drawing[::8]:
            given.count += 1
            yield sample

    one = write(drawing, tmp_path / "a.gif", fps=25, samples=samples()).read_bytes()
    assert given.count == 5
    assert write(drawing, tmp_path / "b.gif", fps=25, samples=drawing[::8]).read_bytes() == one


def test_a_film_is_seen_through_where_its_later_pictures_are(tmp_path, tools):
    frames = tools.flat(9, 64, 48)
    frames[5:, 30:] = 0
    path = write(frames, tmp_path / "x.webm", fps=25)
    command = [video.ffmpeg(), "-loglevel", "error", "-vcodec", "libvpx-vp9", "-i", path]
    command += ["-f", "rawvideo", "-pix_fmt", "rgba", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    alpha = np.frombuffer(raw, np.uint8).reshape(9, 48, 64, 4)[..., 3]
    assert alpha[0].min() >= 247
    assert alpha[8, 36:].max() <= 8
