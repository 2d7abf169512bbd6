"""Planes: what they show of runs of many parameters, and what they say about it."""

import pickle

import numpy as np
import pytest

from animopt import InvalidInput, Run, Scene, planes, simulate, surfaces
from animopt.notes import notes_to
from animopt.optimizers import SGD
from animopt.runs import principal
from animopt.surfaces import kept

RNG = np.random.default_rng


def spiral(width=40, points=60, seed=0, noise=0.0):
    """A run in a plane of its own, with noise in every other direction."""
    rng, t = RNG(seed), np.linspace(0, 1, points)
    plane = np.linalg.qr(rng.standard_normal((width, 2)))[0].T
    path = np.stack([3 * np.exp(-3 * t), np.exp(-5 * t) * np.sin(9 * t)], axis=1)
    return rng.standard_normal(width) + path @ plane + noise * rng.standard_normal((points, width))


def walk(width=10_000, steps=200, seed=1):
    return np.cumsum(RNG(seed).standard_normal((steps, width)), axis=0)


def a_run(points, label="sgd", **settings):
    return Run(points, np.arange(len(points), 0, -1.0), label=label, **settings)


def squares(theta):
    return float((theta**2).sum())


def same_up_to_sign(found, expected, tolerance):
    for one, other in zip(found, expected, strict=True):
        assert min(np.abs(one - other).max(), np.abs(one + other).max()) < tolerance


@pytest.mark.parametrize("width", [5, 30, 500])  # less, and more, than there are points
def test_directions_and_shares_are_those_of_scikit_learn(width, need):
    decomposition = need("sklearn.decomposition", "examples")
    points = RNG(width).standard_normal((40, width)) * np.linspace(3, 0.1, width)
    expected = decomposition.PCA(2, svd_solver="full").fit(points)
    plane = planes.pca(a_run(points), center="mean")
    same_up_to_sign(plane.directions, expected.components_, 1e-8)
    np.testing.assert_allclose(plane.shares, expected.explained_variance_ratio_, rtol=1e-8)
    np.testing.assert_allclose(plane.center, expected.mean_, atol=1e-12)
    same_up_to_sign(plane.project(a_run(points)).points.T, expected.transform(points).T, 1e-8)


def test_the_center_is_the_last_point_and_the_matrix_that_of_li():
    points = spiral(noise=0.02)
    plane = planes.pca(a_run(points))
    _, sizes, directions = np.linalg.svd(points - points[-1], full_matrices=False)
    same_up_to_sign(plane.directions, directions[:2], 1e-10)
    np.testing.assert_allclose(plane.shares, sizes[:2] ** 2 / (sizes**2).sum(), rtol=1e-10)
    np.testing.assert_allclose(plane.project(a_run(points)).points[-1], 0, atol=1e-12)


def test_blocks_of_coordinates_give_what_all_at_once_give(monkeypatch):
    points = spiral(width=101, noise=0.1)
    whole = planes.pca(a_run(points))
    monkeypatch.setattr(principal, "_AT_ONCE", 7 * len(points))
    parts = planes.pca(a_run(points))
    np.testing.assert_allclose(parts.directions, whole.directions, atol=1e-12)
    one, other = (each.project(a_run(points)) for each in (parts, whole))
    np.testing.assert_allclose(one.off_plane, other.off_plane, rtol=1e-10)


def test_one_plane_holds_several_runs_centred_between_their_ends():
    points = spiral(noise=0.05)
    runs = [a_run(points[:40], "a"), a_run(points[20:], "b")]
    plane = planes.pca(runs)
    np.testing.assert_allclose(plane.center, (points[39] + points[-1]) / 2)
    assert plane.name == "plane of a, b"
    shown = [plane.project(run) for run in runs]
    np.testing.assert_allclose(shown[0].points[20:], shown[1].points[:20], atol=1e-12)


