"""How a function is asked, and what is said of it: refusals, errors of its own, notes, holes."""

import io
import math
import pickle
import re
import traceback
from contextlib import redirect_stderr

import numpy as np
import pytest

from animopt import Scene, Surface, simulate, surfaces
from animopt.errors import InvalidInput
from animopt.optimizers import SGD

RNG = np.random.default_rng(0)
STATE = {"calls": 0}


def stateful(x, y):
    STATE["calls"] += 1
    return x**2 + y**2 + STATE["calls"]


def minibatch(w, b):
    x = RNG.choice(np.linspace(0, 2, 60), 8)
    return np.mean((w * x + b - 1.5 * x) ** 2)


def cost(w, b, x, y):
    return np.mean((w * x + b - y) ** 2)


def value_of(f, **settings):
    return lambda: Surface(f, **settings).value(np.eye(2))


def slope_of(f, **settings):
    return lambda: Surface(f, **settings).gradient(np.eye(2))


REFUSED = {
    "random": (
        value_of(lambda x, y: x**2 + 0.1 * RNG.standard_normal()),
        "two values, ",
    ),
    "random arrays": (
        value_of(lambda x, y: x**2 + 0.1 * RNG.standard_normal(np.shape(x))),
        "; leave out what is random and give the Scene noise=0.1 instead",
    ),
    "a mini-batch": (value_of(minibatch), "f(x, y) gives the point (-0.76, 0.92) two values"),
    "a state": (value_of(stateful), "gives the point (-0.76, 0.92) two values, "),
    "a random gradient": (
        slope_of(lambda x, y: x, gradient=lambda x, y: (1 + RNG.normal() / 1e6, 0)),
        "gradient(x, y) gives the point (-0.76, 0.92) two values, [",
    ),
    "one variable": (
        value_of(lambda x: x**2),
        "f(x) is a function of one variable, and a surface has two; write f(x, y), or f(theta)",
    ),
    "one variable, one point": (value_of(lambda x: math.sin(x)), "f(x) is a function of one varia"),
    "one variable and a default": (
        value_of(lambda x, a=2: a * x**2),
        "f(x, a=2) takes one number, and another in place of a default; if that is y, write lambda",
    ),
    "one variable and more": (value_of(lambda x, *rest: x**2), "takes one number, and another"),
    "two readings": (
        value_of(lambda p, b=10: b * np.sum(np.square(p))),
        "f(p, b=10) takes a vector, and two numbers too; write lambda x, y: f(np.array([x, y])), "
        "or lambda x, y: f(x, y)",
    ),
    "four arguments": (
        lambda: Surface(cost),
        "surface 'cost': cost(w, b, x, y) needs 4 arguments, and a point has two; "
        "write lambda w, b: cost(w, b, x, y)",
    ),
    "a keyword": (lambda: Surface(lambda x, y, *, a: x), "f(x, y, *, a) needs a too; write lambda"),
    "no argument": (lambda: Surface(lambda: 3), "f() takes no argument; write f(x, y)"),
    "nothing": (value_of(lambda x, y: None), "f(x, y) returned None; it must return real numbers"),
    "complex numbers": (value_of(lambda x, y: x * 1j), "returned complex numbers"),
    "text": (value_of(lambda x, y: "high"), "returned 'high'; it must return real numbers"),
    "ragged lists": (value_of(lambda x, y: [[1], [1, 2]]), "rows of different lengths"),
    "two numbers": (value_of(lambda x, y: [1, 2]), "returned shape (2,) for one point"),
    "three slopes": (
        slope_of(lambda x, y: x, gradient=lambda theta: np.ones(3)),
        "gradient(theta) returned 3 parts; it must return two arrays, (df/dx, df/dy)",
    ),
    "a factory": (
        lambda: Surface(surfaces.bowl),
        "f is surfaces.bowl, a factory; write surfaces.bowl()",
    ),
    "a surface": (lambda: Surface(surfaces.bowl()), "f is a Surface already; give a function"),
    "a number": (lambda: Surface(3), "f is 3; give a function f(x, y) of two arrays"),
    "no function": (lambda: Surface(), "Surface() needs f; write Surface(f=...)"),
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_what_cannot_be_a_surface_is_refused_in_one_sentence(wrong):
    make, sentence = REFUSED[wrong]
    with pytest.raises(InvalidInput) as error:
        make()
    said = str(error.value)
    assert sentence in said
    assert not re.search(r"[.!?] [A-Z]|\n", said)


@pytest.mark.parametrize("name", ["sphere", "banana"])
def test_a_surface_of_another_name_is_named(name):
    with pytest.raises(AttributeError, match=rf"surfaces has no '{name}'; write surfaces\.\w+\(\)"):
        getattr(surfaces, name)
    with pytest.raises(AttributeError, match="did you mean 'rosenbrock'"):
        _ = surfaces.rosenbrok


def undefined(x, y):
    return x + nosuch  # noqa: F821


def too_long(theta):
    return theta[0] ** 2 + theta[2] ** 2


def wanting(x, y):
    if x < 5:
        raise ValueError("x is too small")
    return x


@pytest.mark.parametrize(
    ("f", "error"),
    [
        (undefined, NameError),
        (too_long, IndexError),
        (wanting, ValueError),
        (lambda x, y: 1 / 0 + x, ZeroDivisionError),
        (lambda x, y: math.log(-1 - x * x), ValueError),
    ],
    ids=["a name", "an index", "a raise", "everywhere", "nowhere in the domain"],
)
def test_a_function_that_fails_with_a_point_too_shows_its_own_error_and_line(f, error):
    with pytest.raises(error) as caught:
        Surface(f).value(np.eye(2))
    assert traceback.extract_tb(caught.value.__traceback__)[-1].filename == __file__
    assert caught.value.__context__ is None


def test_an_error_at_a_point_that_comes_late_comes_alone(notes):
    def f(x, y):
        if np.any(x > 1.9):
            raise RuntimeError("too far" if np.ndim(x) == 0 else "some are too far")
        return x + y

    surface = Surface(f)
    surface.value(np.eye(2))
    with pytest.raises(RuntimeError, match=r"^too far") as caught:
        surface.value([[1.0, 0.0], [1.95, 0.0]])
    assert caught.value.__context__ is None
    assert surface.value(np.eye(2)).tolist() == [1, 1]
    assert notes == []


def test_a_function_that_takes_no_arrays_is_noted_once_with_its_speed(notes):
    def gradient(x, y):
        return math.cos(x), 2 * y

    surface = Surface(
        lambda x, y: math.sin(x) + y * y,
        gradient=gradient,
        hessian=lambda x, y: ((-math.sin(x), 0), (0, 2)),
    )
    for ask in (surface.value, surface.gradient, surface.hessian):
        ask(np.eye(2))
        ask(np.eye(2))
    (note,) = notes
    assert re.fullmatch(
        r"surface 'f': f\(x, y\) does not take arrays, so it is asked point by point, [\d,]+ "
        r"points a second here; written with np.sin for math.sin, .* it takes all at once",
        note,
    )


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x, y: np.mean(x * np.ones(60) + y), "returns one number for an array of points"),
        (lambda x, y: x - np.mean(x) + y, "mixes the points of an array"),
        (lambda x, y: np.append(x, y)[:1], "returns another shape than that of its arrays"),
        (lambda x, y: np.float32(x) + np.float32(y), "returns float32, of 6 digits; its slopes"),
    ],
)
def test_what_was_found_of_a_function_is_noted(f, words, notes):
    surface = Surface(f)
    surface.value(np.eye(2))
    surface.gradient(np.eye(2))
    assert len(notes) == 1
    assert words in notes[0]
    assert not re.search(r"[.!?] [A-Z]|\n", notes[0])


