"""Trails, tails, ensembles and divergences."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from animopt import Scene, Surface, optimizers, surfaces
from animopt.animate import animation
from animopt.animate.artists import TrailArtist
from animopt.animate.crowds import CrowdArtist
from animopt.animate.heads import HeadArtist
from animopt.animate.legend import LegendArtist
from animopt.animate.tails import TailArtist
from animopt.picture.clipping import Trail

STEPS = 30


def descent(**changes):
    settings = {
        "surface": surfaces.himmelblau(),
        "optimizers": {"sgd": optimizers.SGD(lr=0.01), "adam": optimizers.Adam(lr=0.2)},
        "start": (0, -4),
        "steps": STEPS,
        "size": (320, 240),
    }
    return Scene(**settings | changes)


def ensemble(count=40, **changes):
    starts = np.random.default_rng(0).uniform(-5, 5, (count, 2))
    return descent(start=starts, **changes)


def only(kind, movie, step=0):
    (artist,) = (artist for artist in movie.turn(step) if isinstance(artist, kind))
    return artist


def renderer_of(movie):
    return movie.figure.canvas.get_renderer()


def assert_frames_are_full_draws(scene):
    movie, fresh = animation(scene), animation(scene)
    for (step, _), (frame, _) in zip(movie.pictures, movie.frames(), strict=True):
        if step % 6 == 1:
            np.testing.assert_array_equal(frame, fresh.draw(step))


@pytest.mark.parametrize(
    "changes",
    [{"trail": 5}, {"fade": True}, {"trail": 5, "fade": True}, {"trail": 1}, {"trail": 99}],
    ids=str,
)
def test_frames_with_tails_are_full_draws(changes):
    assert_frames_are_full_draws(descent(**changes))


def test_paths_are_whole_unless_a_tail_is_asked_for():
    assert only(TrailArtist, animation(descent()))
    assert only(TailArtist, animation(descent(trail=3)))


def test_a_tail_of_all_steps_looks_like_the_whole_path():
    whole = animation(descent()).draw(25).astype(int)
    long, short = (np.abs(whole - animation(descent(trail=n)).draw(25)) for n in (STEPS, 3))
    assert long.mean() < 0.2
    assert short.mean() > 3 * long.mean()


@pytest.mark.parametrize("panels", ["contour", ("contour", "loss", "table")], ids=str)
def test_frames_of_an_ensemble_are_full_draws(panels):
    assert_frames_are_full_draws(ensemble(panels=panels))


def test_every_start_of_an_ensemble_is_a_dot_at_its_present_place():
    movie = animation(ensemble())
    (axes,) = movie.figure.axes
    for trajectory, dots in zip(
        movie.simulation, only(CrowdArtist, movie, 12).places(renderer_of(movie)), strict=True
    ):
        back = axes.transData.inverted().transform(dots)
        np.testing.assert_allclose(back, trajectory.points[:, 12], atol=1e-9)


def test_a_dot_outside_the_picture_waits_at_its_edge():
    movie = animation(ensemble(bounds=((-1, 1), (-1, 1))))
    (axes,) = movie.figure.axes
    low, high = axes.bbox.extents.reshape(2, 2)
    for dots in only(CrowdArtist, movie).places(renderer_of(movie)):
        assert ((dots >= low) & (dots <= high)).all()
        assert ((dots == low) | (dots == high)).any(axis=1).sum() > 20


def test_the_head_of_an_ensemble_is_that_of_one_run_all_along():
    movie = animation(ensemble(41))
    (axes,) = movie.figure.axes
    back = axes.transData.inverted().transform
    for i, trajectory in enumerate(movie.simulation):
        path = np.array([back(only(HeadArtist, movie).places(step)[i]) for step in range(STEPS)])
        away = np.abs(trajectory.points[:, :STEPS] - path).max(axis=(1, 2))
        assert (away < 1e-9).sum() == 1


def test_an_ensemble_costs_one_draw_call_for_an_optimizer():
    class Counting:
        dpi, calls = 100, 0

        def draw_path_collection(self, gc, *args):
            self.calls += 1

        def __getattr__(self, name):
            return lambda *args, **named: self if name == "new_gc" else 1.0

    movie, renderer = animation(ensemble(200)), Counting()
    only(CrowdArtist, movie, 3).draw_since(renderer, -1)
    assert renderer.calls == 2


@pytest.mark.parametrize("view", ["contour", "surface"])
def test_of_two_runs_that_leave_at_one_place_both_are_seen(view):
    hill = Surface(lambda x, y: -(x**2) - y**2, bounds=((-2, 2), (-2, 2)))
    runs = {"hidden": optimizers.SGD(lr=0.4), "on top": optimizers.SGD(lr=0.4000001)}
    scene = Scene(hill, runs, (0.1, 0.2), 9, view=view, legend=False, size=(320, 240))
    movie = animation(scene)
    frame = movie.draw(9)
    for color in movie.colors[:2]:
        there = (frame[..., :3] == [round(255 * part) for part in to_rgb(color)]).all(axis=-1)
        assert there.sum() >= 8


@pytest.mark.parametrize(
    "changes", [{"trail": 5}, {"fade": True}, {"trail": 12, "fade": True}], ids=str
)
def test_a_tail_s_pieces_are_the_picture_s_shades(changes):
    movie = animation(descent(**changes))
    for step in (0, 3, 5, 20, 24):
        pieces = only(TailArtist, movie, step).pieces()
        assert pieces == movie.picture.panels[0].tail.shades(step)


def test_the_legend_drawn_is_that_of_the_picture():
    movie = animation(ensemble())
    (key,) = movie.figure.findobj(LegendArtist)
    assert key.legend is movie.picture.layout.legend


def turns():
    """Paths that come back to where they were, many steps later."""
    t = np.arange(1200)
    angle, radius = 2 * np.pi * t / 40, 80 + 30 * t / 1200
    yield "spiral", 150 + radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    yield "zigzag", np.column_stack([40 + 0.2 * t, 150 + 100 * (-1.0) ** t])
    yield "again", np.column_stack([150 + 100 * np.cos(0.37 * t), 150 + 0.3 * np.sin(t)])


TURNS = dict(turns())


@pytest.mark.parametrize("name", TURNS)
def test_the_casing_of_a_path_leaves_no_stripes_on_itself(name):
    path = TURNS[name]
    artist = TrailArtist(
        [Trail(np.stack([path[:-1], path[1:]], axis=1), np.arange(1, len(path)))],
        ["#0000ff"], range(len(path)), 100, "#ffffff",
    )  # fmt: skip
    artist.set_figure(Figure((3, 3), dpi=100))
    artist.show(len(path))
    renderer = FigureCanvasAgg(artist.figure).get_renderer()
    artist.draw(renderer)
    red, _, _, alpha = np.moveaxis(np.asarray(renderer.buffer_rgba()).astype(int), -1, 0)
    paper = (red > 100) & (alpha > 100)
    # The casing is at the rim, nowhere within the path.
    rim = sum(np.roll(alpha == 0, (dx, dy), (0, 1)) for dx in range(-3, 4) for dy in range(-3, 4))
    assert 300 < paper.sum() < 2000
    assert not (paper & (rim == 0)).any()
