"""The headings of a page: title and note of the step that is shown, and titles of sweeps."""

from __future__ import annotations

import pytest

from animopt import Scene, surfaces
from animopt.optimizers import SGD, sweep

SCENE = Scene(
    surfaces.bowl(), SGD(lr=0.1), (1, 2), 30, view="both",
    title="After {step} of {n}", notes={5: "begins", 20: "", 25: "ends " * 80},
)  # fmt: skip
SIZES = {"wide": (1280, 720), "compact": (480, 320), "column": (390, 844)}


@pytest.mark.parametrize("shape", SIZES)
def test_title_and_note_are_those_of_the_step(visit, shape):
    page = visit(*SIZES[shape], scene=SCENE)
    rooms = set()
    for step, note in {0: "", 7: "begins", 22: "", 30: ("ends " * 80).strip()}.items():
        page.goto(f"{page.url.partition('#')[0]}#step={step}")
        page.wait_for_selector(f"#player[data-step='{step}']")
        assert page.inner_text("h1") == f"After {step} of {{n}}"
        assert page.inner_text("#note").strip() == note
        rooms.add(tuple(page.locator("#stage").bounding_box().values()))
        h1, line, stage = (page.locator(s).bounding_box() for s in ("h1", "#note", "#stage"))
        assert h1["y"] + h1["height"] <= line["y"] + 1
        assert line["y"] + line["height"] <= stage["y"]
        assert line["x"] + line["width"] <= SIZES[shape][0]
    assert len(rooms) == 1  # what is below stays where it is


def test_without_notes_there_is_no_line_for_them(visit):
    assert visit(scene=SCENE.replace(notes={})).locator("#note").is_hidden()


@pytest.mark.parametrize("shape", SIZES)
def test_without_a_title_there_is_none_as_in_the_film(visit, shape):
    """Who hears the page is told its name all the same."""
    scene = SCENE.replace(title=None, notes={})
    page = visit(*SIZES[shape], scene=scene)
    heading = page.locator("h1").bounding_box()
    assert (heading["width"], heading["height"]) == (1, 1)
    assert page.inner_text("h1") == page.title() == "bowl"
    views = page.locator(".views").bounding_box()
    assert views["x"] + views["width"] > SIZES[shape][0] - 40
    alone = visit(*SIZES[shape], scene=scene.replace(panels=["loss"]))
    assert alone.locator("#stage").bounding_box()["y"] < views["y"] + views["height"]


def test_the_legend_has_the_title_of_a_sweep(visit):
    rules = sweep(SGD, lr=[0.01, 0.02, 0.04])
    swept = Scene(surfaces.ring(), rules, start=(0.1, 2), steps=4)
    page = visit(scene=swept)
    assert page.locator("#legend .sweep").all_inner_texts() == ["SGD lr"]
    assert page.locator("#legend .name").all_inner_texts() == ["0.01", "0.02", "0.04"]
