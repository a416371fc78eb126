"""Cards and tables: the answer first, then the conditions, validity, and what to do or say next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.assistant.composer import Phraser
from bot.assistant.eligibility.profile import CLUSTER
from bot.assistant.eligibility.results import (
    ROWS_A_PAGE,
    Assessment,
    Change,
    Eligibility,
    Financing,
    Inquiry,
    Verdict,
    left_after,
)
from bot.assistant.eligibility.words import EligibilityWords
from bot.assistant.marks import Marks
from bot.assistant.types import Block, Draft, Paragraph, Question, Quote, Status, Table
from knowledge.support_measures import Measure

_MOST_SUGGESTED = 3


class EligibilityPhrasing:
    """Writes the drafts of the eligibility tools' values.

    Args:
        words: says the parts.
    """

    def __init__(self, words: EligibilityWords) -> None:
        self._words = words

    def phrasers(self) -> Mapping[type, Phraser]:
        """Each value type with what writes it."""
        return {Eligibility: self.eligibility, Financing: self.financing}

    def eligibility(self, value: Eligibility, question: Question, marks: Marks) -> Draft:
        """One measure condition by condition, or everything there is in one line each."""
        if value.asked is None:
            return self._going_on(value) if value.brief else self._overview(value, question.today, marks)
        assessment = value.assessments[0]
        if value.wants == "whom":
            return self._whom(value, assessment, question.today, marks)
        if value.asks_back and value.brief:
            return self._asking_back(value, assessment, question.today, marks)
        return self._measure(value, assessment, question.today, marks)

    def financing(self, value: Financing, question: Question, marks: Marks) -> Draft:
        """The channels that are open, compared; those ruled out with the reason; what to do next."""
        say = self._words.say
        need = say("need_named", need=value.need) if value.need else say("any_need")
        if not value.open and not value.ruled_out:
            lines = [say("lead_no_channel", need=value.need)]
            return Draft(Status.NOT_FOUND, (Paragraph("\n".join(lines)),), suggestions=(say("suggest_financing"),))
        total, out = len(value.open) + len(value.ruled_out), len(value.ruled_out)
        lead = say("lead_financing", need=need, total=total, open=len(value.open), out=out)
        if not out:
            lead = say("lead_financing_all", need=need, total=total)
        shown, left = _page(value.open, value.page)
        if value.page and not shown:
            lead = say("nothing_more")
        blocks: list[Block] = [Paragraph("\n".join([*self._changes(value.changed), lead]))]
        told = [assessment.measure for assessment in (*shown, *value.ruled_out)]
        blocks += self._lines(self._words.notices(told, question.today, marks))
        if shown:
            blocks.append(self._channels(shown, question.today, marks))
        if value.ruled_out:
            blocks.append(self._ruled_out(value.ruled_out, marks))
        end = [say("more_rows", count=left)] if left else []
        end += self._asked(value.inquiry)
        end.append(say("next_financing", authority=self._words.plan_issuer()))
        more = [say("suggest_more")] if left else []
        suggestions = (*self._few(value.inquiry), *more, say("suggest_overview"))
        return Draft(Status.ANSWERED, (*blocks, *self._lines(end)), suggestions=suggestions[:_MOST_SUGGESTED])

    def _measure(self, value: Eligibility, assessment: Assessment, today: date, marks: Marks) -> Draft:
        say, measure = self._words.say, assessment.measure
        verdicts = [judged.verdict for judged in assessment.judged]
        counts = self._words.counts(verdicts, "count")
        first = [*self._changes(value.changed)]
        if value.wants == "next_step":
            first.append(self._todo(assessment))
        silent = set(verdicts) == {Verdict.NO_THRESHOLD}
        if silent:
            mark = self._words.mark(measure.source, marks)
            unsourced = all(judged.condition.unsourced for judged in assessment.judged)
            key = "undecidable_unsourced" if unsourced else "undecidable"
            first.append(say(key, name=measure.name, mark=mark))
        first.append(say("lead_measure", name=measure.name, total=len(verdicts), counts=counts))
        if assessment.is_ruled_out:
            failed = [each.condition.says for each in assessment.judged if each.verdict is Verdict.NOT_MET]
            first.append(say("failing", names="；".join(failed)))
        if measure.id == CLUSTER:
            first += self._words.belonging(value.firm, marks)
        first.append(self._words.authority(measure, marks))
        blocks: list[Block] = [Paragraph("\n".join(first))]
        blocks += self._lines(self._words.notices([measure], today, marks))
        blocks.append(self._conditions(assessment, marks))
        source = marks.cite_words(measure.source.document, measure.source.words)
        given = [say("gives", gives=measure.gives, mark=f"[{source.n}]")]
        if measure.where_source is not None:
            given.append(say("where", where=measure.where, mark=self._words.mark(measure.where_source, marks)))
        blocks += [Paragraph("\n".join(given)), Quote(source.n, source.quote)]
        if value.asks_back:
            return Draft(Status.CLARIFY, (*blocks, self._question(value)), options=self._options(value))
        asked = self._asked(value.inquiry)
        blocks += self._lines([*asked, say("next_measure", authority=self._authority(assessment))])
        status = Status.NOT_FOUND if silent else Status.ANSWERED
        suggestions = (*self._few(value.inquiry), say("suggest_overview"), say("suggest_financing"))
        return Draft(status, tuple(blocks), suggestions=suggestions[:_MOST_SUGGESTED])

    def _asking_back(self, value: Eligibility, assessment: Assessment, today: date, marks: Marks) -> Draft:
        """How far the check has come, and the next question with its choices."""
        say, measure = self._words.say, assessment.measure
        counts = self._words.counts((judged.verdict for judged in assessment.judged), "count")
        name = f"{measure.name}{self._words.mark(measure.source, marks)}"
        lines = [*self._changes(value.changed)]
        lines.append(say("lead_measure", name=name, total=len(assessment.judged), counts=counts))
        lines += self._words.notices([measure], today, marks)
        blocks = (Paragraph("\n".join(lines)), self._question(value))
        return Draft(Status.CLARIFY, blocks, options=self._options(value))

    def _whom(self, value: Eligibility, assessment: Assessment, today: date, marks: Marks) -> Draft:
        """Who decides, or whom to ask where no source says, then how far the check has come."""
        say, measure = self._words.say, assessment.measure
        counts = self._words.counts([judged.verdict for judged in assessment.judged], "count")
        lines = [self._words.authority(measure, marks)]
        lines.append(
            say("lead_measure", name=self._cited(assessment, marks), total=len(assessment.judged), counts=counts)
        )
        if measure.where_source is not None:
            lines.append(say("where", where=measure.where, mark=self._words.mark(measure.where_source, marks)))
        lines += self._words.notices([measure], today, marks)
        blocks = (Paragraph("\n".join(lines)),)
        if value.asks_back:
            return Draft(Status.CLARIFY, (*blocks, self._question(value)), options=self._options(value))
        closing = (Paragraph(say("next_measure", authority=self._authority(assessment))),)
        status = Status.NOT_FOUND if assessment.is_silent else Status.ANSWERED
        return Draft(status, blocks, closing, suggestions=(say("suggest_overview"), say("suggest_financing")))

    def _todo(self, assessment: Assessment) -> str:
        """What the firm can do about a measure, by what stands in its way."""
        authority = self._authority(assessment)
        if assessment.is_ruled_out:
            failed = [each.condition.name for each in assessment.judged if each.verdict is Verdict.NOT_MET]
            return self._words.say("todo_failing", names="、".join(failed), authority=authority)
        if assessment.missing:
            return self._words.say("todo_missing", facts=self._words.names(assessment.missing), authority=authority)
        return self._words.say("todo_ask", authority=authority)

    def _authority(self, assessment: Assessment) -> str:
        measure = assessment.measure
        return measure.authority.name if measure.authority else self._words.issuer(measure)

    def _going_on(self, value: Eligibility) -> Draft:
        """After a question that was passed over: how it stands, and the next question."""
        counts = self._words.counts((each.verdict for each in value.assessments), "overview")
        lead = self._words.say("lead_overview", total=len(value.assessments), counts=counts)
        lines = [lead, *self._asked(value.inquiry), self._next_overview(value)]
        suggestions = (*self._few(value.inquiry), self._words.say("suggest_more"), self._words.say("suggest_financing"))
        return Draft(Status.ANSWERED, (Paragraph("\n".join(lines)),), suggestions=suggestions[:_MOST_SUGGESTED])

    def _question(self, value: Eligibility) -> Paragraph:
        return Paragraph(self._words.say("asking_back", question=self._words.question(value.inquiry)))

    def _options(self, value: Eligibility) -> tuple[str, ...]:
        return (*value.inquiry.options, self._words.say("skip"), self._words.say("see_now"))

    def _overview(self, value: Eligibility, today: date, marks: Marks) -> Draft:
        say = self._words.say
        counts = self._words.counts((each.verdict for each in value.assessments), "overview")
        shown, left = _page(value.rows, value.page)
        silent = self._silent(value, is_last=not left)
        first = self._changes(value.changed)
        if not value.page:
            first += [*self._words.checked_for(value.firm), *self._words.belonging(value.firm, marks)]
            first.append(say("lead_overview", total=len(value.assessments), counts=counts))
        if not shown:
            first.append(say("nothing_more"))
        blocks: list[Block] = self._lines(first)
        blocks += self._lines(self._words.notices([each.measure for each in (*shown, *silent)], today, marks))
        rows = tuple((self._cited(each, marks), self._words.standing(each)) for each in shown)
        if rows:
            blocks.append(Table((say("column_measure"), say("column_standing")), rows))
        end = [say("more_rows", count=left)] if left else []
        if silent:
            end.append(say("silent", names="、".join(self._cited(each, marks) for each in silent)))
        end += self._asked(value.inquiry)
        end.append(self._next_overview(value))
        more = [say("suggest_more")] if left else []
        suggestions = (*self._few(value.inquiry), *more, say("suggest_measure", name=_example(value).name))
        suggestions = (*suggestions, say("suggest_financing"))
        return Draft(Status.ANSWERED, (*blocks, *self._lines(end)), suggestions=suggestions[:_MOST_SUGGESTED])

    def _next_overview(self, value: Eligibility) -> str:
        return self._words.say("next_overview", name=_example(value).name, authority=self._words.plan_issuer())

    def _silent(self, value: Eligibility, *, is_last: bool) -> list[Assessment]:
        """What nobody can be checked for: what original documents offer with the first rows, the rest with the last."""
        originals = [each for each in value.silent if not self._words.is_carded(each.measure)]
        carded = [each for each in value.silent if self._words.is_carded(each.measure)]
        is_beyond = value.page * ROWS_A_PAGE >= len(value.rows)
        return [*(originals if not value.page else ()), *(carded if is_last and not is_beyond else ())]

    def _conditions(self, assessment: Assessment, marks: Marks) -> Table:
        say = self._words.say
        headers = (say("column_condition"), say("column_yours"), say("column_verdict"))
        rows = tuple(
            (
                say("cited", text=judged.condition.says, mark=self._words.mark(judged.condition.source, marks)),
                self._words.yours(judged),
                self._words.verdict(judged),
            )
            for judged in assessment.judged
        )
        return Table(headers, rows)

    def _channels(self, assessments: Sequence[Assessment], today: date, marks: Marks) -> Table:
        say = self._words.say
        columns = ("channel", "whom", "where", "validity", "standing")
        headers = tuple(say(f"column_{column}") for column in columns)
        rows = tuple(
            (
                self._cited(each, marks),
                each.measure.whom,
                self._where(each, marks),
                self._words.validity(each.measure, today),
                self._words.standing(each),
            )
            for each in assessments
        )
        return Table(headers, rows)

    def _ruled_out(self, assessments: Sequence[Assessment], marks: Marks) -> Table:
        say = self._words.say
        rows = tuple((self._cited(each, marks), self._words.standing(each)) for each in assessments)
        return Table((say("column_channel"), say("column_reason")), rows, say("ruled_out_caption"))

    def _where(self, assessment: Assessment, marks: Marks) -> str:
        measure = assessment.measure
        if measure.where_source is None:
            return self._words.say("where_unknown")
        return self._words.say("cited", text=measure.where, mark=self._words.mark(measure.where_source, marks))

    def _cited(self, assessment: Assessment, marks: Marks) -> str:
        measure = assessment.measure
        return self._words.say("cited", text=measure.name, mark=self._words.mark(measure.source, marks))

    def _few(self, inquiry: Inquiry) -> Sequence[str]:
        """The choices of the question an answer ends with, where they leave room for what else to ask."""
        return self._words.choices(inquiry) if len(inquiry.options) < _MOST_SUGGESTED else ()

    def _asked(self, inquiry: Inquiry) -> list[str]:
        return [self._words.say("asking", question=self._words.question(inquiry))] if inquiry.facts else []

    def _changes(self, changed: Sequence[Change]) -> list[str]:
        noted = [self._words.say("pair", name=each.name, value=each.new) for each in changed if not each.old]
        lines = [self._words.say("noted", facts="，".join(noted))] if noted else []
        said = ({"name": each.name, "old": each.old, "new": each.new} for each in changed if each.old)
        return [*lines, *(self._words.say("changed", **values) for values in said)]

    def _lines(self, lines: Sequence[str]) -> list[Block]:
        return [Paragraph("\n".join(lines))] if lines else []


def _example(value: Eligibility) -> Measure:
    """The measure to check next: a qualification that facts of the firm could decide."""
    open_ones = [each.measure for each in value.rows if each.missing]
    return next((each for each in open_ones if each.kind == "qualification"), value.assessments[0].measure)


def _page(rows: Sequence[Assessment], page: int) -> tuple[Sequence[Assessment], int]:
    """The rows of a page, and how many follow it."""
    start = page * ROWS_A_PAGE
    return rows[start : start + ROWS_A_PAGE], left_after(len(rows), page)
