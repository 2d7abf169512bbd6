"""The colour bar: which colour is which height, the same in the plane and in space."""

import numpy as np
import pytest

from animopt import Scene, Surface, optimizers, simulate, surfaces
from animopt.picture import compose
from animopt.picture.colorbar import bar_axis
from animopt.picture.levels import contour_levels, level_fractions

CATALOGUE = surfaces.catalogue()


def panels(surface, **changes):
    (x0, x1), (y0, y1) = surface.bounds
    start = (x0 + 0.3 * (x1 - x0), y0 + 0.4 * (y1 - y0))
    scene = Scene(surface, optimizers.SGD(lr=1e-4), start, 2, view="both", **changes)
    return compose(simulate(scene)).panels


@pytest.mark.parametrize("offset", [0.0, 1e6])
@pytest.mark.parametrize("name", CATALOGUE)
def test_its_numbers_are_round_in_range_and_apart(name, offset):
    z = CATALOGUE[name]().grid(140, 140)[2]
    levels = contour_levels(z if not offset else offset + 100 * z / np.abs(z).max())
    axis = bar_axis(levels, 7, "f")
    for ticks, most in zip(axis.ticks, (3, 7, 12), strict=True):
        assert 2 <= len(ticks.values) <= most + 2
        assert len(set(ticks.texts)) == len(ticks.texts)
        parts = level_fractions(np.array(ticks.values), levels)
        assert parts.min() >= 0
        assert parts.max() <= 1
        assert (np.diff(parts) > (0.05 if offset else 0.02)).all()


@pytest.mark.parametrize("name", ["rosenbrock", "himmelblau", "goldstein_price", "eggholder"])
def test_a_height_has_the_same_place_on_the_scale_in_the_plane_and_in_space(name):
    plane, relief = panels(CATALOGUE[name](), colorbar=True)
    np.testing.assert_array_equal(plane.ground.levels, relief.bar.levels)
    np.testing.assert_array_equal(plane.bar.levels, relief.bar.levels)
    z = relief.sheet.whole.z
    np.testing.assert_allclose(relief.sheet.fractions, level_fractions(z, plane.ground.levels))


def test_a_bar_stands_beside_its_plot_on_the_canvas_and_only_if_asked_for():
    for panel in panels(surfaces.bowl()):
        assert panel.bar is None
    plane, relief = panels(surfaces.bowl(), colorbar=True)
    for panel, right in ((plane, plane.frame[2]), (relief, relief.box[2])):
        left, bottom, end, top = panel.bar.box
        assert right < left < end < 1280
        assert 0 < bottom < top < 480


def test_flat_ground_has_no_bar():
    flat = Surface(lambda x, y: 0 * x, name="flat")
    assert [panel.bar for panel in panels(flat, colorbar=True)] == [None, None]


def test_levels_that_are_given_are_named_themselves():
    levels = np.array([0.0, 1, 10, 100, 1000, 2500])
    for count in (4, 5, 7):
        assert bar_axis(levels, count, "f", given=True).ticks[1].values == (1, 10, 100, 1000)
    assert bar_axis(levels, 3, "f", given=True).ticks[1].values == (1, 100)
    odd = np.array([0.0, 1.23456789, 10, 100])
    assert bar_axis(odd, 7, "f", given=True) == bar_axis(odd, 7, "f")


@pytest.mark.parametrize("size", [(300, 240), (640, 480)])
def test_a_bar_of_four_given_levels_names_four(size):
    named = (1, 10, 100, 1000)
    for panel in panels(surfaces.rosenbrock(), size=size, levels=named, colorbar=True):
        assert panel.bar.axis.ticks[1].texts == ("1", "10", "100", "1000")
