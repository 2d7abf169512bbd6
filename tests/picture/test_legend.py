"""The legend below the panels: more rows, then smaller type, and an ellipsis only at last."""

import numpy as np
import pytest

from animopt import Scene, simulate, surfaces
from animopt.optimizers import SGD, Adam
from animopt.picture import compose

WORDS = ("Adam", "Nesterov momentum", "learning rate 0.001", "a")


def legend_of(count, words, size, **settings):
    runs = {f"{i} {words}": SGD(lr=0.01) for i in range(count)}
    look = {"size": size, "panels": ("contour", "loss"), "counter": False, **settings}
    picture = compose(simulate(Scene(surfaces.bowl(), runs, (3, 4), 2, **look)))
    return picture, picture.layout.legend


@pytest.mark.parametrize("size", ["3.3in", "8cm", "6.5in", (640, 480), (1280, 480), (480, 900)])
@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("count", [1, 3, 7, 12])
def test_a_legend_with_room_is_whole_and_on_the_canvas(count, words, size):
    picture, legend = legend_of(count, words, size)
    sizes = {word.size for line in legend.lines for _, word in line.words}
    assert len(sizes) == 1
    assert min(sizes) >= (7 if isinstance(size, str) else 8)
    ends = []
    for line, (x, y) in zip(legend.lines, legend.places, strict=True):
        (word,) = (word for _, word in line.words)
        ends.append((x, x + picture.px(12) + word.ink_size(picture.dpi)[0], y))
        assert word.text.endswith(words)
    left, right, y = np.array(ends).T
    assert left.min() >= 0
    assert right.max() <= picture.size[0]
    assert y.max() <= 0.45 * picture.size[1]
    for row in np.unique(y):
        inside = np.sort(np.array(ends)[y == row], axis=0)
        assert (inside[1:, 0] >= inside[:-1, 1]).all()


def test_type_shrinks_before_a_label_is_cut():
    long = "a label that is nearly as long as the width of a column"
    large, small, cut = (
        {word.size for line in legend.lines for _, word in line.words}.pop()
        for _, legend in (legend_of(1, long[:n] + "." * m, "3.3in") for n, m in
                          ((20, 0), (48, 0), (55, 60)))
    )  # fmt: skip
    assert large == 9 > small > cut == 7
    _, legend = legend_of(1, long + "." * 60, "3.3in")
    assert legend.lines[0].words[0][1].text.endswith("…")


def test_many_names_shrink_to_fit_and_only_then_are_cut():
    _, few = legend_of(16, "momentum", (640, 480))
    assert {word.size for line in few.lines for _, word in line.words} <= {8, 8.5, 9}
    assert not any(line.is_cut for line in few.lines)
    _, many = legend_of(150, "an optimizer with a long name", (640, 480))
    assert all(line.is_cut for line in many.lines[:-1])


def test_of_more_runs_than_can_be_read_some_are_listed_evenly():
    scene = sweep(1000)
    legend = compose(simulate(scene)).layout.legend
    title, *lines, rest = [line.words[0][1].text for line in legend.lines]
    assert (title, rest) == ("SGD lr", "and 900 more")
    rates = [optimizer.lr for optimizer in scene.optimizers]
    places = [[f"{rate:g}" for rate in rates].index(line) for line in lines]
    assert (len(lines), places[0], places[-1]) == (100, 0, 999)
    assert set(np.diff(places)) == {10, 11}
    assert not any(line.is_cut for line in legend.lines)
    some = compose(simulate(sweep(100))).layout.legend
    assert len(some.lines) == 101


def sweep(count):
    rates = [round(0.001 * (i + 1), 3) for i in range(count)]
    return Scene(surfaces.bowl(), [SGD(lr=rate) for rate in rates], (3, 4), 2)


def test_only_what_diverges_leaves_room_for_saying_so():
    label = "Adam with a rather long name of its own"
    scene = Scene(surfaces.bowl(), {label: Adam()}, (3, 4), 2, size=(330, 240), legend=True)
    (line,) = compose(simulate(scene)).layout.legend.lines
    assert line.words[0][1].text == label
