"""Trails, tails, ensembles and divergences."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from animopt import Scene, Surface, optimizers, simulate, surfaces
from animopt.animate import animation
from animopt.animate.artists import Heads, Trails
from animopt.animate.crowds import Crowds
from animopt.animate.legend import LegendArtist
from animopt.animate.stage import Stage
from animopt.animate.tails import Tails
from animopt.errors import InvalidInput

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
    assert only(Trails, animation(descent()))
    assert only(Tails, animation(descent(trail=3)))


@pytest.mark.parametrize(
    ("step", "piece"), [(0, (0, 0, 1)), (3, (0, 3, 1)), (5, (0, 5, 1)), (20, (15, 20, 1))]
)
def test_a_tail_shows_the_last_steps_only(step, piece):
    assert only(Tails, animation(descent(trail=5)), step).pieces() == [piece]


@pytest.mark.parametrize("changes", [{}, {"trail": 12}], ids=str)
def test_a_fading_path_grows_fainter_with_age(changes):
    pieces = only(Tails, animation(descent(fade=True, **changes)), 24).pieces()
    opacities = [opacity for _, _, opacity in pieces]
    assert opacities == sorted(opacities)
    assert opacities[0] < 0.2
    assert opacities[-1] == 1
    assert pieces[0][0] == 24 - changes.get("trail", 24)
    assert pieces[-1][1] == 24
    assert [after for after, _, _ in pieces[1:]] == [upto for _, upto, _ in pieces[:-1]]


def test_a_tail_of_all_steps_looks_like_the_whole_path():
    whole = animation(descent()).draw(25).astype(int)
    long, short = (np.abs(whole - animation(descent(trail=n)).draw(25)) for n in (STEPS, 3))
    assert long.mean() < 0.2
    assert short.mean() > 3 * long.mean()


@pytest.mark.parametrize("wrong", [0, -1, 2.5, "long", True])
def test_a_tail_has_a_whole_number_of_steps(wrong):
    with pytest.raises(InvalidInput, match="trail"):
        descent(trail=wrong)


@pytest.mark.parametrize("panels", ["contour", ("contour", "loss", "table")], ids=str)
def test_frames_of_an_ensemble_are_full_draws(panels):
    assert_frames_are_full_draws(ensemble(panels=panels))


def test_every_start_of_an_ensemble_is_a_dot_at_its_present_place():
    movie = animation(ensemble())
    (axes,) = movie._fig.axes
    for trajectory, dots in zip(movie.simulation, only(Crowds, movie, 12).places(), strict=True):
        back = axes.transData.inverted().transform(dots)
        np.testing.assert_allclose(back, trajectory.points[:, 12], atol=1e-9)


def test_a_dot_outside_the_picture_waits_at_its_edge():
    movie = animation(ensemble(bounds=((-1, 1), (-1, 1))))
    (axes,) = movie._fig.axes
    low, high = axes.bbox.extents.reshape(2, 2)
    for dots in only(Crowds, movie).places():
        assert ((dots >= low) & (dots <= high)).all()
        assert ((dots == low) | (dots == high)).any(axis=1).sum() > 20


def test_the_path_of_an_ensemble_is_that_of_the_medians():
    movie = animation(ensemble(41))
    (axes,) = movie._fig.axes
    for trajectory, head in zip(movie.simulation, only(Heads, movie).places(9), strict=True):
        middle = np.median(trajectory.points[:, 9], axis=0)
        np.testing.assert_allclose(axes.transData.inverted().transform(head), middle, atol=1e-9)


def test_an_ensemble_costs_one_draw_call_for_an_optimizer():
    class Counting:
        dpi, calls = 100, 0

        def draw_path_collection(self, gc, *args):
            self.calls += 1

        def __getattr__(self, name):
            return lambda *args, **named: self if name == "new_gc" else 1.0

    movie, renderer = animation(ensemble(200)), Counting()
    only(Crowds, movie, 3).draw_since(renderer, -1)
    assert renderer.calls == 2


def legend(movie, step):
    (key,) = movie.figure.findobj(LegendArtist)
    return [line.word_at(step).text for line in key.legend.lines]


def test_the_legend_of_an_ensemble_says_how_many_have_arrived():
    movie = animation(ensemble(steps=200))
    sgd = movie.simulation["sgd"]
    for step in (0, 20, 200):
        arrived = int((sgd.values[:, step] < 1e-4).sum())
        assert legend(movie, step)[0] == f"sgd: {arrived / 40:.0%} arrived"
    assert legend(movie, 0)[0] != legend(movie, 200)[0]


def test_the_legend_of_an_ensemble_says_how_many_diverged():
    movie = animation(ensemble(optimizers={"wild": optimizers.SGD(lr=0.03)}))
    gone = sum(ending.kind == "diverged" for ending in movie.simulation["wild"].endings)
    assert 0 < gone < 40
    assert "diverged" not in legend(movie, 0)[0]
    assert legend(movie, STEPS)[0].endswith(f" arrived, {gone / 40:.0%} diverged")


def test_where_no_minimum_is_known_nobody_arrives():
    movie = animation(ensemble(surface=surfaces.saddle()))
    assert legend(movie, STEPS) == ["sgd", "adam"]


def test_the_legend_says_from_its_step_on_that_a_run_diverged():
    cubic = descent(
        surface=surfaces.cubic(),
        optimizers={"momentum": optimizers.Momentum(lr=0.01, momentum=0.9)},
        start=(2, 3),
    )
    movie = animation(cubic)
    assert legend(movie, 24) == ["momentum"]
    assert legend(movie, 25) == ["momentum diverged at step 25"]


def test_a_stage_gathers_the_runs_of_an_ensemble_by_optimizer():
    stage = Stage.of(simulate(ensemble(7)), range(STEPS + 1), 100)
    assert [len(group.runs) for group in stage.groups] == [7, 7]
    assert len(stage.runs) == 14
    assert [run.label for run in stage.paths] == ["sgd", "adam"]
    alone = Stage.of(simulate(descent()), range(STEPS + 1), 100)
    assert alone.paths == list(alone.runs)


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
