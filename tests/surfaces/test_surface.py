"""Surface: any function of two arrays, with derivatives whether they are given or not."""

import functools

import numpy as np
import pytest

from animopt import Surface, surfaces
from animopt.errors import InvalidInput

POINTS = np.random.default_rng(0).uniform(-2, 2, (200, 2))
X, Y = POINTS.T


def slopes(dx, dy):
    return np.stack(np.broadcast_arrays(dx, dy, X)[:2], axis=-1)


@pytest.mark.parametrize(
    ("f", "dx", "dy"),
    [
        (lambda x, y: x**2 * y, 2 * X * Y, X**2),
        (lambda x, y: np.sin(x * y), Y * np.cos(X * Y), X * np.cos(X * Y)),
        (lambda x, y: np.exp(-(x**2) - y), -2 * X * np.exp(-(X**2) - Y), -np.exp(-(X**2) - Y)),
        (lambda x, y: np.tanh(x) / y**2, 1 / (np.cosh(X) * Y) ** 2, -2 * np.tanh(X) / Y**3),
        (lambda x, y: 3 * x, 3.0, 0.0),
    ],
    ids=["polynomial", "sine", "exponential", "quotient", "plane"],
)
def test_the_gradient_of_an_analytic_function_is_exact(f, dx, dy):
    gradient = Surface(f).gradient(POINTS)
    np.testing.assert_allclose(gradient, slopes(dx, dy), rtol=1e-12, atol=1e-15)


def floor_like(x, y):
    if np.iscomplexobj(x):
        raise AssertionError("real numbers only")
    return x**2 + y**2


@pytest.mark.parametrize(
    ("f", "gradient"),
    [
        (lambda x, y: np.abs(x) + y**2, (np.sign(X), 2 * Y)),
        (lambda x, y: np.maximum(x, 0) + y**2, (X > 0, 2 * Y)),
        (lambda x, y: np.where(x > 0, x**2, -x) + y, (np.where(X > 0, 2 * X, -1), 1.0)),
        (lambda x, y: np.hypot(x, y), (X / np.hypot(X, Y), Y / np.hypot(X, Y))),
        (lambda x, y: (x * np.conj(x)).real + y**2, (2 * X, 2 * Y)),
        (lambda x, y: np.real(x) ** 2 + y**2, (2 * X, 2 * Y)),
        (lambda x, y: np.asarray(x).astype(float) ** 2 + y**2, (2 * X, 2 * Y)),
        (floor_like, (2 * X, 2 * Y)),
    ],
    ids=["abs", "maximum", "where", "hypot", "conj", "real", "cast", "refuses complex"],
)
def test_the_gradient_of_any_other_function_is_right_too(f, gradient):
    np.testing.assert_allclose(Surface(f).gradient(POINTS), slopes(*gradient), rtol=1e-7, atol=1e-8)


def test_a_kink_that_only_a_part_of_the_plane_has_is_found():
    surface = Surface(lambda x, y: np.where(x + y < -1.5, np.abs(x - y), (x - y) ** 2))
    dx = np.where(X + Y < -1.5, np.sign(X - Y), 2 * (X - Y))
    np.testing.assert_allclose(surface.gradient(POINTS), slopes(dx, -dx), rtol=1e-6, atol=1e-7)


def huber(t):
    return np.where(np.abs(t) < 10, t**2, 20 * np.abs(t) - 100)


def test_a_function_that_is_analytic_in_the_bounds_alone_is_differentiated_far_outside_too():
    surface = Surface(lambda x, y: huber(x) + huber(y), bounds=((-2, 2), (-2, 2)))
    np.testing.assert_allclose(surface.gradient([[15, 1], [-3e4, 0]]), [[20, 2], [-20, 0]])


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: x**2 - 10 * np.cos(2 * np.pi * x) + y**4,
        lambda x, y: np.sin(x * y) + x**2,
        lambda x, y: np.sin(x**3) + y,
        lambda x, y: 1 / (1 + np.exp(-x)) + np.exp(y),
    ],
    ids=["ripples", "ever faster", "faster still", "overflows far away"],
)
def test_what_differences_cannot_resolve_far_away_stays_exact(f):
    x, y, h = POINTS[:, 0], POINTS[:, 1], 1e-30
    exact = np.stack([f(x + 1j * h, y).imag, f(x + 0j, y + 1j * h).imag], axis=-1) / h
    np.testing.assert_allclose(Surface(f).gradient(POINTS), exact, rtol=1e-13)


