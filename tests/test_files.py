"""Files: written whole or not at all, and only where a regular file can be."""

from __future__ import annotations

import os

import pytest

from animopt.errors import ExportError, InvalidInput
from animopt.files import check_place, write_whole


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "new" / "x.txt"
    for data in (b"old", b"new"):
        write_whole(path, data)
        assert path.read_bytes() == data
    assert os.listdir(path.parent) == ["x.txt"]


def test_the_first_error_is_the_one_reported_and_no_part_is_left(tmp_path, monkeypatch):
    def fails(*args):
        raise OSError(28, "No space left on device")

    path = tmp_path / "x.txt"
    write_whole(path, b"old")
    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(ExportError, match=r"cannot write .*x\.txt: No space left on device"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["x.txt"]


def test_what_exists_and_is_no_regular_file_is_not_replaced(tmp_path):
    pipe, loop = tmp_path / "pipe", tmp_path / "loop"
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    for path in (pipe, loop, tmp_path, tmp_path / ("x" * 300)):
        for attempt in (check_place, lambda path: write_whole(path, b"")):
            with pytest.raises(InvalidInput, match=r"(choose another name|a folder)"):
                attempt(path)
    assert sorted(os.listdir(tmp_path)) == ["loop", "pipe"]
