"""Labels stand beside their points, apart, in the axes, and steady from picture to picture."""

from pathlib import Path

import numpy as np
import pytest

from animopt import simulate
from animopt.picture import compose
from animopt.picture.labels import place_labels
from animopt.scene import load_scenes

BOX = (0.0, 0.0, 400.0, 300.0)
SIZES = np.array([[40.0, 12.0], [60.0, 12.0], [25.0, 12.0]])

SCENES = {
    f"{path.stem}.{name}": scene.replace(labels=True, view="contour")
    for path in sorted(Path("scenes").glob("*.py"))
    for name, scene in load_scenes(path).items()
}


def overlapping(corners, sizes):
    """Return whether any two of the boxes overlap."""
    for a in range(len(corners)):
        for b in range(a):
            low = np.maximum(corners[a], corners[b])
            high = np.minimum(corners[a] + sizes[a], corners[b] + sizes[b])
            if (low < high).all():
                return True
    return False


def distance(heads, corners, sizes):
    """Return the distance from each point to the nearest edge of its label."""
    return np.linalg.norm(heads - np.clip(heads, corners, corners + sizes), axis=-1)


def check(heads, sizes, box, places):
    """Assert what holds for all labels in all pictures; return the fraction that is shown."""
    offsets = places.corners - heads
    assert np.linalg.norm(np.diff(offsets, axis=0), axis=-1).max(initial=0) <= 4
    assert distance(heads, places.corners, sizes).max() <= 60
    for corners, free in zip(places.corners, places.free, strict=True):
        assert not overlapping(corners[free], sizes[free])
        assert (corners[free] >= box[:2]).all()
        assert (corners[free] + sizes[free] <= box[2:]).all()
    return places.free.mean()


@pytest.mark.parametrize("name", SCENES)
def test_labels_of_every_scene(name):
    (plane,) = compose(simulate(SCENES[name])).panels
    labels = plane.labels
    sizes = np.array([word.ink_size(100) for word in labels.words])
    # The rest are points that race past each other, where no place is steady and free at once.
    assert check(labels.points, sizes, plane.frame, labels.places) > 0.8


def test_points_that_stand_together_have_all_their_labels():
    heads = np.full((5, 3, 2), (200.0, 150.0))
    assert check(heads, SIZES, BOX, place_labels(heads, SIZES, BOX, 6.0)) == 1


# Two of four labels begin at one place with too little room for both.
RACING = {"learning_rates.brake"}


@pytest.mark.parametrize("name", SCENES)
def test_the_first_picture_of_a_scene_names_all_its_runs(name):
    (plane,) = compose(simulate(SCENES[name])).panels
    free = plane.labels.places.free[0]
    assert (~free).sum() == (name in RACING)


@pytest.mark.parametrize("count", range(1, 9))
def test_where_points_start_together_all_labels_have_room(count):
    """Wherever that is, up to the very edge, even where one of them crosses the box."""
    sizes = np.tile([50.0, 16.0], (count, 1))
    for x in np.linspace(100, 300, 5):
        for y in (0.0, 3.7, 60.0, 151.0, 240.1, 296.9, 300.0):
            heads = np.full((60, count, 2), (x, y))
            heads[:, 0, 1] = np.linspace(y, 300 - y, 60)
            places = place_labels(heads, sizes, BOX, 8.3)
            check(heads, sizes, BOX, places)
            assert places.free[0].all()


def test_points_that_cross_slowly_keep_their_labels_apart():
    t = np.linspace(0, 1, 200)[:, None]
    up = np.hstack([np.full_like(t, 150), 50 + 200 * t])
    down = np.hstack([np.full_like(t, 155), 250 - 200 * t])
    heads = np.stack([up, down, np.full_like(up, 30)], axis=1)
    assert check(heads, SIZES, BOX, place_labels(heads, SIZES, BOX, 6.0)) > 0.95


def test_a_label_begins_to_turn_before_its_point_meets_the_edge():
    x = np.linspace(200, 399, 150)
    heads = np.column_stack([x, np.full_like(x, 150)])[:, None]
    places = place_labels(heads, SIZES[:1], BOX, 6.0)
    assert check(heads, SIZES[:1], BOX, places) == 1


def test_a_point_that_jumps_takes_its_label_along():
    heads = np.full((40, 1, 2), (50.0, 150.0))
    heads[20:] = (300.0, 60.0)
    places = place_labels(heads, SIZES[:1], BOX, 6.0)
    check(heads, SIZES[:1], BOX, places)
    assert distance(heads, places.corners, SIZES[:1]).max() < 15


def test_where_many_start_together_half_of_the_labels_go_left():
    heads, sizes = np.full((5, 8, 2), (200.0, 150.0)), np.tile(SIZES[:1], (8, 1))
    places = place_labels(heads, sizes, BOX, 6.0)
    assert check(heads, sizes, BOX, places) == 1
    middles = places.corners[0, :, 0] + sizes[:, 0] / 2
    assert (middles < 200).sum() == (middles > 200).sum() == 4


def test_labels_begin_in_the_order_in_which_their_points_will_part():
    t = np.linspace(0, 1, 60)[:, None]
    slopes = np.array([0.0, 90.0, -90.0])
    heads = np.stack([np.broadcast_to(100 + 80 * t, (60, 3)), 150 + slopes * t], axis=-1)
    places = place_labels(heads, SIZES, BOX, 6.0)
    assert check(heads, SIZES, BOX, places) == 1
    assert np.argsort(places.corners[0, :, 1]).tolist() == [2, 0, 1]


def test_a_label_makes_way_for_the_point_of_another():
    heads = np.tile([[200.0, 150.0], [242.0, 154.0]], (60, 1, 1))
    corners = place_labels(heads, SIZES[:2], BOX, 6.0).corners
    for i, other in ((0, 1), (1, 0)):
        assert distance(heads[-1, other], corners[-1, i], SIZES[i]) > 0


def test_of_two_labels_that_meet_the_quicker_one_is_left_out():
    still = np.full((12, 2), (200.0, 150.0))
    racing = np.column_stack([np.linspace(20, 380, 12), np.full(12, 150.0)])
    for order in (1, -1):
        heads = np.stack([still, racing][::order], axis=1)
        free = place_labels(heads, SIZES[:2], BOX, 6.0).free[:, ::order]
        assert free[:, 0].all()
        assert not free[:, 1].all()
