"""Settling where each value of a long table or a cross table takes its cluster, its period and its indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from stats_tools.cell_addresses import address
from stats_tools.importing.arrangement import Arrangement, Axis, Source, period_of
from stats_tools.importing.columns import holds_numbers
from stats_tools.importing.field_headings import Field
from stats_tools.importing.grid import Grid
from stats_tools.importing.header import Column
from stats_tools.importing.headings import Heading, HeadingReader, Role
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place
from stats_tools.importing.reference import Reference
from stats_tools.importing.report_period import period_in_title
from stats_tools.importing.row_keys import RowKeys
from stats_tools.importing.sheet_title import cluster_in_titles, indicator_in_titles
from stats_tools.importing.suspicions import nearest_heading, suspected, suspicion
from stats_tools.importing.table_breaks import TitleReader
from stats_tools.periods import Period
from stats_tools.types import Cluster

_THINGS = {Axis.CLUSTER: "集群名称", Axis.PERIOD: "报告期", Axis.INDICATOR: "指标"}
"""What a person calls each coordinate: the headings of the contract."""
_ROLES = {Axis.CLUSTER: Role.CLUSTER, Axis.PERIOD: Role.PERIOD, Axis.INDICATOR: Role.ITEM}
_MOST_SEEN = 6


@dataclass(frozen=True, slots=True)
class Placement:
    """What the title says of every value of the sheet, and the columns to read; None for what it does not say."""

    cluster: Cluster | None
    period: Period | None
    indicator: Heading | None
    fields: tuple[Field, ...]

    def told_by_title(self, reference: Reference) -> list[tuple[TitleReader, object]]:
        """How to read from a title what the title of the sheet told, each with what it told."""
        headings = HeadingReader(reference.catalogue, reference.units, reference.layout)

        def indicator(texts: list[str]) -> object:
            heading = indicator_in_titles(texts, headings, reference)
            return heading.indicator if heading else None

        told: list[tuple[TitleReader, object]] = [
            (partial(cluster_in_titles, reference=reference), self.cluster),
            (partial(period_in_title, layout=reference.layout), self.period),
            (indicator, self.indicator and self.indicator.indicator),
        ]
        return [(reader, value) for reader, value in told if value is not None]


class Placer:
    """Settles the coordinates of one sheet and logs what contradicts or is missing."""

    def __init__(self, grid: Grid, arrangement: Arrangement, reference: Reference, log: IssueLog) -> None:
        self._grid = grid
        self._table = arrangement
        self._reference = reference
        self._log = log

    def place(self, headings: HeadingReader, keys: RowKeys) -> Placement | None:
        """Where the coordinates come from, or None (with errors logged) where that is not certain."""
        contradictory = [axis for axis in Axis if len(self._table.sources(axis)) > 1]
        for column in self._table.repeated:
            self._twice(column)
        for axis in contradictory:
            self._contradiction(axis)
        fields = self._fields(keys)
        texts = [*self._table.titles, self._grid.name]
        untold = [axis for axis in Axis if not self._table.sources(axis)]
        cluster = self._cluster(texts) if Axis.CLUSTER in untold else None
        period = self._period(texts) if Axis.PERIOD in untold else None
        indicator = self._indicator(texts, headings) if Axis.INDICATOR in untold else None
        settled = {Axis.CLUSTER: cluster, Axis.PERIOD: period, Axis.INDICATOR: indicator}
        self._hidden()
        self._passed_over()
        if contradictory or self._table.repeated or fields is None or any(settled[axis] is None for axis in untold):
            return None
        return Placement(cluster, period, indicator, fields)

    def _twice(self, column: Column) -> None:
        first = self._table.keys[column.heading.role]
        facts = {"first": address(self._table.last_row, first.index), "first_heading": first.heading.text}
        self._log.add(ImportIssue(IssueCode.COLUMN_TWICE, self._at(column), facts=facts))

    def _contradiction(self, axis: Axis) -> None:
        place = Place(self._grid.name, self._table.last_row + 1)
        self._log.add(ImportIssue(IssueCode.LAYOUT_TWICE, place, facts={"thing": _THINGS[axis]}))

    def _fields(self, keys: RowKeys) -> tuple[Field, ...] | None:
        """The columns to read; None, logged, where one lacks what the others tell or tells something impossible."""
        in_headings = [axis for axis in Axis if Source.HEADING in self._table.sources(axis)]
        usable = True
        kept = []
        for field in self._table.fields:
            if field.total and Axis.CLUSTER not in in_headings:
                self._log.add(ImportIssue(IssueCode.TOTAL_UNCHECKED, self._at(field.column)))
                continue
            kept.append(field)
            for axis in in_headings:
                told = _ROLES[axis] in field.tells or (axis is Axis.CLUSTER and field.total)
                if not told:
                    facts = {"thing": _THINGS[axis]}
                    self._log.add(ImportIssue(IssueCode.FIELD_INCOMPLETE, self._at(field.column), facts=facts))
                usable = usable and told
            if field.period is not None:
                text = field.column.heading.text
                usable = keys.accepted(field.period, self._at(field.column), text) is not None and usable
        self._question_year([field for field in kept if field.year_above])
        return tuple(kept) if usable else None

    def _question_year(self, fields: Sequence[Field]) -> None:
        """Have it confirmed that headings with a quarter alone mean the year of the title, and are cumulative."""
        if fields:
            last = fields[-1]
            facts = {"heading": last.column.heading.text, "period": str(period_of(last))}
            self._log.add(ImportIssue(IssueCode.YEAR_FROM_TITLE, self._at(last.column), facts=facts))

    def _cluster(self, texts: list[str]) -> Cluster | None:
        cluster = cluster_in_titles(texts, self._reference)
        if cluster is None:
            self._missing(IssueCode.CLUSTER_COLUMN_MISSING, Axis.CLUSTER)
        else:
            self._from_title(IssueCode.CLUSTER_FROM_TITLE, {"cluster": cluster.name})
        return cluster

    def _period(self, texts: list[str]) -> Period | None:
        period = period_in_title(texts, self._reference.layout)
        if period is None:
            self._missing(IssueCode.PERIOD_COLUMN_MISSING, Axis.PERIOD)
        else:
            self._from_title(IssueCode.PERIOD_FROM_TITLE, {"period": str(period)})
        return period

    def _indicator(self, texts: list[str], headings: HeadingReader) -> Heading | None:
        heading = indicator_in_titles(texts, headings, self._reference)
        if heading is None or heading.indicator is None:
            seen = "、".join(text for text in texts[-_MOST_SEEN:] if text)
            facts = {"seen": seen, "example": self._reference.catalogue.indicators[0].heading}
            self._log.add(ImportIssue(IssueCode.INDICATOR_UNCLEAR, Place(self._grid.name), facts=facts))
            return None
        self._from_title(IssueCode.INDICATOR_FROM_TITLE, {"indicator": heading.indicator.name})
        return heading

    def _missing(self, code: IssueCode, axis: Axis) -> None:
        columns = (*self._table.keys.values(), *(field.column for field in self._table.fields))
        seen = "、".join(column.heading.text for column in columns[:12])
        place = Place(self._grid.name, self._table.last_row + 1)
        self._log.add(ImportIssue(code, place, facts={"accepted": _THINGS[axis], "seen": seen}))

    def _from_title(self, code: IssueCode, facts: dict[str, str]) -> None:
        self._log.add(ImportIssue(code, Place(self._grid.name), facts=facts))

    def _hidden(self) -> None:
        for column in (*self._table.keys.values(), *(field.column for field in self._table.fields)):
            if column.index in self._grid.hidden_columns:
                self._log.add(ImportIssue(IssueCode.COLUMN_HIDDEN, self._at(column)))

    def _passed_over(self) -> None:
        for column in self._table.passed_over:
            issue = self._finding(column)
            if issue is not None:
                self._log.add(issue)

    def _finding(self, column: Column) -> ImportIssue | None:
        role, place = column.heading.role, self._at(column)
        if role is Role.SINGLE_QUARTER:
            return ImportIssue(IssueCode.COLUMN_SINGLE_QUARTER, place)
        if role is Role.COMPARISON:
            return ImportIssue(IssueCode.COLUMN_COMPARISON, place)
        if role is not Role.UNKNOWN:
            return None
        if not holds_numbers(self._grid, column.index, self._table.last_row + 1):
            return ImportIssue(IssueCode.COLUMN_UNKNOWN, place)
        catalogue = self._reference.catalogue
        meant = suspected(column.heading.title, catalogue, self._reference.layout.heading_typos)
        if meant:
            return ImportIssue(IssueCode.COLUMN_SUSPECTED, place, facts=suspicion(meant))
        facts = {"nearest": nearest_heading(column.heading.text, catalogue)}
        return ImportIssue(IssueCode.COLUMN_UNKNOWN_NUMBERS, place, facts=facts)

    def _at(self, column: Column) -> Place:
        cell = address(self._table.last_row, column.index)
        return Place(self._grid.name, self._table.last_row + 1, column.heading.text, cell)
