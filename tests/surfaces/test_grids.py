"""Grids of functions that take one point at a time: each point once, splines where they fit."""

import math

import numpy as np
import pytest

from animopt import Surface
from animopt.surfaces import grids

pytestmark = pytest.mark.usefixtures("notes")


class Counted:
    """A function that takes numbers alone, and remembers where it was asked."""

    def __init__(self, f):
        self.f, self.points = f, []

    def __call__(self, x, y):
        self.points.append((float(x), float(y)))
        return self.f(math.fsum([x]), math.fsum([y]))

    def asked(self):
        points, self.points = self.points, []
        return points


def smooth(x, y):
    return math.sin(x) * math.cos(y) + x * y


def exactly(f, x, y):
    return np.array([[f(a, b) for a in x] for b in y])


@pytest.fixture
def in_haste(monkeypatch):
    """Take every grid for one that takes too long."""
    monkeypatch.setattr(grids, "_PATIENCE", 0.0)


def test_a_grid_asks_for_each_point_once():
    f = Counted(smooth)
    surface = Surface(f)
    surface.value([0, 0])
    f.asked()
    for _ in range(3):
        x, y, z = surface.grid(30, 20)
    points = f.asked()
    assert len(points) == len(set(points)) == 600
    np.testing.assert_array_equal(z, exactly(smooth, x, y))


def test_other_bounds_are_another_grid_and_what_is_returned_is_ones_own():
    surface = Surface(Counted(smooth))
    surface.grid(4, 4)[2][:] = 7
    bounds = ((0, 1), (0, 2))
    for x, y, z in (surface.grid(4, 4), surface.grid(4, 5, bounds)):
        np.testing.assert_array_equal(z, exactly(smooth, x, y))


def test_a_slow_and_smooth_function_is_interpolated_between_fewer_points(in_haste):
    f = Counted(smooth)
    surface = Surface(f)
    surface.value([0, 0])
    f.asked()
    for nx, ny in ((200, 200), (140, 160), (300, 240)):
        x, y, z = surface.grid(nx, ny)
        exact = exactly(smooth, x, y)
        assert 0 < np.abs(z - exact).max() < 1e-5 * np.ptp(exact)
    points = f.asked()
    assert len(points) == len(set(points)) == 49**2


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: abs(x - 0.3) + y,
        lambda x, y: math.sin(60 * x) + y,
        lambda x, y: math.floor(x) + y,
        lambda x, y: math.sqrt(x - 0.51) + y,
    ],
    ids=["a kink", "ripples", "steps", "a hole"],
)
def test_what_is_not_smooth_is_asked_for_however_slow_it_is(f, in_haste):
    def with_holes(x, y):
        try:
            return f(x, y)
        except ValueError:
            return math.nan

    x, y, z = Surface(f).grid(90, 80)
    np.testing.assert_array_equal(z, exactly(with_holes, x, y))


def test_paths_on_an_interpolated_surface_are_exact(in_haste):
    surface = Surface(Counted(smooth))
    surface.grid(200, 200)
    points = np.random.default_rng(0).uniform(-2, 2, (50, 2))
    np.testing.assert_array_equal(surface.value(points), [smooth(*point) for point in points])


def test_a_coarse_grid_is_asked_for_as_it_is(in_haste):
    f = Counted(smooth)
    x, y, z = Surface(f).grid(20, 20)
    np.testing.assert_array_equal(z, exactly(smooth, x, y))


@pytest.mark.parametrize(("nx", "ny"), [(7, 9), (50, 33), (5, 5)])
def test_splines_are_exact_for_cubics(nx, ny):
    def f(x, y):
        return x**3 - 2 * x**2 * y + y**3

    x, y = np.linspace(-1, 2, 5), np.linspace(0, 1, 6)
    fine = f(*np.meshgrid(np.linspace(-1, 2, nx), np.linspace(0, 1, ny)))
    np.testing.assert_allclose(grids.resampled(f(*np.meshgrid(x, y)), nx, ny), fine, atol=1e-13)
