"""Every surface in seven sizes, three views and two themes: ink stays inside, no texts overlap.

The numbers of the command line choose cases: ``ink.py 0 60`` every sixtieth, from the first one on.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))

from ink import CASES, faults, scene

_FRAMES = 12


def found(case: tuple[Any, ...]) -> list[str]:
    """Return what is wrong with a case."""
    return faults(scene(*case), _FRAMES)


def main(arguments: Sequence[str]) -> int:
    """Print every fault, and return 1 if there is any."""
    first, every = map(int, arguments or (0, 1))
    cases, wrong = CASES[first::every], 0
    with ProcessPoolExecutor() as pool:
        for case, faults_found in zip(cases, pool.map(found, cases, chunksize=4), strict=True):
            wrong += bool(faults_found)
            for fault in faults_found:
                print(*case, fault, sep=", ", flush=True)
    print(f"{len(cases)} scenes, {wrong} with cut or overlapping ink")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
