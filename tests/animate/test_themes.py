"""Themes in the film: style sheets, transparent paper, and the family of all letters."""

import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image, ImageSequence

from animopt import Scene, Timeline, surfaces
from animopt.animate import animation, legend, lettering, table, text
from animopt.animate.space import box
from animopt.animate.text import stamp
from animopt.optimizers import SGD
from animopt.picture.words import Word


def scene_of(optimizers, **settings):
    return Scene(surfaces.bowl(), optimizers, (1, 1), 2, **settings)


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "mine.mplstyle"
    path.write_text(
        "figure.facecolor: 222222\ntext.color: ffeedd\naxes.edgecolor: 888888\n"
        "grid.color: 444444\nfont.size: 18\nxtick.labelsize: 12\nimage.cmap: cividis\n"
        "axes.prop_cycle: cycler('color', ['ff0000', '00ff00'])\naxes.linewidth: 2\n"
    )
    return path


def test_a_style_sheet_is_seen_in_the_picture(sheet):
    plain, styled = (
        animation(scene_of([SGD(lr=0.1)], size=(320, 240), style=style)).draw(0)
        for style in (None, sheet)
    )
    assert tuple(plain[0, 0]) == (255, 255, 255, 255)
    assert tuple(styled[0, 0]) == (0x22, 0x22, 0x22, 255)


@pytest.mark.parametrize("suffix", ["gif", "png"])
def test_transparent_paper_lets_the_page_through_from_first_to_last(suffix, tmp_path):
    scene = scene_of([SGD(lr=0.1)], size=(320, 240), theme="transparent", title="A title")
    movie, path = animation(scene), tmp_path / f"x.{suffix}"
    movie.save(path)
    with Image.open(path) as image:
        assert image.n_frames >= len(movie.pictures) == 3
        for page in ImageSequence.Iterator(image):
            alpha = np.asarray(page.convert("RGBA"))[..., 3]
            assert alpha[0, 0] == alpha[-1, -1] == 0
            assert alpha[120, 160] == 255
            # Only a PNG can let a part of the page through.
            assert ((alpha > 0) & (alpha < 255)).any() == (suffix == "png")


def luminance(rgb):
    """The relative luminance of colours (..., 3), as WCAG 2 defines it."""
    part = rgb / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def spread(values, radius, most):
    """The largest or least value within a radius of each pixel."""
    edge = np.pad(values, radius, mode="edge")
    wide = np.lib.stride_tricks.sliding_window_view(edge, (2 * radius + 1,) * 2)
    return most(wide, axis=(-2, -1))


@pytest.mark.parametrize("page", [0, 255])
@pytest.mark.parametrize("suffix", ["gif", "png"])
def test_transparent_letters_are_legible_on_white_and_on_black(suffix, page, tmp_path):
    scene = Scene(
        surfaces.himmelblau(), {"SGD": SGD(lr=0.01), "slow": SGD(lr=1e-3)}, (0.1, 0.2), 12,
        panels=("contour", "surface", "loss", "table"), labels=True, legend=True,
        title="A title", size=(960, 540), theme="transparent",
        timeline=Timeline(speed={0: 1, 6: 2}),
    )  # fmt: skip
    movie, path = animation(scene), tmp_path / f"x.{suffix}"
    movie.save(path)
    ink = np.array([int(movie.picture.theme.ink[i : i + 2], 16) for i in (1, 3, 5)])
    with Image.open(path) as image:
        for k in (0, image.n_frames // 2, image.n_frames - 1):
            image.seek(k)
            rgba = np.asarray(image.convert("RGBA")).astype(float)
            seen = page + (rgba[..., :3] - page) * rgba[..., 3:] / 255
            letters = (np.abs(rgba[..., :3] - ink) < 40).all(axis=-1) & (rgba[..., 3] == 255)
            assert letters.sum() > 500
            bright = spread(luminance(seen), 3, np.max)
            contrast = (bright + 0.05) / (luminance(seen) + 0.05)
            assert np.quantile(contrast[letters], 0.01) > 4.5


def test_the_counter_on_transparent_paper_has_no_box():
    scene = scene_of([SGD(lr=0.1)], size=(640, 480), theme="transparent")
    movie = animation(scene)
    for step in (0, 2):
        around = movie.draw(step)[:32, 540:, 3]
        assert (around == 255).any()
        assert (around == 0).mean() > 0.5
        rows, columns = np.nonzero(around)
        box = around[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        assert (box == 0).mean() > 0.05
        assert 0 in (box[0, 0], box[-1, -1])


def test_all_letters_are_in_the_family_of_a_style_sheet(tmp_path, monkeypatch):
    style = tmp_path / "mine.mplstyle"
    style.write_text("font.family: monospace\nfont.monospace: Nowhere, DejaVu Sans Mono\n")
    stamped, measured = set(), set()
    width = Word.width

    def recorded(word, dpi):
        stamped.add((word.text, word.fonts))
        return stamp(word, dpi)

    def recorded_width(word, dpi):
        measured.add((word.text, word.fonts))
        return width(word, dpi)

    for module in (legend, lettering, table, box, text):
        monkeypatch.setattr(module, "stamp", recorded)
    monkeypatch.setattr(Word, "width", recorded_width)
    scene = Scene(
        surfaces.bowl(), [SGD(lr=0.1, label="sgd")], (1, 1), 4, title="A title",
        panels=("contour", "surface", "table"), labels=True, legend=True, style=style,
        timeline=Timeline(speed=2),
    )  # fmt: skip
    movie = animation(scene)
    movie.draw(2)
    families = ("DejaVu Sans Mono", "DejaVu Sans")
    assert {fonts for _, fonts in stamped | measured} == {families}
    assert {"sgd", "step ", "×2", "0"} <= {word for word, _ in stamped}
    assert {"sgd", "A title"} <= {word for word, _ in measured}
    assert [each.get_text() for each in movie.figure.texts] == ["A title"]
    assert {tuple(each.get_fontfamily()) for each in movie.figure.findobj(Text)} == {families}
