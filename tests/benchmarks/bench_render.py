"""The whole way from simulation to file, against FuncAnimation.save and against the encoder alone.

Run it as a script, `make bench`: it prints a Markdown table of ratios of medians, all from one run.

(a) cla, redraw and savefig for every frame, then APNG.from_files: how notebooks do it;
(b) matplotlib's own FuncAnimation.save on our animation, so the picture is the same;
(c) our encoder alone, fed with frames that are ready: the floor.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from itertools import chain
from pathlib import Path
from statistics import median
from time import perf_counter

import matplotlib
import numpy as np
from apng import APNG
from matplotlib.animation import FFMpegWriter, FuncAnimation, PillowWriter

from animopt import export
from animopt.animate import animation
from animopt.export import video
from animopt.runs.simulation import simulate
from animopt.scene import load_scenes
from animopt.scene.space import Orbit, Space

ROOT = Path(__file__).parents[2]
matplotlib.rcParams["animation.ffmpeg_path"] = video.ffmpeg()


def scene(name, **changes):
    return load_scenes(ROOT / "scenes" / f"{name}.py")["scene"].replace(**changes)


def seconds(work, runs):
    """The median time of some runs; what each needs before it starts is not counted."""
    times = []
    for _ in range(runs):
        ready = work.prepare()
        start = perf_counter()
        work.run(ready)
        times.append(perf_counter() - start)
    return median(times)


class Ours:
    """From the first frame asked for to the file closed, set-up included."""

    def __init__(self, simulation, path):
        self.simulation, self.path = simulation, path

    def prepare(self):
        return None

    def run(self, ready):
        animation(self.simulation).save(self.path)


class Drawn(Ours):
    """The same without set-up."""

    def prepare(self):
        movie = animation(self.simulation)
        return movie.engine().frames(movie.pictures), movie.known(movie.engine())

    def run(self, ready):
        frames, known = ready
        export.write(frames, self.path, **known)


class Floor(Drawn):
    """The encoder alone, on frames that are ready."""

    def prepare(self):
        movie = animation(self.simulation)
        return list(movie.frames()), movie.known(movie.engine())


class Matplotlib(Ours):
    """(b): the base class's own method."""

    writers = {".gif": PillowWriter, ".mp4": FFMpegWriter}

    def run(self, ready):
        movie = animation(self.simulation)
        FuncAnimation.save(movie, self.path, writer=self.writers[self.path.suffix](25))


class Notebook(Ours):
    """(a): clear, draw everything again, save a PNG; at the end all of them in one file."""

    def run(self, ready):
        from matplotlib.figure import Figure

        shown = self.simulation.scene
        figure = Figure(figsize=(6.4, 4.8), dpi=100)
        ax = figure.add_subplot()
        x, y, z = shown.surface.grid(240, 240, shown.bounds)
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for step, _ in shown.timeline.pictures(shown.steps):
                ax.cla()
                ax.contourf(x, y, z, 17)
                ax.contour(x, y, z, 17, linewidths=0.5)
                ax.set_title(f"step {step}")
                for run in self.simulation:
                    (line,) = ax.plot(*run.points[: step + 1].T, linewidth=1.8)
                    ax.plot(*run.points[step], "o", color=line.get_color())
                    ax.text(*run.points[step], run.label, clip_on=True)
                ax.set(xlim=shown.bounds[0], ylim=shown.bounds[1])
                names.append(f"{folder}/{step}.png")
                figure.savefig(names[-1])
            APNG.from_files(names, delay=40).save(str(self.path))


def gifsicle(path):
    """The bytes of gifsicle -O3 on the same frames, written whole with our palette."""
    from PIL import Image

    whole, small = path.with_name("whole.gif"), path.with_name("small.gif")
    with Image.open(path) as film:
        holder = Image.new("P", (1, 1))
        holder.putpalette(film.getpalette())
        pages, delays = [], []
        for k in range(film.n_frames):
            film.seek(k)
            delays.append(film.info["duration"])
            pages.append(film.convert("RGB"))
    flat = [page.quantize(palette=holder, dither=Image.Dither.NONE) for page in pages]
    flat[0].save(whole, save_all=True, append_images=flat[1:], duration=delays, optimize=False)
    subprocess.run(["gifsicle", "-O3", whole, "-o", small], check=True)
    return small.stat().st_size


