"""What people change in a picture is seen on its page, and nothing that it does not name."""

from __future__ import annotations

from typing import Any

import pytest
from look_options import PLANE, SCENE, shaped

from animopt import Timeline

# What a reader sees at the end: each canvas, still and moving, and the texts.
SEEN = """() => {
  animopt.go(30);
  const text = (selector) => document.querySelector(selector).textContent;
  const canvases = [...document.querySelectorAll("[data-panel] canvas")];
  const all = canvases.map((canvas) => canvas.toDataURL());
  return {
    ground: all.filter((_, i) => i % 2 === 0), moving: all.filter((_, i) => i % 2),
    title: text("h1"), note: text("#note"),
    step: text("#counter"),
    legend: [...document.querySelectorAll("#legend canvas")].map((canvas) => canvas.toDataURL()),
  };
}"""
ROWS = {
    "levels": {"ground"},
    "heights of levels": {"ground"},
    "names of axes": {"ground", "moving"},
    "no axes": {"ground", "moving"},
    "a title": {"title"},
    "a step in the title": {"title"},
    "notes": {"note", "ground", "moving"},
    "a part of the run": {"moving", "step"},
    "colours": {"moving", "legend"},
    "markers": {"moving", "legend"},
    "markers by label": {"moving", "legend"},
    "the scale of curves": {"ground", "moving"},
}
USUAL: dict[str, dict[str, Any]] = {}


@pytest.fixture
def seen(visit):
    def seen(scene, key=None):
        if key is None:
            return visit(640, 420, scene=scene).evaluate(SEEN)
        if key not in USUAL:
            USUAL[key] = seen(scene)
        return USUAL[key]

    return seen


@pytest.mark.parametrize("name", ROWS)
def test_a_reader_sees_what_an_option_names_and_nothing_else(name, seen, tmp_path):
    before, after = shaped(name, tmp_path)
    usual = seen(before, before.view if before in (SCENE, PLANE) else "curves")
    changed = seen(after)
    # A line for notes and long names leave less room for the plots.
    assert {part for part in usual if usual[part] != changed[part]} == ROWS[name]


def test_a_page_shows_the_part_of_the_run_that_the_film_shows(visit):
    slow = Timeline(first=10, last=20, fps=4)  # so that a busy browser passes over no step
    page = visit(scene=SCENE.replace(view="contour", timeline=slow))
    step, scrub = "animopt.reader.step", page.locator("#scrub")
    assert page.evaluate(step) == 10
    assert [scrub.get_attribute(name) for name in ("min", "max")] == ["10", "20"]
    for move, to in {"go(30)": 20, "go(0)": 10, "go(15)": 15}.items():
        page.evaluate(f"animopt.{move}")
        assert page.evaluate(step) == to
    for key, to in {"End": 20, "ArrowRight": 20, "Home": 10, "ArrowLeft": 10}.items():
        page.keyboard.press(key)
        assert page.evaluate(step) == to
    assert page.inner_text("#counter") == "step 10 / 30"
    page.evaluate("animopt.go(20)")
    page.click("#play")
    within = "animopt.reader.step > 10 && animopt.reader.step < 20"
    look = f"const look = () => ({within} ? done(true) : requestAnimationFrame(look));"
    assert page.evaluate(f"new Promise((done) => {{ {look} look(); }})")
