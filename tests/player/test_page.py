"""The page as a file: it holds all of the data, is small, and asks nobody for anything."""

from __future__ import annotations

import base64
import json
import re
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from animopt import (
    ExportError,
    InvalidInput,
    Scene,
    Timeline,
    optimizers,
    player,
    render,
    simulate,
    surfaces,
)
from animopt.animate.ground import tinted
from animopt.animate.stage import Stage
from animopt.scene import load_scenes

SCENE = Scene(
    surfaces.rosenbrock(),
    {"sgd": optimizers.SGD(lr=0.001), "wild": optimizers.SGD(lr=1.0)},
    start=(-1, 1.5),
    steps=40,
)
SCENES = Path(__file__).parents[2] / "scenes"


def told(page: str) -> dict:
    return json.loads(re.search('id="data">(.*?)</script>', page)[1])


def floats(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")


def test_ring_is_under_600_kB():
    assert len(player.page(load_scenes(SCENES / "ring.py")["scene"]).encode()) < 600_000


@pytest.mark.parametrize("path", sorted(SCENES.glob("*.py")), ids=lambda path: path.stem)
def test_every_scene_has_a_page_that_names_no_address(path):
    for scene in load_scenes(path).values():
        page = player.page(scene)
        text = re.sub('id="data">.*?</script>', "", page)  # base64 has slashes
        assert re.findall("[\"'(:]//|https?:|@import|url\\(", text) == []
        assert "default-src 'none'" in page
        assert "connect-src 'none'" in page


def test_it_holds_every_point_and_loss():
    simulation = simulate(SCENE)
    runs = told(player.page(simulation))["runs"]
    with np.errstate(over="ignore"):
        for run, trajectory in zip(runs, simulation, strict=True):
            points = trajectory.points.astype("f4").ravel()
            assert np.array_equal(floats(run["points"]), points, equal_nan=True)
            values = trajectory.values.astype("f4")
            assert np.array_equal(floats(run["values"]), values, equal_nan=True)
    assert [run["diverged"] for run in runs] == [None, simulation["wild"].ending.step]


def test_an_ensemble_has_the_path_of_the_medians_and_every_start():
    scene = SCENE.replace(start=[(-1, 1.5), (0, 1), (1, 0)])
    simulation = simulate(scene)
    stage = Stage.of(simulation, [40], 100)
    runs = told(player.page(simulation))["runs"]
    assert [run["optimizer"] for run in runs] == [0, 1]
    with np.errstate(over="ignore"):
        for run, group, trajectory in zip(runs, stage.groups, simulation, strict=True):
            median = group.run.points.astype("f4").ravel()
            assert np.array_equal(floats(run["points"]), median, equal_nan=True)
            starts = trajectory.points.astype("f4").ravel()
            assert np.array_equal(floats(run["starts"]), starts, equal_nan=True)
            gone = [ending.step for ending in trajectory.endings if ending.kind == "diverged"]
            assert run["gone"] == [sum(step <= k for step in gone) for k in range(41)]
    assert runs[1]["gone"][-1] > 0


def test_the_clock_is_the_timelines():
    timeline = Timeline(fps=10, speed={0: 0.5, 10: 4}, hold_last=2)
    data = told(player.page(SCENE.replace(timeline=timeline)))
    steps, seconds = zip(*timeline.pictures(40), strict=True)
    assert data["pictures"] == list(steps)
    assert data["seconds"] == pytest.approx(seconds)


def test_outlines_lie_on_their_level():
    data = told(player.page(SCENE))
    (x0, x1), (y0, y1) = data["bounds"]
    contour, level = data["contours"][8], data["levels"][8]
    parts = np.frombuffer(base64.b64decode(contour["points"]), "<u2").reshape(-1, 2)
    assert sum(contour["lengths"]) == len(parts)
    inner = parts[((parts > 0) & (parts < 8192)).all(axis=1)] / 8192
    points = np.array([x0, y0]) + inner * np.array([x1 - x0, y1 - y0])
    assert len(points) > 50
    assert np.median(np.abs(SCENE.surface.value(points) / level - 1)) < 0.02


@pytest.mark.parametrize("hostile", ["</script><b>", "<!--<script>", 'a"b', "a&amp;b", "$title"])
def test_no_text_of_the_scene_breaks_the_page(hostile):
    scene = SCENE.replace(title=hostile, optimizers={hostile: optimizers.SGD(lr=0.01)})
    page = player.page(scene)
    assert unescape(re.search("<h1>(.*?)</h1>", page)[1]) == hostile
    assert told(page)["optimizers"][0]["label"] == hostile
    assert page.count("<script") == page.count("</script") == 2


def test_the_alternative_text_says_how_it_ended():
    alt = unescape(re.search('id="stage" role="img" aria-label="(.*?)"', player.page(SCENE))[1])
    assert alt.startswith("2 optimizers descend the surface Rosenbrock from (-1, 1.5) in 40 steps")
    assert re.search(r"sgd has loss [\d.]+; wild diverged at step \d+\.$", alt)


@pytest.mark.parametrize(
    ("f", "log"), [(lambda x, y: x**2 + y**2, True), (lambda x, y: x**2 - y**2, False)]
)
def test_losses_over_decades_are_charted_in_logarithms(f, log):
    scene = Scene(f, [optimizers.SGD(lr=0.2)], (1, 0.1), 30, bounds=((-2, 2), (-2, 2)))
    loss = told(player.page(scene))["loss"]
    assert loss["log"] is log
    assert loss["low"] < loss["high"]


def test_it_is_rendered_like_any_other_format(tmp_path):
    paths = render(SCENE, [tmp_path / "new" / "x.html", tmp_path / "x.gif"], loop=3)
    assert told(paths[0].read_text(encoding="utf-8"))["loop"] == 3
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == ["x.gif", "x.html"]


@pytest.mark.parametrize(
    ("name", "value"), [("size", "640x480"), ("dpi", 50), ("max_size", "20kB"), ("quality", "high")]
)
def test_what_a_page_cannot_honour_is_refused(tmp_path, name, value):
    with pytest.raises(InvalidInput, match=f"drawn by the browser .*; leave out {name}"):
        render(SCENE, tmp_path / "x.html", **{name: value})
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_old_page_and_nothing_else(tmp_path, monkeypatch):
    old = tmp_path / "x.html"
    old.write_text("old")
    monkeypatch.setattr("os.replace", lambda *paths: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(ExportError, match=r"cannot write .*x\.html: full"):
        player.write(simulate(SCENE), old)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_it_marks_and_names_what_the_scene_does():
    data = told(player.page(SCENE))
    assert (data["marks"], data["labels"]) == ([[1, 1, "disc"]], False)
    camel = SCENE.replace(surface=surfaces.himmelblau(), minima="star", saddles=True, labels=True)
    data = told(player.page(camel))
    kinds = [kind for _, _, kind in data["marks"]]
    known = camel.surface
    assert kinds == ["cross"] * len(known.saddles) + ["star"] * len(known.minima)
    assert data["labels"]
    bare = SCENE.replace(minima=False, labels=True, start=[(-1, 1.5), (0, 1)])
    data = told(player.page(bare))
    assert (data["marks"], data["labels"]) == ([], False)


def test_it_tells_of_tails_basins_and_forces_only_where_there_are_any():
    data = told(player.page(SCENE))
    assert (data["trail"], data["fade"], data["basins"], data["forces"]) == (None, False, None, [])
    assert "forces" not in data["runs"][0]
    label = next(iter(SCENE.labelled))
    more = SCENE.replace(trail=3, fade=True, basins=label, forces=("gradient", "momentum"))
    data = told(player.page(more))
    assert (data["trail"], data["fade"], data["forces"]) == (3, True, ["gradient", "momentum"])
    points = simulate(SCENE)["sgd"].points
    forces = data["runs"][0]["forces"]
    down = -SCENE.surface.gradient(points)
    np.testing.assert_allclose(floats(forces["gradient"]).reshape(-1, 2), down, rtol=1e-6)
    hops = np.diff(points, axis=0, prepend=points[:1])
    np.testing.assert_allclose(floats(forces["momentum"]).reshape(-1, 2), hops, rtol=1e-6)


def test_the_momentum_of_a_point_that_has_all_but_arrived_still_has_its_direction():
    scene = Scene(surfaces.bowl(), {"sgd": optimizers.SGD(lr=0.3)}, (1.3, 0.7), 40)
    (run,) = told(player.page(scene.replace(forces="momentum")))["runs"]
    hops = floats(run["forces"]["momentum"]).reshape(-1, 2)
    exact = np.diff(simulate(scene)["sgd"].points, axis=0)
    assert np.abs(exact[-1]).max() < 1e-7
    np.testing.assert_allclose(hops[1:], exact, rtol=1e-6)


def test_the_basins_are_those_of_the_animation():
    scene = SCENE.replace(surface=surfaces.himmelblau(), basins=next(iter(SCENE.labelled)))
    basins = told(player.page(scene))["basins"]
    cells = np.frombuffer(base64.b64decode(basins["cells"]), np.uint8)
    picture = np.array(basins["tints"])[cells].reshape(*basins["shape"], 4)
    assert len(basins["tints"]) >= 3
    np.testing.assert_allclose(picture / 255, tinted(scene, scene.basins), atol=1 / 255)
