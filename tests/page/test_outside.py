"""The page within others: a blog, slides, an address, paper; what it saves; who cannot see it."""

from __future__ import annotations

import csv
import re
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from matplotlib.colors import to_rgb
from PIL import Image

from animopt import Scene, optimizers, simulate, surfaces
from animopt.export import Settings
from animopt.page import PageFormat
from animopt.picture.theme import THEMES

SCENE = Scene(
    surfaces.himmelblau(),
    {"adam": optimizers.Adam(lr=0.1), "sgd": optimizers.SGD(lr=0.01)},
    start=(-0.5, -0.5),
    steps=60,
    view="both",
)
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
FRAME = '<iframe src="x.html{}" style="width: 900px; height: 600px; {}"></iframe>'
HEAD = '<!doctype html><link rel="icon" href="data:,"><body>'


@pytest.fixture
def visit(visit: Any) -> Any:
    """Open the page of the scene above, or of another."""
    return partial(visit, scene=SCENE)


@pytest.fixture
def embed(visit: Any, site: Any) -> Any:
    """Open a page around that of the scene, and return both."""
    folder, _ = site

    def embed(body: str, **options: Any) -> tuple[Any, Any]:
        (folder / "deck.html").write_text(HEAD + body)
        page = visit(file="deck.html", **options)
        frame = page.frames[1]
        frame.wait_for_selector("#player[data-step]", state="attached")
        return page, frame

    return embed


def until(page: Any, true: str) -> None:
    for _ in range(500):
        if page.evaluate(true):
            return
        page.wait_for_timeout(20)
    pytest.fail(f"it never came true that {true}")


def test_scrolled_back_to_it_goes_on_where_it_was(embed):
    body = f'{FRAME.format("", "")}<div style="height: 3000px"></div>'
    page, frame = embed(body, reduced_motion="no-preference")
    until(frame, "animopt.playing && animopt.step > 3")
    page.evaluate("scrollTo(0, 2500)")
    until(frame, "!animopt.playing")
    left = frame.evaluate("animopt.step")
    page.evaluate("scrollTo(0, 0)")
    until(frame, "animopt.playing")
    assert frame.evaluate("animopt.step") >= left > 3


def test_one_that_was_paused_stays_so(embed):
    body = f'{FRAME.format("", "")}<div style="height: 3000px"></div>'
    page, frame = embed(body, reduced_motion="no-preference")
    until(frame, "animopt.playing")
    frame.click("#play")
    page.evaluate("scrollTo(0, 2500)")
    page.wait_for_timeout(100)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(100)
    assert not frame.evaluate("animopt.playing")


def test_a_slide_that_is_entered_plays_from_the_start(embed):
    page, frame = embed(FRAME.format("", ""), reduced_motion="no-preference")
    send = "(word) => document.querySelector('iframe').contentWindow.postMessage(word, '*')"
    until(frame, "animopt.playing && animopt.step > 5")
    page.evaluate(send, "slide:stop")
    until(frame, "!animopt.playing")
    frame.evaluate("animopt.go(50)")
    page.evaluate(send, "slide:start")
    until(frame, "animopt.playing && animopt.step < 40")


ASK = """(word) => new Promise((done) => {
  addEventListener("message", (event) => done(event.data), { once: true });
  document.querySelector("iframe").contentWindow.postMessage(word, "*");
})"""


def test_the_page_around_it_can_ask_for_a_step_and_is_told_it(embed):
    page, frame = embed(FRAME.format("", ""))
    told = {"step": 40, "steps": 60, "playing": False}
    assert page.evaluate(ASK, {"step": 40}) == {"animopt": told}
    assert frame.evaluate("animopt.step") == 40
    assert page.evaluate(ASK, {"step": 1e9})["animopt"]["step"] == 60
    assert page.evaluate(ASK, {"step": 2, "play": True})["animopt"]["playing"] is True
    assert page.evaluate(ASK, {"play": False})["animopt"]["playing"] is False


@pytest.mark.parametrize("word", [None, 3, "x", [], {"constructor": 1}, {"step": "far"}, {"a": 1}])
def test_other_messages_change_nothing(embed, word):
    page, frame = embed(FRAME.format("#step=7", ""))
    send = "(word) => document.querySelector('iframe').contentWindow.postMessage(word, '*')"
    page.evaluate(send, word)
    page.wait_for_timeout(50)
    assert frame.evaluate("[animopt.step, animopt.playing]") == [7, False]