@pytest.mark.parametrize("w", [1e-6, 1e-5, 0.1])
def test_differences_fit_into_narrow_bounds(w):
    bounds = ((-w, w), (-w, w))
    kinked = Surface(lambda x, y: (np.abs(x) + np.abs(y)) / w, bounds=bounds)
    np.testing.assert_allclose(kinked.gradient([w / 2, -w / 3]) * w, [1, -1], rtol=1e-6)
    waves = Surface(lambda x, y: np.cos(x / w) + np.cos(y / w), bounds=bounds)
    np.testing.assert_allclose(waves.hessian([0.0, 0.0]) * w**2, -np.eye(2), rtol=1e-6)


def test_values_in_single_precision_are_differentiated_over_wider_steps():
    surface = Surface(lambda x, y: (np.cos(x) + y**2).astype(np.float32))
    np.testing.assert_allclose(surface.gradient(POINTS), slopes(-np.sin(X), 2 * Y), atol=1e-3)
    curved = np.array([[-np.cos(X), 0 * X], [0 * X, 2 + 0 * X]]).transpose(2, 0, 1)
    np.testing.assert_allclose(surface.hessian(POINTS), curved, atol=0.1)


def test_the_gradient_is_nan_where_the_function_is():
    for f in (lambda x, y: np.sqrt(x) + y, lambda x, y: np.log(x) + y):
        gradient = Surface(f).gradient([[1.0, 0.5], [-1.0, 0.5]])
        assert np.isfinite(gradient[0]).all()
        assert np.isnan(gradient[1, 0])


def test_overflow_and_nan_are_numbers_not_warnings():
    surface = Surface(lambda x, y: x**4 + np.log(y))
    assert np.isinf(surface.value([1e200, 1.0]))
    assert np.isnan(surface.value([1.0, -1.0]))
    assert surface.gradient([[1e200, 1.0], [np.nan, 1.0]]).shape == (2, 2)
    assert surface.hessian([[1e200, 1.0], [np.nan, 1.0]]).shape == (2, 2, 2)


@pytest.mark.parametrize(
    ("f", "tolerance"),
    [
        (lambda x, y: x**3 * y + np.cos(y), 1e-8),
        (lambda x, y: np.real(x) ** 3 * y + np.cos(y), 1e-5),
    ],
    ids=["complex step", "central differences"],
)
def test_the_hessian_is_made_of_differences(f, tolerance):
    expected = np.array([[6 * X * Y, 3 * X**2], [3 * X**2, -np.cos(Y)]]).transpose(2, 0, 1)
    np.testing.assert_allclose(Surface(f).hessian(POINTS), expected, atol=tolerance)


def test_given_derivatives_are_used_as_they_are():
    surface = Surface(
        lambda x, y: -(x**2) / 2 + y**2,
        gradient=lambda x, y: (-x, 2 * y),
        hessian=lambda x, y: ((-1, 0), (0, 2)),
    )
    np.testing.assert_array_equal(surface.gradient(POINTS), slopes(-X, 2 * Y))
    np.testing.assert_array_equal(surface.hessian([[3, 4], [5, 6]]), [[[-1, 0], [0, 2]]] * 2)


def test_a_scalar_is_broadcast():
    surface = Surface(lambda x, y: 7)
    np.testing.assert_array_equal(surface.value(np.zeros((3, 4, 2))), np.full((3, 4), 7.0))
    np.testing.assert_array_equal(surface.gradient(np.zeros((3, 2))), np.zeros((3, 2)))


def test_a_grid_has_a_row_for_each_y():
    x, y, z = Surface(lambda x, y: 10 * x + y, bounds=((0, 2), (0, 3))).grid(3, 4)
    np.testing.assert_array_equal(x, [0, 1, 2])
    np.testing.assert_array_equal(y, [0, 1, 2, 3])
    np.testing.assert_array_equal(z, 10 * x + y[:, None])


def test_lowest_is_the_value_at_the_lowest_known_minimum():
    assert Surface(lambda x, y: x + y, minima=[(1, 2), (0, 0.5)]).lowest == 0.5
    assert Surface(lambda x, y: x + y).lowest is None


def test_distances_are_measured_to_each_known_minimum():
    surface = Surface(lambda x, y: x + y, minima=[(0, 0), (3, 0)])
    np.testing.assert_array_equal(surface.distances(np.array([0, 4])), [4, 5])
    np.testing.assert_array_equal(surface.distances(np.array([[0, 4], [3, 1]]))[:, 1], [5, 1])
    assert Surface(lambda x, y: x + y).distances(np.zeros((7, 5, 2))).shape == (7, 5, 0)


