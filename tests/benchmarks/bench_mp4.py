"""How small an MP4 is at equal quality: the settings of x264, swept over films of the scenes.

Run it as a script. Each set of settings encodes each film at three rates of quality (CRF); bytes
are interpolated to where its PSNR is that of the settings in use, over the whole frame and over
the pixels that paths, heads and letters ever cover. It prints a Markdown table of ratios to the
settings in use: the mean over the films, all from one run.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np

from animopt.animate import animation
from animopt.export import mp4, video
from animopt.scene import load_scenes

ROOT = Path(__file__).parents[2]
FILMS = {
    "ring": ("ring", {}),
    "saddle": ("saddle", {"view": "both", "size": (960, 400)}),
    "ravine": ("ravine", {"theme": "dark"}),
    "sphere": ("sphere", {"panels": ("contour", "loss"), "size": (1280, 720)}),
}
RATES = (19, 22, 25)
# What is tried in place of, or beside, what is in use.
TRIED = {
    "in use": {},
    "bframes=8": {"bframes": 8},
    "bframes=16": {"bframes": 16},
    "scenecut=0": {"scenecut": 0},
    "bframes=8, scenecut=0": {"bframes": 8, "scenecut": 0},
    "bframes=8, scenecut=0, keyint=1200": {"bframes": 8, "scenecut": 0, "keyint": 1200},
    "bframes=8, scenecut=0, b-adapt=2": {"bframes": 8, "scenecut": 0, "b-adapt": 2},
    "bframes=16, scenecut=0, b-adapt=2": {"bframes": 16, "scenecut": 0, "b-adapt": 2},
    "ref=3": {"ref": 3},
    "ref=16": {"ref": 16},
    "aq-mode=0": {"aq-mode": 0},
    "aq-strength=1": {"aq-strength": 1.0},
    "subme=9": {"subme": 9},
    "trellis=2": {"trellis": 2},
    "8x8dct=0": {"8x8dct": 0},
    "partitions=all": {"partitions": "all"},
    "weightp=0": {"weightp": 0},
    "qcomp=0.8": {"qcomp": 0.8},
    "deblock=0,0": {"deblock": "0,0"},
}


class Film(NamedTuple):
    """Frames (n, h, w, 4), and which pixels (h, w) ever change."""

    frames: np.ndarray
    moves: np.ndarray


class Coded(NamedTuple):
    """What an encoding came to: bytes, PSNR of the whole and of what moves in dB, and seconds."""

    size: int
    whole: float
    moving: float
    seconds: float


def film(name, changes):
    scene = load_scenes(ROOT / "scenes" / f"{name}.py")["scene"].replace(**changes)
    movie = animation(scene)
    rate = movie.picture.fps
    frames = [f for f, seconds in movie.frames() for _ in range(max(1, round(seconds * rate)))]
    pictures = np.stack(frames[:400])
    return Film(pictures, (pictures != pictures[0]).any(axis=(0, 3)))


def coded(film, settings, rate, path):
    """Encode a film as ``Mp4Encoder`` does, but for some settings, and measure the file."""
    count, height, width, _ = film.frames.shape
    chosen = dict(part.split("=", 1) for part in mp4.X264.split(":")) | settings
    text = ":".join(f"{key}={value}" for key, value in chosen.items())
    command = [video.ffmpeg(), "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgba"]
    command += ["-s", f"{width}x{height}", "-framerate", "25", "-i", "pipe:0"]
    command += [
        "-vf",
        video.CONVERSION,
        "-pix_fmt",
        "yuv420p",
        "-c:v",
        "libx264",
        "-preset",
        "medium",
        "-crf",
        str(rate),
    ]
    command += ["-x264-params", f"{text}:rc-lookahead=40", *mp4.REPRODUCIBLE.split()]
    start = perf_counter()
    subprocess.run(
        [*command, *mp4.Mp4Encoder.muxer.split(), path], input=film.frames.data, check=True
    )
    taken = perf_counter() - start
    back = [video.ffmpeg(), "-loglevel", "error", "-i", path, "-f", "rawvideo", "-vf"]
    back += ["scale=in_range=tv:in_color_matrix=bt709:flags=accurate_rnd,format=rgb24", "-"]
    raw = subprocess.run(back, capture_output=True, check=True).stdout
    shown = np.frombuffer(raw, np.uint8).reshape(count, height, width, 3)
    errors = np.zeros((height, width))
    for ours, theirs in zip(film.frames, shown, strict=True):
        errors += np.square(ours[..., :3].astype(np.float32) - theirs).mean(axis=-1)
    means = errors.mean() / count, errors[film.moves].mean() / count
    return Coded(path.stat().st_size, *(10 * np.log10(255**2 / each) for each in means), taken)


def at_equal(codings, quality, wanted):
    """Return the bytes at a PSNR, interpolated in their logarithm."""
    found = sorted((getattr(each, quality), np.log(each.size)) for each in codings)
    return float(np.exp(np.interp(wanted, *zip(*found, strict=True))))


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("only", nargs="*", help="names of settings to try")
    chosen = options.parse_args().only or list(TRIED)
    films = {name: film(*what) for name, what in FILMS.items()}
    print("| settings | bytes at equal PSNR | at that of what moves | seconds |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.mp4"
        used = {n: [coded(f, {}, rate, path) for rate in RATES] for n, f in films.items()}
        for name in chosen:
            rows = []
            for key, each in films.items():
                found = [coded(each, TRIED[name], rate, path) for rate in RATES]
                now = used[key][1]
                rows.append((
                    at_equal(found, "whole", now.whole) / now.size,
                    at_equal(found, "moving", now.moving) / now.size,
                    sum(c.seconds for c in found) / sum(c.seconds for c in used[key]),
                ))  # fmt: skip
            print(
                "|",
                " | ".join([name, *(f"{v:.3f}" for v in np.mean(rows, axis=0))]),
                "|",
                flush=True,
            )


if __name__ == "__main__":
    main()
