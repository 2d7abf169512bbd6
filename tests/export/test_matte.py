"""Transparency in a GIF: pixels are there or not, and edges blend with the page's colour."""

import numpy as np
import pytest
from PIL import Image

from animopt import ContourAnimation, InvalidInput, Scene, optimizers, surfaces
from animopt.export import Settings, check_path, write

NOTHING, RED = (0, 0, 0, 0), (200, 0, 0, 255)
FAINT, STRONG = (200, 0, 0, 31), (200, 0, 0, 200)
PAGE = (0, 0, 100)


def line(*pixels):
    return np.array([[*pixels]], np.uint8)


def decoded(path):
    """Every frame as a browser shows it, RGBA."""
    with Image.open(path) as image:
        frames = []
        for i in range(image.n_frames):
            image.seek(i)
            frames.append(np.asarray(image.convert("RGBA")))
    return frames


def test_less_than_an_eighth_is_not_there_and_the_rest_blends_with_the_matte(tmp_path):
    frame = line(NOTHING, FAINT, STRONG, RED)
    (shown,) = decoded(write([frame], tmp_path / "x.gif", fps=10, matte=PAGE))
    assert shown[0, :, 3].tolist() == [0, 0, 255, 255]
    # 200/255 of red on the page: 157, 0, 22.
    np.testing.assert_allclose(shown[0, 2, :3], (157, 0, 22), atol=1)
    assert tuple(shown[0, 3]) == RED


def test_without_a_matte_the_paper_is_white(tmp_path):
    (shown,) = decoded(write([line(NOTHING, RED)], tmp_path / "x.gif", fps=10))
    assert shown[0].tolist() == [[255, 255, 255, 255], [*RED]]


def test_what_has_been_painted_once_turns_into_matte(tmp_path):
    frames = [line(RED, NOTHING, NOTHING), line(NOTHING, RED, NOTHING), line(*[NOTHING] * 3)]
    shown = decoded(write(frames, tmp_path / "x.gif", fps=10, matte=PAGE))
    page = [*PAGE, 255]
    assert shown[1][0, :2].tolist() == [page, [*RED]]
    assert shown[2][0, :2].tolist() == [page, page]
    assert [frame[0, 2, 3] for frame in shown] == [0, 0, 0]


def test_an_apng_has_true_transparency_whatever_the_matte(tmp_path):
    frame = line(NOTHING, FAINT, STRONG, RED)
    (shown,) = decoded(write([frame], tmp_path / "x.png", fps=10, matte=PAGE))
    np.testing.assert_array_equal(shown, frame)


def test_an_mp4_has_none(tmp_path):
    with pytest.raises(InvalidInput, match="no transparency"):
        check_path(tmp_path / "x.mp4", Settings(matte=PAGE))


@pytest.mark.parametrize("suffix", [".gif", ".png"])
def test_the_transparent_theme_lets_the_page_through_from_first_to_last(suffix, tmp_path):
    scene = Scene(
        surfaces.bowl(), [optimizers.SGD(lr=0.1)], (1, 1), 5,
        size=(320, 240), theme="transparent", title="A title",
    )  # fmt: skip
    path = tmp_path / f"x{suffix}"
    ContourAnimation(scene).save(path)
    shown = decoded(path)
    assert len(shown) == 6
    for frame in shown:
        alpha = frame[..., 3]
        assert alpha[0, 0] == alpha[-1, -1] == 0
        assert alpha[120, 160] == 255
        partial = ((alpha > 0) & (alpha < 255)).any()
        assert partial == (suffix == ".png")
