"""The ground: marks, basins, the field of gradients, guides and contour outlines."""

import numpy as np
import pytest

from animopt import InvalidInput, Scene, Surface, optimizers, simulate, surfaces
from animopt.picture import compose
from animopt.picture.basins import basins
from animopt.picture.ground import basin_tints

TWINS = Surface(
    lambda x, y: (x**2 - 1) ** 2 + y**2,
    name="twins",
    bounds=((-2, 2), (-2, 2)),
    minima=[(-1, 0), (1, 0)],
    saddles=[(0, 0)],
)


def descent(**changes):
    settings = {
        "surface": TWINS,
        "optimizers": {"sgd": optimizers.SGD(lr=0.05), "heavy": optimizers.Momentum(lr=0.02)},
        "start": (0.5, 1.0),
        "steps": 60,
        "size": (320, 240),
    }
    return Scene(**settings | changes)


def ground_of(scene):
    return compose(simulate(scene)).panels[0].ground


def basins_of(scene, label, x, y):
    return basins(scene.problem, label, scene.bounds, x, y)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"disc": [(-1, 0), (1, 0)]}),
        ({"minima": "disc"}, {"disc": [(-1, 0), (1, 0)]}),
        ({"minima": "star"}, {"star": [(-1, 0), (1, 0)]}),
        ({"minima": False}, {}),
        ({"minima": False, "saddles": True}, {"cross": [(0, 0)]}),
        ({"saddles": True, "surface": surfaces.bowl()}, {"disc": [(0, 0)]}),
    ],
    ids=str,
)
def test_known_minima_and_saddles_are_marked(changes, expected):
    marks = ground_of(descent(**changes)).marks
    found = {name: [tuple(place) for place in places] for name, places in marks.items()}
    assert found == expected


def test_basins_tell_which_minimum_each_start_reaches():
    x, y = np.linspace(-1.8, 1.8, 10), np.linspace(-1, 1, 5)
    reached = basins_of(descent(), "sgd", x, y)
    assert reached.shape == (5, 10)
    np.testing.assert_array_equal(reached, np.broadcast_to(x > 0, reached.shape))


def test_a_start_that_reaches_no_known_minimum_has_no_basin():
    x, y = np.array([0.0, 0.5]), np.array([0.5])
    assert basins_of(descent(), "sgd", x, y).tolist() == [[-1, 1]]


def test_a_start_that_is_still_on_its_way_is_given_more_time():
    x, y = np.array([-0.5, 0.5]), np.array([0.5])
    assert basins_of(descent(steps=2), "sgd", x, y).tolist() == [[0, 1]]
    crawling = {"sgd": optimizers.SGD(lr=1e-6)}
    assert basins_of(descent(steps=2, optimizers=crawling), "sgd", x, y).tolist() == [[-1, -1]]


def test_a_start_where_the_surface_has_no_value_has_no_basin():
    walled = Surface(
        lambda x, y: np.where(y > 1.5, np.nan, (x - 1) ** 2 + y**2), name="w", minima=[(1, 0)]
    )
    reached = basins_of(descent(surface=walled), "sgd", np.array([0.0]), np.array([1.0, 1.9]))
    assert reached.tolist() == [[0], [-1]]


def test_basins_are_those_of_the_optimizer_and_without_noise():
    x = y = np.linspace(-1.9, 1.9, 8)
    sgd, heavy = (basins_of(descent(), label, x, y) for label in ("sgd", "heavy"))
    assert (sgd != heavy).any()
    np.testing.assert_array_equal(basins_of(descent(noise=2.0), "sgd", x, y), sgd)


def test_basins_computed_in_parts_are_the_same(monkeypatch):
    x = y = np.linspace(-1.9, 1.9, 8)
    whole = basins_of(descent(), "heavy", x, y)
    monkeypatch.setattr("animopt.picture.basins._AT_ONCE", 500)
    np.testing.assert_array_equal(basins_of(descent(), "heavy", x, y), whole)


def test_basins_tint_the_ground():
    ground = ground_of(descent(basins="sgd"))
    left, right = basin_tints(2)
    assert ground.tints.shape == (150, 150, 4)
    np.testing.assert_allclose(ground.tints[75, 20], left)
    np.testing.assert_allclose(ground.tints[75, -20], right)
    assert ground.bounds == ((-2, 2), (-2, 2))
    assert ground_of(descent()).tints is None


def test_the_field_points_downhill_and_its_longest_arrow_is_one():
    points, arrows, longest = ground_of(descent(arrows=True)).field
    lengths = np.linalg.norm(arrows, axis=-1)
    downhill = -TWINS.gradient(points)
    slopes = np.linalg.norm(downhill, axis=-1)
    steep = slopes > 0
    ways = downhill[steep] / slopes[steep, None]
    np.testing.assert_allclose(arrows[steep], ways * lengths[steep, None])
    assert lengths.max() == pytest.approx(1)
    assert (np.diff(lengths.ravel()[np.argsort(slopes.ravel())]) >= -1e-9).all()
    # Side by side the longest arrows do not touch.
    assert longest < 1 / points.shape[1]
    assert ground_of(descent()).field is None


def test_outlines_enclose_what_lies_above_each_level():
    ground = ground_of(descent(surface=surfaces.bowl()))
    (x0, x1), _ = ground.bounds
    outlines = ground.outlines(1000)
    assert len(outlines) == len(ground.levels) - 1
    whole, hole = sorted(outlines[3], key=np.ptp, reverse=True)
    assert (whole.min(), whole.max()) == (0, 1000)
    radius = np.linalg.norm((hole - 500) / 1000 * (x1 - x0), axis=1)
    np.testing.assert_allclose(radius**2, ground.levels[3], rtol=0.02)


def test_guides_are_those_of_the_look():
    ring = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, -1.0]])
    (guide,) = ground_of(descent(guides=[ring])).guides
    np.testing.assert_array_equal(guide, ring)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"basins": "sdg"}, "did you mean 'sgd'"),
        ({"basins": "sgd", "surface": surfaces.saddle()}, "no known minima"),
        ({"minima": "stars"}, "did you mean 'star'"),
        ({"forces": "gradients"}, "did you mean 'gradient'"),
        ({"forces": ["momentum", 3]}, "forces=3"),
    ],
    ids=str,
)
def test_what_is_unknown_is_named(changes, message):
    with pytest.raises(InvalidInput, match=message):
        descent(**changes)
