"""How many processes -j auto takes: one where more would not end sooner."""

from __future__ import annotations

import pytest

from animopt.cli import main
from animopt.pipeline import sharing
from animopt.pipeline.jobs import load
from animopt.pipeline.options import Options

SCENE = """from animopt import Scene, optimizers, surfaces
scene = Scene(surfaces.ring(), [optimizers.SGD(lr=0.01)], (0.1, 2), steps=300)
"""


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    """Make the jobs of a scene with some options, written to some files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "long.py").write_text(SCENE)
    monkeypatch.setattr(sharing, "processors", lambda: 4)
    return lambda path="x.gif", **options: [
        job.to([path]) for job in load(["long.py"], Options(**options))
    ]


def test_more_is_drawn_by_more_processes_up_to_the_processors(jobs):
    found = [
        sharing.advised(jobs(view="surface", orbit=1.0, steps=steps)) for steps in (5, 60, 100, 999)
    ]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (1, 4)


def test_a_short_render_is_drawn_by_one(jobs):
    assert sharing.advised(jobs(steps=60)) == 1
    assert sharing.advised(jobs(view="both", steps=40)) == 1


@pytest.mark.parametrize(
    ("told", "number"),
    [("9.2 9.1 9.0 1/512 7", 4), ("0.0 0.0 0.0 3/512 7", 2), ("1 1 1 9/512 7", 1), ("odd", 4)],
)
def test_busy_processors_are_left_to_others(told, number, monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda process: {0, 1, 2, 3}, raising=False)
    monkeypatch.setattr("pathlib.Path.read_text", lambda path, encoding: told)
    assert sharing.processors() == number


def test_one_processor_draws_alone(jobs, monkeypatch):
    monkeypatch.setattr(sharing, "processors", lambda: 1)
    assert sharing.advised(jobs(view="surface", orbit=1.0, steps=5000)) == 1


@pytest.mark.parametrize(("path", "options"), [("x.html", {}), ("x.gif", {"max_size": "9MB"})])
def test_what_is_not_drawn_by_others_is_not_counted(jobs, path, options):
    assert sharing.advised(jobs(path, view="surface", orbit=1.0, steps=5000, **options)) == 1


def test_many_scenes_are_added_up(jobs):
    (job,) = jobs(steps=200)
    assert sharing.advised([job]) == 1
    assert sharing.advised([job] * 20) == 4


@pytest.mark.parametrize(("flags", "number"), [([], 3), (["-j", "auto"], 3), (["-j", "1"], 1)])
def test_the_command_asks_unless_it_is_told(jobs, flags, number, monkeypatch):
    from animopt.pipeline import rendering

    seen = []
    monkeypatch.setattr(sharing, "advised", lambda jobs: 3)
    monkeypatch.setattr(rendering, "run", lambda jobs, progress, team: seen.append(team) or [])
    jobs()
    assert main(["render", "long.py", "-o", "x.gif", *flags]) == 0
    assert seen == [number]
