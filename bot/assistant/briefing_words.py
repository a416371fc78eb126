"""A snapshot in words: what fits one message first, the details behind it, and what has changed since the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.assistant.metric_phrasing import MetricWords
from bot.assistant.situation_words import SituationWords
from bot.assistant.types import Block, Paragraph, Table
from prompts import Wording
from stats_tools.operations.naming import Naming
from stats_tools.operations.results import MetricResult
from stats_tools.periods import Basis
from stats_tools.registers.standing import FilingSource
from stats_tools.registers.summaries import Count, Summary
from stats_tools.reports.briefing import Briefing, Mover
from stats_tools.reports.lateness import Lateness, LateReport
from stats_tools.reports.register_state import RegisterProgress
from stats_tools.reports.reported import SourceFile
from stats_tools.reports.situation import Standing
from stats_tools.targets import Target

_MOST_NAMES = 5
_MOST_CHANGES = 4
_MOST_FILES = 2
_MOST_ANOMALIES = 30
"""Conspicuous figures told one by one in the details."""
_MEASURED = ("target_count", "target_increase", "target_registered", "target_no_figures")
"""Findings that tell how far a target is reached."""


@dataclass(frozen=True, slots=True)
class BriefingText:
    """A briefing as it is sent.

    Args:
        title: its first line.
        blocks: what fits one message.
        details: the rest.
        facts: what it says by name, to compare the next one with.
        is_unchanged: whether it says what the one before said.
    """

    title: str
    blocks: tuple[Block, ...]
    details: tuple[Block, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    is_unchanged: bool = False


class BriefingWords:
    """Says briefings.

    Args:
        wording: the messages, topic ``briefing``.
        naming: what periods and bases are called.
        indicators: names of the indicators by code.
    """

    def __init__(self, wording: Wording, naming: Naming, indicators: Mapping[str, str]) -> None:
        self._wording = wording
        self._naming = naming
        self._indicators = indicators
        self._words = SituationWords(wording, naming)
        self._metric = MetricWords(wording)

    def _say(self, key: str, /, **facts: object) -> str:
        return self._wording.say(f"briefing.{key}", **facts)

    def nothing(self, label: str) -> BriefingText:
        """What is said where there are no figures."""
        label = label or self._say("whole_province")
        title = self._say("title_empty", label=label)
        return BriefingText(title, (Paragraph(self._say("no_figures", label=label)),), facts={"period": ""})

    def briefing(
        self, told: Briefing, previous: Mapping[str, Any] | None = None, deadlines: Sequence[str] = ()
    ) -> BriefingText:
        """A snapshot.

        Args:
            told: the snapshot.
            previous: the facts of the briefing before; None or empty for the first one.
            deadlines: what is due next, in words.
        """
        period = told.period.label(Basis.YTD)
        title = (
            self._say("title", period=period)
            if told.scope.is_province
            else self._say("title_of", label=told.label, period=period)
        )
        facts = self._facts(told)
        unchanged = bool(previous) and dict(previous or {}) == facts
        parts = [
            [self._say("sample")] if told.sample else [],
            [self._change(previous, facts)] if previous else [],
            [self._reported(told), *self._late(told)],
            self._headlines(told),
            self._progress(told),
            [*self._movers(told)],
            [self._conspicuous(told)],
            [self.pipeline(told.registers.pipeline, sample=told.sample)] if told.registers else [],
            [self._say("deadlines", items="；".join(deadlines))] if deadlines else [],
            [self.source(told)],
        ]
        blocks = tuple(Paragraph("\n".join(lines)) for lines in parts if lines)
        return BriefingText(title, blocks, tuple(self._details(told)), facts, unchanged)

    def _facts(self, told: Briefing) -> dict[str, Any]:
        """What the briefing says by the name of each fact; what changes with the day alone is not among them."""
        facts: dict[str, Any] = {"period": told.period.label(Basis.YTD)}
        facts[self._say("label_reported")] = self._reported(told)
        for standing, line in zip(told.headline, self._headlines(told), strict=False):
            facts[standing.name] = line
        for target, result in told.progress:
            facts[target.name] = self._target(target, result, told) or ""
        if told.registers is not None:
            facts[self._say("label_pipeline")] = self.pipeline(told.registers.pipeline, sample=told.sample)
        if told.lateness is not None and (names := [*_late_names(told.lateness)]):
            facts[self._say("label_late")] = "、".join(names)
        facts[self._say("label_anomalies")] = "\n".join(self._words.anomaly(each) for each in told.anomalies)
        return facts

    def _change(self, previous: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
        if dict(previous) == facts:
            return self._say("unchanged")
        before, now = previous.get("period", ""), facts["period"]
        if before and before != now:
            return self._say("changed_period", before=before, now=now)
        names = [name for name in facts if previous.get(name) != facts[name]]
        items = "、".join(names[:_MOST_CHANGES])
        if len(names) > _MOST_CHANGES:
            items = self._say("changed_more", items=items, count=len(names))
        return self._say("changed", items=items)

    def _reported(self, told: Briefing) -> str:
        held = told.coverage
        counts = {"reported": held.reported, "expected": len(held.expected)}
        if not held.missing:
            return self._say("reported_complete", **counts)
        return self._say("reported_missing", **counts, names=self._named(each.short_name for each in held.missing))

    def _late(self, told: Briefing) -> Iterator[str]:
        """Whose report came after it was due or is overdue, in one line; which days show it is in the details."""
        held = told.lateness
        if held is None or not (held.late or held.overdue):
            return
        items = []
        if held.late:
            names = self._named(self._late_name(each) for each in held.late)
            items.append(self._say("late_arrived", count=len(held.late), names=names))
        if held.overdue:
            names = self._named(each.short_name for each in held.overdue)
            items.append(self._say("late_overdue", days=held.overdue_days, names=names))
        yield self._say("late", due=self._naming.day(held.due.moment.date()), items="；".join(items))

    def _late_name(self, report: LateReport) -> str:
        name = report.cluster.short_name
        return (
            self._say("late_name", name=name, days=report.days) if report.days else self._say("late_today", name=name)
        )

    def _named(self, names: Iterable[str]) -> str:
        held = list(names)
        shown = "、".join(held[:_MOST_NAMES])
        return shown if len(held) <= _MOST_NAMES else self._say("names_more", names=shown, count=len(held))

    def _headlines(self, told: Briefing) -> list[str]:
        return [self._headline(each, several=len(told.coverage.expected) > 1) for each in told.headline]

    def _headline(self, standing: Standing, *, several: bool) -> str:
        if standing.amount is None:
            return self._say("headline_missing", indicator=standing.name)
        facts = {
            "indicator": standing.name,
            "amount": standing.amount,
            "basis": self._words.basis(standing.basis),
            "yoy": self._words.change(standing.yoy, standing),
            "qoq": self._words.change(standing.qoq, standing),
        }
        if several:
            return self._say("headline", **facts, count=len(standing.clusters))
        return self._say("headline_one", **facts)

    def _progress(self, told: Briefing) -> list[str]:
        if not told.progress:
            return []
        lines = [(target, self._target(target, result, told)) for target, result in told.progress]
        known = [line for _, line in lines if line is not None]
        period = told.period.label(Basis.YTD)
        unmeasured = len(lines) - len(known)
        more = [self._say("targets_unmeasured", count=unmeasured)] if unmeasured else []
        return [self._say("progress_lead", period=period), *known, *more]

    def _target(self, target: Target, result: MetricResult, told: Briefing) -> str | None:
        """How far a target is reached, by the reports or by a register; None where neither measures it."""
        finding = next((each for each in result.findings if each.key in _MEASURED), None)
        if finding is not None:
            key = f"briefing.{finding.key}"
            spoken = {name: self._metric.fact(finding.facts[name]) for name in self._wording.variables(key)}
            return self._wording.say(key, **spoken)
        held = told.registers.progress.get(target.code) if told.registers else None
        return self._register_target(target, held) if held is not None else None

    def _register_target(self, target: Target, held: RegisterProgress) -> str | None:
        facts: dict[str, object] = {"name": target.name, "count": target.count, "unit": target.unit}
        if held.clusters and target.count is not None:
            rows = [count for _, count in held.clusters]
            reached = sum(count >= target.count for count in rows)
            return self._say("target_each", **facts, total=len(rows), reached=reached, most=max(rows), least=min(rows))
        if held.reached is None or target.count is None:
            return None
        about = self._say("target_about") if target.approximate else ""
        return self._say("target_register", **facts, register=held.register, reached=held.reached, about=about)

    def _movers(self, told: Briefing) -> Iterator[str]:
        for key, movers in (("movers_rising", told.rising), ("movers_falling", told.falling)):
            if movers:
                names = "、".join(self._mover(each) for each in movers)
                yield self._say(key, indicator=movers[0].indicator, names=names)

    def _mover(self, mover: Mover) -> str:
        return self._say("mover", name=mover.cluster.short_name, growth=mover.growth.amount)

    def _conspicuous(self, told: Briefing) -> str:
        if not told.anomalies:
            return self._say("anomalies_none")
        return self._say("anomalies", count=len(told.anomalies), first=self._words.anomaly(told.anomalies[0]))

    def pipeline(self, summary: Summary, *, sample: bool) -> str:
        """Projects by stage with the change since the quarter filed before; what is lacking where there are none."""
        coverage = summary.coverage
        if coverage.period is None or coverage.sample is not sample:
            return self._say("pipeline_none")
        stages = [
            self._say("stage", stage=name, count=self.count(summary.total.groups[name])) for name in summary.groups
        ]
        total = self.count(summary.total.total)
        return self._say(
            "pipeline", period=self._naming.quarter(coverage.period), total=total, stages="、".join(stages)
        )

    def count(self, count: Count) -> str:
        """A number of rows, with its change where that may be told."""
        if count.rows is None:
            return self._say("count_hidden")
        if not count.change:
            return self._say("count_now", count=count.rows)
        return self._say("count_changed", count=count.rows, change=f"{count.change:+d}")

    def source(self, told: Briefing) -> str:
        """The files that the figures come from, the last ones by name, and up to when they are known."""
        names = "、".join(self._file(each) for each in told.files[-_MOST_FILES:])
        if len(told.files) > _MOST_FILES:
            names = self._say("names_more", names=names, count=len(told.files))
        return self._say("source", files=names, known_on=self._naming.day(told.known_on) if told.known_on else "")

    def registered(self, summary: Summary) -> str:
        """The files that the rows of a register come from."""
        files = dict.fromkeys(map(self._file, summary.coverage.sources))
        return self._wording.say("metric.source_many", files="；".join(files))

    def _file(self, source: SourceFile | FilingSource) -> str:
        return self._say("source_file", file=source.file_name, number=source.import_id)

    def _details(self, told: Briefing) -> Iterator[Block]:
        yield Paragraph(self._say("basis_note"))
        for cluster, standings in told.sections:
            headers = tuple(self._words.say(f"column_{name}") for name in ("indicator", "value", "yoy", "qoq"))
            rows = tuple(
                (
                    each.name,
                    self._words.figure(each),
                    self._words.change(each.yoy, each),
                    self._words.change(each.qoq, each),
                )
                for each in standings
            )
            yield Table(headers, rows, cluster.short_name)
        if told.anomalies:
            yield Paragraph("\n".join(self._words.anomaly(each) for each in told.anomalies[:_MOST_ANOMALIES]))
        sentences = dict.fromkeys(self._metric.say(each) for _, result in told.progress for each in result.findings)
        if sentences:
            yield Paragraph("\n".join(sentences))
        lines = list(self._words.coverage(told.coverage, dict(self._indicators)))
        yield Paragraph("\n".join([*lines, *self._words.lateness(told.lateness)]))

    def projects(self, summary: Summary, held_up: Mapping[str, Count], previous: Mapping[str, Any]) -> BriefingText:
        """The projects by stage and cluster."""
        coverage = summary.coverage
        if coverage.period is None:
            empty = Paragraph(self._say("pipeline_none"))
            return BriefingText(self._say("title_pipeline_empty"), (empty,), facts={"period": ""})
        period = self._naming.quarter(coverage.period)
        line = self.pipeline(summary, sample=coverage.sample)
        items = [self._say("stage", stage=name, count=self.count(count)) for name, count in held_up.items()]
        facts = {"period": period, self._say("label_pipeline"): line, "held_up": items}
        lines = [self._say("sample")] if coverage.sample else []
        lines += [self._change(previous, facts)] if previous else []
        lines += [line, self._say("held_up", items="、".join(items))]
        if coverage.previous is not None and summary.total.total.before is not None:
            lines.append(self._say("pipeline_change_note", previous=self._naming.quarter(coverage.previous)))
        blocks = (Paragraph("\n".join(lines)), self._stages(summary), Paragraph(self.registered(summary)))
        unchanged = bool(previous) and dict(previous) == facts
        return BriefingText(self._say("title_pipeline", period=period), blocks, (), facts, unchanged)

    def _stages(self, summary: Summary) -> Table:
        headers = (self._say("pipeline_headers_cluster"), *summary.groups, self._say("pipeline_headers_total"))
        rows = tuple(
            (
                each.cluster.short_name if each.cluster else "",
                *(self._bare(each.groups[name]) for name in summary.groups),
                self._bare(each.total),
            )
            for each in summary.clusters
        )
        return Table(headers, rows)

    def _bare(self, count: Count) -> str:
        return self._say("count_hidden") if count.rows is None else str(count.rows)


def _late_names(held: Lateness) -> Iterator[str]:
    """Who was late or is overdue; how many days is not among it, because those pass by themselves."""
    yield from (each.cluster.short_name for each in held.late)
    yield from (each.short_name for each in held.overdue)
