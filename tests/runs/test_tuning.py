"""tune: each optimizer's own best learning rate, by the same budget for all."""

import numpy as np
import pytest

from animopt import Scene, optimizers, simulate, surfaces, tune
from animopt.errors import InvalidInput

BOWL = surfaces.bowl(1, 3)


def test_finds_the_rate_that_gets_there_first_and_says_so():
    scene = Scene(BOWL, [optimizers.SGD(), optimizers.Momentum(momentum=0.5)], (3, 4), 40)
    tuned = tune(scene, tolerance=1e-3, budget=9)
    grid = [float(f"{lr:.3g}") for lr in np.geomspace(1e-4, 1e2, 9)]

    def settled(optimizer):
        values = simulate(scene.replace(optimizers=[optimizer])).trajectories[0].values
        above = np.flatnonzero(~(values < 1e-3))
        return above[-1] + 1 if len(above) else 0

    for given, found in zip(scene.optimizers, tuned.optimizers, strict=True):
        assert found.lr in grid
        assert found.label == f"{given.replace(lr=found.lr).label} (tuned)"
        assert settled(found) == min(settled(given.replace(lr=lr)) for lr in grid)
        assert settled(found) < 40


def test_every_optimizer_meets_the_same_budget_and_the_result_is_the_same_each_time(monkeypatch):
    tried = []
    monkeypatch.setattr(
        "animopt.runs.tuning.simulate", lambda s, executor: tried.append(s) or simulate(s)
    )
    scene = Scene(
        BOWL, [optimizers.SGD(), optimizers.Adam(), optimizers.SAM()], (3, 4), 20, noise=0.1, seed=0
    )
    first, again = (tune(scene, budget=5) for _ in range(2))
    assert first.optimizers == again.optimizers
    assert [len(each.optimizers) for each in tried] == [5] * 6
    assert all((each.seed, each.noise, each.steps) == (0, 0.1, 20) for each in tried)


def test_rates_that_round_to_the_same_three_digits_are_tried_once():
    scene = Scene(BOWL, [optimizers.SGD()], (3, 4), 20)
    assert tune(scene, between=(0.1, 0.101)).optimizers[0].lr == 0.101


def test_what_has_no_rate_to_tune_stays_as_it_is():
    fixed = [optimizers.NelderMead(), optimizers.SGD(lr=optimizers.schedules.cosine(0.1, 20))]
    scene = Scene(BOWL, fixed, (3, 4), 20)
    assert tune(scene, budget=3).optimizers == scene.optimizers


def test_a_label_that_was_given_is_kept():
    scene = Scene(BOWL, {"mine": optimizers.SGD()}, (3, 4), 20)
    assert tune(scene, budget=7, tolerance=1e-3).optimizers[0].label == "mine lr=0.1 (tuned)"
    scene = Scene(BOWL, [optimizers.SGD(lr=0.1)], (3, 4), 20)
    assert tune(scene, budget=7, tolerance=1e-3).optimizers[0].label == "SGD lr=0.1 (tuned)"


def test_serves_an_ensemble_and_counts_from_the_known_minimum():
    lifted = surfaces.mccormick()
    scene = Scene(lifted, [optimizers.SGD()], [(-1.0, -1.0), (0.0, -1.0)], 60)
    found = tune(scene, tolerance=1e-2, budget=13).optimizers[0]
    end = simulate(scene.replace(optimizers=[found])).trajectories[0].values[:, -1]
    assert (end - lifted.value(lifted.minima).min() < 1e-2).all()


def test_luck_in_the_last_steps_does_not_count():
    # One start of thirty comes low at the very end with an lr at which most wander.
    starts = np.random.default_rng(0).uniform(-5, 5, (30, 2))
    scene = Scene(surfaces.himmelblau(), [optimizers.Adam()], starts, 80, noise=3)
    assert 0.01 < tune(scene).optimizers[0].lr < 2
    # SGD leaps about among the waves, and its last loss happens to be low.
    waves = surfaces.Surface(
        lambda x, y: np.sin(x) * np.cos(y) + (x**2 + y**2) / 20, bounds=((-6, 6), (-6, 6))
    )
    assert tune(Scene(waves, [optimizers.SGD()], (4.5, 4.5), 100)).optimizers[0].lr < 2


def test_numpy_numbers_are_numbers():
    scene = Scene(BOWL, [optimizers.SGD()], (3, 4), 20)
    plain = tune(scene, tolerance=0.5, budget=3)
    assert tune(scene, tolerance=np.float32(0.5), budget=np.int64(3)).labelled == plain.labelled


def test_what_is_no_scene_is_refused():
    with pytest.raises(InvalidInput, match=r"^tune\(.*\): give a Scene, got"):
        tune(optimizers.SGD())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"tolerance": 0}, "tune(tolerance=0): tolerance must be a number > 0"),
        ({"budget": 1}, "tune(budget=1): budget must be a whole number >= 2"),
        ({"between": (1, 0.1)}, "tune(between=(1, 0.1)): give (lowest lr, highest lr)"),
        ({"between": 3}, "tune(between=3): give (lowest lr, highest lr)"),
        ({"between": (1e5, 1e8)}, "diverges with every lr from 100000 to 1e+08"),
    ],
)
def test_refuses_in_one_sentence(settings, message):
    scene = Scene(BOWL, [optimizers.SGD()], (3, 4), 200)
    with pytest.raises(InvalidInput) as caught:
        tune(scene, **settings)
    assert message in str(caught.value)
