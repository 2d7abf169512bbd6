"""from_torch: the path is that of torch's own loop, to the last bit."""

import copy

import numpy as np
import pytest

from animopt import Scene, simulate, surfaces
from animopt.errors import InvalidInput
from animopt.optimizers import from_torch
from animopt.optimizers.schedules import cosine

STEPS = 200
SURFACES = {"rosenbrock": (-1.2, 1.0), "himmelblau": (0.5, -1.0), "beale": (1.0, 1.25)}
CLASSES = {
    "ASGD": {"lr": 5e-4},
    "Adadelta": {},
    "Adafactor": {"lr": 0.05},
    "Adagrad": {"lr": 0.1},
    "Adam": {"lr": 0.1, "betas": (0.8, 0.99), "amsgrad": True},
    "AdamW": {"lr": 0.1},
    "Adamax": {"lr": 0.1},
    "LBFGS": {"lr": 0.1, "max_iter": 4},
    "NAdam": {"lr": 0.05},
    "RAdam": {"lr": 2e-3},
    "RMSprop": {"lr": 0.01, "momentum": 0.5, "centered": True},
    "Rprop": {"lr": 0.01},
    "SGD": {"lr": 5e-4, "momentum": 0.9, "nesterov": True},
    "SparseAdam": {"lr": 0.1},
}
# LBFGS twice: its line search evaluates far more points.
CASES = [*CLASSES.items(), ("LBFGS", {"line_search_fn": "strong_wolfe", "max_iter": 5})]


@pytest.fixture
def torch(need):
    torch = need("torch", "torch")
    torch.set_num_threads(1)  # for two numbers, threads only wait for each other
    return torch


@pytest.fixture
def loop(torch, alone):
    """Return torch's own loop, as a path; ``before(k, group)`` is called before step k."""

    def run(cls, settings, surface, start, before=lambda k, group: None):
        value, gradient, _ = alone(surface)
        x = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
        optimizer = cls([x], **settings)

        def closure():
            point = x.detach().numpy()
            slope = torch.tensor(gradient(point))
            x.grad = slope.to_sparse() if cls is torch.optim.SparseAdam else slope
            return torch.tensor(value(point))

        path = [x.detach().numpy().copy()]
        for k in range(STEPS):
            before(k, optimizer.param_groups[0])
            optimizer.step(closure)
            path.append(x.detach().numpy().copy())
        return np.array(path)

    return run


def path(optimizer, surface, start, steps=STEPS):
    return simulate(Scene(surface, [optimizer], start, steps)).trajectories[0].points


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize(("cls", "settings"), CASES, ids=lambda v: v if isinstance(v, str) else "")
def test_equals_the_loop_of_torch(torch, loop, cls, settings, name):
    kind, surface = getattr(torch.optim, cls), getattr(surfaces, name)()
    theirs = loop(kind, settings, surface, SURFACES[name])
    assert np.array_equal(path(from_torch(kind, **settings), surface, SURFACES[name]), theirs)
    assert np.abs(np.diff(theirs, axis=0)).max() > 1e-4


def test_schedules_are_written_into_the_parameter_group(torch, loop):
    lr, beta1 = cosine(0.1, steps=STEPS), lambda k: 0.9 - k / 1000

    def schedule(k, group):
        group["lr"], group["betas"] = lr(k), (beta1(k), 0.99)

    surface, start = surfaces.rosenbrock(), SURFACES["rosenbrock"]
    theirs = loop(torch.optim.Adam, {"betas": (0.9, 0.99)}, surface, start, schedule)
    ours = from_torch(torch.optim.Adam, lr=lr, betas=(beta1, 0.99))
    assert np.array_equal(path(ours, surface, start), theirs)
    assert ours.label.startswith("Adam (torch) lr=cosine")
    assert ours.label.endswith(", beta2=0.99")


def test_a_closure_counts_what_it_evaluates(torch):
    scene = Scene(surfaces.rosenbrock(), [from_torch(torch.optim.LBFGS, max_iter=5)], (-1, 1), 3)
    calls = simulate(scene).trajectories[0].evaluations
    assert calls["value"] == calls["gradient"] > 3


