"""Overlays on the contours: marks, basins, fields and what acts on each point."""

import numpy as np
import pytest
from matplotlib.image import AxesImage

from animopt import Scene, Surface, optimizers, surfaces
from animopt.animate import animation
from animopt.animate.artists import closed
from animopt.animate.forces import ForceArtist
from animopt.picture.ground import basin_tints
from animopt.picture.shapes import MARKS

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


def test_basins_tint_the_ground():
    (axes,) = animation(descent(basins="sgd")).figure.axes
    (tint,) = (artist for artist in axes.get_children() if isinstance(artist, AxesImage))
    picture, (left, right) = np.asarray(tint.get_array()), basin_tints(2)
    np.testing.assert_allclose(picture[75, 20], left)
    np.testing.assert_allclose(picture[75, -20], right)
    assert tint.get_extent() == [-2, 2, -2, 2]
    assert axes.get_xlim() == (-2, 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"forces": ("gradient", "momentum")},
        {"basins": "heavy", "saddles": True, "minima": "star", "arrows": True},
        {"forces": "gradient", "labels": True, "panels": ("contour", "loss")},
    ],
    ids=str,
)
def test_frames_with_overlays_are_full_draws(changes):
    scene = descent(**changes)
    movie, fresh = animation(scene), animation(scene)
    for (step, _), (frame, _) in zip(movie.pictures, movie.frames(), strict=True):
        if step % 12 == 1:
            np.testing.assert_array_equal(frame, fresh.draw(step))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"disc": [(-1, 0), (1, 0)]}),
        ({"minima": "disc"}, {"disc": [(-1, 0), (1, 0)]}),
        ({"minima": "star"}, {"star": [(-1, 0), (1, 0)]}),
        ({"minima": False}, {}),
        ({"minima": False, "saddles": True}, {"cross": [(0, 0)]}),
        ({"saddles": True, "surface": surfaces.bowl()}, {"disc": [(0, 0)]}),
    ],
    ids=str,
)
def test_known_minima_and_saddles_are_drawn_as_their_marks(changes, expected):
    (axes,) = animation(descent(**changes)).figure.axes
    drawn = [line for line in axes.lines if line.get_linestyle() == "None"]
    assert len(drawn) == len(expected)
    for line, (name, places) in zip(drawn, expected.items(), strict=True):
        mark = MARKS[name]
        np.testing.assert_array_equal(line.get_xydata(), places)
        np.testing.assert_array_equal(line.get_marker().vertices, closed(mark.outline).vertices)
        assert (line.get_markersize(), line.get_markeredgewidth()) == (2 * mark.radius, mark.edge)


def test_forces_are_arrows_of_the_heads_at_the_step():
    movie = animation(descent(forces=("gradient", "momentum")))
    (forces,) = (artist for artist in movie.turn(20) if isinstance(artist, ForceArtist))
    (plane,) = movie.picture.panels
    assert forces.step == 20
    assert forces.arrows.keys() == {"gradient", "momentum"}
    for kind, arrows in forces.arrows.items():
        for path, arrow in zip(plane.paths, arrows, strict=True):
            np.testing.assert_array_equal(arrow, path.arrows[kind])
