"""The report: what a simulation says in numbers."""

import csv
import io
import json
import math
from dataclasses import dataclass

import numpy as np
import pytest

from animopt import Scene, Surface, optimizers, simulate, surfaces
from animopt.errors import InvalidInput
from animopt.runs.report import as_csv, as_json, as_markdown, columns, summarize


@dataclass(frozen=True)
class Walk(optimizers.Optimizer):
    """Goes along x by ``stride`` a step, and asks for nothing."""

    stride: float = -1.0

    def step(self, objective, x, state):
        return x + np.array([self.stride, 0.0]), state


@dataclass(frozen=True)
class Curious(optimizers.Optimizer):
    """Stays, and asks for the value once, the gradient twice and the Hessian three times a step."""

    def step(self, objective, x, state):
        objective.value(x)
        for _ in range(2):
            objective.gradient(x)
        for _ in range(3):
            objective.hessian(x)
        return x, state


def rows_of(surface, some_optimizers, start, steps, tolerance=1e-4, **settings):
    scene = Scene(surface, some_optimizers, start, steps, **settings)
    return summarize(simulate(scene), tolerance)


def halving(**settings):
    """SGD that halves x each step on the bowl: the losses are 16, 4, 1, 1/4, ..."""
    return rows_of(surfaces.bowl(), {"half": optimizers.SGD(lr=0.25)}, (4, 0), 10, **settings)


def test_a_row_by_hand():
    (row,) = halving(tolerance=0.3)
    assert (row.label, row.starts, row.ending) == ("half", 1, "finished")
    assert row.final_loss == row.best_loss == (4 / 2**10) ** 2
    assert row.distance == 4 / 2**10
    assert (row.first_below, row.stays_below) == (3, 3)
    assert (row.value_calls, row.gradient_calls, row.hessian_calls) == (0, 10, 0)
    assert row.evaluations == 10
    assert row.success_rate is row.lower_quartile is row.upper_quartile is None
    assert 0 < row.step_seconds < row.seconds


def test_below_is_strict():
    assert halving(tolerance=0.25)[0].first_below == 4
    assert halving(tolerance=np.nextafter(0.25, 1))[0].first_below == 3


def test_a_run_may_be_below_at_once_or_never():
    assert (halving(tolerance=17)[0].first_below, halving(tolerance=17)[0].stays_below) == (0, 0)
    assert halving(tolerance=np.float32(17))[0].first_below == 0
    never = halving(tolerance=1e-9)[0]
    assert (never.first_below, never.stays_below) == (None, None)


def test_first_below_and_below_for_good_differ_for_a_run_that_leaves_again():
    # Along x: 2, 1, 0, -1, -2, so the losses are 4, 1, 0, 1, 4.
    (row,) = rows_of(surfaces.bowl(), [Walk()], (2, 0), 4, tolerance=0.5)
    assert (row.first_below, row.stays_below) == (2, None)
    assert (row.best_loss, row.final_loss, row.distance) == (0, 4, 2)


def test_below_for_good_counts_from_the_last_return():
    ripple = Surface(lambda x, y: np.abs(np.abs(x) - 1), minima=[(1, 0), (-1, 0)])
    # Along x: 2, 1, 0, -1, so the losses are 1, 0, 1, 0.
    (row,) = rows_of(ripple, [Walk()], (2, 0), 3, tolerance=0.5)
    assert (row.first_below, row.stays_below) == (1, 3)
    assert row.distance == 0


def test_the_tolerance_is_above_the_lowest_known_minimum():
    deep = Surface(lambda x, y: x**2 + y**2 - 100, minima=[(0, 0)])
    (row,) = rows_of(deep, [optimizers.SGD(lr=0.25)], (4, 0), 10, tolerance=0.3)
    assert row.first_below == 3
    assert row.final_loss == (4 / 2**10) ** 2 - 100


def test_without_a_known_minimum_the_loss_itself_is_compared():
    (row,) = rows_of(lambda x, y: x + 0 * y, [Walk()], (3, 0), 5, 0.5, bounds=((0, 3), (0, 1)))
    assert (row.first_below, row.stays_below) == (3, 3)
    assert row.distance is None


def test_every_kind_of_evaluation_is_counted():
    (row,) = rows_of(surfaces.bowl(), [Curious()], (1, 1), 7)
    assert (row.value_calls, row.gradient_calls, row.hessian_calls) == (7, 14, 21)
    assert row.evaluations == 42


def test_a_run_that_starts_at_the_minimum_has_converged():
    (row,) = rows_of(surfaces.bowl(), [optimizers.SGD(lr=0.1)], (0, 0), 3)
    assert row.ending == "converged"


@pytest.fixture
def diverged():
    runs = {
        "momentum": optimizers.Momentum(lr=0.01, momentum=0.9),
        "sgd": optimizers.SGD(lr=0.01),
    }
    return rows_of(surfaces.cubic(), runs, (2, 3), 150)


def test_a_run_that_diverged_has_no_final_loss_and_never_stays_below(diverged):
    momentum, sgd = diverged
    assert momentum.ending == "diverged at step 25"
    assert math.isnan(momentum.final_loss)
    assert math.isnan(momentum.distance)
    assert momentum.stays_below is None
    assert math.isfinite(momentum.best_loss)
    assert sgd.ending == "finished"
    assert math.isfinite(sgd.final_loss)