def test_a_run_in_a_true_plane_stays_in_it():
    points = spiral(width=3000)
    run = planes.pca(a_run(points)).project(a_run(points))
    length = np.linalg.norm(np.diff(points, axis=0), axis=1).sum()
    assert run.off_plane.max() < 1e-6 * length
    hops = np.linalg.norm(np.diff(run.points, axis=0), axis=1).sum()
    assert hops == pytest.approx(length, rel=1e-9)


def test_the_distance_from_the_plane_is_what_projection_takes_away():
    points = spiral(noise=0.3)
    plane = planes.pca(a_run(points))
    run = plane.project(a_run(points))
    there = plane.center + run.points @ plane.directions
    np.testing.assert_allclose(run.off_plane, np.linalg.norm(points - there, axis=1), 1e-10, 1e-12)


@pytest.mark.parametrize(
    ("center", "shares"),
    [("last", (8 / np.pi**2, 8 / (9 * np.pi**2))), ("mean", (6 / np.pi**2, 1.5 / np.pi**2))],
)
def test_a_random_walk_is_recognized(center, shares):
    heard = []
    with notes_to(heard.append):
        plane = planes.pca(a_run(walk(), "walk"), center=center)
    np.testing.assert_allclose(plane.shares, shares, rtol=0.02)
    np.testing.assert_allclose(plane.walk_shares, shares, rtol=0.01)
    assert "'walk' moves like a random walk" in plane.note
    assert heard == [plane.note]


def test_a_run_that_goes_somewhere_is_no_random_walk():
    assert planes.pca(a_run(spiral(noise=0.01))).note is None
    assert planes.pca(a_run(walk(steps=9))).note is None  # too short to tell


def test_all_that_walk_are_named_and_only_they():
    runs = [a_run(walk(seed=1), "a"), a_run(spiral(10_000, 50), "b"), a_run(walk(seed=2), "c")]
    assert "'a', 'c' move like a random walk" in planes.pca(runs).note


def test_a_walk_of_few_steps_is_compared_with_one_of_as_many():
    few = [planes.pca(a_run(walk(steps=n))) for n in (3, 10)]
    for plane in few:
        np.testing.assert_allclose(plane.shares, plane.walk_shares, rtol=0.05)
    assert few[0].walk_shares.sum() == pytest.approx(1)


def test_the_axes_say_what_a_random_walk_would_give():
    first, second = planes.pca(a_run(spiral())).axes
    assert first.startswith("1st direction: ")
    assert first.endswith(" % of the movement (a random walk: 81 %)")
    assert "2nd direction: " in second
    assert planes.spanned(np.eye(3)[:2], np.zeros(3)).axes == ("1st direction", "2nd direction")


def test_movement_on_a_line_has_a_second_direction_too():
    line = np.outer(np.linspace(1, 0, 20), [3.0, 4.0, 0.0])
    plane = planes.pca(a_run(line))
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-15)
    np.testing.assert_allclose(plane.shares, [1, 0], atol=1e-15)
    (x0, x1), (y0, y1) = plane.bounds
    assert x0 < x1
    assert y0 < y1


def test_what_has_diverged_or_is_missing_takes_no_part():
    points = spiral(noise=0.05)
    broken = points.copy()
    broken[3, 7], broken[58], broken[59, 0] = np.nan, np.inf, np.nan
    plane = planes.pca(a_run(broken))
    kept = np.delete(points, [3, 58, 59], axis=0)
    np.testing.assert_allclose(plane.directions, planes.pca(a_run(kept)).directions, atol=1e-10)
    run = plane.project(Run(broken, label="broken"))
    assert np.isnan(run.points[3]).all()
    assert run.ending == "diverged at step 58"


def test_points_that_would_not_fit_are_thinned_with_a_note(monkeypatch):
    monkeypatch.setattr(principal, "_MOST_POINTS", 30)
    points, heard = spiral(width=400, points=200), []
    with notes_to(heard.append):
        plane = planes.pca([a_run(points, "a"), a_run(points[::-1], "b")])
    assert heard == ["planes.pca takes 30 of 400 points, evenly"]
    assert plane.project(a_run(points)).off_plane.max() < 1e-9


