"""Run: numbers from anywhere, checked, with what is missing said to be missing."""

import pickle
from types import SimpleNamespace

import numpy as np
import pytest

from animopt import InvalidInput, Run, surfaces
from animopt.runs import Paper

PATH = np.array([(2.0, 1.0), (1.0, 0.5), (0.5, 0.2), (0.1, 0.0)])
LOSSES = np.array([5.0, 1.2, 0.3, 0.01])


def test_a_run_holds_its_numbers_and_cannot_be_changed():
    points, losses = PATH.copy(), LOSSES.copy()
    run = Run(
        points, losses, label="adam", metrics={"val_loss": [4, 3, 2, 1]}, seconds=[0, 1, 2, 4]
    )
    points[0] = losses[0] = 9
    assert run.points[0].tolist() == [2, 1]
    assert run.values[0] == 5
    assert run.metrics["val_loss"].dtype == np.float64
    for numbers in (run.points, run.values, run.steps, run.metrics["val_loss"], run.seconds):
        with pytest.raises(ValueError, match="read-only"):
            numbers[0] = 0
    assert (run.is_ensemble, run.kind, run.settings) == (False, None, {})
    assert (run.paths.shape, run.losses.shape) == ((1, 4, 2), (1, 4))


def test_steps_count_from_zero_unless_they_are_given():
    assert Run(PATH, LOSSES, label="a").steps.tolist() == [0, 1, 2, 3]
    run = Run(PATH, LOSSES, label="a", steps=[0, 10, 20, 50.0])
    assert run.steps.dtype == np.intp
    assert run.last == run.ending.step == 50


def test_the_index_of_a_step_is_that_of_the_last_point_before_it():
    run = Run(PATH, LOSSES, label="a", steps=[5, 10, 20, 50])
    assert [run.index(step) for step in (0, 5, 9, 10, 49, 50, 999)] == [0, 0, 0, 1, 2, 3, 3]
    assert run.indices(60).tolist() == [run.index(step) for step in range(61)]


def test_the_time_of_a_step_counts_the_steps_between_two_points():
    run = Run(PATH, LOSSES, label="a", steps=[0, 10, 20, 40], seconds=[0, 1, 2, 4])
    assert run.step_seconds == pytest.approx(0.1)
    assert Run(PATH, LOSSES, label="a").step_seconds is None
    assert Run(PATH[:1], LOSSES[:1], label="a", seconds=[3]).step_seconds is None


def test_a_loss_that_comes_back_is_a_gap_and_not_a_divergence():
    run = Run(PATH, [5, np.nan, 0.3, 0.01], label="a")
    assert (run.ending, run.ending.step) == ("finished", 3)
    gap = np.where(np.arange(4)[:, None] == 1, np.nan, PATH)
    assert Run(gap, LOSSES, label="a").ending == "finished"
    assert Run(gap, label="a").on(surfaces.bowl()).ending == "finished"


@pytest.mark.parametrize("last", [np.nan, np.inf])
def test_a_loss_that_does_not_come_back_is_a_divergence(last):
    run = Run(PATH, [5, np.nan, 1e300, last], label="a", steps=[0, 10, 20, 30])
    assert (run.ending, run.ending.kind, run.ending.step) == ("diverged at step 30", "diverged", 30)


def test_a_run_without_losses_takes_those_of_the_surface():
    bowl = surfaces.bowl()
    run = Run(PATH, label="a").on(bowl)
    np.testing.assert_array_equal(run.values, bowl.value(PATH))
    given = Run(PATH, LOSSES, label="a")
    assert given.on(bowl) is given


def test_a_run_without_losses_is_refused_where_there_is_no_ground():
    with pytest.raises(InvalidInput, match=r"'a'.: it has no losses, and 'paper' has none to give"):
        Run(PATH, label="a").on(Paper())


def test_a_run_of_losses_that_are_no_numbers_is_refused_where_it_is_shown():
    with pytest.raises(InvalidInput, match="none of its losses is a finite number; leave values"):
        Run(PATH, [np.nan, np.inf, np.nan, np.nan], label="a").on(surfaces.bowl())


def test_a_run_of_many_coordinates_needs_a_plane():
    with pytest.raises(InvalidInput, match=r"5 coordinates, and surface 'bowl'.*planes\.pca"):
        Run(np.ones((3, 5)), [1, 2, 3], label="a").on(surfaces.bowl())