def test_what_is_not_a_number_is_null_in_json_empty_in_csv_and_a_dash_in_tables(diverged):
    momentum, sgd = json.loads(as_json(diverged))
    assert momentum["final_loss"] is momentum["distance"] is momentum["stays_below"] is None
    assert sgd["final_loss"] == diverged[1].final_loss
    first, _ = csv.DictReader(io.StringIO(as_csv(diverged)))
    assert first["final_loss"] == first["distance"] == first["stays_below"] == ""
    assert as_markdown(diverged).splitlines()[2].startswith("| momentum | – |")


@pytest.fixture
def ensemble():
    # With a tolerance of 1.5 along x: 4 fails; 2 ends at 0; 3 and 0 end 1 away.
    starts = [(4, 0), (2, 0), (3, 0), (0, 0)]
    slowly = Walk(stride=-1.0, label="walk")
    return rows_of(surfaces.bowl(), [slowly], starts, 2, tolerance=1.5)


def test_an_ensemble_is_reported_by_its_median_and_quartiles(ensemble):
    (row,) = ensemble
    # At the end x is 2, 0, 1 and -2: losses 4, 0, 1, 4.
    assert row.starts == 4
    assert (row.lower_quartile, row.final_loss, row.upper_quartile) == (0, 1, 4)
    # Best on the way: 4, 0, 1, 0; steps below 1.5: none, 1, 2, 0; below for good: -, 1, 2, -.
    assert row.best_loss == 0
    assert row.distance == 1
    assert row.first_below == 1
    assert row.stays_below == 2
    assert row.success_rate == 0.5
    assert row.ending == "1 converged, 3 finished"


def test_a_start_that_diverged_counts_as_worst():
    starts = [(0.1, 0.1), (0.2, 0), (0, -50)]
    (row,) = rows_of(surfaces.cubic(), [optimizers.SGD(lr=0.1)], starts, 400)
    assert row.ending == "2 converged, 1 diverged"
    assert row.success_rate == pytest.approx(2 / 3)
    assert math.isnan(row.upper_quartile)
    assert math.isfinite(row.final_loss)


def test_the_report_of_the_ring_is_the_same_on_a_second_run():
    some = [optimizers.Adam(lr=0.2), optimizers.RMSprop(lr=0.005), optimizers.Adadelta(lr=100)]
    first, second = (rows_of(surfaces.ring(), some, (0.1, 2.0), 999) for _ in range(2))
    for write in (as_csv, as_json, as_markdown):
        assert write(first, timings=False) == write(second, timings=False)


def test_csv_and_json_keep_every_digit():
    rows = rows_of(surfaces.ring(), [optimizers.Adam(lr=0.2)], (0.1, 2.0), 20)
    (line,) = csv.DictReader(io.StringIO(as_csv(rows)))
    (thing,) = json.loads(as_json(rows))
    for name in ("final_loss", "best_loss", "distance", "seconds", "step_seconds"):
        assert float(line[name]) == thing[name] == getattr(rows[0], name)


@pytest.mark.parametrize("write", [as_csv, as_json, as_markdown])
def test_timings_are_last_and_can_be_left_out(write):
    assert "seconds" in write(halving())
    assert "seconds" not in write(halving(), timings=False)
    # The headings say that they are of this machine.
    headings = [column.heading for column in columns(halving())]
    assert headings[-2:] == ["seconds, here", "per step, here"]


def test_a_table_shows_what_has_something_to_say(ensemble):
    alone = [column.heading for column in columns(halving(), timings=False)]
    together = [column.heading for column in columns(ensemble, timings=False)]
    assert alone == [
        "optimizer", "final loss", "best loss", "distance", "first arrival", "there to stay",
        "evaluations", "values", "gradients", "ending",
    ]  # fmt: skip
    added = [heading for heading in together if heading not in alone]
    assert added == ["starts", "lower quartile", "upper quartile", "success"]


def test_markdown_by_hand():
    assert as_markdown(halving(tolerance=0.3), timings=False).splitlines() == [
        "| optimizer | final loss | best loss | distance | first arrival | there to stay "
        "| evaluations | values | gradients | ending |",
        "| :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | :--- |",
        "| half | 1.526e-05 | 1.526e-05 | 0.003906 | 3 | 3 | 10 | 0 | 10 | finished |",
    ]


def test_a_label_does_not_break_the_table():
    run = {"a|b": optimizers.SGD(lr=0.1), 'c,"d"': optimizers.SGD(lr=0.2)}
    rows = rows_of(surfaces.bowl(), run, (1, 1), 2)
    assert r"| a\|b |" in as_markdown(rows)
    assert [line["label"] for line in csv.DictReader(io.StringIO(as_csv(rows)))] == list(run)


def test_several_scenes_go_into_one_table():
    simulation = simulate(Scene(surfaces.bowl(), [Walk()], (1, 0), 2))
    rows = [*summarize(simulation, scene="one"), *summarize(simulation, scene="two")]
    assert [row["scene"] for row in json.loads(as_json(rows))] == ["one", "two"]
    assert columns(rows)[0].cells == ("one", "two")


def test_no_rows_make_an_empty_table():
    assert json.loads(as_json([])) == []
    assert len(as_csv([]).splitlines()) == 1
    assert as_markdown([]).startswith("| optimizer | final loss |")


@pytest.mark.parametrize("tolerance", [0, -1, math.nan, math.inf, "small"])
def test_a_tolerance_must_be_above_zero(tolerance):
    with pytest.raises(InvalidInput, match="give a finite number > 0"):
        halving(tolerance=tolerance)
