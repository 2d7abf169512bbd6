"""Rendering: turn jobs into finished files, in this process or in several."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import ExitStack, redirect_stdout, suppress
from dataclasses import dataclass, replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, overload

from animopt.errors import AnimoptError, InvalidInput, answering, choose, is_many, short
from animopt.files import scratch_errors
from animopt.leftovers import shared_folder, temporary_folder, tidy
from animopt.notes import notes_to
from animopt.picture.picture import Picture, compose, pickled
from animopt.pipeline.embedding import embedded
from animopt.pipeline.far import write_far
from animopt.pipeline.jobs import AnyPath, Job, check_targets, load
from animopt.pipeline.options import Options, apply, whole
from animopt.pipeline.production import (
    MOST_BYTES,
    Drawer,
    Production,
    is_fed_picture,
    provenance,
)
from animopt.pipeline.receivers import check_receiver, send
from animopt.pipeline.varying import choices, counted, varied
from animopt.pipeline.workers import Crew, pool, warm
from animopt.progress import Messages, Progress
from animopt.runs.hands import Hands, lent
from animopt.runs.simulation import Simulation
from animopt.runs.variations import Variation
from animopt.scene import Scene, check_scene

if TYPE_CHECKING:
    from animopt.export import Format


@overload
def render(
    scene: Scene | AnyPath, path: Literal["gif", "apng", "mp4", "webm", "html"], **options: Any
) -> bytes: ...
@overload
def render(scene: Scene | AnyPath, path: AnyPath | None = None, **options: Any) -> Path: ...
@overload
def render(scene: Scene | AnyPath, path: Sequence[AnyPath], **options: Any) -> list[Path]: ...
@overload
def render(scene: Scene | AnyPath, path: BinaryIO, *, format: str, **options: Any) -> None: ...
@answering(scene="scene, path='output/scene.gif'")
def render(
    scene: Scene | AnyPath,
    path: Any = None,
    *,
    name: str | None = None,
    workers: int = 1,
    executor: Any = None,
    format: str | None = None,
    **options: Any,
) -> Any:
    """Render a scene, or the scene in a file, and return the path of the written file.

    Args:
        scene: a Scene, or the path of a scene file.
        path: the file to write; the suffix picks the format. Several paths are written in one pass
            and returned as a list. By default output/FILE.gif. The name of a format, such as
            "gif", returns the bytes of the file instead; a binary file object gets them.
        name: which scene, if the file has several.
        workers: how many processes draw the frames, for a scene from a file.
        executor: who draws them instead: an executor of concurrent.futures, or a Dask client; the
            bytes are the same.
        format: the name of the format, for a file object.
        **options: the fields of ``animopt.pipeline.options.Options``, such as fps, size, theme,
            max_size and settings, and of ``animopt.scene.Look``, such as trail.

    Raises:
        InvalidInput: the scene, an option or a path is wrong.
        ExportError: writing failed.
    """
    kind = _kind(path, format)
    if kind is not None:
        if hasattr(path, "write"):
            check_receiver(path)
        data = _rendered(scene, kind, name=name, workers=workers, executor=executor, **options)
        return send(path, data) if hasattr(path, "write") else data
    chosen = Options.of("render", options)
    paths = _write_files(scene, _outputs(path), name, chosen, _team(workers, executor))
    return paths[0] if path is None or isinstance(path, (str, PathLike)) else paths


def _kind(path: Any, format: Any) -> type[Format] | None:
    """Return the format whose bytes are asked for, by its name or a suffix; None for paths."""
    from animopt.pipeline.formats import FORMATS

    known = {suffix[1:]: kind for kind in FORMATS.values() for suffix in kind.suffixes} | FORMATS
    if hasattr(path, "write"):
        if format is None:
            raise InvalidInput(
                "render(scene, file): a file object has no suffix that picks the format; give "
                f"format=, one of {', '.join(FORMATS)}"
            )
        word = str(format)
        return known.get(_bare(word)) or choose("format", word, FORMATS)
    if format is not None:
        raise InvalidInput(
            f"render(format={format!r}): a path's suffix picks the format; leave out format"
        )
    return known.get(_bare(path)) if isinstance(path, str) else None


def _bare(word: str) -> str:
    """Return the name of a format that may be written as a suffix, or in capitals."""
    return word.removeprefix(".").lower()


def _rendered(scene: Scene | AnyPath, kind: type[Format], **options: Any) -> bytes:
    """Return the bytes of a file of a format."""
    if options.get("poster"):
        raise InvalidInput(
            "render(poster=True): the first and the last picture are files beside that of the "
            "animation; give a path, or leave out poster"
        )
    with temporary_folder() as folder:
        path = Path(folder, f"picture{kind.suffixes[0]}")
        try:
            written: Path = render(scene, path, **options)
        except AnimoptError as error:  # about a path that nobody gave
            said = str(error).replace(str(path), repr(kind.name))
            raise type(error)(said) from error
        return written.read_bytes()


def _team(workers: Any, executor: Any) -> int | Hands:
    """Return who draws: so many processes, or the hands of an executor."""
    if whole("workers", workers) < 1:
        raise InvalidInput(f"workers={workers}: give a whole number >= 1")
    if executor is None:
        return int(workers)
    if workers > 1:
        raise InvalidInput("render(workers=..., executor=...): an executor has workers; give one")
    return Hands("render", executor)


def _write_files(
    scene: Scene | AnyPath,
    outputs: list[AnyPath],
    name: str | None,
    chosen: Options,
    team: int | Hands,
) -> list[Path]:
    from animopt.progress.cell import progress_bar

    jobs = [job.to(outputs) for job in _jobs(scene, chosen, name)]
    if not (outputs or jobs[0].file):
        raise InvalidInput(
            "render(scene): a Scene needs a path, such as render(scene, 'output/saddle.gif')"
        )
    check_targets(jobs)
    with progress_bar() as progress:
        return list(run(jobs, progress, team))


def _outputs(path: Any) -> list[AnyPath]:
    """Return no path, one or several as a list."""
    one = isinstance(path, (str, PathLike)) or not is_many(path)
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


def run(
    jobs: Sequence[Job], progress: Progress | None = None, workers: int | Hands = 1
) -> Iterator[Path]:
    """Render every job and yield the path of each file as soon as it is complete.

    All scenes are simulated before the first is drawn, so that nothing is written if one of them
    is wrong. Several workers draw a scene each, or share one scene's frames; they get pictures,
    and simulate nothing; the files are the same to the byte, and so they are where the hands of an
    executor draw.
    """
    progress = progress or Progress()
    tidy(shared_folder())  # whether or not this run needs it, an earlier one may have been killed
    with ExitStack() as stack:
        if isinstance(workers, Hands):
            with lent(workers):
                tasks = [Task.of(job, progress) for job in jobs]
            yield from write_far(tasks, workers, progress)
            return
        executor = None
        if workers > 1 and jobs and all(job.file for job in jobs):
            # This process draws frames of a single scene too; with several it only waits.
            processes = workers - (len(jobs) == 1)
            folder = stack.enter_context(temporary_folder())
            executor = stack.enter_context(pool(processes))
            warm(executor, processes)
        tasks = [Task.of(job, progress) for job in jobs]
        if executor is None:
            for task in tasks:
                yield from task.write(progress)
        elif len(tasks) == 1:
            (task,) = tasks
            crew = Crew(executor, task.source(folder), processes, folder)
            yield from task.write(progress, crew.frames)
        else:
            yield from _write_in_workers(tasks, executor, folder, progress)


@dataclass(frozen=True)
class Task:
    """A job whose runs are computed and whose picture is composed: what is left is to draw."""

    job: Job
    simulation: Simulation[Any]
    picture: Picture
    variations: tuple[Variation, ...] = ()

    @classmethod
    def of(cls, job: Job, progress: Progress) -> Task:
        """Simulate a job's scene, also at the values that vary, and compose its picture."""
        simulation = job.simulate()
        with job.errors():
            asked, bounds = job.options.vary or {}, job.scene.look.bounds
            if asked:
                progress.say(counted(job.scene.problem, asked, bounds))
            variations = varied(simulation, bounds, asked, progress) if asked else ()
            spare = () if variations else job.spare  # readers who choose have a picture of theirs
            picture = compose(simulation, spare=spare, least=job.least_type, variations=variations)
            return cls(job, simulation, picture, variations)

    def write(self, progress: Progress, drawer: Drawer | None = None) -> list[Path]:
        """Write all files of the job here, or with the help of workers."""
        job, limit = self.job, self.job.options.max_size
        for sentence in job.unused():
            progress.say(sentence)
        production = self.produce()(self.picture, progress=progress)
        films = [path for path in job.paths if not is_fed_picture(path)]
        with job.errors():
            if limit is None:
                production.write(films, drawer)
            else:
                recompose = partial(
                    _compose_in_silence,
                    self.simulation,
                    least=job.least_type,
                    variations=self.variations,
                )
                for path in films:
                    production.fit(path, int(limit), self.job.scene.look, recompose)
            pages = [path for path in job.paths if path not in films]
            if pages:
                most = int(limit) if limit and self.variations else MOST_BYTES
                replace(production, picture=self._choices()).drawings(pages, most)
            if job.posters:
                production.posters(job.posters)
        return job.written

    def _choices(self) -> Picture:
        """Return the picture for readers who may choose what varies."""
        if not self.variations:
            return self.picture
        return choices(self.simulation, self.variations, self.job.spare, self.job.least_type)

    def source(self, folder: Path) -> Callable[[], Picture]:
        """Return a function that returns the picture in another process.

        One with a panel of the user's own, whose class no other process knows, is composed anew
        from the scene file.
        """
        data = pickled(self.picture)
        if data is None:
            return partial(_compose_again, self.job.loader())
        path = folder / f"{len(list(folder.iterdir()))}.picture"
        with scratch_errors():
            path.write_bytes(data)
        return partial(_read, path)

    def order(self, folder: Path) -> Order:
        """Return what a worker needs to write the files."""
        return Order(self.source(folder), self.produce(), self.job.paths, self.job.posters)

    def produce(self) -> Callable[..., Production]:
        """Return the production, but for its picture and who hears of its progress."""
        options = self.job.options
        about = provenance(self.simulation, self.job.stem, self.job.file)
        if options.embed:
            about |= embedded(self.job.file)
        loop = options.loop or 0
        return partial(Production, metadata=about, loop=loop, quality=options.quality)


