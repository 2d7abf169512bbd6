"""Scene files: scenes where people keep them, imports as in a script, files in any encoding."""

from __future__ import annotations

import numpy as np
import pytest

from animopt.pipeline.jobs import load
from animopt.scene import load_scenes

HEAD = """from animopt import Scene, surfaces
from animopt.optimizers import SGD, Adam

def make(steps):
    return Scene(surfaces.bowl(), SGD(lr=0.1), start=(3, 4), steps=steps)
"""


def names_in(folder, text, **others):
    for name, other in others.items():
        (folder / f"{name}.py").write_text(other, encoding="utf-8")
    (folder / "mine.py").write_text(HEAD + text, encoding="utf-8")
    return {name: scene.steps for name, scene in load_scenes(folder / "mine.py").items()}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = make(1)\nb = make(2)\n", {"a": 1, "b": 2}),
        ("scenes = [make(1), make(2)]\n", {"scenes[0]": 1, "scenes[1]": 2}),
        ("scenes = (make(1), 'no scene', make(2))\n", {"scenes[0]": 1, "scenes[2]": 2}),
        ("by_name = {'fast': make(1), 'slow': make(2)}\n", {"fast": 1, "slow": 2}),
        ("a = make(1)\nall_of_them = [a, make(2)]\n", {"a": 1, "all_of_them[1]": 2}),
        ("a = b = make(3)\n", {"a": 3}),
        ("a = make(1)\nnumbers = [1, 2]\ntable = {'x': 3}\n", {"a": 1}),
    ],
)
def test_scenes_are_found_where_people_keep_them(tmp_path, text, found):
    assert names_in(tmp_path, text) == found


def test_an_imported_scene_belongs_to_the_other_file(tmp_path):
    other = HEAD + "base = make(5)\n"
    text = "from other import base\nlonger = base.replace(steps=9)\n"
    assert names_in(tmp_path, text, other=other) == {"longer": 9}


def test_a_file_that_only_imports_scenes_shows_these(tmp_path):
    assert names_in(tmp_path, "from other import base\n", other=HEAD + "base = make(5)\n") == {
        "base": 5
    }


def test_scenes_in_imported_collections_belong_to_the_other_file(tmp_path):
    other = HEAD + "scenes = [make(5), make(6)]\nd = {'k': make(7)}\nrows = [[make(8)]]\n"
    text = "from other import scenes, d, rows\nrow = rows[0]\nlonger = d['k'].replace(steps=9)\n"
    assert names_in(tmp_path, text, other=other) == {"longer": 9}


def test_an_alias_in_the_other_file_hides_no_imported_scene(tmp_path):
    other = HEAD + "scenes = [make(5), make(6)]\nalias = scenes[0]\n"
    assert names_in(tmp_path, "from other import scenes\n", other=other) == {
        "scenes[0]": 5,
        "scenes[1]": 6,
    }


def test_a_module_beside_the_scene_may_be_imported_later(tmp_path):
    text = """
from animopt import Surface

def loss(x, y):
    import beside
    return beside.height(x, y)

lazy = Scene(Surface(loss), SGD(lr=0.1), start=(1, 1), steps=3)
"""
    for folder, factor in (("one", 1), ("two", 2)):
        (tmp_path / folder).mkdir()
        beside = f"def height(x, y):\n    return {factor} * (x**2 + y**2)\n"
        (tmp_path / folder / "beside.py").write_text(beside)
        (tmp_path / folder / "mine.py").write_text(HEAD + text)
    # Each finds the module of its own folder, though both are loaded before either is simulated.
    jobs = load([tmp_path / folder / "mine.py" for folder in ("one", "two")])
    losses = [job.simulate()["SGD lr=0.1"].values[0] for job in jobs]
    assert losses == [2.0, 4.0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
def test_a_file_may_be_in_any_encoding_python_accepts(tmp_path, encoding):
    cookie = "" if encoding == "utf-8-sig" else f"# -*- coding: {encoding} -*-\n"
    text = cookie + HEAD + "a = make(1).replace(title='é')\n"
    (tmp_path / "mine.py").write_bytes(text.encode(encoding))
    assert load_scenes(tmp_path / "mine.py")["a"].title == "é"


def test_a_home_folder_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine.py").write_text(HEAD + "a = make(2)\n")
    (scene,) = load_scenes("~/mine.py").values()
    np.testing.assert_array_equal(scene.start, (3, 4))
