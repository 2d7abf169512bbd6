"""The page in a real browser: it plays, obeys, tells, and asks the network for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from animopt import Scene, Timeline, optimizers, player, simulate, surfaces
from animopt.animate.artists import MARKERS
from animopt.animate.theme import THEMES

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
COUNT = """([panel, color]) => {
  const canvas = document.querySelectorAll(`[data-panel="${panel}"] canvas`)[1];
  const bytes = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let found = 0;
  for (let i = 0; i < bytes.length; i += 4) {
    const off = [0, 1, 2].map((n) => Math.abs(bytes[i + n] - color[n]));
    found += bytes[i + 3] > 250 && Math.max(...off) <= 2;
  }
  return found;
}"""
SEEN = """({ x, seen }) => {
  const drawn = [...x.keys()].filter((i) => !Number.isNaN(x[i]));
  return drawn.filter((i) => seen[i]).length / drawn.length;
}"""
UNNAMED = """[...document.querySelectorAll("button, input, select")].filter((element) => {
  const text = element.ariaLabel || element.textContent || element.labels[0].textContent;
  return !text.trim();
}).length"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="session")
def page_text() -> str:
    return player.page(SCENE)


@pytest.fixture
def visit(chromium: Any, site: tuple[Path, str], page_text: str) -> Iterator[Any]:
    """Open the page of a scene; in the end there must have been no error and no other request."""
    folder, address = site
    pages, problems, requests = [], [], []

    def visit(
        width: int = 1280,
        height: int = 720,
        scene: Scene | None = None,
        file: str = "x.html",
        **options: Any,
    ) -> Any:
        text = page_text if scene is None else player.page(scene)
        (folder / "x.html").write_text(text, encoding="utf-8")
        options.setdefault("reduced_motion", "reduce")
        page = chromium.new_page(viewport={"width": width, "height": height}, **options)
        pages.append(page)
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: line.type == "error" and problems.append(line.text))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(f"{address}/{file}")
        return page

    yield visit
    for page in pages:
        page.close()
    assert problems == []
    assert {url.removeprefix(address) for url in requests} <= {"/x.html", "/deck.html", "data:,"}


def step(page: Any) -> int:
    return int(page.get_attribute("#player", "data-step"))


def until(page: Any, true: str) -> None:
    """Wait; the page's policy forbids the evaluation that Playwright's own wait does in it."""
    for _ in range(500):
        if page.evaluate(true):
            return
        page.wait_for_timeout(20)
    pytest.fail(f"it never came true that {true}")


def painted(page: Any, color: str, panel: str = "contour") -> int:
    """How many pixels of what moves in a panel have exactly this colour."""
    return page.evaluate(COUNT, [panel, [round(255 * part) for part in to_rgb(color)]])


def center(page: Any, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_it_plays_by_itself_and_shows_the_last_step(visit):
    page = visit(reduced_motion="no-preference")
    until(page, "step > 3")
    assert page.get_attribute("#play", "aria-label") == "Pause"
    until(page, "step === 60")


def test_it_stands_still_for_those_who_want_less_motion_until_they_press_play(visit):
    page = visit(reduced_motion="reduce")
    page.evaluate(FRAMES)
    assert (step(page), page.get_attribute("#play", "aria-label")) == (0, "Play")
    page.click("#play")
    until(page, "step > 1")
    page.click("#play")
    paused = step(page)
    page.evaluate(FRAMES)
    assert step(page) == paused


def test_the_clock_is_the_timelines(visit):
    page = visit()
    shown = page.evaluate(
        "[0, 0.079, 0.081, 0.8, 0.839, 0.841].map((t) => data.pictures[pictureAt(t, since)])"
    )
    assert shown == [0, 0, 1, 10, 10, 11]
    assert page.evaluate("whole") == pytest.approx(10 * 0.08 + 20 * 0.04 + 10 * 0.04 + 1.04)


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
    until(page, "step > 0")
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
    assert page.evaluate("pace") == 4


@pytest.mark.parametrize("panel", ["contour", "surface"])
def test_a_legend_entry_takes_its_optimizer_off_and_puts_it_back(visit, panel):
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
    assert told.inner_text() == "diverged at 25"


def test_the_cursor_of_the_chart_can_be_dragged(visit):
    page = visit()
    box = page.locator("#chart").bounding_box()
    x, y = center(page, "#chart")
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
    x, y = page.evaluate("(({x, y}) => [x, y])(panels.contour.place(data.runs[0], 60))")
    page.mouse.move(box["x"] + x, box["y"] + y)
    name, at, loss, _ = page.inner_text("#tip").split("\n")
    assert (name, at) == ("sgd", "step 60")
    assert loss.startswith("loss 0.2")
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    assert page.is_hidden("#tip")


def test_what_the_sheet_hides_is_hidden_from_that_side_only(visit):
    page = visit()
    page.keyboard.press("End")
    seen = f"({SEEN})(panels.surface.screen[0])"
    assert page.evaluate(seen) > 0.95
    page.evaluate("panels.surface.angles = [8, 100]; layOut()")
    assert page.evaluate(seen) < 0.6


def test_dragging_turns_the_surface_and_a_double_click_turns_it_back(visit):
    page = visit()
    x, y = center(page, '[data-panel="surface"]')
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y + 20)
    page.mouse.up()
    assert page.evaluate("panels.surface.angles") == [48, -80]
    page.dblclick('[data-panel="surface"]')
    assert page.evaluate("panels.surface.angles") == [40, -60]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_it_looks_right(visit, width, height, scheme):
    page = visit(width, height, color_scheme=scheme)
    page.keyboard.press("End")
    theme = THEMES[scheme]
    assert page.evaluate("getComputedStyle(document.querySelector('.panel')).backgroundColor") == (
        "rgb({}, {}, {})".format(*(round(255 * part) for part in to_rgb(theme.paper)))
    )
    for panel in ("contour", "surface"):
        assert painted(page, theme.cycle[0], panel) > 20
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for selector in ("h1", "#stage", "#legend", "#chart", "#controls"):
        box = page.locator(selector).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] >= 20
    if width > height:
        assert page.evaluate("document.documentElement.scrollHeight") <= height
    boxes = [
        page.locator(f"{s}").bounding_box() for s in ("#stage", "aside", "#controls", "header")
    ]
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            apart = [
                max(a[o], b[o]) - min(a[o] + a[side], b[o] + b[side])
                for o, side in (("x", "width"), ("y", "height"))
            ]
            assert max(apart) >= 0


