"""Recorded: files of runs as one scene: their paths on paper or on a surface, and their losses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from animopt import surfaces
from animopt.errors import InvalidInput, choose
from animopt.notes import note
from animopt.pipeline.options import Options
from animopt.runs import Run
from animopt.scene import Scene

SUFFIXES = (".csv", ".npz")


def is_run(path: Path) -> bool:
    """Return whether a path is that of a run rather than of a scene."""
    return path.suffix.lower() in SUFFIXES


def scene_of_runs(paths: Sequence[Path], options: Options) -> Scene:
    """Return the scene of the runs in some files, before the other options are applied.

    Runs of many parameters are shown on the plane of their largest movements.

    Raises:
        InvalidInput: a file is no run, the surface is unknown, or an option is for what runs here.
    """
    for flag, value in {"optimizer": options.optimizers, "noise": options.noise}.items():
        if value:
            raise InvalidInput(
                f"--{flag} is for what is simulated, and {paths[0]} is a recorded run; write a "
                f"scene file with Run.load({str(paths[0])!r}) beside optimizers"
            )
    known = Counter(path.stem for path in paths)
    runs = [
        # Files of several folders may have the same name.
        Run.load(path, label=f"{path.parent.name}/{path.stem}" if known[path.stem] > 1 else None)
        for path in paths
    ]
    surface = None
    if options.surface is not None:
        surface = choose("surface", options.surface, surfaces.catalogue())()
    elif any(run.points.shape[-1] != 2 for run in runs):
        from animopt.runs import planes

        surface = planes.pca(runs)
        note(f"{surface.name}: {surface.caption}")
    placed = any(run.has_points for run in runs)
    return Scene(surface, runs, panels=("contour", "loss") if placed else ("loss",))
