"""Clipping: of a path that leaves the picture, what is inside is drawn where it really goes."""

import numpy as np
import pytest

from animopt import Scene, optimizers, simulate, surfaces
from animopt.picture.clipping import clipped, heads, trail, trimmed
from animopt.picture.space.field import HeightField
from animopt.picture.space.paths import SpacePath
from animopt.picture.stage import Stage

BOX = (0.0, 0.0, 10.0, 10.0)
PIXEL = np.ones(2)


def cut(a, b):
    """Clip one segment; None if it is outside."""
    starts, ends, fits = clipped(np.array([a], float), np.array([b], float), BOX)
    return [starts[0].tolist(), ends[0].tolist()] if fits[0] else None


@pytest.mark.parametrize(
    ("segment", "inside"),
    [
        (((1, 2), (3, 4)), [[1, 2], [3, 4]]),
        (((5, 5), (5, 20)), [[5, 5], [5, 10]]),
        (((5, 20), (5, 5)), [[5, 10], [5, 5]]),
        (((-10, 0), (20, 10)), [[0, 10 / 3], [10, 20 / 3]]),
        (((-5, 20), (-1, 3)), None),
        (((11, -5), (11, 20)), None),
        (((4, 4), (np.nan, 4)), None),
        (((4, 4), (np.inf, 4)), None),
    ],
)
def test_a_segment_is_cut_at_the_box(segment, inside):
    found = cut(*segment)
    if inside is None:
        assert found is None
    else:
        np.testing.assert_allclose(found, inside, rtol=1e-14)


@pytest.mark.parametrize("growth", [-1.1, -3.0, -1e6])
def test_a_run_that_grows_without_bound_stays_on_its_line(growth):
    path = 5 + np.outer(growth ** np.arange(50.0), [0.03, 0.02])
    seen = trail(path, BOX, PIXEL)
    x, y = (seen.segments - 5).reshape(-1, 2).T
    np.testing.assert_allclose(y, 2 / 3 * x, atol=1e-5)
    assert seen.steps.max() > 1


@pytest.mark.parametrize("lr", [1.05, 2.0])
def test_in_space_it_stays_on_its_line_too(lr):
    scene = Scene(surfaces.bowl(), [optimizers.SGD(lr=lr)], (3, 2), 60)
    (run,) = Stage.of(simulate(scene), scene.look, (640, 480), 100).paths
    field = HeightField(*surfaces.bowl().grid(50, 50))
    points = SpacePath.on(field, field.limits, run).points
    x, y, _ = points[np.isfinite(points).all(axis=1)].T
    assert len(x) > 100
    np.testing.assert_allclose(y, 2 / 3 * x, atol=1e-6)


def angles(ways):
    return np.arctan2(ways[:, 1], ways[:, 0])


def test_the_arrow_stands_where_the_path_left_last_also_in_passing():
    path = np.array([(5, 5), (5, 20), (-10, 15), (20, 0), (30, 0)], float)
    found = heads(path, BOX, PIXEL)
    np.testing.assert_array_equal(found.places[0], (5, 5))
    assert np.isnan(found.ways[0]).all()
    np.testing.assert_allclose(found.places[1:], [(5, 10)] * 2 + [(10, 5)] * 2)
    np.testing.assert_allclose(angles(found.ways)[3], np.arctan2(-15, 30))
    np.testing.assert_allclose(np.hypot(*found.ways[1:].T), 1)


def test_an_arrow_where_there_is_no_next_point_goes_on_as_before():
    path = np.array([(5, 5), (5, 6), (np.nan, np.nan)])
    found = heads(path, BOX, PIXEL)
    np.testing.assert_allclose(found.places[2], (5, 6))
    np.testing.assert_allclose(angles(found.ways)[2], np.pi / 2)


def test_a_path_that_begins_outside_waits_at_the_edge_until_it_enters():
    path = np.array([(14, 5), (13, 5), (8, 5)], float)
    found = heads(path, BOX, PIXEL)
    np.testing.assert_allclose(found.places, [(10, 5), (10, 5), (8, 5)])
    np.testing.assert_allclose(found.ways, [(1, 0), (1, 0), (np.nan, np.nan)], atol=1e-15)


def test_the_largest_numbers_there_are_give_no_warning():
    path = np.array([(5, 5), (1e308, 0), (-1e308, 1e308), (np.inf, 0), (np.nan, np.nan)])
    np.testing.assert_allclose(heads(path, BOX, PIXEL).places[1:], [(10, 5)] * 4)
    assert trail(path, BOX, PIXEL).steps.tolist() == [1]


@pytest.mark.parametrize("length", [0.003, 0.02, 0.2])
def test_steps_too_short_to_see_are_merged_with_the_next(length):
    steps = np.random.default_rng(0).normal(0, length, (500, 2))
    path = 5 + np.cumsum(steps, axis=0).clip(-4, 4)
    kept = np.append(0, trail(path, BOX, PIXEL).steps)
    last = path[kept[np.searchsorted(kept, np.arange(len(path)), side="right") - 1]]
    assert np.abs(path - last).max() < 0.05
    assert len(kept) < 0.9 * len(path) or length == 0.2
    assert len(trail(path, BOX, PIXEL / 100).steps) > 0.98 * len(path) * min(1, length / 0.003)


@pytest.mark.parametrize("step", [0.05, 0.3, 2.0, 7.0])
def test_a_path_ends_as_far_before_its_arrow_s_tip_however_short_its_steps_are(step):
    along = np.arange(5, 12 + step, step)
    path = np.column_stack([along, np.full(len(along), 5.0)])
    seen, gone = trail(path, BOX, PIXEL), heads(path, BOX, PIXEL)
    short = trimmed(seen, gone, PIXEL, reach=1.2)
    np.testing.assert_allclose(short.segments[-1, 1], (10 - 1.2, 5), atol=1e-9)
    np.testing.assert_allclose(short.segments[1:, 0], short.segments[:-1, 1])
    path = np.vstack([path, [(5, 5)]])
    seen = trail(path, BOX, PIXEL)
    assert trimmed(seen, heads(path, BOX, PIXEL), PIXEL, reach=1.2) is seen
