"""The clock: which steps are shown, in warped time by what is seen to move."""

import numpy as np
import pytest

from animopt import Scene, Surface, Timeline, optimizers, simulate, surfaces
from animopt.picture import compose
from animopt.picture.clock import clock, movement

TWINS = Surface(
    lambda x, y: (x**2 - 1) ** 2 + y**2,
    name="twins",
    bounds=((-2, 2), (-2, 2)),
    minima=[(-1, 0), (1, 0)],
    saddles=[(0, 0)],
)


def descent(**changes):
    settings = {
        "surface": TWINS,
        "optimizers": {"sgd": optimizers.SGD(lr=0.05), "heavy": optimizers.Momentum(lr=0.02)},
        "start": (0.5, 1.0),
        "steps": 60,
        "size": (320, 240),
    }
    return Scene(**settings | changes)


def test_warped_time_follows_what_is_seen_to_move():
    scene = descent(steps=400, timeline=Timeline(duration=6, warp=True))
    simulation = simulate(scene)
    moved = movement(simulation, scene.bounds)
    assert sum(moved) == pytest.approx(2)
    assert sum(moved[:100]) > 1.9
    shown = [step for step, _ in clock(simulation, scene.look)]
    plain = [step for step, _ in Timeline(duration=6).pictures(400)]
    assert sum(step < 50 for step in shown) > 2 * sum(step < 50 for step in plain)
    assert shown == list(compose(simulation).shown)


def test_what_goes_on_outside_the_picture_does_not_move_it():
    away = descent(surface=surfaces.saddle(), bounds=((-1, 1), (-1, 1)), start=(0.9, 0), steps=100)
    moved = movement(simulate(away), away.bounds)
    assert moved[0] > 0
    assert sum(moved[80:]) == 0


def test_another_timeline_than_that_of_the_look_can_be_asked_for():
    simulation = simulate(descent(steps=10))
    asked = clock(simulation, simulation.scene.look, Timeline(fps=10, speed=5))
    assert [step for step, _ in asked] == [0, 5, 10]
    assert asked[1][1] == pytest.approx(0.1)


def test_the_part_of_the_path_counts_and_not_its_length():
    runs = {"slow": optimizers.SGD(lr=0.01), "quick": optimizers.SGD(lr=0.2)}
    scene = descent(surface=surfaces.bowl(), optimizers=runs, start=(1, 1), steps=30)
    moved = np.array(movement(simulate(scene), scene.bounds))
    apart = sum(
        np.array(movement(simulate(scene.replace(optimizers={name: run})), scene.bounds))
        for name, run in runs.items()
    )
    np.testing.assert_allclose(moved, apart)
