"""Which conversation a question of a file belongs to."""

from __future__ import annotations


class FileSessions:
    """Hands out the session of each question of a file, in file order.

    A question that names a session is a turn of it. One that names none begins a conversation under its own id, so
    that a later question can follow up on it by naming that id; where the id was taken before, it stands alone.

    Args:
        namespace: keeps the sessions of this file apart from those of others; empty for none.
    """

    def __init__(self, namespace: str = "") -> None:
        self._prefix = f"{namespace}:" if namespace else ""
        self._taken: set[str] = set()

    def session(self, identity: str, named: str) -> str:
        """The session of the next question; empty where it is a question by itself."""
        session = named or (identity if identity not in self._taken else "")
        self._taken.update((session, identity))
        return f"{self._prefix}{session}" if session else ""
