"""Problem: who descends what, from where and for how long; recorded runs beside optimizers."""

import numpy as np
import pytest

from animopt import InvalidInput, Run, Scene, simulate, surfaces
from animopt.optimizers import SGD, Adam, Lookahead, Momentum
from animopt.runs import Paper, Problem, Trajectory
from animopt.runs.report import as_csv, summarize
from animopt.runs.tuning import tune

BOWL = surfaces.bowl()
SHORT = Run([(2, 1), (1, 0.5)], [5, 1.2], label="short", steps=[0, 7])
LONG = Run([(2, 1), (1, 1), (0, 1)], label="long", steps=[0, 10, 40])


def test_recorded_runs_stand_beside_simulated_ones_in_their_order():
    problem = Problem(BOWL, [SHORT, SGD(lr=0.1), LONG], start=(1, 2), steps=20)
    simulation = simulate(problem)
    assert [run.label for run in simulation] == ["short", "SGD lr=0.1", "long"]
    assert [isinstance(run, Trajectory) for run in simulation] == [False, True, False]
    assert [len(run.points) for run in simulation] == [2, 21, 3]
    assert problem.steps == 40
    assert simulation["short"] is SHORT
    np.testing.assert_array_equal(simulation["long"].values, BOWL.value(LONG.points))
    assert (problem.names, list(problem.labelled)) == (
        ("short", "SGD lr=0.1", "long"),
        ["SGD lr=0.1"],
    )


def test_start_and_steps_are_needed_only_where_something_is_simulated():
    problem = Problem(BOWL, [SHORT, LONG])
    assert (problem.steps, problem.start.tolist(), problem.is_ensemble) == (40, [2, 1], False)
    assert [run.last for run in simulate(problem)] == [7, 40]
    assert simulate(Problem(BOWL, SHORT)).trajectories == (SHORT,)
    assert len(simulate(Problem(BOWL, (run for run in (SHORT, LONG))))) == 2
    with pytest.raises(InvalidInput, match="needs start and steps too"):
        Problem(BOWL, [SHORT, SGD(lr=0.1)])
    with pytest.raises(InvalidInput, match="needs steps too"):
        Problem(BOWL, [SHORT, SGD(lr=0.1)], (1, 2))


def test_a_run_can_be_renamed_by_a_dictionary():
    problem = Problem(BOWL, {"a": SHORT, "b": SGD(lr=0.1)}, (1, 2), 3)
    assert problem.names == ("a", "b")
    assert simulate(problem)["a"].digest == SHORT.digest


def test_equal_labels_are_an_error_that_names_both():
    with pytest.raises(InvalidInput, match=r"two runs have the label 'short'.*Run.*and Run"):
        Problem(BOWL, [SHORT, SHORT])
    with pytest.raises(InvalidInput, match=r"two optimizers have the label 'SGD lr=0.1'"):
        Problem(BOWL, [SGD(lr=0.1), SGD(lr=0.1)], (1, 2), 3)


def test_starts_and_steps_may_be_given_by_label_or_by_name_alone():
    problem = Problem(
        BOWL,
        [SGD(lr=0.1), Adam(lr=0.2), LONG],
        start={"Adam": (1, 2), "SGD lr=0.1": [(3, 4), (5, 6)]},
        steps={"SGD": 5, "Adam": 60},
    )
    sgd, adam, _ = simulate(problem)
    assert sgd.points.shape == (2, 6, 2)
    assert adam.points.shape == (61, 2)
    assert adam.points[0].tolist() == [1, 2]
    assert (problem.steps, problem.is_ensemble, problem.plans.shared_start) == (60, True, None)
    alone = simulate(Problem(BOWL, [Adam(lr=0.2)], (1, 2), 60))
    np.testing.assert_array_equal(adam.points, alone["Adam"].points)


def test_a_name_without_settings_is_the_kind_and_no_part_of_labels():
    wrapped, plain = Lookahead(Adam(lr=0.2)), Adam(lr=0.2, label="mine")
    problem = Problem(BOWL, [wrapped, plain], {"Lookahead(Adam)": (1, 2), "Adam": (3, 4)}, 3)
    assert problem.plans.starts["mine"].tolist() == [3, 4]
    assert simulate(problem)["Adam"].label == "mine"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"start": {"SGD": (1, 2), "Adm": (1, 2)}}, "start=....: 'Adm' is unknown; did you mean"),
        ({"start": {"SGD": (1, 2)}}, "start=....: 'Adam lr=0.2' is not named; name every one"),
        ({"start": {"SGD": (1, 2), "SGD lr=0.1": (1, 2), "Adam": (1, 2)}}, "is named twice"),
        ({"start": {"SGD": (1, 2), "Adam": (1, 2, 3)}}, r"Scene\(start=\(1, 2, 3\)\)"),
        ({"steps": {"SGD": 5, "Adam": 0}}, r"Scene\(steps=0\): steps must be a whole number"),
        ({"steps": {"SGD": 40_000_000, "Adam": 40_000_000}}, "too many: 8e.07 points in all"),
        ({"steps": {"short": 5}}, "steps=....: 'short' is unknown"),
    ],
)
def test_what_is_said_by_label_must_fit_the_labels(settings, sentence):
    given = {"start": (1, 2), "steps": 5} | settings
    with pytest.raises(InvalidInput, match=sentence):
        Problem(BOWL, [SGD(lr=0.1), Adam(lr=0.2), SHORT], **given)


