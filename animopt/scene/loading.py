"""load_scenes: run a scene file, and report what goes wrong in it by its own lines."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from animopt.errors import ExportError, InvalidInput, call, closest
from animopt.files import at_home
from animopt.scene.scene import Scene

_HERE = str(Path(__file__).parents[1])
# The folder of each module that a scene file imported from beside itself.
_NEIGHBOURS: dict[str, str] = {}


def load_scenes(path: str | Path, besides: Collection[Path] = ()) -> dict[str, Scene]:
    """Run a scene file and return its module-level scenes by name, in the order of the file.

    Scenes in a list, a tuple or a dict are found too, and named ``scenes[0]`` or by their key. A
    scene with two names is returned once, under the first; one that the file imports from beside
    itself, also in a list or a dict, belongs to that other file, and is returned only where the
    file has no scene of its own, and not from one of ``besides``, the files that are loaded
    themselves. Like a script, the file may import modules from its own
    folder, also later, when its functions are called.

    Raises:
        InvalidInput: there is no such file, it raises an exception (the message names the line),
            or it defines no Scene.
    """
    path = at_home(path)
    check_file(path)
    try:
        source = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"cannot read the scene file {path}: {error.strerror}") from None
    name = f"animopt_scene_{path.stem}"
    # The module stays registered: dataclasses, pickle and type hints look it up by name.
    module = sys.modules[name] = ModuleType(name)
    module.__file__ = str(path)
    folder = str(path.resolve().parent)
    if folder not in sys.path:  # last: nothing that is installed may be shadowed
        sys.path.append(folder)
    with scene_errors(path):
        exec(compile(source, str(path), "exec", dont_inherit=True), vars(module))
    found, borrowed = _scenes_in(module)
    if not found:
        raise InvalidInput(
            f"{path} holds no Scene; assign one at module level: "
            "scene = Scene(surface, optimizers, start, steps)"
        )
    own = {name: scene for name, scene in found.items() if id(scene) not in borrowed}
    elsewhere = {file.resolve() for file in besides}
    return own or {n: scene for n, scene in found.items() if borrowed[id(scene)] not in elsewhere}


def _scenes_in(module: ModuleType) -> tuple[dict[str, Scene], dict[int, Path]]:
    """Return the scenes of a module by name, and by id the file of those that it imports."""
    others = [sys.modules[name] for name in _NEIGHBOURS if name in sys.modules]
    borrowed = {
        id(scene): Path(other.__file__ or "").resolve()
        for other in others
        for scene in _within(list(vars(other).values()))
    }
    found: dict[str, Scene] = {}
    seen: set[int] = set()
    for name, held in vars(module).items():
        for label, value in _named(name, held):
            if isinstance(value, Scene) and id(value) not in seen:
                seen.add(id(value))
                found[label] = value
    return found, borrowed


def _named(name: str, held: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a name holds, itself or one by one, with a name for each."""
    if isinstance(held, (list, tuple)):
        yield from ((f"{name}[{i}]", value) for i, value in enumerate(held))
    elif isinstance(held, dict) and not name.startswith("__"):
        yield from ((str(key), value) for key, value in held.items())
    else:
        yield name, held


def _within(held: Any, deep: int = 5) -> Iterator[Scene]:
    """Yield the scenes in a value, or in what it holds; lists may hold themselves."""
    if isinstance(held, Scene):
        yield held
    elif deep and isinstance(held, (list, tuple, dict)):
        for value in list(held.values() if isinstance(held, dict) else held):
            yield from _within(value, deep - 1)


@contextmanager
def _importing_from(folder: Path) -> Iterator[None]:
    """Let imports find the modules of this folder, rather than namesakes in another scene's."""
    for name in [name for name, other in _NEIGHBOURS.items() if other != str(folder)]:
        sys.modules.pop(name, None)
        del _NEIGHBOURS[name]
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None) or ""
            if file.startswith(str(folder / name.partition(".")[0])):
                _NEIGHBOURS[name] = str(folder)


@contextmanager
def scene_errors(path: str | Path) -> Iterator[None]:
    """Report an exception of a scene file, or of its functions, with the line in that file.

    Raises:
        InvalidInput: "mine.py, line 7: ZeroDivisionError: division by zero", for an exception that
            passed through a line of the file, and for an InvalidInput from elsewhere, which is
            about the scene too; any other exception is raised unchanged.
    """
    try:
        with _importing_from(Path(path).resolve().parent):
            yield
    except ExportError:
        raise
    except (Exception, SystemExit) as error:
        what = str(error)
        where = _location(error.__cause__, str(path)) or _location(error, str(path))
        if isinstance(error, SyntaxError) and error.filename in (str(path), None):
            what, where = error.msg, f"{path}, line {error.lineno}" if error.lineno else ""
        elif not where and not isinstance(error, InvalidInput):
            raise
        if not isinstance(error, InvalidInput):
            what = f"{type(error).__name__}: {what}{_suggestion(error)}".rstrip(": ")
        raise InvalidInput(f"{where or path}: {what}") from error


def _location(error: BaseException | None, path: str) -> str:
    """Return the last line that an error passed through, in the file or else in other user code."""
    trace = error.__traceback__ if error else None
    frames = [(f.f_code, line) for f, line in traceback.walk_tb(trace)]
    own = [(code, line) for code, line in frames if code.co_filename == path]
    called = [
        (code, line)
        for (caller, _), (code, line) in pairwise(frames)
        if caller is call.__code__ and not code.co_filename.startswith(_HERE)
    ]
    locations = [f"{code.co_filename}, line {line}" for code, line in own or called]
    return locations[-1] if locations else ""


def check_file(path: Path) -> None:
    """Raise InvalidInput for a path that is not a scene file, before it is read."""
    if path.is_dir():
        raise InvalidInput(f"{path} is a folder; name a scene file in it")
    if not path.suffix and not path.exists():
        raise InvalidInput(f"no scene file {path}; one is written in Python and ends in .py")
    if path.suffix != ".py":
        raise InvalidInput(f"{path} is not a scene file: one is written in Python and ends in .py")
    if not path.is_file():
        raise InvalidInput(f"no scene file {path}; `animopt new {path}` writes one to start from")


def _suggestion(error: BaseException) -> str:
    """Return a suggestion for the misspelt name of a variable, an attribute or an import."""
    if "did you mean" in str(error):  # as the packages of animopt say themselves
        return ""
    if isinstance(error, AttributeError) and error.name:
        return closest(error.name, _names(error.obj))
    if isinstance(error, NameError) and error.name:
        *_, (frame, _) = traceback.walk_tb(error.__traceback__)
        return closest(error.name, {**frame.f_globals, **frame.f_locals})
    if isinstance(error, ImportError):
        match = re.match(r"cannot import name '(\w+)'", str(error))
        return closest(match[1], _names(sys.modules.get(error.name or ""))) if match else ""
    return ""


def _names(owner: Any) -> list[str]:
    """Return the attributes to suggest: of a module those it exports, if it says which."""
    return list(getattr(owner, "__all__", None) or dir(owner))
