"""The page in a real browser: it plays, obeys, tells, and asks the network for nothing."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from animopt import Scene, Timeline, optimizers, surfaces
from animopt.picture.theme import THEMES

SCENE = Scene(
    surfaces.cubic(),
    {
        "sgd": optimizers.SGD(lr=0.01),
        "momentum": optimizers.Momentum(lr=0.01, momentum=0.9),
        "adam": optimizers.Adam(lr=0.1),
    },
    start=(2, 3),
    steps=60,
    title="Over the edge",
    view="both",
    elev=40,
    azim=-60,
    timeline=Timeline(fps=25, speed={0: 0.5, 10: 1, 30: 3}),
)
SIZES = [(1280, 720), (390, 844)]
SEEN = """({ x, seen }) => {
  const drawn = [...x.keys()].filter((i) => !Number.isNaN(x[i]));
  return drawn.filter((i) => seen[i]).length / drawn.length;
}"""
UNNAMED = """[...document.querySelectorAll("button, input, select")].filter((element) => {
  const text = element.ariaLabel || element.textContent || element.labels[0].textContent;
  return !text.trim();
}).length"""
BOXES = """(() => {
  const shown = document.querySelectorAll("h1, #stage > :not([hidden]), #legend, #controls");
  return [...shown].map((e) => {
    const { left, top, right, bottom } = e.getBoundingClientRect();
    return [e.dataset.panel ?? (e.id || "h1"), [left, top, right, bottom]];
  });
})()"""
IS_SEEN = """(line) => {
  const { left, right, top, bottom } = line.getBoundingClientRect();
  const found = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return line === found || line.contains(found);
}"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
def visit(visit: Any) -> Any:
    """Open the page of the scene above, or of another."""
    return partial(visit, scene=SCENE)


def step(page: Any) -> int:
    return int(page.get_attribute("#player", "data-step"))


def until(page: Any, true: str) -> None:
    """Wait; the page's policy forbids the evaluation that Playwright's own wait does in it."""
    for _ in range(500):
        if page.evaluate(true):
            return
        page.wait_for_timeout(20)
    pytest.fail(f"it never came true that {true}")


