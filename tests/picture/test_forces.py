"""Forces: the arrows at the heads, by kind, in pixels."""

import numpy as np

from animopt import Scene, Surface, optimizers, simulate
from animopt.picture import compose

TWINS = Surface(
    lambda x, y: (x**2 - 1) ** 2 + y**2,
    name="twins",
    bounds=((-2, 2), (-2, 2)),
    minima=[(-1, 0), (1, 0)],
    saddles=[(0, 0)],
)


def descent(**changes):
    settings = {
        "surface": TWINS,
        "optimizers": {"sgd": optimizers.SGD(lr=0.05), "heavy": optimizers.Momentum(lr=0.02)},
        "start": (0.5, 1.0),
        "steps": 60,
        "size": (320, 240),
    }
    return Scene(**settings | changes)


def plane_of(scene):
    """A contour panel, and the simulation in it."""
    simulation = simulate(scene)
    return simulation, compose(simulation).panels[0]


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def test_the_gradient_points_downhill_and_the_momentum_along_the_step():
    simulation, plane = plane_of(descent(forces=("gradient", "momentum")))
    for run, path in zip(simulation, plane.paths, strict=True):
        assert path.arrows.keys() == {"gradient", "momentum"}
        downhill = -TWINS.gradient(run.points[:20])
        np.testing.assert_allclose(unit(path.arrows["gradient"][:20]), unit(downhill))
        hops = np.diff(run.points[:20], axis=0)
        np.testing.assert_allclose(unit(path.arrows["momentum"][1:20]), unit(hops))
        assert not path.arrows["momentum"][0].any()


def test_where_x_and_y_are_not_to_scale_arrows_follow_what_is_seen():
    simulation, plane = plane_of(descent(forces="gradient", bounds=((-2, 2), (-40, 40))))
    x0, y0, x1, y1 = plane.frame
    pixels = np.array([(x1 - x0) / 4, (y1 - y0) / 80])
    for run, path in zip(simulation, plane.paths, strict=True):
        downhill = -TWINS.gradient(run.points[:20]) * pixels
        np.testing.assert_allclose(unit(path.arrows["gradient"][:20]), unit(downhill))


def test_arrows_grow_with_the_strength_up_to_one_length():
    _, plane = plane_of(descent(forces="gradient"))
    lengths = [np.linalg.norm(path.arrows["gradient"], axis=1) for path in plane.paths]
    slopes = [
        np.linalg.norm(TWINS.gradient(t.points), axis=1) for t in simulate(descent()).trajectories
    ]
    order = np.argsort(np.concatenate(slopes))
    assert (np.diff(np.concatenate(lengths)[order]) >= -1e-9).all()
    assert max(length.max() for length in lengths) < 40


def test_there_are_no_arrows_where_there_is_nothing_or_outside():
    _, plane = plane_of(descent(forces=("gradient", "momentum"), start=(1, 0)))
    assert not any(arrow.any() for path in plane.paths for arrow in path.arrows.values())
    outside = descent(forces="gradient", start=(1.5, 1.5), bounds=((-1, 1), (-1, 1)))
    first, second = (path.arrows["gradient"] for path in plane_of(outside)[1].paths)
    assert not first[0].any()
    assert first[-1].any() or second.any()


def test_no_forces_are_no_arrows():
    assert all(path.arrows == {} for path in plane_of(descent())[1].paths)
