"""Names beside the heads in random scenes: the promises of `tests/helpers/label_checks.py`.

Run as a script, `make pictures`: it prints its seeds, what is wrong, and how long names are hidden.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from animopt import simulate
from animopt.picture import compose
from tests.helpers.label_checks import faults, named_panels, random_scene

SCENES = 200


def main() -> int:
    """Check the scenes of so many seeds from one that is given, or a new one."""
    first = int(sys.argv[1]) if sys.argv[1:] else int(np.random.SeedSequence().entropy % 10**6)
    print(f"names beside the heads: seeds {first} to {first + SCENES - 1}")
    wrong, hidden, names = 0, [], 0
    for seed in range(first, first + SCENES):
        scene = random_scene(seed)
        picture = compose(simulate(scene), scene.look)
        for fault in faults(picture):
            print(f"  seed {seed}, {picture.surface}: {fault}")
            wrong += 1
        for labels, _ in named_panels(picture):
            names += len(labels.words)
            hidden += (1 - labels.places.free.mean(axis=0)).tolist()
    often = sum(part > 0.05 for part in hidden)
    print(
        f"  {wrong} faults; of {names} names {sum(part > 0 for part in hidden)} are ever hidden, "
        f"{often} in more than 5 % of the frames, at most {100 * max(hidden):.0f} %"
    )
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
