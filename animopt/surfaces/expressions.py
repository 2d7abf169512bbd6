"""Expressions in x and y, such as "x**2/20 + y**2": formulas of strangers, and never code.

What is not listed here is refused: an expression is read as a tree, and the tree turned into calls
of NumPy's functions, so that Python's own evaluation is nowhere involved. All numbers are floats,
which cannot grow.
"""

from __future__ import annotations

import ast
import unicodedata
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeAlias

import numpy as np

from animopt.errors import InvalidInput, closest, did_you_mean, short, visible
from animopt.surfaces.surface import Surface
from animopt.typing import Bounds

Term: TypeAlias = Callable[[Any, Any], Any]
"""A part of an expression, as a function of x and y."""


@dataclass(frozen=True)
class Limits:
    """How much may be asked for by an expression, whoever wrote it; each can be raised.

    Attributes:
        letters: its length.
        parts: its numbers, names, operators and calls.
        depth: how deeply they are nested.
        power: the largest power that is a number, and the reciprocal of the smallest.
        steps: the steps of a run.
        optimizers: how many there are.
        pixels: those of a picture.
    """

    letters: int = 1000
    parts: int = 400
    depth: int = 40
    power: int = 100
    steps: int = 10_000
    optimizers: int = 20
    pixels: int = 4_000_000

    def check(self, name: str, value: float) -> None:
        """Raise InvalidInput for what exceeds a limit, with the flag that raises it."""
        most = getattr(self, name)
        if value > most:
            raise InvalidInput(
                f"the limit of {name} in an expression is {most}, got {short(value)}; "
                f"raise it with --limit {name}=NUMBER if you trust who wrote it"
            )

    def raised(self, texts: tuple[str, ...]) -> Limits:
        """Return other limits, each given as NAME=NUMBER.

        >>> Limits().raised(("steps=20000",)).steps
        20000
        """
        changes = {}
        for text in texts:
            name, _, number = text.partition("=")
            known = [field.name for field in fields(self)]
            if name not in known:
                raise InvalidInput(f"limit {text!r} is unknown{did_you_mean(name, known)}")
            if not number.isascii() or not number.isdigit() or not 0 < len(number) <= 9:
                raise InvalidInput(f"limit {text!r}: write {name}=NUMBER, a whole one below 10^9")
            changes[name] = int(number)
        return replace(self, **changes)


def _abs(z: Any) -> Any:
    return np.where(np.real(z) < 0, -z, z)


def _max(a: Any, b: Any) -> Any:
    return np.where(np.real(a) >= np.real(b), a, b)


def _min(a: Any, b: Any) -> Any:
    return np.where(np.real(a) <= np.real(b), a, b)


def _sign(z: Any) -> Any:
    return np.sign(np.real(z))


# For complex arguments too, so that derivatives are exact; those of abs, min and max are those of
# the branch that is taken.
FUNCTIONS: Mapping[str, tuple[int, Callable[..., Any]]] = {
    **{
        name: (1, getattr(np, name))
        for name in (
            "sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "expm1", "log", "log2", "log10",
            "log1p", "sqrt", "arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh",
        )
    },
    "asin": (1, np.arcsin), "acos": (1, np.arccos), "atan": (1, np.arctan), "ln": (1, np.log),
    "abs": (1, _abs), "sign": (1, _sign), "max": (2, _max), "min": (2, _min),
    "hypot": (2, lambda a, b: np.sqrt(a * a + b * b)),
}  # fmt: skip
"""Every function by name: how many arguments it takes, and what computes it."""

CONSTANTS = {"pi": np.float64(np.pi), "e": np.float64(np.e), "tau": np.float64(2 * np.pi)}

_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: np.true_divide,
    ast.Pow: lambda a, b: a**b,
}
# What people write in other languages, and how it is written here.
_INSTEAD: Mapping[type[ast.AST], str] = {
    ast.BitXor: "a power is written **",
    ast.FloorDiv: "division is written /",
    ast.Attribute: "there are no attributes: write sin(x), and not np.sin(x)",
    ast.IfExp: "write max, min, abs or sign for pieces",
    ast.Compare: "write max, min, abs or sign for pieces",
}


def surface_of(text: str, bounds: Bounds, limits: Limits | None = None) -> Surface:
    """Return the surface of an expression in x and y.

    >>> surface_of("x**2/20 + y**2", ((-7, 7), (-3, 3))).value([2, 1])
    array(1.2)

    Raises:
        InvalidInput: something in it is not allowed, or exceeds the limits.
    """
    return Surface(parsed(text, limits), bounds=bounds, name=" ".join(text.split()))


