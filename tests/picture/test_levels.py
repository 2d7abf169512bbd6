"""Contour levels suit the range of the heights."""

import numpy as np
import pytest

from animopt import surfaces
from animopt.picture.levels import contour_levels


def heights(surface):
    return surface.grid(101, 101)[2]


@pytest.mark.parametrize("name", surfaces.catalogue())
def test_no_two_levels_are_far_apart_in_area_or_in_height(name):
    z = heights(surfaces.catalogue()[name]())
    levels = contour_levels(z)
    parts = np.histogram(z, levels)[0] / z.size
    assert len(levels) == 18
    assert parts.max() <= 2 / 17 + 0.01
    above = levels - levels[0]
    even = np.diff(above).max() / above[-1]
    decades = np.diff(np.log(above[1:])).max() / np.log(above[-1] / above[1])
    assert min(even, decades) < 0.25


@pytest.mark.parametrize("name", surfaces.catalogue())
def test_no_line_is_drawn_at_the_lowest_height_of_the_grid(name):
    z = heights(surfaces.catalogue()[name]())
    lines = contour_levels(z)[1:-1]
    assert z.min() < lines[0]
    assert lines[-1] < z.max()


def test_heights_that_span_decades_are_cut_in_their_logarithm():
    z = heights(surfaces.rosenbrock())
    above = contour_levels(z)[1:] - z.min()
    assert above[0] < 2
    assert above[-1] / above[0] > 1000


def test_levels_increase_and_span_the_finite_heights():
    z = heights(surfaces.ring())
    z[3, 4] = np.nan
    z[7, 7] = np.inf
    levels = contour_levels(z)
    assert (np.diff(levels) > 0).all()
    finite = z[np.isfinite(z)]
    assert levels[0] <= finite.min()
    assert np.isclose(levels[-1], finite.max())


def test_a_flat_or_empty_grid_still_has_levels():
    assert len(contour_levels(np.full((4, 4), 2.0))) == 2
    assert len(contour_levels(np.full((4, 4), np.nan))) == 2


def test_levels_increase_also_where_floats_are_sparse():
    levels = contour_levels(1e16 + np.array([[0.0, 2.0], [4.0, 2.0]]))
    assert (np.diff(levels) > 0).all()
