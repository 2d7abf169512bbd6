"""Shared by the tests of the command line: a temporary current folder, and the command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from animopt.cli import main

SCENE = """\
from animopt import Scene, optimizers, surfaces
scene = Scene(
    surfaces.bowl(),
    {"sgd": optimizers.SGD(lr=0.1), "adam": optimizers.Adam(lr=0.2)},
    start=(3, 4),
    steps=6,
    size=(96, 80),
)
"""

TWO = SCENE + 'other = scene.replace(title="the same again")\n'


class Result(NamedTuple):
    """The exit status and the output of a command."""

    status: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a scene file that holds one scene and one that holds two."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.py").write_text(SCENE)
    (tmp_path / "two.py").write_text(TWO)
    return tmp_path


@pytest.fixture
def animopt(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run ``animopt`` with some arguments in that folder."""

    def run(*args: str) -> Result:
        status = main(args)
        return Result(status, *capsys.readouterr())

    return run
