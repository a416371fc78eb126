"""Figures in words: the exact answer first, then the rows, where they come from, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.assistant.composer import Phraser
from bot.assistant.figure_charts import FigureCharts
from bot.assistant.finding_words import FindingWords
from bot.assistant.marks import Marks
from bot.assistant.types import Block, Draft, Paragraph, Plan, Question, Quote, Status
from prompts import Wording
from stats_tools.metric_query import Assumption
from stats_tools.operations.results import Gap, MetricResult
from stats_tools.types import Provenance
from stats_tools.understanding.problems import Problem, ProblemKind

_MOST_NAMED = 6
_ASKED_BACK = (
    ProblemKind.AMBIGUOUS_CLUSTER,
    ProblemKind.NO_INDICATOR,
    ProblemKind.BARE_INDICATOR,
    ProblemKind.SINGLE_FIRMS,
)
_WHOSE = {
    "ask_rank": ("period", "indicator"),
    "ask_sum": ("period", "indicator"),
    "ask_value": ("subject", "period", "indicator"),
}
"""Questions to choose from where an indicator was said without whose, with the facts each needs."""


class MetricWords(FindingWords):
    """Says the parts of a metric result.

    Args:
        wording: the messages, topic ``metric``.
    """

    def __init__(self, wording: Wording) -> None:
        super().__init__(wording, "metric")

    def assumption(self, assumption: Assumption) -> str:
        """What was taken for granted."""
        facts = {"said": assumption.said, "meaning": assumption.meaning}
        return self._wording.say(
            f"metric.assume_{assumption.kind}", **{name: fact for name, fact in facts.items() if fact}
        )

    def gaps(self, gaps: Sequence[Gap], names: Mapping[str, str]) -> list[str]:
        """What was missing: not on record, and apart from it what is not published."""
        lines = []
        for hidden, key in ((False, "metric.gap"), (True, "metric.gap_hidden")):
            held = [gap for gap in gaps if gap.hidden is hidden]
            if held:
                items = [
                    self._wording.say(
                        "metric.gap_item",
                        cluster=names[gap.cluster],
                        period=str(gap.period),
                        indicator=names[gap.indicator],
                    )
                    for gap in held[:_MOST_NAMED]
                ]
                more = self._wording.say("metric.gap_more", count=len(held)) if len(held) > _MOST_NAMED else ""
                lines.append(self._wording.say(key, items="、".join(items) + more))
        return lines

    def source(self, sources: Sequence[Provenance]) -> str:
        """Where the figures come from: the cell of a single one, the files of several; empty without any."""
        if not sources:
            return ""
        if len(sources) == 1:
            return self._wording.say(
                "metric.source_one",
                file=sources[0].file_name,
                place=self._place(sources[0]),
                number=sources[0].import_id,
                revision=self._revision(sources[0].revision),
            )
        files = dict.fromkeys((each.file_name, each.import_id, each.revision) for each in sources)
        said = (
            self._wording.say("metric.source_file", file=file, number=number, revision=self._revision(revision))
            for file, number, revision in files
        )
        return self._wording.say("metric.source_many", files="；".join(said))

    def _place(self, provenance: Provenance) -> str:
        where = "!".join(part for part in (provenance.sheet, provenance.cell) if part)
        return self._wording.say("metric.place", place=where) if where else ""

    def _revision(self, revision: int) -> str:
        if revision <= 1:
            return self._wording.say("metric.revision_first")
        return self._wording.say("metric.revision_later", revision=revision)

    def remarks(self, result: MetricResult) -> list[str]:
        """Everything below the answer: assumptions, gaps, the day of record, the source, the sample mark."""
        lines = [self.assumption(each) for each in result.assumptions]
        lines += self.gaps(result.gaps, result.names) if result.found else []
        if result.query.as_known_on is not None:
            lines.append(self._wording.say("metric.as_known_on", day=result.query.as_known_on.isoformat()))
        lines += [self.source(result.sources)] if result.sources else []
        if result.sample:
            lines.append(self._wording.say("metric.sample_mark"))
        return lines

    def evidence(self, result: MetricResult) -> str:
        """All that may be said on the strength of a result, as plain text."""
        lines = [self.say(finding) for finding in result.findings]
        if result.grid is not None:
            table = self.table(result.grid)
            lines += ["；".join(table.headers), *("；".join(row) for row in table.rows)]
        lines += [self.say(header) for header in result.next_queries]
        return "\n".join([*lines, *self.remarks(result)])


class MetricPhrasing:
    """Writes the draft of a metric result."""

    def __init__(self, wording: Wording, charts: Path | None = None) -> None:
        self._wording = wording
        self._words = MetricWords(wording)
        self._charts = FigureCharts(wording, self._words, charts)

    def result(self, value: MetricResult, question: Question, marks: Marks) -> Draft:
        """The direct answer, the rows, the clause a target rests on, then remarks."""
        blocks: list[Block] = [Paragraph("\n".join(self._words.say(finding) for finding in value.findings))]
        if value.grid is not None:
            blocks.append(self._words.table(value.grid))
        blocks += self._clauses(value, marks)
        remarks = self._words.remarks(value)
        if remarks:
            blocks.append(Paragraph("\n".join(remarks)))
        return Draft(
            status=status_of(value),
            blocks=tuple(blocks),
            figures=value.figures,
            suggestions=tuple(self._words.say(each) for each in value.next_queries),
            attachments=self._charts.attachments(value, question.text),
        )

    def _clauses(self, value: MetricResult, marks: Marks) -> list[Block]:
        clauses = dict.fromkeys(value.clauses)
        cited = {c.n: c.quote for c in (marks.cite_words(each.doc_id, each.quote) for each in clauses)}
        if not cited:
            return []
        # One line for all of them: a line each, without its quotation, would tell a reader nothing.
        text = self._wording.say("metric.target_clause", mark="".join(f"[{n}]" for n in cited))
        return [Paragraph(text), *(Quote(n, quote) for n, quote in cited.items())]


def status_of(result: MetricResult) -> Status:
    """How an answer ends if this result is all there is."""
    if result.found:
        return Status.ANSWERED
    return Status.DENIED if result.denied else Status.NOT_FOUND


def metric_phrasers(wording: Wording, charts: Path | None = None) -> dict[type, Phraser]:
    """Each value type of the metric tools with what writes it.

    Args:
        wording: the messages.
        charts: folder that charts are written to; without it there are none.
    """
    return {MetricResult: MetricPhrasing(wording, charts).result}


def problem_message(problem: Problem, wording: Wording) -> Plan:
    """What to tell a person about a question that cannot be run, with choices where there are some."""
    facts = {name: "、".join(fact) if isinstance(fact, tuple) else fact for name, fact in problem.facts.items()}
    key = f"metric.problem_{problem.kind.value}"
    if problem.kind is ProblemKind.UNKNOWN_CLUSTER and not facts["names"]:
        key, facts = f"{key}_alone", {"said": facts["said"]}
    asks_back = problem.kind in _ASKED_BACK
    options = problem.options
    if problem.kind is ProblemKind.BARE_INDICATOR:
        options = tuple(wording.say(f"metric.{name}", **_of(facts, needed)) for name, needed in _WHOSE.items())
        facts = _of(facts, ("indicator",))
    if problem.kind is ProblemKind.SINGLE_FIRMS:
        options = (wording.say("metric.single_firms_tier"), wording.say("metric.single_firms_clusters", **facts))
    return Plan(
        status=Status.CLARIFY if asks_back else Status.NOT_FOUND,
        message=wording.say(key, **facts),
        options=options,
        suggestions=() if asks_back else options,
    )


def meant_message(said: str, name: str, part: str, wording: Wording) -> Plan:
    """The question back whether a registered cluster was meant by an unknown name.

    Args:
        said: the unknown name.
        name: the registered one.
        part: the question, which holds ``said``.
        wording: the messages.
    """
    message = wording.say("metric.problem_meant_cluster", said=said, name=name)
    return Plan(status=Status.CLARIFY, message=message, options=(part.replace(said, name, 1),))


def _of(facts: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    return {name: facts[name] for name in names}
