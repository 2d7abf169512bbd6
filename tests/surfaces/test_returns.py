"""What functions return, and what other libraries make of them: all that NumPy understands."""

import functools
import math

import numpy as np
import pytest

from animopt import Surface

KNOTS = np.linspace(-4, 4, 30)


def bowl(x, y):
    return x * x + 3 * y * y


def wave(x, y):
    return math.sin(x) + y * y


def tensor(x, y):
    torch = pytest.importorskip("torch")
    weight = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
    return torch.as_tensor(x) ** 2 + weight * torch.as_tensor(y) ** 2


def numba(f, wrapper="njit"):
    return getattr(pytest.importorskip("numba"), wrapper)(f)


def sympy(*modules, vector=False):
    sp = pytest.importorskip("sympy")
    x, y = sp.symbols("x y")
    return sp.lambdify([(x, y)] if vector else (x, y), sp.sin(x) + y**2, *modules)


def substituted(x, y):
    sp = pytest.importorskip("sympy")
    a, b = sp.symbols("a b")
    return (a**2 + 3 * b**2).subs({a: x, b: y})


def normal():
    stats = pytest.importorskip("scipy.stats")
    return stats.multivariate_normal([0, 0], [[1, 0.3], [0.3, 1]])


def density(x, y):
    size = 1 - 0.3**2
    return math.exp(-(x * x - 0.6 * x * y + y * y) / (2 * size)) / (2 * math.pi * math.sqrt(size))


@functools.cache
def interpolator():
    interpolate = pytest.importorskip("scipy.interpolate")
    z = bowl(*np.meshgrid(KNOTS, KNOTS, indexing="ij"))
    return interpolate.RegularGridInterpolator((KNOTS, KNOTS), z, method="cubic")


def bivariate(**options):
    interpolate = pytest.importorskip("scipy.interpolate")
    z = bowl(*np.meshgrid(KNOTS, KNOTS, indexing="ij"))
    spline = interpolate.RectBivariateSpline(KNOTS, KNOTS, z)
    return lambda x, y: spline(x, y, **options)


def on_meshgrids(pdf):
    return lambda x, y: pdf(np.dstack((x, y)))


# The function, the same at one point, and whether it is asked with arrays or point by point.
FORMS = {
    "a constant": (lambda: lambda x, y: 7, lambda x, y: 7.0, "arrays"),
    "a list": (lambda: lambda x, y: (x**2 + 3 * y**2).tolist(), bowl, "arrays"),
    "a column": (lambda: lambda x, y: np.reshape(bowl(x, y), (-1, 1)), bowl, "arrays"),
    "read-only": (lambda: lambda x, y: np.broadcast_to(x, np.shape(x)), lambda x, y: x, "arrays"),
    "integers": (
        lambda: lambda x, y: np.asarray(np.floor(x) - np.floor(y)).astype(int),
        lambda x, y: math.floor(x) - math.floor(y),
        "arrays",
    ),
    "booleans": (lambda: lambda x, y: x > y, lambda x, y: float(x > y), "arrays"),
    "masked": (
        lambda: lambda x, y: np.ma.masked_less(x**2 + 3 * y**2, 0.2),
        lambda x, y: math.nan if bowl(x, y) < 0.2 else bowl(x, y),
        "arrays",
    ),
    "objects": (lambda: lambda x, y: np.asarray(bowl(x, y)).astype(object), bowl, "arrays"),
    "torch": (lambda: tensor, bowl, "arrays"),
    "pandas": (
        lambda: lambda x, y: pytest.importorskip("pandas").Series(x) ** 2 + 3 * y**2,
        bowl,
        "arrays",
    ),
    "xarray": (
        lambda: lambda x, y: pytest.importorskip("xarray").DataArray(x) ** 2 + 3 * y**2,
        bowl,
        "arrays",
    ),
    "mpmath": (lambda: lambda x, y: pytest.importorskip("mpmath").sin(x) + y * y, wave, "points"),
    "numba with math": (lambda: numba(lambda x, y: math.sin(x) + y * y), wave, "points"),
    "numba with NumPy": (lambda: numba(lambda x, y: np.sin(x) + y * y), wave, "arrays"),
    "numba.vectorize": (
        lambda: numba(lambda x, y: math.sin(x) + y * y, "vectorize"),
        wave,
        "arrays",
    ),
    "lambdify": (sympy, wave, "arrays"),
    "lambdify with math": (lambda: sympy("math"), wave, "points"),
    "lambdify of a vector": (lambda: sympy(vector=True), wave, "arrays"),
    "subs": (lambda: substituted, bowl, "points"),
    "pdf of a meshgrid": (lambda: on_meshgrids(normal().pdf), density, "arrays"),
    "pdf": (lambda: normal().pdf, density, "arrays"),
    "scipy's rosen": (
        lambda: pytest.importorskip("scipy.optimize").rosen,
        lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
        "arrays",
    ),
    "a grid interpolator": (interpolator, lambda x, y: float(interpolator()((x, y))), "arrays"),
    "a spline of one point": (bivariate, bowl, "points"),
    "a spline of points": (lambda: bivariate(grid=False), bowl, "arrays"),
}


@pytest.mark.parametrize("form", FORMS)
def test_real_numbers_may_come_back_as_anything(form, check):
    make, one, how = FORMS[form]
    check(make(), one, how)


@pytest.mark.parametrize("shape", [lambda z: z, lambda z: z[:, None]], ids=["same", "column"])
def test_a_buffer_that_the_function_uses_again_changes_no_result(shape):
    buffer = np.empty(100_000)

    def reusing(x, y):
        return shape(np.add(x, 10 * y, out=buffer[: np.size(x)]))

    surface = Surface(reusing)
    first = surface.value([[1.0, 2.0], [3.0, 4.0]])
    second = surface.value([[5.0, 6.0], [7.0, 8.0]])
    np.testing.assert_array_equal([first, second], [[21, 43], [65, 87]])
