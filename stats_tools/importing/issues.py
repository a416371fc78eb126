"""What is wrong with, or remarkable about, a report: typed findings that name their place; words live elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

KEPT = 50
"""So many findings of each severity are kept in full; the rest are counted."""
LONGEST_VALUE = 40
"""Cell contents are quoted up to so many characters."""


class Severity(StrEnum):
    """What a finding means for the import."""

    ERROR = "error"
    """Nothing can be imported."""
    WARNING = "warning"
    """Imported only once a person has confirmed it."""
    NOTE = "note"
    """Said, and that is all."""


class IssueCode(StrEnum):
    """Every kind of finding; each has its words in ``prompts``."""

    FILE_MISSING = "file_missing"
    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_ENCRYPTED = "file_encrypted"
    FILE_OLD_FORMAT = "file_old_format"
    FILE_NOT_A_TABLE = "file_not_a_table"
    FILE_DAMAGED = "file_damaged"
    FILE_EXPANDS = "file_expands"
    FILE_ENCODING = "file_encoding"
    SHEET_TOO_LARGE = "sheet_too_large"
    SHEET_EMPTY = "sheet_empty"
    SHEET_SKIPPED = "sheet_skipped"
    OTHER_SHEETS = "other_sheets"
    SHEETS_LEFT = "sheets_left"
    HEADER_NOT_FOUND = "header_not_found"
    CLUSTER_COLUMN_MISSING = "cluster_column_missing"
    PERIOD_COLUMN_MISSING = "period_column_missing"
    PERIOD_FROM_TITLE = "period_from_title"
    YEAR_FROM_TITLE = "year_from_title"
    YEAR_MISSING = "year_missing"
    INDICATOR_COLUMN_MISSING = "indicator_column_missing"
    SHEETS_READ = "sheets_read"
    LAYOUT_TWICE = "layout_twice"
    FIELD_INCOMPLETE = "field_incomplete"
    CLUSTER_FROM_TITLE = "cluster_from_title"
    INDICATOR_FROM_TITLE = "indicator_from_title"
    INDICATOR_UNCLEAR = "indicator_unclear"
    ITEM_MISSING = "item_missing"
    ITEM_UNKNOWN = "item_unknown"
    ITEM_SUSPECTED = "item_suspected"
    UNIT_TWICE = "unit_twice"
    VALUE_TWICE = "value_twice"
    COLUMN_TWICE = "column_twice"
    COLUMN_UNKNOWN = "column_unknown"
    COLUMN_UNKNOWN_NUMBERS = "column_unknown_numbers"
    COLUMN_SUSPECTED = "column_suspected"
    COLUMN_SINGLE_QUARTER = "column_single_quarter"
    COLUMN_COMPARISON = "column_comparison"
    UNIT_UNKNOWN = "unit_unknown"
    UNIT_INCOMPATIBLE = "unit_incompatible"
    UNIT_ASSUMED = "unit_assumed"
    CLUSTER_MISSING = "cluster_missing"
    CLUSTER_UNKNOWN = "cluster_unknown"
    CLUSTER_UNLIKE_ANY = "cluster_unlike_any"
    CLUSTER_AMBIGUOUS = "cluster_ambiguous"
    CLUSTER_IS_CITY = "cluster_is_city"
    CITY_TOTAL = "city_total"
    CLUSTER_CITY_DIFFERS = "cluster_city_differs"
    PERIOD_MISSING = "period_missing"
    PERIOD_UNREADABLE = "period_unreadable"
    PERIOD_NO_SUCH_QUARTER = "period_no_such_quarter"
    PERIOD_NOT_QUARTER_END = "period_not_quarter_end"
    PERIOD_SINGLE_QUARTER = "period_single_quarter"
    PERIOD_FUTURE = "period_future"
    ROW_TWICE = "row_twice"
    ROW_WITHOUT_VALUES = "row_without_values"
    ROW_HIDDEN = "row_hidden"
    COLUMN_HIDDEN = "column_hidden"
    HEADER_CHANGES = "header_changes"
    SECTION_CHANGES = "section_changes"
    SAMPLE_MARKED = "sample_marked"
    NO_ROWS = "no_rows"
    NOT_A_NUMBER = "not_a_number"
    NOT_FINITE = "not_finite"
    PERCENTAGE = "percentage"
    TRUTH_VALUE = "truth_value"
    DATE_VALUE = "date_value"
    DAY_NUMBER = "day_number"
    ERROR_VALUE = "error_value"
    FORMULA_WITHOUT_VALUE = "formula_without_value"
    MERGED_VALUE = "merged_value"
    TOO_LARGE = "too_large"
    NEGATIVE = "negative"
    NOT_WHOLE = "not_whole"
    TOTAL_DIFFERS = "total_differs"
    SUBTOTAL_DIFFERS = "subtotal_differs"
    TOTAL_UNCHECKED = "total_unchecked"
    CUMULATIVE_FALL = "cumulative_fall"
    OUT_OF_BOUNDS = "out_of_bounds"
    GROWTH_OUT_OF_BOUNDS = "growth_out_of_bounds"
    UNIT_SLIP = "unit_slip"
    PART_OVER_WHOLE = "part_over_whole"
    REGISTER_UNKNOWN = "register_unknown"
    REGISTER_UNCLEAR = "register_unclear"
    REGISTER_SHEETS_PASSED = "register_sheets_passed"
    REGISTER_COLUMN_MISSING = "register_column_missing"
    REGISTER_COLUMN_UNKNOWN = "register_column_unknown"
    REGISTER_PERIOD_ASSUMED = "register_period_assumed"
    ENTRY_INCOMPLETE = "entry_incomplete"
    ENTRY_TWICE = "entry_twice"
    ENTRIES_UNMENTIONED = "entries_unmentioned"
    CHOICE_UNKNOWN = "choice_unknown"
    DATE_UNREADABLE = "date_unreadable"
    CITY_UNKNOWN = "city_unknown"
    CITY_DIFFERS = "city_differs"
    TEXT_TOO_LONG = "text_too_long"

    @property
    def severity(self) -> Severity:
        """What this kind of finding means for the import."""
        if self in _NOTES:
            return Severity.NOTE
        return Severity.WARNING if self in _WARNINGS else Severity.ERROR


_WARNINGS = frozenset(
    {
        IssueCode.SHEET_SKIPPED,
        IssueCode.SHEETS_LEFT,
        IssueCode.CITY_TOTAL,
        IssueCode.PERIOD_FROM_TITLE,
        IssueCode.YEAR_FROM_TITLE,
        IssueCode.PERIOD_FUTURE,
        IssueCode.COLUMN_UNKNOWN_NUMBERS,
        IssueCode.COLUMN_SUSPECTED,
        IssueCode.SHEETS_READ,
        IssueCode.CLUSTER_FROM_TITLE,
        IssueCode.INDICATOR_FROM_TITLE,
        IssueCode.ITEM_UNKNOWN,
        IssueCode.ITEM_SUSPECTED,
        IssueCode.ROW_HIDDEN,
        IssueCode.SAMPLE_MARKED,
        IssueCode.COLUMN_HIDDEN,
        IssueCode.TOTAL_DIFFERS,
        IssueCode.SUBTOTAL_DIFFERS,
        IssueCode.CUMULATIVE_FALL,
        IssueCode.OUT_OF_BOUNDS,
        IssueCode.GROWTH_OUT_OF_BOUNDS,
        IssueCode.UNIT_SLIP,
        IssueCode.PART_OVER_WHOLE,
        IssueCode.REGISTER_PERIOD_ASSUMED,
        IssueCode.CITY_DIFFERS,
    }
)
_NOTES = frozenset(
    {
        IssueCode.OTHER_SHEETS,
        IssueCode.COLUMN_UNKNOWN,
        IssueCode.COLUMN_COMPARISON,
        IssueCode.UNIT_ASSUMED,
        IssueCode.ROW_WITHOUT_VALUES,
        IssueCode.TOTAL_UNCHECKED,
        IssueCode.DAY_NUMBER,
        IssueCode.REGISTER_SHEETS_PASSED,
        IssueCode.REGISTER_COLUMN_UNKNOWN,
        IssueCode.ENTRIES_UNMENTIONED,
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the report: sheet name, row number from 1 (0 for none), column heading and A1 address of the cell."""

    sheet: str = ""
    row: int = 0
    column: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class ImportIssue:
    """One finding.

    Args:
        code: what kind.
        place: where.
        value: the cell's content as text, shortened; empty where the finding is not about one cell.
        facts: what else the words need, e.g. the unit expected or the candidates for a name.
    """

    code: IssueCode
    place: Place = Place()
    value: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """What it means for the import."""
        return self.code.severity