def test_an_address_names_its_step_and_nothing_plays(embed):
    page, frame = embed(FRAME.format("#step=33", ""), reduced_motion="no-preference")
    page.wait_for_timeout(100)
    assert frame.evaluate("[animopt.step, animopt.playing]") == [33, False]
    frame.evaluate("location.hash = '#step=12'")
    until(frame, "animopt.step === 12")


def test_keys_are_taken_with_the_focus_only_and_escape_gives_them_back(embed):
    page, frame = embed(FRAME.format("", "") + '<script>keys = []; addEventListener("keydown", '
                        '(event) => keys.push(event.key))</script>')  # fmt: skip
    page.keyboard.press("ArrowRight")
    assert frame.evaluate("animopt.step") == 0
    frame.focus("#scrub")
    page.keyboard.press("ArrowRight")
    assert (frame.evaluate("animopt.step"), page.evaluate("keys")) == (1, ["ArrowRight"])
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert frame.evaluate("animopt.step") == 1
    assert page.evaluate("keys") == ["ArrowRight", "ArrowRight"]


def test_the_tip_follows_time(visit):
    page = visit()
    page.evaluate("animopt.go(60)")
    box = page.locator('[data-panel="contour"]').bounding_box()
    place = page.evaluate("animopt.panels.contour.head(0, 60)")
    page.mouse.move(box["x"] + place["x"], box["y"] + place["y"])
    assert "step" in page.inner_text("#tip")
    page.evaluate("animopt.go(1)")
    assert page.is_hidden("#tip")
    page.evaluate("animopt.go(60)")
    assert page.is_visible("#tip")


def test_a_tap_shows_the_tip_too_until_the_next_one_elsewhere(visit):
    page = visit(390, 844, has_touch=True)
    page.evaluate("animopt.go(60)")
    box = page.locator('[data-panel="contour"]').bounding_box()
    place = page.evaluate("animopt.panels.contour.head(0, 60)")
    page.touchscreen.tap(box["x"] + place["x"], box["y"] + place["y"])
    _, at, *_ = page.inner_text("#tip").split("\n")
    assert at.startswith("step ")
    page.touchscreen.tap(200, 20)
    assert page.is_hidden("#tip")


def test_a_double_click_shows_one_alone_and_the_next_all(visit):
    page = visit(scene=SCENE.replace(optimizers=[optimizers.SGD(lr=0.001 * i) for i in (1, 2, 3)]))
    shown = "animopt.chosen.runs"
    entry = page.locator("#legend button").nth(1)
    entry.dblclick()
    assert page.evaluate(shown) == [1]
    pressed = page.locator("#legend button").evaluate_all("(all) => all.map((b) => b.ariaPressed)")
    assert pressed == ["false", "true", "false"]
    entry.dblclick()
    assert page.evaluate(shown) == [0, 1, 2]
    entry.focus()
    page.keyboard.press("Shift+Enter")
    assert page.evaluate(shown) == [1]


def saved(page: Any, button: str) -> tuple[str, bytes]:
    page.click("#more summary")
    with page.expect_download() as download:
        page.click(button)
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_the_numbers_of_what_is_seen_can_be_saved(visit):
    page = visit()
    page.evaluate("animopt.go(7)")
    page.locator("#legend button", has_text="adam").click()
    name, content = saved(page, "#csv")
    assert name == "Himmelblau-step-7.csv"
    rows = list(csv.DictReader(StringIO(content.decode())))
    assert [(row["run"], int(row["step"])) for row in rows] == [("sgd", k) for k in range(8)]
    run = simulate(SCENE)["sgd"]
    found = [[float(row[key]) for key in ("x", "y", "loss")] for row in rows]
    exact = np.column_stack([run.points, run.values])[:8]
    np.testing.assert_allclose(found, exact, rtol=1e-6)


def test_the_picture_that_is_seen_can_be_saved(visit):
    page = visit(scene=SCENE.replace(panels=["contour", "surface", "loss", "table"]))
    page.evaluate("animopt.go(40)")
    name, content = saved(page, "#png")
    assert name == "Himmelblau-step-40.png"
    pixels = np.array(Image.open(BytesIO(content)).convert("RGB"))
    stage = page.locator("#stage").bounding_box()
    assert pixels.shape[1] == pytest.approx(stage["width"] + 24, abs=1)
    assert pixels.shape[0] > stage["height"]
    for color in (*THEMES["light"].cycle[:2], THEMES["light"].ink):
        exact = np.round(255 * np.array(to_rgb(color)))
        assert (np.abs(pixels - exact).max(axis=2) <= 2).sum() > 50


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_it_is_the_present_step_in_light_colours(visit, scheme, painted):
    page = visit(390, 844, color_scheme=scheme)
    page.evaluate("animopt.go(40)")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("animopt.root.dataset.theme") == "light"
    assert painted(page, THEMES["light"].cycle[0]) > 20
    sharp = "(({ still, width }) => still.width / width)(animopt.panels.contour)"
    assert page.evaluate(sharp) == pytest.approx(3, abs=0.01)
    across, up = page.evaluate("animopt.panels.contour.unit")
    assert across == pytest.approx(up)  # undistorted
    assert page.is_hidden("#scrub")
    assert "40" in page.inner_text("#counter")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("animopt.root.dataset.theme") == scheme
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1


