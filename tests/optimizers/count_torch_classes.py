"""Print which classes of optimizers for torch, in packages that are installed, can be driven.

    python tests/optimizers/count_torch_classes.py [PACKAGE ...]

By default torch.optim, torch_optimizer and pytorch_optimizer. A class goes if it can be built from
parameters and its defaults, and takes twenty finite steps on Himmelblau's function; why not is what
the class itself says.
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from importlib import import_module

import numpy as np

from animopt import Scene, simulate, surfaces
from animopt.errors import InvalidInput
from animopt.optimizers import from_torch

PACKAGES = ("torch.optim", "torch_optimizer", "pytorch_optimizer")


def classes(package):
    """Return the classes of optimizers that a package names, each once, by name."""
    from torch.optim import Optimizer

    try:
        members = vars(import_module(package))
    except ModuleNotFoundError:
        print(f"{package}: not installed")
        return {}
    kinds = {kind for kind in members.values() if isinstance(kind, type)}
    ours = [k for k in kinds if issubclass(k, Optimizer) and "Base" not in k.__name__]
    return {k.__name__: k for k in sorted(ours, key=lambda k: k.__name__.casefold())}


def verdict(kind):
    """Return how a class fared: "goes", or why not."""
    # Some require a learning rate.
    for settings in ({}, {"lr": 1e-3}):
        try:
            scene = Scene(surfaces.himmelblau(), [from_torch(kind, **settings)], (0.5, -1.0), 20)
            points = simulate(scene).trajectories[0].points
            break
        except (InvalidInput, TypeError) as error:
            reason = str(error.__cause__ or error).strip().splitlines()[0]
        except Exception as error:
            reason = f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"
    else:
        return reason
    if not np.isfinite(points).all():
        return "diverges with its defaults"
    return "goes" if (points[-1] != points[0]).any() else "does not move"


def main(packages):
    import torch  # pytest looks into this file for examples, with torch or without

    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    for package in packages:
        fared = {name: verdict(kind) for name, kind in classes(package).items()}
        for name, how in fared.items():
            print(f"{package}.{name}: {how[:120]}")
        counts = Counter("goes" if how == "goes" else "does not" for how in fared.values())
        print(f"{package}: {counts['goes']} of {len(fared)} classes go\n")


if __name__ == "__main__":
    main(sys.argv[1:] or PACKAGES)
