"""The page as a file: it holds all that is to be seen, is small, and asks nobody for anything."""

from __future__ import annotations

import base64
import re
from html import unescape
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor

from animopt import Scene, Surface, Timeline, optimizers, simulate, surfaces
from animopt.animate import Film
from animopt.export import FORMATS, Info, Settings, info
from animopt.page import PageFormat, page
from animopt.page.data import unseen
from animopt.picture import compose
from animopt.picture.curves import LossPanel
from animopt.picture.theme import THEMES
from animopt.scene import load_scenes

SCENE = Scene(
    surfaces.rosenbrock(),
    {"sgd": optimizers.SGD(lr=0.001), "wild": optimizers.SGD(lr=1.0)},
    start=(-1, 1.5),
    steps=40,
)
SCENES = Path(__file__).parents[2] / "scenes"


@pytest.fixture
def page_of(composed):
    return lambda scene, **options: page(composed(scene), **options)


@pytest.fixture
def tells(page_of, told):
    """What the page of a scene draws from."""
    return lambda scene: told(page_of(scene))


def test_ring_is_under_350_kB(composed):
    picture = composed(load_scenes(SCENES / "ring.py")["scene"])
    assert len(FORMATS["html"].encode(picture, Settings())) < 350_000


def test_its_scripts_are_short_and_only_one_of_them_writes_numbers():
    scripts = [path for path in files("animopt.page").iterdir() if path.name.endswith(".js")]
    assert len(scripts) > 5
    for path in scripts:
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 400
        if path.name != "reader.js":
            assert re.findall("toFixed|toPrecision|toExponential|log10", text) == []


@pytest.mark.parametrize("path", sorted(SCENES.glob("*.py")), ids=lambda path: path.stem)
def test_every_scene_has_a_page_that_names_no_address(path, page_of):
    for scene in load_scenes(path).values():
        text = page_of(scene)
        assert "default-src 'none'" in text
        assert "connect-src 'none'" in text
        text = re.sub('id="data">.*?</script>', "", text)  # base64 has slashes
        assert re.findall("[\"'(:]//|https?:|@import|url\\(", text) == []


def test_it_holds_every_point_and_loss(tells):
    runs = tells(SCENE)["runs"]
    with np.errstate(over="ignore"):
        for run, trajectory in zip(runs, simulate(SCENE), strict=True):
            assert np.array_equal(run["points"], trajectory.points.astype("f4"), equal_nan=True)
            assert np.array_equal(run["values"], trajectory.values.astype("f4"), equal_nan=True)
    gone = simulate(SCENE)["wild"].ending.step
    assert [run["notes"] for run in runs] == [
        [[0, ""]],
        [[0, ""], [gone, f"diverged at step {gone}"]],
    ]


def test_an_ensemble_has_the_path_of_the_medians_and_every_start(composed, tells):
    scene = SCENE.replace(start=[(-1, 1.5), (0, 1), (1, 0)])
    data, groups = tells(scene), composed(scene).groups
    low, high = np.array(data["contour"]["bounds"]).T
    with np.errstate(over="ignore", invalid="ignore"):
        for run, path, group in zip(data["runs"], data["contour"]["paths"], groups, strict=True):
            median = group.track.points.astype("f4")
            assert np.array_equal(run["points"], median, equal_nan=True)
            for dots, track in zip(path["crowd"], group.tracks, strict=True):
                inside = ((track.points >= low) & (track.points <= high)).all(axis=1)
                np.testing.assert_allclose(dots[inside], track.points[inside], atol=1e-4)
                beyond = ~((dots >= low) & (dots <= high)).all(axis=1)
                assert np.array_equal(beyond, ~inside)
                assert np.array_equal(np.isnan(dots), ~np.isfinite(track.points))
    ends = [trajectory.endings for trajectory in simulate(scene)]
    lost = sum(ending.kind == "diverged" for ending in ends[1])
    assert lost > 0
    assert data["runs"][1]["notes"][-1][1] == f"0% arrived, {lost / 3:.0%} diverged"


def test_the_clock_is_the_timelines(tells):
    timeline = Timeline(fps=10, speed={0: 0.5, 10: 4}, hold_last=2)
    data = tells(SCENE.replace(timeline=timeline))
    steps, seconds = zip(*timeline.pictures(40), strict=True)
    assert data["frames"].tolist() == list(steps)
    assert data["seconds"] == pytest.approx(seconds)


def test_outlines_lie_on_their_level(tells):
    plane = tells(SCENE)["contour"]
    (x0, x1), (y0, y1) = plane["bounds"]
    contour, level = plane["contours"][8], plane["levels"][8]
    parts = contour["points"].astype(int)
    assert sum(contour["lengths"]) == len(parts)
    inner = parts[((parts > 0) & (parts < plane["parts"])).all(axis=1)] / plane["parts"]
    points = np.array([x0, y0]) + inner * np.array([x1 - x0, y1 - y0])
    assert len(points) > 50
    assert np.median(np.abs(SCENE.surface.value(points) / level - 1)) < 0.02