def test_a_run_without_points_has_losses_alone():
    run = Run(None, LOSSES, label="a")
    assert not run.has_points
    assert run.points.shape == (4, 2)
    assert Run(PATH, LOSSES, label="a").has_points
    assert run.ending == "finished"


def test_one_point_is_a_run_and_so_is_an_ensemble():
    assert Run([(1, 2)], [3], label="a").ending == "finished"
    many = Run(np.stack([PATH, PATH]), np.stack([LOSSES, np.full(4, np.nan)]), label="a")
    assert many.is_ensemble
    assert [ending.kind for ending in many.ending] == ["finished", "diverged"]


def test_the_digest_is_that_of_the_numbers_and_of_nothing_else():
    run = Run(PATH, LOSSES, label="a", metrics={"b": LOSSES, "c": LOSSES})
    assert run.digest == run.replace(label="other").digest
    assert run.digest == Run(PATH.tolist(), LOSSES, label="a", metrics=run.metrics).digest
    others = [
        run.replace(points=PATH + 1e-15),
        run.replace(values=-LOSSES),
        run.replace(steps=[0, 1, 2, 4]),
        run.replace(seconds=LOSSES[::-1]),
        run.replace(off_plane=LOSSES),
        run.replace(metrics={"b": LOSSES, "d": LOSSES}),
        run.replace(metrics={}),
    ]
    digests = {run.digest, *(each.digest for each in others)}
    assert len(digests) == 8
    assert all(len(digest) == 64 for digest in digests)
    assert run.origin == f"a sha256:{run.digest}"


def test_a_run_survives_a_pickle():
    run = Run(PATH, LOSSES, label="a", metrics={"b": LOSSES}, steps=[0, 2, 4, 6])
    again = pickle.loads(pickle.dumps(run))
    assert again.digest == run.digest
    assert again.ending == run.ending


WRONG = [
    ({"points": [1, 2]}, r"points have shape \(2,\); give \(m, 2\)"),
    ({"points": np.ones((3, 4, 5))}, "give .m, 2., .n, m, 2. for an ensemble, or .m, k."),
    ({"points": np.ones((3, 1))}, "one coordinate each; give a run of losses alone"),
    ({"points": np.empty((0, 2)), "values": []}, "give at least one point"),
    ({"points": [(1, 2), (3,)]}, "points have rows of different lengths"),
    ({"points": PATH + 1j}, "points are complex; give real numbers"),
    ({"points": [("a", "b")]}, "give real numbers"),
    ({"points": None, "values": None}, "a run without points needs its losses"),
    ({"values": LOSSES[1:]}, r"points have shape \(4, 2\) and values \(3,\)"),
    ({"values": "abc"}, "values are 'abc'; give real numbers"),
    ({"values": [True] * 4}, "give real numbers"),
    ({"steps": [0, 1, 2]}, r"steps have shape \(3,\); give \(4,\), a number for each point"),
    ({"steps": [0, 1, 1, 2]}, r"steps must increase, and steps\[2\] = 1 comes after 1"),
    ({"steps": [0, 1, 2.5, 3]}, r"steps\[2\] is 2.5; give whole numbers"),
    ({"steps": [-1, 1, 2, 3]}, r"steps\[0\] is -1; give whole numbers of at least 0"),
    ({"steps": [0, 1, 2, np.nan]}, r"steps\[3\] is nan"),
    ({"seconds": [0, 2, 1, 3]}, "seconds run backwards"),
    ({"seconds": [[0, 2, 1, 3]]}, r"seconds have shape \(1, 4\)"),
    ({"off_plane": [1]}, r"off_plane have shape \(1,\)"),
    ({"metrics": {"loss": LOSSES}}, "a metric cannot be called 'loss'"),
    ({"metrics": {"a": [1]}}, r"metrics\['a'\] have shape \(1,\); give \(4,\)"),
    ({"metrics": [1, 2]}, r"give \{name: \(m,\) numbers\}"),
    ({"metrics": {3: LOSSES}}, "the name of a metric is 3; give a string"),
    ({"label": 7}, "is 7; give a string"),
    ({"label": "two\nlines"}, "give one line"),
]


@pytest.mark.parametrize(("wrong", "sentence"), WRONG)
def test_a_wrong_run_is_refused_in_one_sentence(wrong, sentence):
    with pytest.raises(InvalidInput, match=sentence) as error:
        Run(**{"points": PATH, "values": LOSSES, "label": "a", **wrong})
    assert "\n" not in str(error.value)


