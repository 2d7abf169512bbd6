"""What depends on the reader: the camera is that of matplotlib, and what it says of an axis."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from animopt.picture.beside import arrows, beside, gaps, together
from animopt.picture.reader import (
    Camera,
    density,
    edges,
    eye_of,
    far_corner,
    farthest_first,
    label_edge,
)

LIMITS = [
    ((-2.0, 2.0), (-1.0, 3.0), (0.0, 50.0)),
    ((1e3, 1e3 + 4), (-7e-3, 5e-3), (-2e6, 9e6)),
    ((-5.12, 5.12), (-5.12, 5.12), (-1e-9, 1e-9)),
]
ASPECTS = [(1.0, 1.0, 0.62), (1.0, 0.4, 0.62), (0.5, 1.0, 2.0)]
ANGLES = [
    (elev, azim)
    for elev in (-180, -120, -90, -89.99, -35, 0, 1e-6, 25, 60, 89.99, 90, 120, 200, 450)
    for azim in (-200, -90, -60, 0, 1e-9, 45, 90, 133.7, 180, 300, 725)
]


def axes_of(camera, elev=30.0, azim=-60.0):
    """Axes of matplotlib with a camera of ours, 640 x 480 pixels."""
    figure = Figure(figsize=(6.4, 4.8), dpi=100)
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0, 0, 1, 1), projection="3d")
    ax.set_proj_type("ortho" if camera.parallel else "persp")
    x, y, z = camera.limits
    ax.set(xlim=x, ylim=y, zlim=z)
    ax.set_box_aspect(camera.aspect, zoom=camera.zoom)
    x0, y0, x1, y1 = camera.square
    ax.set_position((x0 / 640, y0 / 480, (x1 - x0) / 640, (y1 - y0) / 480))
    ax.apply_aspect()
    ax.view_init(elev, azim)
    return ax


@pytest.mark.parametrize("parallel", [False, True])
@pytest.mark.parametrize("zoom", [0.3, 1.0, 1.37, 5.0])
@pytest.mark.parametrize("aspect", ASPECTS, ids=str)
@pytest.mark.parametrize("limits", LIMITS, ids=("plain", "far off", "thin"))
def test_the_matrix_is_that_of_matplotlib_at_all_angles(limits, aspect, zoom, parallel):
    camera = Camera(limits, aspect, parallel, zoom)
    ax = axes_of(camera)
    for elev, azim in ANGLES:
        ax.view_init(elev, azim)
        ours, theirs = camera.matrix(elev, azim), np.asarray(ax.get_proj())
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12 * np.abs(theirs).max())


@pytest.mark.parametrize("parallel", [False, True])
def test_a_view_is_that_of_the_camera_as_it_is(parallel):
    camera = Camera(LIMITS[0], ASPECTS[0], parallel, 1.2, (40.0, 10.0, 500.0, 470.0))
    others = [
        Camera(LIMITS[1], ASPECTS[0], parallel, 1.2, camera.square),
        Camera(LIMITS[0], ASPECTS[1], parallel, 1.2, camera.square),
        Camera(LIMITS[0], ASPECTS[0], not parallel, 1.2, camera.square),
        Camera(LIMITS[0], ASPECTS[0], parallel, 1.3, camera.square),
        Camera(LIMITS[0], ASPECTS[0], parallel, 1.2, (0.0, 0.0, 480.0, 480.0)),
    ]
    shown = [(camera, 31, -60), (camera, 31, -59), *((other, 31, -59) for other in others)]
    views = [each.view(elev, azim) for each, elev, azim in shown]
    assert len(set(map(id, views))) == len(views)
    for (each, elev, azim), view in zip(shown, views, strict=True):
        assert each.view(elev, azim) is view
        ax = axes_of(each, elev, azim)
        proj, data = np.asarray(ax.get_proj()), ax.transData.get_matrix()
        np.testing.assert_allclose(view.matrix, proj, rtol=1e-12, atol=1e-12 * np.abs(proj).max())
        np.testing.assert_allclose(view.place, data, rtol=1e-12, atol=1e-9)


def test_pixels_are_those_at_which_matplotlib_draws():
    for parallel in (False, True):
        camera = Camera(LIMITS[0], ASPECTS[1], parallel, 1.2, (40.0, 10.0, 500.0, 470.0))
        points = np.random.default_rng(0).uniform((-2, -1, 0), (2, 3, 50), (50, 3))
        ax = axes_of(camera, 20, 35)
        flat = np.column_stack([points, np.ones(50)]) @ np.asarray(ax.get_proj()).T
        wanted = ax.transData.transform(flat[:, :2] / flat[:, 3:])
        np.testing.assert_allclose(camera.view(20, 35).pixels(points), wanted, atol=1e-9)


@pytest.mark.parametrize("parallel", [False, True])
@pytest.mark.parametrize("azim", [-170, -60, 10, 100])
def test_the_eye_is_where_matplotlib_says(parallel, azim):
    ax = axes_of(Camera(LIMITS[0], (1, 1, 0.62), parallel), 25, azim)
    eye = eye_of(np.asarray(ax.get_proj()))
    middle = np.array([np.mean(ax.get_xlim()), np.mean(ax.get_ylim()), np.mean(ax.get_zlim())])
    towards = (eye[:3] - middle * eye[3]) / np.ptp(
        [ax.get_xlim(), ax.get_ylim(), ax.get_zlim()], axis=1
    )
    towards *= (1, 1, 0.62)
    towards /= np.linalg.norm(towards)
    elev, angle = np.radians(25), np.radians(azim)
    wanted = [np.cos(elev) * np.cos(angle), np.cos(elev) * np.sin(angle), np.sin(elev)]
    np.testing.assert_allclose(towards, wanted, atol=1e-9)


def test_a_camera_on_twice_the_pixels_sees_twice_as_large():
    camera = Camera(LIMITS[0], ASPECTS[0], False, 1.1, (40.0, 10.0, 500.0, 470.0))
    points = np.array([[0.0, 0.0, 10.0], [1.0, 2.0, 40.0]])
    small, large = (each.view(30, 40).pixels(points) for each in (camera, camera.scaled(2)))
    np.testing.assert_allclose(large, 2 * small)


def test_a_square_is_where_matplotlib_lays_out_such_axes():
    camera = Camera(LIMITS[0], ASPECTS[0], False)
    for low, extent in (((10, 20), (300, 200)), ((0, 0), (640, 480)), ((100, 5), (90, 400))):
        filled = camera.filling(np.array(low), np.array(extent), np.array([640.0, 480.0]), 1.5)
        ax = axes_of(camera)
        ax.set_position((low[0] / 640, low[1] / 480, extent[0] / 640, extent[1] / 480))
        ax.apply_aspect()
        assert filled.zoom == 1.5
        np.testing.assert_allclose(filled.square, ax.bbox.extents, atol=1e-9)


@pytest.mark.parametrize("parallel", [False, True])
def test_the_far_corner_is_the_farthest_of_all_eight(parallel):
    limits = LIMITS[0]
    low, high = np.array(limits).T
    for elev, azim in ((20, 30), (20, 120), (20, -150), (20, -40), (-30, 60)):
        camera = Camera(limits, (1.0, 1.0, 1.0), parallel)
        view = camera.view(elev, azim)
        corner = np.array(far_corner(view, limits))
        e, a = np.radians((elev, azim))
        towards = np.array([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)])
        np.testing.assert_array_equal(corner, (towards < 0).astype(int))
        far = np.where(corner == 1, high, low)
        lines = edges(limits, tuple(corner), view)
        assert lines.shape == (6, 2, 3)
        for axis in range(3):
            inner, labelled = lines[2 * axis], lines[2 * axis + 1]
            np.testing.assert_array_equal(inner[:, axis], limits[axis])
            np.testing.assert_array_equal(np.delete(inner, axis, 1), [np.delete(far, axis)] * 2)
            np.testing.assert_array_equal(labelled, label_edge(axis, limits, tuple(corner), view))
            # It shares a wall with the far corner, and is not the inner edge.
            off = (np.delete(labelled, axis, 1) != np.delete(far, axis)).all(axis=0)
            assert off.sum() == 1


def test_a_short_axis_has_few_ticks_and_a_long_one_many():
    assert [density(length, 30.0) for length in (5, 17, 19, 30, 50, 52, 300)] == [
        0, 0, 1, 1, 1, 2, 2,
    ]  # fmt: skip


PLOT = np.array([[0.0, 0.0], [200.0, 100.0]])


def test_a_name_that_is_in_the_way_stands_elsewhere_beside_its_head():
    heads = np.array([[60.0, 50.0], [60.0, 50.0], [150.0, 50.0]])
    sizes, wanted = np.tile([30.0, 12.0], (3, 1)), np.tile([6.0, -6.0], (3, 1))
    corners, shown = beside(heads, sizes, wanted, np.array([1, 0, 2]), PLOT, 6.0)
    assert shown.all()
    np.testing.assert_array_equal(corners[1:], heads[1:] + wanted[1:])
    assert gaps(corners[0], sizes[0], corners[1], sizes[1]) >= 0
    assert np.abs(corners[0] - heads[0]).max() < 60


def test_a_name_covers_no_head_and_leaves_no_plot():
    random = np.random.default_rng(0)
    for _ in range(50):
        heads, sizes = random.uniform(*PLOT, (6, 2)), random.uniform(8, 60, (6, 2))
        wanted, order = random.uniform(-70, 10, (6, 2)), random.permutation(6)
        corners, shown = beside(heads, sizes, wanted, order, PLOT, 6.0)
        assert ((corners >= PLOT[0]) & (corners + sizes <= PLOT[1]))[shown].all()
        for i in np.flatnonzero(shown):
            assert gaps(corners[i], sizes[i], heads).min() >= 5
            others = [j for j in np.flatnonzero(shown) if j != i]
            assert (gaps(corners[i], sizes[i], corners[others], sizes[others]) >= 0).all()


def test_a_gap_is_that_along_the_axis_where_it_is_wider():
    assert gaps(np.array([0, 0]), np.array([20, 8]), np.array([30, 5]), np.array([4, 9])) == 10
    assert gaps(np.array([0, 0]), np.array([20, 8]), np.array([15, 5]), np.array([4, 9])) == -3
    assert gaps(np.array([0, 0]), np.array([20, 8]), np.array([10.0, 4.0])) == -4


def test_places_near_each_other_are_together():
    places = np.array([[0, 0], [9, 0], [2, 2], [9.5, 1], [4.9, 0], [-40, 3]], float)
    assert together(places, 5.0) == [[0, 2, 4], [1, 3], [5]]
    assert together(np.empty((0, 2)), 5.0) == []


def test_groups_are_those_of_comparing_all_with_all():
    random = np.random.default_rng(1)
    for _ in range(20):
        places, found = random.uniform(-30, 30, (60, 2)), []
        for i, place in enumerate(places):
            near = [group for group in found if np.hypot(*(place - places[group[0]])) < 6]
            near[0].append(i) if near else found.append([i])
        assert together(places, 6.0) == found


def test_of_arrows_at_one_place_each_is_smaller_than_the_one_before():
    for count in range(2, 9):
        which, sizes, ranks = zip(*arrows(np.full((count, 2), 7.0), 5.0), strict=True)
        assert which == ranks == tuple(range(count))
        assert sizes[0] == 1
        assert sorted(sizes, reverse=True) == [*sizes]
        assert sizes[-1] > 0.25


@pytest.mark.parametrize("apart", [3.0, 4.0, 6.0, 9.9, 10.1, 200.0])
def test_arrows_near_each_other_shrink_to_the_room_between_them(apart):
    """As long as that leaves them larger than the line."""
    tips = np.array([(0.0, 0.0), (0.0, apart), (500.0, 0.0)])
    drawn = {which: (size, rank) for which, size, rank in arrows(tips, 5.0)}
    size = min(max(apart / 10, 0.6), 1.0)
    assert drawn == {0: (size, 0), 1: (size, 0), 2: (1.0, 0)}


def test_an_arrow_beside_two_at_one_place_leaves_one_of_these_in_the_other():
    drawn = {which: (size, rank) for which, size, rank in arrows(
        np.array([(0.0, 0.0), (0.0, 5.0), (0.5, 5.0)]), 5.0)}  # fmt: skip
    assert drawn == {0: (0.6, 0), 1: (0.6, 0), 2: (0.36, 1)}


def test_cells_are_ordered_from_the_far_side():
    ticks = np.arange(5.0)
    assert farthest_first(ticks, 10, False).tolist() == [0, 1, 2, 3]
    assert farthest_first(ticks, -10, False).tolist() == [3, 2, 1, 0]
    assert farthest_first(ticks, 2, False).tolist() == [0, 3, 1, 2]
    assert farthest_first(ticks, 1, True).tolist() == [0, 1, 2, 3]
    assert farthest_first(ticks, -1, True).tolist() == [3, 2, 1, 0]
