"""Names beside the heads, on every surface and in random scenes: `tests/helpers/label_checks.py`.

Run as a script, `make pictures`: it prints its seeds, what is wrong, and how long names are hidden.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from animopt import simulate
from animopt.picture import compose
from animopt.surfaces import catalogue
from tests.helpers.label_checks import catalogue_scene, faults, named_panels, random_scene

SCENES = 200
SHAPES = ((640, 400), (1100, 520), (720, 720))


def main() -> int:
    """Check the scenes of so many seeds from one that is given, or a new one."""
    first = int(sys.argv[1]) if sys.argv[1:] else int(np.random.SeedSequence().entropy % 10**6)
    print(f"names beside the heads: every surface, and seeds {first} to {first + SCENES - 1}")
    scenes = {f"seed {seed}": random_scene(seed) for seed in range(first, first + SCENES)}
    for size in SHAPES:
        for theme in ("light", "slides"):
            scenes |= {
                f"{name}, {size}, {theme}": catalogue_scene(name, theme, size)
                for name in sorted(catalogue())
            }
    wrong, hidden, names = 0, [], 0
    for told, scene in scenes.items():
        picture = compose(simulate(scene), scene.look)
        for fault in faults(picture):
            print(f"  {told}, {picture.surface}: {fault}")
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
