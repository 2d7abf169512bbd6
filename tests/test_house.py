"""The house: how long its parts may be, which library lives in which room, and who knows whom."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import animopt

PACKAGE = Path(animopt.__file__).parent

# Who stands further down may import who stands further up, never the other way round.
FLOW = [
    *("errors", "typing", "notes", "signals", "files", "checks", "surfaces", "optimizers"),
    *("timeline", "space", "picture", "scene", "simulation", "report", "tuning"),
    *("animate", "export", "player", "pipeline", "notebook", "cli"),
]

DRAWING = ("animate/", "export/matplotlib_writers.py")
ROOMS = {
    "matplotlib": DRAWING,
    "mpl_toolkits": DRAWING,
    "contourpy": DRAWING,
    "PIL": ("export/gif.py",),
    "apng": ("export/apng.py", "export/png.py"),
    "imageio_ffmpeg": ("export/mp4.py",),
    "typer": ("cli/",),
    "rich": ("cli/",),
    "watchfiles": ("player/preview.py",),
    "IPython": ("notebook/",),
    "ipywidgets": ("notebook/",),
    "anywidget": ("notebook/",),
    "traitlets": ("notebook/",),
    "torch": ("optimizers/adapters/torch_adapter.py", "surfaces/frameworks.py"),
    "jax": (
        "optimizers/adapters/optax_adapter.py",
        "optimizers/adapters/keras_adapter.py",  # which may run on it
        "surfaces/frameworks.py",
    ),
    "optax": ("optimizers/adapters/optax_adapter.py",),
    "keras": ("optimizers/adapters/keras_adapter.py",),
    "scipy": ("optimizers/adapters/scipy_adapter.py",),
    "optuna": ("optimizers/adapters/ask_tell.py",),
    "pymoo": ("optimizers/adapters/ask_tell.py",),
    "sympy": ("surfaces/frameworks.py",),
}
EVERYWHERE = {"numpy"}

# Who draws with animopt finds its writers registered with matplotlib, for any animation.
DOORS = {("animate/__init__.py", "animopt.export.matplotlib_writers")}

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 50
MOST_PARAMETERS = 8
# The flags of a command are typed parameters, and the contract fixes the keywords of a Surface.
LONG_SIGNATURES = {
    "cli/__init__.py: render",
    "cli/__init__.py: plot",
    "surfaces/surface.py: Surface.__init__",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Import(NamedTuple):
    """A module that is imported, and whether that happens as soon as the importing one is."""

    module: str
    at_once: bool


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


FILES = sorted(PACKAGE.rglob("*.py"))
every_file = pytest.mark.parametrize("path", FILES, ids=name_of)


def definitions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """Yield what is defined, with its dotted name, inner functions aside."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef):
            yield prefix + child.name, child
        if isinstance(child, ast.ClassDef):
            yield from definitions(child, f"{prefix}{child.name}.")


def imports(path: Path) -> Iterator[Import]:
    """Yield what a file imports when it runs: what only types need is never imported."""
    waiting: list[tuple[ast.AST, bool]] = [(tree_of(path), True)]
    while waiting:
        node, at_once = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, at_once) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out in full"
            module = node.module or ""
            # `from animopt import export` imports a room; `from animopt.scene import Scene` a name.
            names = [f".{alias.name}" for alias in node.names] if module == "animopt" else [""]
            yield from (Import(module + name, at_once) for name in names)
        inside = at_once and not isinstance(node, Function | ast.Lambda)
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]


def room_in(module: str) -> str | None:
    """Return the room of a module, or of a name that `animopt` fetches from its room."""
    package, _, rest = module.partition(".")
    first = rest.partition(".")[0]
    if package != "animopt" or first.startswith("__"):
        return None
    fetched = {name: module for module, names in animopt._ROOMS.items() for name in names}
    return fetched.get(first, first).partition(".")[0]


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def parameters(function: Function) -> list[str]:
    given = function.args
    listed = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return [each.arg for each in listed if each and each.arg not in ("self", "cls")]


def test_there_is_something_to_look_at():
    assert len(FILES) > 80
    assert {room_of(path) for path in FILES} == {*FLOW, "__init__", "__main__"}
    assert sum(1 for path in FILES for _ in definitions(tree_of(path))) > 500


@every_file
def test_a_file_says_first_what_it_is_for(path):
    purpose = ast.get_docstring(tree_of(path), clean=False)
    assert purpose, "the first line is a docstring"
    assert path.read_text(encoding="utf-8").startswith('"""' + purpose.partition("\n")[0])


def test_every_file_is_short():
    files = [path for folder in (PACKAGE, Path("tests")) for path in folder.rglob("*.*")]
    source = [path for path in files if path.suffix in (".py", ".js", ".css", ".html")]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in source}
    assert {path: n for path, n in lengths.items() if n > MOST_LINES_OF_A_FILE} == {}
    assert {".py", ".js"} <= {path.suffix for path in lengths}


def test_functions_are_short():
    lengths = {
        f"{name_of(path)}: {node.name}": node.end_lineno - node.lineno + 1
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, Function)
    }
    assert {name: n for name, n in lengths.items() if n > MOST_LINES_OF_A_FUNCTION} == {}


def test_lists_of_parameters_are_short():
    long = {
        f"{name_of(path)}: {name}"
        for path in FILES
        for name, node in definitions(tree_of(path))
        if isinstance(node, Function) and len(parameters(node)) > MOST_PARAMETERS
    }
    assert long == LONG_SIGNATURES


@every_file
def test_what_is_public_has_a_docstring(path):
    # `init` and `step` mean the same in every optimizer: the base class documents them.
    shared = {"init", "step"} if room_of(path) == "optimizers" else set()
    silent = [
        name
        for name, node in definitions(tree_of(path))
        if not any(part.startswith("_") for part in name.split("."))
        and node.name not in shared
        and not any(ast.unparse(each) == "overload" for each in node.decorator_list)
        and not ast.get_docstring(node)
    ]
    assert silent == []


@every_file
def test_a_library_lives_in_one_room(path):
    for module, _ in imports(path):
        library = module.partition(".")[0]
        if library == "animopt" or library in EVERYWHERE or library in sys.stdlib_module_names:
            continue
        assert library in ROOMS, f"{library} has no room"
        assert name_of(path).startswith(ROOMS[library]), f"{library} does not belong here"


@every_file
def test_nobody_to_the_left_imports_anybody_to_the_right(path):
    if room_of(path) in ("__init__", "__main__"):
        return
    place = FLOW.index(room_of(path))
    for module, at_once in imports(path):
        room = room_in(module)
        if at_once and room is not None and (name_of(path), module) not in DOORS:
            assert FLOW.index(room) <= place, f"{room} is to the right of {room_of(path)}"
