"""Slices of losses of many parameters: exact values, true slopes, one grid, one sentence."""

import os
import warnings
from importlib import import_module

import numpy as np
import pytest

from animopt import ContourAnimation, Scene, explore, simulate, surfaces
from animopt.errors import InvalidInput
from animopt.optimizers import SGD, Momentum, Newton
from animopt.surfaces import kept, slice_of

DATA = np.random.default_rng(3).normal(size=(40, 3))
CLASSES = np.random.default_rng(4).integers(0, 4, 40)
CENTER = {
    "weight": np.random.default_rng(5).normal(size=(4, 3)),
    "bias": np.random.default_rng(6).normal(size=4),
}
POINTS = np.random.default_rng(7).uniform(-0.9, 0.9, (3, 5, 2))


def cross_entropy(p):
    scores = DATA @ p["weight"].T + p["bias"]
    scores = scores - scores.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(40), CLASSES])


def slopes(p):
    scores = DATA @ p["weight"].T + p["bias"]
    parts = np.exp(scores - scores.max(axis=1, keepdims=True))
    off = parts / parts.sum(axis=1, keepdims=True) - np.eye(4)[CLASSES]
    return {"weight": off.T @ DATA / 40, "bias": off.mean(axis=0)}


def flat(theta):
    return float(np.sum(theta**4) + theta[0] * theta[2])


@pytest.fixture
def need():
    """Return a module, or skip; in continuous integration nothing may be absent."""

    def load(name, extra):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what frameworks say while they are imported
                return import_module(name)
        except ModuleNotFoundError:
            message = f"{name} is missing: pip install 'animopt[{extra}]'"
            pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)

    return load


@pytest.fixture
def network(need):
    """Return a network of torch in float64, with data and its loss."""
    torch = need("torch", "torch")

    def make(bend="Tanh", dtype=None):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            layers = torch.nn.Linear(3, 8), getattr(torch.nn, bend)(), torch.nn.Linear(8, 4)
            model = torch.nn.Sequential(*layers).to(dtype or torch.float64)
        x, y = torch.tensor(DATA, dtype=dtype or torch.float64), torch.tensor(CLASSES)
        return model, lambda net=model: torch.nn.functional.cross_entropy(net(x), y)

    return make


def central(surface, points, h=1e-5):
    """Differences of the value along x and y."""
    return np.stack(
        [
            (surface.value(points + h * axis) - surface.value(points - h * axis)) / (2 * h)
            for axis in np.eye(2)
        ],
        axis=-1,
    )


def test_coordinates_are_the_values_of_the_parameters():
    surface = slice_of(flat, [3.0, 1.0, 2.0, 0.5], (0, 2))
    x, y = POINTS[..., 0], POINTS[..., 1]
    np.testing.assert_allclose(surface.value(POINTS), x**4 + y**4 + 1 + 0.5**4 + x * y, rtol=1e-14)
    assert surface.bounds == ((2.0, 4.0), (1.0, 3.0))
    assert surface.axes == ("[0]", "[2]")
    np.testing.assert_array_equal(surface.parameters((7, 8)), [7, 1, 8, 0.5])


def test_coordinates_have_the_names_of_their_arrays():
    surface = slice_of(cross_entropy, CENTER, ("weight[2, 1]", "bias[2]"))
    assert surface.axes == ("weight[2, 1]", "bias[2]")
    for point in POINTS.reshape(-1, 2):
        moved = {name: array.copy() for name, array in CENTER.items()}
        moved["weight"][2, 1], moved["bias"][2] = point
        assert surface.value(point) == cross_entropy(moved)


def test_a_place_in_a_matrix_is_a_coordinate_too():
    surface = slice_of(lambda w: float(w[1, 0] + 10 * w[0, 2]), np.zeros((2, 3)), ((1, 0), (0, -1)))
    assert surface.value([1.0, 2.0]) == 21
    assert surface.axes == ("[1, 0]", "[0, 2]")


