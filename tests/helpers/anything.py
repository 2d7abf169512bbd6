"""Anything that may be given where something else is meant, and scenes made of it."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from animopt import Scene, Surface, Timeline, optimizers, render, surfaces
from animopt.errors import AnimoptError
from animopt.scene import space as spaces

NUMBERS: tuple[Any, ...] = (
    0, 1, -1, 2, 0.5, 1e-320, -0.0, 1e300, -1.79e308, 1.79e308, 1e99, 10**400, -(10**400),
    10**5000, 2**63, 2**64, float("inf"), float("-inf"), float("nan"), np.float32(0.25),
    np.int8(3), np.float64(1e308), True, False, 3 + 1j,
)  # fmt: skip
TEXTS: tuple[Any, ...] = (
    "", " ", "rocket \ud83d", "a\nb", "\x1b[2J", "\u202eabc", "$", "$\\frac", "\\$5", "$x_1$",
    "x" * 3000, "\0", "損失", "e\u0301", "contour", "light", "both", b"bytes", "5", "nan",
)  # fmt: skip
THINGS: tuple[Any, ...] = (
    None, (), [], {}, [1], (1, 2), [(1, 2), (3, 4)], ((1, 2), (1, 2)), object, object(), len,
    np.zeros(0), np.full((3, 2), np.nan), np.ones((2, 2)), np.array("a"), np.array([object()]),
    np.ones((2, 2, 2)), [np.nan, 1], [[1, 2], [3]], {1: 2}, {"a": 1}, {0: 0}, {1e300: 1},
    lambda step: 1e400, lambda step: "x", lambda: 1, iter([1]), range(3), Path("none"), ...,
    [[(0, 0), (np.inf, 1)]], [None], {"sgd": optimizers.SGD(lr=0.1)}, optimizers.SGD,
)  # fmt: skip
ALL = (*NUMBERS, *TEXTS, *THINGS)

BASE = {
    "surface": surfaces.bowl(), "optimizers": [optimizers.SGD(lr=0.1)], "start": (3, 4),
    "steps": 3, "size": (96, 80),
}  # fmt: skip

# Functions as nobody means them; each takes arrays.
FUNCTIONS: tuple[Callable[[Any, Any], Any], ...] = (
    lambda x, y: 1e300 + 0 * x,
    lambda x, y: np.where(x > 0, 1.79e308, -1.79e308),
    lambda x, y: 1e-320 * (x * x + y * y),
    lambda x, y: np.where(x > 0.3, np.nan, x),
    lambda x, y: np.full_like(x, np.nan),
    lambda x, y: np.where(x > 0, np.inf, x * y),
    lambda x, y: 1e306 * x * y,
    lambda x, y: 5 + 1e-17 * x,
    lambda x, y: 1 / (x * y),
    lambda x, y: np.exp(800 * x),
    lambda x, y: x * y + 1e200 * (np.abs(x) < 1e-3),
)
BOUNDS = (1e99, 1e59, 1e-59, 1.0, 1e15)


def scenes(pick: random.Random) -> Iterator[Callable[[], Scene]]:
    """Yield calls that make a scene with one or two things in the wrong place, for ever."""
    classes = [*optimizers.catalogue().values()]
    own = [f.name for f in fields(Scene) if f.init]
    parts: dict[str, Any] = {"timeline": Timeline, "space": spaces.Space}
    while True:
        kind = pick.randrange(6)
        names = [pick.choice(own) for _ in range(pick.choice((1, 1, 2)))]
        given = {name: pick.choice(ALL) for name in names}
        if kind == 0:
            yield lambda given=given: Scene(**BASE | given)
        elif kind == 1:
            what = pick.choice(list(parts))
            setting = {pick.choice([f.name for f in fields(parts[what])]): pick.choice(ALL)}
            yield lambda w=what, s=setting: Scene(**BASE | {w: parts[w](**s), "view": "both"})
        elif kind == 2:
            chosen = pick.choice(classes)
            setting = {pick.choice([f.name for f in fields(chosen)]): pick.choice(ALL)}
            yield lambda c=chosen, s=setting: Scene(**BASE | {"optimizers": [c(**s)]})
        elif kind == 3:
            names = ("name", "bounds", "minima", "saddles", "start", "formula", "gradient")
            setting = {pick.choice(names): pick.choice(ALL)}
            yield lambda s=setting: Scene(**BASE | {"surface": Surface(lambda x, y: x * y, **s)})
        else:
            f, wide = pick.choice(FUNCTIONS), pick.choice(BOUNDS)
            look = {"view": pick.choice(("contour", "both")), "arrows": pick.random() < 0.3}
            look |= {"panels": ["contour", "surface", "loss", "table"]} if kind == 5 else {}
            yield lambda f=f, wide=wide, look=look: _function(f, wide, look)


def _function(f: Any, wide: float, look: dict[str, Any]) -> Scene:
    surface = Surface(f, bounds=((-wide, wide), (-wide, wide)))
    rules = [optimizers.SGD(lr=0.1), optimizers.Adam(lr=wide / 10)]
    return Scene(surface, rules, (0.4 * wide, 0.3 * wide), 4, size=(300, 120), **look)


def outcome(make: Callable[[], Scene], path: Path) -> str | None:
    """Return what is wrong with how a scene ends: neither a picture nor a sentence; else None."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            render(make(), path)
        except AnimoptError as error:
            if "\n" in str(error) or len(str(error)) > 2500:
                return f"no sentence: {str(error)[:300]!r}"
        except Exception as error:
            return f"{type(error).__name__}: {error}"[:300]
    return f"warned: {heard[0].message}" if heard else None
