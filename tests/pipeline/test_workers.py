"""Worker processes write the same files, to the byte."""

import multiprocessing
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from threading import Event

import numpy as np
import pytest

from animopt import InvalidInput, render, simulate
from animopt.animate import Film
from animopt.notes import notes_to
from animopt.picture import compose
from animopt.pipeline import workers
from animopt.pipeline.jobs import load
from animopt.pipeline.options import Options
from animopt.pipeline.rendering import run
from animopt.pipeline.workers import Crew
from animopt.progress import Progress
from animopt.scene import load_scenes

SMALL = {"size": "200x150", "dpi": 50}


def ravine():
    scene = load_scenes("scenes/ravine.py")["scene"].replace(size=(200, 150), dpi=50)
    return compose(simulate(scene))


def broken():
    raise ValueError("no scene")


class Slow(ThreadPoolExecutor):
    """A worker that starts when ``go`` is set."""

    def __init__(self, go):
        super().__init__(1)
        self.submit(go.wait, 60)


def wait_for(crew):
    """Wait until the workers have fetched the picture, or failed to."""
    assert not wait(crew._ready, timeout=60).not_done


@pytest.mark.parametrize("ready", [True, False], ids=["workers at once", "workers late"])
def test_any_executor_gives_the_frames_in_order(ready, tmp_path):
    movie = Film(ravine())
    mine = list(movie.frames())
    go = Event()
    with Slow(go) as executor:
        crew = Crew(executor, ravine, workers=1, folder=tmp_path)
        if ready:
            go.set()
            wait_for(crew)
        theirs = []
        for frame, seconds in crew.frames(movie, movie.engine()):
            theirs.append((frame.copy(), seconds))
            if len(theirs) == len(mine) // 2:
                go.set()
    assert len(theirs) == len(mine) > 16
    for (frame, seconds), (other, shown) in zip(mine, theirs, strict=True):
        np.testing.assert_array_equal(frame, other)
        assert seconds == shown
    assert not list(tmp_path.iterdir())


def test_frames_under_way_are_bounded(monkeypatch, tmp_path):
    """However slowly frames are taken, only a few chunks are requested ahead."""
    asked = []
    draw = workers._draw
    monkeypatch.setattr(workers, "_draw", lambda *job: asked.append(job) or draw(*job))
    with ThreadPoolExecutor(1) as executor:
        crew = Crew(executor, ravine, workers=1, folder=tmp_path)
        wait_for(crew)
        movie = Film(ravine())
        frames = crew.frames(movie, movie.engine())
        next(frames)
        executor.submit(int).result(60)  # one worker, so all that was asked for is done by then
        assert 1 <= len(asked) <= 4 < len(movie.pictures) / 4
        frames.close()


def test_what_a_worker_raises_is_raised(tmp_path):
    with ThreadPoolExecutor(1) as executor:
        crew = Crew(executor, broken, workers=1, folder=tmp_path)
        wait_for(crew)
        movie = Film(ravine())
        with pytest.raises(ValueError, match="no scene"):
            list(crew.frames(movie, movie.engine()))


@pytest.mark.parametrize("orbit", [None, 1.0])
def test_two_workers_write_the_bytes_of_one(tmp_path, orbit):
    options = SMALL | {"orbit": orbit, "view": "both"}
    one = render("scenes/ravine.py", tmp_path / "one.gif", **options)
    two = render("scenes/ravine.py", tmp_path / "two.gif", workers=2, **options)
    assert one.read_bytes() == two.read_bytes()


def test_workers_share_the_scenes_of_a_file_too(tmp_path):
    names = ["adam", "brake"]
    options = Options(**SMALL, settings={})
    written = {}
    for hands in (1, 2):
        jobs = [
            job.to([tmp_path / f"{hands}-{{name}}.gif"])
            for job in load(["scenes/learning_rates.py"], options, names)
        ]
        written[hands] = [path.read_bytes() for path in run(jobs, Progress(), hands)]
    assert written[1] == written[2]
    assert not [path for path in tmp_path.iterdir() if path.suffix != ".gif"]


TALK = """from animopt import Scene, optimizers, surfaces
print('loading')
a = Scene(surfaces.bowl(), optimizers.SGD(), (3, 4), 30, size=(96, 80))
"""
OWN_PANEL = """
class Own:
    projection = None
    def setup(self, ax, picture):
        self.text = ax.text(0, 0, '')
    def update(self, k):
        self.text.set_text(str(k))
        return [self.text]

a = a.replace(panels=['contour', Own()])
"""


