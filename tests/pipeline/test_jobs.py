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
    with pytest.raises(InvalidInput, match=r"x\.gif would be written twice; choose one scene by"):
        check_targets([job.to(["x.gif"]) for job in load(["two.py"])])


def test_a_scene_or_a_path_given_twice_is_said_to_be_that():
    (job,) = load(["one.py"])
    twice = [job.to(["x.gif", "./x.gif"])]
    for jobs in (twice, [job.to(()), job.to(())]):
        with pytest.raises(InvalidInput, match="written twice; give each file and each path once"):
            check_targets(jobs)


def test_posters_too_must_have_a_place():
    Path("x-last.png").mkdir()
    (job,) = load(["one.py"], Options(poster=True))
    with pytest.raises(InvalidInput, match=r"x-last\.png is a folder"):
        check_targets([job.to(["x.gif"])])


def test_names_that_clean_up_alike_are_files_of_their_own_on_any_system(tmp_path):
    keys = ["lo/hi", "Lo:Hi", "", "other"]
    scenes = ", ".join(
        f"{key!r}: Scene(surfaces.bowl(), SGD(), (1, {i}), 3)" for i, key in enumerate(keys)
    )
    head = "from animopt import Scene, surfaces\nfrom animopt.optimizers import SGD\n"
    (tmp_path / "coll.py").write_text(f"{head}d = {{{scenes}}}\n")
    jobs = [job.to([]) for job in load([tmp_path / "coll.py"])]
    written = [path.name for job in jobs for path in job.paths]
    assert len({name.casefold() for name in written}) == 4
    assert written[3] == "coll-other.gif"
    assert not any(name.endswith("-.gif") for name in written)
    named = [job.to(["{name}.gif"]).paths[0].name for job in jobs]
    assert [f"coll-{name}" for name in named] == written


def test_a_scene_that_is_imported_is_made_once_where_both_files_are_given(tmp_path):
    scene = "from animopt import *\ns = Scene(surfaces.bowl(), optimizers.SGD(lr=0.1), (1, 2), 2)\n"
    (tmp_path / "one_of_all.py").write_text(scene)
    (tmp_path / "index_of_all.py").write_text("from one_of_all import s\n")
    one, index = tmp_path / "one_of_all.py", tmp_path / "index_of_all.py"
    for files in ([one, index], [index, one]):
        assert [job.file for job in load(files)] == [one]
    assert [job.file for job in load([index])] == [index]