def test_a_gradient_alone_may_take_one_point_at_a_time(notes):
    surface = Surface(lambda x, y: x**2 + y, gradient=lambda x, y: (2 * x, 1 if x > 0 else 1.0))
    np.testing.assert_array_equal(surface.gradient(np.eye(2)), [[2, 1], [0, 1]])
    assert "gradient(x, y) does not take arrays" in notes[0]


def test_numba_is_told_to_vectorize(notes):
    njit = pytest.importorskip("numba").njit
    Surface(njit(lambda x, y: math.sin(x) + y)).value(np.eye(2))
    assert "written with @numba.vectorize for @numba.njit" in notes[0]


def test_where_a_function_of_one_point_has_no_value_there_is_a_hole(notes):
    surface = Surface(lambda x, y: math.log(x) + 1 / math.ceil(y), bounds=((-1, 2), (-1, 2)))
    values = surface.value([[1, 1], [-1, 1], [1, -0.5], [0, 1]])
    np.testing.assert_array_equal(values, [1, np.nan, np.nan, np.nan])
    assert len(notes) == 2
    assert "has no value at (" in notes[1]
    assert np.isnan(surface.grid(10, 10)[2]).any()


def test_overflow_of_pythons_numbers_is_that_of_numpys(notes):
    surface = Surface(lambda x, y: max(x, 0) ** 4 + (-abs(y)) ** 0.5)
    assert surface.value([1e100, 0.0]) == np.inf
    assert np.isnan(surface.value([1.0, 2.0]))


