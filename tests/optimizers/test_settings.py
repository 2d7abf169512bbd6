"""Settings: what is refused and how, labels, schedules and sweeps."""

import functools
from dataclasses import dataclass

import numpy as np
import pytest

from animopt import Scene, optimizers, simulate, surfaces
from animopt.errors import InvalidInput
from animopt.optimizers import (
    SGD,
    Adam,
    Momentum,
    NelderMead,
    Nesterov,
    RMSprop,
    schedules,
    sweep,
)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(lr=-0.1), "SGD(lr=-0.1) is out of range: lr must be a number >= 0"),
        (lambda: SGD(lr=float("nan")), "SGD(lr=nan) is out of range"),
        (lambda: SGD(lr=float("inf")), "SGD(lr=inf) is out of range"),
        (lambda: SGD(lr="fast"), "SGD(lr='fast') is out of range"),
        (lambda: Adam(beta1=1.0), "Adam(beta1=1.0) is out of range: beta1 must be a number in"),
        (lambda: Adam(beta2=-0.1), "Adam(beta2=-0.1) is out of range"),
        (lambda: Adam(eps=-1e-8), "Adam(eps=-1e-08) is out of range"),
        (lambda: Adam(eps_where="insde"), "eps_where='insde') is unknown; did you mean 'inside'?"),
        (lambda: optimizers.Lookahead(k=0), "Lookahead(k=0) is out of range: k must be a whole"),
        (lambda: optimizers.Lookahead(k=2.5), "Lookahead(k=2.5) is out of range"),
        (lambda: optimizers.RandomSearch(seed=-1), "RandomSearch(seed=-1) is out of range"),
        (lambda: NelderMead(size=0), "NelderMead(size=0) is out of range: size must be a number"),
        (lambda: Adam().replace(lr=-1), "Adam(lr=-1) is out of range"),
        (lambda: schedules.cosine(0.1, steps=0), "cosine(steps=0) is out of range: steps must"),
        (lambda: schedules.one_cycle(0.1, 9, rise=1.5), "one_cycle(rise=1.5) is out of range"),
        (lambda: sweep(SGD, lr=0.1), "sweep(SGD, ...): give the values of at least one setting"),
        (lambda: sweep(SGD, lr=[]), "sweep(SGD, ...): give the values of at least one setting"),
        (lambda: sweep("SGD", lr=[1]), "give a class, as in sweep(SGD, lr=[0.3, 0.1])"),
        (lambda: sweep(SGD, lr=[0.1, -2]), "SGD(lr=-2) is out of range"),
    ],
)
def test_a_setting_out_of_range_is_refused_by_field_and_value(make, message):
    with pytest.raises(InvalidInput) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("make", "word", "instead"),
    [
        # PyTorch
        (lambda: SGD(lr=0.1, momentum=0.9), "momentum", "Momentum(lr=0.1, momentum=0.9)"),
        (lambda: SGD(lr=0.1, momentum=0), "momentum", "SGD(lr=0.1)"),
        (
            lambda: SGD(0.1, momentum=0.8, dampening=0.1),
            "momentum",
            "Momentum(lr=0.1, momentum=0.8, dampening=0.1)",
        ),
        (
            lambda: SGD(lr=0.1, momentum=0.5, nesterov=True),
            "momentum",
            "Nesterov(lr=0.1, momentum=0.5)",
        ),
        (
            lambda: SGD(lr=0.1, weight_decay=1e-4),
            "weight_decay",
            "WeightDecay(SGD(lr=0.1), weight_decay=0.0001)",
        ),
        (lambda: Adam(betas=(0.9, 0.999)), "betas", "Adam(beta1=0.9, beta2=0.999)"),
        (lambda: Adam(lr=0.1, betas=[0.8, 0.9]), "betas", "Adam(lr=0.1, beta1=0.8, beta2=0.9)"),
        (lambda: Adam(lr=0.1, amsgrad=True), "amsgrad", "AMSGrad(lr=0.1)"),
        (lambda: Adam(lr=0.1, amsgrad=False, foreach=None), "amsgrad", "Adam(lr=0.1)"),
        (
            lambda: Adam(lr=0.1, weight_decay=0.02),
            "weight_decay",
            "WeightDecay(Adam(lr=0.1), weight_decay=0.02)",
        ),
        (
            lambda: optimizers.AdamW(lr=0.1, weight_decay=0.02, amsgrad=True),
            "amsgrad",
            "WeightDecay(AMSGrad(lr=0.1), weight_decay=0.02, form='decoupled')",
        ),
        (lambda: RMSprop(alpha=0.9, eps=1e-7), "alpha", "RMSprop(rho=0.9, eps=1e-07)"),
        (
            lambda: optimizers.Rprop(etas=(0.5, 1.2), step_sizes=(0, 50)),
            "etas",
            "Rprop(eta_minus=0.5, eta_plus=1.2, min_step=0, max_step=50)",
        ),
        (
            lambda: optimizers.LBFGS(lr=1, max_iter=20, history_size=5),
            "max_iter",
            "LBFGS(lr=1, history=5), and Scene(..., steps=20)",
        ),
        (lambda: schedules.cosine(0.2, T_max=50), "T_max", "cosine(start=0.2, steps=50)"),
        # Keras
        (lambda: Adam(learning_rate=0.1), "learning_rate", "Adam(lr=0.1)"),
        (
            lambda: Adam(learning_rate=0.1, beta_1=0.8, epsilon=1e-7, name="a"),
            "learning_rate",
            "Adam(lr=0.1, beta1=0.8, eps=1e-07, label='a')",
        ),
        (lambda: SGD(0.1, clipnorm=1.0), "clipnorm", "Clip(SGD(lr=0.1), limit=1.0)"),
        (
            lambda: SGD(0.1, clipvalue=0.5),
            "clipvalue",
            "Clip(SGD(lr=0.1), limit=0.5, by='value')",
        ),
        # optax
        (lambda: Adam(0.1, b1=0.8, b2=0.9), "b1", "Adam(lr=0.1, beta1=0.8, beta2=0.9)"),
        (lambda: RMSprop(0.1, decay=0.9), "decay", "RMSprop(lr=0.1, rho=0.9)"),
        (
            lambda: schedules.cosine(init_value=0.1, decay_steps=30),
            "init_value",
            "cosine(start=0.1, steps=30)",
        ),
        (
            lambda: optimizers.Clip(SGD(0.1), max_norm=2),
            "max_norm",
            "Clip(base=SGD(lr=0.1), limit=2)",
        ),
        (
            lambda: Adam(learning_rate=schedules.cosine(0.1, 9)),
            "learning_rate",
            "Adam(lr=cosine(start=0.1, steps=9))",
        ),
        # SciPy
        (
            lambda: NelderMead(x0=(1, 2), maxiter=50),
            "x0",
            "NelderMead(), and Scene(..., start=(1, 2)), and Scene(..., steps=50)",
        ),
        (
            lambda: optimizers.BFGS(jac=max),
            "jac",
            "BFGS(), and Surface(..., gradient=max)",
        ),
        (lambda: optimizers.LBFGS(maxcor=20), "maxcor", "LBFGS(history=20)"),
        (
            lambda: optimizers.BFGS(gtol=1e-5),
            "gtol",
            "BFGS(), and Scene(..., steps=...), since a run takes all steps of its scene",
        ),
        (
            lambda: optimizers.LBFGS(line_search_fn="strong_wolfe"),
            "line_search_fn",
            "LBFGS(line_search='wolfe')",
        ),
        (lambda: SGD(0.1, use_nesterov=True), "use_nesterov", "Nesterov(lr=0.1, momentum=0.9)"),
        (
            lambda: Adam(0.1, maximize=True),
            "maximize",
            "Adam(lr=0.1), and Surface(lambda x, y: -f(x, y)), since all of them minimize",
        ),
        (
            lambda: sweep(Adam, betas=[(0.9, 0.99)]),
            "betas",
            "sweep(Adam, beta1=[0.9], beta2=[0.99])",
        ),
        (lambda: sweep(Adam, learning_rate=[1, 2]), "learning_rate", "sweep(Adam, lr=[1, 2])"),
    ],
)
def test_a_keyword_of_another_library_meets_the_whole_call_here(make, word, instead):
    with pytest.raises(InvalidInput) as caught:
        make()
    assert isinstance(caught.value, TypeError)
    name = str(caught.value).partition("()")[0]
    assert str(caught.value) == f"{name}() has no setting {word!r}; write {instead}"


