"""What every surface of the catalogue promises, with its defaults and with other parameters."""

import copy
import inspect
import pickle
from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.mathtext import MathTextParser

from animopt import surfaces
from animopt.errors import InvalidInput
from animopt.surfaces import Surface

CATALOGUE = surfaces.catalogue()
OTHER_PARAMETERS = {
    "ackley": {"a": 10.0, "b": 0.3, "c": 4.0},
    "bowl": {"a": 0.2, "b": 2.0},
    "cliff": {"height": 3.0, "steepness": 4.0},
    "michalewicz": {"m": 1},
    "noisy_bowl": {"amplitude": 0.4, "waves": 3, "seed": 7},
    "plateau": {"a": 3.0, "b": 1.0},
    "rastrigin": {"amplitude": 2.0},
    "ravine": {"condition": 100.0, "angle": 30.0},
    "ring": {"tilt": 0.4},
    "rosenbrock": {"a": -2.0, "b": 5.0},
    "saddle": {"a": 1.0, "b": 3.0},
}
CASES = {name: factory() for name, factory in CATALOGUE.items()} | {
    f"{name}({', '.join(f'{k}={v:g}' for k, v in keywords.items())})": CATALOGUE[name](**keywords)
    for name, keywords in OTHER_PARAMETERS.items()
}
every_surface = pytest.mark.parametrize("surface", CASES.values(), ids=CASES)


def surfaces_except(*names: str) -> pytest.MarkDecorator:
    assert set(names) <= {surface.name for surface in CASES.values()}
    some = {case: surface for case, surface in CASES.items() if surface.name not in names}
    return pytest.mark.parametrize("surface", some.values(), ids=some)


# The published value at the minima; None where the function is unbounded below and has none.
PUBLISHED = {
    "ackley": 0,
    "beale": 0,
    "booth": 0,
    "bowl": 0,
    "bukin6": 0,
    "cliff": 1 / (1 + np.exp(20)),
    "cross_in_tray": -2.062611870822739,
    "cubic": 0,
    "dixon_price": 0,
    "easom": -1,
    "eggholder": -959.640662720851,
    "goldstein_price": 3,
    "griewank": 0,
    "himmelblau": 0,
    "levy": 0,
    "matyas": 0,
    "mccormick": -1.913222954981037,
    "michalewicz": -1.801303410098554,
    "monkey_saddle": None,
    "noisy_bowl": 0,
    "plateau": 0,
    "rastrigin": 0,
    "ravine": 0,
    "ring": 0,
    "rosenbrock": 0,
    "saddle": None,
    "schwefel": 0,
    "six_hump_camel": -1.031628453489877,
    "styblinski_tang": -78.33233140754282,
    "three_hump_camel": 0,
}
# What vanishes where a surface has a kink.
KINKS: dict[str, Callable] = {
    "Ackley": lambda x, y: (np.hypot(x, y),),
    "Bukin 6": lambda x, y: (y - x**2 / 100, x + 10),
    "cross-in-tray": lambda x, y: (np.sin(x), np.sin(y)),
    "Eggholder": lambda x, y: (x / 2 + y + 47, x - y - 47),
    "Schwefel": lambda x, y: (x, y),
}
VANISHING_HESSIAN = {"monkey saddle"}


def points_of(surface: Surface, n: int = 400) -> np.ndarray:
    """Random points within the bounds, off the kinks."""
    low, high = np.array(surface.bounds).T
    points = np.random.default_rng(0).uniform(low, high, (n, 2))
    for distance in KINKS.get(surface.name, lambda x, y: ())(*points.T):
        points = np.where((np.abs(distance) > 0.05)[:, None], points, np.nan)
    points = points[np.isfinite(points).all(axis=1)]
    assert len(points) > 0.7 * n
    return points


def differences(function: Callable, points: np.ndarray) -> np.ndarray:
    """The slopes of a function of points along x and y, the error of fourth order."""
    slopes = []
    for axis in np.eye(2):
        h = 5e-4 * axis
        near, far = (function(points + k * h) - function(points - k * h) for k in (1, 2))
        slopes.append((8 * near - far) / (12 * 5e-4))
    return np.stack(slopes, axis=-1)


