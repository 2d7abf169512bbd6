"""Curves: the right numbers over the steps, where they are seen, and where they leave."""

import numpy as np
import pytest

from animopt import InvalidInput, Run, Scene, Surface, optimizers, simulate, surfaces
from animopt.picture import compose
from animopt.picture.curves import (
    CurvePanel,
    DistancePanel,
    GradientPanel,
    LossPanel,
    RatePanel,
)
from animopt.picture.scales import Scale
from animopt.picture.stage import Stage

STEPS = 12


def descent(**changes):
    settings = {
        "surface": surfaces.ring(),
        "optimizers": {"sgd": optimizers.SGD(lr=0.1), "adam": optimizers.Adam(lr=0.2)},
        "start": (0.1, 2.0),
        "steps": STEPS,
        "size": (480, 240),
    }
    return Scene(**settings | changes)


def diverging(**changes):
    return descent(
        surface=surfaces.cubic(),
        optimizers={
            "momentum": optimizers.Momentum(lr=0.01, momentum=0.9),
            "sgd": optimizers.SGD(lr=0.01),
        },
        start=(2, 3),
        steps=40,
        **changes,
    )


def stage_of(scene):
    return Stage.of(simulate(scene), scene.look, (480, 240), 100)


def picture_of(scene):
    return compose(simulate(scene))


def values_at(curves, step):
    """The numbers at which the curves of a panel are at a step."""
    ends = curves.scale.parts(np.array([curves.scale.low, curves.scale.high]))
    np.testing.assert_allclose(ends, (0, 1), atol=1e-12)
    between = np.linspace(0, 1, 2001)
    numbers = curves.scale.low + between * (curves.scale.high - curves.scale.low)
    if curves.scale.kind == "log":
        numbers = curves.scale.low * (curves.scale.high / curves.scale.low) ** between
    parts = curves.scale.parts(numbers)
    return [np.interp(curve.parts[step], parts, numbers) for curve in curves.curves]


@pytest.mark.parametrize("step", [0, 5, STEPS])
def test_the_heads_of_a_curve_stand_at_the_present_step_and_loss(step):
    simulation = simulate(descent(panels="loss"))
    (curves,) = compose(simulation).panels
    losses = [run.values[step] for run in simulation]
    heads = np.array([curve.heads.places[step] for curve in curves.curves])
    np.testing.assert_allclose(heads[:, 0], step, atol=1e-12)
    np.testing.assert_array_equal(heads[:, 1], [curve.parts[step] for curve in curves.curves])
    np.testing.assert_allclose(values_at(curves, step), losses, rtol=1e-3)
    np.testing.assert_allclose(heads[:, 1], curves.scale.parts(np.array(losses)), atol=1e-12)


def test_the_step_size_of_plain_descent_is_its_learning_rate():
    stage = stage_of(descent())
    sizes = RatePanel().curve(stage.paths[0], stage.problem)
    # No step is taken from the last point: there it stays what it was.
    np.testing.assert_allclose(sizes, 0.1)


def test_the_gradient_panel_shows_the_norm():
    scene = descent(surface=surfaces.bowl(), optimizers=optimizers.SGD(lr=0.25), start=(3, 4))
    stage = stage_of(scene)
    norms = GradientPanel().curve(stage.paths[0], stage.problem)
    np.testing.assert_allclose(norms, 10 * 0.5 ** np.arange(STEPS + 1))


def test_the_distance_is_to_the_nearest_minimum_or_along_an_axis():
    twins = Surface(lambda x, y: (x**2 - 1) ** 2 + y**2, minima=[(-1, 0), (1, 0)])
    scene = descent(surface=twins, optimizers=optimizers.SGD(lr=0), start=(1.3, 0.4))
    stage = stage_of(scene)
    (run,) = stage.paths
    for coordinate, distance in ((None, 0.5), ("x", 0.3), ("y", 0.4)):
        np.testing.assert_allclose(DistancePanel(coordinate).curve(run, stage.problem), distance)


def test_a_distance_is_logarithmic_sooner_than_a_loss():
    assert Scale.fitting([np.array([1.0, 8.0])], span=DistancePanel.span).kind == "log"
    assert Scale.fitting([np.array([1.0, 8.0])], span=LossPanel.span).kind == "linear"