@dataclass(frozen=True, slots=True)
class Issues:
    """The findings of one report: the first :data:`KEPT` of each severity in full, and how many there were."""

    kept: tuple[ImportIssue, ...] = ()
    counts: Mapping[Severity, int] = field(default_factory=dict)

    def of(self, severity: Severity) -> tuple[ImportIssue, ...]:
        """The kept findings of one severity, in the order of the report."""
        return tuple(issue for issue in self.kept if issue.severity is severity)

    def count(self, severity: Severity) -> int:
        """How many there were, kept or not."""
        return self.counts.get(severity, 0)

    @property
    def blocked(self) -> bool:
        """Whether any error forbids the import."""
        return self.count(Severity.ERROR) > 0

    def __add__(self, other: Issues) -> Issues:
        """Both, the first ones first."""
        log = IssueLog()
        for issue in (*self.kept, *other.kept):
            log.add(issue)
        totals = Counter(self.counts) + Counter(other.counts)
        return Issues(log.collected().kept, dict(totals))


class IssueLog:
    """Collects findings; a report with 200 000 wrong rows costs no more memory than one with fifty."""

    def __init__(self) -> None:
        self._kept: list[ImportIssue] = []
        self._counts: Counter[Severity] = Counter()

    def add(self, issue: ImportIssue) -> None:
        """Take a finding."""
        self._counts[issue.severity] += 1
        if self._counts[issue.severity] <= KEPT:
            self._kept.append(issue)

    def report(self, error: Callable[[], ImportIssue]) -> None:
        """Take an error that is costly to describe and is described only if it will be kept."""
        self._take(Severity.ERROR, error)

    def question(self, warning: Callable[[], ImportIssue]) -> None:
        """Take a warning that is costly to describe and is described only if it will be kept."""
        self._take(Severity.WARNING, warning)

    def _take(self, severity: Severity, described: Callable[[], ImportIssue]) -> None:
        if self._counts[severity] < KEPT:
            self.add(described())
        else:
            self._counts[severity] += 1

    @property
    def blocked(self) -> bool:
        """Whether there is an error so far."""
        return self._counts[Severity.ERROR] > 0

    def collected(self) -> Issues:
        """What was taken."""
        return Issues(tuple(self._kept), dict(self._counts))


def shown(value: object) -> str:
    """A cell's content as a message quotes it: on one line, whole numbers without a point, shortened."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"