def test_what_a_message_says_to_write_is_a_call_that_works():
    with pytest.raises(TypeError) as caught:
        SGD(0.1, momentum=0.8, nesterov=True, weight_decay=0.01, clipnorm=2)
    made = eval(str(caught.value).partition("; write ")[2], vars(optimizers))
    inner = optimizers.WeightDecay(Nesterov(lr=0.1, momentum=0.8), weight_decay=0.01)
    assert made == optimizers.Clip(inner, limit=2)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: SGD("0.1"), "SGD(lr='0.1') is a string; write lr=0.1"),
        (lambda: Adam(0.1, beta1="0.9"), "Adam(beta1='0.9') is a string; write beta1=0.9"),
        (lambda: SGD(0.1, lr=0.2), "SGD() got lr twice, 0.1 without its name; write SGD(lr=0.2)"),
        (lambda: SGD(0.1, 0.9), "SGD() takes lr without a name, and got 2 arguments; name the"),
        (lambda: schedules.cosine(), "cosine() needs start and steps; write cosine(start=..., ste"),
        (lambda: schedules.cosine(0.2), "cosine() needs steps too; write cosine(0.2, steps=...)"),
        (lambda: schedules.warmup(peak=1), "warmup() needs steps too; write warmup(peak=1, steps"),
    ],
)
def test_arguments_that_are_missing_or_too_many_are_named(make, sentence):
    with pytest.raises(InvalidInput) as caught:
        make()
    assert str(caught.value).startswith(sentence)


