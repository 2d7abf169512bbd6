"""Overlays on the contours: marks, basins, fields and what acts on each point."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb
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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(320, 240), (640, 480), (500, 900)])
@pytest.mark.parametrize("edge", [((-1, 1.5), (-2, 2)), ((-2, -1), (-1, 1)), ((-2, 1), (0, 2))])
def test_a_minimum_on_the_edge_is_a_whole_disc(edge, size, theme):
    """All around the disc there is ink, beyond the frame too; off the plot there is no mark."""
    named = {"sgd": optimizers.SGD(lr=0.05)}
    start = tuple(low + 0.8 * (high - low) for low, high in edge)
    look = {"size": size, "theme": theme, "bounds": edge}
    film = animation(Scene(surfaces.ring(), named, start, steps=3, **look))
    frame, (plane,) = film.draw(0), film.picture.panels
    x0, y0, x1, y1 = plane.frame
    (low_x, high_x), (low_y, high_y) = plane.ground.window
    x = x0 + (-1 - low_x) / (high_x - low_x) * (x1 - x0)
    y = y0 + (0 - low_y) / (high_y - low_y) * (y1 - y0)
    radius = film.picture.px(MARKS["disc"].radius)
    ink = np.array(to_rgb(film.picture.theme.ink)) * 255
    paper = np.array(to_rgb(film.picture.theme.paper)) * 255
    for turn in np.linspace(0, 2 * np.pi, 13):
        column, row = int(x + radius * np.cos(turn)), int(size[1] - y - radius * np.sin(turn))
        around = frame[row - 1 : row + 2, column - 1 : column + 2, :3].astype(float)
        off_ink, off_paper = (np.abs(around - color).max(axis=-1) for color in (ink, paper))
        assert (off_ink < off_paper).any()
    inner = film.simulation.scene.replace(bounds=((1.2, 3.6), (-2, 2)), start=(2, 1))
    assert animation(inner).picture.panels[0].ground.marks == {}