def test_a_point_that_is_not_finite_is_not_asked_for(notes):
    def careful(x, y):
        assert np.isfinite(x).all()
        return x**2 + y**2

    surface = Surface(careful)
    values = surface.value([[1, 2], [np.nan, 1], [np.inf, 0], [3, 0]])
    np.testing.assert_array_equal(values, [5, np.nan, np.nan, 9])
    assert surface.value([[np.inf, 1]]).shape == (1,)
    assert notes == []


def test_each_point_of_a_path_is_asked_for_once(notes):
    asked = []

    def f(x, y):
        asked.append((float(x), float(y)))
        return math.sin(x) + y * y

    surface = Surface(f)
    runs = simulate(Scene(surface, SGD(lr=0.1), (1, 1), 20))
    first = len(asked)
    simulate(Scene(surface, SGD(lr=0.1), (1, 1), 20))
    surface.gradient(runs.trajectories[0].points)
    assert len(asked) == first < 130


def module_level(theta):
    return math.sin(theta[0]) + theta[1] ** 2


def test_a_surface_is_pickled_with_what_was_found_out(notes):
    surface = Surface(module_level, gradient=lambda_free)
    surface.gradient(np.eye(2))
    surface.grid(5, 5)
    again = pickle.loads(pickle.dumps(surface))
    np.testing.assert_array_equal(again.gradient(np.eye(2)), surface.gradient(np.eye(2)))
    assert len(notes) == 1


def lambda_free(theta):
    return np.array([math.cos(theta[0]), 2 * theta[1]])


@pytest.mark.parametrize("n", [1, 2, 3, 7])
@pytest.mark.parametrize(
    ("gradient", "hessian"),
    [
        (lambda t: 2 * np.array([t[0], 3 * t[1]]), lambda t: np.diag([2, 6])),
        (lambda t: np.array([2 * t[0], 6 * t[1]]).tolist(), lambda t: [[2, 0], [0, 6]]),
        (lambda p: 2 * p * [1, 3], lambda p: np.broadcast_to(np.diag([2, 6]), (*p.shape, 2))),
        (lambda x, y: np.stack([2 * x, 6 * y], axis=-1), lambda x, y: ((2, 0 * x), (0 * y, 6))),
        (lambda x, y: (2 * x, 6 * y), lambda x, y: np.diag([2, 6])),
    ],
    ids=["array", "lists", "rows", "last axis", "tuples"],
)
def test_derivatives_may_have_the_vector_form(gradient, hessian, n, notes):
    surface = Surface(lambda t: t[0] ** 2 + 3 * t[1] ** 2, gradient=gradient, hessian=hessian)
    points = RNG.normal(size=(n, 2))
    np.testing.assert_allclose(surface.gradient(points), 2 * points * [1, 3])
    np.testing.assert_array_equal(surface.hessian(points), [np.diag([2, 6])] * n)


def test_notes_go_to_stderr_but_not_below_the_cell_of_a_notebook(monkeypatch):
    surface = Surface(lambda x, y: math.sin(x) + y)
    with redirect_stderr(io.StringIO()) as err:
        surface.value(np.eye(2))
    assert err.getvalue().startswith("animopt: surface 'f': f(x, y) does not take arrays")
    assert err.getvalue().count("\n") == 1
    IPython = pytest.importorskip("IPython")
    kernel = type("Shell", (), {"kernel": 1})()
    monkeypatch.setattr(IPython, "get_ipython", lambda: kernel)
    with redirect_stderr(io.StringIO()) as err:
        Surface(lambda x, y: math.sin(x) + y).value(np.eye(2))
    assert err.getvalue() == ""


def test_two_values_of_a_point_are_shown_with_the_digits_that_differ():
    calls = iter(range(100))
    with pytest.raises(InvalidInput, match=r"two values, 1\.424\d* and 1\.424\d+;") as caught:
        Surface(lambda x, y: 1.424 + 1e-9 * next(calls)).value([1, 1])
    one, other = re.findall(r"1\.424\d*", str(caught.value))
    assert one != other


@pytest.mark.parametrize(
    ("f", "write"),
    [
        (lambda x, y: torch().sin(x) + y, "write Surface.from_torch(f), which"),
        (
            lambda p: torch().sum(p**2),
            "write Surface.from_torch(lambda x, y: f(torch.stack([x, y]))), which",
        ),
    ],
)
def test_a_function_of_tensors_is_sent_to_from_torch(f, write):
    with pytest.raises(InvalidInput) as caught:
        Surface(f).value([1, 1])
    assert write in str(caught.value)


def torch():
    return pytest.importorskip("torch")
