"""In Chromium: the page shows every head where the picture has it, plot box to plot box."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from animopt.page import page as page_of
from animopt.picture.curves import Curves
from animopt.picture.plane import Plane
from animopt.picture.reader import Camera
from animopt.picture.space.camera import Numbers, fit
from animopt.picture.space.relief import Relief
from animopt.picture.stage import pixels_of
from animopt.scene import load_scenes

GALLERY = Path(__file__).parents[1] / "gallery"
SCENES = {
    f"{name}: {label}": scene
    for name in ("scenes", "depth")
    for label, scene in load_scenes(GALLERY / f"{name}.py").items()
}
# In pixels of a page; the picture's numbers and the page's are a thousandth of that apart.
NEAR = 2.0

TOLD = """(step) => {
  animopt.go(step);
  const { contour, surface } = animopt.panels, [chart] = animopt.charts;
  const runs = animopt.data.runs.map((_, run) => run);
  // What is painted there; the arrow of a path that has left is beside its place.
  const on = (panel, head) => (head.turn !== null ? 255 : panel.ctx.getImageData(
    Math.round(head.x), Math.round(head.y), 1, 1).data[3]);
  const told = (panel, which = runs) => which.map((run) => {
    const head = panel.head(run, step);
    return head && [head.x, head.y, on(panel, head)];
  });
  return {
    contour: told(contour), frame: contour.frame,
    surface: told(surface), size: [surface.width, surface.height],
    margin: surface.margin, numbers: surface.everyNumber(surface.ctx),
    chart: told(chart, [...chart.curves.keys()]), box: chart.frame,
  };
}"""


def panel(picture, kind):
    return next(each for each in (*picture.panels, *picture.spare) if isinstance(each, kind))


@pytest.mark.parametrize("name", SCENES)
def test_heads_are_where_the_picture_has_them(visit, composed, name):
    scene = SCENES[name]
    picture = composed(scene)
    plane, relief, curves = (panel(picture, kind) for kind in (Plane, Relief, Curves))
    page = visit(scene=scene)
    page.click('button[data-view="both"]')
    for step in (0, picture.steps // 3, picture.steps):
        told = page.evaluate(TOLD, step)
        left, top, width, height = told["frame"]
        for path, (x, y, paint) in zip(plane.paths, told["contour"], strict=True):
            box = left, top, left + width, top + height
            u, v = pixels_of(path.heads.places[step], plane.ground.window, box)
            assert np.hypot(x - u, y - (2 * top + height - v)) < NEAR
            assert paint > 200
        places = flown(relief, told, step, picture.shown)
        for path, place, head in zip(relief.paths, places, told["surface"], strict=True):
            assert (head is None) == (path.last(step) < 0)
            if head:
                assert np.hypot(*(np.array(head[:2]) - place)) < NEAR
                assert head[2] > 80  # what the sheet hides is faint
        left, top, right, bottom = told["box"]
        for curve, (x, y, paint) in zip(curves.curves, told["chart"], strict=True):
            limits = curves.x.limits, (0.0, 1.0)
            u, v = pixels_of(curve.heads.places[step], limits, (left, top, right, bottom))
            assert np.hypot(x - u, y - (top + bottom - v)) < NEAR
            assert paint > 200


def flown(relief: Relief, told: dict, step: int, shown: tuple[int, ...]) -> np.ndarray:
    """Return the heads as the film's camera shows them in a page's box, from its upper left."""
    width, height = told["size"]
    given = relief.camera
    steps = [0] if relief.is_still else shown
    angles = [relief.angles_at(each) for each in steps]
    camera = fit(
        Camera(given.limits, given.aspect, given.parallel), (0.0, 0.0, width, height),
        (width, height), told["margin"], angles, Numbers(**told["numbers"]),
    )  # fmt: skip
    places = camera.view(*relief.angles_at(step)).pixels(
        np.array([path.heads()[step] for path in relief.paths])
    )
    return np.array([0, height]) + places * [1, -1]


UNPACKED = """JSON.parse(JSON.stringify(animopt.data, (_, value) => (
  ArrayBuffer.isView(value) ? { numbers: [...value] } : value)))"""


def test_the_browser_unpacks_what_was_packed(visit, composed, told):
    scene = SCENES["scenes: ensemble"]
    page = visit(scene=scene)
    assert compared(page.evaluate(UNPACKED), told(page_of(composed(scene)))) > 100


def compared(found, exact) -> int:
    """Compare what a browser has with what it was sent, and return the number of arrays."""
    if isinstance(exact, np.ndarray):
        columns = [found] if exact.ndim == 1 else found
        numbers = np.array([column["numbers"] for column in columns], float)
        np.testing.assert_allclose(numbers, exact.T.reshape(numbers.shape), rtol=1e-12)
        return 1
    if isinstance(exact, dict):
        return sum(compared(found[key], each) for key, each in exact.items())
    if isinstance(exact, list):
        return sum(map(compared, found, exact))
    assert found == exact
    return 0
