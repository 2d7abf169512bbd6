"""Letters that a theme's fonts lack: drawn from an installed font, in mathtext too, or told."""

import itertools
import warnings

import numpy as np
import pytest
from matplotlib.figure import Figure
from tiny_fonts import installed

from animopt import Scene, simulate, surfaces
from animopt.animate import animation
from animopt.animate.stills import write
from animopt.animate.text import stamp
from animopt.cli import main
from animopt.errors import InvalidInput
from animopt.notes import notes_to
from animopt.optimizers import SGD
from animopt.picture.drawing import drawing
from animopt.picture.letters import FALLBACKS, families, legible, spelled, tell_missing
from animopt.picture.theme import FONTS, THEMES, theme
from animopt.picture.words import Word

HAN, EMOJI = ("Test Han", "損失関数動量"), ("Test Emoji", "🚀❤")
LIGHT = THEMES["light"]


@pytest.fixture
def fonts(tmp_path):
    """Two fonts that are installed, and nothing said by matplotlib."""
    with installed(tmp_path, HAN, EMOJI), warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture
def no_fonts(tmp_path):
    """No font with other letters than matplotlib's."""
    with installed(tmp_path):
        yield


def ink(text, **settings):
    """How dark each pixel of a word is, (height, width) from 0 to 255."""
    with drawing(LIGHT):
        return stamp(Word(text, "#000000", 20.0, **settings), 100).pixels[..., 3].astype(int)


def tall(pixels):
    """The columns that are black over most of the height of a letter."""
    return ((pixels > 250).sum(axis=0) >= 12).sum()


def test_a_font_is_used_for_those_letters_only(fonts):
    assert families("Adam ∇", FONTS) == FONTS
    assert families("損", FONTS) == (*FONTS, "Test Han")
    assert families("損 🚀", FONTS) == (*FONTS, "Test Han", "Test Emoji")
    plain, both = ink("Adam"), ink("Adam損失")
    np.testing.assert_array_equal(both[:, : plain.shape[1] - 4], plain[:, :-4])
    assert tall(both[:, plain.shape[1] :]) > 30
    assert legible("損🚀", FONTS) == "損🚀"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("$損失$", r"${\mathcal{損失}}$"),
        (r"$\frac{損}{x_失}$", r"$\frac{{\mathcal{損}}}{x_{\mathcal{失}}}$"),
        (r"$\text{a 損 b}$", r"${\text{a }{\mathcal{損}}\text{ b}}$"),
        (r"$\text{損}$", r"${{\mathcal{損}}}$"),
        ("損 $x$ → 🚀", r"${\mathcal{損}}$ $x$ → ${\mathtt{🚀}}$"),
    ],
)
def test_mathtext_has_the_letters_of_other_fonts(text, drawn, fonts, caplog):
    assert spelled(text, FONTS) == (drawn, "custom")
    assert tall(ink(text)) >= 8
    assert caplog.records == []


@pytest.mark.parametrize("text", ["$α \\leq 1$", r"\$損", "損失", "plain", r"$\text{a → b}$"])
def test_what_needs_no_help_is_drawn_as_it_is(text, fonts, caplog):
    assert spelled(text, FONTS) == (text, None)
    assert ink(text).max() == 255
    assert caplog.records == []


def test_letters_are_as_wide_as_matplotlib_draws_them(fonts):
    for text, weight in itertools.product(("a損失b", "$損_失$ is 損", "🚀❤"), ("normal", "bold")):
        word = Word(text, "#000000", 11.0, weight=weight)
        with drawing(LIGHT):
            shown, math = word.spelled
            artist = Figure(dpi=100).text(
                0, 0, shown, fontsize=11, weight=weight, fontfamily=list(word.families),
                math_fontfamily=math,
            )  # fmt: skip
            assert word.width(100) == int(np.ceil(artist.get_window_extent().width)) + 6


def test_what_shapes_a_letter_is_no_letter(fonts):
    for text in ("❤\ufe0f", "🚀\u200d❤"):
        assert "□" not in legible(text, FONTS)
        with notes_to((heard := []).append):
            tell_missing([text], FONTS)
        assert heard == []


