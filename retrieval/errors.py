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


class EncoderUnavailable(RetrievalError):  # noqa: N818 - a state of the installation, named as the operator meets it
    """The configured model cannot be loaded or does not answer."""


class IndexMissing(RetrievalError):  # noqa: N818 - as above
    """There is no index yet."""


class IndexMismatch(RetrievalError):  # noqa: N818 - as above
    """The index was made by another encoder, or by another version of the chunking, than the one in use."""


class IndexCorrupt(RetrievalError):  # noqa: N818 - as above
    """The files of the index are not as they were written."""


class IndexBusy(RetrievalError):  # noqa: N818 - as above
    """Another process has been building the index for longer than this one would wait."""


class VectorStoreUnavailable(RetrievalError):  # noqa: N818 - as above
    """The Chroma server does not answer."""