def center(page: Any, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_it_plays_by_itself_and_shows_the_last_step(visit):
    page = visit(reduced_motion="no-preference")
    until(page, "animopt.step > 3")
    assert page.get_attribute("#play", "aria-label") == "Pause"
    until(page, "animopt.step === 60")


def test_it_stands_still_for_those_who_want_less_motion_until_they_press_play(visit):
    page = visit(reduced_motion="reduce")
    page.evaluate(FRAMES)
    assert (step(page), page.get_attribute("#play", "aria-label")) == (0, "Play")
    page.click("#play")
    until(page, "animopt.step > 1")
    page.click("#play")
    paused = step(page)
    page.evaluate(FRAMES)
    assert step(page) == paused


def test_the_clock_is_the_timelines(visit):
    page = visit()
    shown = page.evaluate(
        "(({ data, startTimes }) => [0, 0.079, 0.081, 0.8, 0.839, 0.841]"
        ".map((t) => data.frames[startTimes.findLastIndex((start) => start <= t)]))(animopt)"
    )
    assert shown == [0, 0, 1, 10, 10, 11]
    assert page.evaluate("animopt.duration") == pytest.approx(
        10 * 0.08 + 20 * 0.04 + 10 * 0.04 + 1.04
    )


def test_buttons_step_and_the_slider_scrubs(visit):
    page = visit()
    page.click("#forth")
    page.click("#forth")
    page.click("#back")
    assert step(page) == 1
    page.fill("#scrub", "42")
    assert step(page) == 42
    assert page.inner_text("#counter").split("\n")[-1].endswith("step 42 / 60")
    assert page.get_attribute("#scrub", "aria-valuetext") == "step 42 of 60"


def test_keys(visit):
    page = visit()
    steps = []
    for key in (
        "ArrowRight",
        "ArrowRight",
        "ArrowLeft",
        "Shift+ArrowRight",
        "End",
        "ArrowRight",
        "Home",
    ):
        page.keyboard.press(key)
        steps.append(step(page))
    assert steps == [1, 2, 1, 11, 60, 60, 0]
    page.keyboard.press(" ")
    until(page, "animopt.step > 0")
    page.keyboard.press(" ")
    assert page.get_attribute("#play", "aria-label") == "Play"


def test_the_space_bar_on_a_button_presses_that_button_only(visit):
    page = visit()
    page.focus("#legend button")
    page.keyboard.press(" ")
    assert page.get_attribute("#legend button", "aria-pressed") == "false"
    assert page.get_attribute("#play", "aria-label") == "Play"


def test_speed_scales_the_clock(visit):
    page = visit()
    page.select_option("#speed", "4")
    assert page.evaluate("animopt.pace") == 4


@pytest.mark.parametrize("panel", ["contour", "surface"])
def test_a_legend_entry_takes_its_optimizer_off_and_puts_it_back(visit, panel, painted):
    page = visit()
    page.keyboard.press("End")
    adam = THEMES["light"].cycle[2]
    entry = page.locator("#legend button", has_text="adam")
    before = painted(page, adam, panel)
    assert before > 20
    entry.click()
    assert entry.get_attribute("aria-pressed") == "false"
    assert painted(page, adam, panel) == 0
    entry.click()
    page.mouse.move(1, 1)
    assert painted(page, adam, panel) == before


def test_the_legend_tells_losses_and_divergence(visit):
    page = visit()
    told = page.locator("#legend button", has_text="momentum").locator(".loss")
    assert told.inner_text() == "46"
    page.keyboard.press("End")
    assert told.inner_text() == "diverged at step 25"


def test_the_cursor_of_the_chart_can_be_dragged(visit):
    page = visit()
    box = page.locator(".chart").bounding_box()
    x, y = center(page, ".chart")
    page.mouse.move(x, y)
    page.mouse.down()
    half = step(page)
    page.mouse.move(box["x"] + box["width"] - 3, y)
    assert 20 < half < 40
    assert step(page) == 60
    page.mouse.up()
    page.mouse.move(x, y)
    assert step(page) == 60


def test_hovering_tells_step_and_loss(visit):
    page = visit(390, 844)
    page.click('button[data-view="contour"]')
    page.keyboard.press("End")
    box = page.locator('[data-panel="contour"]').bounding_box()
    x, y = page.evaluate("(({x, y}) => [x, y])(animopt.panels.contour.head(0, 60))")
    page.mouse.move(box["x"] + x, box["y"] + y)
    name, at, loss, _ = page.inner_text("#tip").split("\n")
    assert (name, at) == ("sgd", "step 60")
    assert loss.startswith("loss 0.2")
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    assert page.is_hidden("#tip")


def test_what_the_sheet_hides_is_hidden_from_that_side_only(visit):
    page = visit()
    page.keyboard.press("End")
    seen = f"({SEEN})(animopt.panels.surface.look('path', 0, 1))"
    assert page.evaluate(seen) > 0.95
    page.evaluate("animopt.restore({ camera: [8, 100] })")
    assert page.evaluate(seen) < 0.6


def test_dragging_turns_the_surface_and_a_double_click_turns_it_back(visit):
    page = visit()
    x, y = center(page, '[data-panel="surface"]')
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y + 20)
    page.mouse.up()
    assert page.evaluate("animopt.panels.surface.angles") == [48, -80]
    page.dblclick('[data-panel="surface"]')
    assert page.evaluate("animopt.panels.surface.angles") == [40, -60]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_it_looks_right(visit, width, height, scheme, painted):
    page = visit(width, height, color_scheme=scheme)
    page.keyboard.press("End")
    theme = THEMES[scheme]
    assert page.evaluate("getComputedStyle(document.querySelector('.panel')).backgroundColor") == (
        "rgb({}, {}, {})".format(*(round(255 * part) for part in to_rgb(theme.paper)))
    )
    for panel in ("contour", "surface"):
        assert painted(page, theme.cycle[0], panel) > 20
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for selector in ("h1", "#stage", "#legend", ".chart", "#controls"):
        box = page.locator(selector).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] >= 20
    if width > height:
        assert page.evaluate("document.documentElement.scrollHeight") <= height
    # On a phone the controls float above what can be scrolled.
    parts = ("#stage", "#legend", "header") + (("#controls",) if width > height else ())
    boxes = [page.locator(part).bounding_box() for part in parts]
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            apart = [
                max(a[o], b[o]) - min(a[o] + a[side], b[o] + b[side])
                for o, side in (("x", "width"), ("y", "height"))
            ]
            assert max(apart) >= 0


@pytest.mark.parametrize("count", [2, 20])
@pytest.mark.parametrize("size", [(3440, 1440), (1280, 720), (900, 420), (700, 420), (390, 844)])
def test_every_part_is_in_sight_and_apart_from_the_others(visit, size, count):
    """Also with a table and many runs: what does not fit can be scrolled to."""
    runs = {f"sgd {i}": optimizers.SGD(lr=0.001 * (i + 1)) for i in range(count)}
    panels = ("contour", "surface", "loss", "gradient", "distance", "table")
    look = {"view": "contour", "panels": panels, "elev": None, "azim": None}
    many = SCENE.replace(optimizers=runs, surface=surfaces.himmelblau(), **look)
    page = visit(*size, scene=many)
    shape = page.evaluate("animopt.root.dataset.shape")
    assert shape == ("column" if size == (390, 844) else "compact" if size[1] < 500 else "wide")
    parts = page.evaluate(BOXES)
    assert [name for name, _ in parts] == [
        *("h1", "contour", "surface", "chart 0", "chart 1", "chart 2", "table", "legend"),
        "controls",
    ]
    whole = page.evaluate("document.documentElement.scrollHeight")
    assert shape == "column" or whole <= size[1]
    for i, (name, (left, top, right, bottom)) in enumerate(parts):
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= whole
        least = 80 if name in ("contour", "surface", "table") or name.startswith("chart") else 16
        assert min(right - left, bottom - top) >= least
        for _, other in parts[:i]:
            over = (
                min(right, other[2]) - max(left, other[0]),
                min(bottom, other[3]) - max(top, other[1]),
            )
            assert min(over) <= 0 or (shape == "column" and name == "controls")
    for line in (page.locator("#legend > *").last, page.locator("#table tbody tr").last):
        line.scroll_into_view_if_needed()
        assert line.evaluate(IS_SEEN)


