"""A cluster of other processes, and any other executor, draws the same files, to the byte."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from threading import current_thread, main_thread

import pytest
from distributed import Client, LocalCluster

from animopt import ExportError, InvalidInput, render
from animopt.cli import main
from animopt.pipeline import dask, far
from animopt.pipeline.jobs import load
from animopt.pipeline.rendering import run
from animopt.progress import Progress
from animopt.runs.hands import Hands

SCENES = """\
from animopt import Scene, optimizers, surfaces
turning = Scene(
    surfaces.saddle(), [optimizers.SGD(lr=0.1), optimizers.Adam(lr=0.1)], (1.5, 0.01), 60,
    view="surface", size=(160, 120),
)
flat = turning.replace(view="contour", panels=["contour", "loss"], steps=90)
"""
FORMATS = ("x.gif", "x.png", "x.mp4", "x.html")


@pytest.fixture(scope="module")
def cluster():
    """Two workers, each a process of its own."""
    options = {"dashboard_address": ":0", "threads_per_worker": 1, "silence_logs": 50}
    with LocalCluster(n_workers=2, processes=True, **options) as found:
        yield found


@pytest.fixture
def client(cluster):
    with Client(cluster, set_as_default=False) as found:
        found.wait_for_workers(2)
        yield found


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "scenes.py").write_text(SCENES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The files that this process makes by itself: their bytes by scene and format."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "scenes.py").write_text(SCENES)
    return {
        name: [
            path.read_bytes()
            for path in render(
                folder / "scenes.py", [folder / name / f for f in FORMATS], name=name
            )
        ]
        for name in ("turning", "flat")
    }


class Killing(Progress):
    """Kills processes once so many frames are encoded."""

    def __init__(self, after, pids):
        self.after, self.pids = after, pids

    def update(self, task, done, total):
        if done >= self.after:
            while self.pids:
                os.kill(self.pids.pop(), signal.SIGKILL)


def jobs_of(path, *names):
    return [job.to([f"{{name}}/{f}" for f in FORMATS[:3]]) for job in load([path], names=names)]


def left(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_workers_are_processes(client):
    pids = set(client.run(os.getpid).values())
    assert len(pids) == 2
    assert os.getpid() not in pids


@pytest.mark.parametrize("name", ["turning", "flat"])
def test_a_cluster_writes_the_bytes_of_one_process(client, here, alone, name):
    written = render("scenes.py", list(FORMATS), name=name, executor=client)
    assert [path.read_bytes() for path in written] == alone[name]


def test_the_command_line_does_so_for_scene_after_scene(cluster, here, alone, capsys):
    outputs = [text for f in FORMATS for text in ("-o", f"{{name}}/{f}")]
    address = cluster.scheduler_address
    assert main(["render", "scenes.py", *outputs, "--dask", address]) == 0
    assert capsys.readouterr().out.split() == [f"{n}/{f}" for n in alone for f in FORMATS]
    for name, contents in alone.items():
        assert [Path(name, f).read_bytes() for f in FORMATS] == contents


def test_of_many_scenes_each_is_encoded_by_a_worker(here, alone):
    jobs = jobs_of("scenes.py")
    with ThreadPoolExecutor(1) as executor:
        hands = Hands("render", executor)
        assert len(jobs) >= 2 * hands.count
        list(run(jobs, Progress(), hands))
    for name, contents in alone.items():
        assert [Path(name, f).read_bytes() for f in FORMATS[:3]] == contents[:3]


def test_any_executor_will_do(here, alone):
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        written = render("scenes.py", list(FORMATS), name="flat", executor=executor)
    assert [path.read_bytes() for path in written] == alone["flat"]


def test_a_worker_that_is_killed_amid_its_frames_changes_nothing(client, here, alone):
    killing = Killing(9, [next(iter(client.run(os.getpid).values()))])
    list(run(jobs_of("scenes.py"), killing, Hands("render", client)))
    assert not killing.pids
    for name, contents in alone.items():
        assert [Path(name, f).read_bytes() for f in FORMATS[:3]] == contents[:3]


def test_frames_under_way_are_bounded(here, monkeypatch):
    asked = []
    draw = far.draw
    monkeypatch.setattr(far, "draw", lambda *order: asked.append(order) or draw(*order))
    seen = []

    class Counting(Progress):
        def update(self, task, done, total):
            seen.append(len(asked) - done // 8)

    with ThreadPoolExecutor(1) as executor:
        list(run(jobs_of("scenes.py", "flat"), Counting(), Hands("render", executor)))
    assert len(asked) >= 11
    assert max(seen) <= 4


def started(*arguments):
    """Start a command of Dask, and return it once it has said where it is."""
    command = [sys.executable, "-m", *arguments, "--no-dashboard"]
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env)
    for line in process.stderr:
        if found := re.search(r"(?:Scheduler at|Registered to): +(tcp://\S+)", line):
            return process, found[1]
    raise AssertionError("it does not start")


def test_a_scheduler_that_goes_away_leaves_a_sentence_and_no_file(here):
    scheduler, address = started("distributed.cli.dask_scheduler", "--port", "0")
    worker, _ = started("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny")
    try:
        with dask.team(1, address) as hands, pytest.raises(ExportError) as caught:
            list(run(jobs_of("scenes.py", "turning"), Killing(9, [scheduler.pid]), hands))
        assert "scheduler is out of reach" in str(caught.value)
        assert left(here) == ["scenes.py"]
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.communicate()


BAD = {
    "nobody there": ("tcp://127.0.0.1:1", 1, "no scheduler answers there"),
    "no address": ("nonsense://1", 2, "give the address of a scheduler"),
    "nothing": ("", 2, "give the address of a scheduler"),
}


@pytest.mark.parametrize(("address", "status", "said"), BAD.values(), ids=BAD)
def test_no_cluster_is_one_sentence(here, capsys, monkeypatch, address, status, said):
    monkeypatch.setattr(dask, "_PATIENCE", 0.5)
    assert main(["render", "scenes.py", "-o", "{name}.gif", "--dask", address]) == status
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert left(here) == ["scenes.py"]


def test_without_the_extra_its_name_is_told(here, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["render", "scenes.py", "-o", "{name}.gif", "--dask", "tcp://127.0.0.1:1"]) == 1
    sentence = "--dask needs distributed: pip install 'animopt[dask]'"
    assert capsys.readouterr().err == f"animopt: {sentence}\n"


def test_workers_here_and_there_contradict_each_other(here, capsys):
    assert main(["render", "scenes.py", "-o", "{name}.gif", "--dask", "tcp://x:1", "-j", "2"]) == 2
    assert "give one of the two" in capsys.readouterr().err


class Idle:
    def submit(self, *work):
        return None


class Gone(ThreadPoolExecutor):
    def submit(self, *work):
        future = Future()
        future.cancel()
        return future


@pytest.mark.parametrize(
    "executor", [3, "tcp://x:1", ThreadPoolExecutor, Idle()], ids=["3", "text", "class", "idle"]
)
def test_what_is_no_executor_is_one_sentence(here, executor):
    with pytest.raises(InvalidInput, match="executor"):
        render("scenes.py", "x.gif", name="flat", executor=executor)
    assert left(here) == ["scenes.py"]


def test_an_executor_that_has_ended_is_one_sentence(here):
    ended = ThreadPoolExecutor(1)
    ended.shutdown()
    for executor in (ended, Gone(1)):
        with pytest.raises(ExportError, match="the executor gave up"):
            render("scenes.py", "x.gif", name="flat", executor=executor)
    assert left(here) == ["scenes.py"]


def missing(*order):
    import animopt_that_is_missing  # noqa: F401


def test_what_is_not_installed_on_a_worker_is_named(here, monkeypatch):
    monkeypatch.setattr(far, "draw", missing)
    with ThreadPoolExecutor(1) as executor, pytest.raises(ExportError, match="does not find ani"):
        render("scenes.py", "x.gif", name="flat", executor=executor)


def test_another_version_on_a_worker_is_named(here, monkeypatch):
    def versions():
        return {"numpy": "1" if current_thread() is main_thread() else "2"}

    monkeypatch.setattr(far, "versions", versions)
    with ThreadPoolExecutor(1) as executor, pytest.raises(ExportError, match="numpy 2"):
        render("scenes.py", "x.gif", name="flat", executor=executor)
