"""Functions as people write them: of arrays or of one point, of a vector, with state, over data."""

import cmath
import functools
import math
import statistics
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

A = np.array([[2.0, 1.0], [1.0, 3.0]])
W = np.linspace(0, 2, 60)
T = 1.5 * W + 0.7
PAIRS = list(zip(W, T, strict=True))
ROWS = np.column_stack([W, np.ones(60)])


def bowl(x, y):
    return x * x + 3 * y * y


def product(x, y):
    return (2 * x * x + 2 * x * y + 3 * y * y) / 2


def mse(w, b):
    return math.fsum((w * x + b - t) ** 2 for x, t in PAIRS) / 60


def wave(x, y):
    return math.sin(x) + y * y


def valley(x, y):
    return (1 - x) ** 2 + 10 * (y - x * x) ** 2


class Model:
    """A loss as a method and as an object that is called."""

    weight = 3

    def __call__(self, x, y):
        return math.fabs(x) ** 2 + self.weight * y * y

    def loss(self, theta):
        return theta[0] ** 2 + self.weight * theta[1] ** 2


def unpacked(theta):
    x, y = theta
    return x**2 + 3 * y**2


def rosenbrock(p, b=10.0):
    return (1 - p[0]) ** 2 + b * (p[1] - p[0] ** 2) ** 2


def scaled(x, y, a=3):
    return x**2 + a * y**2


def linear(theta, data, target):
    return np.mean((data @ theta - target) ** 2)


def quadratic_form(x, y):
    v = np.array([x, y])
    return v @ A @ v / 2


def column_form(x, y):
    v = np.array([[x], [y]])
    return v.T @ A @ v / 2


def einsum_form(x, y):
    v = np.array([x, y])
    return np.einsum("i...,ij,j...->...", v, A, v) / 2


def matrix_norm(x, y):
    return np.linalg.norm(np.array([x, math.sqrt(3) * y])) ** 2


def meshgrid_loops(X, Y):
    Z = np.zeros(X.shape)
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            Z[i, j] = X[i, j] ** 2 + 3 * Y[i, j] ** 2
    return Z


def masks(x, y):
    z = np.zeros_like(x)
    z[x > 0] = x[x > 0] ** 2
    z[x <= 0] = -x[x <= 0]
    return z + y**2


def in_place(x, y):
    x -= 1
    y *= 2
    return x**2 + y**2


def branches(x, y):
    if x > 0 and y > 0:
        return x * x + y
    return x * x - y if x > y else x * x


def counted(x, y):
    total = 0.0
    for k in range(int(abs(10 * x)) * 0 + 3):
        total += (x - k) ** 2 + y * y
    return total


def by_newton(x, y):
    root = 1.0
    while abs(root * root - (2 + x * x)) > 1e-13:
        root = (root + (2 + x * x) / root) / 2
    return root + y * y


def penalized(x, y):
    if np.any(np.abs(x) > 4):
        return np.full_like(x, 1e6)
    return x**2 + 3 * y**2


def late(x, y):
    if np.ndim(x) and len(x) > 7 and x.max() > 1.5:
        raise RuntimeError("no room")
    return x**2 + 3 * y**2


def remembering():
    seen = {}
    return lambda x, y: seen.setdefault((x, y), bowl(x, y))


def logging():
    history = []

    def f(x, y):
        history.append((x, y))
        return bowl(x, y)

    return f


def one_buffer():
    buffers = {}

    def f(x, y):
        out = buffers.setdefault(np.shape(x), np.empty(np.shape(x)))
        out[...] = bowl(x, y)
        return out

    return f