def test_a_distance_without_a_known_minimum_is_refused():
    with pytest.raises(InvalidInput, match="'saddle' has no known minima"):
        picture_of(descent(surface=surfaces.saddle(), panels="distance"))


def test_the_loss_is_counted_from_a_known_minimum_below_zero():
    bowl = Surface(lambda x, y: x**2 + y**2 - 5, name="low", minima=[(0, 0)])
    panel = LossPanel()
    scene = descent(surface=bowl, optimizers=optimizers.SGD(lr=0.25), start=(1, 0))
    (losses,) = panel.curves(stage_of(scene))
    assert panel.title == "Loss above the minimum"
    np.testing.assert_allclose(losses[0], 0.25 ** np.arange(STEPS + 1.0))


def test_the_loss_is_shown_as_it_is_below_the_known_minimum():
    panel = LossPanel()
    stage = stage_of(diverging())
    momentum, sgd = panel.curves(stage)
    assert panel.title == "Loss"
    np.testing.assert_array_equal(momentum[0], stage.paths[0].values)
    np.testing.assert_array_equal(sgd[0], stage.paths[1].values)


def test_where_no_step_is_taken_the_step_size_stays_what_it_was():
    optimizers_ = {"brake": optimizers.Brake(lr=0.1)}
    simulation = simulate(descent(panels="lr", steps=60, optimizers=optimizers_))
    points = simulation["brake"].points
    paused = np.flatnonzero((points[1:] == points[:-1]).all(axis=1))
    assert len(paused)
    k = int(paused[0])
    ((curve,),) = (panel.curves for panel in compose(simulation).panels)
    assert curve.parts[k] == curve.parts[k - 1]


def test_a_curve_without_any_numbers_is_left_out():
    class Nothing(CurvePanel):
        def curve(self, run, problem):
            return np.full(len(run.points), np.nan if run.label == "sgd" else 1.0)

    (curves,) = compose(simulate(descent()), panels=(Nothing(),)).panels
    assert [curve.track.label for curve in curves.curves] == ["adam"]


def test_a_diverged_curve_leaves_upwards_or_downwards():
    for panel, edge in (("loss", 0), ("gradient", 1)):
        (curves,) = picture_of(diverging(panels=panel)).panels
        momentum = curves.curves[0]
        assert momentum.track.diverged == 25
        assert momentum.heads.places[40, 1] == edge
        assert np.sign(momentum.heads.ways[40, 1]) == 2 * edge - 1
        assert (panel, curves.scale.kind) in (("loss", "symlog"), ("gradient", "log"))


def test_a_cloud_is_seen_whole_unless_that_takes_the_medians_room():
    steps = np.linspace(1, 0, STEPS + 1)
    for widest, fits in ((1.4, True), (5.0, False)):
        losses = steps * np.array([1.0, 0.9, 1.1, 0.95, widest])[:, None]
        run = Run(np.zeros((5, STEPS + 1, 2)), losses, label="a")
        (curves,) = picture_of(Scene(surfaces.bowl(), run, panels="loss")).panels
        assert (curves.curves[0].cloud.max() < 1) == fits
        assert curves.scale.high > 1.0


def test_the_cloud_of_an_ensemble_holds_every_start():
    starts = np.random.default_rng(0).uniform(-1, 1, (9, 2))
    simulation = simulate(descent(start=starts, panels="loss"))
    (curves,) = compose(simulation).panels
    for run, curve in zip(simulation, curves.curves, strict=True):
        assert curve.cloud.shape == (9, STEPS + 1)
        inside = curves.scale.clamped(run.values)
        np.testing.assert_allclose(curve.cloud, curves.scale.parts(inside), atol=1e-12)
        middle = curves.scale.parts(np.median(run.values, axis=0))
        np.testing.assert_allclose(curve.parts, middle, atol=1e-12)
    assert all(curve.cloud is None for curve in picture_of(descent(panels="lr")).panels[0].curves)


def test_rounding_errors_are_not_magnified_to_a_curve():
    """A step size of 1e6, give or take the last digit, is a level line in the middle."""
    (curves,) = picture_of(descent(panels="lr", optimizers=optimizers.SGD(lr=1e6))).panels
    assert curves.scale.high - curves.scale.low > 1e4
    np.testing.assert_allclose(curves.curves[0].parts[:2], 0.5, atol=1e-9)
