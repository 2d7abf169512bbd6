"""What README.md and CONTRIBUTING.md show: scripts run, commands work, links lead on."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pytest
from trainers import MODULES, TRAINED

from animopt import InvalidInput, Scene, optimizers, render, simulate, surfaces
from animopt.cli import main
from animopt.optimizers import SGD
from animopt.picture.theme import THEMES
from animopt.pipeline.formats import FORMATS, info
from animopt.scene.panels import PANELS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAGES = {"README.md": README, "CONTRIBUTING.md": CONTRIBUTING}

SMALL = "320x200"
FEWEST_COMMANDS = 5


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.S | re.M)


def commands(page: str) -> list[list[str]]:
    """Return what the page lets people type after ``animopt``, in blocks and in sentences."""
    typed = [line for block in blocks(page, "sh") for line in block.splitlines()]
    typed += re.findall(r"(?<!`)`(animopt [^`]+)`(?!`)", re.sub(r"(?ms)^```.*?^```", "", page))
    words = (shlex.split(line, comments=True) for line in typed)
    # A bare `animopt plot` only names a command; what serves until stopped has its own test.
    return [
        each[1:]
        for each in words
        if len(each) > 2 and Path(each[0]).name == "animopt" and each[1] != "preview"
    ]


def code_lines(block: str) -> int:
    """Count the lines of a script, its imports and docstrings aside."""
    tree = ast.parse(block)
    aside = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
    hidden = {n for node in aside for n in range(node.lineno, node.end_lineno + 1)}
    lines = enumerate(block.splitlines(), 1)
    return sum(1 for number, line in lines if line.strip() and number not in hidden)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with the repository's scenes and the README's own as first.py."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    shutil.copytree(ROOT / "scenes", "scenes")
    (first,) = [block for block in blocks(README, "python") if "scene = Scene(" in block]
    Path("first.py").write_text(first, encoding="utf-8")
    (run,) = blocks(README, "csv")
    Path("run.csv").write_text(run, encoding="utf-8")
    return tmp_path


@pytest.fixture
def contributed():
    """All that CONTRIBUTING.md adds, by name, for as long as a test runs."""
    added: dict[str, object] = {}
    with patch.dict(FORMATS), patch.dict(PANELS), patch.dict(THEMES):
        for block in blocks(CONTRIBUTING, "python"):
            exec(block, added)
        yield added


@pytest.mark.parametrize("block", blocks(CONTRIBUTING, "python"))
def test_what_is_to_be_added_is_short(block):
    assert 1 <= code_lines(block) < 15


def test_every_kind_of_addition_is_shown():
    kinds = re.findall(r"^### An? (.*)", CONTRIBUTING, re.M)
    assert kinds == ["optimizer", "surface", "export format", "panel", "theme"]


def test_an_added_optimizer_runs_and_is_configured(contributed):
    optimizer = contributed["CoordinateDescent"](lr=0.25)
    scene = Scene(contributed["zakharov"](), [optimizer, SGD(lr=0.001)], (4, 3), 3)
    path = simulate(scene)[optimizer.label].points
    assert optimizer.label == "CoordinateDescent lr=0.25"
    assert (np.count_nonzero(np.diff(path, axis=0), axis=1) == 1).all()
    with pytest.raises(InvalidInput, match="must be a number >= 0"):
        contributed["CoordinateDescent"](lr=-1)


def test_an_added_surface_has_its_derivatives_and_its_minimum(contributed):
    surface = contributed["zakharov"]()
    np.testing.assert_allclose(surface.gradient([1.0, 0.5]), [5, 7], rtol=1e-12)
    np.testing.assert_allclose(surface.gradient(surface.minima), 0, atol=1e-12)


def test_an_added_format_a_panel_and_a_theme_go_together(contributed, tmp_path, monkeypatch):
    lengths = SimpleNamespace(StepLengthPanel=contributed["StepLengthPanel"])
    monkeypatch.setitem(sys.modules, "animopt.picture.lengths", lengths)
    panels = ["contour", "length", contributed["BestPanel"]()]
    scene = Scene(surfaces.bowl(), [SGD(lr=0.1)], (3, 4), 4, panels=panels, theme="sepia")
    path = render(scene.replace(size=(320, 200)), tmp_path / "x.npy")
    film = np.load(path)
    assert film.shape == (5, 200, 320, 4)
    np.testing.assert_array_equal(film[0, 0, 0], (0xFA, 0xF3, 0xE3, 0xFF))
    assert all((before != after).any() for before, after in pairwise(film))
    assert (info(path).format, info(path).frames) == ("npy", 5)


def test_the_scripts_of_the_readme_run(folder, monkeypatch):
    # Lightning and transformers are large: stand-ins call back in the same way.
    for name, module in MODULES.items():
        monkeypatch.setitem(sys.modules, name, module)
    scope: dict[str, object] = {"batches": [], "examples": []}
    recordings = []
    scripts = blocks(README, "python")
    assert len(scripts) >= 3
    for library in ("torch", "scipy"):
        pytest.importorskip(library)
    for script in scripts:
        exec(script, scope)
        recordings += [scope["recording"]] if "as recording:" in script else []
    assert isinstance(scope["scene"], Scene)
    _, lightning, trainer = recordings
    assert lightning.steps.tolist() == list(range(TRAINED))
    assert lightning.values[-1] < lightning.values[0]
    assert trainer.steps.tolist() == list(range(1, TRAINED + 1))
    assert np.flatnonzero(np.isfinite(trainer.values)).tolist() == [2, 5]
    assert list(trainer.metrics) == ["learning_rate", "epoch"]


@pytest.mark.parametrize("words", commands(README), ids=shlex.join)
def test_a_command_of_the_readme_works(folder, words, capsys):
    if words[0] == "new":
        Path(words[1]).unlink(missing_ok=True)
    assert main(small(words)) == 0
    written = capsys.readouterr().out.splitlines()
    assert written
    if words[0] in ("render", "plot"):
        assert all(Path(line).stat().st_size > 0 for line in written)


def small(words: list[str]) -> list[str]:
    """Return a command that draws at a small size, where it draws; a page has none."""
    if "--size" in words:
        at = words.index("--size") + 1
        return [*words[:at], SMALL, *words[at + 1 :]]
    draws = words[0] in ("render", "plot") and not any(word.endswith(".html") for word in words)
    return [*words, "--size", SMALL] if draws else words


def test_the_numbers_at_the_top_of_the_readme_are_true():
    top = README.partition("\n## ")[0]
    assert f"{len(optimizers.catalogue())} optimizers" in top
    without = (ROOT / "tests/optimizers/test_parity.py").read_text().partition("WITHOUT = {")[2]
    compared = len(optimizers.catalogue()) - without.partition("}")[0].count(":")
    assert f"{compared} of them checked" in top
    assert f"{len(surfaces.catalogue())} test surfaces" in top
    assert f"{len((ROOT / 'scenes/saddle.py').read_text().splitlines())} lines" in top
    assert f"{(ROOT / 'output/gallery/saddle.gif').stat().st_size / 1e3:.0f} kB" in top


def test_the_readme_has_commands_to_run():
    assert len(commands(README)) >= FEWEST_COMMANDS


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_is_named_is_there(page):
    named = set(re.findall(r"(?:`|^)make\s+([a-z-]+)", PAGES[page], re.M))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert {"demo", "test"} <= named <= targets


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_something(page):
    links = re.findall(r"\]\(([^)#]+)\)", PAGES[page])
    missing = [link for link in links if "://" not in link and not (ROOT / link).exists()]
    assert links
    assert missing == []


def test_every_test_that_is_named_as_a_proof_is_there():
    named = re.findall(r"`pytest (tests/\S+\.py)`", README)
    assert len(named) >= FEWEST_COMMANDS
    assert [path for path in named if not (ROOT / path).is_file()] == []
