"""Layout: the places of panels, title, counter and legend, before anything is drawn."""

import numpy as np
import pytest

from animopt import InvalidInput, Scene, Timeline, optimizers, simulate, surfaces
from animopt.picture import canvas, compose, layout
from animopt.picture.theme import NUMBERS
from animopt.scene.panels import PANELS


def descent(count=3, **changes):
    named = {f"sgd {i}": optimizers.SGD(lr=0.02 * (i + 1)) for i in range(count)}
    return Scene(surfaces.ring(), named, start=(0.1, 2.0), steps=30, **changes)


def picture(scene):
    return compose(simulate(scene))


def test_two_panels_share_the_width_and_of_more_the_first_is_large():
    for count in range(1, 9):
        cells = layout._cells([False] * count, canvas.natural_size(count))
        assert len(cells) == count
        areas = [(x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in cells]
        assert sum(areas) == pytest.approx(1)
        assert areas[0] == max(areas)
    left, right = layout._cells([True, False], (1280, 480))
    assert left == (0, 0, 0.5, 1)
    assert right == (0.5, 0, 1, 1)


@pytest.mark.parametrize("count", range(2, 9))
def test_panels_are_stacked_on_an_upright_canvas_and_in_a_row_on_a_wide_one(count):
    for size in ((400, 800), (360, 640), (720, 1280)):
        first, *rest = layout._cells([True] + [False] * (count - 1), size)
        assert (first[0], first[2], first[3]) == (0, 1, 1)
        assert all(y1 <= first[1] + 1e-9 for *_, y1 in rest)
        assert all(x1 - x0 >= (1 if count < 4 else 0.5) for x0, _, x1, _ in rest)
        assert sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in rest) == pytest.approx(first[1])
    for size in ((1600, 500), (800, 200)):
        row = layout._cells([True] * count, size)
        assert [x0 for x0, *_ in row] == pytest.approx([i / count for i in range(count)])
        assert all((y0, y1) == (0, 1) for _, y0, _, y1 in row)


def test_no_picture_is_smaller_than_a_curve():
    random = np.random.default_rng(3)
    for _ in range(300):
        pictures = (random.random(random.integers(1, 10)) < 0.4).tolist()
        size = tuple(random.integers(200, 2000, 2).tolist())
        cells = layout._cells(pictures, size)
        areas = np.array([(x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in cells])
        assert areas.sum() == pytest.approx(1)
        if len({*pictures}) == 2:
            shown = np.array(pictures)
            assert areas[shown].min() >= areas[~shown].max() - 1e-9


@pytest.mark.parametrize("size", [(400, 800), (360, 640), (640, 360), (1080, 400), (1920, 600)])
@pytest.mark.parametrize("panels", [("contour", "surface"), tuple(PANELS)[:4]], ids=len)
def test_numbers_stay_nine_pixels_high_where_panels_are_small(panels, size):
    made = picture(descent(panels=panels, size=size, title="Panels"))
    assert NUMBERS * made.dpi / 72 >= 9 - 1e-9
    for x0, y0, x1, y1 in made.layout.panels:
        assert min(x1 - x0, y1 - y0) > 60


@pytest.mark.parametrize("size", [(640, 480), (1280, 720), (480, 900), (1600, 500)])
@pytest.mark.parametrize("panels", [("contour",), ("contour", "loss"), tuple(PANELS)], ids=len)
def test_boxes_lie_on_the_canvas_apart_above_the_legend(panels, size):
    made = picture(descent(panels=panels, size=size, title="Panels")).layout
    boxes = np.array(made.panels)
    assert len(boxes) == len(panels)
    assert (boxes[:, :2] >= (0, made.legend.foot)).all()
    assert (boxes[:, 2:] <= size).all()
    for i, (x0, y0, x1, y1) in enumerate(boxes):
        for left, low, right, high in boxes[:i]:
            assert x1 <= left or right <= x0 or y1 <= low or high <= y0


def test_a_long_label_is_cut_short_but_not_how_it_ends():
    long = "a very " * 45 + "long name"
    named = {f"{i} {long}": optimizers.SGD(lr=0.2 * i) for i in range(3)}
    lines = picture(descent().replace(optimizers=named)).layout.legend.lines
    (_, label), (step, ending) = lines[2].words
    assert label.text.startswith("2 a very")
    assert label.text.endswith("…")
    assert ending.text == f"{label.text} diverged at step {step}"


def test_a_legend_takes_the_place_of_more_than_eight_labels():
    few, many = (picture(descent(count, labels=True)) for count in (8, 9))
    assert (few.panels[0].labels is None, len(few.layout.legend.lines)) == (False, 0)
    assert many.panels[0].labels is None
    title, *lines = many.layout.legend.lines
    assert (title.marker, title.word_at(0).text, len(lines)) == ("", "sgd", 9)


@pytest.mark.parametrize("view", ["contour", "surface", "both"])
@pytest.mark.parametrize("size", [(320, 240), (640, 480), (1280, 480)])
def test_a_legend_names_those_whose_labels_are_cut_short(size, view):
    cut = 0
    for length in (0, 9, 36, 72, 160):
        named = {f"sgd {'x' * length}": optimizers.SGD(lr=0.02), "adam": optimizers.Adam()}
        scene = descent(labels=True, size=size, view=view).replace(optimizers=named)
        made = picture(scene)
        texts = {word.text for panel in made.panels for word in panel.labels.words}
        missed = any(panel.labels.misses for panel in made.panels)
        # With the legend below, the panel may have room for them all.
        assert made.layout.legend.lines or not missed
        assert missed or not any("…" in text for text in texts)
        assert length or not made.layout.legend.lines
        assert not picture(scene.replace(legend=False)).layout.legend.lines
        cut += texts != set(named)
    assert 0 < cut < 5


def test_a_legend_changes_only_where_a_run_diverges():
    steady, diverging = descent(), descent().replace(optimizers=[optimizers.SGD(lr=9.0)])
    assert not picture(steady).layout.legend.changes
    assert picture(diverging).layout.legend.changes


def test_warped_time_always_shows_the_step():
    assert not picture(descent(counter=False)).counter
    assert picture(descent(counter=False, timeline=Timeline(duration=4, warp=True))).counter
    assert picture(descent()).counter


def test_a_title_is_cut_short_before_the_counter():
    heading = picture(descent(title="a very " * 45)).layout.heading
    assert heading.startswith("a very")
    assert heading.endswith("…")
    assert picture(descent(title="Short")).layout.heading == "Short"


def test_where_nothing_can_be_drawn_the_size_is_refused():
    with pytest.raises(InvalidInput, match="leave no room for the picture"):
        picture(descent(size=(64, 64), dpi=100, title="A title"))


def test_what_a_reader_may_choose_is_laid_out_as_if_alone():
    simulation = simulate(descent(panels=("contour", "loss"), title="Two"))
    shown = compose(simulation, spare=("loss", "table", "surface"))
    assert [type(panel).__name__ for panel in shown.spare] == ["Table", "Relief"]
    same = simulation.scene.look.replace(size=shown.size, dpi=shown.dpi)
    alone = compose(simulation, same, panels=("table",))
    assert shown.spare[0].box == alone.panels[0].box
    np.testing.assert_array_equal(shown.spare[0].rankings, alone.panels[0].rankings)
