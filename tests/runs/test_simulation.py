"""simulate: every trajectory is computed before anything is drawn, and says how it ended."""

import pickle
from dataclasses import dataclass

import numpy as np
import pytest

from animopt import ContourAnimation, Scene, Surface, SurfaceAnimation, simulate, surfaces
from animopt.errors import InvalidInput
from animopt.optimizers import SGD, Adadelta, Adagrad, Adam, Brake, Momentum, Optimizer, RMSprop
from animopt.runs.run import Ending
from animopt.runs.statistics import quantile

FAMILY = {
    "sgd": SGD(lr=0.01),
    "momentum": Momentum(lr=0.01, momentum=0.9),
    "adagrad": Adagrad(lr=0.5),
    "rmsprop": RMSprop(lr=0.05),
    "adadelta": Adadelta(lr=1.0),
    "adam": Adam(lr=0.1),
    "brake": Brake(lr=0.01),
}
STARTS = np.random.default_rng(0).uniform(-1.5, 1.5, (5, 2))


def run(optimizer, surface=None, start=(4.0, 2.0), steps=10, **settings):
    """The only trajectory of a scene with one optimizer."""
    scene = Scene(surface or surfaces.bowl(), [optimizer], start, steps, **settings)
    return simulate(scene).trajectories[0]


@dataclass(frozen=True)
class Returns(Optimizer):
    """Returns whatever it is told to."""

    what: object = None

    def step(self, objective, x, state):
        return self.what(x) if callable(self.what) else self.what

    def at(self, step):
        return self


@dataclass(frozen=True)
class Looks(Optimizer):
    """Stays where it is and remembers the gradients it was shown."""

    def init(self, x):
        return []

    def step(self, objective, x, state):
        seen.append(objective.gradient(x))
        return x, state


seen: list[np.ndarray] = []


def test_steps_updates_give_steps_and_one_points_the_start_first():
    trajectory = run(SGD(lr=0.25), steps=3)
    np.testing.assert_array_equal(trajectory.points, [[4, 2], [2, 1], [1, 0.5], [0.5, 0.25]])
    np.testing.assert_array_equal(trajectory.values, [20, 5, 1.25, 0.3125])
    assert trajectory.points.dtype == np.float64
    assert trajectory.ending == "finished"
    assert trajectory.ending.step == 3


def test_trajectories_come_in_order_and_by_label():
    simulation = simulate(Scene(surfaces.ring(), FAMILY, (0.1, 2.0), 5))
    assert [trajectory.label for trajectory in simulation] == list(FAMILY)
    assert len(simulation) == len(FAMILY)
    assert simulation["adam"] is simulation.trajectories[5]
    with pytest.raises(KeyError, match="did you mean 'adam'"):
        simulation["adm"]


def test_an_ensemble_has_an_axis_more():
    trajectory = run(SGD(lr=0.1), start=STARTS, steps=6)
    assert trajectory.points.shape == (5, 7, 2)
    assert trajectory.values.shape == (5, 7)
    assert len(trajectory.ending) == len(trajectory.endings) == 5
    np.testing.assert_array_equal(trajectory.points[:, 0], STARTS)


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_a_start_runs_the_same_alone_and_in_an_ensemble(noise):
    settings = {"surface": surfaces.rosenbrock(b=10), "steps": 60, "noise": noise}
    alone, fewer, all_five = (
        run(FAMILY["momentum"], start=starts, **settings)
        for starts in (STARTS[0], STARTS[:3], STARTS)
    )
    np.testing.assert_array_equal(alone.points, all_five.points[0])
    np.testing.assert_array_equal(alone.values, all_five.values[0])
    np.testing.assert_array_equal(fewer.points, all_five.points[:3])


def test_trajectories_cannot_be_changed():
    trajectory = run(SGD(lr=0.1))
    for numbers in (trajectory.points, trajectory.values):
        with pytest.raises(ValueError, match="read-only"):
            numbers[0] = 0


