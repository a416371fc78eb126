"""What every reader of a file format hands back, and the limits all of them keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from knowledge.stated import Stated

LARGEST_FILE = 50 * 2**20
"""Bytes; a policy document is far smaller."""
LONGEST_TEXT = 2_000_000
"""Characters; a compilation of 2000 printed pages stays below."""

Progress = Callable[[int, int], None]
"""Told how many pages or paragraphs are read, of how many."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader got out of a file.

    Args:
        text: a paragraph a line, lines ended by a line feed, a table row a line ``| cell | cell |``.
        title: the title if the format states one, else empty.
        unread_pages: numbers, from 1, of pages that show a picture and hold no text.
        recognised_pages: numbers, from 1, of pages that are a picture and whose words a program recognised in it.
        unseen: words that nobody who looks at the file sees, which are not part of ``text``.
        stated: what the file states about the document outside the text.
    """

    text: str
    title: str = ""
    unread_pages: tuple[int, ...] = ()
    recognised_pages: tuple[int, ...] = ()
    unseen: str = ""
    stated: Stated = field(default_factory=Stated)


def no_progress(done: int, total: int) -> None:
    """Nothing; for whoever does not want to be told."""