def test_the_catalogue_is_what_the_module_exports():
    assert set(CATALOGUE) | {"Surface", "catalogue", "slice_of"} == set(surfaces.__all__)
    assert len(CATALOGUE) >= 30
    assert set(PUBLISHED) == set(CATALOGUE)


@every_surface
def test_the_gradient_is_the_slope_of_the_value(surface):
    points = points_of(surface)
    gradient = surface.gradient(points)
    if surface.name in KINKS:
        size = np.abs(gradient) + np.abs(gradient).mean()
        assert np.all(np.abs(gradient - differences(surface.value, points)) < 1e-6 * size)
    else:
        (x, y), h = points.T, 1e-30
        exact = np.stack([surface.f(x + 1j * h, y).imag, surface.f(x, y + 1j * h).imag], axis=1) / h
        size = np.abs(exact) + np.abs(exact).mean()
        assert np.all(np.abs(gradient - exact) < 1e-12 * size)


@every_surface
def test_the_hessian_is_the_slope_of_the_gradient(surface):
    points = points_of(surface)
    hessian = surface.hessian(points)
    np.testing.assert_array_equal(hessian, np.swapaxes(hessian, 1, 2))
    size = np.abs(hessian) + np.abs(hessian).mean()
    assert np.all(np.abs(hessian - differences(surface.gradient, points)) < 1e-6 * size)


@every_surface
def test_value_gradient_and_hessian_keep_the_shape(surface):
    points = points_of(surface)[:24]
    for shape in [(), (1,), (24,), (2, 3, 4), (0,)]:
        some = points[: int(np.prod(shape))].reshape(*shape, 2)
        assert surface.value(some).shape == shape
        assert surface.gradient(some).shape == (*shape, 2)
        assert surface.hessian(some).shape == (*shape, 2, 2)
        for numbers in (surface.value(some), surface.gradient(some), surface.hessian(some)):
            assert numbers.dtype == np.float64


@every_surface
def test_a_point_has_the_same_numbers_alone_and_in_a_batch(surface):
    points = points_of(surface)[:37]
    for function in (surface.value, surface.gradient, surface.hessian):
        alone = [function(points[i : i + 1])[0] for i in range(37)]
        np.testing.assert_array_equal(function(points), alone)


@every_surface
def test_minima_saddles_and_start_lie_in_the_bounds(surface):
    (x0, x1), (y0, y1) = surface.bounds
    for x, y in (*surface.minima, *surface.saddles, surface.start):
        assert x0 <= x <= x1
        assert y0 <= y <= y1


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_minima_have_the_published_value(name):
    surface = CATALOGUE[name]()
    if PUBLISHED[name] is None:
        assert surface.minima == ()
    else:
        assert len(surface.minima) >= 1
        np.testing.assert_allclose(
            surface.value(surface.minima), PUBLISHED[name], rtol=0, atol=1e-8
        )


# These are unbounded below.
@surfaces_except("saddle", "monkey saddle", "cubic")
def test_nothing_in_sight_lies_below_the_minima(surface):
    assert surface.grid(401, 401)[2].min() >= surface.lowest - 1e-9


# The minimum of Eggholder lies on the edge of the domain.
@surfaces_except("Eggholder")
def test_the_gradient_vanishes_at_minima_and_saddles(surface):
    for point in (*surface.minima, *surface.saddles):
        # As nearly as the rounding of the point itself allows.
        allowed = 1e-15 * (1 + np.abs(surface.hessian(point)).max()) * (1 + np.abs(point).max())
        assert np.abs(surface.gradient(point)).max() <= 4 * allowed


@every_surface
def test_the_hessian_is_indefinite_at_saddles_and_not_negative_at_minima(surface):
    for saddle in surface.saddles:
        low, high = np.linalg.eigvalsh(surface.hessian(saddle))
        assert low < 0 < high or surface.name in VANISHING_HESSIAN
    for minimum in surface.minima:
        assert np.linalg.eigvalsh(surface.hessian(minimum))[0] >= -1e-12


