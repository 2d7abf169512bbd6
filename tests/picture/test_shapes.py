"""Shapes: our outlines are those of matplotlib's markers of the same names."""

import numpy as np
import pytest
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path

from animopt.animate.artists import SHAPES, closed
from animopt.picture import shapes

# The width and height of each in units of its radius; the names and their order are matplotlib's.
SIZES = {"s": (1.8, 1.8), "^": (2.2, 2.0), "D": (2.4, 2.4), "v": (2.2, 2.0), "P": (2.4, 2.4)}
MARKS = {"disc": "o", "star": "*", "cross": "X"}


def theirs(name):
    """The marker of matplotlib, of radius 1 where a marker of size 2 has that."""
    style = MarkerStyle(name)
    path = style.get_path().transformed(style.get_transform().frozen())
    return Path(2 * path.vertices, path.codes)


def assert_same_polygon(ours, others):
    """Assert that two closed outlines have the same corners in the same order, from any first."""
    np.testing.assert_array_equal(ours[0], ours[-1])
    ours, others = ours[:-1], others[: len(ours) - 1]
    assert len(ours) == len(others)
    turned = [
        np.roll(way, shift, axis=0) for way in (others, others[::-1]) for shift in range(len(ours))
    ]
    assert min(np.abs(ours - each).max() for each in turned) < 1e-12


@pytest.mark.parametrize("name", SIZES)
def test_a_marker_is_that_of_matplotlib_in_our_size(name):
    ours, other = shapes.MARKERS[name], theirs(name).vertices
    low, high = other.min(axis=0), other.max(axis=0)
    size = np.array(SIZES[name])
    np.testing.assert_allclose(np.ptp(ours, axis=0), size)
    assert_same_polygon(ours, (other - low) / (high - low) * size + ours.min(axis=0))


@pytest.mark.parametrize(
    ("name", "other"),
    [("p", 1.15 * theirs("p").vertices), ("*", 1.4 * Path.unit_regular_star(5, 0.5).vertices)],
    ids=["p", "*"],
)
def test_what_is_round_in_outline_has_its_first_corner_on_top(name, other):
    np.testing.assert_allclose(shapes.MARKERS[name], other, atol=1e-12)
    assert shapes.MARKERS[name][0, 1] == pytest.approx(other.max())


def test_the_markers_come_in_one_order_and_the_first_is_round():
    assert list(shapes.MARKERS) == ["o", "s", "^", "D", "v", "p", "*", "P"]
    assert shapes.MARKERS["o"] is None
    circle = theirs("o")
    np.testing.assert_allclose(closed(None).vertices, circle.vertices, atol=1e-12)
    np.testing.assert_array_equal(closed(None).codes, circle.codes)


@pytest.mark.parametrize("name", MARKS)
def test_a_mark_is_that_of_matplotlib(name):
    ours, other = closed(shapes.MARKS[name].outline), theirs(MARKS[name])
    np.testing.assert_allclose(ours.vertices, other.vertices, atol=1e-12)
    np.testing.assert_array_equal(ours.codes, other.codes)


def test_the_marks_have_their_sizes():
    assert {name: mark[1:] for name, mark in shapes.MARKS.items()} == {
        "disc": (4.5, 1.5), "star": (7.0, 1.2), "cross": (4.0, 1.2),
    }  # fmt: skip


def test_arrows_point_right_from_tip_to_end():
    for outline in (shapes.KEYS["→"], shapes.KEYS["➔"], shapes.EXIT, shapes.HEAD):
        tip = outline[outline[:, 0].argmax()]
        assert tip[1] == 0
        assert set(map(tuple, outline)) == set(map(tuple, outline * (1, -1)))
    for outline in (shapes.EXIT, shapes.HEAD):
        np.testing.assert_array_equal(outline[0], (0, 0))


def test_all_shapes_are_closed_paths_that_the_film_knows():
    assert SHAPES.keys() == shapes.SHAPES.keys() == {*shapes.MARKERS, *shapes.KEYS}
    for name, outline in shapes.SHAPES.items():
        if outline is not None:
            path = SHAPES[name]
            np.testing.assert_array_equal(path.vertices, outline)
            starts, ends = (np.flatnonzero(path.codes == c) for c in (Path.MOVETO, Path.CLOSEPOLY))
            np.testing.assert_allclose(outline[starts], outline[ends], atol=1e-15)
            assert [*starts, len(outline)] == [0, *(ends + 1)]


def area(outline):
    """The area that an outline winds around, each part for itself."""
    x, y = outline.T
    return np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2


def test_rings_are_hollow_and_one_has_a_dot_within():
    disc = 32 / 2 * np.sin(2 * np.pi / 32)
    outer, inner = np.split(shapes.KEYS["○"], 2)
    assert (area(outer), area(inner)) == pytest.approx((disc * 1.5**2, -disc * 0.85**2))
    *_, dot = np.split(shapes.KEYS["◎"], 3)
    assert area(dot) == pytest.approx(disc * 0.6**2)
