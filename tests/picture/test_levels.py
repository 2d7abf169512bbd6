"""Contour levels suit the range of the heights."""

import numpy as np

from animopt import surfaces
from animopt.picture.levels import contour_levels


def heights(surface):
    return surface.grid(101, 101)[2]


def test_heights_of_one_order_are_cut_evenly():
    levels = contour_levels(heights(surfaces.saddle()))
    np.testing.assert_allclose(np.diff(levels), np.diff(levels)[0])


def test_heights_that_span_decades_are_cut_evenly_in_their_logarithm():
    z = heights(surfaces.rosenbrock())
    above = contour_levels(z)[1:] - z.min()
    np.testing.assert_allclose(np.diff(np.log(above)), np.diff(np.log(above))[0])
    assert above[-1] / above[0] > 100


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
