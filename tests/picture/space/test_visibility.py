"""What is in front is in front: the marching method against a ray through every triangle.

The oracle shares nothing with the method: it casts a ray from each sample to the camera through
all triangles of the drawn sheet (Moeller and Trumbore, 1997), in plain NumPy.
"""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from animopt import surfaces
from animopt.picture.reader import Camera, visible
from animopt.picture.space import paths
from animopt.picture.space.camera import Numbers, fit
from animopt.picture.space.field import HeightField
from animopt.picture.space.paths import Sight, SpacePath

GRID = 61
SURFACES = {
    "saddle": surfaces.saddle(),
    "ring": surfaces.ring(),
    "himmelblau": surfaces.himmelblau(),
    "monkey saddle": surfaces.monkey_saddle(),
    "three-hump camel": surfaces.three_hump_camel(),
    "rastrigin": surfaces.rastrigin(),
    "cubic": surfaces.cubic(),
}
CAMERAS = [
    (projection, elev, azim)
    for projection, elev in (("persp", 12), ("persp", 40), ("ortho", 12), ("ortho", 40))
    for azim in (-60, 40, 130, -150)
] + [("persp", -20, 30), ("persp", 75, -100)]


# Axes without numbers.
BARE = Numbers(values=(), widths=(), names=(), height=0.0, gap=0.0, shortest=0.0)


def view_of(field, projection="persp", elev=30.0, azim=-60.0):
    """What a camera sees that fills a canvas with the sheet."""
    heights = float(np.nanmin(field.z)), float(np.nanmax(field.z))
    limits = tuple(field.x[[0, -1]].tolist()), tuple(field.y[[0, -1]].tolist()), heights
    camera = Camera(limits, (1, 1, 0.62), projection == "ortho")
    camera = fit(camera, (0, 0, 640, 480), (640, 480), 20, [(elev, azim)], BARE)
    return camera.view(elev, azim)


def field_of(surface):
    return HeightField(*surface.grid(GRID, GRID))


def samples_of(field, count=80, seed=0):
    """Points on the sheet, away from its rim, as the paths are laid on it."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(field.x[2], field.x[-3], count)
    y = rng.uniform(field.y[2], field.y[-3], count)
    return np.column_stack([x, y, field.at(x, y)])


def hidden_by_a_triangle(points, field, eye):
    """Whether any triangle lies between a sample and the eye, but for the one it lies on."""
    x, y = np.meshgrid(field.x, field.y)
    corners = np.stack([x, y, field.z], axis=-1)
    a, b = corners[:-1, :-1].reshape(-1, 3), corners[:-1, 1:].reshape(-1, 3)
    c, d = corners[1:, 1:].reshape(-1, 3), corners[1:, :-1].reshape(-1, 3)
    v0 = np.concatenate([a, a])
    e1, e2 = np.concatenate([b, c]) - v0, np.concatenate([c, d]) - v0
    hidden = np.zeros(len(points), bool)
    for i, point in enumerate(points):
        ray = eye[:3] if eye[3] == 0 else eye[:3] - point
        p = np.cross(ray, e2)
        det = np.einsum("ij,ij->i", e1, p)
        with np.errstate(all="ignore"):
            s = point - v0
            u = np.einsum("ij,ij->i", s, p) / det
            q = np.cross(s, e1)
            v = q @ ray / det
            t = np.einsum("ij,ij->i", e2, q) / det
        own = np.abs(t) * np.linalg.norm(ray) < 1e-9 * np.linalg.norm(np.ptp(points, axis=0))
        # Only up to the eye: a perspective ray ends there.
        before = t < (np.inf if eye[3] == 0 else 1.0)
        hidden[i] = ((u >= 0) & (v >= 0) & (u + v <= 1) & (t > 0) & ~own & before).any()
    return hidden


def facing(points, field, eye):
    """Whether the sheet's upper side faces the eye at each sample."""
    h = 1e-7 * np.array([np.ptp(field.x), np.ptp(field.y)])
    x, y = points[:, 0], points[:, 1]
    slope_x = (field.at(x + h[0], y) - field.at(x - h[0], y)) / (2 * h[0])
    slope_y = (field.at(x, y + h[1]) - field.at(x, y - h[1])) / (2 * h[1])
    ray = eye[:3] if eye[3] == 0 else eye[:3] - points
    return (np.column_stack([-slope_x, -slope_y, np.ones(len(x))]) * ray).sum(axis=1) > 0


def silhouette_pixels(field, view):
    """The grid's edges between a facing and an averted cell, and its rim, as points in pixels."""
    x, y = np.meshgrid(field.x, field.y)
    corners = np.stack([x, y, field.z], axis=-1)
    middle = (corners[:-1, :-1] + corners[1:, 1:] + corners[:-1, 1:] + corners[1:, :-1]) / 4
    toward = facing(middle.reshape(-1, 3), field, view.eye).reshape(middle.shape[:2])
    edge = np.zeros(corners.shape[:2], bool)
    flips = toward[1:] != toward[:-1]
    edge[1:-1, :-1] |= flips
    edge[1:-1, 1:] |= flips
    flips = toward[:, 1:] != toward[:, :-1]
    edge[:-1, 1:-1] |= flips
    edge[1:, 1:-1] |= flips
    edge[[0, -1]] = True
    edge[:, [0, -1]] = True
    return view.pixels(corners[edge])