def test_a_panel_is_drawn_for_the_room_that_it_has(visit):
    page = visit(scene=SCENE.replace(view="contour"))
    room = "[panels[view].width, holder(view).clientWidth]"
    for clicks in ((), ("both", "contour"), ("both", "surface")):
        for view in clicks:
            page.click(f'button[data-view="{view}"]')
        drawn, given = page.evaluate(room)
        assert drawn == given > 400


def test_it_follows_when_night_falls(visit):
    page = visit(color_scheme="light")
    page.emulate_media(color_scheme="dark")
    until(page, "root.dataset.theme === 'dark'")


def test_everything_has_a_name_for_those_who_cannot_see_it(visit):
    page = visit()
    assert "3 optimizers descend the surface cubic from (2, 3) in 60 steps" in page.get_attribute(
        "#stage", "aria-label"
    )
    assert page.evaluate(UNNAMED) == 0


def test_a_slide_that_is_entered_plays_from_the_start(visit, site):
    folder, _ = site
    (folder / "deck.html").write_text(
        '<link rel="icon" href="data:,">'
        '<iframe src="x.html" style="display:none; width:900px; height:600px"></iframe>'
    )
    page = visit(file="deck.html", reduced_motion="no-preference")
    frame = page.frames[1]
    frame.wait_for_selector("#player", state="attached")
    assert frame.evaluate("playing") is False
    show = "(value) => { document.querySelector('iframe').style.display = value; }"
    page.evaluate(show, "block")
    until(frame, "playing && step > 5")
    page.evaluate(show, "none")
    until(frame, "!playing")
    frame.evaluate("go(50)")
    page.evaluate(show, "block")
    until(frame, "playing && step < 40")


def test_reveal_js_can_start_and_stop_it(visit, site):
    page = visit(reduced_motion="no-preference")
    page.keyboard.press("End")
    page.evaluate("postMessage('slide:start', '*')")
    until(page, "playing && step < 50")
    page.evaluate("postMessage('slide:stop', '*')")
    until(page, "!playing")


def test_the_page_agrees_with_the_trajectory(visit):
    """The head of each run is drawn where the data say, in the panel's own coordinates."""
    page = visit()
    place = page.evaluate("panels.contour.place(data.runs[2], 60)")
    left, top, width, height = page.evaluate("panels.contour.frame")
    x, y = page.evaluate("[...data.runs[2].points.subarray(120, 122)]")
    assert np.allclose(
        [place["x"], place["y"]],
        [left + (x + 3) / 6 * width, top + (3 - y) / 6 * height],
        atol=0.01,
    )


def test_names_follow_the_points(visit):
    colors = THEMES["light"].cycle[:2]
    counts = {}
    for labels in (False, True):
        page = visit(scene=SCENE.replace(labels=labels, start=(1.0, 1.0)))
        page.fill("#scrub", "5")
        for panel in ("contour", "surface"):
            counts[labels, panel] = [painted(page, color, panel) for color in colors]
    for panel in ("contour", "surface"):
        assert np.all(np.array(counts[True, panel]) > np.array(counts[False, panel]) + 20)