def test_a_history_of_points_is_a_run():
    run = Run.of_history([np.array([2, 1]), np.array([1.0, 0.5])], label="BFGS")
    assert run.points.tolist() == [[2, 1], [1, 0.5]]
    assert run.values is None
    with pytest.raises(InvalidInput, match="the history is empty"):
        Run.of_history([], label="BFGS")
    with pytest.raises(InvalidInput, match=r"Run.of_history: .*different lengths"):
        Run.of_history([(1, 2), (1,)], label="BFGS")


def test_a_history_of_results_brings_its_losses():
    results = [SimpleNamespace(x=[2, 1], fun=5.0), SimpleNamespace(x=[1, 0], fun=1.0)]
    assert Run.of_history(results, label="BFGS").values.tolist() == [5, 1]
    assert Run.of_history(results, [3, 2], label="BFGS").values.tolist() == [3, 2]


def test_what_scipy_calls_back_with_is_a_run(need):
    optimize = need("scipy.optimize", "scipy")
    rosenbrock, kept, results = surfaces.rosenbrock(), [(-1.0, 1.0)], []
    optimize.minimize(
        rosenbrock.value, kept[0], method="BFGS", callback=lambda xk: kept.append(xk.copy())
    )
    run = Run.of_history(kept, label="BFGS").on(rosenbrock)
    assert rosenbrock.distances(run.points[-1]).min() < 1e-3

    def keep(intermediate_result):
        results.append(intermediate_result)

    optimize.minimize(rosenbrock.value, kept[0], method="BFGS", callback=keep)
    again = Run.of_history(results, label="BFGS")
    np.testing.assert_allclose(again.values, run.values[1:], rtol=1e-12)


def study(values, state="COMPLETE", direction="MINIMIZE"):
    """A study with the attributes of Optuna's."""
    trials = [
        SimpleNamespace(
            number=i,
            value=value,
            params={"lr": 0.1 * i, "width": i} if i != 2 else {"lr": 0.2},
            state=SimpleNamespace(name=state if value is not None else "FAIL"),
        )
        for i, value in enumerate(values)
    ]
    return SimpleNamespace(trials=trials, direction=SimpleNamespace(name=direction))


def test_trials_are_points_with_their_numbers_as_steps():
    run = Run.of_trials(study([3.0, None, 2.0, 4.0]), "lr", "width", label="tpe")
    assert run.steps.tolist() == [0, 2, 3]
    assert run.values.tolist() == [3, 2, 4]
    assert run.points[-1].tolist() == pytest.approx([0.3, 3])
    assert np.isnan(run.points[1, 1])
    assert run.ending == "finished"


@pytest.mark.parametrize(("direction", "best"), [("MINIMIZE", [3, 2, 2]), ("MAXIMIZE", [3, 3, 4])])
def test_the_best_trial_so_far_is_a_run_too(direction, best):
    trials = study([3.0, 2.0, 4.0], direction=direction)
    assert Run.of_trials(trials, "lr", "lr", label="tpe", best=True).values.tolist() == best


def test_trials_that_cannot_be_shown_are_refused():
    with pytest.raises(InvalidInput, match="no trial has a value yet"):
        Run.of_trials(study([None]), "lr", "width", label="tpe")
    with pytest.raises(InvalidInput, match=r"no trial has a parameter 'widht'.*'width'"):
        Run.of_trials(study([1.0, 2.0]), "lr", "widht", label="tpe")
    text = study([1.0])
    text.trials[0].params["lr"] = "fast"
    with pytest.raises(InvalidInput, match="'lr' of trial 0 is 'fast'"):
        Run.of_trials(text, "lr", "width", label="tpe")


def test_the_trials_of_optuna_are_read(need):
    optuna = need("optuna", "frameworks")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    bowl = surfaces.bowl()
    made = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    made.optimize(
        lambda trial: float(
            bowl.value([trial.suggest_float("a", -2, 2), trial.suggest_float("b", -2, 2)])
        ),
        n_trials=8,
    )
    run = Run.of_trials(made, "a", "b", label="random")
    np.testing.assert_array_equal(run.values, bowl.value(run.points))
    assert run.seconds is not None
    assert Run.of_trials(made, "a", "b", label="random", best=True).values[-1] == made.best_value
