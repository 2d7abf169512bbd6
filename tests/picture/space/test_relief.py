"""The relief: the sheet, the paths on it, its heights and ticks, and where the camera stands."""

from dataclasses import replace

import numpy as np
import pytest

from animopt import Scene, Surface, optimizers, simulate, surfaces
from animopt.picture import compose
from animopt.picture.levels import contour_levels, level_fractions
from animopt.picture.reader import corners
from animopt.picture.space.camera import beside_edges
from animopt.picture.space.field import HeightField
from animopt.picture.space.heights import Heights
from animopt.picture.space.mesh import lines_needed
from animopt.picture.space.paths import SpacePath
from animopt.picture.space.relief import SurfacePanel, numbers
from animopt.picture.tracks import Track
from animopt.scene.space import Orbit, Space


def scene(surface=None, start=(0.1, 2.0), steps=6, **settings):
    return Scene(
        surface or surfaces.ring(),
        {"sgd": optimizers.SGD(lr=0.05), "adam": optimizers.Adam(lr=0.2)},
        start=start,
        steps=steps,
        size=(320, 240),
        **settings,
    )


def relief_of(shown, **angles):
    (relief,) = compose(simulate(shown), panels=[SurfacePanel(**angles)]).panels
    return relief


def test_a_long_step_follows_the_surface_and_a_chord_does_not():
    wave = Surface(lambda x, y: np.cos(3 * x) + 0 * y, bounds=((-3, 3), (-1, 1)))
    (relief,) = compose(simulate(scene(wave, start=(-2.5, 0), view="surface"))).panels
    leap = Track("leap", np.array([[-2.5, 0.0], [2.5, 0.0]]), np.zeros(2), None, "black", "o")
    laid = SpacePath.on(relief.field, (-2, 2), leap)
    assert len(laid.points) > 100
    np.testing.assert_allclose(laid.points[:, 2], np.cos(3 * laid.points[:, 0]), atol=0.01)
    chord = SpacePath.on(relief.field, (-2, 2), leap, chord=True)
    np.testing.assert_allclose(chord.points[:, 2], np.cos(7.5), atol=0.01)


def test_a_path_that_leaves_the_box_is_cut_at_its_faces():
    low = scene(surfaces.saddle(), start=(0.5, 0.3), steps=60, view="surface", zlim=(-0.5, 0.2))
    for path in relief_of(low).paths:
        inside = path.points[np.isfinite(path.points).all(axis=1)]
        assert 0 < len(inside) < len(path.points)
        assert inside[:, 2].min() >= -0.5
        assert inside[:, 2].max() <= 0.2
        assert np.isnan(path.points[-1]).all()


@pytest.mark.parametrize("name", sorted(surfaces.catalogue()))
def test_a_path_leaves_the_box_exactly_at_a_face(name):
    """Also where it comes back; over an edge of the plane at the same place as from above."""
    surface = surfaces.catalogue()[name]()
    start = tuple((np.array(surface.bounds) @ (0.3, 0.7)).tolist())
    random, crossed = np.random.default_rng(5), 0
    (relief,) = compose(simulate(scene(surface, start, view="surface"))).panels
    (x0, x1), (y0, y1), heights = relief.camera.limits
    low, high = np.array([x0, y0]), np.array([x1, y1])
    for limits in (heights, np.dot([[0.9, 0.1], [0.4, 0.6]], heights)):
        points = low + random.uniform(-0.5, 1.5, (40, 2)) * (high - low)
        points[0] = (low + high) / 2
        walk = Track("walk", points, np.zeros(40), None, "black", "o")
        laid = SpacePath.on(relief.field, tuple(limits), walk)
        seen = np.isfinite(laid.points).all(axis=1)
        assert (np.diff(laid.at) > 0).all()
        inside = seen[laid.at]
        at_steps = laid.points[laid.at[inside], :2]
        np.testing.assert_allclose((at_steps - points[inside]) / (high - low), 0, atol=1e-12)
        ends = np.flatnonzero(seen[1:-1] & ~(seen[2:] & seen[:-2])) + 1
        size = np.array([x1 - x0, x1 - x0, y1 - y0, y1 - y0, *[np.ptp(limits)] * 2])
        faces = np.abs(laid.points[ends][:, [0, 0, 1, 1, 2, 2]] - [x0, x1, y0, y1, *limits]) / size
        # A sample that happens to be at a face, to a tenth of a pixel, is not doubled.
        assert faces.min(axis=1).max() < 5e-4
        crossed += len(ends)
    assert crossed > 20