def psnr(path, frames):
    """The peak signal-to-noise ratio in dB of an MP4 against the frames at its frame times."""
    height, width = frames[0][0].shape[:2]
    raw = subprocess.run(
        [video.ffmpeg(), "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    film = np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)
    ends = np.cumsum([shown for _, shown in frames])
    # matplotlib shows every picture for one frame; ours lasts as long as the timeline says.
    if len(film) == len(frames):
        places = range(len(film))
    else:
        moments = (np.arange(len(film)) + 0.5) * ends[-1] / len(film)
        places = np.searchsorted(ends, moments)
    errors = [
        np.mean((image.astype(float) - frames[min(i, len(frames) - 1)][0][..., :3]) ** 2)
        for image, i in list(zip(film, places, strict=True))[::9]
    ]
    return 10 * np.log10(255**2 / np.mean(errors))


def peak_memory(frames):
    """The peak resident megabytes of a fresh process that renders so many frames at 1080p.

    Linux lets a process start with the peak of the one that began it, so this comes first.
    """
    code = f"""
import resource, sys
from animopt import Timeline
from animopt.scene import load_scenes
from animopt.animate import animation
scene = load_scenes({str(ROOT / "scenes/ring.py")!r})["scene"]
scene = scene.replace(size=(1920, 1080), steps={frames - 1}, timeline=Timeline())
animation(scene).save(sys.argv[1])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", code, f"{folder}/long.gif"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    return float(done.stdout)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=3, help="how often each is timed")
    options.add_argument("--long", action="store_true", help="measure memory over 5000 frames too")
    asked = options.parse_args()
    few, many = (peak_memory(500), peak_memory(5000)) if asked.long else (0, 0)
    with tempfile.TemporaryDirectory() as folder:
        table = Table()
        compare(Path(folder), asked.runs, table)
        workers(Path(folder), asked.runs, table)
        start_up(table, asked.runs)
        if asked.long:
            table.row("5000 frames of 1920x1080", "peak memory", f"{many:.0f} MB")
            table.row("", "against 500 frames", f"{many / few:.2f}")
    cores = os.cpu_count()
    print(f"\n{platform.machine()}, {cores} cores, {date.today()}, medians of {asked.runs} runs.")


class Table:
    """A Markdown table printed row by row, since the rows take a while."""

    def __init__(self):
        print("| what | against | result |\n|---|---|---|", flush=True)

    def row(self, *cells):
        print("|", " | ".join(cells), "|", flush=True)


def compare(folder, runs, table):
    def path(name):
        return folder / name

    ring = simulate(scene("ring"))
    gif, mine = seconds(Ours(ring, path("ring.gif")), runs), path("ring.gif")
    drawn, floor = (seconds(k(ring, path("x.gif")), runs) for k in (Drawn, Floor))
    theirs = seconds(Matplotlib(ring, path("b.gif")), max(1, runs // 3))
    table.row("ring to GIF", "(b) PillowWriter", f"{theirs / gif:.1f} times as fast")
    share = path("b.gif").stat().st_size / mine.stat().st_size
    table.row("", "", f"1/{share:.1f} of the bytes ({mine.stat().st_size / 1e3:.0f} kB)")
    table.row("", "(c) the encoder alone", f"{drawn / floor:.2f} times its time")
    if shutil.which("gifsicle"):
        table.row("", "gifsicle -O3", f"{mine.stat().st_size / gifsicle(mine):.2f} of its bytes")
    bare = simulate(scene("ring", labels=False))
    Ours(bare, path("bare.gif")).run(None)
    Matplotlib(bare, path("bare-b.gif")).run(None)
    share = path("bare-b.gif").stat().st_size / path("bare.gif").stat().st_size
    table.row("without labels", "(b) PillowWriter", f"1/{share:.1f} of the bytes")

    film = seconds(Ours(ring, path("ring.mp4")), runs)
    drawn, floor = (seconds(k(ring, path("x.mp4")), runs) for k in (Drawn, Floor))
    theirs = seconds(Matplotlib(ring, path("b.mp4")), runs)
    table.row("ring to MP4", "(b) FFMpegWriter", f"{theirs / film:.1f} times as fast")
    sizes = [path(n).stat().st_size for n in ("ring.mp4", "b.mp4")]
    frames = list(animation(ring).frames())
    levels = [psnr(path(n), frames) for n in ("ring.mp4", "b.mp4")]
    table.row("", "", f"{sizes[0] / sizes[1]:.2f} of the bytes ({sizes[0] / 1e3:.0f} kB)")
    table.row("", "", f"PSNR {levels[0]:.1f} dB against {levels[1]:.1f} dB")
    table.row("", "(c) the encoder alone", f"{drawn / floor:.2f} times its time")

    png = seconds(Ours(ring, path("ring.png")), runs)
    theirs = seconds(Notebook(ring, path("a.png")), max(1, runs // 3))
    share = path("a.png").stat().st_size / path("ring.png").stat().st_size
    table.row("ring to APNG", "(a) cla and savefig", f"{theirs / png:.1f} times as fast")
    table.row("", "", f"1/{share:.1f} of the bytes")

    still = scene("saddle", view="surface")
    for title, space in (("fixed camera", Space()), ("orbit", Space(camera=Orbit()))):
        saddle = simulate(still.replace(space=space))
        mine = seconds(Ours(saddle, path("saddle.gif")), runs)
        theirs = seconds(Matplotlib(saddle, path("b.gif")), runs)
        table.row(
            f"saddle in 3-D, {title}", "(b) PillowWriter", f"{theirs / mine:.1f} times as fast"
        )


def workers(folder, runs, table):
    """One worker against two: the whole command, all its processes' start-up included."""

    def command(*options):
        """Return the seconds of a command, and the part of them that each of two cores worked."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = perf_counter()
        subprocess.run(
            [sys.executable, "-m", "animopt", "render", *options], check=True, capture_output=True
        )
        taken = perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return taken, worked / taken / 2

    def times(*options):
        return median(command(*options)[0] for _ in range(runs))

    orbit = (ROOT / "scenes/ring.py", "--view", "surface", "--orbit", "1", "-o", folder / "j.gif")
    one, two = times(*orbit), times(*orbit, "-j", "2")
    table.row("ring in 3-D, orbit, -j 2", "-j 1", f"{one / two:.2f} times as fast")
    chosen = ("adagrad", "adam", "brake", "momentum", "rmsprop", "sgd")
    six = [ROOT / "scenes/learning_rates.py", *chain(*(("--scene", name) for name in chosen))]
    for title, look in (("2-D", ()), ("3-D, orbit", ("--view", "surface", "--orbit", "1"))):
        busy = median(
            command(*six, *look, "-o", folder / "{name}.gif", "-j", "2")[1] for _ in range(runs)
        )
        table.row(f"six scenes in {title}, -j 2", "two cores", f"{busy:.0%} busy")


def start_up(table, runs):
    """The help of the command against that of an empty typer app."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.py"
        empty.write_text(
            "import typer\napp = typer.Typer()\n@app.command()\ndef f(): pass\napp()\n"
        )

        def median_of(*command):
            times = []
            for _ in range(3 * runs):
                start = perf_counter()
                subprocess.run([sys.executable, *command, "--help"], capture_output=True)
                times.append(perf_counter() - start)
            return median(times)

        extra = median_of("-m", "animopt") - median_of(str(empty))
    table.row("animopt --help", "an empty typer app", f"{extra:+.2f} s")


if __name__ == "__main__":
    main()
