"""A given gradient and Hessian are compared with differences: what is wrong, and what is not."""

import math
import re

import numpy as np
import pytest

from animopt import Surface
from animopt.errors import InvalidInput
from animopt.surfaces import catalogue


def f(x, y):
    return x**3 + 5 * y**2 * x + y


def slope(x, y):
    return 3 * x**2 + 5 * y**2, 10 * x * y + 1


def bend(x, y):
    return (6 * x, 10 * y), (10 * y, 10 * x)


WRONG = {
    "sign": (lambda x, y: tuple(-g for g in slope(x, y)), ": the sign is wrong; correct it"),
    "one sign": (
        lambda x, y: (slope(x, y)[0], -slope(x, y)[1]),
        ": the sign of df/dy is wrong; correct it",
    ),
    "swapped": (lambda x, y: slope(x, y)[::-1], ": df/dx and df/dy are swapped; correct it"),
    "twice": (lambda x, y: tuple(2 * g for g in slope(x, y)), ": it is 2 times as large; correct"),
    "half": (lambda x, y: tuple(g / 2 for g in slope(x, y)), ": it is 0.5 times as large; correct"),
    "a forgotten term": (lambda x, y: (slope(x, y)[0], 10 * x * y), ": df/dy cannot be right"),
    "zero": (lambda x, y: (0, 0), "returned (0, 0) at (0.4"),
    "nan": (lambda x, y: (x * np.nan, slope(x, y)[1]), ": df/dx cannot be right; correct it"),
    "one percent": (
        lambda x, y: tuple(1.01 * g for g in slope(x, y)),
        ": it is 1.01 times as large",
    ),
    "half a percent": (
        lambda x, y: tuple(0.9949 * g for g in slope(x, y)),
        ": it is 0.995 times as large",
    ),
    "a wrong half": (
        lambda x, y: (np.where(x > 0, 1, 2) * slope(x, y)[0], slope(x, y)[1]),
        ": df/dx cannot be right",
    ),
}
BENT = {
    "sign": (lambda x, y: ((-6 * x, -10 * y), (-10 * y, -10 * x)), ": the sign is wrong"),
    "swapped": (lambda x, y: ((10 * x, 10 * y), (10 * y, 6 * x)), ": f_xx and f_yy are swapped"),
    "rows": (lambda x, y: bend(x, y)[::-1], ": its rows are swapped"),
    "columns": (lambda x, y: tuple(row[::-1] for row in bend(x, y)), ": its "),
    "one sign": (lambda x, y: ((6 * x, 10 * y), (10 * y, -10 * x)), ": the sign of f_yy is wrong"),
    "no mixed": (lambda x, y: ((6 * x, 0), (0, 10 * x)), ": f_xy and f_yx cannot be right"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_gradient_is_refused_with_the_point_both_values_and_the_likely_cause(wrong):
    gradient, cause = WRONG[wrong]
    with pytest.raises(InvalidInput) as error:
        Surface(f, gradient=gradient).gradient([1, 1])
    check(str(error.value), "gradient", cause)
    unchecked = Surface(f, gradient=gradient, check=False).gradient([[1.0, 1.0]])
    np.testing.assert_array_equal(unchecked, [np.ravel(np.broadcast_arrays(*gradient(1.0, 1.0)))])


@pytest.mark.parametrize("wrong", BENT)
@pytest.mark.parametrize("gradient", [slope, None], ids=["given", "computed"])
def test_a_wrong_hessian_is_refused_with_the_point_both_values_and_the_likely_cause(
    wrong, gradient
):
    hessian, cause = BENT[wrong]
    with pytest.raises(InvalidInput) as error:
        Surface(f, gradient=gradient, hessian=hessian).hessian([1, 1])
    check(str(error.value), "hessian", cause)
    assert Surface(f, hessian=hessian, check=False).hessian([1, 1]).shape == (2, 2)


def check(said, what, cause):
    numbers = r"\(.*\)"
    assert re.match(
        rf"surface 'f': {what}\(x, y\) returned {numbers} at \(-?[\d.]+, -?[\d.]+\), where "
        rf"differences of (f|the gradient) give {numbers}",
        said,
    )
    assert cause in said
    assert f"or leave {what}= out (check=False keeps it as it is)" in said
    assert not re.search(r"[.!?] [A-Z]|\n", said)


@pytest.mark.parametrize("name", catalogue())
@pytest.mark.parametrize("change", ["sign", "swapped", "factor"])
def test_the_gradients_of_the_catalogue_pass_and_wrong_ones_of_them_do_not(name, change):
    surface = catalogue()[name]()
    start = np.mean(surface.bounds, axis=1) + 0.01
    assert np.isfinite(surface.gradient(start)).all()
    assert np.isfinite(surface.hessian(start)).all()
    right = surface._given["gradient"].function

    def wrong(x, y):
        dx, dy = right(x, y)
        return {"sign": (-dx, dy), "swapped": (dy, dx), "factor": (1.1 * dx, 1.1 * dy)}[change]

    with pytest.raises(InvalidInput, match=r"differences of f give"):
        Surface(surface.f, gradient=wrong, bounds=surface.bounds).gradient(start)


def analytic(rng):
    """A random function without kinks; its gradient is the complex step."""
    a, b, c = rng.normal(size=3) * 10 ** rng.uniform(-2, 2)
    size, p, w = 10 ** rng.uniform(-6, 6), rng.integers(1, 6), 10 ** rng.uniform(-1, 3)
    f = [
        lambda x, y: size * (a * x**p + b * y**p + c * x * y),
        lambda x, y: size * (np.sin(w * x + a) * np.cos(w * y + b) + c * x),
        lambda x, y: size * np.exp(-((x - c) ** 2) * abs(a) - abs(b) * y**2),
        lambda x, y: size * np.log1p(abs(a) * x**2 + abs(b) * y**4),
        lambda x, y: size * np.tanh(w * (x - c)) + y * a,
        lambda x, y: 1e8 * size + np.sin(x) * np.cos(y),
        lambda x, y: size * np.sqrt(x**2 + y**2 + 1e-3) ** p,
    ][rng.integers(7)]
    h = 1e-25
    return f, lambda x, y: (f(x + h * 1j, y + 0j).imag / h, f(x + 0j, y + h * 1j).imag / h)


def kinked(rng):
    """A random function with kinks, or with stairs, and its gradient."""
    a, b, at = rng.normal(size=3)
    size, w = 10 ** rng.uniform(-6, 6), 10 ** rng.uniform(-1, 3)
    return [
        (
            lambda x, y: size * (a * np.abs(x - at) + b * np.maximum(y, at)),
            lambda x, y: (size * a * np.sign(x - at), size * b * (y > at)),
        ),
        (lambda x, y: size * np.floor(w * x) + np.round(w * y), lambda x, y: (0 * x, 0 * y)),
        (
            lambda x, y: np.float64(np.float32(size) * (np.float32(x) ** 2 + np.float32(y))),
            lambda x, y: (2 * size * x, size),
        ),
        (
            lambda x, y: size * (np.float64(np.float32(x)) ** 2 + np.float32(y)),
            lambda x, y: (2 * size * x, size),
        ),
        (
            lambda x, y: (a * x**2 + b * y) * (1 + 1e-9 * np.sin(1e9 * x + 7e8 * y)),
            lambda x, y: (2 * a * x, b),
        ),
    ][rng.integers(5)]


@pytest.mark.parametrize("kind", [analytic, kinked])
def test_an_honest_gradient_is_never_refused(kind, notes):
    rng = np.random.default_rng(11)
    for _ in range(400):
        f, gradient = kind(rng)
        low = rng.normal(size=2) * 10 ** rng.uniform(-2, 3, 2)
        bounds = [(x, x + width) for x, width in zip(low, 10 ** rng.uniform(-2, 3, 2), strict=True)]
        Surface(f, gradient=gradient, bounds=bounds).gradient(low)


@pytest.mark.parametrize("size", [1e3, 1e6, 1e8])
def test_a_small_part_is_judged_by_what_its_own_difference_resolves(size):
    def steep(x, y):
        return size * x * x + y * y

    with pytest.raises(InvalidInput, match="the sign of df/dy is wrong"):
        Surface(steep, gradient=lambda x, y: (2 * size * x, -2 * y)).gradient([1, 1])
    with pytest.raises(InvalidInput, match="the sign of f_yy is wrong"):
        Surface(lambda x, y: 1e3 * x * x + y * y, hessian=lambda x, y: ((2e3, 0), (0, -2))).hessian(
            [1, 1]
        )
    Surface(steep, gradient=lambda x, y: (2 * size * x, 2 * y)).gradient([1, 1])


@pytest.mark.parametrize("height", [-1, 1], ids=["dip", "peak"])
def test_a_wrong_sign_is_seen_in_a_narrow_dip_and_on_a_peak(height):
    def bell(x, y):
        return height * np.exp(-((x - 0.77) ** 2 + (y + 1.03) ** 2) / (2 * 0.1**2))

    def gradient(x, y):
        return -(x - 0.77) / 0.01 * bell(x, y), -(y + 1.03) / 0.01 * bell(x, y)

    Surface(bell, gradient=gradient).gradient([1, 1])
    with pytest.raises(InvalidInput, match="the sign is wrong"):
        Surface(bell, gradient=lambda x, y: tuple(-g for g in gradient(x, y))).gradient([1, 1])


def test_a_dip_that_is_seen_point_by_point_is_found_by_its_minimum():
    def dip(x, y):
        return -math.exp(-(x * x + y * y) / 0.02)

    def wrong(x, y):
        return x / 0.01 * dip(x, y), y / 0.01 * dip(x, y)

    with pytest.raises(InvalidInput, match="the sign is wrong"):
        Surface(dip, gradient=wrong, minima=[(0, 0)]).gradient([1, 1])


def test_where_nothing_can_be_measured_nothing_is_said():
    nowhere = Surface(lambda x, y: x * np.nan, gradient=lambda x, y: (x * np.nan, y * np.nan))
    assert np.isnan(nowhere.gradient([1, 1])).all()
    swift = Surface(lambda x, y: np.sin(1e9 * x), gradient=lambda x, y: (0, 0))
    np.testing.assert_array_equal(swift.gradient([1, 1]), [0, 0])
