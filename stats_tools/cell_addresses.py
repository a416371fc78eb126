"""A1 addresses of cells and the positions they name."""

from __future__ import annotations

from functools import lru_cache

Position = tuple[int, int]
"""Row and column, both from 0."""


def address(row: int, column: int) -> str:
    """The A1 address of a cell given from 0, e.g. ``B3`` for (2, 1)."""
    return f"{column_letters(column)}{row + 1}"


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """The letters of a column given from 0, e.g. ``AA`` for 26."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def position(address: str) -> Position:
    """Row and column from 0 of an A1 address; raises ValueError for anything else."""
    letters = address.rstrip("0123456789")
    digits = address[len(letters) :]
    if not (letters.isascii() and letters.isalpha() and digits):
        raise ValueError(f"not a cell address: {address!r}")
    return int(digits) - 1, column_number(letters)


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """The column, from 0, that letters name, e.g. 26 for ``AA``."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1
