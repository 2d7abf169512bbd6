"""What people change in a picture: each option in film, page and still, and wrong values."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from look_options import NAMES, PLANE, SCENE, shaped
from matplotlib.contour import ContourSet

from animopt import Scene, Timeline, render, simulate, surfaces
from animopt.animate import (
    DistancePanel,
    GradientPanel,
    LossPanel,
    RatePanel,
    SceneAnimation,
    stills,
)
from animopt.cli import main
from animopt.errors import InvalidInput
from animopt.optimizers import SGD
from animopt.page.data import data, unseen
from animopt.page.packing import Packer
from animopt.picture.heading import TITLE, title_at
from animopt.picture.picture import compose
from animopt.picture.scales import Scale
from animopt.picture.table import loss_number
from animopt.picture.theme import THEMES
from animopt.picture.words import inked
from animopt.pipeline.options import Options


def film(scene):
    animation = SceneAnimation(scene)
    return animation.draw(animation.pictures[-1][0]).tobytes()


def page(scene):
    packer = Packer()
    return packer.text(data(compose(simulate(scene)), packer, 0, {}))


def still(scene):
    with TemporaryDirectory() as folder:
        (path,) = stills.write(simulate(scene), Path(folder, "x.png"))
        return path.read_bytes()


@cache
def seen(scene):
    return film(scene), page(scene), still(scene)


@pytest.mark.parametrize("name", NAMES)
def test_each_option_is_seen_in_film_page_and_still(name, tmp_path):
    before, after = shaped(name, tmp_path)
    for usual, changed in zip(seen(before), seen(after), strict=True):
        assert usual != changed


@pytest.mark.parametrize("kind", ["film", "page", "still"])
def test_first_and_last_are_those_that_film_page_and_still_show(kind):
    part = PLANE.replace(timeline=Timeline(first=10, last=20))
    if kind == "film":
        assert [SceneAnimation(part).pictures[at][0] for at in (0, -1)] == [10, 20]
    elif kind == "page":
        told = data(compose(simulate(part)), Packer(), 0, {})
        assert told["frames"]["rows"] == 11
        assert told["seconds"] == [round(1 / 25, 5)] * 10 + [1.04]
    else:
        end = PLANE.replace(timeline=Timeline(last=20))
        assert still(part) == still(end)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"levels": 1}, "give how many contour lines, from 2 to 100"),
        ({"levels": 101}, "give how many contour lines, from 2 to 100"),
        ({"levels": True}, "give how many contour lines, from 2 to 100"),
        ({"levels": (3, 2)}, "each above the one before"),
        ({"levels": (1, float("nan"))}, "each above the one before"),
        ({"levels": ()}, "each above the one before"),
        ({"levels": "few"}, "each above the one before"),
        ({"axes": ("x",)}, "give two names, or three"),
        ({"axes": "xy"}, "give two names, or three"),
        ({"axes": ("x", 2)}, r"a name in Scene\(axes=...\) is 2; give a string"),
        ({"axes": None}, "give two names, or three"),
        ({"title": "a\nb"}, "give one line"),
        ({"notes": ["a"]}, "give them by step, such as"),
        ({"notes": None}, "give them by step, such as"),
        ({"notes": {-1: "a"}}, r"notes={-1: ...}\): give a step, a whole number >= 0"),
        ({"notes": {"3": "a"}}, r"notes={'3': ...}\): give a step"),
        ({"notes": {True: "a"}}, r"notes={True: ...}\): give a step"),
        ({"notes": {3: 4}}, r"notes={3: ...}\) is 4; give a string"),
        ({"notes": {3: "a\nb"}}, "give one line"),
        ({"notes": {31: "a"}}, "the run has 30 steps; give one up to that"),
    ],
)
def test_each_wrong_value_is_answered_in_one_sentence(words, sentence):
    with pytest.raises(InvalidInput, match=sentence) as caught:
        SCENE.replace(**words)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", [film, page, still])
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"levels": (1e4, 1e5)}, r"the heights here are from 5.203e-05 to 2509; give one or more"),
        ({"colors": {"adm": "red"}}, "no run is labelled 'adm'; did you mean 'adam'"),
        ({"colors": {"adam": "redd"}}, "'adam' has 'redd'; give a colour such as"),
        ({"markers": {"adam": "x"}}, "'adam' has 'x'; choose from o, s,"),
        ({"timeline": Timeline(last=31)}, "the run has 30 steps; give a step up to 30"),
        ({"timeline": Timeline(first=30)}, "the run has 30 steps; give a step below 30"),
        ({"style": "ggplo"}, "no such file, no such style; did you mean 'ggplot'"),
        ({"title": r"$\w$"}, r"'\$\\\\w\$' is not valid mathtext"),
        ({"notes": {3: r"$\w$"}}, r"is not valid mathtext"),
        ({"axes": (r"$\w$", "b")}, r"is not valid mathtext"),
    ],
)
def test_what_does_not_suit_the_runs_is_one_sentence_in_each(kind, words, sentence):
    with pytest.raises(InvalidInput, match=sentence) as caught:
        kind(SCENE.replace(**words))
    assert "\n" not in str(caught.value)


# --- levels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["himmelblau", "saddle", "bowl", "ackley"])
@pytest.mark.parametrize("count", [2, 7, 100])
def test_there_are_as_many_contour_lines_as_asked(name, count):
    scene = Scene(getattr(surfaces, name)(), SGD(lr=1e-3), (0.5, 0.5), 3, size=(200, 160))
    scene = scene.replace(levels=count)
    picture = compose(simulate(scene))
    assert len(picture.panels[0].ground.levels) == count + 2
    assert len(data(picture, Packer(), 0, {})["contour"]["contours"]) == count + 1
    lines = SceneAnimation(scene).figure.findobj(ContourSet)
    assert [len(each.levels) for each in lines if not each.filled] == [count]


def test_the_heights_asked_for_are_those_of_lines_and_colours():
    picture = compose(simulate(SCENE.replace(levels=[1, 10, 100], colorbar=True)))
    plane, relief = picture.panels
    assert plane.ground.levels[1:-1].tolist() == [1, 10, 100]
    assert plane.bar.levels.tolist() == relief.bar.levels.tolist() == plane.ground.levels.tolist()
    assert {float(line[0, 2]) for line in relief.sheet.draped} <= {1.0, 10.0, 100.0}


@pytest.mark.parametrize(("text", "found"), [("7", 7), ("1,10,1e2", [1, 10, 100]), ("-.5", [-0.5])])
def test_levels_are_read_from_the_command_line(text, found):
    assert Options(levels=text).levels == found


# --- axes -----------------------------------------------------------------------------------------


def test_names_of_axes_are_those_that_are_given():
    picture = compose(simulate(SCENE.replace(axes=("a", "b", "c"), colorbar=True)))
    plane, relief = picture.panels
    assert (plane.x.label, plane.y.label, plane.bar.axis.label) == ("a", "b", "c")
    assert [axis.label for axis in relief.axes] == ["a", "b", "c"]
    told = data(picture, Packer(), 0, {})
    assert (told["contour"]["x"]["label"], told["contour"]["y"]["label"]) == ("a", "b")
    assert [axis["label"] for axis in told["surface"]["axes"]] == ["a", "b", "c"]
    two = compose(simulate(SCENE.replace(axes=("a", "b"))))
    assert [axis.label for axis in two.panels[1].axes] == ["a", "b", "f"]


def test_without_axes_their_room_goes_to_the_picture():
    bare, usual = (compose(simulate(SCENE.replace(axes=asked))) for asked in (False, True))
    boxes = [np.array(picture.panels[0].box) for picture in (bare, usual)]
    wider, taller = (boxes[0][2:] - boxes[0][:2]) - (boxes[1][2:] - boxes[1][:2])
    assert wider > 10 < taller
    assert not any(axis.texts or axis.label for axis in bare.panels[1].axes)


def test_a_very_long_name_of_an_axis_is_cut():
    picture = compose(simulate(SCENE.replace(axes=("a" * 300, "b" * 300, "c" * 300))))
    assert [axis.label[-1] for axis in picture.panels[1].axes] == ["…"] * 3
    SceneAnimation(SCENE.replace(axes=("a" * 300, "b", "c"))).draw(3)


def test_a_page_says_that_it_writes_the_formula_of_an_axis():
    told = unseen(compose(simulate(SCENE.replace(axes=("$w_1$", "w")))))
    assert told == ["a page shows the formula in '$w_1$' as it is written"]


def test_a_name_that_is_no_mathtext_is_answered_in_a_sentence(tmp_path):
    with pytest.raises(InvalidInput, match="is not valid mathtext"):
        render(SCENE, tmp_path / "x.gif", axes=(r"$\w$", "b"))


# --- scales of curves -----------------------------------------------------------------------------

CURVES = (LossPanel, RatePanel, DistancePanel, GradientPanel)


@pytest.mark.parametrize("panel", CURVES)
@pytest.mark.parametrize(("log", "kind"), [(True, "log"), (False, "linear")])
def test_curves_have_the_scale_that_is_asked_for(panel, log, kind):
    scene = SCENE.replace(panels=[panel(log=log)])
    (curves,) = compose(simulate(scene)).panels
    assert curves.scale.kind == kind
    (axes,) = SceneAnimation(scene).figure.axes
    assert axes.get_yscale() == kind


def test_curves_by_name_choose_their_scale_as_without_log():
    named, made = (compose(simulate(SCENE.replace(panels=[p]))) for p in ("loss", LossPanel()))
    assert named.panels[0].scale == made.panels[0].scale


VALUES = {"rising": [1.0, 2.0], "equal": [3.0, 3.0], "both signs": [-2.0, 5.0], "one": [-4.0],
          "zero": [0.0, 0.0], "with zero": [0.0, 7.0], "tiny": [1e-300, 1e-300]}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("log", [True, False])
def test_any_values_have_a_scale_of_either_kind(name, log):
    values = np.array(VALUES[name])
    scale = Scale.fitting([values], log=log)
    assert scale.low < scale.high
    assert (scale.kind != "linear") == (log and bool(values.any()))
    parts = scale.parts(values[values != 0])
    assert ((parts >= 0) & (parts <= 1)).all()
    assert scale.axis(5).texts


def test_log_is_true_or_false():
    with pytest.raises(InvalidInput, match=r"LossPanel\(log='yes'\): give True or False"):
        LossPanel(log="yes")


# --- titles and notes -----------------------------------------------------------------------------

TOLD = {"title": "After {step} of {n} steps", "notes": {5: "begins", 20: "", 25: "$f < 1$"}}


def words(animation):
    """Return the title and the note that a film shows."""
    title, note = animation._movers[:2]
    return title.get_text(), note.get_text()


def test_a_film_tells_step_and_note_and_a_still_the_last_ones(tmp_path):
    animation = SceneAnimation(PLANE.replace(**TOLD, counter=False))
    for step, note in {0: "", 5: "begins", 19: "begins", 20: "", 30: "$f < 1$"}.items():
        animation.draw(step)
        assert words(animation) == (f"After {step} of {{n}} steps", note)
    scene = PLANE.replace(**TOLD, counter=False, timeline=Timeline(last=12))
    (path,) = stills.write(simulate(scene), tmp_path / "x.svg")
    text = path.read_text()
    assert "<!-- After 12 of {n} steps -->" in text
    assert "<!-- begins -->" in text


@pytest.mark.parametrize("theme", THEMES)
def test_words_that_move_are_in_every_frame_as_in_a_full_draw(theme):
    # With the steps at which the notes change.
    clock = Timeline(first=4, speed={0: 1, 6: 7, 20: 1}, hold_last=0)
    scene = SCENE.replace(**TOLD, theme=theme, panels=["contour"], size=(240, 200), timeline=clock)
    animation = SceneAnimation(scene)
    for (frame, _), (step, _) in zip(animation.frames(), animation.pictures, strict=True):
        assert np.array_equal(frame, SceneAnimation.draw(animation, step))


def test_a_title_is_cut_alike_at_all_steps_and_never_in_the_step():
    for width in range(96, 400, 7):
        scene = SCENE.replace(
            title="At {step} it is {step} now", size=(width, 200), panels=["loss"]
        )
        picture = compose(simulate(scene))
        heading, room = picture.layout.heading, picture.layout.counter[0] - picture.layout.title[0]
        cut = heading.removesuffix("…")
        assert scene.title.startswith(cut)
        assert "{" not in cut.replace("{step}", "")
        look = picture.theme
        for step in range(31):
            title = inked(title_at(heading, step), look, TITLE, "bold")
            assert title.ink_size(picture.dpi)[0] <= max(room, 20)


def test_notes_have_a_line_that_hides_nothing():
    plain, noted = (compose(simulate(SCENE.replace(notes=n))) for n in ({}, {3: "a" * 300}))
    (_, y), height = noted.layout.note, SCENE.size[1]
    assert max(box[3] for box in noted.layout.panels) < y < noted.layout.title[1]
    assert max(box[3] for box in plain.layout.panels) > max(b[3] for b in noted.layout.panels)
    ((_, note),) = noted.layout.notes
    assert note.endswith("…")
    assert noted.layout.note[1] > height / 2


def test_a_page_is_given_title_and_notes_whole():
    told = data(compose(simulate(SCENE.replace(**TOLD))), Packer(), 0, {})
    assert told["title"] == TOLD["title"]
    assert told["name"] == "After 30 of {n} steps"
    assert told["notes"] == ((5, "begins"), (20, ""), (25, "$f < 1$"))


def test_small_multiples_end_with_the_last_step_that_is_shown(tmp_path):
    scene = SCENE.replace(title="{step}", timeline=Timeline(last=12))
    (path,) = stills.write(simulate(scene), tmp_path / "x.svg", "multiples")
    text = path.read_text()
    assert "<!-- 12 -->" in text
    values = [run.losses[0, 12] for run in simulate(scene)]
    assert all(f"loss {loss_number(float(value))}" in text for value in values)


@pytest.mark.parametrize(
    ("theme", "size", "title"),
    [("light", None, None), ("slides", (300, 260), "At {step}"), ("dark", "6in", "At {step}")],
)
def test_small_multiples_have_a_line_for_notes(theme, size, title):
    notes = {3: "begins", 10: "a" * 400, 29: "ends"}
    scene = SCENE.replace(title=title, notes=notes, size=size, theme=theme)
    for last, said in {2: "", 3: "begins", 28: "aaa", 30: "ends"}.items():
        look = scene.replace(timeline=Timeline(last=last)).look
        (still,) = stills.multiples(simulate(scene), look)
        figure, height = still.figure, still.figure.bbox.height
        lines = [text for text in figure.texts if not text.get_text().startswith("At ")]
        assert [text.get_text()[:3] for text in lines] == [said[:3]] * bool(said)
        highest = max(axes.title.get_window_extent().y1 for axes in figure.axes)
        boxes = [text.get_window_extent() for text in figure.texts]
        assert all(highest < box.y0 < box.y1 < height for box in boxes)
        assert all(0 < box.x0 < box.x1 < figure.bbox.width for box in boxes)
        assert len(boxes) < 2 or boxes[0].y0 > boxes[1].y1


def test_a_still_of_the_command_ends_where_it_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["x**2 + y**2", "--optimizer", "SGD:lr=0.1", "--start", "1,2", "--steps", "9"]
    told = ["--title", "At {step}", "--levels", "4", "--last", "5", "-o", "x.svg"]
    assert main(["plot", *words, *told]) == 0
    assert "<!-- At 5 -->" in (tmp_path / "x.svg").read_text()
