"""The rows below a register's header: which are entries, which are totals and notes, and what each says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from stats_tools.cell_addresses import address
from stats_tools.importing.day_numbers import DayNumbers
from stats_tools.importing.grid import Grid
from stats_tools.importing.header import cell_text
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place, shown
from stats_tools.importing.report_period import period_in_title, read_period
from stats_tools.periods import Period
from stats_tools.registers.cells import CellReader, tidy
from stats_tools.registers.definitions import CITY, CLUSTER
from stats_tools.registers.entries import Entry, Value, entry_key
from stats_tools.registers.headings import ReadColumn, RegisterHeader
from stats_tools.registers.reference import RegisterReference
from stats_tools.spelling import spelling_key


@dataclass(frozen=True)
class SheetRows:
    """Reads the entries of one sheet.

    Args:
        grid: the sheet.
        header: its header.
        reference: what it is read against.
        log: takes findings.
        today: quarters that end after it are questioned.
        period: the quarter of every row that names none; None to take it from the title.
    """

    grid: Grid
    header: RegisterHeader
    reference: RegisterReference
    log: IssueLog
    today: date
    period: Period | None = None

    @cached_property
    def days(self) -> DayNumbers:
        """Reads periods held as numbers of days."""
        return DayNumbers(self.grid, self.log)

    def entries(self) -> Iterator[Entry]:
        """The rows, in order; rows with any error are left out, and the error is logged."""
        common = self._common_period()
        known = self.reference
        reader = CellReader(self.grid, known.registry, known.units, known.layout, known.reports, self.log)
        for row in range(self.header.last_row + 1, len(self.grid.rows)):
            if self._is_entry(row):
                entry = self._entry(row, reader, common)
                if entry is not None:
                    yield entry

    def _is_entry(self, row: int) -> bool:
        """Whether a row is neither blank nor a total, a note or the header once more."""
        texts = [tidy(cell_text(self.grid.spread(row, each.index))) for each in self.header.columns]
        filled = [text for text in texts if text]
        opening = next((text for cell in self.grid.rows[row] if (text := tidy(cell_text(cell)))), "")
        key, words = spelling_key(opening), self.reference.reports
        if not filled or key in words.total_words | words.subtotal_words | words.excerpt_words:
            return False
        if len(filled) == 1 and any(key.startswith(word) for word in words.note_words):
            return False
        return any(text != each.heading for text, each in zip(texts, self.header.columns, strict=True) if text)

    def _entry(self, row: int, reader: CellReader, common: Period | None) -> Entry | None:
        if row in self.grid.hidden_rows:
            self.log.add(ImportIssue(IssueCode.ROW_HIDDEN, Place(self.grid.name, row + 1)))
        read = {each.column.code: reader.read(row, each) for each in self.header.columns}
        values = {code: value for code, value in read.items() if value is not None}
        complete = self._is_complete(row, values)
        period, stands = self._period(row, common), self._standing(row)
        if not complete or period is None or stands is None:
            return None
        self._question_city(row, values)
        place = f"{self.grid.name}!A{row + 1}" if self.grid.name else f"A{row + 1}"
        return Entry(entry_key(self.header.definition, values), values, period, not stands, place[-60:])

    def _is_complete(self, row: int, values: Mapping[str, Value]) -> bool:
        complete = True
        for each in self.header.columns:
            if each.column.required and each.column.code not in values:
                complete = False
                if not tidy(cell_text(self.grid.spread(row, each.index))):
                    self._fault(IssueCode.ENTRY_INCOMPLETE, row, each)
        return complete

    def _standing(self, row: int) -> bool | None:
        index = self.header.standing
        if index is None:
            return True
        text = tidy(cell_text(self.grid.spread(row, index)))
        stands = self.reference.layout.standing(text)
        if stands is None:
            accepted = "、".join(("在册", *sorted(self.reference.layout.withdrawn_words)[:3]))
            heading = cell_text(self.grid.spread(self.header.last_row, index))
            place = Place(self.grid.name, row + 1, heading, address(row, index))
            facts = {"column": heading, "accepted": accepted}
            self.log.report(lambda: ImportIssue(IssueCode.CHOICE_UNKNOWN, place, shown(text), facts))
        return stands

    def _period(self, row: int, common: Period | None) -> Period | None:
        index = self.header.period
        if index is None or self.grid.spread(row, index) is None:
            return common
        cell = self.grid.spread(row, index)
        heading = cell_text(self.grid.spread(self.header.last_row, index))
        place = Place(self.grid.name, row + 1, heading, address(row, index))
        reading = read_period(self.days.read(cell, place), self.reference.reports)
        if reading.period is None:
            fault = reading.fault or IssueCode.PERIOD_UNREADABLE
            self.log.report(lambda: ImportIssue(fault, place, shown(cell)))
            return None
        return reading.period

    def _common_period(self) -> Period | None:
        """The quarter of rows that name none: given, in the title, or (with a question) the one that ended last."""
        ended = Period.of(self.today).shift(-1)
        found = self.period or period_in_title([*self.header.titles, self.grid.name], self.reference.reports)
        if found is None and self.header.period is None:
            facts = {"register": self.header.definition.name, "period": str(ended)}
            self.log.add(ImportIssue(IssueCode.REGISTER_PERIOD_ASSUMED, Place(self.grid.name), facts=facts))
        if found is not None and found > ended:
            facts = {"latest": str(ended)}
            self.log.add(ImportIssue(IssueCode.PERIOD_FUTURE, Place(self.grid.name), str(found), facts))
        return found or ended

    def _question_city(self, row: int, values: Mapping[str, Value]) -> None:
        """Question a row whose city is not that of its cluster."""
        city, code = values.get(CITY), values.get(CLUSTER)
        column = next((each for each in self.header.columns if each.column.code == CITY), None)
        if column is None or not isinstance(city, str) or not isinstance(code, str):
            return
        cluster = self.reference.registry.cluster(code)
        if cluster.city != city:
            place = Place(self.grid.name, row + 1, column.heading, address(row, column.index))
            facts = {"cluster": cluster.short_name, "city": cluster.city}
            self.log.add(ImportIssue(IssueCode.CITY_DIFFERS, place, city, facts))

    def _fault(self, code: IssueCode, row: int, column: ReadColumn) -> None:
        place = Place(self.grid.name, row + 1, column.heading, address(row, column.index))
        self.log.report(lambda: ImportIssue(code, place, facts={"column": column.column.header}))
