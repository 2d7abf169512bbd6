"""What is written: everything fits the canvas, stays in its place, and all text is legible."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from animopt import Scene, Timeline, optimizers, surfaces
from animopt.animate import animation, engine, legend, lettering, table
from animopt.animate.legend import LegendArtist
from animopt.animate.lettering import CounterArtist, LabelArtist
from animopt.animate.space import box
from animopt.picture.words import PAD
from animopt.scene import load_scenes
from animopt.scene.panels import PANELS

SCENES = {
    f"{path.stem}.{name}": scene
    for path in sorted(Path("scenes").glob("*.py"))
    for name, scene in load_scenes(path).items()
}


def descent(count=3, **changes):
    named = {f"sgd {i}": optimizers.SGD(lr=0.02 * (i + 1)) for i in range(count)}
    return Scene(surfaces.ring(), named, start=(0.1, 2.0), steps=30, **changes)


@pytest.fixture
def written(monkeypatch):
    """Boxes (text, x0, y0, x1, y1) of all text drawn so far, without padding."""
    boxes = []
    stamped = lettering.draw_stamp

    def draw_stamp(renderer, gc, stamp, x, y):
        x, y = round(x) + PAD - 1, round(y) + PAD
        boxes.append(("stamp", x, y, x + stamp.width - 2 * (PAD - 1), y + stamp.height - 2 * PAD))
        stamped(renderer, gc, stamp, x, y)

    for module in (legend, lettering, table, box):
        monkeypatch.setattr(module, "draw_stamp", draw_stamp)
    set_type = Text.draw

    def draw(self, renderer):
        # Stamps are drawn on figures of their own, which have no such canvas.
        on_picture = isinstance(self.get_figure().canvas, FigureCanvasAgg)
        if on_picture and self.get_visible() and self.get_text():
            boxes.append((self.get_text(), *self.get_window_extent(renderer).extents))
        set_type(self, renderer)

    monkeypatch.setattr(Text, "draw", draw)
    return boxes


def check_apart_and_inside(boxes, size):
    corners = np.array([corners for _, *corners in boxes])
    outside = (corners[:, :2] < -1) | (corners[:, 2:] > np.array(size) + 1)
    assert not outside.any(), [boxes[i] for i in np.flatnonzero(outside.any(axis=1))]
    low = np.maximum(corners[:, None, :2], corners[None, :, :2])
    high = np.minimum(corners[:, None, 2:], corners[None, :, 2:])
    touching = np.argwhere(np.triu((high - low > 1).all(axis=-1), 1))
    assert not len(touching), [(boxes[a], boxes[b]) for a, b in touching]


def check_every_frame(scene, written):
    movie = animation(scene)
    canvas = movie.figure.canvas
    moving = movie.turn(0)
    written.clear()
    engine.draw_still(canvas.draw, moving)
    still = list(written)
    assert still
    for step, _ in movie.pictures:
        written.clear()
        for artist in movie.turn(step):
            if not getattr(artist, "accumulates", False):
                artist.draw(canvas.get_renderer())
        check_apart_and_inside(still + written, canvas.get_width_height())


@pytest.mark.parametrize("name", SCENES)
def test_what_is_written_lies_inside_and_apart_in_every_frame(name, written):
    check_every_frame(SCENES[name], written)


@pytest.mark.parametrize("size", [(640, 480), (1280, 720)])
@pytest.mark.parametrize(
    "panels", [("contour", "loss"), ("contour", "loss", "table"), PANELS], ids=len
)
def test_panels_leave_each_other_room(panels, size, written):
    check_every_frame(descent(panels=panels, size=size, title="Panels"), written)


@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_has_room_for_its_numbers(panel, written):
    check_every_frame(descent(panels=panel, title="One panel"), written)


@pytest.mark.parametrize("panels", [("contour", "surface"), ("contour", "loss", "table")], ids=len)
def test_axes_do_not_move_between_frames(panels):
    movie = animation(descent(panels=panels))
    places = set()
    for step in (0, 1, 17, 30):
        movie.draw(step)
        places.add(tuple(tuple(axes.bbox.extents) for axes in movie.figure.axes))
    assert len(places) == 1


def test_what_stands_still_is_the_same_in_every_frame():
    movie = animation(descent(panels=("contour", "loss"), legend=False, counter=False))
    grounds = []
    for step in (0, 9, 30):
        engine.draw_still(movie.figure.canvas.draw, movie.turn(step))
        grounds.append(engine.copy_of(movie.figure.canvas))
    for one, other in pairwise(grounds):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("panels", [("contour",), ("contour", "loss"), PANELS], ids=len)
@pytest.mark.parametrize("size", [(640, 480), (1280, 720), (960, 540)])
def test_no_type_is_smaller_than_nine_pixels(panels, size):
    movie = animation(descent(panels=panels, size=size))
    movie.draw(0)
    dpi = movie.figure.dpi
    sizes = [text.get_fontsize() for text in movie.figure.findobj(Text) if text.get_text()]
    assert min(sizes) * dpi / 72 >= 9


def kinds(movie):
    return {type(artist) for artist in movie.turn(0)}


def test_a_legend_takes_the_place_of_more_than_eight_labels():
    few, many = (animation(descent(count, labels=True)) for count in (8, 9))
    assert LabelArtist in kinds(few)
    assert LegendArtist not in kinds(few)
    assert LabelArtist not in kinds(many)
    assert LegendArtist in kinds(many)


def test_a_legend_moves_only_where_its_words_change():
    steady, diverging = descent(), descent().replace(optimizers=[optimizers.SGD(lr=9.0)])
    assert LegendArtist not in kinds(animation(steady))
    assert LegendArtist in kinds(animation(diverging))
    for scene in (steady, diverging):
        assert animation(scene).figure.findobj(LegendArtist)


def test_warped_time_always_shows_the_step():
    plain = animation(descent(counter=False))
    warped = animation(descent(counter=False, timeline=Timeline(duration=4, warp=True)))
    assert CounterArtist not in kinds(plain)
    assert CounterArtist in kinds(warped)


def test_the_badge_of_the_speed_goes_when_the_clock_stops(written):
    movie = animation(descent(legend=False, timeline=Timeline(speed={0: 1, 10: 3})))
    stamps = {}
    for step in (9, 10, 28, 30):
        written.clear()
        movie.draw(step)
        stamps[step] = sum(text == "stamp" for text, *_ in written)
    assert stamps == {9: 1, 10: 2, 28: 2, 30: 1}


@pytest.mark.parametrize("panels", [("contour", "loss"), ("contour", "loss", "table")], ids=len)
def test_large_type_finds_room_too(panels, written):
    check_every_frame(descent(panels=panels, theme="slides", title="Slides"), written)


LONG = "a very " * 45 + "long name"
HOSTILE = {
    "long title": {"title": LONG},
    "long title at speed": {"title": LONG, "timeline": Timeline(speed=3)},
    "thirty": {"optimizers": {f"sgd {i}": optimizers.SGD(lr=0.01 * i) for i in range(30)}},
    "thirty beside": {
        "optimizers": {f"{i}": optimizers.SGD(lr=0.001 * i) for i in range(30)},
        "size": (960, 480),
    },
    "a hundred": {"optimizers": {f"sgd {i}": optimizers.SGD(lr=0.01 * i) for i in range(100)}},
    "long labels": {"optimizers": {f"{i} {LONG}": optimizers.SGD(lr=0.2 * i) for i in range(3)}},
}


@pytest.mark.parametrize("scene", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_too_long_or_too_many_stays_on_the_canvas(written, scene):
    movie = animation(descent().replace(**scene))
    written.clear()
    movie.draw(30)
    check_apart_and_inside(written, movie.figure.canvas.get_width_height())
    (key,) = movie.figure.findobj(LegendArtist)
    assert sum(bool(line.marker) for line in key.legend.lines) == len(movie.simulation)


@pytest.mark.parametrize("view", ["contour", "surface"])
def test_long_labels_beside_the_points_stay_on_the_canvas(written, view):
    scene = descent().replace(**HOSTILE["long labels"], labels=True, legend=False, view=view)
    movie = animation(scene)
    written.clear()
    movie.draw(0)
    labels = next(artist for artist in movie.turn(0) if isinstance(artist, LabelArtist))
    # What all share is left out, or else they are cut short.
    names = zip(labels.labels.words, scene.names, strict=True)
    assert all(len(word.text) < len(name) for word, name in names)
    corners = np.array([corners for _, *corners in written])
    assert corners[:, 0].min() >= 0
    assert corners[:, 2].max() <= movie.figure.canvas.get_width_height()[0]


@pytest.mark.parametrize("view", ["contour", "surface"])
def test_letters_that_no_font_has_are_boxes_and_no_warnings(view):
    scene = descent().replace(
        title="損失 🚀", optimizers={"学習率 🚀": optimizers.SGD(lr=0.1)}, labels=True, legend=True
    )
    movie = animation(scene.replace(panels=(view, "loss", "table")))
    movie.draw(30)
    assert [text.get_text() for text in movie.figure.texts] == ["□□ □"]
