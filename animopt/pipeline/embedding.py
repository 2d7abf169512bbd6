"""Embedding: the text of a scene file, and of those it imports, in the files that show it."""

from __future__ import annotations

from collections.abc import Mapping
from modulefinder import ModuleFinder
from pathlib import Path

from animopt.errors import InvalidInput, closest

MOST_BYTES = 1 << 16
"""The most that the texts of one scene may have together."""
_KEY = "Source"
_OTHER = f"{_KEY} of "


def embedded(file: Path | None) -> dict[str, str]:
    """Return the texts of a scene file and of what it imports from its folder, as metadata.

    Nothing is run: what a module imports is read from its code. Data files are left out.

    Raises:
        InvalidInput: there is no file, one is not UTF-8, or they are too large together.
    """
    if file is None:
        raise InvalidInput("embed: the scene comes from no file; render a scene file")
    folder = file.resolve().parent
    others = {path.relative_to(folder).as_posix(): path for path in _imported(file, folder)}
    files = {_KEY: file} | {_OTHER + name: path for name, path in sorted(others.items())}
    texts = {key: path.read_bytes() for key, path in files.items()}
    size = sum(map(len, texts.values()))
    if size > MOST_BYTES:
        raise InvalidInput(
            f"embed: {file} has {size} bytes with what it imports, at most {MOST_BYTES} are "
            "embedded; leave out --embed, or import less"
        )
    try:
        return {key: text.decode() for key, text in texts.items()}
    except UnicodeDecodeError:
        raise InvalidInput(
            f"embed: {file}, or a file that it imports, is not UTF-8; save it as UTF-8"
        ) from None


def _imported(file: Path, folder: Path) -> set[Path]:
    """Return the modules in a folder that a file imports, anywhere in its code."""
    finder = ModuleFinder([str(folder)])
    finder.run_script(str(file))
    found = [getattr(module, "__file__", None) for module in finder.modules.values()]
    return {Path(path).resolve() for path in found if path} - {file.resolve()}


def source_of(metadata: Mapping[str, str], name: str | None = None) -> str:
    """Return the text of the scene in a file's metadata, or of a file that it imports.

    Raises:
        InvalidInput: the metadata has none.
    """
    if name is None:
        if _KEY not in metadata:
            raise InvalidInput("no scene is in the file; one is with: animopt render ... --embed")
        return metadata[_KEY]
    names = others(metadata)
    if name not in names:
        hint = closest(name, names) or (f"; choose from {', '.join(names)}" if names else "")
        raise InvalidInput(f"source {name!r} is not in the file{hint}")
    return metadata[_OTHER + name]


def others(metadata: Mapping[str, str]) -> list[str]:
    """Return the names of the files in the metadata that the scene imports."""
    return [key.removeprefix(_OTHER) for key in metadata if key.startswith(_OTHER)]


def is_source(key: str) -> bool:
    """Return whether a key of the metadata holds the text of a file."""
    return key == _KEY or key.startswith(_OTHER)