@pytest.mark.parametrize("hostile", ["</script><b>", "<!--<script>", 'a"b', "a&amp;b", "$title"])
def test_no_text_of_the_scene_breaks_the_page(hostile, page_of, told):
    text = page_of(SCENE.replace(title=hostile, optimizers={hostile: optimizers.SGD(lr=0.01)}))
    assert unescape(re.search("<h1>(.*?)</h1>", text)[1]) == hostile
    assert told(text)["runs"][0]["label"] == hostile
    assert text.count("<script") == text.count("</script") == 2


def test_the_alternative_text_says_how_it_ended(page_of):
    alt = unescape(re.search('id="stage" role="group" aria-label="(.*?)"', page_of(SCENE))[1])
    assert alt.startswith("2 optimizers descend the surface Rosenbrock from (-1, 1.5) in 40 steps")
    assert re.search(r"sgd has loss [\d.]+; wild diverged at step \d+\.$", alt)
    titled = page_of(SCENE.replace(title="Far", start=[(-1, 1.5), (0, 1)]))
    assert "Far: 2 optimizers descend the surface Rosenbrock from 2 starts" in titled
    assert "wild diverged from 2 of 2 starts" in titled


@pytest.mark.parametrize(
    ("f", "log"), [(lambda x, y: x**2 + y**2, True), (lambda x, y: x**2 - y**2, False)]
)
def test_losses_over_decades_are_charted_in_logarithms(f, log, tells):
    scene = Scene(f, [optimizers.SGD(lr=0.2)], (1, 0.1), 30, bounds=((-2, 2), (-2, 2)))
    (chart,) = tells(scene)["charts"]
    texts = chart["y"]["ticks"][1]["texts"]
    assert any(text.startswith("10") and len(text) > 2 for text in texts) is log
    assert len(texts) > 2


def test_it_is_a_format_that_tells_what_it_holds(composed, tmp_path):
    picture = composed(SCENE)
    data = FORMATS["html"].encode(picture, Settings(loop=3, metadata={"Author": "Ä"}))
    seconds = sum(seconds for _, seconds in picture.clock)
    facts = Info("html", 0, 0, len(picture.clock), pytest.approx(seconds), 3, {"Author": "Ä"})
    assert PageFormat.read(data) == facts
    (tmp_path / "x.html").write_bytes(data)
    assert info(tmp_path / "x.html") == facts


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"\xff\xfe", b"<html></html>", b'<script id="data">AAAA</script>',
     b'<script id="data">A</script>', b'<script id="data">eJwDAAAAAAE=</script>'],
)  # fmt: skip
def test_another_file_is_no_page(data):
    with pytest.raises(ValueError, match=r"page|decode|JSON|Expecting"):
        PageFormat.read(data)


class Mine:
    projection = None

    def setup(self, ax, stage):
        ax.set_facecolor("#0000ff")

    def update(self, k):
        return []


def test_what_only_matplotlib_can_draw_is_a_still_in_its_place(told):
    scene = SCENE.replace(panels=("contour", Mine(), "loss", "loss", "contour"))
    picture = compose(simulate(scene), spare=PageFormat.spare)
    assert unseen(picture) == [
        "a page shows Mine, which only matplotlib draws, as it ends",
        "a page shows only the first contour panel",
    ]
    data = told(page(picture))
    assert data["order"] == [["contour", 0], ["still", 0], ["chart", 0], ["chart", 1]]
    assert [chart["title"] for chart in data["charts"]] == ["Loss", "Loss"]
    (still,) = data["stills"]
    assert list(still["images"]) == ["light", "dark"]
    for scheme, address in still["images"].items():
        image = Image.open(BytesIO(base64.b64decode(address.partition(",")[2]))).convert("RGB")
        assert (still["title"], image.size) == ("Mine", (still["width"], still["height"]))
        blue = np.array(image) == [0, 0, 255]
        assert 0.5 < blue.all(axis=2).mean() < 1  # of its own axes, with little around them
        paper = THEMES[scheme].paper
        assert image.getpixel((0, 0)) == pytest.approx(ImageColor.getrgb(paper), abs=6)
    assert unseen(compose(simulate(SCENE))) == []


def test_losses_that_are_nearly_equal_are_told_with_more_digits(tells):
    raised = Surface(lambda x, y: 1e6 + x**2 + y**2, bounds=((-3, 3), (-3, 3)))
    assert tells(SCENE.replace(surface=raised, bounds=None, start=(1, 1)))["digits"] > 9
    assert tells(SCENE)["digits"] == 4


def test_no_plot_is_there_that_nobody_asked_for(tells):
    for panels in (["loss"], ["table", "lr"]):
        data = tells(SCENE.replace(panels=panels))
        assert (data["contour"], data["surface"]) == (None, None)
        assert len(data["order"]) == len(panels)
        assert len(data["charts"]) == 1


def test_a_reader_without_scripts_sees_the_end(composed):
    picture = composed(SCENE)
    text = FORMATS["html"].encode(picture, Settings()).decode()
    shown = re.search('<noscript>.*<img src="data:image/png;base64,(.*?)" alt="(.*?)"', text)
    image = Image.open(BytesIO(base64.b64decode(shown[1]))).convert("RGB")
    exact = Film(picture).draw(picture.steps)[..., :3]
    assert np.abs(np.array(image, float) - exact).mean() < 2
    assert "wild diverged at step" in shown[2]
    assert "<noscript>" in page(picture)
    assert "<img" not in page(picture).partition("</noscript>")[0]


