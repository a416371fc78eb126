"""Files in, text out: one reader a format, found by what is in the file and only for text by its extension."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePath

from knowledge.encodings import decoded
from knowledge.errors import DocumentError, Flaw, Problem
from knowledge.html_text import page_text
from knowledge.pdf_text import read_pdf
from knowledge.reading import LARGEST_FILE, LONGEST_TEXT, Progress, Reading, no_progress
from knowledge.reading_apart import read_apart
from knowledge.stated import without_block
from knowledge.word_text import read_word

Reader = Callable[[str, bytes], Reading]
"""Takes the file's name (for messages) and content; raises ``DocumentError``."""

_PDF, _OLE = b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_WITHIN = 1024
"""Bytes in which a PDF must open (ISO 32000-1, annex H, implementation note 13)."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_MARKUP = (b"<!doctype html", b"<html")
# Zero-width characters split words, direction marks reorder them, tag characters spell out words nobody sees.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
_BLANK = b"\xef\xbb\xbf\0\t\r\n "


def read_text(file: str, content: bytes) -> Reading:
    """Plain text in UTF-8, UTF-16 or GB18030.

    Raises:
        DocumentError: the bytes are no text.
    """
    text = decoded(content)
    if text is None:
        raise DocumentError(Problem(Flaw.UNDECODABLE, file))
    return Reading(text.replace("\r\n", "\n").replace("\r", "\n"))


def read_markdown(file: str, content: bytes) -> Reading:
    """Markdown text without the block at its head, which is read as what the file states about itself.

    Raises:
        DocumentError: the bytes are no text, or the block cannot be read.
    """
    text, stated = without_block(file, read_text(file, content).text)
    return Reading(text, stated=stated)


def read_html(file: str, content: bytes) -> Reading:
    """The visible text of a web page.

    Raises:
        DocumentError: the bytes are no text.
    """
    return page_text(read_text(file, content).text)


TEXT_READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}
"""Extension in lower case, with the dot, to reader; text does not say by itself which of these it is."""
EXTENSIONS = tuple(sorted([*TEXT_READERS, ".docx", ".pdf"]))


def read(path: Path, progress: Progress = no_progress) -> Reading:
    """The text of a file.

    Args:
        path: of the file.
        progress: told about pages or paragraphs read.

    Raises:
        DocumentError: no such file, or as ``read_guarded``.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _too_large(path.name)
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(Problem(Flaw.UNREADABLE, path.name, {"reason": error.strerror or str(error)})) from error
    return read_guarded(path.name, content, progress)


def read_guarded(file: str, content: bytes, progress: Progress = no_progress) -> Reading:
    """Like ``read_content``; what has to be unpacked or drawn is read by a process with bounds on memory and time.

    Raises:
        DocumentError: as ``read_content``, or reading it takes more than those bounds.
    """
    if len(content) <= LARGEST_FILE and (_is_pdf(content) or content[:4] in _ZIP):
        return read_apart(file, content, progress)
    return read_content(file, content, progress)


def read_content(file: str, content: bytes, progress: Progress = no_progress) -> Reading:
    """The text in the bytes of a file, whatever format its name promises.

    Args:
        file: its name; decides only between formats that are all plain text.
        content: all its bytes.
        progress: told about pages or paragraphs read.

    Raises:
        DocumentError: too large or too long, of an unknown format, damaged, encrypted, unsafe to unpack, or without
            any text.
    """
    if len(content) > LARGEST_FILE:
        raise _too_large(file)
    reading = _by_content(file, content, progress)
    unseen = " ".join(_INVISIBLE.sub("", reading.unseen).split())
    reading = replace(reading, text=_INVISIBLE.sub("", reading.text), unseen=unseen)
    if not reading.text.strip():
        raise DocumentError(Problem(Flaw.EMPTY_BODY, file))
    if len(reading.text) > LONGEST_TEXT:
        raise DocumentError(Problem(Flaw.TOO_LONG, file, {"limit": str(LONGEST_TEXT)}))
    return reading


def _by_content(file: str, content: bytes, progress: Progress) -> Reading:
    extension = PurePath(file).suffix.lower()
    if _is_pdf(content):
        return read_pdf(file, content, progress)
    if content.startswith(_OLE):
        raise DocumentError(Problem(Flaw.ENCRYPTED if _ENCRYPTED_PACKAGE in content else Flaw.OLD_FORMAT, file))
    if content[:4] in _ZIP:
        return read_word(file, content, progress)
    if content.lstrip(_BLANK)[:20].lower().startswith(_MARKUP):
        return read_html(file, content)
    if extension in TEXT_READERS:
        return TEXT_READERS[extension](file, content)
    if extension not in EXTENSIONS:
        facts = {"extension": extension or file, "supported": " ".join(EXTENSIONS)}
        raise DocumentError(Problem(Flaw.UNSUPPORTED_FORMAT, file, facts))
    raise DocumentError(Problem(Flaw.DAMAGED if content.strip(_BLANK) else Flaw.EMPTY_BODY, file))


def _is_pdf(content: bytes) -> bool:
    return _PDF in content[:_PDF_WITHIN]


def _too_large(file: str) -> DocumentError:
    return DocumentError(Problem(Flaw.TOO_LARGE, file, {"limit_mb": str(LARGEST_FILE // 2**20)}))
