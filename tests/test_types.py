"""The door is typed as it is used: what pages and scenes show is right for a type checker too."""

from __future__ import annotations

import re
from inspect import signature
from pathlib import Path

import pytest
from mypy import api

from animopt.errors import Suggesting

ROOT = Path(__file__).parents[1]
USED_WRONGLY = ("arg-type", "call-arg", "attr-defined", "return-value")


def checked(folder: Path, *options: str) -> tuple[str, int]:
    """Return what mypy says of all files in a folder, and its exit status."""
    files = sorted(map(str, folder.glob("*.py")))
    out, err, status = api.run([*options, "--cache-dir", str(ROOT / ".mypy_cache"), *files])
    assert err == ""
    return out, status


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_what_a_page_shows_is_typed_as_it_is_used(page, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(), re.S | re.M)
    for number, block in enumerate(blocks):
        # Later blocks import the first scene by the name under which it is saved.
        name = "first" if number == 0 and page == "README.md" else f"block{number}"
        (tmp_path / f"{name}.py").write_text(block, encoding="utf-8")
    monkeypatch.setenv("MYPYPATH", str(tmp_path))
    out, _ = checked(tmp_path, "--check-untyped-defs")
    wrong = [
        line for line in out.splitlines() if line.endswith(tuple(f"[{c}]" for c in USED_WRONGLY))
    ]
    assert len(blocks) >= 5
    assert wrong == []


def test_a_wrong_call_is_seen_by_the_type_checker(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    (tmp_path / "wrong.py").write_text(
        "from animopt import Scene, surfaces\n"
        "from animopt.optimizers import SGD\n"
        "Scene(surfaces.bowl(), [SGD()], (1, 2), '10')\n"
        "Scene(surfaces.bowl(), [SGD()], (1, 2), 10, sise=(640, 480))\n"
        "Scene(3, [SGD()], (1, 2), 10)\n"
    )
    out, status = checked(tmp_path)
    assert status == 1
    found = re.findall(r"wrong.py:(\d+): error: .*\[([a-z-]+)\]", out)
    assert found == [("3", "arg-type"), ("4", "call-arg"), ("5", "arg-type")]


def test_a_class_that_suggests_keywords_hides_no_type():
    assert signature(Suggesting.__new__).return_annotation == "Self"
