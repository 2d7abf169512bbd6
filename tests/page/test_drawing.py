"""What a scene asks for is drawn on its page: guides, marks, tails, basins, forces, markers."""

from __future__ import annotations

import numpy as np
import pytest

from animopt import Keyframes, Run, Scene, Space, optimizers, planes, simulate, surfaces
from animopt.picture.theme import THEMES

SHEET = """document.querySelector('[data-panel="surface"] canvas').toDataURL()"""


def test_guides_and_minima_stand_on_the_sheet_too(visit):
    bowl = Scene(
        surfaces.bowl(), [optimizers.SGD(lr=0.1)], (1, 1), 3,
        view="surface", minima=False, elev=60, azim=-60,
    )  # fmt: skip
    guide = [[(-1, 0), (0, 1), (1, 0)]]
    scenes = (bowl, bowl.replace(guides=guide), bowl.replace(minima=True))
    assert len({visit(scene=scene).evaluate(SHEET) for scene in scenes}) == 3


GROUND = """() => {
  const [left, top, width, height] = animopt.panels.contour.frame;
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
  const { x, y } = animopt.panels[name].head(0, step), { ctx } = animopt.panels[name];
  return ctx.getImageData(Math.round(x), Math.round(y), 1, 1).data[3];
}"""


@pytest.fixture
def show(visit):
    """Open the page of a scene like the one above."""
    return lambda **changes: visit(scene=SHOWN.replace(**changes))


@pytest.mark.parametrize("panel", ["contour", "surface"])
def test_a_tail_shows_the_last_steps_only(show, panel, painted):
    whole, tail = show(), show(trail=5)
    for page in (whole, tail):
        page.evaluate("animopt.go(50)")
    assert 0 < painted(tail, ADAM, panel) < 0.7 * painted(whole, ADAM, panel)
    assert whole.evaluate(OPACITY, [panel, 3]) > 200
    assert tail.evaluate(OPACITY, [panel, 3]) == 0


@pytest.mark.parametrize("panel", ["contour", "surface"])
def test_a_path_fades_with_age(show, panel, painted):
    whole, fading = show(), show(fade=True)
    for page in (whole, fading):
        page.evaluate("animopt.go(50)")
    assert 0 < painted(fading, ADAM, panel) < 0.7 * painted(whole, ADAM, panel)
    # A mark or another path may lie on one of the places.
    old = np.median([fading.evaluate(OPACITY, [panel, step]) for step in range(6, 12)])
    assert 0 < old < 0.6 * fading.evaluate(OPACITY, [panel, 40])


AROUND = """([k, far]) => {
  const panel = animopt.panels.contour, { x, y } = panel.head(0, k), { aura } = panel.told.paths[0];
  const fine = Math.min(window.devicePixelRatio || 1, 3), [across, up] = panel.unit;
  const r = far * aura.radii[k];
  return aura.outline.map(([u, v]) => [x + r * u * across, y - r * v * up]).map((at) =>
    panel.ctx.getImageData(...at.map((each) => Math.round(fine * each)), 1, 1).data[3]);
}"""


def test_a_halo_is_as_wide_as_the_run_is_far_from_the_plane(visit):
    fall = np.exp(-np.linspace(0, 4, 30))[:, None]
    walk = 0.5 * np.random.default_rng(0).normal(size=(30, 5))
    run = Run(fall * [4, 3, 2, 0, 1] + walk, np.ones(30), label="run")
    plane = planes.pca(run)
    page = visit(scene=Scene(plane, [run]))
    page.evaluate("animopt.go(12)")
    inside, rim, outside = (
        # The path itself crosses them somewhere.
        np.median(page.evaluate(AROUND, [12, far]))
        for far in (0.7, 1.0, 1.3)
    )
    assert rim > inside > outside == 0


def test_only_what_is_drawn_of_a_tail_can_be_pointed_at(show):
    page = show(trail=5)
    page.evaluate("animopt.go(50)")
    tell = """(k) => {
      const panel = animopt.panels.contour, { x, y } = panel.head(0, k);
      return panel.nearest(x, y, 50, animopt.chosen)?.step;
    }"""
    assert page.evaluate(tell, 48) == 48
    assert page.evaluate(tell, 2) is None


def test_basins_tint_the_ground(show):
    settings = [{"basins": label, "size": (900, 480)} for label in (None, "adam")]
    plain, tinted = (np.array(show(**each).evaluate(GROUND)) for each in settings)
    assert np.mean(plain != tinted) > 0.7


def test_forces_are_arrows_that_point_where_they_act(show, painted):
    page = show(forces=["gradient"])
    page.evaluate("animopt.go(3)")
    points = simulate(SHOWN)["adam"].points[3]
    u, v = -SHOWN.surface.gradient(points)
    ways = page.evaluate(
        "animopt.panels.contour.told.paths[0].forces.gradient.ways.map((way) => way[3])"
    )
    np.testing.assert_allclose(np.divide(*ways), u / v, rtol=1e-5)
    assert np.dot(ways, [u, v]) > 0
    assert painted(page, THEMES["light"].ink) > 20
    assert painted(show(), THEMES["light"].ink) == 0


