"""Files in, text out: one reader a format, found by the file's extension."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from knowledge.encodings import decoded
from knowledge.errors import DocumentError, Flaw, Problem
from knowledge.html_text import page_text

LARGEST_FILE = 50 * 1024 * 1024
"""Bytes; a policy document is far smaller."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader got out of a file: the text, lines ended by a line feed, and the title if the format states one."""

    text: str
    title: str = ""


Reader = Callable[[str, bytes], Reading]
"""Takes the file's name (for messages) and content; raises ``DocumentError``."""


def read_text(file: str, content: bytes) -> Reading:
    """Plain or markdown text in UTF-8, UTF-16 or GB18030.

    Raises:
        DocumentError: the bytes are no text.
    """
    text = decoded(content)
    if text is None:
        raise DocumentError(Problem(Flaw.UNDECODABLE, file))
    return Reading(text.replace("\r\n", "\n").replace("\r", "\n"))


def read_html(file: str, content: bytes) -> Reading:
    """The visible text of a web page.

    Raises:
        DocumentError: the bytes are no text.
    """
    title, text = page_text(read_text(file, content).text)
    return Reading(text, title)


READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_text,
    ".markdown": read_text,
    ".html": read_html,
    ".htm": read_html,
}
"""Extension in lower case, with the dot, to reader."""


def read(path: Path) -> Reading:
    """The text of a file.

    Raises:
        DocumentError: no such file, too large, of an unknown format, not decodable, or without any text.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        facts = {"extension": path.suffix or path.name, "supported": " ".join(sorted(READERS))}
        raise DocumentError(Problem(Flaw.UNSUPPORTED_FORMAT, path.name, facts))
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DocumentError(Problem(Flaw.TOO_LARGE, path.name, {"limit_mb": str(LARGEST_FILE // 2**20)}))
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(Problem(Flaw.UNREADABLE, path.name, {"reason": error.strerror or str(error)})) from error
    reading = reader(path.name, content)
    if not reading.text.strip():
        raise DocumentError(Problem(Flaw.EMPTY_BODY, path.name))
    return reading
