"""The surface panel: extreme cameras and surfaces give a sensible picture and no warning."""

import math

import numpy as np
import pytest

from animopt import InvalidInput, Scene, Surface, SurfaceAnimation, optimizers, surfaces
from animopt.animate import animation
from animopt.animate.legend import LegendArtist
from animopt.animate.lettering import Labels
from animopt.animate.levels import contour_levels
from animopt.animate.space.heights import Heights
from animopt.animate.space.marks import SpaceMarks
from animopt.animate.space.mesh import Lines3D, cut, farthest_first
from animopt.animate.space.paths import SpaceCrowds, SpacePath, SpaceTrails
from animopt.animate.space.surface import level_fractions, lines_needed
from animopt.animate.space.visibility import HeightField, View
from animopt.space import Keyframes, Orbit, Space


def scene(surface=None, start=(0.1, 2.0), steps=6, **settings):
    return Scene(
        surface or surfaces.ring(),
        {"sgd": optimizers.SGD(lr=0.05), "adam": optimizers.Adam(lr=0.2)},
        start=start,
        steps=steps,
        size=(320, 240),
        **settings,
    )


def colored(frame):
    """How many pixels are neither grey nor paper: there is a picture."""
    rgb = frame[..., :3].astype(int)
    return int((np.ptp(rgb, axis=-1) > 12).sum())


def trails_of(movie):
    return next(a for a in movie._fig.findobj(SpaceTrails))


@pytest.mark.parametrize("elev", [90, 0, -20, 89.9, -90])
@pytest.mark.parametrize("azim", [-60, 450, 0])
@pytest.mark.parametrize("projection", ["persp", "ortho"])
def test_extreme_cameras_draw(elev, azim, projection):
    movie = SurfaceAnimation(scene(space=Space(projection=projection)), elev=elev, azim=azim)
    assert colored(movie.draw(6)) > 500


def one_nan(x, y):
    return np.where((np.abs(x - 1) < 0.02) & (np.abs(y) < 0.02), np.nan, x**2 + y**2)


@pytest.mark.parametrize(
    "surface",
    [
        Surface(lambda x, y: 0 * x, name="flat"),
        Surface(one_nan, name="one NaN", bounds=((-1, 3), (-1, 1))),
        Surface(lambda x, y: np.where(x > 0, np.inf, y), name="half infinite"),
        Surface(lambda x, y: 1e300 * (x**2 + y**2), name="huge"),
        Surface(lambda x, y: 1e-300 * (x**2 + y**2), name="tiny"),
    ],
    ids=lambda surface: surface.name,
)
@pytest.mark.parametrize("log", [False, True])
def test_extreme_surfaces_draw(surface, log):
    movie = animation(scene(surface, start=(-0.5, 0.5), view="both", space=Space(log=log)))
    assert colored(movie.draw(6)) > 50


def test_a_path_of_identical_points_draws():
    movie = animation(scene(surfaces.bowl(), start=(0, 0), view="surface"))
    assert colored(movie.draw(6)) > 500


@pytest.mark.parametrize(
    "space",
    [
        Space(hidden="none"),
        Space(chord=True),
        Space(contours="both", wireframe=True),
        Space(alpha=0.5),
        Space(shadow=True, drops=True),
        Space(log=True),
        Space(camera=Orbit(turns=0.5), shadow=True, drops=True),
        Space(camera=Keyframes([(0, 30, -60), (1, 60, 0)])),
    ],
    ids=str,
)
def test_each_option_changes_the_picture_and_keeps_the_fast_road_exact(space):
    plain = animation(scene(view="surface", elev=15, azim=20)).draw(6)
    movie = animation(scene(view="surface", elev=15, azim=20, space=space))
    frames = [frame for frame, _ in movie.frames()]
    for (step, _), frame in zip(movie.pictures, frames, strict=True):
        np.testing.assert_array_equal(movie.draw(step), frame)
    assert not np.array_equal(frames[-1], plain)


def test_a_long_step_follows_the_surface_and_a_chord_does_not():
    wave = Surface(lambda x, y: np.cos(3 * x) + 0 * y, bounds=((-3, 3), (-1, 1)))
    run = animation(scene(wave, start=(-2.5, 0), view="surface"))
    sight = trails_of(run)._sight
    path, field = sight.paths[0], sight._field
    leap = path.run.__class__(
        "leap", np.array([[-2.5, 0.0], [2.5, 0.0]]), np.zeros(2), None, "black", "o"
    )
    laid = SpacePath.on(field, (-2, 2), leap)
    assert len(laid.points) > 100
    np.testing.assert_allclose(laid.points[:, 2], np.cos(3 * laid.points[:, 0]), atol=0.01)
    chord = SpacePath.on(field, (-2, 2), leap, chord=True)
    np.testing.assert_allclose(chord.points[:, 2], np.cos(7.5), atol=0.01)


