"""Jobs: scenes with all options applied, and their output paths, checked before rendering."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from animopt.errors import InvalidInput, did_you_mean
from animopt.files import at_home, check_place, file_names
from animopt.pipeline.destinations import LEAST_TYPE
from animopt.pipeline.formulas import is_expression, scene_of
from animopt.pipeline.options import Options, apply
from animopt.pipeline.recorded import is_run, scene_of_runs
from animopt.runs.simulation import Simulation, simulate
from animopt.scene import Scene, check_file, load_scenes, scene_errors
from animopt.scene.panels import MAPS

if TYPE_CHECKING:
    from animopt.export import PictureFormat

AnyPath: TypeAlias = str | PathLike[str]


@dataclass(frozen=True)
class Job:
    """One scene to render, with all options applied.

    Attributes:
        file: the scene file, or None for a scene made in Python.
        name: the scene's name in its file.
        stem: the default name of its output file, without the suffix.
        scene: the scene, options applied.
        options: what was asked for.
        paths: the files to write.
        part: the scene's name as part of a file's name, other than those of the file's others.
    """

    file: Path | None
    name: str
    stem: str
    scene: Scene
    options: Options
    paths: tuple[Path, ...] = ()
    part: str = "scene"

    def errors(self) -> AbstractContextManager[None]:
        """Report exceptions of the scene's own code with its file and line."""
        return scene_errors(self.file) if self.file else nullcontext()

    def simulate(self) -> Simulation[Any]:
        """Compute the trajectories."""
        with self.errors():
            return simulate(self.scene)

    def loader(self) -> Callable[[], Job]:
        """Return a function that loads the job again; unlike the job, it can be pickled."""
        assert self.file is not None, "only a scene in a file can be loaded again"
        return partial(_load_again, self.file, self.name, self.options, self.paths)

    def to(self, outputs: Sequence[AnyPath]) -> Job:
        """Return the job with its paths: "{file}" and "{name}" filled in, or the default."""
        file = self.file.stem if self.file else self.stem
        filled = [_filled(str(output), {"file": file, "name": self.part}) for output in outputs]
        place = self.options.place
        # A file for one place must not replace that for another.
        own = f"-{self.options.destination}{place.formats[0]}" if place else ".gif"
        return replace(self, paths=tuple(map(at_home, filled or [f"output/{self.stem}{own}"])))

    @property
    def spare(self) -> tuple[str, ...]:
        """The panels that readers of the files may choose besides those of the scene."""
        from animopt.pipeline.formats import PictureFormat, format_of

        kinds = [format_of(path) for path in self.paths]
        names = [n for kind in kinds if issubclass(kind, PictureFormat) for n in kind.spare]
        return tuple(dict.fromkeys(names))

    @property
    def least_type(self) -> float:
        """The least height of type in pixels of 1280 x 720, where it is shown on slides."""
        place = self.options.place
        return LEAST_TYPE if place is not None and place.slides else 0.0

    def unused(self) -> Iterator[str]:
        """Yield a sentence for each output that cannot honour an option which another one can."""
        from animopt.pipeline.formats import PictureFormat, format_of

        kinds = {path: format_of(path) for path in self.paths}
        for path, kind in kinds.items():
            if self.options.vary and not (issubclass(kind, PictureFormat) or self.has_map):
                yield f"{path}: it shows the scene's own values; vary is for the page"
            if issubclass(kind, PictureFormat):
                for name in _unused(kind, self.options):
                    yield f"{path}: {kind.because}; {name} is for the other files"

    @property
    def has_map(self) -> bool:
        """Whether a panel shows what varies."""
        return any(name in MAPS for name in self.scene.look.shown_panels if isinstance(name, str))

    @property
    def written(self) -> list[Path]:
        """The paths of all files, posters included."""
        return [*self.paths, *chain(*self.posters)]

    @property
    def posters(self) -> tuple[tuple[Path, Path], ...]:
        """The paths of the first and the last picture for each output, if asked for."""
        bases = dict.fromkeys(path.with_suffix("") for path in self.paths)
        return tuple(
            (base.with_name(f"{base.name}-first.png"), base.with_name(f"{base.name}-last.png"))
            for base in (bases if self.options.poster else ())
        )


