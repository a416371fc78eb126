"""The unit that values are in: written with them, in the corner of the sheet, or the indicator's own."""

from __future__ import annotations

from collections.abc import Sequence

from stats_tools.catalogue import Indicator
from stats_tools.importing.headings import Heading
from stats_tools.importing.issues import ImportIssue, IssueCode, IssueLog, Place
from stats_tools.units import MONEY_MARK, UnitTable


class ColumnUnits:
    """Finds the units of one sheet's values and logs those that do not fit.

    Args:
        corner_units: units named above the header, as written.
        units: that are known.
        log: takes findings.
    """

    def __init__(self, corner_units: Sequence[str], units: UnitTable, log: IssueLog) -> None:
        self._corner_units = corner_units
        self._units = units
        self._log = log

    def of(self, heading: Heading, indicator: Indicator, place: Place) -> str:
        """The unit of an indicator under a heading; empty, with an error logged, where it is none that converts."""
        facts = {"indicator": indicator.name, "accepted": "、".join(self._units.alike(indicator.unit))}
        if heading.strange and not heading.unit:
            if (meant := self._units.meant(heading.strange, indicator.unit)) is not None:
                return meant
            self._log.add(ImportIssue(IssueCode.UNIT_UNKNOWN, place, heading.strange, facts))
            return ""
        if heading.unit:
            if self._units.factor(heading.unit, indicator.unit) is not None:
                return heading.unit
            self._log.add(ImportIssue(IssueCode.UNIT_INCOMPATIBLE, place, heading.unit, facts))
            return ""
        return self._unwritten(indicator, place, facts)

    def _unwritten(self, indicator: Indicator, place: Place, facts: dict[str, str]) -> str:
        is_money = indicator.unit.endswith(MONEY_MARK)
        for written in self._corner_units:
            # Above a table a bare 万 is said of its amounts; whether of other counts too, nobody can tell.
            bare = written in self._units.multiples
            unit = self._units.meant(written, indicator.unit)
            if unit is not None and (is_money or not bare):
                return unit
            if bare or (is_money and self._units.find(written) is None and self._units.is_unit(written)):
                self._log.add(ImportIssue(IssueCode.UNIT_UNKNOWN, place, written, facts))
                return ""
        self._log.add(ImportIssue(IssueCode.UNIT_ASSUMED, place, facts={"unit": indicator.unit}))
        return indicator.unit