def test_without_a_loss_a_plane_is_paper_with_the_losses_of_the_run():
    points = spiral()
    plane = planes.pca(a_run(points))
    assert not plane.has_ground
    assert np.isnan(plane.value(np.zeros((2, 3, 2)))).all()
    assert plane.gradient(np.zeros((2, 2))).shape == (2, 2)
    assert plane.hessian(np.zeros((2, 2))).shape == (2, 2, 2)
    assert np.isnan(plane.grid(4, 3)[2]).all()
    np.testing.assert_array_equal(plane.project(a_run(points)).values, a_run(points).values)
    silent = plane.project(Run(points, label="silent"))
    assert np.isnan(silent.values).all()
    assert silent.ending == "finished"
    assert pickle.loads(pickle.dumps(plane)).axes == plane.axes


def test_with_a_loss_paths_have_the_true_one_and_the_plane_its_own():
    points = spiral(noise=0.2)
    plane = planes.pca(a_run(points), loss=squares)
    run = plane.project(a_run(points))
    np.testing.assert_allclose(run.values, (points**2).sum(axis=1), rtol=1e-13)
    below = (points**2).sum(axis=1) - run.off_plane**2
    assert (plane.value(run.points) < run.values).any()
    assert not np.allclose(below, run.values)
    np.testing.assert_array_equal(run.metrics["logged_loss"], a_run(points).values)
    theta = plane.center + run.points[5] @ plane.directions
    assert plane.value(run.points[5]) == pytest.approx(squares(theta), rel=1e-13)
    np.testing.assert_allclose(
        plane.gradient(run.points[5]), 2 * plane.directions @ theta, rtol=1e-6
    )


def test_the_ground_is_evaluated_once_and_drawn_by_a_spline():
    asked = []

    def loss(theta):
        asked.append(0)
        return np.exp(-(theta**2).sum() / 8)

    plane = planes.pca(a_run(spiral()), loss=loss)
    asked.clear()
    x, y, z = plane.grid(300, 200)
    assert len(asked) == kept.LINES**2
    assert plane.grid(31, 17)[2].shape == (17, 31)
    assert len(asked) == kept.LINES**2
    exact = plane.value(np.stack(np.meshgrid(x[::37], y[::37]), axis=-1))
    np.testing.assert_allclose(z[::37, ::37], exact, atol=1e-5 * np.ptp(z))


def test_a_loss_without_a_number_somewhere_leaves_a_hole_and_no_more():
    plane = planes.spanned(
        np.eye(3)[:2],
        np.zeros(3),
        lambda theta: np.log(theta[0]) if theta[0] > 0 else np.nan,
        bounds=((-1, 1), (-1, 1)),
    )
    x, _, z = plane.grid(101, 50)
    assert np.isnan(z[:, x < 0]).all()
    assert np.isfinite(z[:, x > 0.05]).all()


def test_a_loss_in_float32_is_differentiated_by_wider_steps(need):
    torch = need("torch", "torch")

    def loss(theta):
        return (torch.tensor(theta, dtype=torch.float32) ** 2).sum()

    plane = planes.pca(a_run(spiral()), loss=loss)
    exact = 2 * plane.directions @ (plane.center + [0.3, 0.2] @ plane.directions)
    np.testing.assert_allclose(plane.gradient([0.3, 0.2]), exact, rtol=0.02, atol=0.02)


def test_a_plane_may_be_spanned_by_directions_of_any_length():
    rng = RNG(3)
    directions, center = rng.standard_normal((2, 30)), rng.standard_normal(30)
    plane = planes.spanned(directions, center)
    places = rng.standard_normal((10, 2))
    run = plane.project(a_run(center + places @ directions))
    np.testing.assert_allclose(run.points, places, atol=1e-12)
    np.testing.assert_allclose(run.off_plane, 0, atol=1e-12)
    last = planes.spanned(directions, a_run(np.stack([center, center + 1])))
    np.testing.assert_array_equal(last.center, center + 1)


