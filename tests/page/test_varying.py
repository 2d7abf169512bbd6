"""What varies on the page: sliders, a start to drag, a map; all of it as the scene would be."""

from __future__ import annotations

import csv
import re
from functools import cache, partial
from io import StringIO
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from animopt import Scene, optimizers, render, simulate, surfaces
from animopt.page import PageFormat
from animopt.picture import compose
from animopt.pipeline.varying import varied
from animopt.progress import Progress

SCENE = Scene(
    surfaces.rosenbrock(),
    {
        "Adam": optimizers.Adam(lr=0.05),
        "Momentum": optimizers.Momentum(lr=2e-4),
        "SGD": optimizers.SGD(lr=1e-3),
    },
    start=(-1.2, 2),
    steps=40,
    panels=["contour", "loss", "table"],
)
JOINED = "Momentum.lr x Momentum.momentum"
VARY = {"Adam.lr": "0.01..1:5", "start": (4, 3), JOINED: "1e-4..1e-2:6 x 0..0.9:4"}
SEEN = "animopt.chosen.runs.map((run) => [run, animopt.data.runs[run].settings])"


@cache
def text() -> str:
    return render(SCENE, "html", vary=VARY).decode()


@pytest.fixture
def visit(visit: Any) -> Any:
    return partial(visit, text=text())


def settings(page: Any) -> Any:
    return page.evaluate("animopt.settingsNow()")


def heads(page: Any) -> Any:
    """Return where the heads are now, in pixels of the contour panel."""
    return np.array(
        page.evaluate(
            "animopt.chosen.runs.map((run) => animopt.panels.contour.head(run, animopt.step))"
            ".map(({ x, y }) => [x, y])"
        )
    )


def slider(page: Any, name: str) -> Any:
    return page.locator("#varied label", has_text=name).locator("input")


def test_what_is_shown_equals_the_page_of_the_scene_at_that_value(told):
    whole = told(text())
    rates, starts, pairs = whole["varied"]
    assert [axis["name"] for axis in pairs["axes"]] == ["Momentum.lr", "Momentum.momentum"]
    columns, rows = (axis["values"] for axis in starts["axes"])
    other = told(page_at({}, start=(columns[2], rows[1])))
    for slot in range(3):
        assert_same(whole, starts["tracks"][str(slot)] + 2 * len(rows) + 1, other, slot)
    rate = rates["axes"][0]["values"][3]
    lr, momentum = (axis["values"][-1] for axis in pairs["axes"])
    rules = {
        "Adam": optimizers.Adam(lr=rate),
        "Momentum": optimizers.Momentum(lr=lr, momentum=momentum),
    }
    other = told(page_at(rules))
    assert_same(whole, rates["tracks"]["0"] + 3, other, 0)
    assert_same(whole, pairs["tracks"]["1"] + 6 * 4 - 1, other, 1)


def page_at(changed: dict[str, Any], **options: Any) -> str:
    own = {each.label: each for each in SCENE.optimizers}
    scene = SCENE.replace(optimizers=own | changed, **options)
    return render(scene, "html").decode()


def assert_same(whole: Any, run: int, other: Any, slot: int) -> None:
    """Assert that a run of a page, and its path, are those of a run of another."""
    mine, its = whole["runs"][run], other["runs"][slot]
    assert mine["slot"] == slot
    assert mine["settings"] == its["settings"]
    for name in ("points", "values"):
        np.testing.assert_array_equal(mine[name], its[name])
    assert mine["notes"] == its["notes"]
    assert str(whole["contour"]["paths"][run]) == str(other["contour"]["paths"][slot])
    colors = [theme["runs"] for theme in whole["themes"].values()]
    assert all(each[run] == each[slot] for each in colors)


def test_the_film_and_the_still_show_the_scene_s_own():
    simulation = simulate(SCENE)
    found = varied(simulation, SCENE.bounds, VARY, Progress())
    picture = compose(simulation, variations=found, chooses=True, spare=PageFormat.spare)
    plain = compose(simulation)
    assert len(picture.panels[0].paths) == 3 + 5 + 3 * 12 + 24
    for shown, own in zip(picture.alone.panels[:2], plain.panels[:2], strict=True):
        kind = "paths" if hasattr(own, "paths") else "curves"
        labels = [path.track.label for path in getattr(shown, kind)]
        assert labels == [path.track.label for path in getattr(own, kind)]
    assert picture.layout.panels[0] == plain.layout.panels[0]
    assert picture.layout.legend.lines == plain.layout.legend.lines
    np.testing.assert_array_equal(picture.panels[0].ground.levels, plain.panels[0].ground.levels)


