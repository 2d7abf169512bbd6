"""The command line: parse, call, print."""

from __future__ import annotations

import json
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from animopt import __version__
from animopt.cli import flags
from animopt.cli.parsing import Commands, Once, check_letters, options_of, sentence
from animopt.cli.streams import print_exactly, quoted, usable_streams
from animopt.errors import ExportError, InvalidInput, choose, visible
from animopt.notes import notes_to
from animopt.signals import Interrupted, interruptible, quiet

if TYPE_CHECKING:
    from animopt.pipeline.options import Options

# Modules that need NumPy, matplotlib or rich are imported inside the commands that use them, so
# that --help stays fast.

app = typer.Typer(
    cls=Commands,
    help="Animations of optimizers descending loss surfaces.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@usable_streams()
def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0: done; 2: the command or the scene is wrong; 1: it failed while running; 128 + n: interrupted
    by signal n. All but 0 come with one sentence on stderr.
    """
    try:
        quiet()
        with interruptible():
            check_letters(args or ())
            return app(args, prog_name="animopt", standalone_mode=False) or 0
    except Interrupted as stop:
        return _fail("interrupted", stop.status)
    except typer.TyperException as error:
        return _fail(sentence(error), error.exit_code)
    except InvalidInput as error:
        return _fail(str(error), 2)
    except (ExportError, OSError) as error:
        return _fail(str(error), 1)
    except ValueError as error:
        if hasattr(sys.modules.get("matplotlib"), "rcParams"):
            raise
        return _fail(f"matplotlib does not start; correct its matplotlibrc: {error}", 2)
    except MemoryError:
        return _fail("out of memory; try a smaller --size", 1)


def _fail(message: str, status: int) -> int:
    _note(" ".join(message.split()))
    return status


def _note(message: str) -> None:
    print("animopt:", visible(message), file=sys.stderr)


def _version(wanted: bool) -> None:
    if wanted:
        print("animopt", __version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command(cls=Once)
def render(
    files: flags.SceneFiles,
    output: flags.Outputs = None,
    names: flags.SceneNames = None,
    title: flags.Title = None,
    labels: flags.Labels = None,
    colorbar: flags.Colorbar = None,
    levels: flags.Levels = None,
    start: flags.Start = None,
    steps: flags.Steps = None,
    bounds: flags.PlotBounds = None,
    noise: flags.Noise = None,
    seed: flags.Seed = None,
    view: flags.View = None,
    panels: flags.Panels = None,
    fps: flags.Fps = None,
    speedup: flags.Speedup = None,
    after: flags.After = None,
    hold: flags.Hold = None,
    duration: flags.Duration = None,
    warp: flags.Warp = None,
    first: flags.First = None,
    last: flags.Last = None,
    size: flags.Size = None,
    dpi: flags.Dpi = None,
    quality: flags.Quality = "medium",
    loop: flags.Loop = None,
    theme: flags.Theme = None,
    style: flags.Style = None,
    markers: flags.Markers = None,
    colors: flags.Colors = None,
    shapes: flags.Shapes = None,
    destination: flags.For = None,
    poster: flags.Poster = False,
    snippet: flags.Snippet = False,
    embed: flags.Embed = False,
    elev: flags.Elev = None,
    azim: flags.Azim = None,
    orbit: flags.Turns = None,
    max_size: flags.MaxSize = None,
    settings: flags.Settings = None,
    vary: flags.Vary = None,
    optimizers: flags.Optimizers = None,
    limits: flags.Limits = None,
    surface: flags.Ground = None,
    workers: flags.Workers = "auto", dask: flags.Dask = None,
    show: flags.Open = False,
) -> None:  # fmt: skip
    """Render scenes and print the path of each written file."""
    _render(files, output or (), names or (), options_of(locals()), workers, dask, snippet, show)


def _render(
    files: Sequence[str],
    output: Sequence[Path],
    names: Sequence[str],
    options: Options,
    workers: str,
    dask: str | None,
    snippet: bool,
    show: bool,
) -> None:
    from animopt.cli.facts import described
    from animopt.pipeline.dask import team
    from animopt.pipeline.jobs import check_targets, load
    from animopt.pipeline.rendering import run
    from animopt.pipeline.sharing import advised, workers_of
    from animopt.progress.terminal import progress_bar

    options = replace(options, poster=options.poster or snippet)
    number = workers_of(workers)
    stdout, written = sys.stdout, []
    with (
        redirect_stdout(sys.stderr),  # scenes may print
        ExitStack() as stack,
        progress_bar() as progress,
        notes_to(lambda sentence: progress.say(f"animopt: {sentence}")),
    ):
        jobs = [job.to(output) for job in load(files, options, names)]
        check_targets(jobs)
        number = number or (1 if dask else advised(jobs))
        for path in run(jobs, progress, stack.enter_context(team(number, dask))):
            progress.close()
            print(f"{visible(str(path))}: {described(path)}", file=sys.stderr)
            print(path, file=stdout, flush=True)
            written.append(path)
            for excess in options.place.excesses(path) if options.place else ():
                _note(excess)
        if snippet:
            from animopt.pipeline.snippets import snippets

            for job in jobs:
                print(*snippets(job), sep="\n\n", file=sys.stderr)
    if options.place:
        for path in jobs[0].paths:
            _note(options.place.advice(path))
    for path in written if show else ():
        typer.launch(str(path))


@app.command(cls=Once)
def plot(
    files: flags.SceneFiles,
    output: flags.Stills = None,
    names: flags.SceneNames = None,
    kind: flags.StillKind = "paths",
    title: flags.Title = None,
    labels: flags.Labels = None,
    colorbar: flags.Colorbar = None,
    levels: flags.Levels = None,
    start: flags.Start = None,
    steps: flags.Steps = None,
    bounds: flags.PlotBounds = None,
    noise: flags.Noise = None,
    seed: flags.Seed = None,
    view: flags.View = None,
    panels: flags.Panels = None,
    last: flags.Last = None,
    size: flags.Size = None,
    dpi: flags.Dpi = None,
    theme: flags.Theme = None,
    style: flags.Style = None,
    markers: flags.Markers = None,
    colors: flags.Colors = None,
    shapes: flags.Shapes = None,
    moving: flags.Moving = False,
    settings: flags.Settings = None,
    optimizers: flags.Optimizers = None,
    limits: flags.Limits = None,
    surface: flags.Ground = None,
) -> None:
    """Draw scenes as still figures and print the path of each written file."""
    options = options_of(locals())
    from animopt.animate import stills
    from animopt.pipeline.jobs import check_targets, load

    stdout = sys.stdout
    with redirect_stdout(sys.stderr):
        jobs = load(files, options, names or ())
        jobs = [job.to(output or [f"output/{job.stem}-{kind}.png"]) for job in jobs]
        check_targets(jobs, lambda path, job: stills.check(path, kind))
        for job in jobs:
            simulation = job.simulate()
            for target in job.paths:
                with job.errors():
                    written = stills.write(simulation, target, kind, moving=moving)
                for path in written:
                    print(path, file=stdout, flush=True)


@app.command(cls=Once)
def report(
    files: flags.SceneFiles,
    form: flags.ReportFormat = "table",
    tolerance: flags.Tolerance = None,
    names: flags.SceneNames = None,
    start: flags.Start = None,
    steps: flags.Steps = None,
    noise: flags.Noise = None,
    seed: flags.Seed = None,
    settings: flags.Settings = None,
    optimizers: flags.Optimizers = None,
    limits: flags.Limits = None,
    surface: flags.Ground = None,
    seconds: flags.Seconds = True,
) -> None:
    """Report in numbers how each optimizer of the scenes performed."""
    options = options_of(locals())
    from animopt.cli.tables import print_table
    from animopt.pipeline.jobs import load
    from animopt.runs import report as reports

    forms: dict[str, Callable[[Sequence[reports.Row], bool], object]] = {
        "table": lambda rows, timings: print_table(reports.columns(rows, timings)),
        "markdown": lambda rows, timings: print(reports.as_markdown(rows, timings)),
        "csv": lambda rows, timings: print(reports.as_csv(rows, timings)),
        "json": lambda rows, timings: print(reports.as_json(rows, timings)),
    }
    show = choose("format", form, forms)
    rows: list[reports.Row] = []
    with redirect_stdout(sys.stderr):
        jobs = load(files, options, names or ())
        for job in jobs:
            scene = job.stem if len(jobs) > 1 else ""
            rows += reports.summarize(job.simulate(), tolerance, scene)
    show(rows, seconds)
    for job in jobs:
        ground = job.scene.problem.surface
        if ground.lowest is None:
            within = job.scene.tolerance if tolerance is None else tolerance
            _note(
                f"{job.stem}: surface {ground.name!r} has no known minimum, "
                f"so a loss < {within:g} counts as arrived"
            )


@app.command("list", cls=Once)
def list_catalogue(kind: flags.Kind, form: flags.ListFormat = "table") -> None:
    """List the available surfaces, optimizers or formats."""
    from animopt.cli import listing
    from animopt.cli.tables import print_table

    kinds = {
        "surfaces": listing.list_surfaces,
        "optimizers": listing.list_optimizers,
        "formats": listing.list_formats,
    }
    forms: dict[str, Callable[[list[listing.Entry]], object]] = {
        "table": lambda entries: print_table(listing.as_columns(entries)),
        "json": lambda entries: print(json.dumps(entries, indent=2, ensure_ascii=False)),
    }
    entries, show = choose("list", kind, kinds), choose("format", form, forms)
    show(entries())


@app.command(cls=Once)
def preview(
    file: flags.SceneFile,
    show: flags.Browser = True,
    port: flags.Port = 0,
    optimizers: flags.Optimizers = None,
    start: flags.Start = None,
    steps: flags.Steps = None,
    bounds: flags.PlotBounds = None,
    limits: flags.Limits = None,
    vary: flags.Vary = None,
) -> None:
    """Show a scene file in the browser and reload it whenever it is saved; stop with Ctrl-C."""
    options = options_of(locals())
    from animopt.page import PageFormat
    from animopt.page.preview import run
    from animopt.pipeline.formulas import is_expression
    from animopt.pipeline.jobs import load
    from animopt.pipeline.varying import offered

    # What is no file cannot change, and a file says itself how it is to be shown.
    fixed = {job.name: job.scene for job in load([file], options)} if is_expression(file) else None
    asked, others = options.vary, replace(options, vary=None)
    if fixed is None and others != type(options)():
        raise InvalidInput(f"{file}: --start and the like are for expressions; write them into it")

    stdout = sys.stdout

    def ready(address: str) -> None:
        print(address, file=stdout, flush=True)
        if show:
            typer.launch(address)

    with redirect_stdout(sys.stderr):  # scenes may print
        try:
            run(file, ready, _note, fixed, port, lambda s: offered(s, asked, PageFormat.spare))
        except Interrupted as stop:
            if stop.status != 128 + signal.SIGINT:
                raise


@app.command(cls=Once)
def info(
    files: flags.RenderedFiles, source: flags.Source = False, source_of: flags.SourceOf = None
) -> None:
    """Print the facts stored in rendered files, or the scene that is embedded in one."""
    from animopt.cli import facts
    from animopt.pipeline import embedding
    from animopt.pipeline.formats import info as read

    if (source or source_of) and len(files) != 1:
        raise InvalidInput(f"info --source: give one file, not {len(files)}")
    for file in files:
        if not file.is_file():
            raise InvalidInput(f"info: there is no file {file}; give a file that animopt rendered")
        about = read(file)
        if source or source_of:
            print_exactly(embedding.source_of(about.metadata, source_of))
            for other in embedding.others(about.metadata) if source else ():
                _note(f"the scene imports {other}; print it with --source-of {shlex.quote(other)}")
            continue
        print(*facts.lines(file, about), sep="\n")


@app.command(cls=Once)
def new(file: flags.NewFile) -> None:
    """Write a starter scene to render and edit."""
    from animopt.files import at_home, check_place, write_whole

    file = at_home(file)
    if file.suffix != ".py":
        raise InvalidInput(f"{file}: a scene file is a Python file; choose a name ending in .py")
    check_place(file)
    if file.exists() or file.is_symlink():
        raise InvalidInput(f"{file} already exists; choose another name")
    write_whole(file, Path(__file__).with_name("starter.py").read_bytes())
    print(file)
    print(f"render it with: animopt render {quoted(file)}", file=sys.stderr)