def test_vectors_span_the_plane_from_the_center():
    u, v = np.random.default_rng(0).normal(size=(2, 4))
    surface = slice_of(flat, [3.0, 1.0, 2.0, 0.5], (u, v))
    x, y = POINTS[0, 0]
    theta = np.array([3.0, 1.0, 2.0, 0.5]) + x * u + y * v
    assert surface.value((x, y)) == flat(theta)
    assert surface.bounds == ((-1.0, 1.0), (-1.0, 1.0))


def test_random_directions_are_as_long_as_each_row_of_weights():
    surface = slice_of(cross_entropy, CENTER, seed=1)
    for axis in surface.cut.axes:
        rows = axis[:12].reshape(4, 3)
        lengths = np.linalg.norm(CENTER["weight"], axis=1)
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), lengths, rtol=1e-9)
        np.testing.assert_array_equal(axis[12:], 0)
    # The rule, spelled out for the first row of the first direction.
    drawn = np.random.default_rng(1).standard_normal((2, 16))[0, :3]
    length = np.linalg.norm(CENTER["weight"][0]) / (np.linalg.norm(drawn) + 1e-10)
    np.testing.assert_allclose(surface.cut.axes[0, :3], drawn * length, rtol=1e-14)


def test_random_directions_follow_from_the_seed_alone():
    first, again, other = (slice_of(cross_entropy, CENTER, seed=s).cut.axes for s in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def test_a_flat_array_is_one_filter():
    surface = slice_of(flat, np.array([3.0, 1.0, 2.0, 0.5]))
    np.testing.assert_allclose(
        np.linalg.norm(surface.cut.axes, axis=1), np.linalg.norm([3, 1, 2, 0.5]), rtol=1e-9
    )


@pytest.mark.parametrize("gradient", [None, slopes])
def test_the_gradient_is_that_within_the_slice(gradient):
    surface = slice_of(cross_entropy, CENTER, gradient=gradient)
    found = surface.gradient(POINTS)
    np.testing.assert_allclose(found, central(surface, POINTS), rtol=0, atol=1e-8)
    for point, slope in zip(POINTS[0], found[0], strict=True):
        theta = surface.parameters(point)
        exact = slopes({"weight": theta[:12].reshape(4, 3), "bias": theta[12:]})
        along = surface.cut.axes @ np.concatenate([exact["weight"].ravel(), exact["bias"]])
        np.testing.assert_allclose(slope, along, rtol=0, atol=1e-13 if gradient else 1e-8)


def test_a_wrong_gradient_is_contradicted_by_differences():
    with pytest.raises(InvalidInput, match="the sign is wrong"):
        slice_of(
            cross_entropy, CENTER, gradient=lambda p: {k: -g for k, g in slopes(p).items()}
        ).gradient(POINTS)


def test_torch_gives_the_gradient_by_autograd(network):
    model, loss = network()
    surface = slice_of(loss, model, seed=2)
    found = surface.gradient(POINTS)
    np.testing.assert_allclose(found, central(surface, POINTS), rtol=0, atol=1e-9)
    assert len(surface.parameters((0, 0))) == 3 * 8 + 8 + 8 * 4 + 4


def test_a_module_is_left_as_it_was(network, need):
    torch = need("torch", "torch")
    model, loss = network()
    before = [p.detach().clone() for p in model.parameters()]
    kept = loss()  # a graph that the user holds
    state = torch.random.get_rng_state()
    surface = slice_of(lambda: loss(), model, ("0.weight[2, 1]", "2.bias[0]"))
    surface.gradient(POINTS), surface.grid(5, 5)
    assert all(torch.equal(p, q) for p, q in zip(model.parameters(), before, strict=True))
    assert all(p.grad is None for p in model.parameters())
    assert torch.equal(state, torch.random.get_rng_state())
    kept.backward()
    assert surface.axes == ("0.weight[2, 1]", "2.bias[0]")


def test_a_loss_of_the_module_gets_a_copy(network, need):
    torch = need("torch", "torch")
    model, loss = network()
    surface = slice_of(lambda net: loss(net), model)
    before = surface.value((0.1, 0.2))
    with torch.no_grad():
        next(model.parameters()).add_(1.0)
    surface._memo.clear()
    assert surface.value((0.1, 0.2)) == before


def test_batch_normalization_keeps_its_statistics(need):
    torch = need("torch", "torch")
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4)).double()
    before = {name: each.clone() for name, each in model.state_dict().items()}
    surface = slice_of(lambda: model(torch.tensor(DATA)).square().mean(), model)
    surface.gradient(POINTS[0])
    after = model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_tensor_is_a_center_too(need):
    torch = need("torch", "torch")
    center = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    surface = slice_of(lambda t: (t**3).sum(), center, (0, 1))
    np.testing.assert_array_equal(surface.gradient((2.0, 1.0)), [12, 3])


