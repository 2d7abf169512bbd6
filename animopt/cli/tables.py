"""Tables: columns of text as a table on stdout."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from animopt.report import Column

_UNBOUNDED = 10_000
_LONG_WORD = 20


def print_table(columns: Sequence[Column]) -> None:
    """Print a table, fitted to the terminal; elsewhere a row stays one line, however long.

    Where the terminal is too narrow minor columns are left out, which a line on stderr says; text
    is folded, and nothing is cut short.
    """
    console = Console(width=None if sys.stdout.isatty() else _UNBOUNDED)
    shown, left_out = list(columns), []
    while any(column.minor for column in shown) and _width(console, shown) > console.width:
        left_out.append(max(shown, key=lambda column: column.minor))
        shown.remove(left_out[-1])
    console.print(_table(shown))
    if left_out:
        names = "; ".join(column.heading for column in columns if column in left_out)
        print(f"animopt: no room for: {names}; --format csv has them all", file=sys.stderr)


def _table(columns: Sequence[Column]) -> Table:
    seen = sys.stdout.isatty()
    table = Table(box=box.SIMPLE_HEAD if seen else None)
    for column in columns:
        table.add_column(
            column.heading.replace(" ", "\n") if seen and not column.is_text else column.heading,
            justify="left" if column.is_text else "right",
            overflow="fold",
            min_width=_least(column),
        )
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*map(Text, cells))
    return table


def _least(column: Column) -> int:
    """Return how wide a column is so that numbers, and words but very long ones, stay whole."""
    if column.is_text:
        return min(_LONG_WORD, max(map(cell_len, " ".join(column.cells).split(" "))))
    return max(map(cell_len, column.cells))


def _width(console: Console, columns: Sequence[Column]) -> int:
    """Return how wide a table is whose cells are not folded."""
    unbounded = console.options.update(width=_UNBOUNDED)
    return Measurement.get(console, unbounded, _table(columns)).maximum