def test_a_momentum_is_an_arrow_in_the_colour_of_its_path(show, painted):
    plain, pushed = show(), show(forces=["momentum"])
    for page in (plain, pushed):
        page.evaluate("animopt.go(25)")
    color = THEMES["light"].cycle[1]
    assert painted(pushed, color) > painted(plain, color) + 20
    assert pushed.locator("#legend p", has_text="momentum").is_visible()


@pytest.mark.parametrize("lr", [1.05, 2.0])
def test_a_run_that_grows_without_bound_stays_on_its_line(visit, lr):
    scene = Scene(surfaces.bowl(), [optimizers.SGD(lr=lr)], (3, 2), 60, view="both")
    page = visit(scene=scene)
    for drawn in ("contour.line(0)", "surface.told.paths[0]"):
        where = "({ x, y, samples: [u, v] = [x, y] }) => [[...u], [...v]]"
        x, y = np.array(page.evaluate(f"({where})(animopt.panels.{drawn})"), float)
        known = np.isfinite(x)
        assert known.sum() > 10
        np.testing.assert_allclose(y[known], 2 / 3 * x[known], atol=5e-3)
    place = page.evaluate("animopt.panels.contour.head(0, 60)")
    assert place["turn"] is not None


DOTS = """([name, step]) => {
  const panel = animopt.panels[name];
  const opacity = ([x, y]) => panel.ctx.getImageData(Math.round(x), Math.round(y), 1, 1).data[3];
  const spots = panel.spots(panel.crowd(0), step);
  return spots.map((spot) => (Number.isNaN(spot[0]) ? null : opacity(spot)));
}"""


def test_every_start_of_an_ensemble_is_a_dot(show):
    page = show(start=[(-3, -3), (3, 3), (-3, 4), (4, -3), (90, 90)], basins=None)
    page.fill("#scrub", "2")
    *dots, outside = page.evaluate(DOTS, ["contour", 2])
    assert all(opacity > 50 for opacity in (*dots, outside))
    *dots, outside = page.evaluate(DOTS, ["surface", 2])
    assert outside is None
    assert sum(opacity is not None and opacity > 50 for opacity in dots) >= 2


def test_the_camera_is_the_films_until_the_reader_takes_it(show):
    page = show(space=Space(camera=Keyframes([(0, 30, -60), (1, 60, 0)])))
    seen = []
    for step in (0, 30, 60):
        page.fill("#scrub", str(step))
        seen.append((page.evaluate("animopt.panels.surface.angles"), page.evaluate(SHEET)))
    assert [angles for angles, _ in seen] == [[30, -60], [45, -30], [60, 0]]
    assert len({sheet for _, sheet in seen}) == 3
    box = page.locator('[data-panel="surface"]').bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 25, y - 25)
    page.mouse.up()
    page.fill("#scrub", "0")
    assert page.evaluate("animopt.panels.surface.angles") == [50, -10]
    page.dblclick('[data-panel="surface"]')
    assert page.evaluate("animopt.panels.surface.angles") == [30, -60]


@pytest.mark.parametrize(
    "change",
    [
        {"log": True},
        {"projection": "ortho"},
        {"alpha": 0.5},
        {"wireframe": True},
        {"contours": "both"},
        {"contours": "none"},
    ],
    ids=str,
)
def test_the_surface_is_shown_as_the_scene_says(show, change):
    assert show().evaluate(SHEET) != show(space=Space(**change)).evaluate(SHEET)


@pytest.mark.parametrize(
    ("change", "elev"),
    [({"shadow": True}, 8), ({"drops": True}, -8), ({"hidden": "none"}, 8)],
    ids=str,
)
def test_paths_are_shown_in_space_as_the_scene_says(show, change, elev):
    pages = [show(elev=elev, azim=200, space=Space(**each)) for each in ({}, change)]
    moving = """document.querySelectorAll('[data-panel="surface"] canvas')[1].toDataURL()"""
    for page in pages:
        page.fill("#scrub", "40")
    plain, changed = (page.evaluate(moving) for page in pages)
    assert plain != changed


def test_curves_and_the_table_follow_the_step(show):
    page = show(panels=("contour", "loss", "gradient", "table"))
    assert page.locator("#stage .chart").count() == 2
    rows = page.locator("#table tbody tr")
    told = []
    for step in (5, 60):
        page.fill("#scrub", str(step))
        told.append([row.split() for row in rows.all_inner_texts()])
        losses = {run.label: run.values[step] for run in simulate(SHOWN)}
        assert [row[1] for row in told[-1]] == sorted(losses, key=losses.get)
        assert [row[0] for row in told[-1]] == ["1", "2"]
    assert told[0] != told[1]
    assert page.locator("#table").is_visible()
    assert show().locator("#table").count() == 0
