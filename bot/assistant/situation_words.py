"""Standings, coverage and conspicuous figures in words; shared by answers, digests and reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from prompts import Wording
from stats_tools.metric_query import Measure
from stats_tools.operations.naming import Naming
from stats_tools.operations.reporting import Coverage
from stats_tools.periods import Basis, Period
from stats_tools.reports.anomalies import Anomaly
from stats_tools.reports.lateness import Lateness, LateReport
from stats_tools.reports.situation import Growth, Standing


@dataclass(frozen=True, slots=True)
class SituationWords:
    """Says the parts of a situation.

    Args:
        wording: the messages, topic ``report``.
        naming: what periods and bases are called.
    """

    wording: Wording
    naming: Naming

    def say(self, key: str, /, **facts: object) -> str:
        """A message of the topic ``report``."""
        return self.wording.say(f"report.{key}", **facts)

    def figure(self, standing: Standing) -> str:
        """The figure with its unit, or the word for why there is none."""
        if standing.amount is not None:
            return str(standing.amount)
        return self.say("undefined" if standing.cell.reason else "missing")

    def number(self, standing: Standing) -> str:
        """The figure for a table whose rows carry the unit, or the word for why there is none."""
        return standing.amount.number if standing.amount is not None else self.figure(standing)

    def change(self, growth: Growth, standing: Standing) -> str:
        """A change with its sign, for a table; how many clusters it compares where that is not all of them."""
        if growth.amount is None:
            return self.say(f"growth_{growth.cell.reason}" if growth.cell.reason else "growth_missing")
        # What rounds to zero has no sign.
        up = growth.amount.value > 0 and bool(Decimal(growth.amount.number))
        text = self.say("signed_up", amount=growth.amount) if up else str(growth.amount)
        if len(growth.clusters) < len(standing.clusters):
            return self.say("growth_of_some", growth=text, count=len(growth.clusters))
        return text

    def grown(self, growth: Growth, measure: Measure = Measure.YOY) -> str:
        """A change as the end of a sentence; empty where it cannot be computed."""
        if growth.amount is None:
            return self.say("growth_none")
        word = self.say(f"word_{measure.value}")
        if not Decimal(growth.amount.number):
            return self.say("growth_flat", word=word)
        way = "up" if growth.amount.value > 0 else "down"
        return self.say(f"growth_{way}", word=word, amount=growth.amount.magnitude)

    def basis(self, basis: Basis) -> str:
        """What a basis is called."""
        return self.naming.bases[basis]

    def period(self, period: Period, basis: Basis) -> str:
        """The period where the basis is named besides."""
        return self.naming.quarter(period) if basis is Basis.QUARTER else period.label(basis)

    def coverage(self, held: Coverage, indicators: dict[str, str]) -> Iterator[str]:
        """Who has reported, and what those lack who reported in part."""
        facts = {"period": self.naming.quarter(held.period), "expected": len(held.expected), "reported": held.reported}
        if held.missing:
            names = "、".join(cluster.short_name for cluster in held.missing)
            yield self.say("coverage_missing", **facts, missing=len(held.missing), names=names)
        else:
            yield self.say("coverage_complete", **facts)
        for cluster, lacking in held.partial:
            names = "、".join(indicators[code] for code in lacking)
            yield self.say("coverage_partial", cluster=cluster.short_name, indicators=names)

    def lateness(self, held: Lateness | None) -> Iterator[str]:
        """Whose report came late or is overdue, each with the days that show it, and by which rule."""
        if held is None:
            return
        due = {"period": self.naming.quarter(held.period), "due": self.naming.day(held.due.moment.date())}
        due["hour"] = str(held.due.moment.hour)
        if held.sample:
            yield self.say("late_sample")
            return
        for each in held.late:
            yield self.say("late_report", cluster=each.cluster.short_name, **due, **self._arrived(each))
        for cluster in held.overdue:
            yield self.say("late_overdue", cluster=cluster.short_name, **due, days=held.overdue_days)
        if not (held.late or held.overdue):
            yield self.say("late_none", **due)
        if held.backfilled:
            names = "、".join(each.cluster.short_name for each in held.backfilled)
            yield self.say("late_backfilled", names=names, days=held.due.backfilled_after)
        yield self.say("late_rule")

    def _arrived(self, report: LateReport) -> dict[str, object]:
        by = self.say("late_days", days=report.days) if report.days else self.say("late_same_day")
        return {"arrived": self.naming.day(report.arrived), "number": report.import_id, "by": by}

    def anomaly(self, found: Anomaly) -> str:
        """One conspicuous figure with the values behind it."""
        facts: dict[str, object] = {
            "cluster": found.cluster.short_name,
            "period": self.period(found.period, found.basis),
            "indicator": found.indicator,
            "now": found.now,
        }
        basis = self.basis(found.basis)
        if found.base is None:
            return self.say("anomaly_level", **facts, basis=basis, bound=found.bound)
        facts |= {"base_period": self.period(found.base_period, found.basis), "base": found.base}
        facts["amount"] = found.amount.magnitude
        if found.bound is None:
            return self.say("anomaly_cumulative", **facts)
        if not found.measure.is_rate:
            return self.say("anomaly_change", **facts)
        word = self.say(f"word_{found.measure.value}")
        return self.say("anomaly_growth", **facts, basis=basis, word=word, bound=found.bound.magnitude)