def test_the_parts_of_a_pair_are_fields_and_the_pair_itself_is_taken_too(torch):
    pair = from_torch(torch.optim.AdamW, lr=0.1, betas=(0.8, 0.99))
    assert pair == from_torch(torch.optim.AdamW, lr=0.1, beta1=0.8, beta2=0.99)
    assert pair.hyperparameters == {
        "lr": 0.1,
        "beta1": 0.8,
        "beta2": 0.99,
        "eps": 1e-8,
        "weight_decay": 0.01,
        "amsgrad": False,
        "maximize": False,
    }
    assert pair.label == "AdamW (torch) lr=0.1, beta1=0.8, beta2=0.99"
    assert pair.replace(beta1=0.9).label == "AdamW (torch) lr=0.1, beta2=0.99"
    assert type(pair) is type(from_torch(torch.optim.AdamW))


def test_a_third_party_class_goes_even_if_it_keeps_things_on_itself_and_draws(torch):
    class Jumping(torch.optim.Optimizer):
        def __init__(self, params, lr=0.1, reach=1.0):
            super().__init__(params, {"lr": lr})
            self.reach, self.jumps = reach, []

        def step(self, closure=None):
            (x,) = self.param_groups[0]["params"]
            self.jumps.append(self.reach * torch.randn(2, dtype=torch.float64))
            with torch.no_grad():
                x -= self.param_groups[0]["lr"] * (x.grad + sum(self.jumps))

    before = torch.get_rng_state()
    optimizer = from_torch(Jumping, reach=lambda k: 1 / (k + 1))
    ours = path(optimizer, surfaces.bowl(), (1.0, 2.0), 5)
    assert torch.equal(torch.get_rng_state(), before)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        x, jumps = np.array([1.0, 2.0]), np.zeros(2)
        for k in range(5):
            jumps = jumps + torch.randn(2, dtype=torch.float64).numpy() / (k + 1)
            x = x - 0.1 * (2 * x + jumps)
            np.testing.assert_allclose(ours[k + 1], x, rtol=1e-14)


def test_hooks_of_one_state_are_not_those_of_the_next(torch):
    optimizer = from_torch(torch.optim.LBFGS)
    (row,) = optimizer.init(np.ones((1, 2)))
    row.optimizer.register_step_post_hook(lambda *anything: None)
    twin = copy.deepcopy(row)
    assert not twin.optimizer._optimizer_step_post_hooks
    assert twin.optimizer._params[0] is twin.parameter is not row.parameter


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda t: from_torch(3), "from_torch(3): give a class of optimizers, such as"),
        (lambda t: from_torch(t.optim.Adam([t.zeros(2)])), "give a class of optimizers"),
        (lambda t: from_torch(t.optim.SGD, lr=-1), "Invalid learning rate: -1"),
        (lambda t: from_torch(t.optim.SGD).replace(lr=-1), "Invalid learning rate: -1"),
        (lambda t: from_torch(t.optim.Muon), "Muon only supports 2D parameters"),
    ],
)
def test_what_torch_refuses_is_one_sentence(torch, make, message):
    with pytest.raises(InvalidInput) as caught:
        make(torch)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_setting_meets_the_one_that_was_meant(torch):
    with pytest.raises(TypeError, match=r"Adam \(torch\)\(\) has no setting 'beta'; did you mean"):
        from_torch(torch.optim.Adam, beta=0.9)


def test_a_schedule_that_would_have_no_effect_is_refused(torch):
    class Once(torch.optim.Optimizer):
        def __init__(self, params, lr=0.1, power=2.0):
            super().__init__(params, {"lr": lr**power})

        def step(self, closure=None):
            pass

    with pytest.raises(InvalidInput, match="power is read only once, at the start; give a value"):
        path(from_torch(Once, power=lambda k: 2.0), surfaces.bowl(), (1, 1), 2)
