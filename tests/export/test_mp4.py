"""What is specific to MP4: the constant rate, the tags, the position of the index."""

from __future__ import annotations

import math
import subprocess
import time

import numpy as np
import pytest

from animopt.export import Export, info, video, write


def described(path):
    about = subprocess.run([video.ffmpeg(), "-i", path], capture_output=True, text=True).stderr
    return next(line for line in about.splitlines() if "Video:" in line)


def shown(path, tools):
    """Return the position of the block in each picture, which identifies the frame."""
    pictures, _ = tools.decoded(path)
    return [int(np.argmin(picture[5].sum(axis=-1))) // 4 for picture in pictures]


def frames_four_apart(number, tools):
    return tools.flat(4 * number, 8 + 4 * number, 16)[::4]


def test_every_player_and_browser_understands_it(tmp_path, tools):
    line = described(write(tools.flat(3), tmp_path / "x.mp4", fps=25))
    assert "h264" in line
    assert "yuv420p(tv, bt709" in line
    assert "25 fps" in line


def test_the_index_comes_first(tmp_path, tools):
    data = write(tools.flat(3), tmp_path / "x.mp4", fps=25).read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("loop", [1, 3])
def test_nothing_of_the_encoder_is_in_the_file(tmp_path, loop, tools):
    data = write(tools.flat(3), tmp_path / "x.mp4", fps=25, loop=loop).read_bytes()
    assert b"x264" not in data
    assert b"Lav" not in data


def test_the_rate_is_that_of_the_shortest_of_the_first_frames(tmp_path, tools):
    frames = frames_four_apart(4, tools)
    path = write(zip(frames, [0.2, 0.1, 0.2, 0.3], strict=True), tmp_path / "x.mp4")
    assert shown(path, tools) == [0, 0, 1, 2, 2, 3, 3, 3]
    assert "10 fps" in described(path)
    path = write(zip(frames, [0.2, 0.1, 0.2, 0.3], strict=True), tmp_path / "x.mp4", rate=5)
    assert len(shown(path, tools)) == 4
    path = write(zip(frames, [0.2, 0.001, 0.2, 0.3], strict=True), tmp_path / "x.mp4")
    assert "60 fps" in described(path)


def test_time_adds_up_at_a_rate_that_does_not_divide_it(tmp_path, tools):
    frames = frames_four_apart(7, tools)
    path = write([(frame, 0.07) for frame in frames], tmp_path / "x.mp4", rate=25)
    assert info(path).duration == pytest.approx(0.49, abs=1 / 25)
    assert set(shown(path, tools)) == set(range(7))


def test_the_last_picture_is_shown_however_short(tmp_path, tools):
    frames = frames_four_apart(3, tools)
    path = write(zip(frames, [0.2, 0.2, 0.01], strict=True), tmp_path / "x.mp4", rate=10)
    assert shown(path, tools) == [0, 0, 1, 1, 2]


def test_broadcast_rates_are_kept(tmp_path, tools):
    path = write(tools.flat(30), tmp_path / "x.mp4", fps=30000 / 1001)
    assert info(path).duration == pytest.approx(30 * 1001 / 30000)


def test_a_background_of_any_color_stays_within_eight_levels(tmp_path, tools):
    for color in [(250, 250, 250), (68, 1, 84), (253, 231, 37), (213, 94, 0), (0, 0, 0)]:
        frames = tools.flat(4, 64, 48, color)
        pictures, _ = tools.decoded(write(frames, tmp_path / "x.mp4", fps=25))
        ground = pictures[:, 20:].astype(int) - color
        assert np.abs(ground).max() <= 8
        assert math.isclose(info(tmp_path / "x.mp4").duration, 4 / 25)


def test_ffmpeg_is_stopped_although_it_is_only_just_being_started(tmp_path, tools, monkeypatch):
    started, popen = [], subprocess.Popen

    def slow(*args, **options):
        time.sleep(0.3)
        started.append(popen(*args, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", slow)
    export = Export([tmp_path / "x.mp4"])
    for frame in tools.flat(40):
        export.add(frame, 0.04)
    export.abort()
    assert all(process.poll() is not None for process in started)
    assert list(tmp_path.iterdir()) == []
