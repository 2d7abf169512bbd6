"""Studies that the processes of an executor share have the numbers of one process."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from animopt import InvalidInput, Scene, optimizers, simulate, surfaces
from animopt.errors import ExportError
from animopt.picture.basins import basins
from animopt.runs import hands
from animopt.runs.hands import Hands, NotSent, lent, spread
from animopt.runs.tuning import tune
from animopt.runs.variations import Axis, vary

OPTIMIZERS = [
    optimizers.SGD(lr=0.001), optimizers.Adam(lr=0.1), optimizers.NelderMead(), optimizers.BFGS(),
    optimizers.SimulatedAnnealing(), optimizers.SGD(lr=10.0, label="diverges"),
]  # fmt: skip


@pytest.fixture(scope="module")
def threads():
    with ThreadPoolExecutor(3) as executor:
        yield executor


def ensemble(count, **settings):
    starts = np.random.default_rng(1).uniform(-2, 2, (count, 2))
    return Scene(surfaces.rosenbrock(), OPTIMIZERS, starts, 40, **settings)


def assert_same(one, other):
    for mine, theirs in zip(one, other, strict=True):
        for name in ("points", "values", "calls"):
            np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name))
        for name in ("label", "endings", "evaluations", "optimizer"):
            assert getattr(mine, name) == getattr(theirs, name)
        assert np.isfinite(theirs.seconds[: theirs.calls.size // 2]).all()


@pytest.mark.parametrize("noise", [0.0, 2.0])
@pytest.mark.parametrize("count", [1, 1001])
def test_an_ensemble_in_blocks_has_the_numbers_of_one_process(threads, count, noise):
    scene = ensemble(count, noise=noise, seed=5)
    assert_same(simulate(scene), simulate(scene, executor=threads))


def test_the_blocks_go_to_processes():
    scene = ensemble(600).replace(steps=10)
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        assert_same(simulate(scene), simulate(scene, executor=executor))
        tuned = tune(scene, budget=3, executor=executor)
    assert [each.label for each in tuned.optimizers] == [
        each.label for each in tune(scene, budget=3).optimizers
    ]


def test_large_studies_are_shared_where_hands_are_lent(threads, monkeypatch):
    monkeypatch.setattr(hands, "_LARGE", 1000)
    asked = []
    each = hands._each
    monkeypatch.setattr(hands, "_each", lambda work, items: asked.append(work) or each(work, items))
    problem = Scene(surfaces.himmelblau(), [optimizers.SGD(lr=0.01)], (1, 1), 20).problem
    axes = (Axis("start.x", (0.0, 1.0, 2.0)), Axis("start.y", (0.0, 3.0)))

    def study():
        x, y = np.linspace(-5, 5, 9), np.linspace(-5, 5, 7)
        varied = vary(problem, axes, lambda p, to: p.replace(start=to), lambda done, total: None)
        reached = basins(problem, problem.optimizers[0].label, problem.surface.bounds, x, y)
        return [run.points for run in varied.runs[0]], reached

    alone = study()
    assert not asked
    with lent(Hands("render", threads)):
        shared = study()
    np.testing.assert_array_equal(alone[0], shared[0])
    np.testing.assert_array_equal(alone[1], shared[1])
    assert len(asked) > 6


def test_what_cannot_be_sent_is_said_or_done_here():
    local = [lambda x: x]
    with ProcessPoolExecutor(1, get_context("spawn")) as executor:
        team = Hands("simulate", executor)
        with pytest.raises(NotSent, match="Dask client"):
            list(spread(id, local, team))
        with lent(team):
            assert list(spread(id, local, team)) == [id(local[0])]


def test_what_a_block_raises_is_raised(threads):
    scene = ensemble(600)
    starts = np.array(scene.start)
    starts[450, 0] = 1e200
    scene = scene.replace(start=starts)
    with pytest.raises(InvalidInput) as alone:
        simulate(scene)
    with pytest.raises(InvalidInput) as shared:
        simulate(scene, executor=threads)
    assert str(alone.value) == str(shared.value)
    with pytest.raises(ZeroDivisionError):
        list(spread(_fails, [1], Hands("simulate", threads)))


def _fails(item):
    raise ZeroDivisionError


def test_an_executor_that_is_none_or_has_ended_is_one_sentence():
    with pytest.raises(InvalidInput, match="simulate\\(executor=7\\)"):
        simulate(ensemble(2), executor=7)
    ended = ThreadPoolExecutor(1)
    ended.shutdown()
    with pytest.raises(ExportError, match="the executor gave up"):
        simulate(ensemble(2), executor=ended)
