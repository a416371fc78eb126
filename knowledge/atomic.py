"""Files that appear whole or not at all, whatever interrupts."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from knowledge.errors import DocumentError, Flaw, Problem


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file in a folder that exists; whoever reads meanwhile sees the old content or the new.

    Raises:
        DocumentError: the folder cannot be written.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, path)
    except OSError as error:
        raise DocumentError(Problem(Flaw.UNREADABLE, path.name, {"reason": str(error.strerror)})) from error
