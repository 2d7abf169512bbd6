"""A scene drawn into axes of somebody's own figure."""

from __future__ import annotations

import gc
import io
from weakref import ref

import numpy as np
import pytest
from matplotlib.animation import FuncAnimation
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from animopt import Scene, simulate, surfaces
from animopt.animate import SceneAnimation, draw
from animopt.animate.engine import copy_of
from animopt.animate.figure import ThemedFigure
from animopt.animate.text import set_halos
from animopt.errors import InvalidInput
from animopt.optimizers import SGD, Adam
from animopt.picture.theme import THEMES

SCENE = Scene(
    surfaces.himmelblau(), [SGD(lr=0.01), Adam(lr=0.1)], (0.5, -3.5), 40,
    size=(300, 240), counter=False, legend=False,
)  # fmt: skip
PROJECTIONS = {"contour": None, "surface": "3d"}


def axes_of(projection=None):
    figure = Figure(figsize=(3, 2))
    FigureCanvasAgg(figure)
    return figure.add_subplot(projection=projection)


def pixels(figure):
    figure.canvas.draw()
    return copy_of(figure.canvas)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("view", PROJECTIONS)
def test_axes_in_the_same_place_show_the_pixels_of_a_film(view, theme):
    scene = SCENE.replace(view=view, theme=theme, labels=True)
    film = SceneAnimation(scene)
    picture = film.picture
    figure = ThemedFigure(picture.theme, picture.size, picture.dpi, picture.resolution)
    FigureCanvasAgg(figure)
    (x0, y0, x1, y1), (wide, tall) = picture.layout.panels[0], picture.size
    place = x0 / wide, y0 / tall, (x1 - x0) / wide, (y1 - y0) / tall
    with figure.drawing:
        ax = figure.add_axes(place, projection=PROJECTIONS[view])
    draw(scene, ax, 0)
    set_halos(figure, picture.theme, picture.dpi)  # the style of numbers is the figure's own
    for step in (40, 3, 17):
        draw(scene, ax, step)
        differs = (pixels(figure) != film.draw(step)).any(axis=-1)
        assert not differs.any()


@pytest.mark.parametrize("projection", [None, "3d"])
def test_steps_turn_what_is_there_and_add_nothing(projection):
    ax = axes_of(projection)
    first = draw(SCENE, ax, 0)
    there = ax.get_children()
    before = pixels(ax.figure)
    assert draw(SCENE, ax, 30) == first
    assert ax.get_children() == there
    assert (pixels(ax.figure) != before).any()
    draw(SCENE, ax, 0)
    assert np.array_equal(pixels(ax.figure), before)


@pytest.mark.parametrize("projection", [None, "3d"])
def test_all_is_drawn_anew_for_another_scene_place_or_after_clear(projection):
    other = SCENE.replace(theme="dark", levels=5)
    alone = axes_of(projection)
    draw(other, alone, 9)
    ax = axes_of(projection)
    draw(SCENE, ax, 9)
    draw(other, ax, 9)
    assert len(ax.get_children()) == len(alone.get_children())
    if projection is None:
        assert np.array_equal(pixels(ax.figure), pixels(alone.figure))
    before = pixels(ax.figure)
    ax.set_position([0.4, 0.3, 0.5, 0.5])
    draw(other, ax, 9)
    assert (pixels(ax.figure) != before).any()
    ax.clear()
    assert draw(other, ax, 9)
    assert len(ax.get_children()) == len(alone.get_children())


