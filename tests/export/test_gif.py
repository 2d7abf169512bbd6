"""What is specific to GIF: ticks, patches, palettes, one-bit transparency."""

from __future__ import annotations

import itertools
import math
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image

from animopt.export import info, write


def delays(path):
    with Image.open(path) as image:
        ticks = []
        for k in range(image.n_frames):
            image.seek(k)
            ticks.append(image.info["duration"] // 10)
    return ticks


def test_rounding_errors_are_spread(tmp_path, tools):
    path = write(tools.flat(12), tmp_path / "x.gif", fps=30)
    assert delays(path) == [3, 4, 3] * 4
    path = write(tools.flat(12), tmp_path / "x.gif", fps=50)
    assert delays(path) == [2] * 12


def test_a_hold_longer_than_a_delay_can_say_is_split(tmp_path, tools):
    path = write(zip(tools.flat(3), [0.1, 2000.0, 0.1], strict=True), tmp_path / "x.gif")
    pictures, seconds = tools.decoded(path)
    assert math.fsum(seconds) == pytest.approx(2000.2, abs=0.01)
    assert len(pictures) == 3 + 3
    assert all((picture == pictures[1]).all() for picture in pictures[1:5])
    assert (pictures[-1] == tools.flat(3)[-1, ..., :3]).all()


def test_the_rest_of_a_split_hold_is_not_too_short(tmp_path, tools):
    path = write(zip(tools.flat(2), [655.36, 0.1], strict=True), tmp_path / "x.gif")
    ticks = delays(path)
    assert sum(ticks) == 65536 + 10
    assert min(ticks) >= 2


def test_a_single_play_has_no_loop_block(tmp_path, tools):
    said = [
        b"NETSCAPE2.0" in write(tools.flat(3), tmp_path / "x.gif", fps=9, loop=n).read_bytes()
        for n in (0, 1, 2)
    ]
    assert said == [True, False, True]


def test_only_the_changed_rectangle_is_stored(tmp_path, tools):
    path = write(tools.flat(5), tmp_path / "x.gif", fps=25)
    with Image.open(path) as image:
        image.seek(1)
        assert image.tile[0][1] == (0, 4, 5, 8)


def test_few_colors_are_all_exact_even_unseen_ones(tmp_path):
    frames = np.full((60, 9, 9, 4), 255, np.uint8)
    for k in range(60):
        frames[k, 4, 4, :3] = (4 * k, 255 - 4 * k, k)
    path = write(frames, tmp_path / "x.gif", fps=25, samples=frames[:1])
    with Image.open(path) as image:
        for k, frame in enumerate(frames):
            image.seek(k)
            assert (np.array(image.convert("RGB")) == frame[..., :3]).all()


def test_frames_unlike_the_samples_bring_their_own_palette(tmp_path, drawing, tools):
    odd = np.full_like(drawing[0], 255)
    odd[..., 0] = np.arange(320) * 255 // 319
    odd[..., 1], odd[..., 2] = 20, 235
    odd[5, ::40, :3] = tools.rgb(tools.lines[1])
    film = [*drawing[:5], odd, *drawing[5:10]]
    path = write(film, tmp_path / "x.gif", fps=25, samples=drawing[::8], colors=tools.colors)
    pictures, _ = tools.decoded(path)
    off = np.abs(pictures.astype(int) - np.stack(film)[..., :3]).mean(axis=(1, 2, 3))
    assert off.max() < 2
    for k, color in ((5, tools.lines[1]), (7, tools.lines[0])):
        there = (film[k][..., :3] == tools.rgb(color)).all(axis=-1)
        assert there.any()
        assert (pictures[k][there] == tools.rgb(color)).all()


def test_noise_is_only_coarse(tmp_path, tools):
    noise = np.random.default_rng(1).integers(0, 256, (3, 64, 64, 4), np.uint8)
    noise[..., 3] = 255
    pictures, _ = tools.decoded(write(noise, tmp_path / "x.gif", fps=25))
    assert np.abs(pictures.astype(int) - noise[..., :3]).mean() < 20


def test_without_a_matte_the_paper_is_white(tmp_path, tools):
    frames = tools.flat(3)
    frames[..., 3] = 0
    frames[1, 0, 0] = (0, 0, 0, 51)
    pictures, _ = tools.decoded(write(frames, tmp_path / "x.gif", fps=25))
    assert (pictures[0] == 255).all()
    assert pictures[1, 0, 0].tolist() == [204, 204, 204]


@pytest.mark.parametrize("colors", [4, 16, 100, 256])
def test_max_colors_holds(tmp_path, colors, drawing, tools):
    path = write(drawing[:3], tmp_path / "x.gif", fps=25, samples=drawing[::8], max_colors=colors)
    pictures, _ = tools.decoded(path)
    assert len(np.unique(pictures.reshape(-1, 3), axis=0)) <= colors - 1


@pytest.mark.skipif(shutil.which("gifsicle") is None, reason="gifsicle is not installed")
def test_as_small_as_gifsicle_makes_it(tmp_path, drawing, tools):
    path = write(drawing, tmp_path / "x.gif", fps=25, samples=drawing[::8], colors=tools.colors)
    with Image.open(path) as image:
        palette = Image.new("P", (1, 1))
        palette.putpalette(image.getpalette())
    pictures, _ = tools.decoded(path)
    whole = [Image.fromarray(p).quantize(palette=palette, dither=0) for p in pictures]
    parts = [["--delay", "4", str(tmp_path / f"{k:03}.gif")] for k in range(len(whole))]
    for picture, part in zip(whole, parts, strict=True):
        picture.save(part[-1])
    out = tmp_path / "sicle.gif"
    command = ["gifsicle", "-O3", "--loop", *itertools.chain(*parts), "-o", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    assert info(out).frames == len(drawing)
    assert path.stat().st_size <= 1.1 * out.stat().st_size


# Transparency: pixels are either opaque or transparent, and edges blend with the matte.

NOTHING, RED = (0, 0, 0, 0), (200, 0, 0, 255)
FAINT, STRONG = (200, 0, 0, 31), (200, 0, 0, 200)
PAGE = (0, 0, 100)


def line(*pixels):
    return np.array([[*pixels]], np.uint8)


def test_alpha_below_an_eighth_is_transparent_and_the_rest_blends_with_the_matte(tmp_path, tools):
    frame = line(NOTHING, FAINT, STRONG, RED)
    (shown,), _ = tools.decoded(write([frame], tmp_path / "x.gif", fps=10, matte=PAGE))
    assert shown[0, :, 3].tolist() == [0, 0, 255, 255]
    # 200/255 of red on the page: 157, 0, 22.
    np.testing.assert_allclose(shown[0, 2, :3], (157, 0, 22), atol=1)
    assert tuple(shown[0, 3]) == RED


def at(seconds, pictures, durations):
    """Return the picture that is shown at each of some times."""
    ends = np.cumsum(durations)
    return [pictures[int(np.searchsorted(ends, t, side="right"))] for t in seconds]


def test_pixels_painted_before_are_cleared_again(tmp_path, tools):
    frames = [line(RED, NOTHING, NOTHING), line(NOTHING, RED, NOTHING), line(*[NOTHING] * 3)]
    shown, seconds = tools.decoded(write(frames, tmp_path / "x.gif", fps=10, matte=PAGE))
    shown = at((0.01, 0.05, 0.11, 0.15, 0.21, 0.29), shown, seconds)
    assert [[*frame[0, :, 3]] for frame in shown] == 2 * [[255, 0, 0]] + 2 * [[0, 255, 0]] + 2 * [
        [0, 0, 0]
    ]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("fps", [4, 25])
def test_what_comes_and_goes_is_exact_at_every_moment(seed, fps, tmp_path, tools):
    rng = np.random.default_rng(seed)
    frames = np.zeros((12, 20, 30, 4), np.uint8)
    for frame in frames:
        for _ in range(rng.integers(0, 4)):
            (y, x), color = rng.integers(0, (20, 30)), rng.integers(0, 256, 3)
            frame[y : y + 5, x : x + 7] = [*color, 255]
    frames[3] = frames[2]
    path = write(frames, tmp_path / "x.gif", fps=fps, matte=PAGE)
    pictures, seconds = tools.decoded(path)
    assert math.fsum(seconds) == pytest.approx(12 / fps)
    assert min(seconds) >= 0.02
    for part in (0.1, 0.5, 0.9):
        shown = at((np.arange(12) + part) / fps, pictures, seconds)
        for frame, now in zip(frames, shown, strict=True):
            seen = frame[..., 3] > 0
            assert (now[..., 3] > 0).tolist() == seen.tolist()
            assert (now[seen] == frame[seen]).all()


def test_where_there_is_no_time_to_clear_them_pixels_become_the_matte(tmp_path, tools):
    frames = [line(RED, NOTHING), line(NOTHING, RED), line(NOTHING, NOTHING)]
    shown, _ = tools.decoded(write(frames, tmp_path / "x.gif", fps=50, matte=PAGE))
    assert [frame[0, 0].tolist() for frame in shown] == [[*RED], [*PAGE, 255], [*PAGE, 255]]
