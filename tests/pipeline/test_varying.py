"""Varying: what is asked for is read, simulated by the checked optimizers, and refused if wrong."""

from __future__ import annotations

import numpy as np
import pytest

from animopt import Scene, optimizers, simulate, surfaces
from animopt.errors import InvalidInput
from animopt.pipeline.varying import axes_of, parse_vary, varied
from animopt.progress import Progress

SCENE = Scene(
    surfaces.rosenbrock(),
    [optimizers.Adam(lr=0.05), optimizers.Momentum(lr=1e-3), optimizers.SGD(lr=1e-3)],
    start=(-1.5, 2),
    steps=30,
)


def variations(asked, scene=SCENE):
    return varied(simulate(scene), scene.bounds, asked, Progress())


def test_values_are_geometric_where_both_ends_are_positive():
    (axis,) = axes_of("lr", "0.001..1:4", SCENE.bounds)
    np.testing.assert_allclose(axis.values, [0.001, 0.01, 0.1, 1])
    (axis,) = axes_of("momentum", "0..0.9:4", SCENE.bounds)
    np.testing.assert_allclose(axis.values, [0, 0.3, 0.6, 0.9])
    (axis,) = axes_of("lr", "1e-3..1", SCENE.bounds)
    assert len(axis.values) == 20
    (axis,) = axes_of("lr", np.geomspace(0.1, 1, 3), SCENE.bounds)
    assert axis.values == tuple(np.geomspace(0.1, 1, 3).tolist())


def test_only_what_a_setting_changes_is_simulated_again():
    found = variations({"Adam.lr": "0.01..0.1:3", "lr": [0.001, 0.002], "start": "3x2"})
    counts = [{number: len(runs) for number, runs in each.runs.items()} for each in found]
    assert counts == [{0: 3}, {0: 2, 1: 2, 2: 2}, {0: 6, 1: 6, 2: 6}]


def test_each_run_equals_the_scene_s_own_at_that_value():
    settings, starts = variations({
        "Momentum.lr x Momentum.momentum": "1e-4..1e-3:2 x 0..0.9:3", "start": (2, 3),
    })  # fmt: skip
    rates, momenta = (axis.values for axis in settings.axes)
    for i, (lr, momentum) in enumerate((a, b) for a in rates for b in momenta):
        alone = simulate(SCENE.replace(optimizers=optimizers.Momentum(lr=lr, momentum=momentum)))
        np.testing.assert_array_equal(settings.runs[1][i].points, alone.trajectories[0].points)
    places = [(x, y) for x in starts.axes[0].values for y in starts.axes[1].values]
    for number in range(3):
        for run, place in zip(starts.runs[number], places, strict=True):
            alone = simulate(SCENE.replace(start=place)).trajectories[number]
            np.testing.assert_array_equal(run.points, alone.points)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"Adam.lr": "1"}, "give LOW..HIGH"),
        ({"Adam.lr": "1..0"}, "give LOW..HIGH"),
        ({"Adam.lr": "0..nan"}, "give LOW..HIGH"),
        ({"Adam.lr": "0..1:1"}, "give LOW..HIGH"),
        ({"Adam.lr": "0..1:99999"}, "give LOW..HIGH"),
        ({"Adam.lr": [1, 1]}, "rising numbers"),
        ({"Adam.lr": ["a"]}, "rising numbers"),
        ({"Adam.rl": "0..1"}, "did you mean 'Adam.lr'"),
        ({"Adam.lr": "-1..1"}, "vary Adam.lr=-1: .*lr must be a number >= 0"),
        ({"start": "7"}, "give columns and rows"),
        ({"start": (1, 1)}, "give columns and rows"),
        ({"start": 7}, "give columns and rows"),
        ({"start": "999x999"}, "give columns and rows"),
        ({"Adam.lr x SGD.lr": "0..1"}, "values for one setting, or for two"),
        ({"Adam.lr x SGD.lr": "1..2:200 x 1..2:200"}, "40000 combinations"),
        ({"a x b x c": "0..1 x 0..1 x 0..1"}, "values for one setting, or for two"),
    ],
)
def test_what_cannot_vary_is_refused(asked, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        variations(asked)


def test_an_ensemble_does_not_vary():
    with pytest.raises(InvalidInput, match="many starts already"):
        variations({"lr": [0.1, 0.2]}, SCENE.replace(start=[(0, 0), (1, 1)]))


@pytest.mark.parametrize("text", ["Adam.lr", "=1..2", "Adam.lr=", "a=1..2 x b"])
def test_a_text_without_name_or_values_is_refused(text):
    with pytest.raises(InvalidInput, match="write LABEL"):
        parse_vary([text])


def test_a_name_is_given_once():
    with pytest.raises(InvalidInput, match="given twice"):
        parse_vary(["lr=1..2", "lr=1..3"])
