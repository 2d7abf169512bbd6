"""The table: ranks by the present loss, and losses written short."""

import numpy as np
import pytest

from animopt import Scene, optimizers, simulate, surfaces
from animopt.picture import compose
from animopt.picture.table import TablePanel, loss_text

STEPS = 12


def descent(**changes):
    settings = {
        "surface": surfaces.ring(),
        "optimizers": {"sgd": optimizers.SGD(lr=0.1), "adam": optimizers.Adam(lr=0.2)},
        "start": (0.1, 2.0),
        "steps": STEPS,
        "size": (480, 240),
    }
    return Scene(**settings | changes)


def diverging(**changes):
    return descent(
        surface=surfaces.cubic(),
        optimizers={
            "momentum": optimizers.Momentum(lr=0.01, momentum=0.9),
            "sgd": optimizers.SGD(lr=0.01),
        },
        start=(2, 3),
        steps=40,
        **changes,
    )


def table_of(scene):
    (table,) = compose(simulate(scene), panels=("table",)).panels
    return table


@pytest.mark.parametrize("step", [0, 4, STEPS])
def test_the_table_ranks_by_present_loss(step):
    scene = descent(optimizers=optimizers_by_rate())
    losses = [run.values[step] for run in simulate(scene)]
    ranking = table_of(scene).ranking(step)
    np.testing.assert_array_equal(ranking, np.argsort(losses, kind="stable"))


def optimizers_by_rate():
    return {f"lr {lr:g}": optimizers.SGD(lr=lr) for lr in (0.01, 0.1, 0.05, 0.2)}


def test_the_ranking_changes_on_the_way():
    swinging = {"a": optimizers.Momentum(lr=0.1), "b": optimizers.SGD(lr=0.05)}
    table = table_of(descent(surface=surfaces.bowl(), optimizers=swinging))
    assert {table.ranking(step)[0] for step in range(STEPS + 1)} == {0, 1}


def test_the_table_writes_losses_short_and_says_what_diverged():
    run, other = table_of(diverging()).tracks
    assert loss_text(run, 0) == "46.0000"
    assert loss_text(run, 39) == "diverged"
    assert run.diverged == 25
    assert run.values[20] < -1e4
    assert loss_text(run, 20) == f"{run.values[20]:.2e}".replace("-", "−")
    assert loss_text(other, 40) == f"{other.values[40]:.4f}"


def test_a_diverged_optimizer_ranks_last():
    table = table_of(diverging())
    assert table.tracks[table.ranking(40)[-1]].label == "momentum"
    assert TablePanel().projection is None
