"""From a query to its answer, for one viewer: the entry to questions about registers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from stats_tools.operations.results import Clause, Fact, Finding
from stats_tools.periods import Basis, Period
from stats_tools.registers.definitions import CLUSTER, Kind, RegisterDefinition
from stats_tools.registers.desk import RegisterDesk, View
from stats_tools.registers.query import RegisterQuery, RegisterResult, UnknownRegisterNameError
from stats_tools.registers.selection import Selection
from stats_tools.targets import Targets
from stats_tools.types import Figure

_MOST_NAMED = 4
_MOST_SOURCES = 3


@dataclass(frozen=True)
class Asking:
    """One query being answered: the register as its viewer may read it, and what every answer has in common."""

    desk: RegisterDesk
    query: RegisterQuery
    targets: Targets
    view: View

    @property
    def definition(self) -> RegisterDefinition:
        """Of the register."""
        return self.view.definition

    @property
    def selection(self) -> Selection:
        """The rows asked for."""
        return Selection(self.view, self.query, self.desk.registry)

    @property
    def what(self) -> dict[str, Fact]:
        """What the register and its rows are called."""
        return {
            "register": self.definition.name,
            "counted": self.definition.counted,
            "unit": self.definition.unit,
            "period": period_label(self.view.standing.period),
        }

    @property
    def scope(self) -> Fact:
        """The clusters or cities asked for, as they stand in front of what is counted; empty for all."""
        names = [self.desk.registry.cluster(code).short_name for code in self.query.clusters] or [*self.query.cities]
        if not names:
            return ""
        return Finding("scope", {"names": tuple(names)}) if len(names) <= _MOST_NAMED else Finding("scope_many", {})

    @property
    def filters(self) -> Fact:
        """The values and states asked for; empty for none."""
        parts: list[Fact] = [
            Finding("filter", {"column": self.definition.column(code).header, "values": values})
            for code, values in self.query.groups.items()
        ]
        parts += [Finding("filter_state", {"state": self.definition.state(code).name}) for code in self.query.states]
        return tuple(parts) if parts else ""

    def remarks(self) -> tuple[Finding, ...]:
        """What the answer rests on: an older filing than asked for, rows carried on, the source."""
        standing = self.view.standing
        found: list[Finding] = []
        if standing.asked is not None and standing.asked != standing.period:
            facts: dict[str, Fact] = {"asked": period_label(standing.asked), "period": period_label(standing.period)}
            found.append(Finding("other_period", facts))
        if self.view.is_complete and standing.carried:
            told: dict[str, Fact] = {"count": standing.carried, "unit": self.definition.unit}
            found.append(Finding("carried", {**told, "counted": self.definition.counted}))
        sources = standing.sources[:_MOST_SOURCES] if self.view.sees_rows else ()
        files = tuple(Finding("source_file", {"file": each.file_name, "number": each.import_id}) for each in sources)
        if files:
            found.append(Finding("source", {"files": tuple(_once(files))}))
        if standing.sample:
            found.append(Finding("sample", {"register": self.definition.name}))
        return tuple(found)

    def figure(self, value: int, label: str, *, cluster: str = "") -> Figure:
        """A count as data."""
        standing = self.view.standing
        name = self.desk.registry.cluster(cluster).short_name if cluster else ""
        return Figure(
            indicator=f"register_{self.definition.code}",
            indicator_name=label,
            cluster=cluster,
            cluster_name=name or "、".join(self.query.cities),
            period=standing.period or Period(self.desk.today.year, 1),
            basis=Basis.POINT,
            value=Decimal(value),
            unit=self.definition.unit,
            decimals=0,
            source=self.definition.name,
            sample=standing.sample,
        )

    def result(self, *findings: Finding) -> RegisterResult:
        """An answer with its remarks."""
        sample = self.view.standing.sample
        remarks = self.remarks()
        return RegisterResult(
            self.query, self.definition, "answered", findings, remarks=remarks, view=self.view, sample=sample
        )

    def denied(self, key: str, **facts: Fact) -> RegisterResult:
        """A refusal that says what is missing, and what may be asked instead."""
        finding = Finding(key, {"register": self.definition.name, "counted": self.definition.counted, **facts})
        instead = Finding("ask_total", {"register": self.definition.name, "counted": self.definition.counted})
        return RegisterResult(
            self.query, self.definition, "denied", (finding,), suggestions=(instead,), sample=self.view.standing.sample
        )


def period_label(period: Period | None) -> str:
    """A quarter as a point in time, e.g. ``2021年三季度末``; empty for none."""
    return "" if period is None else period.label(Basis.POINT)


def clause_of(definition: RegisterDefinition) -> Clause:
    """The words of the plan behind a register."""
    return Clause(definition.source.doc_id, definition.source.quote)


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    seen: list[Finding] = []
    for finding in findings:
        if finding not in seen:
            seen.append(finding)
            yield finding


def check_names(desk: RegisterDesk, query: RegisterQuery) -> None:
    """Reject names that there are not.

    Raises:
        UnknownRegisterNameError: a register, cluster, city, column, value, state or target that does not exist.
    """
    registers = {each.code: each for each in desk.registers}
    _known(query.register_code, registers)
    definition = registers[query.register_code]
    for code in query.clusters:
        _known(code, (each.code for each in desk.registry.clusters))
    for city in query.cities:
        _known(city, (each.name for each in desk.registry.dimensions.cities))
    grouped = {each.code: each for each in definition.columns if each.groups}
    for code, values in query.groups.items():
        _known(code, grouped)
        for value in values:
            _known(value, (each.name for each in grouped[code].groups))
    for code in query.states:
        _known(code, (each.code for each in definition.states))
    divisible = {*grouped, *(each.code for each in definition.of_kind(Kind.CLUSTER, Kind.CITY)), CLUSTER}
    for code in query.by:
        _known(code, divisible)
    for code in query.targets:
        _known(code, (each.target for each in definition.targets))


def _known(name: str, names: Iterable[str]) -> None:
    known = tuple(names)
    if name not in known:
        raise UnknownRegisterNameError(name, known)
