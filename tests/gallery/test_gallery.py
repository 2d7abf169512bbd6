"""The gallery cannot rot: every command of it runs, and nothing there is goes unshown."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from animopt import Scene
from animopt.animate import animation
from animopt.animate.stills import KINDS
from animopt.picture.theme import THEMES
from animopt.pipeline.destinations import DESTINATIONS
from animopt.scene import load_scenes
from animopt.scene.panels import PANELS

_spec = importlib.util.spec_from_file_location("gallery", Path(__file__).with_name("gallery.py"))
gallery = sys.modules["gallery"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(gallery)

PICTURES = {each.file: each for each in gallery.pictures()}
SMALL = "240x180"
EXAMPLES = importlib.util.find_spec("sklearn") or os.environ.get("CI")
OVERLAYS = (
    "labels", "guides", "minima", "saddles", "arrows", "basins", "forces", "trail", "fade",
    "markers",
)  # fmt: skip


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """The first and the last frame of every picture, small."""
    folder = tmp_path_factory.mktemp("gallery")
    frames = {}
    for file, each in PICTURES.items():
        if each.chapter == gallery.OWN and not EXAMPLES:
            continue
        assert each.make(str(folder), SMALL) == 0, each
        if not file.endswith(".pdf"):
            with Image.open(folder / file) as image:
                frames[file] = [frame_of(image, i) for i in (0, image.n_frames - 1)]
    return frames


def frame_of(image, i):
    image.seek(i)
    return np.asarray(image.convert("RGBA").convert("RGB"))


def test_the_contact_sheet(rendered):
    alike = {}
    for file, (first, last) in rendered.items():
        assert first.shape == last.shape == (180, 240, 3), file
        assert len(np.unique(last.reshape(-1, 3), axis=0)) > 30, file
        moves = " render " in PICTURES[file].words
        assert np.array_equal(first, last) != moves, file
        alike.setdefault(last.tobytes(), []).append(file)
    assert [files for files in alike.values() if len(files) > 1] == []


def test_everything_there_is_is_shown():
    typed = [each.words for each in PICTURES.values()]
    for name in THEMES:
        assert any(f"--theme {name}" in command for command in typed)
    for name in PANELS:
        assert any(f"--panels {name} " in command for command in typed)
    for name in KINDS:
        assert any(f"--kind {name}" in command for command in typed)
    for name in DESTINATIONS:
        assert f"| `{name}` |" in gallery.readme()
    scenes = load_scenes(gallery.SHOWN).values()
    defaults = {f.name: f.default for f in fields(Scene)}
    for name in OVERLAYS:
        assert any(differs(getattr(scene, name), defaults[name]) for scene in scenes), name
    assert any(scene.is_ensemble for scene in scenes)
    assert any(scene.timeline.warp for scene in scenes)


@pytest.mark.parametrize("name", load_scenes(gallery.DEPTH))
def test_scenes_of_depth_hide_a_part_of_the_paths(name):
    scene = load_scenes(gallery.DEPTH)[name]
    ghosts, none = (
        animation(scene.replace(space=replace(scene.space, hidden=hidden)))
        for hidden in ("ghost", "none")
    )
    # Once around, nothing is hidden again.
    steps = (scene.steps // 2, scene.steps)
    assert max((ghosts.draw(k) != none.draw(k)).any(axis=-1).sum() for k in steps) > 100
    assert any(f"--scene {name} " in each.words for each in PICTURES.values())


def differs(value, default):
    return len(value) > 0 if isinstance(value, tuple) else value != default


def test_the_examples_are_shown():
    if not EXAMPLES:
        pytest.skip("sklearn is missing: pip install 'animopt[examples]'")
    shown = [each for each in PICTURES.values() if each.chapter == gallery.OWN]
    stems = {path.stem for path in Path("scenes/examples").glob("[!_]*.py")}
    assert {each.file.removeprefix("own-").removesuffix(".gif") for each in shown} == stems


def test_the_page_and_the_folder_are_those_of_the_commands():
    assert gallery.README.read_text(encoding="utf-8") == gallery.readme()
    names = {path.name for path in Path(gallery.FOLDER).iterdir()}
    assert names == set(PICTURES)


def test_words_that_shape_a_picture_are_shown_by_the_line_that_makes_it():
    shown = [each for each in PICTURES.values() if each.chapter == gallery.SHAPED]
    page = gallery.README.read_text(encoding="utf-8")
    assert len(shown) == len({each.line for each in shown}) == 12
    for each in shown:
        assert f"(gallery/{each.file})\n\n    {each.line}\n" in page
        name = each.file.removeprefix("shaped-").removesuffix(".png")
        assert f" {name} " in each.words
        assert gallery.SHAPES[name][1] == each.line
    assert sum((Path(gallery.FOLDER) / each.file).stat().st_size for each in shown) < 400_000


def test_the_gallery_is_small():
    total = sum(path.stat().st_size for path in Path(gallery.FOLDER).iterdir())
    assert 0 < total < gallery.MOST_BYTES


def test_the_picture_of_the_readme_is_what_make_demo_writes():
    # `make test` may be what runs this test: a make within a make says which folder it leaves.
    words = ["make", "--no-print-directory", "-n", "demo"]
    made = subprocess.run(words, capture_output=True, text=True, check=True)
    command = PICTURES["saddle.gif"].words
    assert made.stdout.splitlines()[-1] == f".venv/bin/{command}"
    readme = Path("README.md").read_text(encoding="utf-8")
    assert "(output/gallery/saddle.gif)" in readme.partition("## ")[0]
    assert f".venv/bin/{command}\n" in readme


def test_make_knows_the_gallery():
    said = subprocess.run(["make", "-n", "gallery"], capture_output=True, text=True, check=True)
    assert "tests/gallery/gallery.py" in said.stdout