@pytest.mark.parametrize("name", ["himmelblau", "rosenbrock", "saddle", "booth", "ring"])
def test_a_moving_sheet_has_as_many_lines_as_its_bends_need(name):
    """With so many, triangles follow the surface to half a pixel and its colours to two levels of
    255, but for 2 % of it; with a tenth fewer they do not."""
    surface = getattr(surfaces, name)()
    x, y, z = surface.grid(140, 140)
    levels = contour_levels(z)
    count = lines_needed(HeightField(x, y, z), levels, 3, 200)

    def off(lines):
        coarse = HeightField(*surface.grid(lines, lines))
        colors = replace(coarse, z=level_fractions(coarse.z, levels))
        places = np.meshgrid(x, y)
        return max(
            np.quantile(np.abs(coarse.at(*places) - z), 0.98) / np.ptp(z) / 0.002,
            np.quantile(np.abs(colors.at(*places) - level_fractions(z, levels)), 0.98) / 0.01,
        )

    assert off(count) < 1.05
    assert off(round(0.9 * count)) > 1


def test_the_floor_s_contours_do_not_depend_on_the_sheet_s_grid():
    """Under a moving camera each vertex is one of those under a fixed one, of a third of them."""

    def vertices(camera):
        relief = relief_of(scene(surfaces.himmelblau(), space=Space(camera=camera)))
        return set(map(tuple, np.concatenate(relief.sheet.floor)))

    moving, fixed = vertices(Orbit()), vertices(None)
    assert moving < fixed
    assert len(moving) == pytest.approx(len(fixed) / 3, rel=0.1)


def test_flat_torn_and_empty_sheets_take_the_fewest_lines():
    x, z = np.arange(140.0), np.zeros((140, 140))
    holes = np.where(np.indices(z.shape).sum(axis=0) % 2, np.nan, 1.0)
    for sheet in (z, holes, np.full_like(z, np.nan)):
        assert lines_needed(HeightField(x, x, sheet), contour_levels(sheet), 28, 54) == 28
    rough = np.sin(40 * np.linspace(0, 1, 140)) * np.ones((140, 1))
    assert lines_needed(HeightField(x, x, rough), contour_levels(rough), 28, 54) == 54


def test_logarithmic_heights_span_three_decades_and_keep_their_order():
    heights = Heights(0.0, 2500.0, log=True)
    z = np.geomspace(1e-3, 2500, 50)
    assert (np.diff(heights.forward(z)) > 0).all()
    np.testing.assert_allclose(heights.limits, (0, np.log10(1001)))
    texts = list(heights.axis("f").ticks[1].texts)
    assert "100" in texts
    assert texts == sorted(texts, key=float)


def test_the_chosen_angles_are_always_the_same_and_see_the_paths():
    first, second = (relief_of(scene()) for _ in range(2))
    np.testing.assert_array_equal(first.angles, second.angles)
    assert first.camera == second.camera
    looks = first.sight().upto(first.view(6), 6)
    assert np.concatenate([seen for _, seen in looks]).mean() > 0.9


def test_angles_are_those_of_the_panel_then_those_of_the_look():
    shown = scene(elev=20, azim=10)
    assert relief_of(shown).angles.tolist() == [[20, 10]]
    assert relief_of(shown, azim=70).angles.tolist() == [[20, 70]]
    assert relief_of(shown, elev=-5, azim=70).angles.tolist() == [[-5, 70]]


@pytest.mark.parametrize("camera", [None, Orbit()])
def test_the_box_fills_its_part_of_the_canvas_from_all_angles(camera):
    relief = relief_of(scene(steps=40, space=Space(camera=camera)))
    seen = [relief.view(step).pixels(corners(relief.camera.limits)) for step in range(41)]
    low, high = np.min(seen, axis=(0, 1)), np.max(seen, axis=(0, 1))
    x0, y0, x1, y1 = relief.box
    assert (low >= (x0, y0)).all()
    assert (high <= (x1, y1)).all()
    assert max((high - low) / (x1 - x0, y1 - y0)) > 0.75
    assert relief.is_still == (camera is None)
    assert len(np.unique(relief.angles, axis=0)) == (1 if camera is None else 41)