STILL = """document.querySelector('[data-panel="surface"] canvas').toDataURL()"""


def test_guides_and_minima_stand_on_the_sheet_too(visit):
    bowl = Scene(
        surfaces.bowl(), [optimizers.SGD(lr=0.1)], (1, 1), 3,
        view="surface", minima=False, elev=60, azim=-60,
    )  # fmt: skip
    guide = [[(-1, 0), (0, 1), (1, 0)]]
    scenes = (bowl, bowl.replace(guides=guide), bowl.replace(minima=True))
    assert len({visit(scene=scene).evaluate(STILL) for scene in scenes}) == 3


GROUND = """() => {
  const [, , width, height] = panels.contour.frame, [left, top] = panels.contour.frame;
  const ctx = document.querySelector('[data-panel="contour"] canvas').getContext("2d");
  const { data } = ctx.getImageData(left, top, width, height);
  return Array.from(new Uint32Array(data.buffer).filter((_, i) => i % 97 === 0));
}"""


SHOWN = Scene(
    surfaces.himmelblau(),
    {"adam": optimizers.Adam(lr=0.1), "momentum": optimizers.Momentum(lr=0.002, momentum=0.9)},
    start=(-0.5, -0.5),
    steps=60,
    view="both",
    elev=60,
    azim=-60,
)
ADAM = THEMES["light"].cycle[0]
OPACITY = """([name, step]) => {
  const { screen: [{ x, y }], walks: [{ at }], ctx } = panels[name], i = at[step];
  return ctx.getImageData(Math.round(x[i]), Math.round(y[i]), 1, 1).data[3];
}"""


@pytest.fixture
def show(visit):
    """Open the page of a scene like the one above."""
    return lambda **changes: visit(scene=SHOWN.replace(**changes))


@pytest.mark.parametrize("panel", ["contour", "surface"])
def test_a_tail_shows_the_last_steps_only(show, panel):
    whole, tail = show(), show(trail=5)
    for page in (whole, tail):
        page.evaluate("go(50)")
    assert 0 < painted(tail, ADAM, panel) < 0.7 * painted(whole, ADAM, panel)
    assert whole.evaluate(OPACITY, [panel, 3]) > 200
    assert tail.evaluate(OPACITY, [panel, 3]) == 0


@pytest.mark.parametrize("panel", ["contour", "surface"])
def test_a_path_fades_with_age(show, panel):
    whole, fading = show(), show(fade=True)
    for page in (whole, fading):
        page.evaluate("go(50)")
    assert 0 < painted(fading, ADAM, panel) < 0.7 * painted(whole, ADAM, panel)
    old, young = (fading.evaluate(OPACITY, [panel, step]) for step in (12, 40))
    assert 0 < old < 0.6 * young


def test_only_what_is_drawn_of_a_tail_can_be_pointed_at(show):
    page = show(trail=5)
    page.evaluate("go(50)")
    place = "const { x, y } = panels.contour.screen[0], at = panels.contour.walks[0].at"
    found = "panels.contour.nearest(x[at[k]], y[at[k]], 50, chosen)?.step"
    tell = f"(k) => {{ {place}; return {found}; }}"
    assert page.evaluate(tell, 48) == 48
    assert page.evaluate(tell, 2) is None


def test_basins_tint_the_ground(show):
    plain, tinted = (np.array(show(basins=label).evaluate(GROUND)) for label in (None, "adam"))
    assert np.mean(plain != tinted) > 0.7


def test_forces_are_arrows_that_point_where_they_act(show):
    page = show(forces=["gradient"])
    page.evaluate("go(3)")
    points = simulate(SHOWN)["adam"].points[3]
    u, v = -SHOWN.surface.gradient(points)
    told = page.evaluate("panels.contour.acting[0].vector(data.runs[0], 3)")
    aspect = page.evaluate("(toX => toX(1) - toX(0))(panels.contour.toX)")
    np.testing.assert_allclose(told, [u * aspect, -v * aspect], rtol=0.02)
    assert painted(page, THEMES["light"].ink) > 20
    assert painted(show(), THEMES["light"].ink) == 0


def test_a_momentum_is_an_arrow_in_the_colour_of_its_path(show):
    plain, pushed = show(), show(forces=["momentum"])
    for page in (plain, pushed):
        page.evaluate("go(25)")
    color = THEMES["light"].cycle[1]
    assert painted(pushed, color) > painted(plain, color) + 20
    assert pushed.locator("#legend p", has_text="momentum").is_visible()


def test_every_marker_of_the_animation_has_its_shape(visit):
    known = visit().evaluate("Object.keys(SHAPES)")
    assert set(known) >= set(MARKERS)
