"""Rendering: turn jobs into finished files, in this process or in several."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, redirect_stdout
from dataclasses import fields
from functools import partial
from itertools import chain
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, overload

from animopt.errors import InvalidInput, check_keywords, short
from animopt.pipeline.jobs import AnyPath, Job, check_targets, load
from animopt.pipeline.options import Options, apply, whole
from animopt.pipeline.production import Drawer, Production, provenance
from animopt.pipeline.progress import Progress
from animopt.pipeline.workers import Crew, pool
from animopt.scene import Scene, check_scene
from animopt.simulation import Simulation


@overload
def render(scene: Scene | AnyPath, path: AnyPath | None = None, **options: Any) -> Path: ...
@overload
def render(scene: Scene | AnyPath, path: Sequence[AnyPath], **options: Any) -> list[Path]: ...
def render(
    scene: Scene | AnyPath,
    path: AnyPath | Sequence[AnyPath] | None = None,
    *,
    name: str | None = None,
    workers: int = 1,
    **options: Any,
) -> Path | list[Path]:
    """Render a scene, or the scene in a file, and return the path of the written file.

    Args:
        scene: a Scene, or the path of a scene file.
        path: the file to write; the suffix picks the format. Several paths are written in one pass
            and returned as a list. By default output/FILE.gif.
        name: which scene, if the file has several.
        workers: how many processes draw the frames, for a scene from a file.
        **options: the fields of ``animopt.pipeline.options.Options``, such as fps, size, theme,
            max_size and settings.

    Raises:
        InvalidInput: the scene, an option or a path is wrong.
        ExportError: writing failed.
    """
    from animopt.notebook import progress_bar

    check_keywords("render", options, [f.name for f in fields(Options)])
    chosen = Options(**options)
    outputs = _outputs(path)
    if whole("workers", workers) < 1:
        raise InvalidInput(f"workers={workers}: give a whole number >= 1")
    jobs = [job.to(outputs) for job in _jobs(scene, chosen, name)]
    if not (outputs or jobs[0].file):
        raise InvalidInput(
            "render(scene): a Scene needs a path, such as render(scene, 'output/saddle.gif')"
        )
    check_targets(jobs)
    with progress_bar() as progress:
        paths = list(run(jobs, progress, workers=workers))
    return paths[0] if path is None or isinstance(path, (str, PathLike)) else paths


def _outputs(path: Any) -> list[AnyPath]:
    """Return no path, one or several as a list."""
    one = isinstance(path, (str, PathLike)) or not isinstance(path, Iterable)
    outputs = [] if path is None else [path] if one else list(path)
    if not all(isinstance(output, (str, PathLike)) for output in outputs):
        raise InvalidInput(f"render(path={short(path)}): give the scene, then one path or several")
    return outputs


def _jobs(scene: Scene | AnyPath, options: Options, name: str | None) -> list[Job]:
    """Return the job of a scene, or of the one in a file that has the name."""
    if not isinstance(scene, (str, PathLike)):
        check_scene("render", scene)
        if name is not None:
            raise InvalidInput(f"render(name={name!r}): only a scene in a file has a name")
        return [Job(None, "scene", "scene", apply(options, scene), options)]
    jobs = load([scene], options, [name] if name else ())
    if len(jobs) > 1:
        names = ", ".join(job.name for job in jobs)
        raise InvalidInput(f"{scene} has several scenes; choose one with name=: {names}")
    return jobs


def run(jobs: Sequence[Job], progress: Progress | None = None, workers: int = 1) -> Iterator[Path]:
    """Render every job and yield the path of each file as soon as it is complete.

    All scenes are simulated before the first is drawn, so that nothing is written if one of them
    is wrong. Several workers render a scene each, or share one scene's frames; the files are the
    same to the byte.
    """
    progress = progress or Progress()
    with ExitStack() as stack:
        crew = executor = None
        if workers > 1 and jobs and all(job.file for job in jobs):
            # This process draws frames of a single scene too; with several it only waits.
            processes = workers - (len(jobs) == 1)
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="animopt-")))
            executor = stack.enter_context(pool(processes))
            if len(jobs) == 1:
                crew = Crew(executor, partial(_load_scene, jobs[0].loader()), processes, folder)
        simulations = [job.simulate() for job in jobs]
        if executor and not crew:
            yield from _write_in_workers(jobs, simulations, executor, progress)
            return
        for job, simulation in zip(jobs, simulations, strict=True):
            with job.errors():
                written = _write(job, simulation, progress, crew.frames if crew else None)
            yield from written


def _write_in_workers(
    jobs: Sequence[Job], simulations: Sequence[Simulation], executor: Executor, progress: Progress
) -> Iterator[Path]:
    """Distribute whole scenes, the longest first, so that the workers end at about one time."""
    from animopt.animate.clock import pictures

    lengths = [len(pictures(simulation)) for simulation in simulations]
    tasks = {
        i: executor.submit(_load_and_write, jobs[i].loader())
        for i in sorted(range(len(jobs)), key=lambda i: -lengths[i])
    }
    for i in range(len(jobs)):
        progress.update(f"rendering {len(jobs)} scenes", i, len(jobs))
        paths, sentences = tasks[i].result()
        for sentence in sentences:
            progress.say(sentence)
        yield from paths


class _Messages(Progress):
    """Collects a worker's messages."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def say(self, sentence: str) -> None:
        """Keep a sentence."""
        self.sentences.append(sentence)


def _load_and_write(load_job: Callable[[], Job]) -> tuple[list[Path], list[str]]:
    """Write one scene in a worker; return the paths and the messages."""
    messages = _Messages()
    with redirect_stdout(sys.stderr):  # scenes may print
        job = load_job()
        with job.errors():
            return _write(job, job.simulate(), messages), messages.sentences


def _load_scene(load_job: Callable[[], Job]) -> Scene:
    """Load one scene in a worker."""
    with redirect_stdout(sys.stderr):
        return load_job().scene


def _write(
    job: Job, simulation: Simulation, progress: Progress, drawer: Drawer | None = None
) -> list[Path]:
    from animopt import player

    options = job.options
    about = provenance(simulation, job.stem, job.file)
    production = Production(simulation, about, options.loop or 0, options.quality, progress)
    films = [path for path in job.paths if not player.is_page(path)]
    if options.max_size is not None:
        for path in films:
            production.fit(path, int(options.max_size))
    elif films:
        production.film(films, drawer)
    for path in job.paths:
        if player.is_page(path):
            player.write(simulation, path, loop=options.loop or 0)
    if job.posters:
        production.posters(job.posters)
    return [*job.paths, *chain(*job.posters)]