def test_a_name_that_several_have_must_be_given_in_full():
    problem = Problem(BOWL, [SGD(lr=0.1), SGD(lr=0.2)], (1, 2), 3)
    with pytest.raises(KeyError, match=r"'SGD' may be 'SGD lr=0.1' and 'SGD lr=0.2'"):
        simulate(problem)["SGD"]
    assert simulate(problem)["SGD lr=0.2"].label == "SGD lr=0.2"


def test_a_copy_keeps_starts_and_steps_with_whom_they_were_given_for():
    problem = Problem(
        BOWL,
        [SGD(lr=0.1), LONG, Adam(lr=0.2)],
        {"SGD": (1, 2), "Adam": (3, 4)},
        {"SGD": 5, "Adam": 6},
    )
    for copy in (problem.replace(noise=0.1), problem.replace(seed=3).problem):
        assert dict(copy.plans.budgets) == {"SGD lr=0.1": 5, "Adam lr=0.2": 6}
        assert copy.plans.starts["Adam lr=0.2"].tolist() == [3, 4]
    faster = problem.replace(optimizers=[SGD(lr=0.5), LONG, Adam(lr=0.2)])
    assert dict(faster.plans.budgets) == {"SGD lr=0.5": 5, "Adam lr=0.2": 6}
    assert dict(problem.replace(optimizers=Adam(lr=0.2)).plans.budgets) == {"Adam lr=0.2": 6}
    assert problem.replace(start=(0, 1)).plans.shared_start.tolist() == [0, 1]


def test_a_copy_simulates_no_longer_than_it_was_told_to():
    problem = Problem(BOWL, [SGD(lr=0.1), LONG], (1, 2), 5)
    copy = problem.replace(seed=1)
    assert (copy.steps, dict(copy.plans.budgets)) == (40, {"SGD lr=0.1": 5})
    with pytest.raises(InvalidInput, match="needs start and steps too"):
        Problem(BOWL, [LONG]).replace(optimizers=[SGD(lr=0.1)])


def test_noise_is_the_same_however_long_the_others_run():
    settings = {"start": (1, 2), "noise": 0.1, "seed": 4}
    both = Problem(
        BOWL, [SGD(lr=0.1), Momentum(lr=0.1)], steps={"SGD": 5, "Momentum": 50}, **settings
    )
    alone = Problem(BOWL, [SGD(lr=0.1)], steps=5, **settings)
    np.testing.assert_array_equal(simulate(both)["SGD"].points, simulate(alone)["SGD"].points)


def test_without_a_surface_runs_lie_on_paper_that_holds_them():
    problem = Problem(None, [SHORT, Run(None, [3, 2, 1], label="losses")])
    assert isinstance(problem.surface, Paper)
    assert not problem.surface.has_ground
    assert BOWL.has_ground
    (x0, x1), (y0, y1) = problem.surface.bounds
    assert x0 < 1 < 2 < x1
    assert y0 < 0.5 < 1 < y1
    assert len(simulate(problem)) == 2
    with pytest.raises(InvalidInput, match="it has no losses, and 'paper' has none to give"):
        Problem(None, [LONG])
    with pytest.raises(InvalidInput, match="needs surface too"):
        Problem(None, [SGD(lr=0.1)], (1, 2), 3)


def test_paper_has_no_heights_and_keeps_the_bounds_it_was_given():
    paper = Problem(Paper(((0, 1), (0, 2))), SHORT).surface
    assert paper.bounds == ((0, 1), (0, 2))
    points = np.ones((3, 4, 2))
    assert paper.value(points).shape == (3, 4)
    assert paper.gradient(points).shape == (3, 4, 2)
    assert paper.hessian(points).shape == (3, 4, 2, 2)
    assert [each.shape for each in paper.grid(5, 4)] == [(5,), (4,), (4, 5)]
    assert np.isnan(paper.value(points)).all()


def test_the_report_counts_training_steps_and_leaves_cells_empty():
    run = Run([(1, 1), (0, 0), (0, 0)], [2, 0, np.nan], label="a", steps=[0, 10, 40])
    gap = Run([(1, 1), (0, 0), (0, 0)], [2, np.nan, 0], label="b", steps=[0, 10, 40])
    first, second = summarize(simulate(Problem(BOWL, [run, gap])))
    assert (first.first_below, first.ending) == (10, "diverged at step 40")
    assert (second.first_below, second.stays_below, second.final_loss) == (40, 40, 0)
    assert (second.evaluations, second.seconds, second.hessian_calls) == (None, None, None)
    header, _, row = as_csv([first, second]).splitlines()
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert [cells[name] for name in ("evaluations", "seconds", "value_calls")] == ["", "", ""]


def test_tuning_leaves_recorded_runs_as_they_are():
    tuned = tune(Problem(BOWL, [SHORT, SGD(lr=0.1)], {"SGD": (1, 2)}, {"SGD": 30}), budget=5)
    assert tuned.optimizers[0] is SHORT
    assert tuned.names[1].endswith("(tuned)")
    assert dict(tuned.plans.budgets) == {tuned.names[1]: 30}


def test_a_changed_scene_keeps_starts_and_steps_by_label():
    rules = {"a": SGD(lr=0.1), "b": SGD(lr=0.2)}
    recorded = Run([(1, 1)] * 40, label="long")
    scene = Scene(
        surfaces.bowl(), [*Scene(surfaces.bowl(), rules, (1, 1), 2).optimizers, recorded],
        start={"a": (1, 2), "b": (2, 1)}, steps={"a": 3, "b": 5},
    ).replace(title="changed")  # fmt: skip
    runs = simulate(scene)
    assert [len(run.values) for run in runs] == [4, 6, 40]
    assert runs["b"].points[0].tolist() == [2, 1]
