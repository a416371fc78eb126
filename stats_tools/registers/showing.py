"""Values of register rows as people read them."""

from __future__ import annotations

from decimal import Decimal

from stats_tools.amounts import plain
from stats_tools.registers.definitions import CITY, Column, Kind
from stats_tools.registers.entries import Entry, EntryReader, Value
from stats_tools.registry import Registry

_DECIMALS = 8
_LIST_SEPARATOR = "、"


def shown_value(column: Column, value: Value | None, registry: Registry) -> str:
    """A value as text, without its unit; empty for none."""
    match value:
        case None:
            return ""
        case Decimal():
            return plain(value, _DECIMALS)
        case tuple():
            return _LIST_SEPARATOR.join(value)
        case _:
            return registry.cluster(value).short_name if column.kind is Kind.CLUSTER else value


def shown_cell(column: Column, entry: Entry, reader: EntryReader, registry: Registry) -> str:
    """What a row has in a column, computed where it is not written: the city of its cluster, the step of its number."""
    if column.kind is Kind.BAND:
        return reader.band(entry, column)
    if column.code == CITY:
        return reader.city(entry)
    return shown_value(column, entry.values.get(column.code), registry)
