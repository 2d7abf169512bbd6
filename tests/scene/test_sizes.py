"""Sizes: pixels for screens, inches and centimetres for paper, and what is neither."""

import pytest

from animopt import InvalidInput, Scene, surfaces
from animopt.optimizers import SGD
from animopt.picture.canvas import canvas, on_slide
from animopt.scene import Look
from animopt.sizes import Inches, read_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("640x480", (640, 480)),
        (" 640 X 480 px ", (640, 480)),
        ("3.3in", Inches(3.3)),
        ("3.3x2.5in", Inches(3.3, 2.5)),
        ("3 x 2 IN", Inches(3, 2)),
        (".5in", Inches(0.5)),
        ("2.54cm", Inches(1)),
        ("25.4x50.8mm", Inches(1, 2)),
    ],
)
def test_a_size_is_read_as_people_write_it(text, size):
    assert read_size("size", text) == size


@pytest.mark.parametrize(
    "text", ["", "3.3", "3.3x2.5", "in", "-1in", "1e3in", "3in x 2cm", "３in", "1x2x3cm", "640"]
)
def test_what_is_no_size_is_one_sentence(text):
    with pytest.raises(InvalidInput, match=r"write WIDTHxHEIGHT in pixels, .* 3\.3in, .* or 8cm"):
        read_size("size", text)


def scene(**settings):
    return Scene(surfaces.bowl(), SGD(lr=0.1), (1, 1), 2, **settings)


@pytest.mark.parametrize("size", ["0.1in", "99in", "3x0in", "99cm"])
def test_a_size_that_has_too_few_or_many_pixels_is_refused(size):
    with pytest.raises(InvalidInput, match="pixels at 300 per inch; give sides of 64 to 7680"):
        scene(size=size)


def test_a_scene_takes_a_size_on_paper_and_keeps_it():
    look = scene(size="8x6cm").replace(dpi=200).look
    assert look.size == Inches(8 / 2.54, 6 / 2.54)
    assert canvas(look, 1)[:3] == ((630, 472), 200, 200)


@pytest.mark.parametrize(
    ("width", "count", "inches"),
    [(3.3, 1, (3.3, 2.475)), (3.3, 2, (3.3, 4.95)), (6.6, 2, (6.6, 2.475)), (6.6, 3, (6.6, 3.71))],
)
def test_a_height_that_is_left_open_suits_the_panels(width, count, inches):
    place = canvas(Look(size=f"{width}in"), count)
    assert [side / 300 for side in place.size] == pytest.approx(inches, abs=0.01)
    assert (place.dpi, place.resolution) == (300, 300)


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (640, 480), (1080, 1920), (300, 9)])
def test_no_picture_is_larger_than_a_slide(size):
    wide, tall = (side / on_slide(size) for side in size)
    assert wide <= 13.334
    assert tall <= 7.5
    assert on_slide(size) >= 96


def test_the_resolution_is_that_which_is_asked_for():
    place = canvas(Look(size=(1920, 1080), dpi=200), 1)
    assert (place.dpi, place.resolution) == (200, 200)
