"""What can go wrong while finding clauses, as typed errors with facts; the words for people are said elsewhere."""

from __future__ import annotations

REBUILD = "policybot knowledge rebuild"
"""The command that makes the index anew from the documents."""


class RetrievalError(Exception):
    """Something in retrieval does not work.

    Args:
        reason: what is wrong, for logs.
        remedy: the command to run or the setting to change.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason = reason
        self.remedy = remedy


class EncoderUnavailableError(RetrievalError):
    """The configured model cannot be loaded or does not answer."""


class IndexMissingError(RetrievalError):
    """There is no index yet."""


class IndexMismatchError(RetrievalError):
    """The index was made by another encoder, or by another version of the chunking, than the one in use."""


class IndexCorruptError(RetrievalError):
    """The files of the index are not as they were written."""


class IndexBusyError(RetrievalError):
    """Another process has been building the index for longer than this one would wait."""


class VectorStoreUnavailableError(RetrievalError):
    """The Chroma server does not answer."""
