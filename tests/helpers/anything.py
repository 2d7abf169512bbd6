"""Anything that may be given where something else is meant, and scenes made of it."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Iterator
from dataclasses import fields
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np

from animopt import Scene, Surface, Timeline, optimizers, render, surfaces
from animopt.errors import AnimoptError
from animopt.optimizers import schedules
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


# What must be given, and is not what is tried.
NEEDED = {"base": optimizers.SGD(lr=0.1), "f": lambda x, y: x * y}


def made(pick: random.Random, kind: Callable[..., Any]) -> Callable[[], Any]:
    """Return a call of a class with anything in place of one of its arguments."""
    arguments = signature(kind).parameters.values()
    needed = [each.name for each in arguments if each.default is each.empty]
    given = {name: NEEDED.get(name, 0.1) for name in needed}
    given[pick.choice([each.name for each in arguments])] = pick.choice(ALL)
    return lambda: kind(**given)


def scenes(pick: random.Random) -> Iterator[Callable[[], Scene]]:
    """Yield calls that make a scene with one or two things in the wrong place, for ever."""
    rules, plans = (
        [*optimizers.catalogue().values()],
        [vars(schedules)[n] for n in schedules.__all__],
    )
    own = [f.name for f in fields(Scene) if f.init]
    parts: tuple[Callable[[], dict[str, Any]], ...] = (
        lambda: {name: pick.choice(ALL) for name in pick.sample(own, pick.choice((1, 1, 2)))},
        lambda: {"timeline": made(pick, Timeline)},
        lambda: {"space": made(pick, spaces.Space), "view": "both"},
        lambda: {"space": camera(made(pick, pick.choice((spaces.Orbit, spaces.Keyframes))))},
        lambda: {"optimizers": made(pick, pick.choice(rules))},
        lambda: {"optimizers": scheduled(pick.choice(rules), made(pick, pick.choice(plans)))},
        lambda: {"surface": made(pick, Surface), "panels": ["contour", "surface", "loss"]},
    )

    def camera(moves: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: spaces.Space(camera=moves())

    def scheduled(rule: Any, plan: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: rule(lr=plan())

    while True:
        chosen = pick.randrange(2 * len(parts))
        if chosen < len(parts):
            given = parts[chosen]()
            yield lambda given=given, plain=not chosen: Scene(
                **BASE | {name: it if plain else _called(it) for name, it in given.items()}
            )
        else:
            f, wide = pick.choice(FUNCTIONS), pick.choice(BOUNDS)
            look = {"view": pick.choice(("contour", "both")), "arrows": pick.random() < 0.3}
            look |= {"panels": ["contour", "surface", "loss", "table"]} if chosen % 2 else {}
            yield lambda f=f, wide=wide, look=look: _function(f, wide, look)


def _called(given: Any) -> Any:
    return given() if callable(given) else given


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
