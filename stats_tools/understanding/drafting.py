"""The parts of a question put together as typed queries, with what was missing filled in and said."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from stats_tools.catalogue import IndicatorCatalogue, Nature, Ratio
from stats_tools.metric_query import BOUNDED, Assumption, Condition, Measure, MetricQuery
from stats_tools.periods import Basis, Period
from stats_tools.understanding.bounds import BoundReader
from stats_tools.understanding.conditions import ConditionReader, bound_of
from stats_tools.understanding.cues import Asked, CueLanguage
from stats_tools.understanding.follow_up import FollowUp
from stats_tools.understanding.parts import Parts
from stats_tools.understanding.passage import Kind, Passage
from stats_tools.understanding.places_again import in_each_period, is_again
from stats_tools.understanding.problems import Problem, ProblemKind, UnreadableError
from stats_tools.understanding.record_days import record_day_notes
from stats_tools.understanding.spans import PUT_TO, between, is_year_before, same_periods, span
from stats_tools.understanding.subjects import (
    PAIR,
    compared,
    goes_on,
    is_group,
    keeps_subject,
    of_whole,
    subjects_of,
    unscoped,
)
from stats_tools.units import UnitTable

_OF_SEVERAL = frozenset(
    {"rank", "count", "filter", "mean", "median", "sum", "compare", "overall", "against_mean", "turned", "in_each"}
)
_ALL_AT_ONCE = frozenset({"value", "ratio", "lineage", "overview"})
"""Operations that take several indicators in one query; of the others there is one an indicator."""
_OVER_PERIODS = frozenset(
    {"value", "sum", "mean", "median", "trend", "compare", "extreme", "first_over", "lineage", "streak"}
)
"""Operations that take several periods at once; of the others there is one query a period."""
_OVER_YEARS = frozenset({"extreme", "first_over", "trend"})
_IN_ONE_BREATH = (("sum", "mean", "median"), ("share", "position"))
"""Operations that one question may ask for together."""


class Drafting:
    """Makes queries of parts.

    Args:
        catalogue: the indicators.
        units: the units of bounds.
        language: the cue file.
        bounds: knows how a fall is worded.
        follow_up: moves the period of the question before.
    """

    def __init__(
        self,
        catalogue: IndicatorCatalogue,
        units: UnitTable,
        language: CueLanguage,
        bounds: BoundReader,
        follow_up: FollowUp,
    ) -> None:
        self._catalogue = catalogue
        self._units = units
        self._asked_unit = re.compile(language.asked_unit)
        self._conditions = ConditionReader(catalogue, units, bounds)
        self._follow_up = follow_up

    def queries(self, parts: Parts) -> tuple[MetricQuery, ...]:
        """One query an indicator (one for all where several are simply looked up).

        Raises:
            UnreadableError: a bound whose unit does not fit the indicator.
        """
        fields = self._common(parts)
        indicators = self._combined(parts, fields)
        if fields["operation"] == "outdone":
            return tuple(self._query(parts, {**fields, "periods": when}, indicators) for when in _each_period(fields))
        if fields["operation"] in _ALL_AT_ONCE:
            return (self._query(parts, fields, indicators),)
        if fields["operation"] == "rank" and parts.asked.flag("beside") and len(indicators) > 1:
            return (self._query(parts, {**fields, "beside": indicators[1:]}, indicators[:1]),)
        if _is_in_each(parts, fields) and len(indicators) > 1:
            return self._in_each(parts, fields, indicators)
        if is_again(parts, fields):
            return (self._query(parts, in_each_period(parts, fields), indicators[:1]),)
        if parts.periods.second_half and fields["operation"] not in _OVER_PERIODS:
            raise self._no_second_half(parts)
        if fields["operation"] in ("count", "filter"):
            fields["beside"] = beside = _of_chosen(parts)
            bounded = tuple(each for each in parts.indicators if each not in beside)
            further = self._conditions.further(replace(parts, indicators=bounded), fields["measure"])
            if further and parts.asked.flag("severally"):
                return self._severally(parts, fields, indicators[:1], further)
            carried = parts.previous.also if parts.previous is not None and _same_bounds(parts) else ()
            fields["also"] = further or carried
            indicators = indicators[:1] if fields["also"] or beside else indicators
        whens: tuple[tuple[str, ...], ...] = (fields["periods"],)
        if fields["operation"] not in _OVER_PERIODS and not fields["every"]:
            whens = _each_period(fields)
        return tuple(
            self._query(parts, {**fields, "periods": when, "operation": operation}, (each,))
            for each in indicators
            for when in whens
            for operation in _operations(parts, fields["operation"])
        )

    @staticmethod
    def _no_second_half(parts: Parts) -> UnreadableError:
        said = parts.passage.tokens(Kind.PERIOD)[0].text
        return UnreadableError(Problem(ProblemKind.SECOND_HALF, {"said": said}))

    def _in_each(self, parts: Parts, fields: dict[str, Any], indicators: tuple[str, ...]) -> tuple[MetricQuery, ...]:
        """One query a period for those that stand in front by every indicator."""
        changes = {"operation": "in_each", "measure": fields["measure"]}
        whens = _each_period(fields)
        return tuple(self._query(parts, {**fields, **changes, "periods": when}, indicators) for when in whens)

    def _severally(
        self, parts: Parts, fields: dict[str, Any], indicators: tuple[str, ...], further: tuple[Condition, ...]
    ) -> tuple[MetricQuery, ...]:
        """One query a condition, where they need not hold at once."""
        first = self._query(parts, fields, indicators)
        others = (
            {"indicators": (each.indicator,), "measure": each.measure, "threshold": each.threshold} for each in further
        )
        return (first, *(first.model_copy(update=changes) for changes in others))

    def _common(self, parts: Parts) -> dict[str, Any]:
        asked, previous = parts.asked, parts.previous
        operation = self._operation(parts)
        fields: dict[str, Any] = {
            "operation": operation,
            "measure": self._measure(parts, operation),
            "order": asked.text("order") or "desc",
            **_rows_named(asked),
            "by": self._by(parts, operation),
            "assumptions": parts.assumptions + parts.periods.assumptions,
            **_scope_fields(parts),
            **self._when(parts, operation),
        }
        if fields["measure"] is Measure.CAGR and not fields["base"]:
            fields |= span(tuple(map(Period.parse, fields["periods"])))
        elif fields["measure"] is not Measure.CAGR and previous is not None and previous.measure is Measure.CAGR:
            fields["base"] = None
        if previous is not None and not asked.text("operation") and previous.operation == operation:
            fields |= {"order": previous.order, "k": previous.k, "place": previous.place}
        if operation == "extreme" and parts.asked.flag("of_each"):
            fields["k"] = parts.asked.k or 1
        if parts.asked.flag("of_city"):
            fields["among"] = _city_of_share(parts.passage)
        days = parts.passage.tokens(Kind.DAY)
        if days:
            fields["as_known_on"] = days[-1].value
            fields["assumptions"] += record_day_notes(days[-1:])
        elif previous is not None:
            fields["as_known_on"] = previous.as_known_on
        return fields

    def _operation(self, parts: Parts) -> str:
        operation, previous, subjects = _said_operation(parts), parts.previous, subjects_of(parts)
        if "cagr" in parts.asked.measures and operation not in PUT_TO:
            return "overall" if of_whole(parts) else "value"
        if not operation and previous is not None:
            if previous.operation in ("overall", "sum") and parts.asked.flag("apart"):
                return "value"
            lone = len(parts.scope.clusters) == 1 and previous.operation in _OF_SEVERAL
            return "value" if lone else previous.operation
        if operation == "rank" and len(subjects) == 1:
            return "position"
        if operation == "position" and not subjects:
            return "rank"
        if operation == "compare" and len(subjects) > 1 and (parts.periods.every or parts.periods.several):
            return "trend"
        if operation == "compare" and compared(parts) < PAIR:
            return "value"
        if operation == "share" and len(parts.indicators) == PAIR:
            return "ratio"
        if operation == "sum" and (parts.asked.flag("over_time") or parts.periods.every == "quarter"):
            return "trend"
        return operation or _unsaid_operation(parts)

    def _measure(self, parts: Parts, operation: str) -> Measure:
        asked, previous = parts.asked, parts.previous
        quarterly = "qoq" in asked.measures
        bound = bound_of(parts.passage)
        if asked.text("second") and bound is not None and not bound.is_rate:
            return Measure.LEVEL
        if "cagr" in asked.measures:
            return Measure.CAGR
        if "change" in asked.measures:
            return Measure.QOQ_CHANGE if quarterly else Measure.YOY_CHANGE
        if asked.measures:
            return Measure.QOQ if quarterly else Measure.YOY
        if asked.text("sign") in ("up", "down", "double"):
            return Measure.YOY
        # 哪个利润高 names the figure that is compared, 比临沂高多少 leaves it as it was.
        newly = asked.text("operation") == "compare" and bool(parts.passage.tokens(Kind.INDICATOR))
        carries = previous is not None and operation in (previous.operation, "compare") and not newly
        if carries and previous is not None and not self._follow_up.back_to_level(parts.passage):
            return previous.measure
        shares = [self._catalogue.get(each).unit == "%" for each in parts.indicators]
        return Measure.YOY if bound is not None and bound.is_rate and not any(shares) else Measure.LEVEL

    def _by(self, parts: Parts, operation: str) -> str:
        said = parts.asked.text("by")
        if said:
            return said
        if operation == "trend" and parts.asked.text("operation") == "sum":
            return "all"
        if operation == "compare" and not parts.scope.clusters and len(parts.scope.cities) >= PAIR:
            return "city"
        if operation == "compare" and len(parts.scope.sectors) >= PAIR:
            return "sector"
        return parts.previous.by if parts.previous is not None else "cluster"

    def _when(self, parts: Parts, operation: str) -> dict[str, Any]:
        previous, reading = parts.previous, parts.periods
        basis = Basis(parts.asked.text("basis")) if parts.asked.text("basis") else reading.basis
        moved = self._follow_up.shifted(parts.passage, previous, parts.newest) if previous is not None else ()
        if previous is not None and (moved or not (reading.periods or reading.every)):
            kept = moved or previous.quarters
            every = self._every(parts) or previous.every
            fields: dict[str, Any] = {
                "basis": basis or previous.basis,
                "every": every,
                "base": None if moved else previous.base,
            }
            if moved:
                fields["assumptions"] = parts.assumptions
            return {**fields, "periods": tuple(map(str, kept))}
        if operation in _OVER_YEARS and self._every(parts) == "year" and _is_year_assumed(parts):
            # 全年 beside 哪年 says which figure of each year is meant, not which year.
            return {"periods": (), "basis": basis, "every": "year", "base": None, "assumptions": parts.assumptions}
        periods = reading.periods
        if "cagr" in parts.asked.measures:
            return {**span(periods), "basis": None, "every": None}
        if periods and (parts.asked.flag("between") or _is_through(parts)):
            if reading.second_half:
                raise self._no_second_half(parts)
            if previous is not None and is_year_before(previous, periods):
                return {**same_periods(previous), "assumptions": parts.assumptions}
            return between(periods, basis, parts.newest)
        if operation == "trend" and len(periods) == 1:
            first = Period(periods[0].year, 1)
            periods = tuple(Period.from_index(index) for index in range(first.index, periods[0].index + 1))
            basis = None if basis is Basis.YEAR else basis
        every = self._every(parts)
        if operation == "extreme" and every == "quarter" and not parts.asked.text("basis"):
            # The year beside 哪个季度 is where to look, not what a figure covers.
            basis = None
        return {"periods": tuple(map(str, periods)), "basis": basis, "every": every, "base": None}

    @staticmethod
    def _every(parts: Parts) -> str | None:
        """Whether years or quarters are meant where no period is said."""
        return parts.periods.every or parts.asked.text("every") or None

    def _combined(self, parts: Parts, fields: dict[str, Any]) -> tuple[str, ...]:
        """The indicators; a ratio that the catalogue knows by a name becomes that indicator."""
        indicators = parts.indicators
        if fields["operation"] != "ratio":
            return indicators
        if len(indicators) != PAIR:
            fields["operation"] = "value"
            return indicators
        if parts.asked.flag("inverted"):
            indicators = indicators[::-1]
        for each in self._catalogue.derived:
            if isinstance(each.formula, Ratio) and each.formula.inputs == indicators:
                fields["operation"] = "sum" if parts.asked.flag("whole") else "value"
                return (each.code,)
        return indicators

    def _query(self, parts: Parts, fields: dict[str, Any], indicators: tuple[str, ...]) -> MetricQuery:
        fields = {**fields, "indicators": indicators}
        if not parts.asked.text("operation") and fields["operation"] == "sum" and unscoped(parts):
            listed = fields["measure"] is Measure.LEVEL
            note = Assumption(kind="all_clusters" if listed else "all_together")
            fields["assumptions"] = (*fields["assumptions"], note)
        stock = all(self._catalogue.nature(each) is Nature.STOCK for each in indicators)
        quarter_by_quarter = fields["operation"] == "extreme" and fields["every"] == "quarter"
        settled = fields["basis"] is not None or stock or fields["measure"].is_quarterly or quarter_by_quarter
        if settled:
            fields["assumptions"] = tuple(a for a in fields["assumptions"] if a.kind != "quarter_as_ytd")
        if stock and fields["basis"] is not None:
            fields["basis"] = None
        if fields["operation"] in BOUNDED and indicators:
            fields["threshold"] = self._conditions.threshold(parts, fields["measure"], indicators[0])
        if fields["operation"] not in BOUNDED:
            fields["unit"] = self._unit(parts, indicators)
        return MetricQuery(**fields)

    def _unit(self, parts: Parts, indicators: tuple[str, ...]) -> str | None:
        """The unit that figures were asked for in, where it is another one of the same kind."""
        match = self._asked_unit.search(parts.passage.text)
        said = next(filter(None, match.groups()), "") if match else ""
        if not said and parts.previous is not None:
            said = parts.previous.unit or ""
        if not said or len(indicators) != 1:
            return None
        own = self._catalogue.get(indicators[0]).unit
        for unit in (said, f"{said}/人", f"{said}元", f"{said}人", f"{said}家", f"{said}个"):
            if unit != own and self._units.factor(own, unit) is not None:
                return unit
        return None


def _each_period(fields: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    """The periods one by one; none where none is said."""
    return tuple((period,) for period in fields["periods"]) or ((),)


def _is_year_assumed(parts: Parts) -> bool:
    """Whether the only period said is a part of a year whose year was filled in."""
    assumed = any(each.kind == "assumed_year" for each in parts.periods.assumptions)
    return assumed and len(parts.periods.periods) == 1


def _is_through(parts: Parts) -> bool:
    """Whether the increase from the first to the last of several periods is asked for."""
    return parts.asked.flag("through") and len(parts.periods.periods) > 1


def _rows_named(asked: Asked) -> dict[str, int | None]:
    """Which rows of a ranking are asked for: the first few, exactly one place, or all."""
    if asked.flag("place"):
        return {"k": None, "place": asked.k}
    return {"k": None if asked.flag("whole_list") else asked.k or (1 if asked.flag("one") else None), "place": None}


def _of_chosen(parts: Parts) -> tuple[str, ...]:
    """The indicators wanted of those that satisfy the bounds, named behind them (营收过500亿的集群的研发投入)."""
    if not parts.asked.flag("of_chosen"):
        return ()
    last = parts.passage.tokens(Kind.BOUND)[-1].end
    behind = (str(token.value) for token in parts.passage.tokens(Kind.INDICATOR) if token.start >= last)
    return tuple(each for each in dict.fromkeys(behind) if each != parts.indicators[0])


def _is_in_each(parts: Parts, fields: dict[str, Any]) -> bool:
    """Whether those are wanted that are among the first few by each of the indicators, not a list for each."""
    said = fields["operation"] == "rank" and parts.asked.flag("in_each") and fields["k"] is not None
    return said or fields["operation"] == "in_each"


def _operations(parts: Parts, operation: str) -> tuple[str, ...]:
    """The operation, with the others asked for in the same breath (合计是多少，平均呢; 占多少，排第几)."""
    group = next((each for each in _IN_ONE_BREATH if operation in each), (operation,))
    return tuple(each for each in group if each == operation or each in parts.asked.operations)


def _scope_fields(parts: Parts) -> dict[str, Any]:
    scope, previous = parts.scope, parts.previous
    if previous is not None and keeps_subject(parts):
        return {"clusters": previous.clusters, "cities": (), "sectors": scope.sectors, "level": scope.level}
    if scope.is_empty and previous is not None and goes_on(parts):
        return {name: getattr(previous, name) for name in ("clusters", "cities", "sectors", "level")}
    return {"clusters": scope.clusters, "cities": scope.cities, "sectors": scope.sectors, "level": scope.level}


def _city_of_share(passage: Passage) -> tuple[str, ...]:
    """The city that a share is taken of ("占烟台的比重")."""
    cities = (
        token for token in passage.tokens(Kind.CITY) if "占" in passage.text[max(0, token.start - 2) : token.start]
    )
    return tuple(str(token.value) for token in cities)


def _same_bounds(parts: Parts) -> bool:
    """Whether the bounds of the question before still hold: nothing new is said about them."""
    said = parts.passage.tokens(Kind.BOUND, Kind.INDICATOR)
    return not said and not parts.asked.text("sign")


def _said_operation(parts: Parts) -> str:
    """The operation said; at a glance only where no indicator is named.

    21年比19年多了多少 sets periods against each other, not the clusters.
    """
    operation = parts.asked.text("operation")
    if operation == "compare" and parts.asked.flag("between") and of_whole(parts):
        return ""
    return "" if operation == "overview" and parts.passage.tokens(Kind.INDICATOR) else operation


def _unsaid_operation(parts: Parts) -> str:
    """What is meant where only figures are asked for."""
    if parts.periods.second_half:
        return "sum"
    if parts.periods.several and not _is_through(parts):
        return "trend"
    if unscoped(parts):
        return "sum"
    return "overall" if is_group(parts) else "value"