def parsed(text: str, limits: Limits | None = None) -> Term:
    """Return the function f(x, y) of an expression; see ``surface_of``."""
    return _Reader(text, limits or Limits()).function()


class _Reader:
    """Reads one expression."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._limits, self._parts = limits, 0
        limits.check("letters", len(text))
        self._text = text.strip()

    def function(self) -> Term:
        """Return the expression as a function."""
        for place, letter in enumerate(self._text):
            if not letter.isascii() or not letter.isprintable():
                name = unicodedata.name(letter, f"U+{ord(letter):04X}")
                raise self._error(f"letter {place + 1} is {name}, and plain letters are allowed")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of Python's, about what it would do
                tree = ast.parse(self._text, mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            what = getattr(error, "msg", None) or "it is nested too deeply"
            raise self._error(f"{what} (an expression looks like x**2/20 + sin(y))") from None
        return self._term(tree.body, 0)

    def _error(self, what: str) -> InvalidInput:
        shown = self._text if len(self._text) <= 60 else f"{self._text[:57]}..."
        return InvalidInput(f"expression '{visible(shown)}': {what}")

    def _term(self, node: ast.expr, depth: int) -> Term:
        self._parts += 1
        self._limits.check("parts", self._parts)
        self._limits.check("depth", depth)
        if isinstance(node, ast.Constant):
            return self._number(node.value)
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            inner = self._term(node.operand, depth + 1)
            return inner if isinstance(node.op, ast.UAdd) else lambda x, y: -inner(x, y)
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return self._operation(node, depth)
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        kind: ast.AST = node.op if isinstance(node, (ast.BinOp, ast.UnaryOp)) else node
        hint = _INSTEAD.get(
            type(kind), "use + - * / **, numbers, x, y and functions such as sin(x)"
        )
        raise self._error(f"{_words(kind)} is not allowed; {hint}")

    def _number(self, value: object) -> Term:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._error(f"{short(value)} is not allowed; use plain numbers")
        try:
            number = np.float64(value)
        except OverflowError:
            number = np.float64(np.inf)
        if not np.isfinite(number):
            raise self._error("a number is too large for floating-point numbers")
        return lambda x, y: number

    def _name(self, name: str) -> Term:
        if name == "x":
            return lambda x, y: x
        if name == "y":
            return lambda x, y: y
        if name in CONSTANTS:
            value = CONSTANTS[name]
            return lambda x, y: value
        if name in FUNCTIONS:
            raise self._error(f"{name} needs its argument, as in {name}(x)")
        raise self._error(f"the name {short(name)} is unknown; use x, y, {', '.join(CONSTANTS)}")

    def _operation(self, node: ast.BinOp, depth: int) -> Term:
        left, right = self._term(node.left, depth + 1), self._term(node.right, depth + 1)
        if isinstance(node.op, ast.Pow) and not _has_variables(node.right):
            with np.errstate(all="ignore"):
                power = abs(float(right(np.float64(0), np.float64(0))))
            if not power <= self._limits.power:
                self._limits.check("power", power)
                raise self._error("a power is no number")
        compute = _OPERATORS[type(node.op)]
        return lambda x, y: compute(left(x, y), right(x, y))

    def _call(self, node: ast.Call, depth: int) -> Term:
        if not isinstance(node.func, ast.Name):
            raise self._error(
                f"a call of {_words(node.func)} is not allowed; write * for a product"
                if not isinstance(node.func, ast.Attribute)
                else f"an attribute is not allowed; {_INSTEAD[ast.Attribute]}"
            )
        name = node.func.id
        if name not in FUNCTIONS:
            hint = closest(name, FUNCTIONS) or f"; choose from {', '.join(FUNCTIONS)}"
            if name in ("x", "y", *CONSTANTS):
                hint = f"; write {name}*(...) for a product"
            raise self._error(f"the function {short(name)} is not allowed{hint}")
        count, compute = FUNCTIONS[name]
        if len(node.args) != count or node.keywords:
            arguments = "one argument" if count == 1 else f"{count} arguments"
            raise self._error(f"{name} takes {arguments}, without names")
        terms = [self._term(each, depth + 1) for each in node.args]
        return lambda x, y: compute(*[term(x, y) for term in terms])


def _has_variables(node: ast.expr) -> bool:
    return any(isinstance(each, ast.Name) and each.id in ("x", "y") for each in ast.walk(node))


def _words(node: ast.AST) -> str:
    """Return what a part of Python's syntax is called.

    >>> _words(ast.BitXor()), _words(ast.ListComp())
    ('a bit xor', 'a list comp')
    """
    name = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in
                   type(node).__name__)  # fmt: skip
    return f"a{name}" if name[1] not in "aeiou" else f"an{name}"
