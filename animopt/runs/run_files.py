"""Files of runs: columns in .csv and .npz, read without executing anything, written whole."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from animopt.errors import InvalidInput, closest, short
from animopt.files import write_whole
from animopt.runs.columns import COLUMNS
from animopt.typing import Array

MOST_BYTES = 2**30
"""What a file may hold, unpacked: a run of 400 snapshots of 300 000 parameters."""

# What a run calls the columns that files call otherwise.
_NAMES = {"step": "steps", "loss": "values"}
_IN_FILES = {held: name for name, held in _NAMES.items()}
_HELD = ("seconds", "off_plane")


def read(path: Path) -> dict[str, Any]:
    """Return what a file holds as arguments of a Run, and its "label" if it has one."""
    who = f"Run.load({str(path)!r})"
    reader = _by_suffix(who, path, {".csv": _read_csv, ".npz": _read_npz})
    try:
        if not path.exists():
            beside = [each.name for each in path.parent.glob(f"*{path.suffix}")]
            raise InvalidInput(f"{who}: there is no such file{closest(path.name, beside)}")
        if not path.is_file():
            raise InvalidInput(f"{who}: it is not a file; give a .csv or .npz file")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InvalidInput(
                f"{who}: it has {size / 2**20:.0f} MB, and at most {MOST_BYTES / 2**20:.0f} MB are "
                "read; keep fewer steps"
            )
        columns = reader(who, path)
    except OSError as error:
        what = error.strerror or error
        raise InvalidInput(f"{who}: cannot read it: {what}") from error
    return _arguments(who, columns)


def write(path: Path, run: Any) -> None:
    """Write a run, whole or not at all."""
    who = f"Run({run.label!r}).save({str(path)!r})"
    writer = _by_suffix(who, path, {".csv": _csv_of, ".npz": _npz_of})
    columns = {_IN_FILES.get(name, name): getattr(run, name) for name in ("steps", "values")}
    columns |= {name: getattr(run, name) for name in _HELD} | dict(run.metrics)
    known = {name: numbers for name, numbers in columns.items() if numbers is not None}
    write_whole(path, writer(who, run, known))


def _by_suffix(who: str, path: Path, choices: dict[str, Callable[..., Any]]) -> Callable[..., Any]:
    suffix = path.suffix.lower()
    if suffix not in choices:
        raise InvalidInput(f"{who}: a run is a .csv or a .npz file, not {suffix or 'one without'}")
    return choices[suffix]


def _arguments(who: str, columns: dict[str, Any]) -> dict[str, Any]:
    """Return columns as the arguments of a Run."""
    lone = [name for name in "xy" if (name in columns) != ("x" in columns and "y" in columns)]
    if lone:
        other = "y" if lone[0] == "x" else "x"
        hint = closest(other, [name for name in columns if name not in COLUMNS])
        raise InvalidInput(f"{who}: there is a column {lone[0]!r} and no column {other!r}{hint}")
    if "points" not in columns and "x" not in columns and "loss" not in columns:
        found = ", ".join(map(repr, columns))
        raise InvalidInput(
            f"{who}: there are no columns x and y, and no loss; it has {found or 'no columns'}, so "
            "rename what they are called there"
        )
    given: dict[str, Any] = {"points": columns.pop("points", None)}
    if "x" in columns:
        x, y = columns.pop("x"), columns.pop("y")
        if given["points"] is not None:
            raise InvalidInput(f"{who}: there are points, and x and y too; keep one of them")
        if np.shape(x) != np.shape(y):
            raise InvalidInput(
                f"{who}: x has shape {np.shape(x)} and y {np.shape(y)}; give them equal lengths"
            )
        given["points"] = np.stack([x, y], axis=-1)
    if "loss" in columns and not _has_number(columns["loss"]):
        raise InvalidInput(
            f"{who}: the column 'loss' has no finite number; leave it out if the losses are unknown"
        )
    for name in (*_NAMES, *_HELD, "label"):
        if name in columns:
            given[_NAMES.get(name, name)] = columns.pop(name)
    return given | {"metrics": columns}


def _has_number(losses: Any) -> bool:
    """Return whether a loss is finite; of what is no array of numbers, the run says more."""
    numbers = np.asarray(losses)
    return numbers.dtype.kind != "f" or not numbers.size or bool(np.isfinite(numbers).any())


def _read_csv(who: str, path: Path) -> dict[str, Array]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = _rows(text)
        _, header = next(rows, (0, []))
        names = _header(who, header)
        cells = [(line, _cells(who, line, names, row)) for line, row in rows]
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{who}: it is not text in UTF-8; save it as UTF-8") from error
    except csv.Error as error:
        raise InvalidInput(f"{who}: it is no CSV: {error}") from error
    if not cells:
        raise InvalidInput(f"{who}: it has a header and no rows; give at least one point")
    table = np.array([row for _, row in cells])
    return {name: table[:, i] for i, name in enumerate(names) if name}


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank, with the number of its line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    for row in reader:
        if any(cell.strip() for cell in row):
            yield reader.line_num, row


def _header(who: str, header: list[str]) -> list[str]:
    """Return the names of the columns; a first one without a name is the index of pandas."""
    names = [name.strip() for name in header]
    if not names:
        raise InvalidInput(f"{who}: it is empty; give a header such as step,x,y,loss, and rows")
    if len(names) == 1 and (mark := next((m for m in ";\t" if m in names[0]), None)):
        kind = "semicolons" if mark == ";" else "tabs"
        raise InvalidInput(f"{who}: its columns are separated by {kind}; separate them by commas")
    for i, name in enumerate(names):
        if not name and i > 0:
            raise InvalidInput(f"{who}: column {i + 1} of the header has no name; give it one")
        if name in names[:i]:
            raise InvalidInput(f"{who}: two columns are called {name!r}; rename one of them")
        if name and _number(name) is not None:
            raise InvalidInput(
                f"{who}: line 1 has the number {name} instead of a name; begin with a header such "
                "as step,x,y,loss"
            )
    return names


def _cells(who: str, line: int, names: list[str], row: list[str]) -> list[float]:
    if len(row) != len(names):
        raise InvalidInput(
            f"{who}: line {line} has {len(row)} cells, and the header has {len(names)}; fill the "
            "row, leaving unknown cells empty"
        )
    numbers = []
    for name, cell in zip(names, row, strict=True):
        number = _number(cell) if name else 0.0
        if number is None:
            raise InvalidInput(
                f"{who}: line {line}, column {name!r}: {short(cell)} is not a number; leave the "
                "cell empty if it is unknown"
            )
        numbers.append(number)
    return numbers


def _number(cell: str) -> float | None:
    """Return the number in a cell, NaN for an empty one, or None for text."""
    try:
        return float(cell) if cell.strip() else np.nan
    except ValueError:
        return None


def _read_npz(who: str, path: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(each.file_size for each in archive.infolist())
        if unpacked > MOST_BYTES:
            raise InvalidInput(
                f"{who}: it unpacks to {unpacked / 2**20:.0f} MB, and at most "
                f"{MOST_BYTES / 2**20:.0f} MB are read; keep fewer steps"
            )
        with np.load(path, allow_pickle=False) as stored:
            return {name: _array(who, name, stored) for name in stored.files}
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError) as error:
        raise InvalidInput(
            f"{who}: it is no .npz archive, or is damaged; write it with np.savez or run.save"
        ) from error


def _array(who: str, name: str, stored: Any) -> Any:
    try:
        array = stored[name]
    except ValueError as error:
        if "pickle" not in str(error).lower():
            raise InvalidInput(f"{who}: {name!r} is damaged: {error}") from error
        raise InvalidInput(
            f"{who}: {name!r} holds objects of Python, which are not read since they could run "
            "anything; save arrays of numbers"
        ) from error
    if not isinstance(array, np.ndarray):
        raise InvalidInput(f"{who}: {name!r} is no array; write it with np.savez")
    if name == "label":
        return str(array)
    if array.dtype.kind not in "fiuc":
        kind = "text" if array.dtype.kind in "US" else f"of type {array.dtype}"
        raise InvalidInput(f"{who}: {name!r} is {kind}; give real numbers")
    return array


def _csv_of(who: str, run: Any, columns: dict[str, Array]) -> bytes:
    if run.is_ensemble or run.points.shape[-1] != 2:
        raise InvalidInput(
            f"{who}: points of shape {run.points.shape} do not fit in a .csv; save it as .npz"
        )
    if run.has_points:
        step = {"step": columns.pop("step")}
        columns = {**step, "x": run.points[:, 0], "y": run.points[:, 1], **columns}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(map(_cell, numbers) for numbers in columns.values()), strict=True))
    return text.getvalue().encode()


def _cell(number: Any) -> str:
    """Return a number with all its digits, as it is read back; nothing for NaN."""
    return (
        ""
        if number != number
        else f"{number:d}"
        if number.dtype.kind == "i"
        else repr(float(number))
    )


def _npz_of(who: str, run: Any, columns: dict[str, Array]) -> bytes:
    """Return an archive whose bytes are those of the numbers alone, without the time of writing."""
    arrays = {"label": np.array(run.label)} | columns
    if run.has_points:
        arrays["points"] = run.points
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, numbers in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asarray(numbers), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue())
    return data.getvalue()
