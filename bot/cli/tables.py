"""Tables on standard output: drawn for a person at a screen, tab-separated for a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], stream: TextIO) -> None:
    """Write a table; every row is as long as the headers."""
    if not stream.isatty():
        stream.writelines("\t".join(row) + "\n" for row in (headers, *rows))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(*headers, header_style="bold")
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    Console(file=stream, highlight=False).print(grid)