def test_a_path_that_leaves_the_box_is_cut_at_its_faces():
    low = scene(surfaces.saddle(), start=(0.5, 0.3), steps=60, view="surface", zlim=(-0.5, 0.2))
    movie = animation(low)
    for path in trails_of(movie)._sight.paths:
        inside = path.points[np.isfinite(path.points).all(axis=1)]
        assert 0 < len(inside) < len(path.points)
        assert inside[:, 2].min() >= -0.5
        assert inside[:, 2].max() <= 0.2
        assert np.isnan(path.points[-1]).all()


def test_triangles_are_cut_exactly():
    triangle = np.array([[[0.0, 0, 0], [2, 0, 2], [0, 2, 2]]])
    below, origin = cut(triangle, 1 - triangle[..., 2])
    np.testing.assert_allclose(below, [[[0, 0, 0], [1, 0, 1], [0, 1, 1]]])
    above, both = cut(triangle, triangle[..., 2] - 1)

    def area(parts):
        (ax, ay), (bx, by) = ((parts[:, i, :2] - parts[:, 0, :2]).T for i in (1, 2))
        return np.abs(ax * by - ay * bx).sum() / 2

    np.testing.assert_allclose(area(below) + area(above), 2.0)
    assert origin.tolist() == [0]
    assert both.tolist() == [0, 0]
    assert above[..., 2].min() >= 1


def test_cells_are_ordered_from_the_far_side():
    ticks = np.arange(5.0)
    assert farthest_first(ticks, 10, False).tolist() == [0, 1, 2, 3]
    assert farthest_first(ticks, -10, False).tolist() == [3, 2, 1, 0]
    assert farthest_first(ticks, 2, False).tolist() == [0, 2, 3, 1]
    assert farthest_first(ticks, 1, True).tolist() == [0, 1, 2, 3]
    assert farthest_first(ticks, -1, True).tolist() == [3, 2, 1, 0]


