"""What others make of notebooks and scripts shows the animation: nbconvert, sphinx-gallery."""

from __future__ import annotations

import base64
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
SCENE = """\
from animopt import Scene, explore, optimizers, surfaces
scene = Scene(
    surfaces.bowl(), {"SGD": optimizers.SGD(lr=0.1)}, (3, 4), 9, size=(160, 120), title="Bowl"
)
"""
ALT = "Bowl: 1 optimizer descends the surface bowl from (3, 4) in 9 steps: SGD has loss 0.45."


def run(*arguments: object, folder: Path) -> None:
    own = {"IPYTHONDIR": str(folder / ".ipython"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        env={**os.environ, **own}, cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def images(html: str) -> list[tuple[str, Image.Image]]:
    """Return the images within a page that it shows itself, with their alternative texts."""
    found = []
    for tag in re.findall(r"<img\b[^>]*>", html):
        source = re.search(r'src="data:image/png;base64,([^"]*)"', tag)
        if source:
            alt = re.search(r'alt="([^"]*)"', tag)
            picture = Image.open(io.BytesIO(base64.b64decode(source[1])))
            found.append((alt[1], picture))
    return found


def test_nbconvert_shows_the_animation_the_page_and_a_still(tmp_path):
    nbformat = pytest.importorskip("nbformat", reason="the package nbformat is missing")
    pytest.importorskip("nbconvert", reason="the package nbconvert is missing")
    sources = [f"{SCENE}scene", "scene.show(interactive=True)", "explore(scene)"]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "x.ipynb")
    run("nbconvert", "--to", "html", "--execute", "x.ipynb", folder=tmp_path)
    html = (tmp_path / "x.html").read_text(encoding="utf-8")
    animation, still, sliders = images(html)
    assert animation[1].n_frames == 10 + 1  # and the default image; its text is not asked for
    assert (still[0], still[1].n_frames) == (ALT, 1)
    assert (sliders[0], sliders[1].n_frames) == ("bowl at step 9: SGD", 1)
    assert html.count("<iframe srcdoc=") == 1


def test_sphinx_gallery_shows_the_animation(tmp_path):
    pytest.importorskip("sphinx_gallery", reason="the package sphinx-gallery is missing")
    (tmp_path / "conf.py").write_text(
        'extensions = ["sphinx_gallery.gen_gallery"]\nproject = "x"\n'
    )
    (tmp_path / "index.rst").write_text("X\n=\n\n.. toctree::\n\n   auto_examples/index\n")
    examples = tmp_path.parent / "examples"
    examples.mkdir()
    (examples / "README.txt").write_text("Examples\n========\n")
    (examples / "plot_bowl.py").write_text(f'"""\nBowl\n====\n"""\n{SCENE}scene\n')
    run("sphinx", "-q", "-b", "html", ".", "built", folder=tmp_path)
    html = (tmp_path / "built" / "auto_examples" / "plot_bowl.html").read_text(encoding="utf-8")
    ((alt, animation),) = images(html)
    assert (alt, animation.n_frames) == (ALT, 10 + 1)
