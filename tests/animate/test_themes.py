"""Themes in the film: style sheets, transparent paper, and the family of all letters."""

import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image, ImageSequence

from animopt import Scene, Timeline, surfaces
from animopt.animate import animation, legend, lettering, table
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
        assert image.n_frames == len(movie.pictures) == 3
        for page in ImageSequence.Iterator(image):
            alpha = np.asarray(page.convert("RGBA"))[..., 3]
            assert alpha[0, 0] == alpha[-1, -1] == 0
            assert alpha[120, 160] == 255
            # Only a PNG can let a part of the page through.
            assert ((alpha > 0) & (alpha < 255)).any() == (suffix == "png")


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

    for module in (legend, lettering, table, box):
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
    assert {"sgd", "step ", "×2", "0"} <= {text for text, _ in stamped}
    assert {"sgd", "A title"} <= {text for text, _ in measured}
    assert [text.get_text() for text in movie.figure.texts] == ["A title"]
    assert {tuple(text.get_fontfamily()) for text in movie.figure.findobj(Text)} == {families}
