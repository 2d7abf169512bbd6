"""The pipeline: scene files and what was asked of them go in, finished animations come out."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, ExitStack, nullcontext, redirect_stdout
from dataclasses import dataclass, fields, replace
from itertools import chain
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias, overload

from animopt.destinations import destination
from animopt.errors import InvalidInput, check_keywords, did_you_mean
from animopt.options import Options, apply
from animopt.production import Drawer, Production, provenance
from animopt.scene import Scene, load_scenes, scene_errors
from animopt.simulation import Simulation, simulate
from animopt.watch import Watch
from animopt.workers import Crew, Source, pool

AnyPath: TypeAlias = str | PathLike[str]


@dataclass(frozen=True)
class Job:
    """One scene to render, with every choice made; from ``file`` if it is from one.

    ``stem`` is what a file of it is called by default.
    """

    file: Path | None
    name: str
    stem: str
    scene: Scene
    options: Options
    paths: tuple[Path, ...] = ()

    def errors(self) -> AbstractContextManager[None]:
        """Report what the scene's own code raises with its file and line."""
        return scene_errors(self.file) if self.file else nullcontext()

    def simulate(self) -> Simulation:
        """Compute the trajectories."""
        with self.errors():
            return simulate(self.scene)

    def to(self, outputs: Sequence[AnyPath]) -> Job:
        """Return the job with its paths: "{file}" and "{name}" filled in, or the default."""
        file = self.file.stem if self.file else self.stem
        filled = [_filled(str(output), {"file": file, "name": self.name}) for output in outputs]
        default = f"output/{self.stem}{self.options.suffix}"
        return replace(self, paths=tuple(map(Path, filled or [default])))

    @property
    def posters(self) -> tuple[tuple[Path, Path], ...]:
        """Where the first and the last picture go, if asked for."""
        bases = dict.fromkeys(path.with_suffix("") for path in self.paths)
        return tuple(
            (base.with_name(f"{base.name}-first.png"), base.with_name(f"{base.name}-last.png"))
            for base in (bases if self.options.poster else ())
        )


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
        **options: the fields of ``animopt.options.Options``: view, panels, fps, speedup, after,
            hold, duration, warp, size, dpi, quality, loop, theme, style, markers, destination,
            elev, azim, orbit, max_size, poster, settings.

    Raises:
        InvalidInput: the scene, an option or a path is wrong.
        ExportError: writing failed.
    """
    from animopt.notebook import watching

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
    with watching() as watch:
        paths = list(run(jobs, watch, workers=workers))
    return paths if path and not isinstance(path, (str, PathLike)) else paths[0]


def load(
    files: Iterable[AnyPath], options: Options | None = None, names: Sequence[str] = ()
) -> list[Job]:
    """Return a job for each scene of the files, or for those with one of the names.

    Raises:
        InvalidInput: a scene is wrong, does not go with the options, or is not there.
    """
    options = options or Options()
    jobs = []
    known: list[str] = []
    for file in map(Path, files):
        scenes = load_scenes(file)
        known += scenes
        for name, scene in scenes.items():
            if names and name not in names:
                continue
            stem = file.stem if len(scenes) == 1 else f"{file.stem}-{name}"
            with scene_errors(file):
                jobs.append(Job(file, name, stem, apply(options, scene), options))
    for name in names:
        if name not in known:
            raise InvalidInput(f"no scene is named {name!r}{did_you_mean(name, known)}")
    return jobs


def check_targets(jobs: Iterable[Job], check: Callable[[Path, Job], None] | None = None) -> None:
    """Raise what would keep the files from being written: InvalidInput, or ExportError."""
    check = check or _check_format
    taken: set[Path] = set()
    for job in jobs:
        for path in job.paths:
            check(path, job)
        for path in (*job.paths, *chain(*job.posters)):
            if path.resolve() in taken:
                raise InvalidInput(
                    f"{path} would be written twice; choose one scene by its name, or put names "
                    "into the path: 'output/{file}-{name}.gif'"
                )
            taken.add(path.resolve())


def _filled(path: str, names: Mapping[str, str]) -> str:
    for word in re.findall(r"\{(\w*)\}", path):
        if word not in names:
            raise InvalidInput(
                f"output {path!r}: {{{word}}} is unknown; there is {{file}} and {{name}}"
            )
    return path.replace("{file}", names["file"]).replace("{name}", names["name"])


def _check_format(path: Path, job: Job) -> None:
    from animopt import export, player
    from animopt.animate.theme import theme

    options = job.options
    if options.destination is not None:
        destination(options.destination).check_format(path.suffix)
    formats = [*(kind.suffixes for kind in export.FORMATS.values()), player.FORMAT.suffixes]
    export.check_suffix(path, chain(*formats))
    if player.is_page(path):
        player.check(path, options)
        return
    with job.errors():
        matte = theme(job.scene.theme, job.scene.style).matte
    settings = export.Settings(loop=options.loop or 0, quality=options.quality, matte=matte)
    export.check_path(path, settings)
    clock = job.scene.timeline
    # What a warped clock shows is known after the simulation; a frame is the least there is.
    shown = [1 / clock.fps] if clock.warp else [s for _, s in clock.pictures(job.scene.steps)]
    export.check_seconds(path, min(shown))


def run(jobs: Sequence[Job], watch: Watch | None = None, workers: int = 1) -> Iterator[Path]:
    """Render every job and yield the path of each file as soon as it is there.

    All are simulated before the first is drawn, so that a scene which turns out to be wrong
    leaves nothing written. Several workers take a scene each, or share one scene's frames; the
    files are the same to the byte.
    """
    watch = watch or Watch()
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
            yield from _fan_out(jobs, simulations, executor, watch)
            return
        for job, simulation in zip(jobs, simulations, strict=True):
            with job.errors():
                written = _write(job, simulation, watch, crew.frames if crew else None)
            yield from written


def _fan_out(
    jobs: Sequence[Job], simulations: Sequence[Simulation], executor: Executor, watch: Watch
) -> Iterator[Path]:
    """Give every worker a scene at a time, the longest first, so that all end at about one time."""
    from animopt.animate.clock import pictures

    lengths = [len(pictures(simulation)) for simulation in simulations]
    tasks = {
        i: executor.submit(_write_elsewhere, _source(jobs[i]), jobs[i].paths)
        for i in sorted(range(len(jobs)), key=lambda i: -lengths[i])
    }
    for i in range(len(jobs)):
        watch(f"rendering {len(jobs)} scenes", i, len(jobs))
        paths, sentences = tasks[i].result()
        for sentence in sentences:
            watch.say(sentence)
        yield from paths


class _Notes(Watch):
    """What a worker has to say, kept until it is back."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def say(self, sentence: str) -> None:
        """Be told of something that is worth a line."""
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


def _write(job: Job, simulation: Simulation, watch: Watch, drawer: Drawer | None) -> list[Path]:
    from animopt import player

    options = job.options
    about = provenance(simulation, job.stem, job.file)
    production = Production(simulation, about, options.loop or 0, options.quality)
    films = [path for path in job.paths if not player.is_page(path)]
    if options.max_size is not None:
        for path in films:
            production.fit(path, int(options.max_size), watch)
    elif films:
        production.film(films, watch, drawer)
    for path in job.paths:
        if player.is_page(path):
            player.write(simulation, path, loop=options.loop or 0)
    if job.posters:
        production.posters(job.posters)
    return [*job.paths, *chain(*job.posters)]
