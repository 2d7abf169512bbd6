"""Labels stand beside their points, apart, in the axes, and steady from picture to picture."""

from pathlib import Path

import numpy as np
import pytest
from label_checks import (
    catalogue_scene,
    faults,
    misplaced,
    named_panels,
    pictures,
    random_scene,
    restless,
)

from animopt import Scene, optimizers, simulate, surfaces
from animopt.picture import compose
from animopt.picture.labels import place_labels
from animopt.picture.steady import rests
from animopt.scene import load_scenes

BOX = (0.0, 0.0, 400.0, 300.0)
SIZES = np.array([[40.0, 12.0], [60.0, 12.0], [25.0, 12.0]])

SCENES = {
    f"{path.stem}.{name}": scene.replace(labels=True, view="contour")
    for path in sorted(Path("scenes").glob("*.py"))
    for name, scene in load_scenes(path).items()
}


def distance(heads, corners, sizes):
    """Return the distance from each point to the nearest edge of its label."""
    return np.linalg.norm(heads - np.clip(heads, corners, corners + sizes), axis=-1)


def check(heads, sizes, box, places, gap=6.0):
    """Assert what holds for all labels in all pictures; return the fraction that is shown."""
    assert misplaced(heads, sizes, box, places, gap) == []
    return places.free.mean()


@pytest.mark.parametrize("size", [(640, 480), (960, 720)])
@pytest.mark.parametrize("name", SCENES)
def test_every_name_of_every_scene_is_seen_nearly_always(name, size):
    for picture in pictures(SCENES[name].replace(size=size)):
        assert faults(picture) == []
        for labels, _ in named_panels(picture):
            assert labels.places.free.mean(axis=0).min() > 0.95
            assert labels.places.free[[0, -1]].all()


@pytest.mark.parametrize("seed", range(0, 200, 10))
def test_names_in_random_scenes_keep_their_promises(seed):
    scene = random_scene(seed)
    picture = compose(simulate(scene), scene.look)
    assert named_panels(picture)
    assert faults(picture) == []


@pytest.mark.parametrize("name", sorted(surfaces.catalogue())[::5])
def test_names_cover_no_mark_no_exit_and_no_number(name):
    """On every surface in tests/pictures/labels.py."""
    scene = catalogue_scene(name, "slides", (1100, 520))
    assert faults(compose(simulate(scene), scene.look)) == []


@pytest.mark.parametrize("theme", ["light", "slides"])
@pytest.mark.parametrize("size", [(640, 400), (720, 360), (1100, 520), (1280, 720)])
def test_names_are_whole_in_a_narrow_plane(size, theme):
    rules = [optimizers.SGD(lr=5e-4), optimizers.Momentum(lr=5e-4), optimizers.RMSprop(lr=0.05)]
    for name in ("booth", "rosenbrock", "goldstein_price", "schwefel"):
        surface = surfaces.catalogue()[name]()
        start = tuple(np.dot(surface.bounds, (0.3, 0.7)).tolist())
        scene = Scene(surface, rules, start, 30, labels=True, view="both", size=size, theme=theme)
        picture = compose(simulate(scene), scene.look)
        assert faults(picture) == []
        for labels, _ in named_panels(picture):
            assert [word.text for word in labels.words] == [each.label for each in picture.paths]


@pytest.mark.parametrize("count", [1, 3])
def test_a_name_too_long_for_the_plot_is_cut_and_seen(count):
    named = {f"{i}{' very' * 30} long{i}": optimizers.SGD(lr=0.1 * i + 0.1) for i in range(count)}
    scene = Scene(surfaces.booth(), named, (-5, 5), 60, labels=True)
    picture = compose(simulate(scene), scene.look)
    ((labels, _),) = named_panels(picture)
    assert all(word.text.endswith("…") for word in labels.words)
    assert faults(picture) == []
    assert labels.places.free.all()
    assert len(picture.layout.legend.lines) == count


@pytest.mark.parametrize("seed", [1053, 1111])
def test_in_a_crowd_names_are_first_words_and_the_legend_is_whole(seed):
    scene = random_scene(seed)
    picture = compose(simulate(scene), scene.look)
    ((labels, _),) = named_panels(picture)
    paths = [path.label for path in picture.paths]
    assert [word.text for word in labels.words] == [label.split(" ")[0] for label in paths]
    assert labels.places.free.mean(axis=0).min() > 0.95
    told = "".join(word.text for line in picture.layout.legend.lines for _, word in line.words)
    assert all(label.split("=")[1] in told for label in paths)


