"""Tables: columns of text as a table on stdout."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from animopt.report import Column

_UNBOUNDED = 10_000


def print_table(columns: Sequence[Column]) -> None:
    """Print a table, fitted to the terminal; elsewhere a row stays one line, however long."""
    seen = sys.stdout.isatty()
    table = Table(box=box.SIMPLE_HEAD if seen else None)
    for column in columns:
        table.add_column(column.heading, justify="left" if column.is_text else "right")
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*map(Text, cells))
    Console(width=None if seen else _UNBOUNDED).print(table)