def test_calls_of_the_objective_are_counted_for_each_start():
    for start in ((1.0, 1.0), STARTS):
        trajectory = run(SGD(lr=0.1), start=start, steps=8)
        assert trajectory.evaluations == {"value": 0, "gradient": 8, "hessian": 0}


def test_a_step_takes_the_median_of_the_times(monkeypatch):
    monkeypatch.setattr("time.perf_counter", iter([0.0, 1.0, 2.0, 9.0]).__next__)
    trajectory = run(SGD(lr=0.1), steps=3)
    assert (trajectory.seconds[-1], trajectory.step_seconds) == (9, 1)


@dataclass(frozen=True)
class InPlace(Optimizer):
    """Writes the next points over those it was given."""

    def step(self, objective, x, state):
        x /= 2
        return x, state


def test_a_step_may_write_into_the_points_it_was_given():
    scene = Scene(surfaces.bowl(), {"a": InPlace(), "b": InPlace()}, (4, 2), 2)
    for trajectory in simulate(scene):
        np.testing.assert_array_equal(trajectory.points, [[4, 2], [2, 1], [1, 0.5]])
    assert scene.start.tolist() == [4, 2]


@dataclass(frozen=True)
class Shifting(InPlace):
    """Writes into the starts before the first step."""

    def init(self, x):
        x += 100
        return ()


def test_init_may_write_into_the_points_it_was_given():
    np.testing.assert_array_equal(run(Shifting(), steps=1).points, [[4, 2], [2, 1]])


@dataclass(frozen=True)
class Lists(Optimizer):
    """Asks with lists instead of arrays."""

    def step(self, objective, x, state):
        objective.value(x.tolist())
        return x - objective.gradient(x.tolist()) / 4, state


def test_a_step_may_ask_with_lists():
    trajectory = run(Lists(), steps=2, noise=1e-9)
    np.testing.assert_allclose(trajectory.points[-1], [1, 0.5], rtol=1e-6)
    assert trajectory.evaluations == {"value": 2, "gradient": 2, "hessian": 0}


# How a run ended.


def test_the_cubic_throws_momentum_out_at_step_25_and_the_others_go_on():
    scene = Scene(surfaces.cubic(), FAMILY, (2, 3), 150)
    simulation = simulate(scene)
    momentum = simulation["momentum"]
    assert momentum.ending == "diverged at step 25"
    assert (momentum.ending.kind, momentum.ending.step) == ("diverged", 25)
    assert np.isfinite(momentum.values[:25]).all()
    assert not np.isfinite(momentum.values[25])
    assert np.isnan(momentum.points[26:]).all()
    assert np.isnan(momentum.values[26:]).all()
    assert simulation["adam"].ending == "finished"
    assert np.isfinite(simulation["adam"].points).all()


def test_converged_means_that_the_gradient_ends_below_1e_8():
    assert run(SGD(lr=0.25), steps=29).ending == "finished"  # |gradient| = sqrt(80) / 2^29
    assert run(SGD(lr=0.25), steps=30).ending == "converged"


def test_one_start_diverges_and_the_others_go_on():
    trajectory = run(SGD(lr=0.1), surfaces.cubic(), [(0.1, 0.1), (0, -50), (0.2, 0)], steps=300)
    assert [ending.kind for ending in trajectory.endings] == ["converged", "diverged", "converged"]
    assert trajectory.endings[1].step < 300
    assert np.isfinite(trajectory.points[[0, 2]]).all()


def test_a_loss_that_overflows_is_a_divergence_though_the_point_is_finite():
    steep = Surface(
        lambda x, y: np.exp(x**2) + y, gradient=lambda x, y: (-1 + 0 * x, 0), check=False
    )
    trajectory = run(SGD(lr=10.0), steep, (0, 0), 5)
    assert trajectory.ending == "diverged at step 3"  # exp(30^2) is the first above 1e308
    assert trajectory.points[3].tolist() == [30, 0]