def cell_pixels(points, field, view):
    """The size of one grid cell on the picture, at each sample."""
    cell = np.array([field.x[1] - field.x[0], field.y[1] - field.y[0]])
    sizes = []
    for shift in ((1, 0), (0, 1), (1, 1), (1, -1)):
        moved = points.copy()
        moved[:, :2] += cell * shift
        moved[:, 2] = field.at(moved[:, 0], moved[:, 1])
        sizes.append(np.linalg.norm(view.pixels(moved) - view.pixels(points), axis=1))
    return np.max(sizes, axis=0)


@pytest.mark.parametrize("name", SURFACES)
def test_visibility_agrees_with_a_ray_through_every_triangle(name):
    field = field_of(SURFACES[name])
    points = samples_of(field)
    counted = agreed = 0
    for camera in CAMERAS:
        view = view_of(field, *camera)
        mine = visible(points, field, view.eye)
        truth = ~hidden_by_a_triangle(points, field, view.eye)
        judged = facing(points, field, view.eye)
        counted += judged.sum()
        agreed += (mine == truth)[judged].sum()
        wrong = judged & (mine != truth)
        if wrong.any():
            rim = silhouette_pixels(field, view)
            gaps = np.linalg.norm(view.pixels(points[wrong])[:, None] - rim, axis=-1).min(axis=1)
            assert (gaps <= cell_pixels(points[wrong], field, view)).all(), camera
    assert counted > 500
    assert agreed / counted >= 0.98


def test_the_averted_side_is_behind_the_sheet():
    field = field_of(surfaces.bowl())
    points = samples_of(field)
    from_below = view_of(field, elev=-35).eye
    averted = ~facing(points, field, from_below)
    assert averted.sum() > 50
    assert not visible(points[averted], field, from_below).any()


def test_a_hole_hides_nothing():
    field = field_of(surfaces.bowl())
    ridge = HeightField(field.x, field.y, np.where(np.abs(field.x) < 0.6, 60.0, 0.0) + 0 * field.z)
    holed = HeightField(field.x, field.y, np.where(np.abs(field.x) < 0.9, np.nan, ridge.z))
    points = np.column_stack([np.full(9, -4.0), np.linspace(-3, 3, 9), np.zeros(9)])
    eye = np.array([1.0, 0.0, 0.3, 0.0])
    assert not visible(points, ridge, eye).any()
    assert visible(points, holed, eye).all()


def test_an_orbit_does_not_flicker():
    """A sample seen from 100 angles changes at most twice for each occluder that passes it."""
    field = field_of(surfaces.ring())
    points = samples_of(field)
    seen, truth = [], []
    for azim in np.linspace(0, 360, 100, endpoint=False):
        eye = view_of(field, "persp", 25, azim).eye
        seen.append(visible(points, field, eye))
        truth.append(~hidden_by_a_triangle(points, field, eye))
    changes = sum((a != b).astype(int) for a, b in pairwise([*seen, seen[0]]))
    crossings = sum((a != b).astype(int) for a, b in pairwise([*truth, truth[0]]))
    assert changes.sum() > 0
    assert (changes <= 2 * np.maximum(crossings, 1)).all()
    assert changes.sum() <= 1.1 * crossings.sum()


@pytest.mark.parametrize("elev", [90, 0, -20, 89.99, -90])
@pytest.mark.parametrize("azim", [-60, 300, 720, 0, 90])
def test_extreme_cameras_raise_nothing(elev, azim):
    field = field_of(surfaces.ring())
    points = samples_of(field)
    seen = visible(points, field, view_of(field, "persp", elev, azim).eye)
    assert seen.shape == (len(points),)
    if elev >= 89.99:
        # From above only perspective can hide anything, behind the steep walls.
        assert seen.mean() > 0.9
    if elev == -90:
        assert not seen.any()


def test_a_path_that_swings_is_judged_once_at_each_place(monkeypatch):
    field = field_of(surfaces.ring())
    swing = 1.2 * np.sin(np.linspace(0, 60 * np.pi, 6000))
    flat = np.column_stack([swing, 0.3 * swing])
    run = SimpleNamespace(points=flat)
    path = SpacePath.on(field, (np.nanmin(field.z), np.nanmax(field.z)), run)
    judged = []

    def counted(points, *rest, **more):
        judged.append(len(points))
        return visible(points, *rest, **more)

    monkeypatch.setattr(paths, "visible", counted)
    for step in (40, 6000 - 1):
        view = view_of(field, "persp", 20, 40)
        ((pixels, seen),) = Sight([path], field, still=False).upto(view, step)
        points = path.points[: path.upto(step)]
        whole = visible(points, field, view.eye)
        np.testing.assert_array_equal(pixels, view.pixels(points))
        assert 0.2 < whole.mean() < 0.98
        assert (seen == whole).mean() > 0.98
    assert judged[0] <= path.upto(40)
    assert judged[1] < path.upto(6000 - 1) / 4


def test_the_floor_under_the_sheet_is_hidden_from_straight_above():
    field = field_of(surfaces.bowl())
    points = samples_of(field) * (1, 1, 0) - (0, 0, 1.0)
    for elev, seen in ((90, False), (80, False), (-90, True)):
        eye = view_of(field, "ortho", elev, 30).eye
        inner = np.abs(points[:, :2]).max(axis=1) < 0.5 * field.x[-1]
        assert (visible(points, field, eye, under=True)[inner] == seen).all(), elev
