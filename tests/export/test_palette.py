"""The palette: which colours are exact, and how close the others are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from animopt.export.palette import Palette
from animopt.export.pictures import PIXEL, channels, picture, tally


def grey(levels):
    pixels = np.repeat(np.asarray(levels, np.uint8)[:, None], 4, axis=1)
    pixels[:, 3] = 255
    return pixels.view(PIXEL)[:, 0]


def test_as_many_colors_as_fit_are_exact():
    pixels = grey(np.arange(255))
    palette = Palette(pixels, np.ones(255, int), 256)
    assert (palette.entries[palette.lookup(pixels)] == pixels).all()
    assert palette.error(pixels) == 0


def test_the_error_is_the_mean_distance_to_the_entries():
    palette = Palette(grey([0, 100, 200]), np.ones(3, int), 4)
    palette.lookup(grey([0, 103, 199, 190]))
    assert palette.error(grey([0, 103, 199, 190])) == (0 + 3 + 1 + 10) / 4


def test_new_colors_take_the_room_that_is_left():
    palette = Palette(grey([0]), np.ones(1, int), 4)
    first = palette.lookup(grey([100, 200]))
    assert (palette.entries[first] == grey([100, 200])).all()
    assert (palette.entries[palette.lookup(grey([199, 3, 110]))] == grey([200, 0, 100])).all()


def test_flat_and_asked_colors_are_exact_among_many(drawing):
    colors, counts = tally(picture(frame) for frame in drawing[::8])
    asked = [0xFF0000FF, 0xFF00FF00]
    palette = Palette(colors, counts, 64, asked)
    assert len(colors) > 1000
    flat = np.concatenate([colors[np.argsort(counts)[-15:]], np.array(asked, PIXEL)])
    assert (palette.entries[palette.lookup(flat)] == flat).all()


def test_smooth_shades_do_not_band():
    """With 256 colours for 64 thousand shades, no error exceeds a sixteenth of the range."""
    x, y = np.meshgrid(np.arange(256), np.arange(256))
    rgba = np.stack([x, y, (x + y) // 2, np.full_like(x, 255)], axis=-1).astype(np.uint8)
    pixels = picture(rgba).ravel()
    palette = Palette(*np.unique(pixels, return_counts=True), 256)
    off = channels(palette.entries[palette.lookup(pixels)]).astype(int) - channels(pixels)
    assert np.abs(off).max() <= 16
    assert np.abs(off[:, :3]).mean() < 4


@given(st.lists(st.integers(0, 0xFFFFFF), min_size=1, max_size=40), st.integers(4, 20))
def test_every_index_is_an_entry_and_never_the_transparent_one(values, size):
    pixels = np.array(values, PIXEL) | PIXEL.type(0xFF000000)
    palette = Palette(*np.unique(pixels, return_counts=True), size)
    indices = palette.lookup(pixels)
    assert indices.min() >= 1
    assert indices.max() < len(palette.entries) <= size
    assert len(palette.table(256)) == 768


@pytest.mark.parametrize("number", [1, 3])
def test_a_background_is_counted_once(number, tools):
    pictures = [picture(frame) for frame in tools.flat(number)]
    colors, counts = tally(pictures)
    red = 0xFF005ED5
    assert dict(zip(colors.tolist(), counts.tolist(), strict=True)) == {
        0xFFFAFAFA: 24 * 16 - 16 + 4 * (number - 1),
        red: 16 + 4 * (number - 1),
    }
