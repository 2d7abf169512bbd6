"""Sharing: with how many processes a render ends sooner, by a rule that was measured."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from animopt.errors import InvalidInput
from animopt.picture.canvas import canvas
from animopt.pipeline.jobs import Job
from animopt.pipeline.production import is_fed_picture

# What a picture takes, in thousandths of a second: at all, for a million pixels, and in space with
# a camera that stands or moves. ``tests/benchmarks/bench_workers.py`` compares it with what is so.
_PICTURE, _MEGAPIXEL, _SPACE, _TURNING = 2.0, 6.0, 3.0, 20.0
# So much each process must have to draw: one more starts while the scene is run, but imports all
# that draws once more, and every frame is carried over.
_PAYS = 2500.0


def workers_of(text: str) -> int:
    """Return a number of processes, 0 for as many as end soonest."""
    if text == "auto":
        return 0
    if not text.isdecimal() or int(text) < 1:
        raise InvalidInput(f"--workers={text}: give a whole number >= 1, or auto")
    return int(text)


def advised(jobs: Sequence[Job]) -> int:
    """Return how many processes are to render jobs: one where more would not end sooner.

    There are no more than idle processors, and each has something to draw that is worth its start.
    """
    work = sum(map(drawing, jobs))
    return max(1, min(processors(), int(work / _PAYS)))


def processors() -> int:
    """Return how many processors this process may use that others leave to it, at least one."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, (there or 1) - max(0, _running() - 1))


def _running() -> int:
    """Return how many threads run at this moment, where the system tells; this one else."""
    try:
        running, _, _ = Path("/proc/loadavg").read_text(encoding="ascii").split()[3].partition("/")
        return int(running)
    except (OSError, ValueError, IndexError):
        return 1


def drawing(job: Job) -> float:
    """Return about how long drawing takes, in thousandths of a second on a usual machine.

    Nothing that is fed to a reader is drawn, and what must fit into a size is drawn in one process.
    """
    films = [path for path in job.paths if not is_fed_picture(path)]
    if job.file is None or job.options.max_size is not None or not films:
        return 0.0
    look, steps = job.scene.look, job.scene.problem.steps
    wide, tall = canvas(look, len(look.shown_panels)).size
    each = _PICTURE + _MEGAPIXEL * wide * tall / 1e6
    if "surface" in look.shown_panels:
        each += _SPACE if look.space.camera is None else _TURNING
    return each * len(look.timeline.pictures(steps))