@pytest.mark.parametrize("name", [name for name, each in THEMES.items() if each.is_dark])
def test_on_paper_a_dark_theme_is_light_too(visit, name, painted):
    pdfium = pytest.importorskip("pypdfium2", reason="the package pypdfium2 is missing")
    page = visit(scene=SCENE.replace(theme=name, colors={"adam": "#c00"}))
    page.evaluate("animopt.go(40)")
    assert painted(page, THEMES[name].cycle[1]) > 20
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for color in ("#c00", THEMES["light"].cycle[1]):
        assert painted(page, color) > 20
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb({}, {}, {})".format(
        *(round(255 * part) for part in to_rgb(THEMES["light"].ink))
    )
    pdf = pdfium.PdfDocument(page.pdf(format="A4"))
    shown = np.array(pdf[0].render().to_pil().convert("L"))
    assert (shown > 240).mean() > 0.5


class Bare:
    projection = None

    def setup(self, ax, picture):
        self.dots = ax.scatter([1, 2], [1, 2], color=[track.color for track in picture.paths])

    def update(self, k):
        return [self.dots]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", THEMES)
def test_a_still_of_matplotlib_s_is_in_the_colours_of_the_page(visit, theme, scheme):
    page = visit(scene=SCENE.replace(panels=["loss", Bare()], theme=theme), color_scheme=scheme)
    seen = """() => [...document.querySelectorAll(".still img")].filter((i) => i.checkVisibility())
      .map((i) => i.dataset.scheme)"""
    assert page.evaluate(seen) == [page.evaluate("animopt.root.dataset.theme")]
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(seen) == ["light"]


@pytest.mark.parametrize("size", [(1280, 720), (390, 844), (700, 420)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, size, scheme):
    """Its rules are run with the page's policy switched off, which forbids other scripts."""
    panels = ["contour", "surface", "loss", "table"]
    page = visit(*size, scene=SCENE.replace(panels=panels), color_scheme=scheme, bypass_csp=True)
    page.click("#legend button")
    page.click("#more summary")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:90]) for each in found] == []


def test_nothing_talks_by_itself_and_losses_are_told_on_request(visit):
    page = visit()
    live = "[...document.querySelectorAll('output, [aria-live], [role=status]')].map((e) => e.id)"
    assert page.evaluate(live) == ["told"]
    page.evaluate("animopt.play(true)")
    until(page, "animopt.step > 4")
    assert page.get_attribute("#scrub", "aria-valuetext") == "step 0 of 60"
    page.evaluate("animopt.play(false)")
    page.evaluate("animopt.go(60)")
    assert page.inner_text("#told") == ""
    page.click("#more summary")
    page.click("#tell")
    assert re.fullmatch(r"Step 60 of 60\. adam [\d.e−]+; sgd [\d.e−]+\.", page.inner_text("#told"))


def test_without_scripts_there_is_the_last_picture(chromium, composed):
    page = chromium.new_page(java_script_enabled=False)
    html = PageFormat.encode(composed(SCENE), Settings()).decode()
    page.set_content(html)
    assert page.is_visible("noscript img")
    assert page.is_hidden("main")
    page.close()


def test_a_state_that_was_kept_is_taken_up_again_as_far_as_it_fits(visit):
    page = visit()
    kept = {"step": 33, "view": "surface", "pace": 2, "hidden": ["sgd", "gone"],
            "camera": [10, 20], "closer": 2, "playing": False, "set": {"gone.lr": 1}}  # fmt: skip
    page.evaluate("(kept) => animopt.restore(kept)", kept)
    assert page.evaluate("animopt.state()") == kept | {"hidden": ["sgd"], "set": {}}
    page.evaluate("animopt.restore({ step: 1e9, view: 'none' })")
    assert page.evaluate("[animopt.step, animopt.view]") == [60, "surface"]
