"""What a scene asks for is drawn on its page: guides, marks, tails, basins, forces, markers."""

from __future__ import annotations

import numpy as np
import pytest

from animopt import Scene, optimizers, simulate, surfaces
from animopt.animate.artists import MARKERS
from animopt.animate.theme import THEMES

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
def test_a_tail_shows_the_last_steps_only(show, panel, painted):
    whole, tail = show(), show(trail=5)
    for page in (whole, tail):
        page.evaluate("go(50)")
    assert 0 < painted(tail, ADAM, panel) < 0.7 * painted(whole, ADAM, panel)
    assert whole.evaluate(OPACITY, [panel, 3]) > 200
    assert tail.evaluate(OPACITY, [panel, 3]) == 0


@pytest.mark.parametrize("panel", ["contour", "surface"])
def test_a_path_fades_with_age(show, panel, painted):
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


def test_forces_are_arrows_that_point_where_they_act(show, painted):
    page = show(forces=["gradient"])
    page.evaluate("go(3)")
    points = simulate(SHOWN)["adam"].points[3]
    u, v = -SHOWN.surface.gradient(points)
    told = page.evaluate("panels.contour.acting[0].vector(data.runs[0], 3)")
    aspect = page.evaluate("(toX => toX(1) - toX(0))(panels.contour.toX)")
    np.testing.assert_allclose(told, [u * aspect, -v * aspect], rtol=0.02)
    assert painted(page, THEMES["light"].ink) > 20
    assert painted(show(), THEMES["light"].ink) == 0


def test_a_momentum_is_an_arrow_in_the_colour_of_its_path(show, painted):
    plain, pushed = show(), show(forces=["momentum"])
    for page in (plain, pushed):
        page.evaluate("go(25)")
    color = THEMES["light"].cycle[1]
    assert painted(pushed, color) > painted(plain, color) + 20
    assert pushed.locator("#legend p", has_text="momentum").is_visible()


def test_every_marker_of_the_animation_has_its_shape(show):
    known = show().evaluate("Object.keys(SHAPES)")
    assert set(known) >= set(MARKERS)


@pytest.mark.parametrize("lr", [1.05, 2.0])
def test_a_run_that_grows_without_bound_stays_on_its_line(visit, lr):
    scene = Scene(surfaces.bowl(), [optimizers.SGD(lr=lr)], (3, 2), 60, view="both")
    page = visit(scene=scene)
    for panel in ("contour", "surface"):
        x, y = (
            np.array(page.evaluate(f"[...panels.{panel}.walks[0].{axis}]"), float) for axis in "xy"
        )
        known = np.isfinite(x)
        assert known.sum() > 10
        np.testing.assert_allclose(y[known], 2 / 3 * x[known], atol=5e-3)
    place = page.evaluate("panels.contour.place(data.runs[0], 60)")
    assert place["turn"] is not None


DOTS = """([panel, step]) => {
  const { starts } = data.runs[0], { ctx } = panels[panel], stride = 2 * (data.steps + 1);
  const opacity = ([x, y]) => ctx.getImageData(Math.round(x), Math.round(y), 1, 1).data[3];
  const found = [];
  for (let i = 2 * step; i < starts.length; i += stride) {
    const place = panels[panel].spot(starts[i], starts[i + 1]);
    found.push(Number.isNaN(place[0]) ? null : opacity(place));
  }
  return found;
}"""


def test_every_start_of_an_ensemble_is_a_dot(show):
    page = show(start=[(-3, -3), (3, 3), (-3, 4), (4, -3), (90, 90)], basins=None)
    page.fill("#scrub", "2")
    *dots, outside = page.evaluate(DOTS, ["contour", 2])
    assert all(opacity > 50 for opacity in (*dots, outside))
    *dots, outside = page.evaluate(DOTS, ["surface", 2])
    assert outside is None
    assert sum(opacity is not None and opacity > 50 for opacity in dots) >= 2
