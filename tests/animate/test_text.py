"""Stamps of text: letters set side by side look as they do alone."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest

from animopt.animate.text import _stamp, row, stamp
from animopt.errors import InvalidInput
from animopt.picture.words import PAD, Word, line_height


def picture(text):
    return stamp(Word(text, "#1f2933", 10.0), 100)


def test_letters_set_side_by_side_stay_as_they_are():
    letters = [picture(letter) for letter in "step 1 7"]
    line, x = row(letters).pixels, 0
    for letter in (each.pixels for each in letters):
        inside = slice(PAD, letter.shape[1] - PAD)
        there = letter[:, inside][..., 3] > 0
        place = line[:, x : x + letter.shape[1]][:, inside]
        np.testing.assert_array_equal(place[there], letter[:, inside][there])
        x += letter.shape[1] - 2 * PAD


@pytest.mark.parametrize("text", ["$$", r"$\frac{1$", r"Adam $\bet$"])
def test_wrong_mathtext_is_refused_in_one_sentence(text):
    with pytest.raises(
        InvalidInput, match=r"is not valid mathtext: .* or write \\\$ for a dollar sign"
    ) as e:
        picture(text)
    assert "\n" not in str(e.value)


def test_text_is_ours_whatever_matplotlib_is_told():
    plain = picture("Adam").pixels
    _stamp.cache_clear()
    with matplotlib.rc_context({"text.usetex": True, "text.color": "red"}):
        np.testing.assert_array_equal(picture("Adam").pixels, plain)


def test_what_is_not_ink_lets_the_ground_through():
    line = row([picture(digit) for digit in "365"]).pixels
    assert (line[..., 3] == 0).mean() > 0.3
    dark = line[line[..., 3] == 255]
    assert len(dark)
    assert (dark[:, :3] == (0x1F, 0x29, 0x33)).all()


def test_a_stamp_is_as_large_as_the_word_says():
    for text, size, dpi in (("Adam", 9.0, 100), (r"$\beta_2$", 14.0, 72), ("", 10.0, 81)):
        word = Word(text, "#1f2933", size)
        made = stamp(word, dpi)
        assert made.width == word.width(dpi)
        assert made.height == line_height(size, dpi)[0]
