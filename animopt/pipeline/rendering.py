"""Rendering: jobs go in, finished files come out, drawn by this process or by several."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, redirect_stdout
from dataclasses import fields, replace
from itertools import chain
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, overload

from animopt.errors import InvalidInput, check_keywords
from animopt.pipeline.jobs import AnyPath, Job, check_targets, load
from animopt.pipeline.options import Options, apply
from animopt.pipeline.production import Drawer, Production, provenance
from animopt.pipeline.progress import Progress
from animopt.pipeline.workers import Crew, Source, pool
from animopt.scene import Scene
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
    """Render a scene, or the scene of a file, and return the path of what was written.

    Args:
        scene: a Scene, or the path of a scene file.
        path: where to; the suffix picks the format. Several paths are written from one pass and
            returned as a list. By default output/FILE.gif.
        name: which scene, where the file holds several.
        workers: how many processes draw the frames of a scene from a file.
        **options: the fields of ``animopt.pipeline.options.Options``, such as fps, size, theme,
            max_size and settings.

    Raises:
        InvalidInput: the scene, an option or a path is wrong.
        ExportError: writing failed.
    """
    from animopt.notebook import progress_bar

    check_keywords("render", options, [f.name for f in fields(Options)])
    chosen = Options(**options)
    outputs = [path] if isinstance(path, (str, PathLike)) else list(path or ())
    if isinstance(scene, Scene):
        if not outputs:
            raise InvalidInput("render(scene): say where to: render(scene, 'output/saddle.gif')")
        jobs = [Job(None, "scene", "scene", apply(chosen, scene), chosen).to(outputs)]
    else:
        jobs = [job.to(outputs) for job in load([scene], chosen, [name] if name else ())]
        if len(jobs) > 1:
            names = ", ".join(job.name for job in jobs)
            raise InvalidInput(f"{scene} holds several scenes; choose one with name=: {names}")
    check_targets(jobs)
    with progress_bar() as progress:
        paths = list(run(jobs, progress, workers=workers))
    return paths if path and not isinstance(path, (str, PathLike)) else paths[0]


def run(jobs: Sequence[Job], progress: Progress | None = None, workers: int = 1) -> Iterator[Path]:
    """Render every job and yield the path of each file as soon as it is there.

    All are simulated before the first is drawn, so that a scene which turns out to be wrong
    leaves nothing written. Several workers take a scene each, or share one scene's frames; the
    files are the same to the byte.
    """
    progress = progress or Progress()
    with ExitStack() as stack:
        crew = executor = None
        if workers > 1 and jobs and all(job.file for job in jobs):
            # A scene's own process draws along; while others draw whole scenes, it only waits.
            hands = workers - (len(jobs) == 1)
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="animopt-")))
            executor = stack.enter_context(pool(hands))
            if len(jobs) == 1:
                crew = Crew(executor, _source(jobs[0]), hands, folder)
        simulations = [job.simulate() for job in jobs]
        if executor and not crew:
            yield from _fan_out(jobs, simulations, executor, progress)
            return
        for job, simulation in zip(jobs, simulations, strict=True):
            with job.errors():
                written = _write(job, simulation, progress, crew.frames if crew else None)
            yield from written


def _fan_out(
    jobs: Sequence[Job], simulations: Sequence[Simulation], executor: Executor, progress: Progress
) -> Iterator[Path]:
    """Give every worker a scene at a time, the longest first, so that all end at about one time."""
    from animopt.animate.clock import pictures

    lengths = [len(pictures(simulation)) for simulation in simulations]
    tasks = {
        i: executor.submit(_write_elsewhere, _source(jobs[i]), jobs[i].paths)
        for i in sorted(range(len(jobs)), key=lambda i: -lengths[i])
    }
    for i in range(len(jobs)):
        progress.update(f"rendering {len(jobs)} scenes", i, len(jobs))
        paths, sentences = tasks[i].result()
        for sentence in sentences:
            progress.say(sentence)
        yield from paths


class _Notes(Progress):
    """What a worker has to say, kept until it is back."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def say(self, sentence: str) -> None:
        """Keep a sentence."""
        self.sentences.append(sentence)


def _write_elsewhere(source: Source, paths: tuple[Path, ...]) -> tuple[list[Path], list[str]]:
    job = replace(_job(*source.arguments), paths=paths)
    notes = _Notes()
    with redirect_stdout(sys.stderr), job.errors():
        return _write(job, job.simulate(), notes, None), notes.sentences


def _source(job: Job) -> Source:
    return Source(_scene, (job.file, job.name, job.options))


def _job(file: Path, name: str, options: Options) -> Job:
    return load([file], options, [name])[0]


def _scene(file: Path, name: str, options: Options) -> Scene:
    with redirect_stdout(sys.stderr):
        return _job(file, name, options).scene


def _write(
    job: Job, simulation: Simulation, progress: Progress, drawer: Drawer | None
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