def test_counter_and_legend_are_as_the_scene_says(tells):
    found = [
        (data["counter"], data["legend"])
        for data in map(tells, (SCENE, SCENE.replace(counter=False, legend=False)))
    ]
    assert found == [(True, True), (False, False)]


def test_a_sweep_has_a_title_and_its_runs_the_rest_of_their_labels(tells):
    swept = SCENE.replace(
        optimizers=[*optimizers.sweep(optimizers.SGD, lr=[0.01, 0.02, 0.04]), optimizers.Adam()]
    )
    assert tells(swept)["sweeps"] == [["SGD lr", {"0": "0.01", "1": "0.02", "2": "0.04"}]]
    assert tells(SCENE)["sweeps"] == []


def test_curves_that_are_shown_anyway_are_not_spare(told):
    panels = ("contour", LossPanel())
    picture = compose(simulate(SCENE), panels=panels, spare=PageFormat.spare)
    assert [chart["title"] for chart in told(page(picture))["charts"]] == ["Loss"]


def test_every_panel_of_curves_is_shown_and_the_table(tells):
    panels = ("surface", "lr", "distance", "table")
    data = tells(SCENE.replace(panels=panels))
    titles = [chart["title"] for chart in data["charts"]]
    assert titles == ["Step size |Δx| / |∇f|", "Distance to the minimum"]
    order = [["surface", 0], ["chart", 0], ["chart", 1], ["table", 0]]
    assert (data["order"], data["contour"] is None) == (order, False)
    assert sorted(data["table"]["rankings"][40].tolist()) == [0, 1]
    assert tells(SCENE)["table"] is None


def test_it_marks_and_names_what_the_scene_does(tells):
    plane = tells(SCENE)["contour"]
    assert (plane["marks"], plane["labels"]) == ({"disc": [[1, 1]]}, None)
    surface = surfaces.himmelblau()
    camel = SCENE.replace(
        surface=surface, bounds=surface.bounds, minima="star", saddles=True, labels=True
    )
    data = tells(camel)
    known = camel.surface
    assert {name: len(points) for name, points in data["contour"]["marks"].items()} == {
        "cross": len(known.saddles),
        "star": len(known.minima),
    }
    assert set(data["shapes"]["marks"]) == {"cross", "star"}
    assert data["contour"]["labels"]["texts"] == ["sgd", "wild"]
    assert data["surface"]["labels"]["texts"] == ["sgd", "wild"]
    assert tells(SCENE.replace(minima=False))["contour"]["marks"] == {}


def test_it_tells_of_tails_basins_and_forces_only_where_there_are_any(tells):
    data = tells(SCENE)
    plane = data["contour"]
    assert (plane["tail"], plane["basins"]) == ({"length": None, "fade": False}, None)
    assert (data["keys"], plane["paths"][0]["forces"]) == ([], {})
    label = next(iter(SCENE.labelled))
    data = tells(SCENE.replace(trail=3, fade=True, basins=label, forces=("gradient", "momentum")))
    assert data["contour"]["tail"] == data["surface"]["tail"] == {"length": 3, "fade": True}
    assert data["keys"] == [["→", "−gradient"], ["➔", "momentum"]]
    assert set(data["shapes"]["markers"]) == {"o", "→", "➔"}
    assert set(data["contour"]["paths"][0]["forces"]) == {"gradient", "momentum"}


def test_the_momentum_of_a_point_that_has_all_but_arrived_still_has_its_direction(tells):
    scene = Scene(surfaces.bowl(), {"sgd": optimizers.SGD(lr=0.3)}, (1.3, 0.7), 40)
    (path,) = tells(scene.replace(forces="momentum"))["contour"]["paths"]
    ways = path["forces"]["momentum"]["ways"][1:]
    exact = np.diff(simulate(scene)["sgd"].points, axis=0)
    assert np.abs(exact[-1]).max() < 1e-7
    np.testing.assert_allclose(ways[:, 1] / ways[:, 0], exact[:, 1] / exact[:, 0], rtol=1e-5)
    assert path["forces"]["momentum"]["lengths"].min() == 0  # at the start
    assert path["forces"]["momentum"]["lengths"][1:].min() >= 8


def test_in_the_dark_the_runs_have_the_colours_of_the_dark_theme(composed, told):
    scene = SCENE.replace(theme="print")
    picture = composed(scene)
    themes = told(page(picture))["themes"]
    assert themes["light"]["runs"] == [track.color for track in picture.paths]
    dark = composed(scene.replace(theme="dark", markers=True))
    assert themes["dark"]["runs"] == [track.color for track in dark.paths]


def test_a_large_picture_has_spare_panels_too(composed, tells):
    data = tells(SCENE.replace(size=(3840, 2160)))
    assert data["contour"] is not None
    assert data["surface"] is not None
    assert len(data["charts"]) == 1
