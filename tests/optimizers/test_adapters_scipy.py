"""from_scipy: the path is that of scipy's own callbacks, to the last bit."""

import gc
import threading

import numpy as np
import pytest

from animopt import Scene, Surface, simulate, surfaces
from animopt.errors import InvalidInput
from animopt.optimizers import from_scipy

STEPS = 200
SURFACES = {"rosenbrock": (-1.2, 1.0), "himmelblau": (3.5, 3.0), "beale": (1.0, 1.25)}
# What each method is given besides the value.
METHODS = {
    **dict.fromkeys(("Nelder-Mead", "Powell", "COBYLA", "COBYQA"), ""),
    **dict.fromkeys(("CG", "BFGS", "L-BFGS-B", "TNC", "SLSQP"), "jac"),
    **dict.fromkeys(("Newton-CG", "trust-constr", "dogleg"), "jac hess"),
    **dict.fromkeys(("trust-ncg", "trust-exact", "trust-krylov"), "jac hess"),
}


@pytest.fixture(autouse=True)
def minimize(need):
    return need("scipy.optimize", "scipy").minimize


def run(optimizer, surface, start=(-1.2, 1.0), steps=STEPS, **scene):
    return simulate(Scene(surface, [optimizer], start, steps, **scene)).trajectories[0]


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("method", METHODS)
def test_equals_the_iterates_of_scipy(minimize, alone, method, name):
    surface, start = getattr(surfaces, name)(), SURFACES[name]
    value, gradient, hessian = alone(surface)
    given = {"jac": gradient, "hess": hessian}
    path = [np.array(start)]
    result = minimize(
        value,
        path[0],
        method=method,
        callback=lambda x, *more: path.append(np.array(x)),
        **{word: given[word] for word in METHODS[method].split()},
    )
    theirs = np.array([*path, *[result.x] * STEPS])[: STEPS + 1]
    ours = run(from_scipy(method), surface, start)
    assert np.array_equal(ours.points, theirs)
    if len(path) <= STEPS:
        assert ours.evaluations["value"] == result.nfev


@pytest.mark.parametrize("method", METHODS)
def test_an_ensemble_is_as_many_single_runs(method):
    optimizer, surface = from_scipy(method), surfaces.himmelblau()
    starts = [(3.5, 3.0), (-3.0, 3.5), (-4.0, -3.0), (4.0, -2.0), (3.0, 1.0)]
    for start, points in zip(starts, run(optimizer, surface, starts, 12).points, strict=True):
        assert np.array_equal(run(optimizer, surface, start, 12).points, points)


def test_there_are_all_fifteen_methods(need):
    known = need("scipy.optimize._minimize", "scipy").MINIMIZE_METHODS
    assert {name.casefold() for name in METHODS} == set(known)
    assert len(METHODS) == 15


def test_options_and_arguments_are_scipys_own(minimize, alone):
    optimizer = from_scipy("L-BFGS-B", maxcor=3, tol=1e-3, bounds=[(-2, 0.5), (None, None)])
    assert optimizer.label == "L-BFGS-B (scipy) maxcor=3, tol=0.001"
    points = run(optimizer, surfaces.rosenbrock()).points
    assert points[-1] == pytest.approx([0.5, 0.25], abs=1e-3)
    differences = run(from_scipy("BFGS", jac="2-point"), surfaces.rosenbrock(), steps=10)
    assert differences.evaluations["gradient"] == 0


def test_no_thread_outlives_its_run():
    before = threading.active_count()
    scene = Scene(
        surfaces.rosenbrock(),
        [from_scipy("BFGS"), from_scipy("Nelder-Mead")],
        [(-1, 1), (0, 1), (1, 2)],
        5,
    )
    simulate(scene)
    gc.collect()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.daemon:
            thread.join(timeout=5)
    assert threading.active_count() <= before


def test_an_exception_of_the_function_reaches_the_caller():
    def f(x, y):
        if np.any(x > -1.0):
            raise ZeroDivisionError("beyond the pale")
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2

    surface = Surface(f, gradient=surfaces.rosenbrock()._given["gradient"])
    with pytest.raises(ZeroDivisionError, match="beyond the pale"):
        run(from_scipy("BFGS"), surface)


def test_a_method_that_refuses_numbers_that_are_not_finite_has_diverged():
    hole = Surface(lambda x, y: np.where(x < 0.2, np.nan, x**2 + y**2))
    for method in METHODS:
        endings = run(from_scipy(method), hole, [(1.5, 2.5), (0.3, 0.3)], 20).endings
        assert {ending.kind for ending in endings} <= {"finished", "converged", "diverged"}
    assert run(from_scipy("trust-exact"), hole, (0.3, 0.3), 20).ending == "diverged at step 1"


def test_each_evaluation_belongs_to_its_own_step():
    few = run(from_scipy("BFGS"), surfaces.rosenbrock(), steps=3).evaluations["value"]
    more = run(from_scipy("BFGS"), surfaces.rosenbrock(), steps=10).evaluations["value"]
    assert 3 < few < more


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: from_scipy("BFSG"), "from_scipy('BFSG'): there is no such method; did you mean"),
        (lambda: from_scipy(3), "from_scipy(3): there is no such method"),
        (lambda: from_scipy("BFGS", gtoll=1), "Unknown solver options: gtoll"),
        (lambda: from_scipy("BFGS", gtol=lambda k: 1), "gtol is read only once, at the start"),
    ],
)
def test_what_is_wrong_is_one_sentence(make, message):
    with pytest.raises(InvalidInput) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