def test_a_slider_changes_path_curve_loss_and_rank(visit):
    page = visit()
    page.evaluate("animopt.go(40)")
    before, ranks = heads(page), page.inner_text("#table")
    curve = "document.querySelectorAll('.chart canvas')[0].toDataURL()"
    drawn = page.evaluate(curve)
    assert page.locator("#varied .value").all_inner_texts()[:2] == ["0.05", "−1.2"]
    slider(page, "Adam.lr").focus()
    page.keyboard.press("End")
    assert settings(page) == {"Adam.lr": 1}
    assert page.evaluate("animopt.step") == 40  # the keys are the slider's
    after = heads(page)
    assert np.abs(after - before)[0].max() > 2
    np.testing.assert_array_equal(after[1:], before[1:])
    value = page.evaluate("animopt.data.runs[animopt.chosen.runs[0]].values[40]")
    assert page.locator("#legend .loss").first.inner_text() == f"{value:.4g}"
    assert page.inner_text("#table") != ranks
    assert page.evaluate(curve) != drawn
    page.click("#varied button")
    assert settings(page) == {}
    np.testing.assert_array_equal(heads(page), before)
    assert (page.inner_text("#table"), page.evaluate(curve)) == (ranks, drawn)


def test_the_table_ranks_what_is_seen(visit):
    page = visit()
    page.evaluate("animopt.go(40); animopt.pick(0, [4])")
    values = page.evaluate("animopt.chosen.runs.map((run) => animopt.data.runs[run].values[40])")
    order = [("Adam", "Momentum", "SGD")[i] for i in np.argsort(values)]
    assert page.locator("#table tbody td:nth-child(3)").all_inner_texts() == order


def test_one_choice_puts_others_of_the_same_run_back(visit):
    page = visit()
    page.evaluate("animopt.pick(0, [1]); animopt.pick(2, [1, 1])")
    assert set(settings(page)) == {"Adam.lr", "Momentum.lr", "Momentum.momentum"}
    page.evaluate("animopt.pick(1, [0, 0])")
    assert set(settings(page)) == {"start.x", "start.y"}
    page.evaluate("animopt.pick(0, [2])")
    assert set(settings(page)) == {"Adam.lr"}
    assert [run for run, _ in page.evaluate(SEEN)][1:] == [1, 2]


def test_the_start_is_dragged_over_a_grid(visit):
    page = visit()
    handle, panel = page.locator(".start"), page.locator('[data-panel="contour"]').bounding_box()
    at = "animopt.panels.contour.toX({}), animopt.panels.contour.toY({})"
    own = page.evaluate(f"[{at.format(-1.2, 2)}]")
    box = handle.bounding_box()
    middle = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    corner = np.array([panel["x"], panel["y"]])
    assert np.abs(middle - corner - own).max() < 2
    page.mouse.move(*middle)
    page.mouse.down()
    # Near the third column and the lowest row of 4 x 3.
    goal = corner + page.evaluate(f"[{at.format(0.4, -0.5)}]")
    page.mouse.move(*goal, steps=4)
    page.mouse.up()
    found = settings(page)
    assert found == pytest.approx({"start.x": 0.5, "start.y": -1 / 3})
    page.evaluate("animopt.go(0)")
    there = page.evaluate(f"[{at.format(found['start.x'], found['start.y'])}]")
    np.testing.assert_allclose(heads(page), [there] * 3, atol=0.01)
    handle.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert settings(page) == pytest.approx({"start.x": -0.5, "start.y": 1})
    assert page.evaluate("animopt.step") == 0


def test_moving_over_the_map_moves_the_path(visit):
    page = visit()
    page.evaluate("animopt.go(40)")
    box = page.locator(".map").bounding_box()
    x, y, wide, tall = page.evaluate("animopt.map.cell(4, 1)")
    before = heads(page)
    page.mouse.move(box["x"] + 1 + x + wide / 2, box["y"] + 1 + y + tall / 2)
    lr, momentum = np.geomspace(1e-4, 1e-2, 6)[4], np.linspace(0, 0.9, 4)[1]
    assert settings(page) == pytest.approx({"Momentum.lr": lr, "Momentum.momentum": momentum})
    assert np.abs(heads(page) - before)[1].max() > 1
    page.focus(".map")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    found = list(settings(page).values())
    assert found == pytest.approx([np.geomspace(1e-4, 1e-2, 6)[3], 0.6])
    assert "diverges" in page.evaluate("(animopt.pick(2, [5, 3]), animopt.map.element.ariaLabel)")
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    assert page.evaluate("animopt.map.cellAt(2, 2)") is None


def test_a_hidden_run_stays_hidden_whatever_is_chosen(visit):
    page = visit()
    page.locator("#legend button").first.click()
    page.evaluate("animopt.pick(0, [3])")
    assert [run for run, _ in page.evaluate(SEEN)] == [1, 2]
    page.locator("#legend button").first.click()
    (run, about), *_ = page.evaluate(SEEN)
    assert run > 2
    assert about.startswith("Adam(lr=0.316")


