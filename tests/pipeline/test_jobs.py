"""Jobs: scenes with options and output paths, checked before rendering."""

from __future__ import annotations

from pathlib import Path

import pytest

from animopt import InvalidInput
from animopt.pipeline.jobs import check_targets, load
from animopt.pipeline.options import Options

pytestmark = pytest.mark.usefixtures("folder")


def test_load_names_each_scene_and_where_it_goes():
    jobs = load(["one.py", "two.py"])
    assert [(job.name, job.stem) for job in jobs] == [
        ("scene", "one"),
        ("first", "two-first"),
        ("second", "two-second"),
    ]
    assert jobs[2].to(()).paths == (Path("output/two-second.gif"),)
    assert jobs[2].to(["a/{file}.{name}.gif"]).paths == (Path("a/two.second.gif"),)
    with pytest.raises(InvalidInput, match=r"{braces} is unknown; use"):
        jobs[2].to(["{braces}.gif"])


def test_load_applies_the_options_and_takes_the_scenes_named():
    (job,) = load(["one.py", "two.py"], Options(view="surface"), ["second"])
    assert (job.scene.steps, job.scene.view) == (9, "surface")


def test_targets_of_different_scenes_must_differ():
    with pytest.raises(InvalidInput, match=r"x\.gif would be written twice"):
        check_targets([job.to(["x.gif"]) for job in load(["two.py"])])
