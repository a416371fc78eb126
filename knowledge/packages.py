"""Zipped office files from strangers: nothing is unpacked before what it says about its size has been weighed."""

from __future__ import annotations

import io
import zipfile
import zlib

from knowledge.errors import DocumentError, Flaw, Problem

LARGEST_UNPACKED = 256 * 2**20
"""A package may unpack to so many bytes, pictures included."""
LARGEST_PART = 48 * 2**20
"""One part of XML may have so many bytes; a tree in memory takes several times as much."""
LARGEST_RATIO = 200
"""A part of more than ``_SMALL`` bytes may be so many times larger than its packed form; text stays below 50."""
MOST_PARTS = 5_000
_SMALL = 4 * 2**20
_ENCRYPTED = 1
_BODY = "word/document.xml"
_TYPES = "[Content_Types].xml"
_MACRO_TYPE = b"macroenabled"
_MACRO_PART = "vbaproject.bin"


def check_word_package(file: str, content: bytes) -> None:
    """Return if the bytes are a Word document that may be unpacked; reading then holds parts to the sizes they declare.

    Raises:
        DocumentError: damaged, encrypted, carrying macros, another kind of package, or unpacking to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            _check_sizes(file, parts)
            names = {part.filename for part in parts}
            if any(part.flag_bits & _ENCRYPTED for part in parts):
                raise DocumentError(Problem(Flaw.ENCRYPTED, file))
            if _BODY not in names or _TYPES not in names:
                raise DocumentError(Problem(Flaw.OTHER_PACKAGE, file))
            macros = any(name.lower().endswith(_MACRO_PART) for name in names)
            if macros or _MACRO_TYPE in package.read(_TYPES).lower():
                raise DocumentError(Problem(Flaw.MACROS, file))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        if isinstance(error, DocumentError):
            raise
        raise DocumentError(Problem(Flaw.DAMAGED, file)) from error


def _check_sizes(file: str, parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    xml = max((part.file_size for part in parts if part.filename.lower().endswith((".xml", ".rels"))), default=0)
    swollen = any(part.file_size > _SMALL and part.file_size > LARGEST_RATIO * part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED or xml > LARGEST_PART or swollen:
        raise DocumentError(Problem(Flaw.EXPANDS, file, {"limit_mb": str(LARGEST_UNPACKED // 2**20)}))