MOVES = {
    "aside": lambda figure: figure.subplots_adjust(left=0.225, right=1.0),
    "larger": lambda figure: figure.set_size_inches(6, 4),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
@pytest.mark.parametrize("projection", [None, "3d"])
def test_axes_that_are_moved_show_what_they_would_have_shown_there(projection, move):
    scene = SCENE.replace(labels=True, colorbar=True)
    moved, there = axes_of(projection), axes_of(projection)
    draw(scene, moved, 40)
    move(moved.figure)
    move(there.figure)
    draw(scene, there, 40)
    assert np.array_equal(pixels(moved.figure), pixels(there.figure))


def test_axes_in_space_do_not_shrink_when_drawn_again():
    ax = axes_of("3d")
    draw(SCENE, ax, 40)
    first = pixels(ax.figure)
    for size in ((6, 4), (4, 3), (3, 2)):
        ax.figure.set_size_inches(size)
        draw(SCENE, ax, 40)
    assert np.array_equal(pixels(ax.figure), first)


def saved(figure, **how):
    """Return the pixels of a file that are not white."""
    figure.savefig(file := io.BytesIO(), format="png", **how)
    with Image.open(file) as image:
        return (np.asarray(image.convert("L")) < 250), np.asarray(image.convert("RGB")).astype(int)


@pytest.mark.parametrize("projection", [None, "3d"])
@pytest.mark.parametrize("dpi", [100, 250])
def test_a_tight_file_has_all_that_the_whole_one_has(projection, dpi):
    figure = Figure(figsize=(6, 4))
    ax = figure.add_axes((0.2, 0.3, 0.5, 0.5), projection=projection)
    draw(SCENE.replace(colorbar=True), ax, 40)
    (whole, _), (tight, _) = saved(figure, dpi=dpi), saved(figure, dpi=dpi, bbox_inches="tight")
    assert tight.size < whole.size
    assert abs(tight.sum() - whole.sum()) < 0.02 * whole.sum()
    rows, columns = np.flatnonzero(whole.any(axis=1)), np.flatnonzero(whole.any(axis=0))
    assert np.ptp(rows) <= tight.shape[0]
    assert np.ptp(columns) <= tight.shape[1]


@pytest.mark.parametrize("layout", ["none", "constrained", "compressed", "tight"])
def test_heads_are_on_their_points_in_any_layout(layout):
    figure = Figure(figsize=(6, 3), layout=layout)
    left, right = figure.subplots(1, 2)
    alone = SCENE.replace(optimizers=[SGD(lr=0.01)], trail=1, minima=False)
    points = simulate(alone).trajectories[0].points
    for ax, step in ((left, 10), (right, 30)):
        draw(alone, ax, step)
        ax.plot(*points[step], "o", ms=16, mfc="none", mec="#00ff00", zorder=50)
    for how in ({}, {"bbox_inches": "tight"}):
        _, found = saved(figure, **how)
        for side in np.array_split(found, 2, axis=1):
            ring, head = (
                np.argwhere(np.abs(side - color).sum(axis=-1) < 60)
                for color in ((0, 255, 0), (0x1D, 0x4E, 0xF6))
            )
            low, high = ring.min(axis=0), ring.max(axis=0)
            inside = head[((head > low) & (head < high)).all(axis=1)]
            assert len(inside) > 40
            assert np.abs(inside.mean(axis=0) - (low + high) / 2).max() < 1.5


def test_a_subfigure_and_a_simulation_will_do():
    figure = Figure(figsize=(6, 3))
    FigureCanvasAgg(figure)
    _, right = figure.subfigures(1, 2)
    ax, simulation = right.subplots(), simulate(SCENE)
    draw(simulation, ax, 40)
    blue = np.abs(pixels(figure)[..., :3].astype(int) - (0x1D, 0x4E, 0xFF)).sum(axis=-1) < 90
    assert np.flatnonzero(blue.any(axis=0)).min(initial=600) >= 300
    assert blue.any()


def test_axes_that_are_gone_are_forgotten():
    ax = axes_of()
    seen = ref(draw(SCENE, ax, 1)[0])
    assert seen() is not None
    del ax
    gc.collect()
    assert seen() is None


def test_a_plain_animation_around_it_moves(tmp_path):
    ax = axes_of()
    animation = FuncAnimation(ax.figure, lambda k: draw(SCENE, ax, k), frames=np.arange(0, 41, 20))
    animation.save(tmp_path / "x.gif", writer="pillow", dpi=60)
    assert (tmp_path / "x.gif").stat().st_size > 1000


def logarithmic():
    ax = axes_of()
    ax.set_yscale("log")
    return ax


def removed():
    ax = axes_of()
    ax.remove()
    return ax


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: draw(SCENE, "ax", 0), r"draw\(..., 'ax'\): give axes of matplotlib"),
        (lambda: draw(SCENE, axes_of(), 41), r"draw\(step=41\): the run has 40 steps"),
        (lambda: draw(SCENE, axes_of(), -1), r"draw\(step=-1\): the run has 40 steps"),
        (lambda: draw(SCENE, axes_of(), 1.5), r"draw\(step=1.5\): the run has 40 steps"),
        (lambda: draw(SCENE, axes_of(), True), r"draw\(step=True\): the run has 40 steps"),
        (lambda: draw(SCENE, axes_of("polar"), 1), "are not linear, such as polar ones"),
        (lambda: draw(SCENE, axes_of("aitoff"), 1), "are not linear, such as polar ones"),
        (lambda: draw(SCENE, logarithmic(), 1), "those with a logarithmic scale"),
        (lambda: draw(SCENE, removed(), 1), "have been removed from their figure"),
        (lambda: draw("scene.py", axes_of(), 1), "give a Scene"),
    ],
)
def test_wrong_values_are_answered_in_one_sentence(call, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        call()