def test_where_the_function_is_nan_the_run_ends_though_it_would_go_on():
    gap = Surface(
        lambda x, y: np.where(np.abs(x) < 0.4, np.nan, x**2 + y**2),
        gradient=lambda x, y: (1 + 0 * x, 0 * y),
        check=False,
    )
    trajectory = run(SGD(lr=1.0), gap, (2, 0), 5)
    assert trajectory.ending == "diverged at step 2"
    np.testing.assert_array_equal(trajectory.points[:3, 0], [2, 1, 0])
    np.testing.assert_array_equal(trajectory.values, [4, 1, *[np.nan] * 4])
    assert np.isnan(trajectory.points[3:]).all()


def test_a_run_may_diverge_on_a_constant():
    trajectory = run(SGD(lr=1e300), Surface(lambda x, y: 7.0), noise=1e300)
    assert trajectory.ending == "diverged at step 1"


def finite_only(x, y):
    if not np.isfinite(x + y).all():
        raise AssertionError("a point that is not finite")
    return x**2 + y**2


def test_where_a_run_has_diverged_the_function_is_not_asked():
    surface = Surface(
        finite_only, gradient=lambda x, y: (1e200 * x, finite_only(x, y)), check=False
    )
    trajectory = run(SGD(lr=1e200), surface)
    assert trajectory.ending == "diverged at step 1"
    assert np.isnan(trajectory.values[1:]).all()


def test_the_values_of_a_run_are_its_own():
    memory = {}
    surface = Surface(
        lambda x, y: memory.setdefault(np.shape(x), np.ones(np.shape(x))),
        gradient=lambda x, y: (x, y),
        check=False,
    )
    trajectory = run(SGD(lr=0.1), surface, steps=10)
    memory[11,][:] = 2
    assert (trajectory.values == 1).all()


def test_a_run_may_diverge_where_the_function_returns_what_cannot_be_written():
    surface = Surface(
        lambda x, y: np.broadcast_to(np.exp(x[..., :1] * 0), x.shape),
        gradient=lambda x, y: (1e300 * x, y),
        check=False,
    )
    assert run(SGD(lr=1e300), surface).ending == "diverged at step 1"


def test_a_long_dead_run_is_not_carried_on():
    trajectory = run(SGD(lr=10.0), steps=5000)
    assert trajectory.ending.kind == "diverged"
    assert trajectory.evaluations["gradient"] < 1000
    assert trajectory.points.shape == (5001, 2)


def test_an_ending_is_a_phrase_that_survives_pickling():
    for ending in (Ending("diverged", 37), Ending("converged", 10)):
        again = pickle.loads(pickle.dumps(ending))
        assert again == ending
        assert (again.kind, again.step) == (ending.kind, ending.step)
    assert str(Ending("diverged", 37)) == "diverged at step 37"


# Noise.


def noise_seen(seed=0, start=(0.0, 0.0), steps=20, noise=0.5):
    """The gradients that an optimizer meets at the bottom of a bowl: the noise alone."""
    seen.clear()
    run(Looks(), start=start, steps=steps, noise=noise, seed=seed)
    return np.array(seen)


def test_noise_follows_from_the_seed_and_zero_is_a_seed():
    np.testing.assert_array_equal(noise_seen(seed=0), noise_seen(seed=0))
    assert not np.array_equal(noise_seen(seed=0), noise_seen(seed=1))
    assert np.any(noise_seen(seed=0))


def test_noise_has_the_deviation_asked_for_and_no_bias():
    noise = noise_seen(steps=4000, noise=0.5)
    assert noise.std() == pytest.approx(0.5, rel=0.05)
    assert abs(noise.mean()) < 0.03
    assert len(np.unique(noise)) == noise.size