def test_float32_is_noted(network, need, notes):
    model, loss = network(dtype=need("torch", "torch").float32)
    slice_of(loss, model).value((0, 0))
    assert len(notes) == 1
    assert "float32, of 6 digits" in notes[0]


def test_a_hessian_of_a_network_with_kinks_is_noted_once(network, notes):
    model, loss = network("ReLU")
    scene = Scene(slice_of(loss, model), [Newton(), SGD(lr=0.1)], start=(0.5, 0.5), steps=3)
    assert notes == []
    simulate(scene), simulate(scene)
    assert len(notes) == 1
    assert "kinks" in notes[0]


def test_kinks_are_measured_where_no_module_names_them(notes):
    def hinge(theta):
        return float(np.maximum(0, DATA @ theta + 0.1).mean())

    slice_of(hinge, np.array([0.3, 0.1, -0.2]), (0, 1)).hessian(POINTS)
    assert "kinks" in notes.pop()
    for smooth in (cross_entropy, flat):
        center = CENTER if smooth is cross_entropy else [3.0, 1.0, 2.0, 0.5]
        slice_of(smooth, center).hessian(POINTS)
    assert notes == []


def test_the_hessian_of_a_smooth_network_is_that_of_autograd(network, need, notes):
    torch = need("torch", "torch")
    model, loss = network()
    surface = slice_of(loss, model, seed=2)
    theta = surface.parameters((0.2, -0.3))
    sizes = [p.shape for p in model.parameters()]

    def along(t):
        flat = torch.tensor(theta) + t[0] * axes[0] + t[1] * axes[1]
        parts = flat.split([s.numel() for s in sizes])
        names = [name for name, _ in model.named_parameters()]
        named = {n: p.view(s) for n, p, s in zip(names, parts, sizes, strict=True)}
        out = torch.func.functional_call(model, named, torch.tensor(DATA))
        return torch.nn.functional.cross_entropy(out, torch.tensor(CLASSES))

    axes = torch.tensor(surface.cut.axes)
    exact = torch.autograd.functional.hessian(along, torch.zeros(2, dtype=torch.float64))
    np.testing.assert_allclose(surface.hessian((0.2, -0.3)), exact.numpy(), rtol=0, atol=1e-7)
    assert notes == []


def test_the_grid_is_evaluated_once_and_paths_are_exact():
    asked = []

    def counted(theta):
        asked.append(theta)
        return flat(theta)

    surface = slice_of(counted, [3.0, 1.0, 2.0, 0.5], (0, 2), bounds=((-1, 1), (-1, 1)))
    scene = Scene(surface, SGD(lr=0.01), start=(0.9, -0.7), steps=10)
    run = simulate(scene)["SGD lr=0.01"]
    asked.clear()
    for view in ("contour", "surface"):
        ContourAnimation(scene.replace(view=view))
        surface.grid(240, 180)
        surface.grid(240, 180, ((-0.5, 0.5), (-1, 0.4)))
    assert len(asked) == 60 * 60
    np.testing.assert_array_equal(
        run.values, [flat(np.array([x, 1, y, 0.5])) for x, y in run.points]
    )
    surface.grid(20, 20, ((-0.1, 0.1), (-0.1, 0.1)))  # too small a part of it
    assert len(asked) == 2 * 60 * 60