def load(
    files: Iterable[AnyPath], options: Options | None = None, names: Sequence[str] = ()
) -> list[Job]:
    """Return a job for each scene of the files, or for those with one of the names.

    What is no file may be an expression in x and y; a scene file is code, which is run. Files of
    recorded runs make one scene together.

    Raises:
        InvalidInput: a scene is wrong or missing, or an option does not fit it.
    """
    options = options or Options()
    files = list(files)
    jobs = _recorded([file for file in map(at_home, files) if is_run(file)], options)
    known = [job.name for job in jobs]
    for number, given in enumerate(files, 1):
        if is_expression(os.fspath(given)):
            stem = "expression" if number == 1 else f"expression-{number}"
            scene = apply(options, scene_of(os.fspath(given), options))
            jobs.append(Job(None, stem, stem, scene, options))
            known.append(stem)
            continue
        file = at_home(given)
        if is_run(file):
            continue
        check_file(file)
        for flag in ("optimizers", "limits"):
            if getattr(options, flag):
                raise InvalidInput(
                    f"--{flag.removesuffix('s')} is for expressions in x and y, and {file} is a "
                    "scene file, which names its own; change them with --set"
                )
        scenes = load_scenes(file, [Path(other) for other in files if other != given])
        known += scenes
        for (name, scene), part in zip(scenes.items(), file_names(list(scenes)), strict=True):
            if names and name not in names:
                continue
            stem = file.stem if len(scenes) == 1 else f"{file.stem}-{part}"
            with scene_errors(file):
                changed = apply(options, scene)
            jobs.append(Job(file, name, stem, changed, options, part=part or "scene"))
    for name in names:
        if name not in known:
            raise InvalidInput(f"no scene is named {name!r}{did_you_mean(name, known)}")
    return jobs


def _recorded(files: Sequence[Path], options: Options) -> list[Job]:
    """Return one job for all files of runs, if there are any."""
    if files:
        stem = files[0].stem if len(files) == 1 else "runs"
        return [Job(None, stem, stem, apply(options, scene_of_runs(files, options)), options)]
    if options.surface:
        raise InvalidInput("--surface is for files of runs; a scene and an expression have theirs")
    return []


def _load_again(file: Path, name: str, options: Options, paths: tuple[Path, ...]) -> Job:
    (job,) = load([file], options, [name])
    return replace(job, paths=paths)


def _check_format(path: Path, job: Job) -> None:
    from animopt.picture.theme import theme
    from animopt.pipeline.formats import PictureFormat, Settings, check_path, check_seconds

    options, look = job.options, job.scene.look
    if options.place:
        options.place.check_format(path.suffix)
    with job.errors():
        matte = theme(look.theme, look.style).matte
    kind = check_path(path, Settings(loop=options.loop or 0, quality=options.quality, matte=matte))
    if options.vary and not job.has_map:
        _check_chosen(path, job)
    if issubclass(kind, PictureFormat):
        _check_unused(path, kind, job)
        return
    clock = look.timeline
    # What a warped timeline shows is known only after the simulation, but no less than a frame.
    shown = (
        [1 / clock.fps] if clock.warp else [s for _, s in clock.pictures(job.scene.problem.steps)]
    )
    check_seconds(path, min(shown))


def _check_chosen(path: Path, job: Job) -> None:
    """Raise InvalidInput where what varies is nowhere to be seen."""
    from animopt.pipeline.formats import PictureFormat, format_of

    if not any(issubclass(format_of(other), PictureFormat) for other in job.paths):
        raise InvalidInput(
            f"{path}: vary is for a page (.html), whose reader chooses the values, or for a panel "
            "that shows them, panels=['contour', 'map'] (--panels contour,map); leave it out"
        )


def _check_unused(path: Path, kind: type[PictureFormat], job: Job) -> None:
    """Raise InvalidInput for an option that means nothing to a format, nor to another output."""
    from animopt.pipeline.formats import PictureFormat, format_of

    for name in _unused(kind, job.options):
        if all(issubclass(format_of(other), PictureFormat) for other in job.paths):
            raise InvalidInput(f"{path}: {kind.because}; leave out {name}")


def _unused(kind: type[PictureFormat], options: Options) -> list[str]:
    # What a place is best with was not asked for.
    usual = Options(destination=options.destination)
    asked = [name for name in kind.unused if name in vars(usual)]
    if options.vary:  # a page that has it may become large
        asked = [name for name in asked if name != "max_size"]
    return [name for name in asked if getattr(options, name) != getattr(usual, name)]


def check_targets(jobs: Iterable[Job], check: Callable[[Path, Job], None] = _check_format) -> None:
    """Raise InvalidInput or ExportError if one of the files cannot be written.

    ``check`` does so for one path of a job; by default the path is that of an animation.
    """
    taken: dict[Path, Job] = {}
    for job in jobs:
        for path in job.paths:
            check(path, job)
        for path in (*job.paths, *chain(*job.posters)):
            check_place(path)
            target = path.resolve()
            if target in taken:
                advice = "give each file and each path once"
                if (taken[target].file, taken[target].name) != (job.file, job.name):
                    advice = (
                        "choose one scene by its name, or put the names into the path: "
                        "'output/{file}-{name}.gif'"
                    )
                raise InvalidInput(f"{path} would be written twice; {advice}")
            taken[target] = job


def _filled(path: str, names: Mapping[str, str]) -> str:
    for word in re.findall(r"\{(\w*)\}", path):
        if word not in names:
            raise InvalidInput(f"output {path!r}: {{{word}}} is unknown; use {{file}} and {{name}}")
    return path.replace("{file}", names["file"]).replace("{name}", names["name"])
