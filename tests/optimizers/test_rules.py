"""Rules worked by hand, and what each optimizer is known for."""

import numpy as np
import pytest

from animopt import Scene, Surface, optimizers, simulate, surfaces
from animopt.errors import InvalidInput

# Quadratics with gradient g = x: every number below can be checked on paper.
UNIT = Surface(
    lambda x, y: (x**2 + y**2) / 2,
    gradient=lambda x, y: (x, y),
    hessian=lambda x, y: ((1, 0), (0, 1)),
)
ROSENBROCK = Surface(lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, name="rosenbrock")


def path(optimizer, surface=UNIT, start=(1.0, -2.0), steps=3):
    return simulate(Scene(surface, [optimizer], start, steps)).trajectories[0].points


@pytest.mark.parametrize(
    ("optimizer", "xs"),
    [
        (optimizers.SGD(lr=0.5), [1, 0.5, 0.25, 0.125]),
        (optimizers.Momentum(lr=0.5, momentum=0.5), [1, 0.5, 0, -0.25]),
        # The first buffer is not dampened: b = 1, 0.5 + 0.25, 0.375 + 0.0625.
        (optimizers.Momentum(lr=0.5, momentum=0.5, dampening=0.5), [1, 0.5, 0.125, -0.09375]),
        (optimizers.Nesterov(lr=0.5, momentum=0.5), [1, 0.25, -0.0625, -0.109375]),
        (optimizers.SignSGD(lr=0.375), [1, 0.625, 0.25, -0.125]),
        # Grows by 1.5, then turns: it waits a step with half the rate.
        (optimizers.Rprop(lr=0.5, eta_plus=1.5), [1, 0.5, -0.25, -0.25]),
        (optimizers.Brake(lr=0.5), [1, 0.5, 0.5 - 0.25 - 0.3, -0.05]),
        (optimizers.Lookahead(optimizers.SGD(lr=0.5), k=2), [1, 0.5, 0.625, 0.3125]),
        (optimizers.WeightDecay(optimizers.SGD(lr=0.5), 1.0), [1, 0, 0, 0]),
        (
            optimizers.WeightDecay(optimizers.SGD(lr=0.5), 0.5, form="decoupled"),
            [1, 0.25, 0.0625, 0.015625],
        ),
        (optimizers.Clip(optimizers.SGD(lr=0.5), 0.5, by="value"), [1, 0.75, 0.5, 0.25]),
        (optimizers.Newton(lr=0.5), [1, 0.5, 0.25, 0.125]),
        (optimizers.Newton(damping=1.0), [1, 0.5, 0.25, 0.125]),
        (optimizers.BacktrackingDescent(lr=4.0), [1, 0, 0, 0]),
    ],
    ids=lambda value: value.label if isinstance(value, optimizers.Optimizer) else "",
)
def test_three_steps_by_hand_on_a_unit_bowl(optimizer, xs):
    np.testing.assert_allclose(path(optimizer)[:, 0], xs, rtol=0, atol=1e-12)


def test_clip_bounds_the_length_of_the_gradient_and_keeps_its_direction():
    clipped = optimizers.Clip(optimizers.SGD(lr=1.0), limit=1.0, eps=0.0)
    step = np.diff(path(clipped, start=(30, 40), steps=1), axis=0)[0]
    np.testing.assert_allclose(step, (-0.6, -0.8), rtol=1e-14)


def test_sam_steps_by_the_gradient_uphill():
    sam = optimizers.SAM(optimizers.SGD(lr=1.0), rho=0.5)
    # At (3, 4) the gradient is (3, 4), so uphill by 0.5 is (3.3, 4.4).
    np.testing.assert_allclose(path(sam, start=(3, 4), steps=1)[1], (-0.3, -0.4), rtol=1e-12)


def test_asgd_averages_from_t0_on():
    plain = path(optimizers.ASGD(lr=0.5, lambd=0.0), steps=6)[:, 0]
    averaged = path(optimizers.ASGD(lr=0.5, lambd=0.0, t0=2), steps=6)[:, 0]
    np.testing.assert_array_equal(averaged[:5], plain[:5])
    np.testing.assert_allclose(averaged[5:], [plain[4:k].mean() for k in (6, 7)], rtol=1e-12)


def test_schedule_free_shows_the_average_of_its_fast_points():
    z, fast = 1.0, []
    for _ in range(4):
        # beta1 = 0 puts the gradient at z itself.
        z -= 0.5 * z
        fast.append(z)
    average = path(optimizers.ScheduleFreeSGD(lr=0.5, beta1=0.0), steps=4)[1:, 0]
    np.testing.assert_allclose(average, np.cumsum(fast) / np.arange(1, 5), rtol=1e-12)


def test_newton_goes_to_the_saddle_unless_told_to_leave_it():
    saddle = surfaces.saddle()
    to_it = path(optimizers.Newton(), saddle, (0.5, 0.5), 1)[1]
    away = path(optimizers.Newton(curvature="absolute"), saddle, (0.5, 0.5), 1)[1]
    np.testing.assert_allclose(to_it, (0, 0), atol=1e-15)
    np.testing.assert_allclose(away, (1, 0), atol=1e-15)


