"""Wide plots go on beyond the bounds, where the surface does; what is computed does not."""

import numpy as np
import pytest

from animopt import Scene, Surface, optimizers, simulate, surfaces
from animopt.picture import compose
from animopt.picture.stage import fitted


def plane_of(surface=None, size=(1280, 720), **changes):
    surface = surface or surfaces.rosenbrock()
    scene = Scene(surface, optimizers.SGD(lr=1e-3), (-1, 1), 20, size=size, labels=True, **changes)
    picture = compose(simulate(scene))
    return picture.panels[0]


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (640, 360), (480, 900)])
def test_a_long_canvas_is_filled(size):
    plane = plane_of(size=size)
    (x0, y0, x1, y1), (u0, v0, u1, v1) = plane.box, plane.frame
    assert (u1 - u0) * (v1 - v0) > 0.9 * (x1 - x0) * (y1 - y0)
    unit = np.subtract(plane.frame[2:], plane.frame[:2]) / np.diff(plane.ground.window).ravel()
    assert unit[0] == pytest.approx(unit[1])


@pytest.mark.parametrize("size", [(640, 480), (800, 800)])
def test_a_canvas_that_is_nearly_filled_shows_the_bounds(size):
    plane = plane_of(size=size)
    assert plane.ground.window == plane.ground.bounds
    assert plane.frame == fitted(plane.box, plane.ground.bounds)


def test_levels_exits_and_arrows_stay_those_of_the_bounds():
    settings = {"surface": surfaces.himmelblau(), "arrows": True}
    wide, square = plane_of(**settings), plane_of(size=(700, 700), **settings)
    assert wide.ground.window != wide.ground.bounds == square.ground.bounds
    np.testing.assert_array_equal(wide.ground.levels, square.ground.levels)
    np.testing.assert_array_equal(wide.ground.field.points, square.ground.field.points)
    for one, other in zip(wide.paths, square.paths, strict=True):
        np.testing.assert_allclose(one.heads.places, other.heads.places)


def test_a_path_that_comes_back_is_whole_beyond_the_bounds_too():
    momentum, bounds = optimizers.Momentum(lr=0.011), ((-1, 4), (-4, 4))
    simulation = simulate(
        Scene(surfaces.himmelblau(), momentum, (3, -2), 60, size=(1280, 720), bounds=bounds)
    )
    plane, (run,) = compose(simulation).panels[0], simulation
    (path,) = plane.paths
    outside = path.beyond.segments[..., 0]
    assert ((outside < -1 + 1e-9) | (outside > 4 - 1e-9)).all()
    assert plane.ground.window[0][0] < outside.min() < outside.max() < plane.ground.window[0][1]
    parts = np.concatenate([path.trail.segments, path.beyond.segments])
    lengths = [np.hypot(*np.diff(each, axis=-2).T).sum() for each in (parts, run.points)]
    assert lengths[0] == pytest.approx(lengths[1], rel=1e-6)


def test_where_the_plane_is_not_wider_nothing_is_beyond_the_bounds():
    plane = plane_of(size=(700, 700))
    assert len(plane.paths[0].trail.steps)
    assert not len(plane.paths[0].beyond.steps)


def holes(x, y):
    return np.where(np.abs(x) > 2.1, np.nan, x**2 + y**2)


def infinite(x, y):
    return np.where(np.abs(x) > 2.1, np.inf, x**2 + y**2)


def failing(x, y):
    if np.abs(x).max() > 2.1:
        raise ValueError("out of range")
    return x**2 + y**2


@pytest.mark.parametrize("f", [holes, infinite, failing])
def test_where_the_surface_ends_so_does_the_plot(f):
    plane = plane_of(Surface(f, bounds=((-2, 2), (-2, 2)), gradient=lambda x, y: (2 * x, 2 * y)))
    assert plane.ground.window == plane.ground.bounds


@pytest.mark.parametrize("size", [(1280, 720), (960, 540), (640, 480)])
def test_a_legend_stands_next_to_the_plot(size):
    named = {"sgd": optimizers.SGD(lr=1e-3), "adam": optimizers.Adam()}
    picture = compose(simulate(Scene(surfaces.rosenbrock(), named, (-1, 1), 9, size=size)))
    gaps = [x - picture.panels[0].frame[2] for x, _ in picture.layout.legend.places]
    assert picture.layout.legend.aside
    assert 0 <= min(gaps) <= max(gaps) < picture.px(20)
