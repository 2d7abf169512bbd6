"""What every format preserves: size, time, loops, pictures, metadata, and identical bytes."""

from __future__ import annotations

import math
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

import animopt.page  # noqa: F401 (registers its format)
from animopt.errors import InvalidInput
from animopt.export import FORMATS, info, is_video, write, write_all

TICK = {"gif": 0.01, "png": 0.001, "apng": 0.001, "mp4": 1 / 25, "webm": 1 / 25}
VIDEOS = ("mp4", "webm")


def test_every_suffix_has_one_format():
    suffixes = [suffix for kind in FORMATS.values() for suffix in kind.suffixes]
    assert sorted(suffixes) == [".apng", ".gif", ".htm", ".html", ".mp4", ".png", ".webm"]
    assert all(kind.description and kind.name == name for name, kind in FORMATS.items())
    assert {suffix for suffix in suffixes if is_video(Path(f"x{suffix}"))} == {".mp4", ".webm"}


@pytest.mark.parametrize("channels", [3, 4])
def test_size_time_and_pictures_survive(tmp_path, suffix, channels, tools):
    frames = tools.flat(12)[..., :channels]
    path = write(frames, tmp_path / f"x.{suffix}", fps=25)
    pictures, seconds = tools.decoded(path)
    assert pictures.shape == (12, 16, 24, 3)
    assert math.fsum(seconds) == pytest.approx(12 / 25, abs=TICK[suffix])
    tolerance = 8 if suffix in VIDEOS else 0
    for k in (0, -1):
        # In a video only areas that share no chroma sample with an edge are flat.
        inside = np.s_[10:, :] if suffix in VIDEOS else np.s_[:, :]
        off = pictures[k][inside].astype(int) - frames[k][..., :3][inside]
        assert np.abs(off).max() <= tolerance


def test_a_drawing_looks_the_same(tmp_path, suffix, drawing, tools):
    path = write(
        drawing, tmp_path / f"x.{suffix}", fps=25, colors=tools.colors, samples=drawing[::8]
    )
    pictures, seconds = tools.decoded(path)
    assert len(pictures) == len(drawing)
    assert math.fsum(seconds) == pytest.approx(40 / 25, abs=TICK[suffix])
    off = np.abs(pictures.astype(int) - drawing[..., :3])
    if suffix not in VIDEOS:
        assert off.mean(axis=(1, 2, 3)).max() < 2
        return
    for k in (0, -1):
        around = sliding_window_view(drawing[k, ..., :3], (9, 9), axis=(0, 1))
        flat = (np.ptp(around, axis=(-2, -1)) == 0).all(axis=-1)
        assert flat.mean() > 0.1, "hardly anything is flat: the test would be empty"
        assert off[k, 4:-4, 4:-4][flat].max() <= 8


@pytest.mark.parametrize("suffix", ["gif", "png"])
@pytest.mark.parametrize("quality", ["draft", "medium", "high"])
def test_asked_colors_are_exact_wherever_they_occur(tmp_path, suffix, quality, drawing, tools):
    film = drawing[::5]
    path = write(
        film,
        tmp_path / f"x.{suffix}",
        fps=25,
        colors=tools.colors,
        samples=film[:1],  # without a single line in it
        quality=quality,
    )
    pictures, _ = tools.decoded(path)
    for color in tools.colors:
        there = (film[..., :3] == tools.rgb(color)).all(axis=-1)
        assert there.any(), f"{color} does not occur: the test would be empty"
        assert (pictures[there] == tools.rgb(color)).all()


@pytest.mark.parametrize("suffix", ["gif", "png"])
@pytest.mark.parametrize("number", [63, 64, 255])
def test_even_a_draft_holds_all_asked_colors(tmp_path, suffix, number, tools):
    asked = [(k, 0, 255 - k) for k in range(number)]
    frame = np.zeros((20, 256, 3), np.uint8)
    frame[..., 1] = np.arange(20)[:, None] + 100  # far more colours than a palette has room for
    frame[..., 2] = np.arange(256)
    frame[0, :number] = asked
    path = write([frame], tmp_path / f"x.{suffix}", fps=25, colors=asked, quality="draft")
    assert (tools.decoded(path)[0][0][0, :number] == asked).all()


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (33, 8), (8, 33)])
def test_odd_sizes_only_grow_in_films(tmp_path, suffix, size, tools):
    width, height = size
    frames = np.zeros((3, height, width, 4), np.uint8)
    frames[..., 3] = 255
    frames[..., 0] = np.array([40, 120, 200])[:, None, None]
    pictures, _ = tools.decoded(write(frames, tmp_path / f"x.{suffix}", fps=25))
    if suffix in VIDEOS:
        assert pictures.shape[1:3] == (height + height % 2, width + width % 2)
        assert np.abs(pictures[0].astype(int) - (40, 0, 0)).max() <= 8  # the padding as well
    else:
        assert pictures.shape[1:3] == (height, width)
        assert (pictures == frames[..., :3]).all()


def test_thirty_frames_a_second_add_up(tmp_path, suffix, tools):
    path = write(tools.flat(18), tmp_path / f"x.{suffix}", fps=30)
    pictures, seconds = tools.decoded(path)
    assert len(pictures) == 18
    assert math.fsum(seconds) == pytest.approx(18 / 30, abs=0.005)


