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
    *(
        "errors",
        "typing",
        "lazy",
        "borrowed",
        "notes",
        "signals",
        "leftovers",
        "files",
        "checks",
        "sizes",
        "surfaces",
        "optimizers",
    ),
    *("runs", "scene", "picture", "export", "animate", "page", "progress", "pipeline"),
    *("notebook", "cli"),
]
ROOMS = {
    "matplotlib": ("animate/", "picture/", "borrowed.py"),
    "contourpy": ("picture/",),
    "PIL": ("borrowed.py",),
    "apng": ("export/apng.py", "export/png.py"),
    "imageio_ffmpeg": ("export/video.py",),
    "typer": ("cli/",),
    "rich": ("cli/", "progress/terminal.py"),
    "watchfiles": ("page/preview.py",),
    "IPython": ("notebook/", "progress/cell.py"),
    "ipywidgets": ("notebook/",),
    "anywidget": ("notebook/",),
    "traitlets": ("notebook/",),
    "torch": (
        "optimizers/adapters/torch_adapter.py",
        "surfaces/frameworks.py",
        "surfaces/whole.py",
    ),
    "jax": (
        "optimizers/adapters/optax_adapter.py",
        "optimizers/adapters/keras_adapter.py",  # which may run on it
        "surfaces/frameworks.py",
    ),
    "optax": ("optimizers/adapters/optax_adapter.py",),
    "keras": ("optimizers/adapters/keras_adapter.py", "runs/keras_callback.py"),
    "scipy": ("optimizers/adapters/scipy_adapter.py",),
    "optuna": ("optimizers/adapters/ask_tell.py",),
    "pymoo": ("optimizers/adapters/ask_tell.py",),
    "sympy": ("surfaces/frameworks.py",),
}
EVERYWHERE = {"numpy"}

# What a picture may know of matplotlib: its locators, its font metrics, its readers of colours and
# styles, and the simplifier of its paths; no figure, no axes, no artist.
FOR_PICTURES = {
    *("matplotlib.ticker", "matplotlib.font_manager", "matplotlib.backends.backend_agg"),
    *("matplotlib.cbook", "matplotlib.colors", "matplotlib.style", "matplotlib.path"),
    "matplotlib",  # its rcParams, and the reader of style sheets
}

# The methods that a user expects on the objects themselves, and what they may import to the right.
DOORS = {
    "save": {"page"},
    "show": {"notebook"},
    "_repr_mimebundle_": {"notebook"},
    "_repr_html_": {"notebook"},
}

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 50
MOST_PARAMETERS = 8
# The flags of a command are typed parameters, and the contract fixes the keywords of a Surface.
LONG_SIGNATURES = {
    "cli/__init__.py: render",
    "cli/__init__.py: plot",
    "cli/__init__.py: report",
    "cli/__init__.py: preview",
    "surfaces/surface.py: Surface.__init__",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Import(NamedTuple):
    """A module that is imported, and the function that does so, or None for the file itself."""

    module: str
    within: str | None


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
    """Yield what a file imports: at once, when a function is called, and for its types alone."""
    waiting: list[tuple[ast.AST, str | None]] = [(tree_of(path), None)]
    while waiting:
        node, within = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, within) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out in full"
            module = node.module or ""
            # `from animopt import export` imports a room; `from animopt.scene import Scene` a name.
            rooms = module in ("animopt", "matplotlib")
            names = [f".{alias.name}" for alias in node.names] if rooms else [""]
            yield from (Import(module + name, within) for name in names)
        inside = node.name if isinstance(node, Function) else within
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
    for module, within in imports(path):
        room = room_in(module)
        if room is not None and room not in DOORS.get(within or "", ()):
            assert FLOW.index(room) <= place, f"{room} is to the right of {room_of(path)}"


def test_the_doors_are_where_they_are_expected():
    opened = {
        (name_of(path), within)
        for path in FILES
        for module, within in imports(path)
        if within in DOORS and room_in(module) in DOORS[within]
    }
    assert opened == {
        ("animate/film.py", "save"),
        ("animate/film.py", "_repr_mimebundle_"),
        ("animate/film.py", "_repr_html_"),
        ("scene/scene.py", "show"),
        ("scene/scene.py", "_repr_mimebundle_"),
        ("scene/scene.py", "_repr_html_"),
        ("runs/simulation.py", "_repr_mimebundle_"),
        ("runs/simulation.py", "_repr_html_"),
    }


def test_the_files_import_each_other_in_no_circle():
    modules = {module_of(path): path for path in FILES}
    waiting = {
        name: {
            found
            for module, within in imports(path)
            for found in (module, module.rpartition(".")[0])
            if found in modules and found != name and within not in DOORS
        }
        for name, path in modules.items()
    }
    # Packages fetch the names of their modules; a module that asks its package asks for a name.
    for name, path in modules.items():
        if path.name == "__init__.py":
            waiting[name] = {each for each in waiting[name] if not each.startswith(f"{name}.")}
    while free := [name for name, needs in waiting.items() if not needs]:
        for name in free:
            del waiting[name]
        for needs in waiting.values():
            needs.difference_update(free)
    assert waiting == {}


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@every_file
def test_a_picture_knows_no_figure_and_no_artist(path):
    if room_of(path) == "picture":
        known = {module for module, _ in imports(path) if module.startswith("matplotlib")}
        assert known <= FOR_PICTURES


def private_names(path: Path) -> set[str]:
    """Return the private attributes that a file asks of objects."""
    asked = {node.attr for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)}
    return {name for name in asked if name.startswith("_") and not name.startswith("__")}


def test_private_parts_of_others_are_borrowed_in_one_file():
    ours = {"_replace", "_asdict", "_exit", "_repr_mimebundle_"}  # which are public all the same
    for path in FILES:
        for node in ast.walk(tree_of(path)):
            match node:
                case ast.Attribute(attr=name, ctx=ast.Store()) | ast.Name(id=name, ctx=ast.Store()):
                    ours.add(name)
                case ast.FunctionDef(name=name) | ast.arg(arg=name):
                    ours.add(name)
    others = {name_of(path): private_names(path) - ours for path in FILES}
    assert {name: found for name, found in others.items() if found} == {
        "borrowed.py": {"_fig", "_first_draw_id", "_save"}
    }
