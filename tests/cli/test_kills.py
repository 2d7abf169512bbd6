"""Killed renders: nothing is torn, nobody lives on, the next run cleans up (`make trust`: more)."""

from __future__ import annotations

import os
import sys

import pytest
from kills import Killer

from animopt.files import write_whole
from animopt.leftovers import owner, part_path, temporary_folder, tidy

linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are told by /proc")


@linux
@pytest.mark.parametrize(
    ("kind", "who"),
    [("gif", "group"), ("mp4", "main"), ("gif -j 2", "main"), ("mp4 -j 2", "worker")],
)
def test_a_kill_leaves_nothing_torn_and_nobody_alive(tmp_path, kind, who):
    tally = Killer(tmp_path, steps=60).kill(kind, who, times=2)
    assert tally.clean, tally


@linux
def test_what_the_dead_left_is_removed_and_nothing_else(tmp_path):
    dead = owner().rpartition("-")[0] + "-1"  # this number, but another start
    gone = [
        tmp_path / f".x.gif.{dead}.0123abcd.part",
        tmp_path / f".x.mp4.{dead}.0123abcd.part.once",
        tmp_path / f".animopt-{dead}-abc",
        tmp_path / f"animopt-{dead}-abc",
    ]
    elsewhere = "0" * 6 + dead[6:]
    stays = [
        part_path(tmp_path / "mine.gif"),
        tmp_path / f".x.gif.{elsewhere}.0123abcd.part",
        tmp_path / ".x.gif.part",
        tmp_path / f"x.gif.{dead}.0123abcd.part",
        tmp_path / f".animopt-{dead}",
    ]
    for path in [*gone, *stays]:
        path.mkdir() if "animopt-" in path.name else path.write_bytes(b"")
    (gone[-1] / "0.frames").write_bytes(b"")
    write_whole(tmp_path / "new.txt", b"")
    assert {path for path in tmp_path.iterdir()} == {*stays, tmp_path / "new.txt"}


@linux
def test_what_lies_behind_a_link_is_not_removed(tmp_path):
    dead = owner().rpartition("-")[0] + "-1"
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_bytes(b"")
    link = tmp_path / f"animopt-{dead}-abc"
    link.symlink_to(tmp_path / "kept")
    tidy(tmp_path)
    assert (tmp_path / "kept" / "file").exists()


def test_a_temporary_folder_bears_the_mark_of_its_owner(tmp_path):
    with temporary_folder(beside=tmp_path) as folder:
        tidy(tmp_path)
        assert owner() in folder.name
        assert folder.is_dir()
    assert os.listdir(tmp_path) == []
