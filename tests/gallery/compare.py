"""Depth as matplotlib orders it, twice, and as animopt does: one scene, one camera, one row.

Run by ``make gallery``: python tests/gallery/compare.py --size 1080x360 -o depth-compare.png
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from animopt import Simulation, SurfaceAnimation, simulate
from animopt.picture.styles import styles
from animopt.picture.theme import theme
from animopt.scene import load_scenes
from animopt.typing import Frame

SCENE = Path(__file__).with_name("depth.py")


def by_matplotlib(simulation: Simulation, title: str, **options: Any) -> Frame:
    """Draw the end of a simulation by plot_surface and plot on an Axes3D of matplotlib."""
    scene = simulation.scene
    bounds, (width, height) = scene.bounds, scene.size
    figure = Figure(figsize=(width / 100, height / 100), dpi=100)
    ax: Any = figure.add_axes((0, 0, 1, 0.95), projection="3d")
    x, y, z = scene.surface.grid(50, 50, bounds)
    ax.plot_surface(*np.meshgrid(x, y), z, cmap="cividis")
    low, high = np.transpose([*bounds, scene.zlim])
    colors = styles(simulation.trajectories, theme(scene.theme))
    for trajectory, (color, *_) in zip(simulation, colors, strict=True):
        points = np.column_stack([trajectory.points, trajectory.values])
        points = points[((points >= low) & (points <= high)).all(axis=1)]
        ax.plot(*points.T, color=color, linewidth=2, **options)
        ax.plot(*points[-1:].T, "o", color=color, **options)
    ax.set(xlim=bounds[0], ylim=bounds[1], zlim=scene.zlim)
    ax.view_init(scene.elev, scene.azim)
    ax.set_box_aspect((3, 2, 2), zoom=0.95)
    ax.tick_params(labelsize=8)
    figure.text(0.03, 0.95, title, fontsize=9.5, fontweight="bold")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def main() -> None:
    """Write the picture."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--size", default="1080x360")
    options.add_argument("-o", dest="path", default="depth-compare.png")
    asked = options.parse_args()
    width, height = map(int, asked.size.split("x"))
    scene = load_scenes(SCENE)["saddle"]
    shown = {"title": "animopt: where they are", "legend": False, "counter": False}
    scene = scene.replace(**shown, size=(width // 3, height), elev=20, azim=-135)
    simulation = simulate(scene)
    frames = [
        by_matplotlib(simulation, "matplotlib: behind everything"),
        by_matplotlib(simulation, "matplotlib, zorder=10: in front", zorder=10),
        SurfaceAnimation(simulation).draw(scene.steps),
    ]
    Image.fromarray(np.hstack(frames)[..., :3]).save(asked.path, optimize=True)


if __name__ == "__main__":
    main()
