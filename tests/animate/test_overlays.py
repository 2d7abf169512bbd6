"""Overlays on the contours: marks, basins, fields and what acts on each point."""

import numpy as np
import pytest
from matplotlib.image import AxesImage

from animopt import Scene, Surface, Timeline, optimizers, simulate, surfaces
from animopt.animate import animation, clock
from animopt.animate.basins import basins
from animopt.animate.forces import Forces
from animopt.animate.ground import basin_tints
from animopt.errors import InvalidInput

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


def marks(scene):
    """The places marked in the panel, by the marker's name in matplotlib."""
    (axes,) = animation(scene)._fig.axes
    return {
        line.get_marker(): [tuple(place) for place in line.get_xydata()]
        for line in axes.lines
        if line.get_linestyle() == "None"
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"o": [(-1, 0), (1, 0)]}),
        ({"minima": "disc"}, {"o": [(-1, 0), (1, 0)]}),
        ({"minima": "star"}, {"*": [(-1, 0), (1, 0)]}),
        ({"minima": False}, {}),
        ({"minima": False, "saddles": True}, {"X": [(0, 0)]}),
        ({"saddles": True, "surface": surfaces.bowl()}, {"o": [(0, 0)]}),
    ],
    ids=str,
)
def test_known_minima_and_saddles_are_marked(changes, expected):
    assert marks(descent(**changes)) == expected


def test_basins_tell_which_minimum_each_start_reaches():
    x, y = np.linspace(-1.8, 1.8, 10), np.linspace(-1, 1, 5)
    reached = basins(descent(), "sgd", x, y)
    assert reached.shape == (5, 10)
    np.testing.assert_array_equal(reached, np.broadcast_to(x > 0, reached.shape))


def test_a_start_that_reaches_no_known_minimum_has_no_basin():
    x, y = np.array([0.0, 0.5]), np.array([0.5])
    assert basins(descent(), "sgd", x, y).tolist() == [[-1, 1]]


def test_a_start_that_is_still_on_its_way_is_given_more_time():
    x, y = np.array([-0.5, 0.5]), np.array([0.5])
    assert basins(descent(steps=2), "sgd", x, y).tolist() == [[0, 1]]
    crawling = {"sgd": optimizers.SGD(lr=1e-6)}
    assert basins(descent(steps=2, optimizers=crawling), "sgd", x, y).tolist() == [[-1, -1]]


def test_a_start_where_the_surface_has_no_value_has_no_basin():
    walled = Surface(
        lambda x, y: np.where(y > 1.5, np.nan, (x - 1) ** 2 + y**2), name="w", minima=[(1, 0)]
    )
    reached = basins(descent(surface=walled), "sgd", np.array([0.0]), np.array([1.0, 1.9]))
    assert reached.tolist() == [[0], [-1]]


def test_basins_are_those_of_the_optimizer_asked_for_and_without_noise():
    x = y = np.linspace(-1.9, 1.9, 8)
    sgd, heavy = (basins(descent(), label, x, y) for label in ("sgd", "heavy"))
    assert (sgd != heavy).any()
    np.testing.assert_array_equal(basins(descent(noise=2.0), "sgd", x, y), sgd)


def test_basins_computed_in_parts_are_the_same(monkeypatch):
    x = y = np.linspace(-1.9, 1.9, 8)
    whole = basins(descent(), "heavy", x, y)
    monkeypatch.setattr("animopt.animate.basins._AT_ONCE", 500)
    np.testing.assert_array_equal(basins(descent(), "heavy", x, y), whole)


def test_basins_tint_the_ground():
    (axes,) = animation(descent(basins="sgd"))._fig.axes
    (tint,) = (artist for artist in axes.get_children() if isinstance(artist, AxesImage))
    picture, (left, right) = np.asarray(tint.get_array()), basin_tints(2)
    np.testing.assert_allclose(picture[75, 20], left)
    np.testing.assert_allclose(picture[75, -20], right)
    assert tint.get_extent() == [-2, 2, -2, 2]
    assert axes.get_xlim() == (-2, 2)


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


def forces_of(scene, step=0):
    movie = animation(scene)
    (forces,) = (artist for artist in movie.turn(step) if isinstance(artist, Forces))
    return movie, forces


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def test_the_gradient_s_arrow_points_downhill_and_the_momentum_s_along_the_last_step():
    movie, forces = forces_of(descent(forces=("gradient", "momentum")))
    for i, trajectory in enumerate(movie.simulation):
        downhill = -TWINS.gradient(trajectory.points[:20])
        np.testing.assert_allclose(unit(forces.arrows["gradient"][i][:20]), unit(downhill))
        hops = np.diff(trajectory.points[:20], axis=0)
        np.testing.assert_allclose(unit(forces.arrows["momentum"][i][1:20]), unit(hops))
        assert not forces.arrows["momentum"][i][0].any()


def test_the_arrows_grow_with_the_strength_and_the_strongest_has_one_length():
    _, forces = forces_of(descent(forces="gradient"))
    lengths = [np.linalg.norm(arrow, axis=1) for arrow in forces.arrows["gradient"]]
    slopes = [
        np.linalg.norm(TWINS.gradient(t.points), axis=1) for t in simulate(descent()).trajectories
    ]
    order = np.argsort(np.concatenate(slopes))
    assert (np.diff(np.concatenate(lengths)[order]) >= -1e-9).all()
    assert max(length.max() for length in lengths) < 40


def test_there_are_no_arrows_where_there_is_nothing_or_outside():
    _, forces = forces_of(descent(forces=("gradient", "momentum"), start=(1, 0)))
    assert not any(arrow.any() for given in forces.arrows.values() for arrow in given)
    _, forces = forces_of(descent(forces="gradient", start=(1.5, 1.5), bounds=((-1, 1), (-1, 1))))
    assert not forces.arrows["gradient"][0][0].any()
    assert forces.arrows["gradient"][0][-1].any() or forces.arrows["gradient"][1].any()


@pytest.mark.parametrize(
    "changes",
    [
        {"forces": ("gradient", "momentum")},
        {"basins": "heavy", "saddles": True, "minima": "star", "arrows": True},
        {"forces": "gradient", "labels": True, "panels": ("contour", "loss")},
    ],
    ids=str,
)
def test_frames_with_overlays_are_full_draws(changes):
    scene = descent(**changes)
    movie, fresh = animation(scene), animation(scene)
    for (step, _), (frame, _) in zip(movie.pictures, movie.frames(), strict=True):
        if step % 12 == 1:
            np.testing.assert_array_equal(frame, fresh.draw(step))


def test_warped_time_follows_what_is_seen_to_move():
    scene = descent(steps=400, timeline=Timeline(duration=6, warp=True))
    simulation = simulate(scene)
    moved = clock.movement(simulation)
    assert sum(moved) == pytest.approx(2)
    assert sum(moved[:100]) > 1.9
    shown = [step for step, _ in clock.pictures(simulation)]
    plain = [step for step, _ in Timeline(duration=6).pictures(400)]
    assert sum(step < 50 for step in shown) > 2 * sum(step < 50 for step in plain)
    assert shown == [step for step, _ in animation(simulation).pictures]


def test_what_goes_on_outside_the_picture_does_not_move_it():
    away = descent(surface=surfaces.saddle(), bounds=((-1, 1), (-1, 1)), start=(0.9, 0), steps=100)
    moved = clock.movement(simulate(away))
    assert moved[0] > 0
    assert sum(moved[80:]) == 0
