"""The current folder contains a file with one scene and a file with two."""

from __future__ import annotations

from pathlib import Path

import pytest

FILE = """\
from animopt import Scene, optimizers, surfaces
{name} = Scene(
    surfaces.bowl(), [optimizers.SGD(lr=0.1)], start=(3, 4), steps=6, size=(96, 80), title="Bowl"
)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("one.py").write_text(FILE.format(name="scene"))
    Path("two.py").write_text(FILE.format(name="first") + "second = first.replace(steps=9)\n")
    return tmp_path
