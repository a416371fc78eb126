"""Statements that are carried out at every question: compiled once, then handed to the driver as they are.

SQLAlchemy makes the text and says how values are converted, so that one statement fits every database. Carrying it out
through SQLAlchemy as well takes five to ten times as long as SQLite takes for the work itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
Row = tuple[Any, ...]
T = TypeVar("T")


class Prepared:
    """A statement with named parameters; safe to share between threads.

    Args:
        statement: what is carried out.
    """

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def change(self, connection: Connection, values: Values) -> int:
        """Carry it out with values by the names of its parameters; how many rows it made or changed.

        Raises:
            DBAPIError: the database refused.
        """
        return self._form(connection).carried_out(connection, values, lambda cursor: int(cursor.rowcount))

    def rows(self, connection: Connection, values: Values) -> list[Row]:
        """The rows it finds or returns; otherwise like :meth:`change`."""
        form = self._form(connection)
        return form.converted(form.carried_out(connection, values, lambda cursor: cursor.fetchall()))

    def _form(self, connection: Connection) -> _Form:
        dialect = connection.dialect
        known = self._forms.get(dialect.name)
        if known is None:
            compiled = self._statement.compile(dialect=dialect)
            results = [column.type for column in self._statement.exported_columns]
            known = self._forms[dialect.name] = _Form(compiled, results, dialect)
        return known


class _Form:
    """A statement as one kind of database takes it."""

    def __init__(self, compiled: SQLCompiler, results: Sequence[TypeEngine[Any]], dialect: Dialect) -> None:
        self._sql = str(compiled)
        self._dialect = dialect
        self._positional = compiled.positional
        binds = {name: compiled.binds[name] for name in compiled.params}
        self._constants = {name: bind.value for name, bind in binds.items() if not bind.required}
        conversions = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
        names = compiled.positiontup if compiled.positional else compiled.params
        self._parameters = [(name, conversions[name]) for name in names or ()]
        converted = (each.dialect_impl(dialect).result_processor(dialect, None) for each in results)
        self._results = [(position, each) for position, each in enumerate(converted) if each]

    def carried_out(self, connection: Connection, values: Values, outcome: Callable[[Any], T]) -> T:
        """What the driver's cursor tells after it."""
        cursor = connection.connection.cursor()
        try:
            cursor.execute(self._sql, self._given(values))
            return outcome(cursor)
        except self._dialect.loaded_dbapi.Error as error:
            raise DBAPIError.instance(
                self._sql, None, error, self._dialect.loaded_dbapi.Error, dialect=self._dialect
            ) from error
        finally:
            cursor.close()

    def _given(self, values: Values) -> Any:
        """Values as the driver takes them, in their order where it knows no names; KeyError where one is missing."""
        given = {**self._constants, **values}
        taken = [(name, convert(given[name]) if convert else given[name]) for name, convert in self._parameters]
        return [value for _, value in taken] if self._positional else dict(taken)

    def converted(self, rows: list[Row]) -> list[Row]:
        """Rows with the values that the driver gives in another form."""
        if not self._results:
            return rows
        changed = [list(row) for row in rows]
        for row in changed:
            for position, convert in self._results:
                row[position] = convert(row[position])
        return [tuple(row) for row in changed]