def test_every_optimizer_meets_the_same_noise():
    seen.clear()
    simulate(Scene(surfaces.bowl(), {"a": Looks(), "b": Looks()}, (0, 0), 20, noise=0.5))
    np.testing.assert_array_equal(seen[:20], seen[20:])


def test_the_noise_of_a_start_is_its_own():
    alone, three = noise_seen(), noise_seen(start=np.zeros((3, 2)))
    np.testing.assert_array_equal(alone[:, 0], three[:, 0])
    assert not np.array_equal(three[:, 0], three[:, 1])
    assert not np.array_equal(three[:, 1], three[:, 2])


def test_without_noise_gradients_are_exact_whatever_the_seed():
    assert not np.any(noise_seen(noise=0.0, seed=5))


def test_values_are_recorded_without_noise():
    trajectory = run(SGD(lr=0.1), noise=1.0)
    np.testing.assert_array_equal(trajectory.values, surfaces.bowl().value(trajectory.points))


# What cannot be simulated.


@pytest.mark.parametrize(
    ("f", "sentence"),
    [
        (lambda x, y: np.log(x), "is nan at the start (-1, 2)"),
        (lambda x, y: 1 / (x + 1), "is inf at the start (-1, 2)"),
        (lambda x, y: x[:0], "returned shape (0,)"),
        (lambda x, y: x + 1j, "returned complex numbers"),
    ],
)
def test_a_surface_must_be_finite_at_the_start(f, sentence):
    with pytest.raises(InvalidInput) as error:
        run(SGD(), Surface(f, name="mine"), (-1, 2))
    assert "surface 'mine'" in str(error.value)
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("what", "given"),
    [
        (None, "a NoneType"),
        (lambda x: x, "a ndarray"),
        (lambda x: (x, (), ()), "a tuple"),
        (lambda x: (x[0], ()), "points of shape (2,)"),
        (lambda x: (1.0, ()), "points of shape ()"),
        (lambda x: (x + 0j, ()), "points of type complex128, not real numbers"),
        (lambda x: (x.astype(object), ()), "points of type object, not real numbers"),
        (lambda x: ([[1.0], []], ()), "rows of different lengths"),
    ],
)
def test_a_step_must_return_the_next_points_and_the_state(what, given):
    with pytest.raises(InvalidInput) as error:
        run(Returns(what=what, label="mine"))
    assert str(error.value) == (
        f"optimizer 'mine': step returned {given}; "
        "it must return (x, state) with x of shape (1, 2), the shape it was given"
    )


def test_an_optimizer_without_a_step_says_so():
    @dataclass(frozen=True)
    class Idle(Optimizer):
        pass

    with pytest.raises(InvalidInput, match="Idle must define step"):
        run(Idle())


@pytest.mark.parametrize("shown", [simulate, ContourAnimation, SurfaceAnimation])
def test_what_is_no_scene_is_refused(shown):
    with pytest.raises(InvalidInput, match=r"^simulate\(5\): give a Scene, got int"):
        shown(5)


def test_a_simulation_of_a_catalogued_surface_survives_pickling():
    simulation = simulate(Scene(surfaces.ring(tilt=0.2), FAMILY, (0.1, 2.0), 20))
    again = pickle.loads(pickle.dumps(simulation))
    assert again.scene.optimizers == simulation.scene.optimizers
    for one, other in zip(again, simulation, strict=True):
        np.testing.assert_array_equal(one.points, other.points)
    np.testing.assert_array_equal(simulate(again.scene)["adam"].points, again["adam"].points)


def test_a_median_is_a_value_that_occurred_and_divergence_counts_as_worst():
    values = np.array([[1.0, 1.0], [2.0, np.inf], [3.0, np.nan], [4.0, 0.5]])
    np.testing.assert_array_equal(quantile(values), [2.0, 1.0])
    assert np.isnan(quantile(np.array([[np.nan], [np.inf], [1.0]])))[0]
