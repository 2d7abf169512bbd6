"""The same bytes, whatever stands in a user's matplotlibrc."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import matplotlib as mpl
import pytest
from settings_of_users import SMALL, as_user, changes, outputs

from animopt.animate import animation
from animopt.picture.drawing import in_force


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    with as_user({}):
        return outputs(tmp_path_factory.mktemp("usual"))


def test_all_settings_changed_at_once_change_no_byte(usual, tmp_path):
    """If one does, `tests/trust/settings.py` says which; `make trust` tries each alone."""
    changed = changes()
    assert len(changed) > 0.9 * len(mpl.rcParamsDefault)
    with as_user(changed):
        theirs = outputs(tmp_path)
    assert [name for name in usual if usual[name] != theirs[name]] == []


@pytest.mark.parametrize("seed", range(3))
def test_some_settings_changed_change_no_byte(usual, tmp_path, seed):
    changed = changes()
    chosen = random.Random(seed).sample(sorted(changed), 40)
    with as_user({key: changed[key] for key in chosen}):
        theirs = outputs(tmp_path)
    assert [name for name in usual if usual[name] != theirs[name]] == []


def test_the_users_own_settings_are_back_between_two_frames():
    with mpl.rc_context({"axes.facecolor": "pink"}):
        movie = animation(SMALL)
        for _ in movie.frames():
            assert mpl.rcParams["axes.facecolor"] == "pink"
            assert in_force() == ""
        movie.draw(2)
        movie.figure.savefig(os.devnull, format="svg")
        assert mpl.rcParams["axes.facecolor"] == "pink"


SCENE = """
from animopt import Scene, optimizers, surfaces
scene = Scene(surfaces.bowl(), optimizers.SGD(lr=0.1), (3, 4), 3, size=(96, 80))
"""


@pytest.mark.parametrize(
    ("settings", "backend", "status"),
    [
        (b"no colon\nlines.linewidth: many\nno.such.key: 1\n", "bogus", 0),
        (b"\xff\xfe\xff", "TkAgg", 2),
    ],
    ids=["wrong lines", "no text"],
)
def test_a_broken_matplotlibrc_is_not_read_or_one_sentence(tmp_path, settings, backend, status):
    (tmp_path / "x.py").write_text(SCENE)
    (tmp_path / "matplotlibrc").write_bytes(settings)
    done = subprocess.run(
        [sys.executable, "-m", "animopt", "render", "x.py", "-o", "x.gif"],
        cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "MPLBACKEND": backend, "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    lines = [line for line in done.stderr.splitlines() if not line.startswith(("rendering", "x."))]
    assert done.returncode == status, done.stderr
    assert len(lines) == (0 if status == 0 else 1)
    assert all("matplotlibrc" in line for line in lines)
