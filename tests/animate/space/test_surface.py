"""The surface panel: extreme cameras and surfaces give a sensible picture and no warning."""

import math

import numpy as np
import pytest

from animopt import InvalidInput, Scene, Surface, SurfaceAnimation, optimizers, surfaces
from animopt.animate import animation
from animopt.animate.legend import LegendArtist
from animopt.animate.lettering import LabelArtist
from animopt.animate.space.marks import SpaceMarks
from animopt.animate.space.paths import SpaceCrowds, SpaceTrails
from animopt.picture.shapes import MARKS
from animopt.scene.space import Keyframes, Orbit, Space


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
def test_each_option_changes_the_picture_and_keeps_frames_exact(space):
    plain = animation(scene(view="surface", elev=15, azim=20)).draw(6)
    movie = animation(scene(view="surface", elev=15, azim=20, space=space))
    frames = [frame for frame, _ in movie.frames()]
    for (step, _), frame in zip(movie.pictures, frames, strict=True):
        np.testing.assert_array_equal(movie.draw(step), frame)
    assert not np.array_equal(frames[-1], plain)


def test_what_lies_in_front_is_the_same_if_the_camera_moves():
    def layers(camera):
        movie = SurfaceAnimation(scene(space=Space(camera=camera, contours="both", drops=True)))
        drawn = movie.figure.axes[0].artists
        return [type(a).__name__ for a in sorted(drawn, key=lambda a: a.get_zorder())]

    assert layers(Orbit()) == layers(None)
    assert layers(None).index("SurfaceMesh") < layers(None).index("SpaceTrails")


def test_an_orbit_keeps_the_box_inside_the_figure():
    movie = animation(scene(view="surface", steps=40, space=Space(camera=Orbit())))
    for step in range(0, 41, 5):
        frame = movie.draw(step)[..., :3].astype(int)
        edge = np.concatenate([frame[0], frame[-1], frame[:, 0], frame[:, -1]])
        assert (edge == frame[0, 0]).all()


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
    (crowds,) = movie.figure.findobj(SpaceCrowds)
    dots = crowds.places(movie.figure.canvas.get_renderer())
    assert all(20 < len(points) <= 40 for points in dots)
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


def test_the_automatic_camera_is_deterministic_and_sees_the_paths():
    first, second = (animation(scene(view="surface")) for _ in range(2))
    np.testing.assert_array_equal(first.draw(6), second.draw(6))
    (trails,) = first.figure.findobj(SpaceTrails)
    view = trails.view(first.figure.canvas.get_renderer())
    looks = trails._sight.upto(view, 6)
    assert np.concatenate([seen for _, seen in looks]).mean() > 0.9


def test_names_and_marks_in_space_are_those_of_the_picture():
    movie = animation(scene(view="surface", labels=True))
    (relief,) = movie.picture.panels
    (labels,) = movie.figure.findobj(LabelArtist)
    assert labels.labels is relief.labels
    (discs,) = movie.figure.findobj(SpaceMarks)
    np.testing.assert_array_equal(discs._points, relief.marks["disc"])
    assert discs._mark is MARKS["disc"]
    assert movie.figure.findobj(LegendArtist) == []


def test_each_kind_of_mark_is_drawn_in_space():
    def kinds(**changes):
        movie = SurfaceAnimation(scene(surfaces.himmelblau(), start=(0, 0), **changes))
        return [(m._mark, len(m._points)) for m in movie.figure.findobj(SpaceMarks)]

    assert kinds() == [(MARKS["disc"], 4)]
    assert kinds(minima="star", saddles=True) == [(MARKS["cross"], 4), (MARKS["star"], 4)]
    assert kinds(minima=False) == []