def test_equal_frames_become_time(tmp_path, suffix, tools):
    a, b = tools.flat(2)
    path = write([a, a, a, b, b, a], tmp_path / f"x.{suffix}", fps=10)
    pictures, seconds = tools.decoded(path)
    assert math.fsum(seconds) == pytest.approx(0.6)
    if suffix in VIDEOS:
        assert len(pictures) == 6
    else:
        assert seconds == pytest.approx([0.3, 0.2, 0.1])
        assert (pictures == np.stack([a, b, a])[..., :3]).all()


def test_one_picture_alone_is_a_file(tmp_path, suffix, tools):
    path = write([(tools.flat(1)[0], 0.5)], tmp_path / f"x.{suffix}")
    about = info(path)
    assert (about.width, about.height) == (24, 16)
    assert about.frames == 1
    assert about.duration == pytest.approx(0.5)


def test_pairs_keep_their_durations(tmp_path, suffix, tools):
    times = [0.52, 0.04, 0.04, 0.08, 0.04, 1.04]
    path = write(zip(tools.flat(6), times, strict=True), tmp_path / f"x.{suffix}")
    pictures, seconds = tools.decoded(path)
    assert math.fsum(seconds) == pytest.approx(math.fsum(times), abs=TICK[suffix])
    if suffix in VIDEOS:
        assert len(pictures) == round(math.fsum(times) * 25)
    else:
        assert seconds == pytest.approx(times)


@pytest.mark.parametrize("loop", [0, 1, 3])
def test_loops_count_all_plays(tmp_path, suffix, loop, tools):
    path = write(tools.flat(5), tmp_path / f"x.{suffix}", fps=25, loop=loop)
    about = info(path)
    if suffix in VIDEOS:
        assert len(tools.decoded(path)[0]) == 5 * max(loop, 1)
        assert about.duration == pytest.approx(5 * max(loop, 1) / 25)
        return
    assert about.loops == loop
    with Image.open(path) as image:
        told = image.info.get("loop")
    more = {0: 0, 1: None, 3: 2} if suffix == "gif" else {0: 0, 1: 1, 3: 3}
    assert told == more[loop]


def test_metadata_comes_back(tmp_path, suffix, tools):
    said = {"scene": "ring", "options": "lr=0.1, n = 3 \\ 'quoted'", "Ärger": "Größe ✓"}
    if suffix in ("png", "apng"):
        said["Aerger"] = said.pop("Ärger")
    said["long"] = "0123456789" * 60
    path = write(tools.flat(3), tmp_path / f"x.{suffix}", fps=25, metadata=said)
    assert info(path).metadata == said


def test_info_agrees_with_the_decoders(tmp_path, suffix, tools):
    path = write(tools.flat(9), tmp_path / f"x.{suffix}", fps=20)
    about = info(path)
    pictures, seconds = tools.decoded(path)
    assert about.format == {"png": "apng"}.get(suffix, suffix)
    assert (about.height, about.width) == pictures.shape[1:3]
    assert about.frames == len(pictures) == 9
    assert about.duration == pytest.approx(math.fsum(seconds))
    assert about.metadata == {}


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"plain text"])
def test_info_refuses_what_is_no_animation(tmp_path, content):
    path = tmp_path / "x.gif"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"x\.gif is not a complete"):
        info(path)
    with pytest.raises(InvalidInput, match="cannot read"):
        info(tmp_path / "absent.gif")


def test_same_bytes_on_every_run_and_with_others_beside_it(tmp_path, suffix, drawing, tools):
    options = {"fps": 25, "colors": tools.colors, "loop": 2}
    said = {"scene": "ring", "about": "the order does not count"}
    once = write(drawing, tmp_path / f"a.{suffix}", metadata=said, **options).read_bytes()
    paths = [tmp_path / f"b.{suffix}", tmp_path / "c.gif", tmp_path / "c.png"]
    again = write_all(iter(drawing), paths, metadata=dict(reversed(said.items())), **options)
    assert again == paths
    assert once == again[0].read_bytes()
    assert str(tmp_path).encode() not in once


def test_a_frame_may_be_drawn_into_after_it_was_given(tmp_path, suffix, tools):
    def one_buffer():
        buffer = np.empty_like(frames[0])
        for frame in frames:
            buffer[...] = frame
            yield buffer

    frames = tools.flat(10)
    apart = write(frames, tmp_path / f"a.{suffix}", fps=25).read_bytes()
    assert write(one_buffer(), tmp_path / f"b.{suffix}", fps=25).read_bytes() == apart


@pytest.mark.parametrize("suffix", ["gif", "png", "mp4", "webm"])
def test_memory_does_not_grow_with_the_film(tmp_path, suffix):
    def peak(number):
        noise = np.random.default_rng(0).integers(0, 255, (240, 320, 4), np.uint8)
        noise[..., :3] //= 64
        noise[..., 3] = 255
        frames = (np.roll(noise, k, axis=1) for k in range(number))
        tracemalloc.start()
        try:
            write(frames, tmp_path / f"x.{suffix}", fps=25, samples=[noise], quality="draft")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    frame = 240 * 320 * 4
    assert peak(300) - peak(100) < 10 * frame


def test_quality_trades_size_for_likeness(tmp_path, suffix, drawing, tools):
    sizes, errors = [], []
    for quality in ("draft", "medium", "high"):
        path = tmp_path / f"{quality}.{suffix}"
        write(drawing, path, fps=25, samples=drawing[::8], quality=quality)
        sizes.append(path.stat().st_size)
        errors.append(np.abs(tools.decoded(path)[0].astype(int) - drawing[..., :3]).mean())
    assert sizes[0] < sizes[1] < sizes[2]
    assert errors[0] > errors[1] > errors[2]