def test_an_unknown_keyword_meets_the_field_that_was_meant():
    with pytest.raises(TypeError, match=r"Adam\(\) has no setting 'beta'; did you mean 'beta[12]'"):
        Adam(beta=0.9)
    with pytest.raises(TypeError, match=r"did you mean 'lr'\?"):
        sweep(SGD, l=[0.1, 0.2])


def test_a_class_that_is_no_dataclass_is_told_to_become_one():
    class Mine(optimizers.Optimizer):
        lr: float = 0.1

    with pytest.raises(InvalidInput) as caught:
        Mine(lr=0.2)
    assert str(caught.value) == (
        "Mine(lr=...): the class is no dataclass; write @dataclass(frozen=True) above class Mine"
    )


def test_a_schedule_out_of_range_is_refused_by_field_value_and_step():
    scene = Scene(surfaces.bowl(), [SGD(lr=lambda step: 0.1 - 0.02 * step)], (1, 1), 20)
    with pytest.raises(InvalidInput) as caught:
        simulate(scene)
    assert str(caught.value).startswith("SGD(lr=-0.0")
    assert "at step 6 is out of range: lr must be a number >= 0" in str(caught.value)
    assert Adam(eps_where="inside", lr=lambda step: 0.5).at(3).lr == 0.5
    with pytest.raises(InvalidInput, match=r"Lookahead|SGD\(lr=-1\) at step 4"):
        optimizers.Lookahead(SGD(lr=lambda step: -1)).at(4)


def test_zero_is_a_learning_rate_since_schedules_end_there():
    scene = Scene(surfaces.bowl(), [SGD(lr=schedules.cosine(0.1, steps=5))], (1, 1), 9)
    x = simulate(scene).trajectories[0].points
    assert (x[4] != x[5]).any()
    np.testing.assert_array_equal(x[5:], np.broadcast_to(x[5], (5, 2)))


def test_labels_show_lr_and_what_differs_from_the_defaults():
    assert Adam().label == "Adam lr=0.001"
    assert Adam(lr=0.2, beta2=0.99).label == "Adam lr=0.2, beta2=0.99"
    assert Adam(label="mine").label == "mine"
    assert Adam(lr=schedules.cosine(0.2, steps=500)).label == "Adam lr=cosine 0.2 (steps=500)"
    assert SGD(lr=schedules.warmup(schedules.constant(0.1), 5)).label == (
        "SGD lr=warmup constant 0.1 (steps=5)"
    )
    assert SGD(lr=lambda step: 0.1 / (1 + step)).label == "SGD lr=0.1 at first"
    assert SGD(lr=functools.partial(max, 0.1)).label == "SGD lr=0.1 at first"
    assert SGD(lr=lambda: 0.1).label == "SGD lr=schedule"


def test_the_label_of_a_schedule_from_elsewhere_says_who_made_it():
    def cosine_decay(start):
        def schedule(step):
            return start

        return schedule

    assert SGD(lr=cosine_decay(0.1)).label == "SGD lr=cosine_decay"
    assert SGD(lr=cosine_decay).label == "SGD lr=cosine_decay"


