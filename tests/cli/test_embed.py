"""animopt render --embed, and animopt info --source: the scene goes with what it made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from animopt import Scene, export, optimizers, surfaces
from animopt.errors import InvalidInput
from animopt.pipeline.embedding import MOST_BYTES
from animopt.pipeline.rendering import render

SUFFIXES = ("gif", "png", "mp4", "webm", "html")


@pytest.fixture
def scene(folder: Path) -> Path:
    """A scene file that imports a module and a package from its folder, one of them late."""
    (folder / "rates.py").write_text("RATE = 0.1\n")
    (folder / "words").mkdir()
    (folder / "words" / "__init__.py").write_text("from .german import TITLE\n")
    (folder / "words" / "german.py").write_text("TITLE = 'Größe'\n", encoding="utf-8")
    file = folder / "mine.py"
    # With line ends of another system, which must stay.
    file.write_bytes(
        b"import json\r\nfrom animopt import Scene, optimizers, surfaces\nfrom rates import RATE\n"
        b"def title():\n    import words\n    return words.TITLE\n"
        b"scene = Scene(surfaces.bowl(), optimizers.SGD(lr=RATE), (1, 2), 4, title=title(),\n"
        b"              size=(96, 80))\n"
    )
    return file


def printed(*arguments: str) -> bytes:
    """Return what the command writes, byte by byte."""
    command = [sys.executable, "-m", "animopt", *arguments]
    return subprocess.run(command, capture_output=True, check=True).stdout


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_scene_comes_back_and_renders_the_same_bytes(animopt, scene, suffix):
    target = f"x.{suffix}"
    assert animopt("render", "mine.py", "--embed", "-o", target).status == 0
    first = Path(target).read_bytes()
    texts = {"mine.py": printed("info", target, "--source")}
    for name in ("rates.py", "words/__init__.py", "words/german.py"):
        texts[name] = printed("info", target, "--source-of", name)
    for name, text in texts.items():
        assert text == Path(name).read_bytes()
        Path(name).write_bytes(text)
    animopt("render", "mine.py", "--embed", "-o", target)
    assert Path(target).read_bytes() == first


def test_nothing_is_embedded_unless_asked(animopt, scene):
    animopt("render", "mine.py", "-o", "x.gif")
    assert not any(key.startswith("Source") for key in export.info("x.gif").metadata)
    status, out, err = animopt("info", "x.gif", "--source")
    assert (status, out) == (2, "")
    assert "no scene is in the file" in err


def test_info_names_what_the_scene_imports_and_prints_no_source(animopt, scene):
    animopt("render", "mine.py", "--embed", "-o", "x.gif")
    out = animopt("info", "x.gif").out
    assert "Source of rates.py: 1 lines, which --source prints" in out
    assert "RATE" not in out


def test_info_never_runs_what_is_embedded(animopt, folder):
    text = "open('ran', 'w').close()\n"
    frames = [np.zeros((4, 4, 4), "uint8")]
    export.write(frames, "x.gif", metadata={"Source": text}, fps=1)
    assert animopt("info", "x.gif", "--source").status == 0
    assert not Path("ran").exists()


@pytest.mark.parametrize(
    ("command", "part"),
    {
        "an expression": ("render x**2+y**2 --optimizer SGD:lr=0.1 --start 1,2 --embed", "no file"),
        "too large": ("render large.py --embed", f"at most {MOST_BYTES}"),
        "another encoding": ("render latin.py --embed", "not UTF-8"),
        "two files": ("info mine.py mine.py --source", "give one file, not 2"),
        "no such import": ("info x.gif --source-of rate.py", "did you mean 'rates.py'"),
    }.values(),
)
def test_what_cannot_be_embedded_is_said(animopt, scene, command, part):
    text = scene.read_bytes()
    Path("large.py").write_bytes(text + b"#" * MOST_BYTES)
    Path("latin.py").write_bytes(b"# coding: latin-1\n# \xe4\n" + text)
    animopt("render", "mine.py", "--embed", "-o", "x.gif")
    status, _, err = animopt(*command.split())
    assert status == 2
    assert part in err.splitlines()[-1]
    assert not Path("output").exists() or not list(Path("output").iterdir())


def test_a_scene_that_comes_from_no_file_cannot_be_embedded(folder):
    scene = Scene(surfaces.bowl(), optimizers.SGD(lr=0.1), (1, 2), 4, size=(96, 80))
    with pytest.raises(InvalidInput, match="comes from no file"):
        render(scene, "x.gif", embed=True)
    assert not Path("x.gif").exists()