@every_surface
def test_kinks_have_finite_numbers_and_no_warnings(surface):
    crossings = [(0, 0), (0, -47), (-10, 1), (-8, 0.64), (0, 1), (2, 0), (94, 47), (-94, 0)]
    points = np.array([*crossings, *surface.minima], dtype=float)
    for function in (surface.value, surface.gradient, surface.hessian):
        assert np.isfinite(function(points)).all()


@every_surface
def test_the_start_is_above_the_goal_and_on_a_slope(surface):
    assert np.linalg.norm(surface.gradient(surface.start)) > 1e-5
    assert surface.lowest is None or surface.value(surface.start) > surface.lowest + 0.1


@every_surface
def test_the_formula_is_mathtext(surface):
    MathTextParser("path").parse(f"${surface.formula}$")


@pytest.mark.parametrize("name", sorted(set(OTHER_PARAMETERS) - {"noisy_bowl"}))
def test_the_formula_shows_the_parameters(name):
    assert CATALOGUE[name](**OTHER_PARAMETERS[name]).formula != CATALOGUE[name]().formula


def test_names_differ_and_sources_are_given():
    made = [factory() for factory in CATALOGUE.values()]
    assert len({surface.name for surface in made}) == len(made)
    assert all(surface.source for surface in made)


PARAMETERS = [(n, p) for n, f in CATALOGUE.items() for p in inspect.signature(f).parameters]


def test_every_surface_with_parameters_is_tested_with_others():
    assert {name for name, _ in PARAMETERS} == set(OTHER_PARAMETERS)
    for name, keywords in OTHER_PARAMETERS.items():
        assert set(keywords) == set(inspect.signature(CATALOGUE[name]).parameters)


@pytest.mark.parametrize("wrong", ["1", None, float("nan"), float("inf")])
@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_a_parameter_that_is_no_finite_number_is_named(name, parameter, wrong):
    with pytest.raises(InvalidInput) as error:
        CATALOGUE[name](**{parameter: wrong})
    assert str(error.value).startswith(f"surfaces.{name}({parameter}={wrong!r}): {parameter} must")


def test_the_ravine_of_the_scene_is_the_default():
    x, y = np.random.default_rng(0).uniform(-10, 10, (2, 50))
    np.testing.assert_allclose(surfaces.ravine().f(x, y), x**2 / 20 + y**2, rtol=1e-15)


def test_a_ravine_has_the_condition_number_and_the_direction_it_was_given():
    low, high = np.linalg.eigvalsh(surfaces.ravine(condition=50, angle=20).hessian((0, 0)))
    assert high / low == pytest.approx(50, rel=1e-12)
    along = np.array([np.cos(np.radians(20)), np.sin(np.radians(20))])
    assert surfaces.ravine(condition=50, angle=20).value(along) == pytest.approx(1 / 50, rel=1e-12)


def test_ripples_follow_from_the_seed():
    points = np.random.default_rng(0).uniform(-3, 3, (50, 2))
    zero, again, one = (surfaces.noisy_bowl(seed=seed).value(points) for seed in (0, 0, 1))
    np.testing.assert_array_equal(zero, again)
    assert not np.allclose(zero, one)


def test_goldstein_price_is_the_published_polynomial():
    x, y = np.random.default_rng(0).uniform(-2, 2, (2, 50))
    a = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    b = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
    published = a * (30 + (2 * x - 3 * y) ** 2 * b)
    np.testing.assert_allclose(surfaces.goldstein_price().f(x, y), published, rtol=1e-10)


@every_surface
def test_it_survives_pickling_and_copying(surface):
    x, y, z = surface.grid(7, 5)
    points = np.stack(np.meshgrid(x, y), axis=-1)
    for again in (pickle.loads(pickle.dumps(surface)), copy.deepcopy(surface)):
        assert (again.name, again.bounds, again.formula) == (
            surface.name,
            surface.bounds,
            surface.formula,
        )
        np.testing.assert_array_equal(again.value(points), z)
        np.testing.assert_array_equal(again.gradient(points), surface.gradient(points))