def test_names_guides_and_minima_stand_on_the_sheet_too():
    ring = np.column_stack([np.cos(np.linspace(0, 6.3, 50)), np.sin(np.linspace(0, 6.3, 50))])
    relief = relief_of(scene(labels=True, guides=[ring]))
    assert [word.text for word in relief.labels.words] == ["sgd", "adam"]
    np.testing.assert_allclose(relief.marks["disc"][:, :2], [(-1, 0)])
    np.testing.assert_allclose(relief.marks["disc"][:, 2], 0, atol=0.02)
    (guide,) = relief.guides
    np.testing.assert_allclose(guide[:, :2], ring)
    np.testing.assert_allclose(guide[:, 2], surfaces.ring().value(ring), atol=0.05)
    (path, _), _ = relief.sight().upto(relief.view(6), 6)
    np.testing.assert_allclose(relief.labels.points[-1, 0], path[-1])


def test_minima_and_saddles_are_marked_in_space_as_on_the_plane():
    def kinds(**changes):
        marks = relief_of(scene(surfaces.himmelblau(), start=(0, 0), **changes)).marks
        return {name: len(points) for name, points in marks.items()}

    assert kinds() == {"disc": 4}
    assert kinds(minima="star", saddles=True) == {"star": 4, "cross": 4}
    assert kinds(minima=False) == {}


def test_an_ensemble_is_laid_on_the_sheet_start_by_start():
    starts = np.random.default_rng(0).uniform(-1, 1, (40, 2))
    shown = scene(start=starts)
    crowds = relief_of(shown).crowds
    assert [crowd.shape for crowd in crowds] == [(40, 7, 2)] * 2
    for run, crowd in zip(simulate(shown), crowds, strict=True):
        np.testing.assert_array_equal(crowd, run.points)
    assert relief_of(scene()).crowds == (None, None)


def test_heights_that_floats_cannot_resolve_are_in_the_middle():
    tiny = Surface(lambda x, y: 1e-300 * (x**2 + y**2), name="tiny")
    relief = relief_of(scene(tiny, start=(-0.5, 0.5)))
    low, high = relief.camera.limits[2]
    assert (low, high) == pytest.approx((-0.05, 0.05))
    assert np.isfinite(relief.view(0).eye).all()


def test_ticks_on_the_floor_keep_clear_of_the_corners():
    relief = relief_of(scene())
    for (low, high), axis in zip(relief.camera.limits, relief.axes, strict=True):
        counts = [len(ticks.values) for ticks in axis.ticks]
        assert 1 < counts[0] <= counts[1] <= counts[2]
        for ticks in axis.ticks:
            assert len(ticks.texts) == len(ticks.values)
            edge = 0.039 * (high - low)
            assert all(low + edge < value < high - edge for value in ticks.values)


CATALOGUE = surfaces.catalogue()
SIZES = {"light": (320, 240), "slides": (800, 400), "dark": (1280, 720)}


@pytest.mark.parametrize("theme", SIZES)
@pytest.mark.parametrize("camera", [None, Orbit()], ids=["still", "orbit"])
@pytest.mark.parametrize("name", CATALOGUE)
def test_no_number_is_cut_from_any_angle(name, camera, theme):
    """The box that is drawn of each number is in the panel's, also where other numbers are long."""
    surface = getattr(surfaces, name)()
    (x0, x1), (y0, y1) = surface.bounds
    middle = (x0 + x1) / 2, (y0 + y1) / 2
    shown = scene(surface, start=middle, steps=24, space=Space(camera=camera), view="both")
    look = shown.look.replace(size=SIZES[theme], theme=theme)
    picture = compose(simulate(shown), look)
    relief = picture.panels[1]
    written = numbers(relief.axes, picture.theme, picture.dpi)
    low, high = np.reshape(relief.box, (2, 2))
    for step in range(len(relief.angles)):
        view, limits = relief.view(step), relief.camera.limits
        places = beside_edges(view, limits, written, written.shortest)
        assert len(places) >= 2
        for axis, beside in places.items():
            wide = np.array([*written.widths[axis], written.names[axis]])
            half = np.column_stack([wide, np.full(len(wide), written.height)]) / 2
            middles = np.vstack([beside.middles, beside.name])
            assert (middles - half >= low).all()
            assert (middles + half <= high).all()
