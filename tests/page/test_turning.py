"""Turning the surface by hand: dragging, zooming, keys; quick as long as it moves, then in full."""

from __future__ import annotations

from typing import Any

import pytest

from animopt import Scene, optimizers, surfaces
from animopt.scene import Orbit, Space

SCENE = Scene(
    surfaces.himmelblau(),
    {"adam": optimizers.Adam(lr=0.1), "sgd": optimizers.SGD(lr=0.01)},
    start=(-0.5, -0.5),
    steps=60,
    view="both",
    elev=40,
    azim=-60,
)
ANGLES, CLOSER = "animopt.panels.surface.angles", "animopt.panels.surface.closer"
PANEL = '[data-panel="surface"]'
REST = "() => new Promise((done) => setTimeout(done, 300))"
# Fingers: what a browser makes of touches, and whether it would scroll is not asked.
SEND = """([kind, path]) => {
  const element = document.querySelector('[data-panel="surface"]');
  element.setPointerCapture = () => {};
  const send = (type, id, [x, y]) => element.dispatchEvent(new PointerEvent(type, {
    pointerId: id, pointerType: kind, clientX: x, clientY: y, bubbles: true }));
  const { left, top } = element.getBoundingClientRect();
  for (const [type, id, x, y] of path) send(type, id, [left + x, top + y]);
}"""
INK = """() => {
  const { still, moving } = animopt.panels.surface;
  return [still, moving].map((c) => c.toDataURL());
}"""


@pytest.fixture
def visit(visit: Any) -> Any:
    """Open the page of the scene above, or of another, at a step at which paths are hidden."""

    def opened(*size: int, scene: Scene = SCENE, **options: Any) -> Any:
        page = visit(*size, scene=scene, **options)
        page.evaluate("animopt.go(60)")
        return page

    return opened


def middle(page: Any) -> tuple[float, float]:
    box = page.locator(PANEL).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_while_it_is_dragged_it_has_less_detail_and_then_all_of_it(visit):
    page, there = visit(), visit()
    drag = [("pointerdown", 1, 200, 200), ("pointermove", 1, 240, 200)]
    quick = page.evaluate(
        f"""(drag) => {{
          ({SEND})(drag);
          animopt.panels.surface.draw(animopt.step, animopt.chosen);
          return [animopt.panels.surface.quick, ({INK})()];
        }}""",
        ["mouse", drag],
    )
    page.evaluate(SEND, ["mouse", [("pointerup", 1, 240, 200)]])
    assert (quick[0], page.evaluate("animopt.panels.surface.quick")) == (True, False)
    there.evaluate("animopt.restore({ camera: [40, -76] })")
    assert page.evaluate(ANGLES) == [40, -76]
    assert page.evaluate(INK) == there.evaluate(INK) != quick[1]


def test_a_hand_that_rests_sees_all_of_it(visit):
    page = visit()
    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y)
    page.evaluate(REST)
    assert not page.evaluate("animopt.panels.surface.quick")


def test_the_wheel_zooms_where_there_is_nothing_to_scroll(visit):
    page = visit()
    page.mouse.move(*middle(page))
    page.mouse.wheel(0, -200)
    page.evaluate(REST)
    assert 1.2 < page.evaluate(CLOSER) < 1.6
    page.mouse.wheel(0, 10_000)
    page.evaluate(REST)
    assert page.evaluate(CLOSER) == 0.5
    page.dblclick(PANEL)
    assert (page.evaluate(CLOSER), page.evaluate(ANGLES)) == (1, [40, -60])


def test_in_a_page_that_scrolls_the_wheel_scrolls_until_the_surface_is_chosen(visit):
    page = visit(390, 700)
    page.mouse.move(*middle(page))
    page.mouse.wheel(0, 100)
    page.evaluate(REST)
    assert page.evaluate(CLOSER) == 1
    assert page.evaluate("scrollY") > 50
    page.focus(PANEL)
    page.mouse.move(*middle(page))
    page.mouse.wheel(0, -100)
    page.evaluate(REST)
    assert page.evaluate(CLOSER) > 1


def test_keys_turn_zoom_and_reset_it_and_leave_the_step_alone(visit):
    page = visit()
    page.focus(PANEL)
    for key in ("ArrowLeft", "ArrowDown", "Shift+ArrowRight"):
        page.keyboard.press(key)
    page.evaluate(REST)
    assert page.evaluate(ANGLES) == [43, -72]
    page.keyboard.press("+")
    assert page.evaluate(CLOSER) == pytest.approx(1.15)
    page.keyboard.press("0")
    assert (page.evaluate(ANGLES), page.evaluate(CLOSER)) == ([40, -60], 1)
    assert page.evaluate("animopt.step") == 60
    page.click("#more summary")
    page.evaluate("animopt.restore({ camera: [10, 10] })")
    page.click("#reset")
    assert page.evaluate(ANGLES) == [40, -60]


@pytest.mark.parametrize(
    ("path", "angles", "closer"),
    [
        ([("move", 1, 200, 240), ("move", 1, 200, 300)], [40, -60], 1),
        ([("move", 1, 240, 202), ("move", 1, 250, 225)], [50, -80], 1),
        ([("down", 2, 200, 300), ("move", 2, 200, 400)], [40, -60], 2),
    ],
    ids=["up and down scrolls", "sideways turns", "two fingers zoom"],
)
def test_a_finger(visit, path, angles, closer):
    page = visit(has_touch=True)
    whole = [(f"pointer{kind}", *rest) for kind, *rest in [("down", 1, 200, 200), *path]]
    page.evaluate(SEND, ["touch", whole])
    page.evaluate(REST)
    assert page.evaluate(ANGLES) == angles
    assert page.evaluate(CLOSER) == pytest.approx(closer)
    assert page.locator(PANEL).evaluate("(e) => getComputedStyle(e).touchAction") == "pan-y"


def test_a_camera_that_moves_has_all_detail_when_it_stops(visit):
    scene = SCENE.replace(space=Space(camera=Orbit(1)))
    page = visit(scene=scene)
    still = page.evaluate(INK)
    page.evaluate("animopt.go(20)")
    page.evaluate("animopt.play(true)")
    assert page.evaluate("animopt.panels.surface.hurries")
    page.evaluate("animopt.play(false)")
    page.evaluate("animopt.go(60)")
    assert page.evaluate(INK) == still


# A plane that is cut: what is left of its triangles is drawn in any detail.
def test_a_hurried_sheet_covers_what_the_whole_one_does(visit):
    page = visit(scene=SCENE.replace(zlim=(0, 150)))
    covered = """(stride) => {
      const P = animopt.panels.surface, { canvas } = P.sheet;
      const ctx = document.createElement("canvas").getContext("2d");
      P.sheet.draw(ctx, P.view, P.width, P.height, stride);
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let some = 0;
      for (let i = 3; i < data.length; i += 4) some += data[i] > 0;
      return some / canvas.width / canvas.height;
    }"""
    whole, hurried = (page.evaluate(covered, stride) for stride in (1, 3))
    assert whole > 0.1
    assert hurried == pytest.approx(whole, rel=0.02)
