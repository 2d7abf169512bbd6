"""Forms: what a user's function takes, as its signature tells: x and y, or a vector of both."""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import Parameter, Signature, signature
from typing import Any, TypeAlias

import numpy as np

from animopt.errors import InvalidInput

Way: TypeAlias = Callable[[Any, Any], tuple[Any, ...]]
"""How x and y become the arguments of a function: for one point or for arrays of many."""


def apart(x: Any, y: Any) -> tuple[Any, ...]:
    """Return the arguments of f(x, y)."""
    return x, y


def columns(x: Any, y: Any) -> tuple[Any, ...]:
    """Return the arguments of f(x, y) that counts on two axes, as those of a meshgrid."""
    return np.reshape(x, (-1, 1)), np.reshape(y, (-1, 1))


def vector(x: Any, y: Any) -> tuple[Any, ...]:
    """Return the argument of f(theta) with theta[0] and theta[1], or x, y = theta."""
    return (np.stack([x, y]),)


def rows(x: Any, y: Any) -> tuple[Any, ...]:
    """Return the argument of f(points) with points[:, 0] and points[:, 1]."""
    return (np.stack([x, y], axis=-1),)


TWO: tuple[Way, ...] = (apart, columns)
VECTOR: tuple[Way, ...] = (vector, rows)


def title(what: str, way: Way) -> str:
    """Return a function as sentences name it: f(x, y) or f(theta)."""
    return f"{what}(theta)" if way in VECTOR else f"{what}(x, y)"


class Form:
    """What the signature of a function says, and what it leaves open.

    Attributes:
        name: its name.
        text: its name and parameters, for messages.
        kinds: the kinds of calls that are possible: TWO, VECTOR, or both.
        sure: if it takes two numbers and a vector: whether two numbers are meant.
        lone: whether its second parameter need not be y: it has a default and another name.
    """

    def __init__(self, who: str, what: str, function: Callable[..., Any]) -> None:
        name = getattr(function, "__name__", what)
        self.name = what if name == "<lambda>" else name
        parameters = _parameters(function)
        plain = [p for p in parameters if p.kind <= Parameter.POSITIONAL_OR_KEYWORD]
        many = any(p.kind is Parameter.VAR_POSITIONAL for p in parameters)
        needed = [p.name for p in parameters if p.default is Parameter.empty and p in plain]
        named = [
            p.name
            for p in parameters
            if p.kind is Parameter.KEYWORD_ONLY and p.default is Parameter.empty
        ]
        self.text = f"{self.name}({', '.join(_listed(parameters))})"
        self._refuse(who, needed, named, most=len(plain) + 2 * many)
        takes_two = len(plain) >= 2 or many
        self.kinds = ((TWO,) if takes_two else ()) + ((VECTOR,) if len(needed) < 2 else ())
        self.sure = not needed and (many or len(plain) == 2)
        self.lone = len(needed) == 1 and not _pair([p.name for p in plain])

    def _refuse(self, who: str, needed: list[str], named: list[str], most: int) -> None:
        """Raise InvalidInput for a function that cannot be called with one point alone."""
        if len(needed) > 2:
            two = ", ".join(needed[:2])
            raise InvalidInput(
                f"{who}: {self.text} needs {len(needed)} arguments, and a point has two; write "
                f"lambda {two}: {self.name}({', '.join(needed)})"
            )
        if named:
            raise InvalidInput(
                f"{who}: {self.text} needs {' and '.join(named)} too; write "
                f"{_wrapped(self.name, needed, named, most)}"
            )
        if most == 0:
            raise InvalidInput(f"{who}: {self.text} takes no argument; write {self.name}(x, y)")


def _parameters(function: Callable[..., Any]) -> list[Parameter]:
    """Return the parameters of a function; those of f(*arguments) if Python does not know them."""
    try:
        found = list(signature(function).parameters.values())
    except (TypeError, ValueError):
        return [Parameter("arguments", Parameter.VAR_POSITIONAL)]
    return [p for p in found if p.kind is not Parameter.VAR_KEYWORD]


def _wrapped(name: str, needed: list[str], named: list[str], most: int) -> str:
    """Return a function of a point alone, made of one that needs arguments by their names."""
    if not needed and most < 2:  # as functools.partial(f, a=1) of f(a, x, y) leaves them
        own, rest = named[:2], named[2:]
    elif len(needed) == 1 and _pair([*needed, *named]):
        own, rest = named[:1], named[1:]
    else:
        own, rest = [], named
    plain = needed[:2] or ([] if own else ["x", "y"])
    given = [*plain, *(f"{each}={each}" for each in own), *(f"{each}=..." for each in rest)]
    return f"lambda {', '.join([*plain, *own])}: {name}({', '.join(given)})"


def _listed(parameters: list[Parameter]) -> list[str]:
    """Return parameters as they are written, with a star before those that need their names."""
    kinds = [p.kind for p in parameters]
    words = [_written(p) for p in parameters]
    if Parameter.KEYWORD_ONLY in kinds and Parameter.VAR_POSITIONAL not in kinds:
        words.insert(kinds.index(Parameter.KEYWORD_ONLY), "*")
    return words


def _written(parameter: Parameter) -> str:
    alone = str(Signature([parameter.replace(annotation=Parameter.empty)]))[1:-1]
    return alone.split(", /")[0].removeprefix("*, ")


def _pair(names: list[str]) -> bool:
    """Return whether names begin with those of two coordinates, as x and y or w1 and w2 are."""
    if len(names) < 2:
        return False
    first, second = names[:2]
    adjacent = len(first) == len(second) == 1 and ord(second) == ord(first) + 1
    return adjacent or re.sub(r"\d", "", first) == re.sub(r"\d", "", second)