def test_a_derived_label_follows_its_settings_and_a_given_one_stays():
    assert Adam().replace(lr=0.5).label == "Adam lr=0.5"
    assert Adam(label="mine").replace(lr=0.5).label == "mine"
    swept = sweep(Momentum, momentum=[0.5, 0.9], lr=0.1)
    assert [each.label for each in swept] == [
        "Momentum lr=0.1, momentum=0.5",
        "Momentum lr=0.1, momentum=0.9",
    ]
    assert swept[1].replace(lr=0.2).label == "Momentum lr=0.2, momentum=0.9"


def test_a_sweep_is_one_optimizer_per_value_in_the_order_given():
    swept = sweep(SGD, lr=[0.3, 0.2, 0.1, 0.05])
    assert [each.lr for each in swept] == [0.3, 0.2, 0.1, 0.05]
    assert [each.label for each in swept] == [
        "SGD lr=0.3",
        "SGD lr=0.2",
        "SGD lr=0.1",
        "SGD lr=0.05",
    ]
    assert sweep(SGD, lr=np.array([0.3, 0.2])) == sweep(SGD, lr=(0.3, 0.2))


def test_a_grid_is_every_combination_the_last_setting_fastest():
    grid = sweep(Adam, lr=[0.2, 0.1], beta1=[0.5, 0.9], eps_where="inside")
    assert [(each.lr, each.beta1) for each in grid] == [
        (0.2, 0.5),
        (0.2, 0.9),
        (0.1, 0.5),
        (0.1, 0.9),
    ]
    assert {each.eps_where for each in grid} == {"inside"}
    assert len({each.label for each in grid}) == 4


def test_a_wrapper_is_swept_through_to_its_base():
    swept = sweep(optimizers.SAM, base=Momentum(momentum=0.5), lr=[0.2, 0.1])
    assert [each.base for each in swept] == [
        Momentum(lr=0.2, momentum=0.5),
        Momentum(lr=0.1, momentum=0.5),
    ]
    assert swept[0].label == "SAM(Momentum lr=0.2, momentum=0.5)"


def test_a_schedule_may_stand_for_any_hyperparameter():
    varying = Adam(beta1=lambda step: 0.5 + step / 100, eps=schedules.exponential(1e-3, 0.5))
    assert (varying.at(0).beta1, varying.at(10).beta1) == (0.5, 0.6)
    assert varying.at(2).eps == 2.5e-4
    assert varying.at(2).label == varying.label
    assert callable(varying.beta1)
    nested = optimizers.Lookahead(SGD(lr=schedules.step_decay(0.8, every=2, factor=0.5)))
    assert [nested.at(k).base.lr for k in range(5)] == [0.8, 0.8, 0.4, 0.4, 0.2]


def test_a_schedule_serves_an_optimizer_with_slots():
    @dataclass(frozen=True, slots=True)
    class Slim(optimizers.Optimizer):
        lr: object = 0.1
        decay: float = 0.5

    now = Slim(lr=lambda step: step / 4).at(3)
    assert (now.lr, now.decay, now.label) == (0.75, 0.5, "Slim lr=0 at first")


def test_warmup_hands_over_to_the_schedule_at_its_start():
    lr = schedules.warmup(schedules.cosine(0.4, steps=4), steps=2)
    assert [lr(k) for k in range(3)] == pytest.approx([0.2, 0.4, 0.4])
    assert lr(4) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (schedules.step_decay(0.8, 30, 0.5), lambda o, s: s.StepLR(o, 30, gamma=0.5)),
        (schedules.exponential(0.8, 0.97), lambda o, s: s.ExponentialLR(o, 0.97)),
        (
            schedules.cosine(0.8, 60, end=0.1, restarts=True, growth=2),
            lambda o, s: s.CosineAnnealingWarmRestarts(o, 60, T_mult=2, eta_min=0.1),
        ),
        (schedules.one_cycle(0.8, 200), lambda o, s: s.OneCycleLR(o, 0.8, total_steps=200)),
    ],
    ids=["step_decay", "exponential", "cosine with restarts", "one_cycle"],
)
def test_schedules_are_those_of_torch(ours, theirs):
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(2, dtype=torch.float64)], lr=0.8)
    scheduler = theirs(optimizer, torch.optim.lr_scheduler)
    for step in range(200):
        assert ours(step) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12), step
        optimizer.step()
        scheduler.step() if step < 199 else None
