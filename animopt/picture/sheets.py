"""Style sheets of matplotlib: read within bounds, since they may come from anybody."""

from __future__ import annotations

import ast
import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.style
import numpy as np
from matplotlib.colors import to_hex
from matplotlib.font_manager import fontManager

from animopt.errors import InvalidInput, closest, did_you_mean, short
from animopt.files import at_home
from animopt.notes import note

_MOST_BYTES = 100_000
_MOST_COLORS = 1000
# Sizes are in points or parts of something: nothing that is readable needs larger ones.
_MOST = 1000.0
_TYPES = 1.0, 200.0
# Not for a sheet to decide: what is about windows, files and animations, what animopt lays out
# itself, and what would have LaTeX, which can run programs, set the text.
_NOT_OURS = re.compile(
    r"(agg|animation|backend|date|docstring|figure|interactive|keymap|savefig|timezone|tk|toolbar|"
    r"webagg|pgf|ps|text\.latex|text\.usetex|axes3d|path\.(simplify|effects|sketch))\b"
)
_OURS = ("figure.facecolor",)


def read_sheet(style: str | Path) -> dict[str, Any]:
    """Return the settings of a style sheet, a file or the name of one of matplotlib's.

    Those that are not for a style to decide are left out.

    Raises:
        InvalidInput: there is no such sheet, or something in it makes no sense.
    """
    given = _given(style)
    wrong = f"Scene(style={str(style)!r})"
    kept = {key: v for key, v in given.items() if key in _OURS or not _NOT_OURS.match(key)}
    if given.get("text.usetex"):
        note(f"the style {style} asks for LaTeX, and animopt sets the text without it")
    for key, value in kept.items():
        numbers = value if isinstance(value, (list, tuple)) else [value]
        if any(isinstance(each, (int, float)) and not abs(each) <= _MOST for each in numbers):
            raise InvalidInput(f"{wrong}: {key} is {short(value)}; give a number up to {_MOST:g}")
    (low, high), size = _TYPES, kept.get("font.size", _TYPES[0])
    if not low <= float(size) <= high:
        raise InvalidInput(f"{wrong}: font.size is {size:g}; give {low:g} to {high:g} points")
    colormaps = sorted(matplotlib.colormaps)
    if kept.get("image.cmap", "viridis") not in colormaps:
        hint = closest(str(kept["image.cmap"]), colormaps) or "; name one of matplotlib's"
        raise InvalidInput(f"{wrong}: image.cmap {str(kept['image.cmap'])!r} is unknown{hint}")
    return kept


def _given(style: str | Path) -> dict[str, Any]:
    library: dict[str, Any] = matplotlib.style.library
    if str(style) in library:
        return dict(library[str(style)])
    path = at_home(style)
    if not path.is_file():
        known = [name for name in matplotlib.style.available if not name.startswith("_")]
        hint = did_you_mean(str(style), known)
        raise InvalidInput(f"Scene(style={str(style)!r}): no such file, no such style{hint}")
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1).decode("utf-8")
        _check_text(content)
        with _warnings_raised():
            read: Any = matplotlib.rc_params_from_file(str(path), use_default_template=False)
    except (OSError, ValueError) as error:
        what = " ".join(str(error).split()).partition(" You probably need ")[0]
        raise InvalidInput(f"cannot read the style sheet {style}: {what}") from None
    return dict(read)


def _check_text(content: str) -> None:
    """Raise ValueError for what matplotlib would take long to read, or evaluate as code."""
    if len(content) > _MOST_BYTES:
        raise ValueError(f"it has more than {_MOST_BYTES} bytes")
    for number, line in enumerate(content.splitlines(), 1):
        key, _, value = line.partition(":")
        if key.strip() == "axes.prop_cycle":
            try:
                _check_cycle(value.strip())
            except (SyntaxError, RecursionError, MemoryError):
                raise ValueError(f"line {number}: {short(value.strip())} is no cycler") from None


def _check_cycle(text: str) -> None:
    """Raise for anything but cyclers of listed values, added or multiplied."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    if re.fullmatch(r"[\w\s.#,-]*", text):  # a list of colours, or nothing
        return
    tree = ast.parse(_unquoted_colours(text), mode="eval")
    lengths = [1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "cycler":
            held = [*node.args[1:], *(each.value for each in node.keywords)]
            lengths.append(max((len(_items(each)) for each in held), default=1))
        elif not isinstance(node, _PLAIN):
            raise SyntaxError
        elif isinstance(node, ast.BinOp) and not all(map(_is_cycler, (node.left, node.right))):
            raise SyntaxError  # such as a list times a large number
    if prod(lengths) > _MOST_COLORS:
        raise SyntaxError


_PLAIN = (
    ast.Expression, ast.BinOp, ast.Add, ast.Mult, ast.List, ast.Tuple, ast.Constant, ast.Name,
    ast.Load, ast.keyword, ast.UnaryOp, ast.USub,
)  # fmt: skip


def _is_cycler(node: ast.expr) -> bool:
    return isinstance(node, (ast.Call, ast.BinOp))


def _unquoted_colours(text: str) -> str:
    """Return a value without its comment, which begins at a # outside quotes."""
    inside = ""
    for place, letter in enumerate(text):
        if letter in "'\"" and inside in ("", letter):
            inside = "" if inside else letter
        elif letter == "#" and not inside:
            return text[:place]
    return text


def _items(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return node.elts if isinstance(node, (ast.List, ast.Tuple)) else []


@contextmanager
def _warnings_raised() -> Iterator[None]:
    """Raise what matplotlib logs about a sheet as a ValueError, and hide its deprecations."""
    heard: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    logger, listener = logging.getLogger("matplotlib"), Listener(logging.WARNING)
    before, logger.propagate = logger.propagate, False
    logger.addHandler(listener)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.removeHandler(listener)
        logger.propagate = before
    if heard:
        raise ValueError(heard[0])


def colors_of(rc: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the colours of a sheet's cycle; none if it has none."""
    cycle = rc.get("axes.prop_cycle")
    if cycle is None or "color" not in cycle.keys:
        return ()
    return tuple(to_hex(color) for color in cycle.by_key()["color"])


def ramp_of(rc: Mapping[str, Any]) -> tuple[str, ...]:
    """Return nine colours of a sheet's colour map, low to high; none if it names none."""
    if "image.cmap" not in rc:
        return ()
    return tuple(to_hex(color) for color in matplotlib.colormaps[rc["image.cmap"]](_NINE))


_NINE = np.linspace(0, 1, 9)


def fonts_of(rc: Mapping[str, Any], usual: tuple[str, ...]) -> tuple[str, ...]:
    """Return the font families of a sheet, generic ones such as "serif" expanded.

    Those that are not installed are left out.
    """
    if "font.family" not in rc:
        return ()
    asked = [name for kind in rc["font.family"] for name in rc.get(f"font.{kind}", [kind])]
    generic = {key.removeprefix("font.") for key in matplotlib.rcParams if key.startswith("font.")}
    installed = {*fontManager.get_font_names(), *generic}
    found = [name for name in asked if name in installed]
    if not found:
        note(f"none of the fonts {', '.join(asked)} is installed; text is in {usual[0]}")
    return (*found, *usual)