@dataclass(frozen=True)
class Order:
    """What a worker writes: a picture, to be fetched, and the files it makes of it."""

    source: Callable[[], Picture]
    produce: Callable[..., Production]
    paths: tuple[Path, ...]
    posters: tuple[tuple[Path, Path], ...]


def _write_in_workers(
    tasks: Sequence[Task], executor: Executor, folder: Path, progress: Progress
) -> Iterator[Path]:
    """Distribute whole scenes, the longest first, so that the workers end at about one time.

    What must fit into a number of bytes is composed again and again, so it is written here.
    """
    away = [
        i
        for i, task in enumerate(tasks)
        if task.job.options.max_size is None and not task.variations
    ]
    pending: dict[int, Future[list[str]]] = {}
    with suppress(BrokenExecutor):  # what is not away is written here
        for i in sorted(away, key=lambda i: -len(tasks[i].picture.clock)):
            pending[i] = executor.submit(_write_order, tasks[i].order(folder))
    for i, task in enumerate(tasks):
        if i not in pending:
            yield from task.write(progress)
            continue
        progress.update(f"rendering {len(tasks)} scenes", i, len(tasks))
        try:
            sentences = pending[i].result()
        except BrokenExecutor:  # a worker died, and its executor with it
            progress.say(
                "a worker process died, perhaps for lack of memory; "
                f"{', '.join(map(str, task.job.paths))} is drawn here"
            )
            yield from task.write(progress)
            continue
        for sentence in sentences:
            progress.say(sentence)
        yield from task.job.written


def _write_order(order: Order) -> list[str]:
    """Write one scene in a worker; return the messages."""
    messages = Messages()
    with redirect_stdout(sys.stderr):  # a scene that is loaded again may print
        production = order.produce(order.source(), progress=messages)
        production.write(order.paths)
        if order.posters:
            production.posters(order.posters)
    return messages.sentences


def _read(path: Path) -> Picture:
    picture: Picture = pickle.loads(path.read_bytes())
    return picture


def _compose_again(load_job: Callable[[], Job]) -> Picture:
    """Return the picture of a scene that is loaded, and simulated, in this process."""
    with redirect_stdout(sys.stderr), notes_to(_unheard):
        return Task.of(load_job(), Progress()).picture


def _compose_in_silence(*arguments: Any, **settings: Any) -> Picture:
    """Compose the picture of a simulation anew, of which all notes were heard the first time."""
    with notes_to(_unheard):
        return compose(*arguments, **settings)


def _unheard(sentence: str) -> None:
    pass
