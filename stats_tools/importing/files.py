"""Opening a report whatever it is, by its content and not by its name."""

from __future__ import annotations

import hashlib
from pathlib import Path

from stats_tools.importing.grid import FileRefusedError, Grid, Progress
from stats_tools.importing.issues import ImportIssue, IssueCode
from stats_tools.importing.text_table import read_text_table
from stats_tools.importing.workbook import read_workbook

LARGEST_FILE = 64 * 2**20
"""A report file may have so many bytes."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"{\\rtf", b"%pdf")


def open_report(path: Path, progress: Progress | None = None, sheet: int = 0) -> Grid:
    """The table in a file.

    Args:
        path: of the file.
        progress: told about rows read.
        sheet: which of a workbook's visible sheets, from 0; a CSV file has only one.

    Raises:
        FileRefusedError: missing, empty, too large, encrypted, damaged, in an old or another format.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            facts = {"megabytes": str(size // 2**20), "limit": str(LARGEST_FILE // 2**20)}
            raise FileRefusedError(ImportIssue(IssueCode.FILE_TOO_LARGE, facts=facts))
        with path.open("rb") as stream:
            head = stream.read(4096)
        if not head.strip(b"\0\t\r\n \xef\xbb\xbf"):
            raise FileRefusedError(ImportIssue(IssueCode.FILE_EMPTY))
        return _by_content(path, head, progress, sheet)
    except OSError as error:
        facts = {"file": path.name, "detail": error.strerror or ""}
        raise FileRefusedError(ImportIssue(IssueCode.FILE_MISSING, facts=facts)) from error


def digest(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _by_content(path: Path, head: bytes, progress: Progress | None, sheet: int) -> Grid:
    if head.startswith(_OLE):
        encrypted = _ENCRYPTED in path.read_bytes()
        raise FileRefusedError(ImportIssue(IssueCode.FILE_ENCRYPTED if encrypted else IssueCode.FILE_OLD_FORMAT))
    if head.startswith(b"PK"):
        return read_workbook(path, progress, sheet)
    if head.lstrip(b"\xef\xbb\xbf\r\n\t ").lower().startswith(_MARKUP):
        raise FileRefusedError(ImportIssue(IssueCode.FILE_NOT_A_TABLE))
    return read_text_table(path, progress)