@pytest.mark.parametrize("fps", [10, 25, 60])
@pytest.mark.parametrize("seed", range(4))
def test_a_name_rests_after_a_cut_whatever_the_frame_rate(seed, fps):
    """Heads that jump all over the plot, so that no side is free for long."""
    heads = np.random.default_rng(seed).uniform((0, 0), (300, 200), (120, 3, 2))
    until = rests([(step, 1 / fps) for step in range(len(heads))])
    places = place_labels(heads, SIZES, BOX, 6.0, until=until)
    assert restless(places.corners - heads, places.free, 1 / fps) == []
    assert places.free.any(axis=0).all()


def test_a_name_that_jumps_about_is_told_by_the_check():
    offsets = np.zeros((40, 1, 2))
    offsets[10:, 0, 0] = 50
    assert restless(offsets, np.ones((40, 1), bool)) == []
    offsets[14:, 0, 0] = 90
    assert restless(offsets, np.ones((40, 1), bool)) == []
    offsets[18:, 0, 0] = 140
    assert len(restless(offsets, np.ones((40, 1), bool))) == 1
    blinking = np.ones((40, 1), bool)
    blinking[::3] = False
    assert len(restless(np.zeros((40, 1, 2)), blinking)) == 1


def test_points_that_stand_together_have_all_their_labels():
    heads = np.full((5, 3, 2), (200.0, 150.0))
    assert check(heads, SIZES, BOX, place_labels(heads, SIZES, BOX, 6.0)) == 1


@pytest.mark.parametrize("count", range(1, 9))
def test_where_points_start_together_all_labels_have_room(count):
    """Wherever that is, up to the very edge, even where one of them crosses the box."""
    sizes = np.tile([50.0, 16.0], (count, 1))
    for x in np.linspace(100, 300, 5):
        for y in (0.0, 3.7, 60.0, 151.0, 240.1, 296.9, 300.0):
            heads = np.full((60, count, 2), (x, y))
            heads[:, 0, 1] = np.linspace(y, 300 - y, 60)
            places = place_labels(heads, sizes, BOX, 8.3)
            check(heads, sizes, BOX, places, 8.3)
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


def test_where_many_start_together_labels_go_to_both_sides():
    heads, sizes = np.full((5, 8, 2), (200.0, 150.0)), np.tile(SIZES[:1], (8, 1))
    places = place_labels(heads, sizes, BOX, 6.0)
    assert check(heads, sizes, BOX, places) == 1
    middles = places.corners[0, :, 0] + sizes[:, 0] / 2
    assert min((middles < 200).sum(), (middles > 200).sum()) >= 3


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


def test_a_label_that_races_past_another_changes_its_side():
    still = np.full((12, 2), (200.0, 150.0))
    racing = np.column_stack([np.linspace(20, 380, 12), np.full(12, 150.0)])
    for order in (1, -1):
        heads = np.stack([still, racing][::order], axis=1)
        assert check(heads, SIZES[:2], BOX, place_labels(heads, SIZES[:2], BOX, 6.0)) == 1


def test_a_name_does_not_tremble_with_its_head():
    k = np.arange(120)
    trembling = np.stack([150 + 0.45 * np.sin(k), 100 + 0.45 * np.cos(1.3 * k)], axis=-1)
    creeping = np.stack([100 + 0.4 * k, 180 + 0.1 * k], axis=-1)
    heads = np.stack([trembling, creeping], axis=1)
    places = place_labels(heads, np.full((2, 2), (40.0, 10.0)), (0, 0, 400, 300), 6.0)
    moves = (np.diff(places.corners, axis=0) != 0).any(axis=-1).sum(axis=0)
    assert places.free.all()
    assert moves[0] <= 2
    # Every other pixel, where it moved at every one.
    assert moves[1] <= 0.6 * 0.4 * len(k) + 2
    offsets = places.corners - heads
    assert np.ptp(offsets, axis=0).max() < 3.5