def test_newton_leaves_alone_a_direction_without_curvature():
    valley = Surface(
        lambda x, y: x**2 + y,
        gradient=lambda x, y: (2 * x, 1),
        hessian=lambda x, y: ((2, 0), (0, 0)),
    )
    np.testing.assert_array_equal(path(optimizers.Newton(), valley, (3, 4), 1)[1], (0, 4))


def test_newton_on_a_surface_without_a_hessian_falls_back_to_differences():
    given = path(optimizers.Newton(), surfaces.ring(), (-1.2, 0.3), 5)
    without = Surface(lambda x, y: (x**2 + y**2 - 1) ** 2 + (x + 1) ** 2 / 8)
    np.testing.assert_allclose(path(optimizers.Newton(), without, (-1.2, 0.3), 5), given, atol=1e-7)


@pytest.mark.parametrize("name", ["BFGS", "LBFGS", "ConjugateGradient", "NelderMead", "Newton"])
def test_methods_with_curvature_or_a_simplex_find_the_minimum_of_rosenbrock(name):
    optimizer = optimizers.catalogue()[name]()
    end = path(optimizer, ROSENBROCK, (-1.2, 1), 120)[-1]
    np.testing.assert_allclose(end, (1, 1), atol=1e-6)


def test_conjugate_gradients_end_a_quadratic_in_two_steps():
    quadratic = Surface(lambda x, y: x**2 + x * y + 9 * y**2)
    end = path(optimizers.ConjugateGradient(c2=1e-6), quadratic, (3, 2), 2)[-1]
    np.testing.assert_allclose(end, (0, 0), atol=1e-6)


@pytest.mark.parametrize(
    "optimizer",
    [
        optimizers.BacktrackingDescent(),
        optimizers.ConjugateGradient(),
        optimizers.ConjugateGradient(beta="fletcher-reeves"),
        optimizers.BFGS(),
        optimizers.LBFGS(),
        optimizers.NelderMead(),
        optimizers.RandomSearch(),
    ],
    ids=lambda optimizer: optimizer.label,
)
@pytest.mark.parametrize("surface", [surfaces.ring(), ROSENBROCK], ids=lambda s: s.name)
def test_methods_that_search_never_climb(optimizer, surface):
    run = simulate(Scene(surface, [optimizer], (-1.2, 1.0), 60)).trajectories[0]
    assert (np.diff(run.values) <= 0).all()
    assert run.values[-1] < run.values[0]


def test_line_searches_reach_a_flat_gradient_though_the_minimum_is_not_zero():
    lifted = Surface(lambda x, y: 1000 + x**2 + 3 * y**2 + x * y, name="lifted")
    for optimizer in (optimizers.BFGS(), optimizers.LBFGS(), optimizers.ConjugateGradient()):
        run = simulate(Scene(lifted, [optimizer], (3, 2), 40)).trajectories[0]
        assert run.ending == "converged", optimizer.label


def test_annealing_climbs_while_hot_and_seed_zero_is_a_seed():
    def losses(**settings):
        annealing = optimizers.SimulatedAnnealing(radius=0.5, **settings)
        return simulate(Scene(UNIT, [annealing], (1, 1), 80)).trajectories[0].values

    assert (np.diff(losses(temperature=2.0, cooling=1.0)) > 0).any()
    assert (np.diff(losses(temperature=0.0)) <= 0).all()
    np.testing.assert_array_equal(losses(), losses(seed=0))
    assert (losses(seed=0) != losses(seed=1)).any()


def test_each_call_of_the_objective_is_counted():
    def calls(optimizer):
        return simulate(Scene(UNIT, [optimizer], (1, 2), 10)).trajectories[0].evaluations

    assert calls(optimizers.SGD()) == {"value": 0, "gradient": 10, "hessian": 0}
    assert calls(optimizers.SAM()) == {"value": 0, "gradient": 20, "hessian": 0}
    assert calls(optimizers.Newton()) == {"value": 0, "gradient": 10, "hessian": 10}
    assert calls(optimizers.RandomSearch()) == {"value": 11, "gradient": 0, "hessian": 0}
    assert calls(optimizers.NelderMead())["gradient"] == 0


def test_a_wrapper_shows_and_replaces_the_settings_of_what_it_wraps():
    wrapped = optimizers.SAM(optimizers.Momentum(lr=0.1), rho=0.2)
    assert wrapped.label == "SAM(Momentum lr=0.1) rho=0.2"
    assert wrapped.hyperparameters["lr"] == 0.1
    changed = wrapped.replace(lr=0.3, rho=0.4)
    assert (changed.base.lr, changed.rho) == (0.3, 0.4)
    assert changed.label == "SAM(Momentum lr=0.3) rho=0.4"
    assert optimizers.Clip(optimizers.SGD(label="mine")).label == "Clip(mine)"


def test_wrappers_refuse_what_they_cannot_wrap():
    with pytest.raises(InvalidInput, match=r"SAM\(base=0.1\): give the optimizer to wrap"):
        optimizers.SAM(0.1)
    with pytest.raises(InvalidInput, match="NelderMead has no lr"):
        optimizers.WeightDecay(optimizers.NelderMead(), form="decoupled")
