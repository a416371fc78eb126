"""The database: where it is, how a transaction begins, and that its tables are those this program expects."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 30_000
"""How long a SQLite statement waits for another process's transaction, milliseconds."""
CACHE_KB = 16_384
"""SQLite keeps so much of the file in memory, kilobytes: a large report writes all over the indexes."""
CHECKPOINT_PAGES = 4000
"""SQLite copies its log into the file after so many pages, usually of 4096 bytes. Whoever writes then waits some
milliseconds for the disk: with SQLite's own 1000 pages, every 67th answer stored."""
_LOCK = 1_942_020
"""Key of the PostgreSQL advisory lock that exclusive writers and upgrades take; any constant of our own would do."""


class DatabaseUnusableError(Exception):
    """The database cannot be used.

    Args:
        reason: ``bad_url``, ``unreachable``, ``not_a_database``, ``newer_than_program``, ``busy`` or ``full``.
        detail: what the driver or the comparison said, for the operator's log.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Database:
    """One database by its engine; safe to share between threads.

    Args:
        engine: from :func:`open_database`.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite lets those who wait for its one writer look again now and then; in a queue they lose no time.
        self._writer: AbstractContextManager[object] = Lock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded default rather than a server."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction for reading: everything read in it is of one moment on SQLite."""
        with self.engine.begin() as connection:
            if self.is_sqlite:
                _begin_sqlite(connection, "BEGIN")
            yield connection

    @contextmanager
    def writing(self, *, exclusive: bool = False) -> Iterator[Connection]:
        """A transaction for writing, committed at the end of the block and rolled back by an exception.

        Args:
            exclusive: whether to wait until no other exclusive writer is at work (SQLite has one writer anyway).
        """
        with self._writer, self.engine.begin() as connection:
            if self.is_sqlite:
                _begin_sqlite(connection, "BEGIN IMMEDIATE")
            elif exclusive:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            yield connection

    @property
    def head(self) -> str:
        """The schema revision this program expects: the highest numbered migration."""
        return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))

    def revision(self) -> str | None:
        """The schema revision the database is at; None for one without tables of ours.

        Raises:
            DatabaseUnusableError: it cannot be reached, or is no database.
        """
        try:
            with self.engine.connect() as connection:
                if not inspect(connection).has_table("alembic_version"):
                    return None
                return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except SQLAlchemyError as error:
            raise _unusable(error) from error

    def upgrade(self) -> bool:
        """Bring the schema to the head; True where there was something to do.

        Safe to call from several processes at once, and cheap where nothing is to be done: Alembic is imported only
        for an upgrade.

        Raises:
            DatabaseUnusableError: unreachable, no database, or written by a newer version of the program.
        """
        if self._is_current():
            return False
        with self._one_upgrade_at_a_time():
            if self._is_current():
                return False
            self._run_migrations()
        return True

    def _is_current(self) -> bool:
        revision, head = self.revision(), self.head
        if revision is not None and revision > head:
            raise DatabaseUnusableError("newer_than_program", f"database at {revision}, program at {head}")
        return revision == head

    def _one_upgrade_at_a_time(self) -> AbstractContextManager[Any]:
        """On SQLite a lock file beside the database; on a server the lock is taken in the migration's transaction."""
        from filelock import FileLock

        name = self.engine.url.database
        return FileLock(f"{name}.upgrade.lock") if self.is_sqlite and name else nullcontext()

    def _run_migrations(self) -> None:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        try:
            with self.writing(exclusive=True) as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except SQLAlchemyError as error:
            raise _unusable(error) from error

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """The database at a SQLAlchemy URL; nothing is connected to or created yet except the folder of a SQLite file.

    Raises:
        DatabaseUnusableError: the URL cannot be understood or its driver is not installed.
    """
    try:
        parsed = make_url(url)
        in_memory = parsed.get_backend_name() == "sqlite" and not parsed.database
        # A file does not go away like a server, and asking whether it is there costs as much as a short query.
        pre_ping = parsed.get_backend_name() != "sqlite"
        engine = create_engine(parsed, **({"poolclass": StaticPool} if in_memory else {"pool_pre_ping": pre_ping}))
    except (ArgumentError, ImportError) as error:
        raise DatabaseUnusableError("bad_url", str(error)) from error
    if engine.dialect.name == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _prepare_sqlite)
    return Database(engine)


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    # The driver's own transaction handling starts a transaction too late to be a lock; we say BEGIN ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"cache_size=-{CACHE_KB}",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection, statement: str) -> None:
    try:
        # Past SQLAlchemy's own way with statements and its events, which take many times as long as beginning does.
        connection.connection.cursor().execute(statement)
    except sqlite3.Error as error:
        raise OperationalError(statement, None, error) from error


def as_unusable(error: Exception) -> Exception:
    """A driver's word that the database is busy, full or gone as that trouble; any other error as it is.

    A statement about tables that are not there is a fault of the program, though SQLite reports it alike.
    """
    if not isinstance(error, OperationalError) or "no such" in str(error.orig):
        return error
    return _unusable(error)


_FULL = ("disk is full", "disk I/O error", "No space left")
"""What SQLite and PostgreSQL say where nothing more can be written."""


def _unusable(error: SQLAlchemyError) -> DatabaseUnusableError:
    detail = str(getattr(error, "orig", None) or error)
    if "not a database" in detail or "malformed" in detail:
        return DatabaseUnusableError("not_a_database", detail)
    if "locked" in detail:
        return DatabaseUnusableError("busy", detail)
    if any(said in detail for said in _FULL):
        return DatabaseUnusableError("full", detail)
    return DatabaseUnusableError("unreachable" if isinstance(error, OperationalError) else "not_a_database", detail)