@pytest.mark.parametrize("name", ["himmelblau", "rosenbrock", "saddle", "booth", "ring"])
def test_a_moving_sheet_has_as_many_lines_as_its_bends_need(name):
    """With so many, triangles follow the surface to half a pixel nearly everywhere; not with a
    third of them."""
    surface = getattr(surfaces, name)()
    x, y, z = surface.grid(140, 140)
    count = lines_needed(z, 3, 200)
    levels = contour_levels(z)

    def off(lines):
        coarse = HeightField(*surface.grid(lines, lines))
        drawn = coarse.at(*np.meshgrid(x, y))
        fractions = level_fractions(drawn, levels)
        return max(
            np.quantile(np.abs(drawn - z), 0.95) / np.ptp(z) / 0.002,
            np.quantile(np.abs(fractions - level_fractions(z, levels)), 0.95) / 0.01,
        )

    assert off(count) < 1.2 < off(max(2, count // 3))


def test_what_lies_in_front_does_not_depend_on_whether_the_camera_moves():
    def layers(camera):
        movie = SurfaceAnimation(scene(space=Space(camera=camera, contours="both", drops=True)))
        drawn = movie.figure.axes[0].artists
        return [type(a).__name__ for a in sorted(drawn, key=lambda a: a.get_zorder())]

    assert layers(Orbit()) == layers(None)
    assert layers(None).index("SurfaceMesh") < layers(None).index("SpaceTrails")


def test_the_floor_s_contours_do_not_depend_on_how_coarsely_the_sheet_is_drawn():
    """Under a moving camera each vertex is one of those under a fixed one, of a third of them."""

    def vertices(camera):
        movie = SurfaceAnimation(scene(surfaces.himmelblau(), space=Space(camera=camera)))
        (lines,) = (a for a in movie.figure.axes[0].artists if isinstance(a, Lines3D))
        return set(map(tuple, lines._vertices))

    moving, fixed = vertices(Orbit()), vertices(None)
    assert moving < fixed
    assert len(moving) == pytest.approx(len(fixed) / 3, rel=0.1)


def test_flat_torn_and_empty_sheets_take_the_fewest_lines():
    z = np.zeros((140, 140))
    holes = np.where(np.indices(z.shape).sum(axis=0) % 2, np.nan, 1.0)
    for sheet in (z, holes, np.full_like(z, np.nan)):
        assert lines_needed(sheet, 28, 54) == 28
    rough = np.sin(40 * np.linspace(0, 1, 140)) * np.ones((140, 1))
    assert lines_needed(rough, 28, 54) == 54


def test_logarithmic_heights_span_three_decades_and_keep_their_order():
    heights = Heights(0.0, 2500.0, log=True)
    z = np.geomspace(1e-3, 2500, 50)
    assert (np.diff(heights.forward(z)) > 0).all()
    np.testing.assert_allclose(heights.limits, (0, np.log10(1001)))
    texts = [text for _, text in heights.ticks()]
    assert "100" in texts
    assert texts == sorted(texts, key=float)


def test_the_automatic_camera_is_deterministic_and_sees_most_of_the_paths():
    first, second = (animation(scene(view="surface")) for _ in range(2))
    np.testing.assert_array_equal(first.draw(6), second.draw(6))
    trails = trails_of(first)
    looks = trails._sight.upto(View.of(trails.axes), 6)
    assert np.concatenate([seen for _, seen in looks]).mean() > 0.9


def test_an_orbit_keeps_the_box_inside_the_figure():
    movie = animation(scene(view="surface", steps=40, space=Space(camera=Orbit())))
    for step in range(0, 41, 5):
        frame = movie.draw(step)[..., :3].astype(int)
        edge = np.concatenate([frame[0], frame[-1], frame[:, 0], frame[:, -1]])
        assert (edge == frame[0, 0]).all()


def test_names_guides_and_minima_stand_on_the_sheet_too():
    ring = np.column_stack([np.cos(np.linspace(0, 6.3, 50)), np.sin(np.linspace(0, 6.3, 50))])
    movie = animation(scene(view="surface", labels=True, guides=[ring]))
    (labels,) = movie._fig.findobj(Labels)
    assert [word.text for word in labels._words] == ["sgd", "adam"]
    (discs,) = movie._fig.findobj(SpaceMarks)
    np.testing.assert_allclose(discs._points[:, :2], [(-1, 0)])
    np.testing.assert_allclose(discs._points[:, 2], 0, atol=0.02)
    trails = trails_of(movie)
    (path, _), _ = trails._sight.upto(View.of(trails.axes), 6)
    np.testing.assert_allclose(labels._points[-1, 0], path[-1])
    assert movie.figure.findobj(LegendArtist) == []


def test_minima_and_saddles_are_marked_in_space_as_on_the_plane():
    def kinds(**changes):
        movie = SurfaceAnimation(scene(surfaces.himmelblau(), start=(0, 0), **changes))
        return {m._look["marker"]: len(m._points) for m in movie._fig.findobj(SpaceMarks)}

    assert kinds() == {"o": 4}
    assert kinds(minima="star", saddles=True) == {"*": 4, "X": 4}
    assert kinds(minima=False) == {}


@pytest.mark.parametrize("changes", [{"trail": 3}, {"fade": True}, {"trail": 2, "fade": True}])
def test_tails_in_space_are_shorter_or_fainter_than_whole_paths(changes):
    whole = animation(scene(view="surface")).draw(6).astype(int)
    tail = animation(scene(view="surface", **changes)).draw(6).astype(int)
    assert np.abs(whole - tail).sum() > 0
    plain = animation(scene(view="surface")).draw(0).astype(int)
    assert (np.abs(tail - plain) > 0).sum() < (np.abs(whole - plain) > 0).sum() * 1.05


def test_an_ensemble_is_dots_on_the_sheet():
    starts = np.random.default_rng(0).uniform(-1, 1, (40, 2))
    movie = animation(scene(start=starts, view="surface"))
    (crowds,) = movie._fig.findobj(SpaceCrowds)
    assert [len(points) for points in crowds._points] == [40, 40]
    frames = [frame for frame, _ in movie.frames()]
    np.testing.assert_array_equal(frames[3], movie.draw(3))


@pytest.mark.parametrize("angle", [math.nan, math.inf, "30"])
@pytest.mark.parametrize("name", ["elev", "azim"])
def test_an_angle_must_be_a_number(name, angle):
    for shown in (SurfaceAnimation, Scene.replace):
        with pytest.raises(InvalidInput, match=rf"{name}=.*: give an angle in degrees"):
            shown(scene(), **{name: angle})


def test_a_sheet_that_is_all_hole_is_drawn_without_it():
    spike = Surface(lambda x, y: np.where(np.hypot(x - 0.1, y) < 1e-3, 1.0, np.nan))
    movie = SurfaceAnimation(Scene(spike, [optimizers.SGD(lr=0.1)], (0.1, 0.0), 2, size=(160, 120)))
    assert np.ptp(movie.draw(2)) > 0
