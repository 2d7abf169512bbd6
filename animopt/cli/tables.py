"""Tables: print columns of text as a table on stdout."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from animopt.runs.report import Column

_UNBOUNDED = 10_000


def print_table(columns: Sequence[Column]) -> None:
    """Print a table, fitted to the terminal; without one, each row is a single line.

    If the terminal is too narrow, minor columns are omitted, with a note on stderr, and text is
    wrapped; nothing is truncated.
    """
    console = Console(width=None if sys.stdout.isatty() else _UNBOUNDED)
    shown, left_out = list(columns), []
    while any(column.minor for column in shown) and _width(console, shown) > console.width:
        left_out.append(max(shown, key=lambda column: column.minor))
        shown.remove(left_out[-1])
    console.print(_table(shown))
    if left_out:
        names = "; ".join(column.heading for column in columns if column in left_out)
        print(
            f"animopt: too narrow for: {names}; --format csv prints every column", file=sys.stderr
        )


def _table(columns: Sequence[Column]) -> Table:
    on_terminal = sys.stdout.isatty()
    table = Table(box=box.SIMPLE_HEAD if on_terminal else None)
    for column in columns:
        wraps = on_terminal and not column.is_text
        heading = column.heading.replace(" ", "\n") if wraps else column.heading
        table.add_column(
            heading,
            justify="left" if column.is_text else "right",
            overflow="fold",
            no_wrap=not any(" " in cell for cell in column.cells),
        )
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*map(Text, cells))
    return table


def _width(console: Console, columns: Sequence[Column]) -> int:
    """Return the width of a table whose cells are not wrapped."""
    unbounded = console.options.update(width=_UNBOUNDED)
    return Measurement.get(console, unbounded, _table(columns)).maximum