def test_the_ground_is_a_bicubic_spline_through_the_grid(need):
    interpolate = need("scipy.interpolate", "scipy")
    surface = slice_of(cross_entropy, CENTER, lines=12)
    x, y, z = surface.grid(12, 12)
    np.testing.assert_allclose(z, surface.value(np.stack(np.meshgrid(x, y), -1)), rtol=1e-14)
    fine = surface.grid(31, 23, ((-0.7, 0.9), (-1, 0.5)))
    spline = interpolate.RectBivariateSpline(y, x, z)
    np.testing.assert_allclose(fine[2], spline(fine[1], fine[0]), rtol=1e-12)
    exact = surface.value(np.stack(np.meshgrid(*fine[:2]), -1))
    assert np.abs(fine[2] - exact).max() < 1e-3 * np.ptp(exact)


def test_a_hole_stays_a_hole():
    def logarithm(theta):
        with np.errstate(invalid="ignore", divide="ignore"):
            return float(-np.log(theta[0] + 0.5) + theta[1] ** 2)

    _, _, z = slice_of(logarithm, [0.0, 0.0], (0, 1), lines=20).grid(100, 100)
    assert np.isnan(z[:, :20]).all()
    assert np.isfinite(z[:, 30:]).all()


def test_progress_is_called_or_noted(notes, monkeypatch):
    heard = []
    surface = slice_of(flat, np.ones(4), lines=5, progress=lambda *done: heard.append(done))
    surface.grid(9, 9)
    assert heard == [(5, 25), (10, 25), (15, 25), (20, 25), (25, 25)]
    assert notes == []
    ticks = iter(np.arange(0.0, 1e6, 5.0))
    monkeypatch.setattr(kept, "perf_counter", lambda: next(ticks))
    slice_of(flat, np.ones(4), lines=4).grid(9, 9)
    assert notes[0] == "the ground of 'flat, descent in the slice': 16 losses, about 80 s"
    assert notes[1].endswith(": 4 of 16 losses")


def test_explore_has_sliders_for_descent_in_a_slice():
    pytest.importorskip("ipywidgets", reason="the package ipywidgets is missing")
    pytest.importorskip("anywidget", reason="the package anywidget is missing")
    surface = slice_of(cross_entropy, CENTER, gradient=slopes)
    scene = Scene(surface, {"m": Momentum(lr=0.1)}, start=(0.5, 0.5), steps=20, size=(320, 240))
    explorer = explore(scene)
    shown = explorer.image.png
    explorer.controls["m.momentum"].value = 0.1
    explorer.controls["m.lr"].value = 0.3
    explorer.update()
    assert explorer.image.png != shown
    explorer.controls["steps"].value = 30
    assert explorer.scene.steps == explorer.step.max == 30
    explorer.step.value = 3
    assert explorer.sentence.value == ""


def test_the_name_says_that_descent_is_in_the_slice():
    assert slice_of(flat, np.ones(4)).name == "flat, descent in the slice"
    assert slice_of(flat, np.ones(4), name="softmax").name == "softmax, descent in the slice"


def test_it_is_a_tool_and_no_surface_of_the_catalogue():
    assert "slice_of" in surfaces.__all__
    assert "slice_of" not in surfaces.catalogue()


def test_torch_differentiates_by_itself(network):
    model, loss = network()
    with pytest.raises(InvalidInput, match="torch differentiates this loss"):
        slice_of(loss, model, gradient=slopes)
    with pytest.raises(InvalidInput, match="no parameter requires a gradient"):
        slice_of(loss, model.requires_grad_(False))


def test_dropout_is_refused(need):
    torch = need("torch", "torch")
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Dropout()).double()
    with pytest.raises(InvalidInput, match=r"model\.eval\(\)"):
        slice_of(lambda: model(torch.tensor(DATA)).square().mean(), model)
    slice_of(lambda net: net(torch.tensor(DATA)).square().mean(), model.eval())
