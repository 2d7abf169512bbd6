"""The examples are scenes: they load, draw and say what they show, without torch or a network."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from animopt.animate import animation
from animopt.scene import load_scenes

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "scenes" / "examples").glob("[!_]*.py"))
every = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


def test_there_are_nine_beside_the_six_scenes():
    assert [path.stem for path in EXAMPLES] == [
        "batch_norm",
        "class_filters",
        "cost_of_a_gradient",
        "linear_fit",
        "minibatch",
        "optimizers_on_mlp",
        "overparameterized",
        "random_directions",
        "softmax_slice",
    ]
    assert len(list((ROOT / "scenes").glob("*.py"))) == 6


@every
def test_it_draws_and_moves(path, need):
    need("sklearn", "examples")
    for scene in load_scenes(path).values():
        film = animation(scene.replace(size=(480, 270)))
        steps = [0, film.picture.steps // 2, film.picture.steps]
        first, middle, last = (film.draw(k) for k in steps)
        assert first.shape == last.shape == (270, 480, 4)
        assert not np.array_equal(first, middle)
        assert not np.array_equal(middle, last)
        np.testing.assert_array_equal(film.draw(0), first)


@every
def test_its_caption_is_its_docstring(path):
    source = path.read_text(encoding="utf-8")
    assert source.startswith('"""')
    caption = source[3 : source.index('"""', 3)]
    assert len(caption.splitlines()[0]) > 40
    if path.stem == "softmax_slice":
        assert "descent in the slice" in caption


def test_files_beside_them_are_small():
    data = list((ROOT / "scenes" / "examples" / "data").glob("*.npz"))
    assert 0 < sum(path.stat().st_size for path in data) < 300_000


def test_no_example_imports_torch(need):
    need("sklearn", "examples")
    load = "; ".join(f"load_scenes({str(path)!r})" for path in EXAMPLES)
    code = f"import sys; from animopt.scene import load_scenes; {load}; print([*sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "'sklearn'" in said.stdout
    assert "'torch'" not in said.stdout
