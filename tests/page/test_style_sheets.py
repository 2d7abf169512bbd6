"""Style sheets on a page: each key changes what it names and nothing else, in pixels."""

from __future__ import annotations

from typing import Any

import pytest

from animopt import Scene, optimizers, surfaces
from animopt.page import page
from animopt.picture.theme import THEMES

SCENE = Scene(
    surfaces.bowl(), {"a": optimizers.SGD(lr=0.05)}, (-4, 0), 20,
    minima=False, title="HHH", view="both", elev=60, azim=-90, notes={0: "HHH"}, axes=("", "y"),
)  # fmt: skip
POINT, FINE = 96 / 72, 3
# Half of the edge of a head, on each side, covers its colour.
EDGE = 1.5
# In the pixels of the screen: how wide a path is and how high a head, across a line that both are
# on; how high the numbers below a plot are, and how much ink they have; the sizes of the other
# texts; and some colours.
MEASURES = """(color) => {
  const read = (name, layer, box) => {
    const canvas = document.querySelectorAll(`[data-panel="${name}"] canvas`)[layer];
    const [x, y, wide, tall] = box.map((each) => Math.round(3 * each));
    return { ...canvas.getContext("2d").getImageData(x, y, wide, tall), wide, tall };
  };
  const near = (bytes, at, wanted, off) => bytes[at + 3] > 250 &&
    wanted.every((part, n) => Math.abs(bytes[at + n] - part) < off);
  const rows = (found, wanted, off) => {
    let low = Infinity, high = -1, ink = 0;
    for (let i = 0; i < found.data.length; i += 4) {
      if (!near(found.data, i, wanted, off)) continue;
      const row = Math.floor(i / 4 / found.wide);
      [low, high, ink] = [Math.min(low, row), Math.max(high, row), ink + 1];
    }
    return [Math.max(high - low + 1, 0), ink];
  };
  const { contour, surface } = animopt.panels, { x, y } = contour.head(0, 20);
  const start = contour.head(0, 0);
  const there = surface.head(0, 20), [left, top, wide, tall] = contour.frame;
  const of = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const ink = of(contour.theme.ink), below = read("contour", 0, [left, top + tall + 4, wide, 40]);
  const style = (selector) => getComputedStyle(document.querySelector(selector));
  return {
    line: rows(read("contour", 1, [x - 60, y - 30, 1, 60]), of(color), 3)[0],
    "line in space": rows(read("surface", 1, [there.x - 40, there.y - 30, 1, 60]), of(color), 3)[0],
    head: rows(read("contour", 1, [x - 1, y - 40, 2, 80]), of(color), 3)[0],
    "head in space": rows(read("surface", 1, [there.x - 1, there.y - 40, 2, 80]), of(color), 3)[0],
    start: rows(read("contour", 1, [start.x - 1, start.y - 40, 2, 80]), of(color), 3)[0],
    text: rows(below, ink, 90)[0],
    letters: rows(below, ink, 90)[1],
    title: parseFloat(style("h1").fontSize),
    note: parseFloat(style("#note").fontSize),
    legend: parseFloat(style("#legend .name").fontSize),
    controls: parseFloat(style("#speed").fontSize),
    fonts: style("h1").fontFamily,
    path: contour.theme.runs[0],
    ground: contour.theme.fills.join(),
    paper: style("body").getPropertyValue("--paper"),
  };
}"""


@pytest.fixture
def measured(visit, tmp_path):
    known: dict[tuple[str, ...], dict[str, Any]] = USUAL

    def measured(*lines: str) -> dict[str, Any]:
        if lines not in known:
            path = tmp_path / "mine.mplstyle"
            path.write_text("\n".join(lines))
            scene = SCENE.replace(style=path if lines else None)
            shown = visit(scene=scene, device_scale_factor=FINE)
            shown.evaluate("animopt.go(20)")
            color = shown.evaluate("animopt.panels.contour.theme.runs[0]")
            known[lines] = shown.evaluate(MEASURES, color)
        return known[lines]

    return measured


USUAL: dict[tuple[str, ...], dict[str, Any]] = {}


def test_the_measures_are_right(measured):
    found = measured()
    assert found["line"] == pytest.approx(2.4 * FINE, abs=1.5)
    assert found["line in space"] == pytest.approx(2.2 * FINE, abs=1.5)
    for name in ("head", "head in space"):
        assert found[name] == pytest.approx((10 - EDGE) * FINE, abs=2)
    assert found["text"] == pytest.approx(0.73 * 11 * FINE, abs=2)
    assert [found[n] for n in ("title", "note", "legend", "controls")] == [19, 14, 14, 14]
    assert found["path"] == THEMES["light"].cycle[0]


TEXTS = {"text", "title", "note", "legend"}
LINES, HEADS = {"line", "line in space"}, {"head", "head in space"}


@pytest.mark.parametrize(
    ("line", "names", "times"),
    [
        ("lines.linewidth: 6", LINES, 6 * POINT * FINE),
        ("lines.linewidth: 1", LINES, 1 * POINT * FINE),
        ("lines.markersize: 16", HEADS | {"start"}, (16 * POINT - EDGE) * FINE),
        ("font.size: 18", TEXTS | {"letters"}, None),
        ("image.cmap: inferno", {"ground"}, None),
        ("axes.prop_cycle: cycler('color', ['c00000'])", {"path"}, "#c00000"),
        ("font.family: DejaVu Serif", {"fonts", "letters", "text"}, None),
    ],
)
def test_each_key_changes_just_what_it_names(line, names, times, measured):
    before, after = measured(), measured(line)
    for name in names:
        if name == "start":
            assert after[name] > 1.5 * before[name] > 0
        elif isinstance(times, float):
            assert after[name] == pytest.approx(times, abs=2.5)
        elif isinstance(times, str):
            assert after[name] == times
        elif name in TEXTS and "font.size" in line:
            assert after[name] == pytest.approx(2 * before[name], abs=2)
        elif name != "text":
            assert after[name] != before[name]
    for name in before.keys() - names:
        if isinstance(before[name], str):
            assert after[name] == before[name]
        else:
            assert abs(after[name] - before[name]) <= 2, name


@pytest.mark.parametrize(
    ("line", "families"),
    [
        ("", []),
        ("font.family: DejaVu Sans", ["DejaVu Sans"]),
        ("font.family: serif", ["serif"]),
        ("font.family: serif\nfont.serif: Nowhere, DejaVu Serif", ["DejaVu Serif", "serif"]),
        ("font.family: Nowhere", ["Nowhere"]),  # the reader may have it
    ],
)
def test_a_page_names_the_fonts_of_the_sheet(line, families, composed, tmp_path, told):
    path = tmp_path / "mine.mplstyle"
    path.write_text(line)
    assert told(page(composed(SCENE.replace(style=path))))["fonts"] == families


def test_a_page_on_paper_has_the_strokes_of_a_window(composed, told):
    usual, paper = (told(page(composed(SCENE.replace(size=s))))["sizes"] for s in (None, "6in"))
    assert usual == paper


def test_a_dark_face_is_dark_for_every_reader(composed, told):
    themes = told(page(composed(SCENE.replace(style="dark_background"))))["themes"]
    assert themes["light"] == themes["dark"]
    assert themes["light"]["scheme"] == "dark"
    assert themes["light"]["paper"] == "#000000"
    assert themes["light"]["runs"] == ["#8dd3c7"]
