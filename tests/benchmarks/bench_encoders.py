"""The encoders alone, on frames that are ready: ours, Pillow's, gifsicle, and plain ffmpeg.

Run it as a script. It draws 434 frames of 640x480 once, and prints seconds (the median of three
runs) and bytes. "gifsicle -O3" works on our decoded frames, written whole with our palette.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from runpy import run_path
from statistics import median
from time import perf_counter

import numpy as np
from apng import APNG
from matplotlib.animation import FFMpegWriter, PillowWriter
from matplotlib.figure import Figure
from PIL import Image

from animopt.export import video, write, write_all

HELPERS = run_path(str(Path(__file__).parents[1] / "export" / "conftest.py"))
FPS = 25
RUNS = 3


class Ready(Figure):
    """A figure whose saving hands out frames that were drawn before."""

    def __init__(self, frames):
        height, width = frames[0].shape[:2]
        super().__init__(figsize=(width / 100, height / 100), dpi=100)
        self.frames = iter(frames)

    def savefig(self, file, **options):
        file.write(next(self.frames).data)


def matplotlib_writer(kind, frames, path):
    writer = kind(FPS)
    with writer.saving(Ready(frames), str(path), 100):
        for _ in frames:
            writer.grab_frame()


def ffmpeg_writer(frames, path):
    import matplotlib

    with matplotlib.rc_context({"animation.ffmpeg_path": video.ffmpeg()}):
        matplotlib_writer(FFMpegWriter, frames, path)


def png_files(frames, path):
    """Every frame a PNG of its own, then all in one file: the usual way to an APNG."""
    names = [str(path.parent / f"{k:04}.png") for k in range(len(frames))]
    for frame, name in zip(frames, names, strict=True):
        Image.fromarray(frame).save(name)
    APNG.from_files(names, delay=1000 // FPS).save(str(path))


def whole_gif(source, path):
    """Write each shown picture of a GIF whole, with the same palette, for gifsicle to work on."""
    with Image.open(source) as image:
        palette = Image.new("P", (1, 1))
        palette.putpalette(image.getpalette())
        names = []
        for k in range(image.n_frames):
            image.seek(k)
            name = path.parent / f"{k:04}.gif"
            image.convert("RGB").quantize(palette=palette, dither=0).save(name)
            names.append(name)
    subprocess.run(
        ["gifsicle", "--delay", str(100 // FPS), "--loop", *names, "-o", path],
        check=True,
        capture_output=True,
    )


def psnr(path, frames):
    """Return the peak signal-to-noise ratio in dB over all frames, with this matrix or that."""
    best = 0.0
    for matrix in ("bt709", "bt601"):
        command = [video.ffmpeg(), "-loglevel", "error", "-i", path, "-f", "rawvideo", "-vf"]
        flags = "flags=accurate_rnd+full_chroma_int"
        command += [f"scale=in_range=tv:in_color_matrix={matrix}:{flags},format=rgb24", "-"]
        raw = subprocess.run(command, capture_output=True, check=True).stdout
        pictures = np.frombuffer(raw, np.uint8).reshape(len(frames), *frames[0].shape[:2], 3)
        error = np.mean(
            [
                np.square(ours.astype(np.float32) - theirs[..., :3]).mean()
                for ours, theirs in zip(pictures, frames, strict=True)
            ]
        )
        best = max(best, 10 * np.log10(255**2 / error))
    return best


def timed(name, call, path, runs=RUNS, note=lambda: ""):
    seconds = []
    for _ in range(runs):
        start = perf_counter()
        call()
        seconds.append(perf_counter() - start)
    print(
        f"{name:30} {median(seconds):8.2f} s {path.stat().st_size:12,d} bytes  {note()}", flush=True
    )


def main():
    frames = list(HELPERS["drawn_frames"](434, 640, 480))
    options = {"fps": FPS, "colors": HELPERS["COLORS"], "samples": frames[:: len(frames) // 9]}
    with tempfile.TemporaryDirectory() as folder:
        gif, png, film, other = (Path(folder) / name for name in ("a.gif", "a.png", "a.mp4", "b"))
        for path in (gif, png, film):
            for quality in ("draft", "medium", "high"):
                timed(
                    f"animopt {path.suffix} {quality}",
                    lambda p=path, q=quality: write(frames, p, quality=q, **options),
                    path,
                    note=lambda p=path: f"{psnr(p, frames):.2f} dB" if p == film else "",
                )
        write(frames, gif, **options)
        every = [gif, png, film]
        timed("animopt, all three in one pass", lambda: write_all(frames, every, **options), film)
        other = other.with_suffix(".gif")
        timed("PillowWriter", lambda: matplotlib_writer(PillowWriter, frames, other), other, 1)
        if shutil.which("gifsicle"):
            whole = Path(folder) / "whole.gif"
            whole_gif(gif, whole)
            command = ["gifsicle", "-O3", whole, "-o", other]
            timed(
                "gifsicle -O3",
                lambda: subprocess.run(command, check=True, capture_output=True),
                other,
            )
            print(f"{'':30} ours is {gif.stat().st_size / other.stat().st_size:.3f} of its size")
        other = other.with_suffix(".png")
        timed("a PNG per frame, APNG", lambda: png_files(frames, other), other, 1)
        other = other.with_suffix(".mp4")
        timed(
            "FFMpegWriter",
            lambda: ffmpeg_writer(frames, other),
            other,
            note=lambda: f"{psnr(other, frames):.2f} dB",
        )


if __name__ == "__main__":
    main()
