"""The rows of registers as values: what they hold, what they are grouped by, and which conditions they meet."""

from __future__ import annotations

import calendar
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stats_tools.periods import Period
from stats_tools.registers.definitions import CITY, CLUSTER, Column, Condition, Kind, RegisterDefinition
from stats_tools.registry import Registry
from stats_tools.spelling import spelling_key
from stats_tools.targets import LevelCode

Value = str | Decimal | tuple[str, ...]
"""Text, a choice, a cluster's code, a city or a date as ISO text; an amount in its column's unit; several choices."""
_KEY_SEPARATOR = "\x1f"
_MONTH_DIGITS = len("2021-06")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a register as filed for a quarter.

    Args:
        key: what tells it from other rows, folded.
        values: by column code; columns without a value are absent.
        period: the quarter it was filed for.
        withdrawn: whether it says that it is on the register no more.
        cell: the row in its file, e.g. ``项目!A5``.
    """

    key: str
    values: Mapping[str, Value]
    period: Period
    withdrawn: bool = False
    cell: str = ""

    def text(self, code: str) -> str:
        """A text, choice, cluster code, city or date; empty where there is none."""
        value = self.values.get(code, "")
        return value if isinstance(value, str) else ""

    def amount(self, code: str) -> Decimal | None:
        """An amount in its column's unit, None where there is none."""
        value = self.values.get(code)
        return value if isinstance(value, Decimal) else None


def entry_key(definition: RegisterDefinition, values: Mapping[str, Value]) -> str:
    """What tells a row with these values from other rows of the register."""
    parts = (values.get(code, "") for code in definition.key)
    return _KEY_SEPARATOR.join(spelling_key(part if isinstance(part, str) else str(part)) for part in parts)


def encode(values: Mapping[str, Value]) -> str:
    """Values as JSON text, the same for the same values."""
    plain = {code: f"{each.normalize():f}" if isinstance(each, Decimal) else each for code, each in values.items()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def decode(definition: RegisterDefinition, text: str) -> Mapping[str, Value]:
    """The values in a text of :func:`encode`; columns that left the definition are passed over."""
    return {
        code: _decoded(definition.column(code), stored)
        for code, stored in json.loads(text).items()
        if definition.has(code)
    }


def _decoded(column: Column, stored: str | list[str]) -> Value:
    if isinstance(stored, list):
        return tuple(stored)
    return Decimal(stored) if column.kind is Kind.AMOUNT else stored


class EntryReader:
    """Reads groups and conditions off the rows of one register.

    Args:
        definition: of the register.
        registry: the clusters.
        today: the day on which dates are judged.
    """

    def __init__(self, definition: RegisterDefinition, registry: Registry, today: date) -> None:
        self._definition = definition
        self._cities = {cluster.code: cluster.city for cluster in registry.clusters}
        self._levels = {cluster.code: cluster.level for cluster in registry.clusters}
        self._today = today

    def city(self, entry: Entry) -> str:
        """The row's own city, or its cluster's; empty where neither is known."""
        return entry.text(CITY) or self.city_of(entry.text(CLUSTER))

    def city_of(self, cluster: str) -> str:
        """The city of a cluster by its code; empty for no such cluster."""
        return self._cities.get(cluster, "")

    def groups(self, entry: Entry, code: str) -> tuple[str, ...]:
        """The values under which a row is counted when rows are grouped by a column; a cluster by its code."""
        if code == CITY:
            return tuple(filter(None, (self.city(entry),)))
        column = self._definition.column(code)
        if column.kind is Kind.BAND:
            return tuple(filter(None, (self.band(entry, column),)))
        value = entry.values.get(code)
        if isinstance(value, tuple):
            return value
        return (value,) if isinstance(value, str) and value else ()

    def band(self, entry: Entry, column: Column) -> str:
        """The step of a scale that a row reaches; empty where its number is not known."""
        number = entry.amount(column.of)
        if number is None:
            return ""
        return next((step.name for step in column.steps if step.is_reached(number)), "")

    def of_level(self, entry: Entry, level: LevelCode | str) -> bool:
        """Whether a row belongs to a cluster of a level; any row where none is named."""
        return not level or self._levels.get(entry.text(CLUSTER)) == level

    def meets(self, entry: Entry, conditions: Iterable[Condition]) -> bool:
        """Whether a row meets every condition."""
        return all(self._meets(entry, condition) for condition in conditions)

    def _meets(self, entry: Entry, condition: Condition) -> bool:
        if condition.among:
            return any(group in condition.among for group in self.groups(entry, condition.column))
        if condition.known is not None:
            return bool(entry.values.get(condition.column)) is condition.known
        written = entry.text(condition.column)
        if not written:
            return False
        if condition.since is not None:
            return last_day(written) >= condition.since
        return last_day(written) < self._today


def last_day(written: str) -> date:
    """The last day of a date kept as a year, a month or a day."""
    if len(written) == len("2021"):
        return date(int(written), 12, 31)
    if len(written) == _MONTH_DIGITS:
        year, month = int(written[:4]), int(written[5:])
        return date(year, month, calendar.monthrange(year, month)[1])
    return date.fromisoformat(written)
