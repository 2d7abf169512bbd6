"""A page beside its film, plot box to plot box: heads, the texts of ticks, and the counter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from animopt.picture import Picture
from animopt.picture.curves import Curves
from animopt.picture.picture import speed_badge
from animopt.picture.plane import Plane
from animopt.picture.reader import Camera
from animopt.picture.space.camera import Numbers, fit
from animopt.picture.space.relief import Relief
from animopt.picture.stage import pixels_of
from animopt.picture.ticks import Axis

# In pixels of a page; the picture's numbers and the page's are a thousandth of that apart.
NEAR = 2.0
# How much of a head's own pixel is painted; what the sheet hides is faint.
ON, HIDDEN = 200, 80

TOLD = """(step) => {
  animopt.go(step);
  const { contour, surface } = animopt.panels, [chart] = animopt.charts;
  const runs = animopt.data.runs.map((_, run) => run);
  // What is painted there; the arrow of a path that has left is beside its place.
  const on = (panel, head) => {
    const fine = panel.ctx.canvas.width / panel.width, at = (v) => Math.round(fine * v);
    return head.turn !== null ? 255 : panel.ctx.getImageData(at(head.x), at(head.y), 1, 1).data[3];
  };
  const told = (panel, which = runs) => which.map((run) => {
    const head = panel.head(run, step);
    return head && [head.x, head.y, on(panel, head)];
  });
  const seen = (name) => name in animopt.boxes && !animopt.boxes[name].hidden;
  return {
    counter: document.querySelector("#counter").textContent,
    contour: seen("contour") ? { heads: told(contour), box: contour.frame } : null,
    surface: seen("surface") ? {
      heads: told(surface), size: [surface.width, surface.height], room: surface.room,
      margin: surface.margin, numbers: surface.everyNumber(surface.ctx),
    } : null,
    // Curves that the film has not are left out where there is little room.
    chart: seen("chart 0") ? {
      heads: told(chart, [...chart.curves.keys()]), box: chart.frame } : null,
  };
}"""
# All that is written while everything is drawn anew, and where, by the part of the page.
WRITTEN = """() => {
  const { prototype } = CanvasRenderingContext2D, { fillText } = prototype, written = {};
  prototype.fillText = function (text, x, y, ...more) {
    (written[this.canvas.parentElement?.dataset.panel] ??= []).push([text, x, y]);
    return fillText.call(this, text, x, y, ...more);
  };
  animopt.layOut();
  prototype.fillText = fillText;
  return written;
}"""


def panel(picture: Picture, kind: type) -> Any:
    """Return the panel of a picture, or the one that its page has besides."""
    return next(each for each in (*picture.panels, *picture.spare) if isinstance(each, kind))


def faults(page: Any, picture: Picture, step: int) -> list[str]:
    """Return what is not on the page as the picture has it, in the panels that are seen."""
    told = page.evaluate(TOLD, step)
    badge = speed_badge(picture.speeds, step) if step < picture.steps else ""
    counter = f"{badge}step {step} / {picture.steps}"
    found = [] if told["counter"] == counter else [f"{told['counter']!r} is not {counter!r}"]
    for name, check in (("contour", _contour), ("surface", _surface), ("chart", _chart)):
        if told[name]:
            found += check(told[name], picture, step)
    return found


def _apart(name: str, places: Any, heads: Sequence[Any], least: float) -> Iterator[str]:
    for run, (place, head) in enumerate(zip(places, heads, strict=True)):
        away = np.hypot(*(np.array(head[:2]) - place))
        if not away < NEAR:
            yield f"head {run} of the {name} is {away:.1f} pixels away"
        if not head[2] > least:
            yield f"head {run} of the {name} is not painted"


def _contour(told: Any, picture: Picture, step: int) -> Iterator[str]:
    plane = panel(picture, Plane)
    left, top, width, height = told["box"]
    places = [path.heads.places[step] for path in plane.paths]
    box = left, top, left + width, top + height
    exact = pixels_of(np.array(places), plane.ground.window, box)
    yield from _apart("contour", _flipped(exact, top, top + height), told["heads"], ON)


def _chart(told: Any, picture: Picture, step: int) -> Iterator[str]:
    curves = panel(picture, Curves)
    _, top, _, bottom = box = told["box"]
    places = [curve.heads.places[step] for curve in curves.curves]
    exact = pixels_of(np.array(places), (curves.x.limits, (0.0, 1.0)), tuple(box))
    yield from _apart("curves", _flipped(exact, top, bottom), told["heads"], ON)


def _flipped(places: Any, top: float, bottom: float) -> Any:
    return np.array([0, top + bottom]) + places * [1, -1]


def _surface(told: Any, picture: Picture, step: int) -> Iterator[str]:
    relief = panel(picture, Relief)
    places = flown(relief, told, step, picture.shown)
    there = [path.last(step) >= 0 for path in relief.paths]
    if there != [head is not None for head in told["heads"]]:
        yield "other paths are there in space"
        return
    heads = [head for head in told["heads"] if head]
    yield from _apart("surface", places[there], heads, HIDDEN)


def flown(relief: Relief, told: Any, step: int, shown: tuple[int, ...]) -> Any:
    """Return the heads as the film's camera shows them in a page's box, from its upper left."""
    width, height = told["size"]
    given = relief.camera
    steps = [0] if relief.is_still else shown
    angles = [relief.angles_at(each) for each in steps]
    camera = fit(
        Camera(given.limits, given.aspect, given.parallel), tuple(told["room"]),
        (width, height), told["margin"], angles, Numbers(**told["numbers"]),
    )  # fmt: skip
    places = camera.view(*relief.angles_at(step)).pixels(
        np.array([path.heads()[step] for path in relief.paths])
    )
    return _flipped(places, 0, height)


def other_ticks(page: Any, picture: Picture) -> list[str]:
    """Return the axes whose numbers are those of none of their three densities."""
    told, written, found = page.evaluate(TOLD, 0), page.evaluate(WRITTEN), []
    if told["contour"]:
        plane, (left, top, _, height) = panel(picture, Plane), told["contour"]["box"]
        found += _others("x", plane.x, _row(written["contour"], 2, top + height + 7))
        found += _others("y", plane.y, _row(written["contour"], 1, left - 7))
    if told["chart"]:
        curves, (left, _, _, bottom) = panel(picture, Curves), told["chart"]["box"]
        found += _others("steps", curves.x, _row(written["chart 0"], 2, bottom + 8))
        beside = [each for each in written["chart 0"] if abs(each[1] - left + 6) < 0.01]
        known = [set(ticks.texts) for ticks in curves.y.ticks]
        if not any({text for text, *_ in beside} <= texts for texts in known):
            found.append(f"the numbers of the curves are {beside}, not of {known}")
        if np.any(np.abs(np.diff([y for *_, y in beside])) < 10.9):
            found.append(f"the numbers of the curves overlap: {beside}")
    if told["surface"]:
        found += _others_in_space(panel(picture, Relief), {each[0] for each in written["surface"]})
    return found


def _others_in_space(relief: Relief, written: set[str]) -> list[str]:
    """Beside an edge every second number may be left out, if there is no room."""
    besides = {relief.caption, *(axis.label for axis in relief.axes)}
    besides |= {path.track.label for path in relief.paths}
    if relief.bar:
        besides |= {relief.bar.axis.label, *relief.bar.axis.texts}
    for chosen in product(*(axis.ticks for axis in relief.axes)):
        if written - besides <= {text for ticks in chosen for text in ticks.texts}:
            return []
    return [f"the numbers in space are {sorted(written - besides)}"]


def _row(written: Any, axis: int, place: float) -> tuple[str, ...]:
    """Return what is written at one height (axis 2), or from one place on (axis 1)."""
    return tuple(each[0] for each in written if abs(each[axis] - place) < 0.01)


def _others(name: str, axis: Axis, shown: tuple[str, ...]) -> list[str]:
    known = [ticks.texts for ticks in axis.ticks]
    return [] if shown in known else [f"the numbers of {name} are {shown}, not of {known}"]
