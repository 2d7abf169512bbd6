"""A scene drawn into axes of somebody's own figure."""

from __future__ import annotations

import gc
from weakref import ref

import numpy as np
import pytest
from matplotlib.animation import FuncAnimation
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

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
    animation = FuncAnimation(ax.figure, lambda k: draw(SCENE, ax, k), frames=[0, 20, 40])
    animation.save(tmp_path / "x.gif", writer="pillow", dpi=60)
    assert (tmp_path / "x.gif").stat().st_size > 1000


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: draw(SCENE, "ax", 0), r"draw\(..., 'ax'\): give axes of matplotlib"),
        (lambda: draw(SCENE, axes_of(), 41), r"draw\(step=41\): the run has 40 steps"),
        (lambda: draw(SCENE, axes_of(), -1), r"draw\(step=-1\): the run has 40 steps"),
        (lambda: draw(SCENE, axes_of(), 1.5), r"draw\(step=1.5\): the run has 40 steps"),
        (lambda: draw("scene.py", axes_of(), 1), "give a Scene"),
    ],
)
def test_wrong_values_are_answered_in_one_sentence(call, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        call()