def test_the_numbers_that_are_saved_say_which_settings(visit):
    page = visit()
    page.evaluate("animopt.go(3); animopt.pick(0, [4])")
    page.click("#more summary")
    with page.expect_download() as found:
        page.click("#csv")
    rows = list(csv.DictReader(StringIO(found.value.path().read_text())))
    names = [row["run"] for row in rows[::4]]
    assert names[0].startswith("Adam(lr=1")
    assert names[1:] == ["Momentum", "SGD"]
    values = page.evaluate("animopt.data.runs[animopt.chosen.runs[0]].values.slice(0, 4)")
    assert [float(row["loss"]) for row in rows[:4]] == pytest.approx(values)


def test_a_tap_on_the_map_moves_the_path(visit):
    page = visit(390, 844, has_touch=True)
    x, y, wide, tall = page.evaluate("animopt.map.cell(0, 3)")
    page.tap(".map", position={"x": x + wide / 2, "y": y + tall / 2})
    assert settings(page) == pytest.approx({"Momentum.lr": 1e-4, "Momentum.momentum": 0.9})


def test_its_address_opens_it_so_and_messages_set_it(visit, site):
    page = visit()
    page.evaluate("location.hash = '#step=12&Adam.lr=0.1'")
    page.wait_for_function("animopt.step === 12")
    assert settings(page) == pytest.approx({"Adam.lr": 0.1})
    answer = page.evaluate(
        """(word) => new Promise((done) => {
          addEventListener("message", ({ data }) => data.animopt && done(data.animopt));
          window.postMessage(word, "*");
        })""",
        {"set": {"Momentum.lr": 0.009, "Momentum.momentum": 0.31}},
    )
    assert answer["set"] == pytest.approx(
        {"Adam.lr": 0.1, "Momentum.lr": 0.01, "Momentum.momentum": 0.3}
    )
    for nonsense in ({"set": {"Adam.lr": "x"}}, {"set": {"nobody": 1}}, {"set": None}):
        page.evaluate("(word) => window.postMessage(word, '*')", nonsense)
    page.wait_for_timeout(50)
    assert settings(page) == pytest.approx(answer["set"])
    page.evaluate("window.postMessage({ set: { 'Adam.lr': null } }, '*')")
    page.wait_for_function("!('Adam.lr' in animopt.settingsNow())")


def test_the_state_keeps_the_settings(visit):
    page = visit()
    page.evaluate("animopt.pick(0, [3]); animopt.pick(2, [2, 1])")
    kept, found = page.evaluate("animopt.state()"), settings(page)
    page.click("#varied button")
    page.evaluate("(kept) => animopt.restore(kept)", kept)
    assert settings(page) == found


@pytest.mark.parametrize(
    ("size", "scheme"),
    [((1280, 720), "light"), ((390, 844), "dark"), ((700, 420), "light")],
    ids=str,
)
def test_all_sliders_have_room_at_any_size(visit, size, scheme):
    page = visit(*size, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    labels = page.locator("#varied label")
    assert labels.count() == 5
    for part in ("input", ".name", ".value"):
        boxes = [each.bounding_box() for each in page.locator(f"#varied {part}").all()]
        assert all(box["width"] >= 20 and box["x"] + box["width"] <= size[0] for box in boxes)
    before = page.locator("#stage").bounding_box()
    for place in ([0], [4]):
        page.evaluate("(place) => animopt.pick(0, place)", place)
        assert page.locator("#stage").bounding_box() == before  # whatever numbers stand there


@pytest.mark.parametrize(("size", "scheme"), [((1280, 720), "light"), ((390, 844), "dark")])
def test_axe_finds_nothing(visit, size, scheme):
    page = visit(*size, color_scheme=scheme, bypass_csp=True)
    page.evaluate("animopt.pick(0, [2])")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:90]) for each in found] == []
    assert page.locator("output, [aria-live]").count() == 0  # nothing talks by itself


def test_on_paper_the_settings_stand_without_sliders(visit):
    page = visit()
    page.evaluate("animopt.pick(0, [4])")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#varied .value").first.inner_text() == "1"
    for part in ("#varied input", "#varied button", ".start"):
        assert not page.locator(part).first.is_visible()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1


def test_a_page_of_which_nothing_varies_has_no_sliders(visit):
    page = visit(text=render(SCENE, "html").decode())
    assert page.locator("#varied").is_hidden()
    assert page.evaluate("animopt.state().set") == {}


def test_a_run_and_step_takes_few_bytes():
    """20 rates of each of 7 optimizers for 1000 steps are to stay below 3 MB: 21 bytes each."""
    names = ("SGD", "Momentum", "Adam", "RMSprop", "Adagrad", "Nesterov", "AdamW")
    rules = {name: getattr(optimizers, name)(lr=0.001) for name in names}
    scene = Scene(surfaces.rosenbrock(), rules, start=(-1, 1.5), steps=150)
    sizes = [
        len(render(scene, "html", vary={"lr": np.geomspace(1e-4, 0.1, count)})) for count in (2, 5)
    ]
    assert (sizes[1] - sizes[0]) / (3 * len(names) * scene.steps) < 3e6 / (20 * 7 * 1000)
