"""What is specific to APNG: exactness, transparency, patches."""

from __future__ import annotations

import math

import numpy as np
import pytest
from apng import APNG
from PIL import Image

from animopt.export import write

INDEXED, TRUE_COLOR = 3, 6


def color_type(path):
    return path.read_bytes()[25]


def controls(path):
    return [control for _, control in APNG.open(path).frames]


def test_high_quality_is_exact(tmp_path, drawing, tools):
    path = write(drawing, tmp_path / "x.png", fps=25, quality="high", samples=drawing[::8])
    assert color_type(path) == TRUE_COLOR
    assert (tools.decoded(path)[0] == drawing[..., :3]).all()


@pytest.mark.parametrize(("quality", "bound"), [("draft", 3), ("medium", 1)])
def test_a_palette_stays_within_its_stated_error(tmp_path, quality, bound, drawing, tools):
    path = write(drawing, tmp_path / "x.png", fps=25, quality=quality, samples=drawing[::8])
    assert color_type(path) == INDEXED
    off = np.abs(tools.decoded(path)[0].astype(int) - drawing[..., :3])
    assert off[0].mean() <= bound
    for k in range(1, len(drawing)):
        changed = (drawing[k] != drawing[k - 1]).any(axis=-1)
        assert off[k][changed].mean() <= 8 * bound


def test_few_colors_are_indexed_and_exact_in_every_quality(tmp_path, tools):
    frames = tools.flat(20)
    for quality in ("draft", "medium", "high"):
        path = write(frames, tmp_path / "x.png", fps=25, quality=quality)
        assert color_type(path) == INDEXED
        assert (tools.decoded(path)[0] == frames[..., :3]).all()


@pytest.mark.parametrize("quality", ["draft", "medium", "high"])
@pytest.mark.parametrize("strange", [0, 20])
def test_a_picture_that_no_palette_can_show_turns_the_file_into_true_color(
    tmp_path, strange, quality, tools
):
    frames = tools.flat(30, 64, 48)
    frames[strange, ..., :3] = np.random.default_rng(0).integers(0, 256, (48, 64, 3))
    path = write(frames, tmp_path / "x.png", fps=25, quality=quality, samples=frames[1:2])
    assert color_type(path) == TRUE_COLOR
    assert (tools.decoded(path)[0] == frames[..., :3]).all()
    assert len(controls(path)) == 30


@pytest.mark.parametrize("late", [0, 3])
def test_transparency_is_kept_whatever_the_matte(tmp_path, late, tools):
    frames = tools.flat(6)
    frames[late:, :3, :, 3] = 0
    frames[late:, 12:, :, 3] = (np.arange(24) * 10).astype(np.uint8)
    frames[late:, 12, 0, 3] += np.arange(6 - late).astype(np.uint8)
    path = write(frames, tmp_path / "x.png", fps=25, matte=(0, 0, 100))
    pictures, _ = tools.decoded(path)
    assert (pictures == frames).all()


def test_patches_have_offsets_and_keep_what_is_below(tmp_path, tools):
    path = write(tools.flat(5), tmp_path / "x.png", fps=25)
    first, second = controls(path)[:2]
    assert (first.width, first.height, first.blend_op) == (24, 16, 0)
    assert (second.x_offset, second.y_offset, second.width, second.height) == (0, 4, 5, 4)
    assert (second.depose_op, second.blend_op) == (0, 1)


def test_long_holds_and_sixty_frames_a_second_add_up(tmp_path, tools):
    path = write(zip(tools.flat(3), [0.1, 150.0, 0.1], strict=True), tmp_path / "x.png")
    assert math.fsum(tools.decoded(path)[1]) == pytest.approx(150.2)
    path = write(tools.flat(18), tmp_path / "x.png", fps=60)
    assert math.fsum(tools.decoded(path)[1]) == pytest.approx(0.3)
    assert {control.delay for control in controls(path)} == {16, 17}


def test_any_viewer_shows_the_first_picture(tmp_path, tools):
    frames = tools.flat(4)
    with Image.open(write(frames, tmp_path / "x.png", fps=25)) as image:
        assert (np.array(image.convert("RGB")) == frames[0, ..., :3]).all()