def test_a_scene_projects_runs_of_unequal_lengths_and_fits_the_plane():
    points = spiral(noise=0.1)
    runs = [a_run(points, "a", steps=np.arange(60) * 10), a_run(points[:7], "b")]
    plane = planes.spanned(np.eye(40)[:2], points[-1])
    scene = Scene(plane, runs)
    simulation = simulate(scene)
    assert (scene.problem.steps, [run.last for run in simulation]) == (590, [590, 6])
    assert [run.points.shape for run in simulation] == [(60, 2), (7, 2)]
    (x0, x1), (y0, y1) = scene.problem.surface.bounds
    for x, y in simulation["a"].points:
        assert x0 < x < x1
        assert y0 < y < y1
    assert scene.problem.surface.project(runs[0]) is simulation["a"]  # not projected again


def test_an_optimizer_descends_in_the_plane_beside_the_run():
    points = spiral()
    plane = planes.pca(a_run(points), loss=squares)
    scene = Scene(plane, [a_run(points), SGD(lr=0.1)], start={"SGD": (1, 1)}, steps={"SGD": 5})
    recorded, simulated = simulate(scene)
    assert simulated.values[-1] < simulated.values[0]
    assert recorded.off_plane is not None


def test_a_run_in_the_plane_is_not_projected_again():
    plane = planes.pca(a_run(spiral()))
    there = plane.project(a_run(spiral()))
    assert plane.project(there) is there
    drawn = Run([(0, 0), (1, 1)], [1, 2], label="drawn")
    assert plane.project(drawn) is drawn
    grounded = planes.pca(a_run(spiral()), loss=squares)
    silent = Run([(0, 0), (1, 1)], label="silent")
    np.testing.assert_allclose(grounded.project(silent).values, grounded.value(silent.points))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: planes.pca([]), r"planes.pca\(\[\]\): give at least one run"),
        (lambda: planes.pca(a_run(spiral()), center="first"), "center='first'. is unknown"),
        (lambda: planes.pca([3]), "int is neither a run nor a recording"),
        (
            lambda: planes.pca([a_run(spiral(5), "a"), a_run(spiral(6), "b")]),
            "'a' has 5 parameters and 'b' 6; one plane holds runs of one network",
        ),
        (lambda: planes.pca(a_run(np.ones((5, 9)))), "all points are the same"),
        (lambda: planes.pca(a_run(np.full((5, 9), np.nan))), "'sgd' has no finite point"),
        (lambda: planes.pca(Run(np.ones((2, 3, 2)), np.ones((2, 3)), label="e")), "an ensemble"),
        (lambda: planes.pca(a_run(spiral()), loss=3), "loss=3; give a function of all parameters"),
        (
            lambda: planes.pca(a_run(spiral()), loss=lambda t: t).value([0, 0]),
            r"loss\(parameters\) returned array.*; it must return one number",
        ),
        (
            lambda: planes.pca(a_run(spiral()), loss=lambda: 1).value([0, 0]),
            r"planes: loss\(parameters\): .*takes 0 positional arguments",
        ),
        (
            lambda: planes.pca(a_run(spiral(5))).project(a_run(spiral(6), "b")),
            "run 'b' has 6 parameters and 'plane of sgd' 5",
        ),
        (lambda: planes.spanned(np.eye(3), np.ones(3)), r"directions have shape \(3, 3\)"),
        (lambda: planes.spanned(np.eye(3)[:2], np.ones(4)), r"and the center \(4,\)"),
        (lambda: planes.spanned([[1, 2], [2, 4]], [0, 0]), "the directions are parallel"),
        (lambda: planes.spanned([[1, 2], [0, 0]], [0, 0]), "the directions are parallel"),
        (lambda: planes.spanned([[1, 2], [0, np.nan]], [0, 0]), "must be finite numbers"),
        (lambda: Scene(surfaces.bowl(), a_run(spiral())) and simulate(
            Scene(surfaces.bowl(), a_run(spiral()))), "its points have 40 coordinates"),
    ],
)  # fmt: skip
def test_a_wrong_plane_is_refused_in_one_sentence(make, sentence):
    with pytest.raises(InvalidInput, match=sentence) as error:
        make()
    assert "\n" not in str(error.value)
