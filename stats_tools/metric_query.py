"""One question about indicators, typed: what the parser writes, what a language model fills in, what is computed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from stats_tools.periods import Basis, Period

BOUNDED = frozenset({"count", "filter", "first_over", "distance"})
"""Operations that compare with a threshold."""

PeriodCode = Annotated[str, Field(pattern=r"^\d{4}Q[1-4]$", description="quarter, e.g. 2021Q2")]


class Measure(StrEnum):
    """What is taken of an indicator."""

    LEVEL = "level"
    """The figure itself."""
    YOY = "yoy"
    """Growth over the same period a year earlier (or over ``base``), percent."""
    QOQ = "qoq"
    """Growth over the previous quarter, percent; flows on the single-quarter basis."""
    YOY_CHANGE = "yoy_change"
    """Increase over the same period a year earlier (or over ``base``), in the indicator's unit."""
    QOQ_CHANGE = "qoq_change"
    """Increase over the previous quarter, in the indicator's unit."""
    CAGR = "cagr"
    """Compound growth a year from the full year of ``base`` to that of the period, percent."""

    @property
    def is_rate(self) -> bool:
        """Whether the result is a growth rate."""
        return self in (Measure.YOY, Measure.QOQ, Measure.CAGR)

    @property
    def is_quarterly(self) -> bool:
        """Whether the base is the quarter before."""
        return self in (Measure.QOQ, Measure.QOQ_CHANGE)


class Threshold(BaseModel):
    """A bound to compare figures with."""

    model_config = ConfigDict(frozen=True)

    comparison: Literal["gt", "ge", "lt", "le"] = "gt"
    value: Decimal
    upper: Decimal | None = Field(None, description="with ge: the end of a range, both ends included")
    unit: str = Field(description="unit of value, e.g. 亿元, 人, %")

    def admits(self, value: Decimal) -> bool:
        """Whether a value in the same unit satisfies the bound."""
        if self.upper is not None and value > self.upper:
            return False
        match self.comparison:
            case "gt":
                return value > self.value
            case "ge":
                return value >= self.value
            case "lt":
                return value < self.value
            case "le":
                return value <= self.value


class Condition(BaseModel):
    """A further bound that a cluster has to satisfy at the same time, on an indicator of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    indicator: str
    measure: Measure = Measure.LEVEL
    threshold: Threshold


class Assumption(BaseModel):
    """Something the reading took for granted and the answer has to say.

    Args:
        kind: key of its wording.
        said: the person's words it concerns, may be empty.
        meaning: what they were taken to mean.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    said: str = ""
    meaning: str = ""


class MetricQuery(BaseModel):
    """A question about reported or derived indicators; also the arguments of the tool ``query_metric``.

    Raises:
        ValidationError: a period is not a quarter, a threshold is missing where the operation compares with one, or
            ``k`` is below 1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    operation: str = Field("value", description="what to do: see the tool's description for the names")
    indicators: tuple[str, ...] = Field((), description="indicator codes, e.g. revenue, rd_intensity")
    measure: Measure = Field(Measure.LEVEL, description="the figure itself, or its growth")
    clusters: tuple[str, ...] = Field((), description="cluster codes; empty selects by the filters below")
    cities: tuple[str, ...] = Field((), description="cities without 市; empty for all")
    sectors: tuple[str, ...] = Field((), description="fields of the plan, e.g. 生物; empty for all")
    level: Literal["national", "provincial"] | None = Field(None, description="level of the clusters; null for all")
    by: Literal["cluster", "city", "sector", "level", "all"] = Field(
        "cluster", description="what a row of the result is"
    )
    periods: tuple[PeriodCode, ...] = Field((), description="quarters in order; empty means the latest with figures")
    every: Literal["year", "quarter"] | None = Field(None, description="all years or quarters there are, for trends")
    base: PeriodCode | None = Field(None, description="period that growth is measured from, if not a year earlier")
    basis: Basis | None = Field(None, description="ytd, quarter, point or year; null for the indicator's usual one")
    threshold: Threshold | None = Field(None, description="bound for count, filter and first_over")
    also: tuple[Condition, ...] = Field((), description="for count and filter: further bounds that have to hold too")
    order: Literal["desc", "asc"] = Field("desc", description="of rankings and extremes; asc for falls and losses")
    k: int | None = Field(None, ge=1, le=1000, description="how many rows of a ranking to name")
    place: int | None = Field(None, ge=1, le=1000, description="for rank: name exactly this place and no other")
    beside: tuple[str, ...] = Field((), description="for rank and filter: indicators to tell of the rows that it names")
    among: tuple[str, ...] = Field((), description="for share: cities that are the whole; empty for the level")
    unit: str | None = Field(None, description="unit to show figures in besides the indicator's own, e.g. 万元")
    as_known_on: date | None = Field(None, description="answer with what was on record at the end of this day")
    targets: tuple[str, ...] = Field((), description="target codes, for target_progress")
    assumptions: tuple[Assumption, ...] = Field((), description="what the reading took for granted")

    @field_validator("periods", mode="after")
    @classmethod
    def _no_period_twice(cls, periods: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(periods))

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.operation in BOUNDED and self.threshold is None:
            raise ValueError(f"{self.operation} needs a threshold")
        if self.operation == "ratio" and len(self.indicators) != 2:
            raise ValueError("ratio needs two indicators, numerator first")
        if self.measure is Measure.CAGR and not self._has_span():
            raise ValueError("cagr needs a base and periods that are fourth quarters, the base in an earlier year")
        return self

    def _has_span(self) -> bool:
        ends = (Period.parse(self.base), *self.quarters) if self.base else ()
        full = all(each.quarter == 4 for each in ends)
        return len(ends) > 1 and full and all(each > ends[0] for each in ends[1:])

    @property
    def quarters(self) -> tuple[Period, ...]:
        """The periods, parsed."""
        return tuple(Period.parse(code) for code in self.periods)
