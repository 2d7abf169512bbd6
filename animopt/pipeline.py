"""The pipeline: scene files and what was asked of them go in, finished animations come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields, replace
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias, overload

from animopt import __version__
from animopt.destinations import destination
from animopt.errors import InvalidInput, did_you_mean
from animopt.options import Options, apply
from animopt.scene import Scene, load_scenes, scene_errors
from animopt.simulation import Simulation, simulate
from animopt.typing import Frame

Watch: TypeAlias = Callable[[str, int, int], None]
"""Told of progress: (what is going on, frames done, frames in all)."""

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
        filled = [str(o).replace("{file}", file).replace("{name}", self.name) for o in outputs]
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
    **options: Any,
) -> Path | list[Path]:
    """Render a scene, or the scene of a file, and return the path of what was written.

    Args:
        scene: a Scene, or the path of a scene file.
        path: where to; the suffix picks the format. Several paths are written from one pass and
            returned as a list. By default output/FILE.gif.
        name: which scene, where the file holds several.
        **options: the fields of ``animopt.options.Options``: view, panels, fps, speedup, after,
            hold, duration, size, dpi, quality, loop, theme, style, markers, destination, poster,
            settings.

    Raises:
        InvalidInput: the scene, an option or a path is wrong.
        ExportError: writing failed.
    """
    known = [f.name for f in fields(Options)]
    for word in options:
        if word not in known:
            raise TypeError(f"render() has no option {word!r}{did_you_mean(word, known)}")
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
    paths = list(run(jobs))
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


def _check_format(path: Path, job: Job) -> None:
    from animopt import export, player
    from animopt.animate.theme import theme

    options = job.options
    if options.destination is not None:
        destination(options.destination).check_format(path.suffix)
    if player.is_page(path):
        player.check(path, options)
        return
    with job.errors():
        matte = theme(job.scene.theme, job.scene.style).matte
    settings = export.Settings(loop=options.loop or 0, quality=options.quality, matte=matte)
    export.check_path(path, settings)


def run(jobs: Sequence[Job], watch: Watch = lambda doing, done, total: None) -> Iterator[Path]:
    """Render every job and yield the path of each file as soon as it is there.

    All are simulated before the first is drawn, so that a scene which turns out to be wrong
    leaves nothing written.
    """
    simulations = [job.simulate() for job in jobs]
    for job, simulation in zip(jobs, simulations, strict=True):
        with job.errors():
            written = _write(job, simulation, watch)
        yield from written


def _write(job: Job, simulation: Simulation, watch: Watch) -> list[Path]:
    from animopt import player

    films = [path for path in job.paths if not player.is_page(path)]
    if films:
        _film(job, simulation, films, watch)
    for path in job.paths:
        if player.is_page(path):
            player.write(simulation, path, loop=job.options.loop or 0)
    if job.posters:
        _posters(job, simulation)
    return [*job.paths, *chain(*job.posters)]


def _posters(job: Job, simulation: Simulation) -> None:
    from animopt import animate, export

    animation = animate.animation(simulation)
    pictures = [animation.draw(animation.pictures[i][0]) for i in (0, -1)]
    for paths in job.posters:
        for picture, path in zip(pictures, paths, strict=True):
            export.write([picture], path, fps=1, loop=1, quality="high")


def _film(job: Job, simulation: Simulation, paths: Sequence[Path], watch: Watch) -> None:
    from animopt import animate, export

    animation = animate.animation(simulation)

    def frames() -> Iterator[tuple[Frame, float]]:
        doing, total = "rendering " + ", ".join(map(str, paths)), len(animation.pictures)
        for done, picture in enumerate(animation.frames()):
            watch(doing, done, total)
            yield picture
        watch(doing, total, total)

    export.write_all(
        frames(),
        paths,
        loop=job.options.loop or 0,
        quality=job.options.quality,
        colors=animation.colors,
        matte=animation.matte,
        samples=animation.samples(),
        metadata={"Title": job.scene.title or job.stem, "Software": f"animopt {__version__}"},
    )
