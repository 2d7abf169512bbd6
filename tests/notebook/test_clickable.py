"""The explorer's picture in a browser: it shows each new PNG and reports clicks."""

from __future__ import annotations

import base64
from importlib.resources import files

import numpy as np
import pytest

from animopt.export.png import still

SCRIPT = files("animopt.notebook").joinpath("clickable.js").read_text(encoding="utf-8")
START = """\
async ([script, png]) => {
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const widget = (await import(address)).default;
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const state = { png: bytes(png), alternative: "a bowl", clickable: true, still: "last" };
  const listeners = {};
  window.saved = [];
  window.give = (text) => { state.png = bytes(text); listeners["change:png"]?.(); };
  const model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; },
    save_changes: () => window.saved.push(state.place),
    on: (name, listener) => { listeners[name] = listener; },
    off: (name) => { delete listeners[name]; },
  };
  window.end = widget.render({ model, el: document.body });
}"""


def png(width: int, height: int) -> str:
    frame = np.full((height, width, 4), 200, np.uint8)
    return base64.b64encode(still(frame)).decode()


@pytest.fixture
def page(chromium):
    page = chromium.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.evaluate(START, [SCRIPT, png(200, 100)])
    page.wait_for_function("document.querySelector('img')?.naturalWidth === 200")
    yield page
    page.close()
    assert errors == []


def test_a_click_tells_its_place_in_widths_and_heights(page):
    page.locator("img").click(position={"x": 50, "y": 75})
    ((x, y),) = page.evaluate("saved")
    assert (x, y) == pytest.approx((0.25, 0.75), abs=0.01)


def test_a_new_picture_takes_the_place_of_the_last(page):
    page.evaluate("give", png(300, 100))
    page.wait_for_function("document.querySelector('img').naturalWidth === 300")
    assert page.locator("img").count() == 1


def test_it_says_what_it_shows_and_that_it_can_be_clicked(page):
    picture = page.get_by_alt_text("a bowl")
    assert picture.evaluate("image => getComputedStyle(image).cursor") == "crosshair"


def test_a_removed_widget_ignores_new_pictures(page):
    page.evaluate("end()")
    page.evaluate("give", png(300, 100))
    page.wait_for_timeout(200)
    assert page.evaluate("document.querySelector('img').naturalWidth") == 200


def test_a_still_is_seen_only_where_the_widget_is_not(page):
    page.evaluate("document.body.append(Object.assign(new Image(10, 10), { className: 'last' }))")
    assert page.is_hidden(".last")
    page.evaluate("document.body.removeChild(document.querySelector('style'))")
    assert page.is_visible(".last")
