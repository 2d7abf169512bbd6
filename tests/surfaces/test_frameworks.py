"""Surfaces from torch, JAX and sympy: as exact as ours, in float64, and without side effects."""

import os
import subprocess
import sys
import warnings
from importlib import import_module

import numpy as np
import pytest

from animopt import Scene, Surface, simulate
from animopt.errors import ExportError, InvalidInput
from animopt.optimizers import SGD, Newton

POINTS = np.random.default_rng(0).uniform(-2, 2, (3, 7, 2))


@pytest.fixture
def need():
    """Return a module, or skip; in continuous integration nothing may be absent."""

    def load(name):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what frameworks say while they are imported
                return import_module(name)
        except ModuleNotFoundError:
            message = f"{name} is missing: pip install 'animopt[{name}]'"
            pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)

    return load


def hilly(sin, exp):
    def hills(x, y):
        return (1 - x) ** 2 + 10 * (y - x**2) ** 2 + sin(3 * x) * exp(-(y**2))

    return hills


def of_torch(need):
    torch = need("torch")
    return Surface.from_torch(hilly(torch.sin, torch.exp))


def of_jax(need):
    jax = need("jax")
    return Surface.from_jax(hilly(jax.numpy.sin, jax.numpy.exp))


def of_sympy(need):
    sympy = need("sympy")
    x, y = sympy.symbols("x y")
    return Surface.from_sympy(hilly(sympy.sin, sympy.exp)(x, y), name="hills")


every = pytest.mark.parametrize("make", [of_torch, of_jax, of_sympy])


@every
def test_value_gradient_and_hessian_are_exact(need, make):
    theirs = make(need)
    x, y = POINTS[..., 0], POINTS[..., 1]
    s, c, e = np.sin(3 * x), np.cos(3 * x), np.exp(-(y**2))
    slope = np.stack(
        [-2 * (1 - x) - 40 * x * (y - x**2) + 3 * c * e, 20 * (y - x**2) - 2 * y * s * e], axis=-1
    )
    f_xx = 2 - 40 * (y - x**2) + 80 * x**2 - 9 * s * e
    f_xy = -40 * x - 6 * y * c * e
    f_yy = 20 + (4 * y**2 - 2) * s * e
    curvature = np.stack([np.stack([f_xx, f_xy], -1), np.stack([f_xy, f_yy], -1)], -2)
    close = {"rtol": 1e-13, "atol": 1e-12}
    np.testing.assert_allclose(theirs.value(POINTS), hilly(np.sin, np.exp)(x, y), **close)
    np.testing.assert_allclose(theirs.gradient(POINTS), slope, **close)
    np.testing.assert_allclose(theirs.hessian(POINTS), curvature, **close)
    assert theirs.value([0.5, 0.5]).dtype == np.float64
    assert theirs.name == "hills"


@every
def test_optimizers_descend_it_and_pictures_can_be_drawn_of_it(need, make):
    scene = Scene(make(need), [SGD(lr=0.01), Newton()], [(-1, 1), (1.5, 0)], 20)
    runs = simulate(scene)
    assert (runs.trajectories[0].values[:, -1] < runs.trajectories[0].values[:, 0]).all()
    assert scene.surface.grid(8, 6)[2].shape == (6, 8)


def test_what_torch_has_no_derivative_in_is_zero(need):
    need("torch")
    trough = Surface.from_torch(lambda x, y: x**2)
    assert trough.gradient([3.0, 1.0]).tolist() == [6.0, 0.0]
    assert trough.hessian([3.0, 1.0]).tolist() == [[2.0, 0.0], [0.0, 0.0]]
    assert trough.name == "f"


def test_jax_is_left_in_single_precision(need):
    jax = need("jax")
    surface = of_jax(lambda name: jax)
    surface.value(POINTS)
    assert not jax.config.jax_enable_x64
    assert jax.numpy.ones(1).dtype == "float32"


def test_a_sympy_expression_brings_its_formula(need):
    sympy = need("sympy")
    u, v = sympy.symbols("u v")
    surface = Surface.from_sympy(
        u**2 / 20 + sympy.Abs(v), variables=(u, v), bounds=((-5, 5), (-3, 3))
    )
    assert surface.formula == r"\frac{u^{2}}{20} + \left|{v}\right|"
    assert surface.value([2.0, -3.0]) == pytest.approx(3.2)
    assert surface.gradient([2.0, -3.0]).tolist() == [0.2, -1.0]
    assert surface.hessian([2.0, -3.0]).tolist() == [[0.1, 0.0], [0.0, 0.0]]
    assert surface.bounds == ((-5, 5), (-3, 3))
    assert Surface.from_sympy("x**2 + y").gradient([1, 1]).tolist() == [2, 1]


def test_every_formula_of_sympy_can_be_drawn(need):
    from matplotlib.mathtext import MathTextParser

    sympy = need("sympy")
    x, y = sympy.symbols("x y")
    for e in (
        hilly(sympy.sin, sympy.exp)(x, y),
        sympy.sqrt(sympy.Abs(x)) / (1 + y**2),
        sympy.log(x**2 + 1) + sympy.atan(y) + sympy.sign(x) * sympy.pi,
        sympy.Piecewise((x, x > 0), (y, True)),
        sympy.Max(x, y),
    ):
        formula = Surface.from_sympy(e).formula
        if formula is not None:
            MathTextParser("path").parse(f"${formula}$")


def test_a_given_derivative_is_preferred(need):
    need("torch")
    asked = []

    def gradient(x, y):
        asked.append(x)
        return y, x

    saddle = Surface.from_torch(lambda x, y: x * y, gradient=gradient)
    assert saddle.gradient([1.0, 2.0]).tolist() == [2, 1]
    assert asked


@pytest.mark.parametrize(
    ("make", "library", "message"),
    [
        (lambda: Surface.from_torch(3), "torch", "Surface.from_torch(3): give a function f(x, y)"),
        (lambda: Surface.from_jax(3), "jax", "Surface.from_jax(3): give a function f(x, y)"),
        (lambda: Surface.from_sympy("x +* y"), "sympy", "give an expression in the symbols x and"),
        (lambda: Surface.from_sympy("a*x + y"), "sympy", "a is neither x nor y; substitute a"),
        (lambda: Surface.from_sympy("x", variables="x"), "sympy", "name two others with variables"),
    ],
)
def test_what_is_wrong_is_one_sentence(need, make, library, message):
    need(library)
    with pytest.raises(InvalidInput) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("library", ["torch", "jax", "sympy"])
def test_a_missing_library_is_one_sentence_that_names_the_extra(monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ExportError) as caught:
        getattr(Surface, f"from_{library}")("x")
    assert str(caught.value) == (
        f"Surface.from_{library}() needs {library}: pip install 'animopt[{library}]'"
    )


def test_none_of_them_is_imported_before_it_is_used():
    code = (
        "import sys; from animopt import surfaces; surfaces.bowl().value([1, 1])\n"
        "print([name for name in ('torch', 'jax', 'sympy', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