def test_a_surface_is_called_what_its_function_is_called():
    def valley(x, y):
        return x + y

    assert Surface(valley).name == "valley"
    assert Surface(valley, name="v").name == "v"
    assert Surface(lambda x, y: x).name == "f"


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: Surface(lambda x, y: x, bound=1),
            "Surface() has no setting 'bound'; did you mean",
        ),
        (lambda: surfaces.ring(tilts=1), "ring() has no setting 'tilts'; did you mean 'tilt'?"),
        (lambda: surfaces.rosenbrock(c=1), "rosenbrock() has no setting 'c'; choose from a, b"),
        (lambda: surfaces.booth(c=1), "booth() has no setting 'c'"),
    ],
)
def test_an_unknown_keyword_meets_the_one_that_was_meant(make, sentence):
    with pytest.raises(TypeError) as error:
        make()
    assert str(error.value).startswith(sentence)


def ask(what, n=3, **settings):
    return lambda: getattr(Surface(lambda x, y: x + y, **settings), what)(np.zeros((n, 2)))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda: Surface(3), "f is 3; give a function"),
        (lambda: Surface(lambda x, y: x, bounds=((0, 1),)), "is not ((x0, x1), (y0, y1))"),
        (lambda: Surface(lambda x, y: x, bounds=((1, 0), (0, 1))), "with x0 < x1 and y0 < y1"),
        (lambda: Surface(lambda x, y: x, bounds=((0, np.inf), (0, 1))), "must be finite"),
        (lambda: Surface(lambda x, y: x, bounds=4), "bounds=4"),
        (lambda: Surface(lambda x, y: x, bounds=((1e9, 1e9 + 1e-3), (0, 1))), "cannot resolve"),
        (lambda: Surface(lambda x, y: x, bounds=((0, 1), (0, 1e-300))), "cannot resolve"),
        (lambda: Surface(lambda x, y: x, bounds=((-1e308, 1e308), (0, 1))), "cannot resolve"),
        (lambda: Surface(lambda x, y: x, minima=[1, 2]), "minima: [1, 2] is not a list of points"),
        (lambda: Surface(lambda x, y: x, start=3), "start"),
        (lambda: Surface(lambda x, y: x * 1j).value(np.zeros((3, 2))), "returned complex numbers"),
        (lambda: Surface(lambda x, y: x * 1j).gradient(np.zeros((3, 2))), "complex numbers"),
        (lambda: Surface(lambda x, y: None).value(np.zeros((3, 2))), "f(x, y) returned None"),
        (lambda: Surface(lambda x, y: x).value([1.0, 2.0, 3.0]), "points have shape (3,)"),
        (lambda: Surface(lambda x, y: x).value("ab"), "points are 'ab'"),
        (ask("gradient", gradient=lambda x, y: (x, y, x)), "gradient(x, y) returned 3 parts"),
        (ask("gradient", gradient=lambda x, y: 5), "gradient(x, y) returned 5"),
        (ask("gradient", gradient=lambda x, y: np.array(5)), "gradient(x, y) returned array(5)"),
        (ask("gradient", 1, gradient=lambda x, y: x), "gradient(x, y) returned -0.76; it must"),
        (ask("gradient", 2, gradient=lambda x, y: 2 * x), "gradient(x, y) returned -1.52; it"),
        (ask("hessian", 2, hessian=lambda x, y: np.ones((3, 2, 2))), "returned 3 parts"),
        (lambda: Surface(lambda x, y: x, gradient=3), "gradient=3; give a function of (x, y)"),
        (lambda: Surface(lambda x, y: x, hessian=3), "that returns ((f_xx, f_xy), (f_yx, f_yy))"),
        (ask("hessian", hessian=lambda x, y: ((1, 2), (3, 4), (5, 6))), "returned 3 parts"),
        (ask("hessian", hessian=lambda x, y: (1, 2)), "hessian(x, y) returned 1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence(wrong, sentence):
    with pytest.raises(InvalidInput) as error:
        wrong()
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("f", "sentence"),
    [
        (
            functools.partial(lambda a, x, y: a * x + y, a=1),
            "f(*, a=1, x, y) needs x and y too; write lambda x, y: f(x=x, y=y)",
        ),
        (lambda x, *, y: x + y, "f(x, *, y) needs y too; write lambda x, y: f(x, y=y)"),
        (
            lambda x, y, *, a: x + y,
            "f(x, y, *, a) needs a too; write lambda x, y: f(x, y, a=...)",
        ),
    ],
)
def test_what_needs_its_arguments_by_name_meets_a_call_that_works(f, sentence):
    with pytest.raises(InvalidInput) as caught:
        Surface(f)
    assert str(caught.value) == f"surface 'f': {sentence}"