def test_any_mixture_is_drawn_without_a_word_from_matplotlib(fonts, caplog):
    rng = np.random.default_rng(0)
    parts = ["a", "損", "失b", "$", "$", "x", "_1", "🚀", "ж", "∇", "→", "{", "}", "字"]
    drawn = 0
    for _ in range(100):
        text = "".join(rng.choice(parts, 8))
        try:
            pixels = ink(text)
        except InvalidInput:  # no mathtext, whatever the letters
            with pytest.raises(InvalidInput):
                ink("".join("k" if letter in "損失🚀ж∇字" else letter for letter in text))
            continue
        drawn += bool(pixels.any())
    assert drawn > 50
    assert caplog.records == []


def test_letters_that_no_font_has_are_boxes(no_fonts):
    assert legible("損 = 1 🚀", FONTS) == "□ = 1 □"
    assert spelled(legible("$損$", FONTS), FONTS) == ("$□$", None)


def scene_of(text, **settings):
    runs = {f"{text} a": SGD(lr=0.1), f"${text}$": SGD(lr=0.2)}
    look = {"title": text, "labels": True, "legend": True, "size": (640, 320), **settings}
    return Scene(surfaces.bowl(), runs, (3, 4), 4, panels=("contour", "loss", "table"), **look)


def test_one_sentence_says_which_letters_no_font_has(no_fonts, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(
        "from animopt import Scene, surfaces\nfrom animopt.optimizers import SGD\n"
        "runs = {'動量': SGD(lr=0.1), '$損失$': SGD(lr=0.2)}\n"
        "scene = Scene(surfaces.bowl(), runs, (3, 4), 2, title='損失 🚀', labels=True)\n",
        encoding="utf-8",
    )
    said = (
        "animopt: no font has the letters 損失🚀動量, which are boxes in films and stills; install "
        "Noto Sans CJK, or Noto Emoji for emoji, or name a font that has them in font.family of a "
        "style sheet (--style)"
    )
    for command in (
        "render mine.py -o x.gif -o x.png -o x.html",
        "render mine.py -o x.gif --max-size 6kB",
        "plot mine.py --kind multiples -o x.png",
        "plot mine.py -o x.pdf",
    ):
        assert main([*command.split(), "--size", "320x240"]) == 0
        lines = capfd.readouterr().err.splitlines()
        assert [line for line in lines if "letters" in line] == [said]
        assert not any("glyph" in line.lower() or "findfont" in line for line in lines)


def test_with_a_font_nothing_is_said_in_any_format(fonts, tmp_path, capfd, caplog):
    simulation = simulate(scene_of("損🚀"))
    with notes_to((heard := []).append):
        animation(simulation).draw(4)
        write(simulation, tmp_path / "x.svg")
        write(simulation, tmp_path / "x.pdf", "multiples")
    assert heard == []
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_other_pictures_are_the_same_whatever_is_installed(tmp_path):
    frames = []
    for groups in ((), (HAN, EMOJI)):
        with installed(tmp_path, *groups):
            frames.append(animation(scene_of("α → ∞")).draw(4))
    np.testing.assert_array_equal(*frames)


def test_a_font_that_a_style_names_is_used_in_mathtext_too(fonts, tmp_path, caplog, capfd):
    style = tmp_path / "mine.mplstyle"
    style.write_text("font.family: Test Han, DejaVu Sans\n")
    mine = theme("light", style)
    assert mine.fonts[0] == "Test Han"
    with drawing(mine):
        pixels = stamp(Word("$損失$", "#000000", 20.0, fonts=mine.fonts), 100).pixels[..., 3]
    assert tall(pixels) > 30
    animation(scene_of("損失", style=style)).draw(4)
    assert caplog.records == []
    assert capfd.readouterr().err == ""


def test_the_list_is_of_outline_fonts_and_names_none_twice():
    names = [name for group in FALLBACKS for name in group]
    assert len(names) == len({*names})
    assert not any("Color" in name for name in names)