# The function, the same at one point, and whether it is asked with arrays or point by point.
FORMS = {
    "arrays": (lambda: lambda x, y: np.sin(x) + y**2, wave, "arrays"),
    "a loop over data": (
        lambda: lambda w, b: sum((w * x + b - t) ** 2 for x, t in PAIRS) / 60,
        mse,
        "arrays",
    ),
    "map over data": (
        lambda: lambda w, b: sum(map(lambda e: (w * e[0] + b - e[1]) ** 2, PAIRS)) / 60,
        mse,
        "arrays",
    ),
    "a mean along an axis": (
        lambda: lambda w, b: np.mean((w * W[:, None] + b - T[:, None]) ** 2, axis=0),
        mse,
        "arrays",
    ),
    "a mean over data": (lambda: lambda w, b: np.mean((w * W + b - T) ** 2), mse, "points"),
    "a mean over columns": (
        lambda: lambda w, b: np.mean((w * W[:, None] + b - T[:, None]) ** 2),
        mse,
        "points",
    ),
    "as many data as probes": (
        lambda: lambda w, b: np.mean((w * W[:3] + b) ** 2),
        lambda w, b: sum((w * x + b) ** 2 for x in W[:3]) / 3,
        "points",
    ),
    "twice as many": (
        lambda: lambda w, b: np.mean((w * W[:6] + b) ** 2),
        lambda w, b: sum((w * x + b) ** 2 for x in W[:6]) / 6,
        "points",
    ),
    "np.vectorize": (lambda: np.vectorize(mse), mse, "arrays"),
    "theta[0]": (lambda: lambda theta: theta[0] ** 2 + 3 * theta[1] ** 2, bowl, "arrays"),
    "x, y = theta": (lambda: unpacked, bowl, "arrays"),
    "theta with a default": (lambda: rosenbrock, valley, "arrays"),
    "theta and data": (lambda: functools.partial(linear, data=ROWS, target=T), mse, "points"),
    "rows of points": (lambda: lambda p: p[..., 0] ** 2 + 3 * p[..., 1] ** 2, bowl, "arrays"),
    "rows of points only": (
        lambda: lambda p: (p**2).sum(axis=1) + 2 * p[:, 1] ** 2,
        bowl,
        "arrays",
    ),
    "a column vector": (lambda: lambda t: t[0, 0] ** 2 + 3 * t[1, 0] ** 2, bowl, "points"),
    "theta @ A @ theta": (lambda: lambda theta: theta @ A @ theta / 2, product, "points"),
    "f(*p)": (lambda: lambda *p: p[0] ** 2 + 3 * p[1] ** 2, bowl, "arrays"),
    "f(theta, *args)": (
        lambda: lambda theta, *args: theta[0] ** 2 + 3 * theta[1] ** 2,
        bowl,
        "arrays",
    ),
    "a method": (lambda: Model().loss, bowl, "arrays"),
    "an object": (Model, bowl, "points"),
    "x, y with a default": (lambda: scaled, bowl, "arrays"),
    "x, y=0": (lambda: lambda x, y=0: x**2 + 3 * y**2, bowl, "arrays"),
    "a lambda without lambda": (lambda: np.hypot, math.hypot, "arrays"),
    "a builtin": (lambda: math.atan2, math.atan2, "points"),
    "math": (lambda: wave, wave, "points"),
    "cmath": (
        lambda: lambda x, y: abs(cmath.exp(complex(x, y))),
        lambda x, y: math.exp(x),
        "points",
    ),
    "max": (
        lambda: lambda x, y: max(x, 0) ** 2 + y * y,
        lambda x, y: max(x, 0.0) ** 2 + y * y,
        "points",
    ),
    "if": (lambda: branches, branches, "points"),
    "range": (lambda: counted, counted, "points"),
    "while": (lambda: by_newton, by_newton, "points"),
    "v @ A @ v": (lambda: quadratic_form, product, "points"),
    "v.T @ A @ v": (lambda: column_form, product, "points"),
    "einsum": (lambda: einsum_form, product, "arrays"),
    "a norm": (lambda: matrix_norm, bowl, "points"),
    "a determinant": (lambda: lambda x, y: np.linalg.det([[x, -3 * y], [y, x]]), bowl, "points"),
    "np.dot": (lambda: lambda x, y: np.dot([x, 3 * y], [x, y]), bowl, "points"),
    "statistics": (lambda: lambda x, y: 2 * statistics.fmean([x * x, 3 * y * y]), bowl, "points"),
    "fractions": (lambda: lambda x, y: Fraction(x) ** 2 + 3 * Fraction(y) ** 2, bowl, "points"),
    "decimals": (lambda: lambda x, y: Decimal(x) ** 2 + 3 * Decimal(y) ** 2, bowl, "points"),
    "loops over a meshgrid": (lambda: meshgrid_loops, bowl, "arrays"),
    "masks": (lambda: masks, lambda x, y: (x * x if x > 0 else -x) + y * y, "arrays"),
    "in place": (lambda: in_place, lambda x, y: (x - 1) ** 2 + 4 * y * y, "arrays"),
    "the mean of the points": (
        lambda: lambda x, y: (x - np.mean(x)) ** 2 + 3 * y**2,
        lambda x, y: 3 * y * y,
        "points",
    ),
    "points scaled by their largest": (
        lambda: lambda x, y: x / np.max(np.abs(x)) + y,
        lambda x, y: (x / abs(x) if x else math.nan) + y,
        "points",
    ),
    "points in order": (lambda: lambda x, y: np.cumsum(x) ** 2 + 3 * y**2, bowl, "points"),
    "the first point": (lambda: lambda x, y: np.ravel(x)[0] ** 2 + 3 * y**2, bowl, "points"),
    "a penalty outside": (lambda: penalized, bowl, "points"),
    "fails later": (lambda: late, bowl, "points"),
    "a memory": (remembering, bowl, "points"),
    "a history": (logging, bowl, "arrays"),
    "one buffer": (one_buffer, bowl, "arrays"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_function_is_taken_as_it_is_written(form, check):
    make, one, how = FORMS[form]
    check(make(), one, how)
