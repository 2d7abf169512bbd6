"""Tracks and what is said of them: ensembles, tails, and the legend's words at each step."""

import numpy as np
import pytest

from animopt import InvalidInput, Scene, Surface, optimizers, simulate, surfaces
from animopt.picture import compose
from animopt.picture.stage import Stage
from animopt.runs.arrivals import basin_of, typical

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


def stage_of(scene):
    return Stage.of(simulate(scene), scene.look, (320, 240), 100)


def tail_of(**changes):
    (plane,) = compose(simulate(descent(**changes))).panels
    return plane.tail


def legend(simulation, step):
    return [line.word_at(step).text for line in compose(simulation).layout.legend.lines]


def test_paths_are_whole_unless_a_tail_is_asked_for():
    assert tail_of().is_whole
    assert not tail_of(trail=3).is_whole
    assert not tail_of(fade=True).is_whole


@pytest.mark.parametrize(
    ("step", "piece"), [(0, (0, 0, 1)), (3, (0, 3, 1)), (5, (0, 5, 1)), (20, (15, 20, 1))]
)
def test_a_tail_shows_the_last_steps_only(step, piece):
    assert tail_of(trail=5).shades(step) == [piece]


@pytest.mark.parametrize("changes", [{}, {"trail": 12}], ids=str)
def test_a_fading_path_grows_fainter_with_age(changes):
    pieces = tail_of(fade=True, **changes).shades(24)
    opacities = [opacity for _, _, opacity in pieces]
    assert opacities == sorted(opacities)
    assert opacities[0] < 0.2
    assert opacities[-1] == 1
    assert pieces[0][0] == 24 - changes.get("trail", 24)
    assert pieces[-1][1] == 24
    assert [after for after, _, _ in pieces[1:]] == [upto for _, upto, _ in pieces[:-1]]


@pytest.mark.parametrize("wrong", [0, -1, 2.5, "long", True])
def test_a_tail_has_a_whole_number_of_steps(wrong):
    with pytest.raises(InvalidInput, match="trail"):
        descent(trail=wrong)


def nearest_to_the_medians(run):
    """The run with the least mean distance to the medians, in the size of the bounds."""
    middle = np.nanmedian(run.points, axis=0)
    size = np.ptp(surfaces.himmelblau().bounds, axis=1)
    away = np.linalg.norm((run.points - middle) / size, axis=-1).mean(axis=1)
    return int(np.nanargmin(away))


def test_the_path_of_an_ensemble_is_one_run_the_nearest_to_the_medians():
    simulation = simulate(ensemble(41))
    picture = compose(simulation)
    (plane,) = picture.panels
    for run, group, path in zip(simulation, picture.groups, plane.paths, strict=True):
        chosen = nearest_to_the_medians(run)
        np.testing.assert_array_equal(group.track.points, run.points[chosen])
        np.testing.assert_array_equal(group.track.values, run.values[chosen])
        np.testing.assert_array_equal(path.heads.places[9], run.points[chosen, 9])
        np.testing.assert_array_equal(path.starts, run.points)


def test_a_run_that_diverged_is_shown_only_where_most_did():
    simulation = simulate(ensemble(optimizers={"wild": optimizers.SGD(lr=0.03)}))
    (run,), (group,) = simulation, compose(simulation).groups
    left = np.isfinite(run.points[:, STEPS]).all(axis=1)
    assert 20 < left.sum() < 40
    assert group.track.diverged is None
    assert any(np.array_equal(group.track.points, points) for points in run.points[left])


def test_the_choice_of_a_run_takes_time_that_is_linear_in_their_number(monkeypatch):
    """Each is compared with the medians once, and with no other run."""
    asked = []
    norm = np.linalg.norm
    monkeypatch.setattr(np.linalg, "norm", lambda x, **how: asked.append(x.size) or norm(x, **how))
    paths = np.random.default_rng(0).normal(size=(300, 20, 2))
    typical(paths, ((-1, 1), (-1, 1)))
    assert asked == [paths.size]


def test_the_number_at_each_minimum_is_that_of_the_runs_there():
    scene = ensemble(steps=200)
    (plane,) = compose(simulate(scene)).panels
    for run, numbers in zip(simulate(scene), plane.counts.numbers, strict=True):
        arrived = run.values[:, -1] < 1e-4
        nearest = scene.surface.distances(run.points[:, -1]).argmin(axis=1)
        for index, place in enumerate(plane.counts.places):
            assert tuple(place) == scene.surface.minima[index]
            assert numbers[index, -1] == (arrived & (nearest == index)).sum()
    assert plane.counts.numbers.sum(axis=(0, 1))[-1] > 20
    assert compose(simulate(descent())).panels[0].counts is None
    assert compose(simulate(scene), scene.look.replace(minima=False)).panels[0].counts is None


