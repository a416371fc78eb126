"""What the heading of a column of values says of them where it is not the indicator alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from stats_tools.catalogue import Indicator
from stats_tools.importing.grid import CellValue
from stats_tools.importing.header import WIDEST, Column
from stats_tools.importing.headings import HeadingReader, Role
from stats_tools.importing.issues import IssueCode
from stats_tools.importing.numbers import is_number
from stats_tools.importing.reference import Reference
from stats_tools.importing.report_period import PeriodReading, quarter_of, read_period
from stats_tools.spelling import spelling_key
from stats_tools.types import Cluster

_MOST_LINES = 4
"""Headings of more lines are read as a whole only."""
_NO_PERIOD = (IssueCode.PERIOD_UNREADABLE, IssueCode.PERIOD_MISSING)
_YEAR = re.compile(r"\d{4}")
_CORNER_ROLES = (Role.CLUSTER, Role.PERIOD, Role.ITEM)


@dataclass(frozen=True, slots=True)
class Field:
    """A column of values.

    Args:
        column: where it is; its heading carries the text, the unit and what is strange about it.
        indicator: that its heading names, or None.
        period: that its heading names, or what is wrong with it; None where it names none.
        cluster: that its heading names, or None.
        total: whether its heading says that it adds up the clusters.
        year_above: whether the year of its period stands in the title.
    """

    column: Column
    indicator: Indicator | None = None
    period: PeriodReading | None = None
    cluster: Cluster | None = None
    total: bool = False
    year_above: bool = False

    @property
    def tells(self) -> frozenset[Role]:
        """Which coordinates its heading names, each by the role that a column with it would have."""
        told = ((Role.ITEM, self.indicator), (Role.PERIOD, self.period), (Role.CLUSTER, self.cluster))
        return frozenset(role for role, coordinate in told if coordinate is not None)

    @property
    def is_plain(self) -> bool:
        """Whether its heading says no more than that values stand below it."""
        return self.column.heading.role is Role.VALUE and not self.tells


class FieldReader:
    """Reads the headings of long tables and cross tables.

    Args:
        headings: reader of plain headings.
        reference: clusters and layouts.
    """

    def __init__(self, headings: HeadingReader, reference: Reference) -> None:
        self.headings = headings
        self._names = reference.registry.names
        self.layout = reference.layout
        self._period = re.compile(reference.layout.heading_period)
        self._corner = re.compile(reference.layout.corner_separators)
        self._clusters: dict[str, Cluster | None] = {}

    def may_be_key(self, text: str) -> bool:
        """Whether a cell alone may head the column of clusters, periods or indicators' names."""
        return self._plain_role(text) in (*_CORNER_ROLES, Role.YEAR) or bool(self.corner_roles(text))

    def annotation_role(self, text: str) -> Role | None:
        """The role of a column without values (序号, 设区市) by a cell alone, whatever title stands above it."""
        role = self._plain_role(text)
        return role if role in (Role.ANNOTATION, Role.CITY) else None

    def corner_roles(self, text: str) -> frozenset[Role]:
        """What a corner cell such as 集群/报告期 names; empty for any other cell."""
        pieces = [piece for piece in self._corner.split(spelling_key(text)) if piece]
        roles = frozenset(role for piece in pieces if (role := self._plain_role(piece)) in _CORNER_ROLES)
        return roles if len(roles) == len(pieces) > 1 else frozenset()

    def _plain_role(self, text: str) -> Role | None:
        return self.headings.key_role(spelling_key(text))

    def may_continue(self, cells: Sequence[CellValue]) -> bool:
        """Whether a row can be a further row of a header: no numbers stand in it but years and months."""
        held = [cell for cell in cells[:WIDEST] if cell not in (None, "")]
        return bool(held) and all(read_period(each, self.layout).period for each in held if is_number(each))

    def read(self, index: int, parts: Sequence[str], year: str = "") -> Field | None:
        """The column of values under a heading of one or several rows; None where it heads something else.

        Args:
            index: of the column, from 0.
            parts: its texts, from above.
            year: that the title names, for headings that name a quarter alone; empty for none.
        """
        lines = list(dict.fromkeys(line.strip() for part in parts for line in part.splitlines() if line.strip()))
        text = " ".join(lines)
        for period, rest in self._with_period(lines):
            field = self._field(index, text, rest, period)
            if field is not None:
                return field
        for line in lines if year else ():
            if (quarter := quarter_of(line, self.layout, year)) is not None:
                rest = [each for each in lines if each != line]
                field = self._field(index, text, rest, PeriodReading(quarter))
                if field is not None:
                    return replace(field, year_above=True)
        return self._field(index, text, lines, None)

    def _with_period(self, lines: Sequence[str]) -> Iterator[tuple[PeriodReading, list[str]]]:
        """Every way to take a period out of a heading, and what is left: most lines first, then part of the text."""
        sizes = range(len(lines), 0, -1) if len(lines) <= _MOST_LINES else ()
        for chosen in (chosen for size in sizes for chosen in combinations(lines, size)):
            period = read_period("".join(chosen), self.layout)
            if _is_meant(period, "".join(chosen)):
                yield period, [line for line in lines if line not in chosen]
        written = spelling_key("".join(lines))
        hits = list(self._period.finditer(written))
        if len(hits) == 1:
            period = read_period(hits[0].group(), self.layout)
            if _is_meant(period, written):
                yield period, [written.replace(hits[0].group(), "", 1)]

    def _field(self, index: int, text: str, lines: Sequence[str], period: PeriodReading | None) -> Field | None:
        heading = self.headings.read(lines)
        column = Column(index, replace(heading, text=text))
        match heading.role:
            case Role.INDICATOR:
                return Field(column, heading.indicator, period)
            case Role.VALUE:
                return Field(column, None, period)
            case Role.BLANK:
                return Field(column, None, period) if period else None
            case Role.UNKNOWN:
                return self._of_cluster(column, "".join(lines), period)
            case _:
                return None

    def _of_cluster(self, column: Column, name: str, period: PeriodReading | None) -> Field | None:
        if period is not None and not column.heading.title:
            return Field(column, None, period)
        if spelling_key(name) in self.layout.total_words:
            return Field(column, None, period, total=True)
        if name not in self._clusters:
            self._clusters[name] = self._names.resolve(name, candidates=False).cluster
        cluster = self._clusters[name]
        return Field(column, None, period, cluster) if cluster else None


def _is_meant(period: PeriodReading, written: str) -> bool:
    """Whether a text is a period, be it a faulty one; a single quarter without a year is none (单季利润)."""
    if period.fault is IssueCode.PERIOD_SINGLE_QUARTER:
        return _YEAR.search(written) is not None
    return period.fault not in _NO_PERIOD