@pytest.mark.parametrize("more", ["", "b = a.replace(steps=40)\n"], ids=["one", "two"])
def test_the_scene_file_runs_once_however_many_draw(tmp_path, capfd, more):
    (tmp_path / "talk.py").write_text(TALK + more)
    jobs = [job.to([tmp_path / "{name}.gif"]) for job in load([tmp_path / "talk.py"])]
    assert len(list(run(jobs, Progress(), 2))) == len(jobs)
    out, err = capfd.readouterr()
    assert (out + err).count("loading") == 1


@pytest.mark.parametrize("more", ["", "b = a.replace(steps=40)\n"], ids=["one", "two"])
def test_a_picture_with_a_panel_of_its_scene_is_composed_again(tmp_path, capfd, more):
    (tmp_path / "own.py").write_text(TALK + OWN_PANEL + more)
    written = {}
    for hands in (1, 2):
        jobs = [job.to([tmp_path / f"{hands}{{name}}.gif"]) for job in load([tmp_path / "own.py"])]
        capfd.readouterr()
        written[hands] = [path.read_bytes() for path in run(jobs, Progress(), hands)]
    assert written[1] == written[2]
    out, err = capfd.readouterr()
    # What the scene prints in a worker is not taken for a path.
    assert out == ""
    assert err.count("loading") >= 1


def test_workers_get_a_picture_that_no_scene_is_needed_to_draw(tmp_path):
    """Drawn by a process in which `animopt.scene` cannot be imported, frame 7 is the same."""
    picture = compose(simulate(load_scenes("scenes/saddle.py")["scene"]))
    (tmp_path / "saddle.picture").write_bytes(pickle.dumps(picture))
    done = subprocess.run(
        [sys.executable, "-c", DRAW, tmp_path / "saddle.picture", tmp_path / "seven"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.stderr == ""
    assert (tmp_path / "seven").read_bytes() == Film(picture).draw(7).tobytes()


DRAW = """
import pickle, sys
from pathlib import Path

class NoScene:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("animopt.scene"):
            raise ImportError(name)

sys.meta_path.insert(0, NoScene())
from animopt.animate.film import Film

picture = pickle.loads(Path(sys.argv[1]).read_bytes())
Path(sys.argv[2]).write_bytes(Film(picture).draw(7).tobytes())
"""


def test_what_a_dead_worker_was_to_draw_is_drawn_here(tmp_path):
    movie = Film(ravine())
    heard = []
    with workers.pool(1) as executor, notes_to(heard.append):
        crew = Crew(executor, partial(os._exit, 9), workers=1, folder=tmp_path)
        wait_for(crew)
        theirs = [frame.copy() for frame, _ in crew.frames(movie, movie.engine())]
    np.testing.assert_array_equal(theirs, [frame for frame, _ in movie.frames()])
    assert heard == ["a worker process died, perhaps for lack of memory; its share is drawn here"]


def test_workers_that_are_killed_amid_their_frames_change_nothing(tmp_path):
    movie = Film(ravine())
    with workers.pool(2) as executor, notes_to(lambda sentence: None):
        crew = Crew(executor, ravine, workers=2, folder=tmp_path)
        wait_for(crew)
        theirs = []
        for frame, _ in crew.frames(movie, movie.engine()):
            theirs.append(frame.copy())
            if len(theirs) == 9:
                for child in multiprocessing.active_children():
                    child.kill()
    np.testing.assert_array_equal(theirs, [frame for frame, _ in movie.frames()])


def test_a_scene_whose_worker_dies_is_drawn_here(tmp_path):
    text = "import os, multiprocessing\n" + TALK + OWN_PANEL
    text += "if multiprocessing.parent_process():\n    os._exit(9)\n"
    (tmp_path / "dies.py").write_text(text + "b = a.replace(steps=4)\n")
    jobs = [job.to([tmp_path / "{name}.gif"]) for job in load([tmp_path / "dies.py"])]
    assert len(list(run(jobs, Progress(), 2))) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gif", "b.gif", "dies.py"]


def test_what_fails_here_too_fails_with_its_reason(tmp_path):
    text = TALK + OWN_PANEL.replace("def update(self, k):", "def update(self, k):\n        die()")
    die = "def die():\n    if multiprocessing.parent_process():\n        os._exit(9)\n    1 / 0\n"
    (tmp_path / "dies.py").write_text("import os, multiprocessing\n" + die + text)
    jobs = [job.to([tmp_path / "{name}.gif"]) for job in load([tmp_path / "dies.py"])]
    with pytest.raises(InvalidInput, match=r"dies\.py, line 5: ZeroDivisionError"):
        list(run(jobs, Progress(), 2))
    assert [path.name for path in tmp_path.iterdir()] == ["dies.py"]