def test_a_scene_says_how_near_counts_as_arrived():
    near, far = (simulate(ensemble(steps=40, tolerance=tolerance)) for tolerance in (1e-6, 10.0))
    counts = [compose(each).groups[0].arrived.sum(axis=0)[-1] for each in (near, far)]
    assert counts == [(near["sgd"].values[:, -1] < t).sum() for t in (1e-6, 10.0)]
    assert counts[0] < counts[1]


def test_who_leaves_again_had_not_arrived_so_their_number_never_falls():
    """Momentum swings through the minimum many times before it rests there."""
    starts = np.random.default_rng(2).uniform(-4, 4, (24, 2))
    momentum = optimizers.Momentum(lr=0.003, momentum=0.97)
    scene = Scene(surfaces.himmelblau(), momentum, starts, 400)
    (run,) = simulation = simulate(scene)
    (group,) = compose(simulation).groups
    below = (run.values < 1e-4).sum(axis=0)
    arrived = group.arrived.sum(axis=0)
    assert (np.diff(below) < 0).any()
    assert (np.diff(arrived) >= 0).all()
    assert (arrived <= below).all()
    assert arrived[-1] == below[-1] > 0


def test_with_noise_who_stays_in_a_basin_has_arrived():
    scene = ensemble(30, steps=150, noise=5.0, optimizers={"sgd": optimizers.SGD(lr=0.005)})
    simulation = simulate(scene)
    (group,) = compose(simulation).groups
    nearest = scene.surface.distances(simulation["sgd"].points).argmin(axis=-1)
    stayed = (nearest[:, -16:] == nearest[:, -1:]).all(axis=1)
    assert group.arrived[:, -1].tolist() == [
        (stayed & (nearest[:, -1] == i)).sum() for i in range(4)
    ]
    assert group.arrived.sum(axis=0)[-1] > 25
    assert group.arrived[:, :15].sum() == 0


def test_a_basin_is_where_the_way_to_a_minimum_never_rises():
    twins = Surface(lambda x, y: (x**2 - 1) ** 2 + y**2, minima=[(-1, 0), (1, 0)])
    points = np.array([[-1.5, 0.5], [-0.2, 0.0], [0.2, 0.1], [1, 0], [0.9, -3], [np.nan, 0]])
    assert basin_of(twins, points, twins.value(points)).tolist() == [0, 0, 1, 1, 1, -1]
    bent = surfaces.rosenbrock()
    behind = np.array([[-1.0, 1.0]])  # in the bent valley: the straight way leads over its wall
    assert basin_of(bent, behind, bent.value(behind)).tolist() == [-1]


def test_the_legend_of_an_ensemble_says_how_many_have_arrived():
    simulation = simulate(ensemble(steps=200))
    sgd = simulation["sgd"]
    for step in (0, 20, 200):
        arrived = int((sgd.values[:, step] < 1e-4).sum())
        assert legend(simulation, step)[0] == f"sgd: {arrived / 40:.0%} arrived"
    assert legend(simulation, 0)[0] != legend(simulation, 200)[0]


def test_the_legend_of_an_ensemble_says_how_many_diverged():
    simulation = simulate(ensemble(optimizers={"wild": optimizers.SGD(lr=0.03)}))
    gone = sum(ending.kind == "diverged" for ending in simulation["wild"].endings)
    assert 0 < gone < 40
    assert "diverged" not in legend(simulation, 0)[0]
    assert legend(simulation, STEPS)[0].endswith(f" arrived, {gone / 40:.0%} diverged")


def test_where_no_minimum_is_known_nobody_arrives():
    simulation = simulate(ensemble(surface=surfaces.saddle()))
    assert legend(simulation, STEPS) == ["sgd", "adam"]


def test_the_legend_says_from_its_step_on_that_a_run_diverged():
    cubic = descent(
        surface=surfaces.cubic(),
        optimizers={"momentum": optimizers.Momentum(lr=0.01, momentum=0.9)},
        start=(2, 3),
    )
    simulation = simulate(cubic)
    assert legend(simulation, 24) == ["momentum"]
    assert legend(simulation, 25) == ["momentum diverged at step 25"]


def test_a_stage_gathers_the_runs_of_an_ensemble_by_optimizer():
    stage = stage_of(ensemble(7))
    assert [len(group.tracks) for group in stage.groups] == [7, 7]
    assert [group.is_ensemble for group in stage.groups] == [True, True]
    assert [track.label for track in stage.paths] == ["sgd", "adam"]
    alone = stage_of(descent())
    assert [group.tracks for group in alone.groups] == [(track,) for track in alone.paths]
    assert not any(group.is_ensemble for group in alone.groups)


def test_a_stage_of_one_run_leaves_out_the_others():
    scene = descent()
    stage = Stage.of(simulate(scene), scene.look, (320, 240), 100, "adam")
    assert [track.label for track in stage.paths] == ["adam"]