def test_plots_take_the_room_that_there_is(visit):
    """A plot to scale is never smaller than it would be with the legend where it is not."""
    for size, least in (((700, 420), 250), ((1280, 720), 450), ((3440, 1440), 1150)):
        page = visit(*size, scene=SCENE.replace(view="contour"))
        _, _, width, height = page.evaluate("animopt.panels.contour.frame")
        assert min(width, height) > least
    page = visit(3440, 1440)
    frames = page.evaluate("[animopt.panels.contour.frame[2], animopt.panels.surface.width]")
    assert 1000 < min(frames) < max(frames) < 1400  # side by side, not stacked


@pytest.mark.parametrize(("size", "least"), [((1280, 720), 300), ((700, 420), 200)])
def test_both_views_are_large_beside_curves_of_the_film(visit, size, least):
    page = visit(*size, scene=SCENE.replace(view="contour", panels=("surface", "lr", "distance")))
    page.click('button[data-view="both"]')
    sizes = page.evaluate(
        "Object.values(animopt.panels).flatMap(({ width, height }) => [width, height])"
    )
    assert min(sizes) > least


def test_a_legend_that_is_not_wanted_and_a_counter_are_not_there(visit):
    page = visit(scene=SCENE.replace(legend=False, counter=False))
    assert page.is_hidden("#legend")
    assert page.is_hidden("#counter")
    page = visit()
    assert page.is_visible("#legend")
    assert page.is_visible("#counter")


@pytest.mark.parametrize("width", [320, 390, 600])
def test_a_long_title_has_a_phone_s_width(visit, width):
    """The buttons go below it rather than squeeze it."""
    page = visit(width, 844, scene=SCENE.replace(title="a title that says it all, and more " * 2))
    assert page.locator("h1").bounding_box()["height"] <= 20 * 4 + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_panel_is_drawn_for_the_room_that_it_has(visit):
    page = visit(scene=SCENE.replace(view="contour"))
    room = "(({ panels, view }) => [panels[view].width, panels[view].element.clientWidth])(animopt)"
    for clicks in ((), ("both", "contour"), ("both", "surface")):
        for view in clicks:
            page.click(f'button[data-view="{view}"]')
        drawn, given = page.evaluate(room)
        assert drawn == given > 400


@pytest.mark.parametrize("width", [320, 390, 600])
def test_the_bar_of_a_phone_is_as_high_at_every_step(visit, width):
    """Where the clock runs at another speed, the counter has a badge."""
    page = visit(width, 844, scene=SCENE.replace(steps=1000))
    heights = set()
    for at in (0, 20, 100, 999, 1000):
        page.evaluate("(step) => animopt.go(step)", at)
        heights.add(page.locator("#controls").bounding_box()["height"])
    assert len(heights) == 1
    assert heights.pop() < 110


def test_it_follows_when_night_falls(visit):
    page = visit(color_scheme="light")
    page.emulate_media(color_scheme="dark")
    until(page, "animopt.root.dataset.theme === 'dark'")


def test_everything_has_a_name_for_those_who_cannot_see_it(visit):
    page = visit()
    assert "3 optimizers descend the surface cubic from (2, 3) in 60 steps" in page.get_attribute(
        "#stage", "aria-label"
    )
    assert page.evaluate(UNNAMED) == 0


def test_reveal_js_can_start_and_stop_it(visit, site):
    page = visit(reduced_motion="no-preference")
    page.keyboard.press("End")
    page.evaluate("postMessage('slide:start', '*')")
    until(page, "animopt.playing && animopt.step < 50")
    page.evaluate("postMessage('slide:stop', '*')")
    until(page, "!animopt.playing")


def test_the_page_agrees_with_the_trajectory(visit):
    """The head of each run is drawn where the data say, in the panel's own coordinates."""
    page = visit()
    place = page.evaluate("animopt.panels.contour.head(2, 60)")
    left, top, width, height = page.evaluate("animopt.panels.contour.frame")
    x, y = page.evaluate("animopt.data.runs[2].points.map((axis) => axis[60])")
    (x0, x1), (y0, y1) = page.evaluate("animopt.panels.contour.told.bounds")
    wanted = left + (x - x0) / (x1 - x0) * width, top + (y1 - y) / (y1 - y0) * height
    assert np.allclose([place["x"], place["y"]], wanted, atol=0.01)


def test_names_follow_the_points(visit, painted):
    colors = THEMES["light"].cycle[:2]
    counts = {}
    for labels in (False, True):
        page = visit(scene=SCENE.replace(labels=labels, start=(1.0, 1.0)))
        page.fill("#scrub", "5")
        for panel in ("contour", "surface"):
            counts[labels, panel] = [painted(page, color, panel) for color in colors]
    for panel in ("contour", "surface"):
        assert np.all(np.array(counts[True, panel]) > np.array(counts[False, panel]) + 20)
