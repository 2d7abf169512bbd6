"""Frames to write, and tools for the files that are written."""

from __future__ import annotations

import subprocess

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

LINES = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
NAMES = ("sgd", "momentum", "adagrad", "rmsprop", "adadelta", "adam", "brake")
COLORS = (*LINES, "#000000", "#ffffff")


def drawn_frames(number, width, height):
    """Draw frames like animopt's: filled contours, growing lines, markers and moving labels."""
    with matplotlib.rc_context(matplotlib.rcParamsDefault):
        figure = Figure(figsize=(width / 100, height / 100), dpi=100)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.1, 0.1, 0.85, 0.8))
    x, y = np.meshgrid(np.linspace(-1.5, 1.5, 200), np.linspace(-2.1, 2.1, 200))
    height_map = np.log10((x**2 + y**2 - 1) ** 2 + (x + 1) ** 2 / 8 + 1e-3)
    axes.contourf(x, y, height_map, 25)
    axes.contour(x, y, height_map, 12, colors="k", linewidths=0.5, alpha=0.4)
    axes.set_title("seven ways down a ring")
    t = np.arange(1000)
    moving = []
    for k, (color, name) in enumerate(zip(LINES, NAMES, strict=True)):
        radius = 1 + 0.9 * np.exp(-t / (40 + 60 * k))
        angle = 1.5 + 1.6 * (1 - np.exp(-t / (60 + 50 * k))) + 0.02 * np.sin(t / (3 + k))
        path = np.stack([radius * np.cos(angle), radius * np.sin(angle)])
        (line,) = axes.plot([], [], color=color, lw=2, animated=True)
        (head,) = axes.plot([], [], "o", color=color, mec="k", animated=True)
        label = axes.text(0, 0, name, fontsize=9, animated=True, clip_on=True)
        moving.append((path, line, head, label))
    counter = axes.text(0.02, 0.95, "", transform=axes.transAxes, animated=True)
    canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)
    for step in np.linspace(0, len(t) - 1, number).astype(int):
        canvas.restore_region(background)
        for path, line, head, label in moving:
            line.set_data(path[:, : step + 1])
            head.set_data(path[:, step : step + 1])
            pixel = np.round(axes.transData.transform(path[:, step])) + 5
            label.set_position(axes.transData.inverted().transform(pixel))
        counter.set_text(f"step {step}")
        for artist in (*(artist for row in moving for artist in row[1:]), counter):
            axes.draw_artist(artist)
        yield np.array(canvas.buffer_rgba())


def flat_frames(number, width=24, height=16, background=(250, 250, 250)):
    """Return frames of a red block moving over a plain background: few colours, all different."""
    frames = np.full((number, height, width, 4), 255, np.uint8)
    frames[..., :3] = background
    for k in range(number):
        frames[k, 4:8, k % (width - 4) : k % (width - 4) + 4, :3] = (213, 94, 0)
    return frames


def rgb(color):
    return tuple(round(255 * part) for part in to_rgb(color))


@pytest.fixture(scope="session")
def drawing():
    return np.stack(list(drawn_frames(40, 320, 240)))


@pytest.fixture(params=["gif", "png", "apng", "mp4", "webm"])
def suffix(request):
    return request.param


@pytest.fixture
def processes(monkeypatch):
    """Every child process started during the test."""
    started = []
    start = subprocess.Popen

    def recorded(*args, **kwargs):
        started.append(start(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", recorded)
    return started


@pytest.fixture
def tools(decoded):
    """The helpers above, since test modules cannot import this file."""
    from types import SimpleNamespace

    return SimpleNamespace(flat=flat_frames, decoded=decoded, rgb=rgb, colors=COLORS, lines=LINES)
