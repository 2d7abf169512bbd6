"""Words: measured as matplotlib draws them, cut short where there is no room."""

from itertools import product

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure

from animopt.errors import InvalidInput
from animopt.picture import words
from animopt.picture.theme import THEMES
from animopt.picture.words import PAD, Word, inked, line_height

TEXTS = [
    "Adam",
    "SGD lr=0.25",
    "W AV To — fi",
    "step 1\u2007\u2007",
    "×3",
    "∇f ≤ 0.1 → 10⁻⁷",
    " both ends ",
    "i",
    r"$\alpha = \frac{1}{2}$",
    r"Adam $\beta_2^{k}$ and $\nabla f$",
    r"5 \$ a step",
    r"\$5 and \$6",
    r"$5",
    "損 is a box",
]


def measured(word, dpi):
    """The width of a text in pixels by matplotlib's own artist."""
    figure = Figure(figsize=(1, 1), dpi=dpi)
    artist = figure.text(
        0, 0, word.text, fontsize=word.size, weight=word.weight, fontfamily=list(word.fonts)
    )
    return artist.get_window_extent(RendererAgg(1, 1, dpi)).width


@pytest.mark.parametrize("text", TEXTS)
def test_a_word_is_as_wide_as_matplotlib_s_text(text):
    for size, dpi, weight in product((8.0, 9.0, 11.0, 14.3), (72, 100, 143.7), ("normal", "bold")):
        word = Word(text, "#000000", size, weight=weight)
        assert word.width(dpi) == int(np.ceil(measured(word, dpi))) + 2 * PAD


@pytest.mark.parametrize("fonts", [("DejaVu Serif", "DejaVu Sans"), ("DejaVu Sans Mono",)])
def test_a_word_in_other_fonts_is_measured_in_them(fonts):
    for text in TEXTS:
        word = Word(text, "#000000", 10.0, fonts=fonts)
        assert word.width(100) == int(np.ceil(measured(word, 100))) + 2 * PAD


def test_words_are_ours_whatever_matplotlib_is_told():
    plain = Word(r"Adam $\beta_2$", "#000000", 10.5).width(99)
    words._width.cache_clear()
    with matplotlib.rc_context({"text.usetex": True, "font.size": 40, "font.family": "serif"}):
        assert Word(r"Adam $\beta_2$", "#000000", 10.5).width(99) == plain


def test_letters_have_a_size_without_the_padding():
    word = inked("Adam", THEMES["light"], 12.0)
    assert word.color == THEMES["light"].ink
    width, height = word.ink_size(100)
    assert width == word.width(100) - 2 * (PAD - 1)
    assert height == line_height(12.0, 100)[0] - 2 * PAD
    assert Word("", "#000000").width(100) == 2 * PAD


@pytest.mark.parametrize("text", ["$$", r"$\frac{1$", r"Adam $\bet$"])
def test_wrong_mathtext_is_refused_in_one_sentence(text):
    with pytest.raises(
        InvalidInput, match=r"is not valid mathtext: .* or write \\\$ for a dollar sign"
    ) as e:
        Word(text, "#1f2933").width(100)
    assert "\n" not in str(e.value)


def test_a_word_keeps_as_many_letters_as_fit():
    word = Word("abcdefghij", "#000000")
    room = Word("abcde…", "#000000").ink_size(100)[0]
    assert word.fitted(room, 100).text == "abcde…"
    assert word.fitted(1000, 100) is word
    assert word.fitted(0, 100).text == "…"
    assert Word("", "#000000").fitted(-9, 100).text == ""


def test_letters_that_every_font_has_stay_as_they_are():
    assert Word("∇f ≤ 0.1 → ×3\u2007…", "#000000").text == "∇f ≤ 0.1 → ×3\u2007…"
