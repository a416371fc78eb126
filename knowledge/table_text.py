"""Rows of a table as lines of text that the clause parser reads as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from knowledge.patterns import patterns

CONTINUED = "（续表）"
"""Stands between the parts of a long table, as it does in print; each part opens with the header row again."""


def table_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The rows as ``| cell | cell |``, in parts short enough to be one clause each, every one under its header row.

    Args:
        rows: cells of each row, the header row first; rows without any text are left out.
    """
    lines = [_line(row) for row in rows if any(cell.strip() for cell in row)]
    longest, used = patterns().longest_clause, 0
    for number, line in enumerate(lines):
        if number and used + len(line) + 1 > longest and used > len(lines[0]):
            yield CONTINUED
            yield lines[0]
            used = len(lines[0])
        yield line
        used += len(line) + 1


def labelled_cells(header: str, row: str) -> str:
    """A row as words: each cell behind what its column is headed with; the row itself where they do not match."""
    heads, cells = _cells(header), _cells(row)
    if len(heads) != len(cells):
        return row
    return "；".join(f"{head}：{cell}" if head else cell for head, cell in zip(heads, cells, strict=True) if cell)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _line(row: Sequence[str]) -> str:
    cells = (" ".join(cell.split()).replace("|", "｜") for cell in row)
    return "| " + " | ".join(cells) + " |"
