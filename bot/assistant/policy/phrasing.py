"""Findings in words: the answer first, then validity, quotes and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.assistant.composer import Phraser
from bot.assistant.marks import Marks
from bot.assistant.policy.differing_words import DifferingWords
from bot.assistant.policy.findings import STATED, DocumentStatus, Outline, PolicyFinding, Reason, Support, WholeClauses
from bot.assistant.policy.findings import Span as DocumentSpan
from bot.assistant.policy.standing_words import StandingWords, spoken
from bot.assistant.rendering import plain_text
from bot.assistant.types import Block, Draft, Paragraph, Question, Quote, Status
from knowledge.types import Document, Validity
from prompts import Wording

LONGEST_ANSWER = 900
"""Characters of a whole answer."""

LONGEST_MORE = 2000
"""Characters of the clauses that "more" shows."""

_MOST_DOCUMENTS = 5
_ROOM_FOR_THE_END = 160
_SAME_AS_CLAIM = 0.85
_YES_OR_NO = ("yes_no", STATED)
_REFUSED_WITH_PLACE = {Reason.PLACE: "refuse_place", Reason.PERIOD: "refuse_period", Reason.NUMBER: "refuse_number"}
_REFUSED_PLAINLY = {
    Reason.ORDER: "refuse_order",
    Reason.GREETING: "refuse_greeting",
    Reason.SMALL_TALK: "refuse_small_talk",
    Reason.NO_CONTENT: "refuse_no_content",
    Reason.NO_DOCUMENTS: "refuse_no_documents",
}


class PolicyPhrasing:
    """Writes the drafts of the policy tools' values."""

    def __init__(self, wording: Wording) -> None:
        self._say = wording.say
        self._standing = StandingWords(wording)
        self._differing = DifferingWords(wording)

    def phrasers(self) -> Mapping[type, Phraser]:
        """Each value type with what writes it."""
        return {
            PolicyFinding: self.finding,
            Outline: self.outline,
            DocumentStatus: self.status,
            WholeClauses: self.whole_clauses,
        }

    def finding(self, value: PolicyFinding, question: Question, marks: Marks) -> Draft:
        """An answer out of clauses, or a refusal with the nearest one."""
        if value.differs:
            return self._differing.draft(value, marks)
        return self._answer(value, question, marks) if value.answered else self._refusal(value, marks)

    def outline(self, value: Outline, question: Question, marks: Marks) -> Draft:
        """The headings under a heading, each cited where it stands."""
        parts = "；".join(f"{part.label.strip('—─－-')}{_mark(part.span, marks)}" for part in value.parts)
        blocks: list[Block] = [Paragraph(self._say("policy.lead_outline", heading=_bare(value.heading), parts=parts))]
        blocks += self._notices({value.document.doc_id: (value.document, value.successor)}, (value.on, question.today))
        next_step = Paragraph(self._standing.next_step(value.document, question.today, question.principal.role))
        asks = (self._say("policy.ask_heading", heading=_bare(part.label)) for part in value.parts)
        return Draft(Status.ANSWERED, tuple(blocks), (next_step,), suggestions=tuple(asks)[:3])

    def whole_clauses(self, value: WholeClauses, question: Question, marks: Marks) -> Draft:
        """The clauses behind the last answer, each whole under where it stands, as far as there is room."""
        if not value.clauses:
            return Draft(Status.NOT_FOUND, (Paragraph(self._say("policy.no_more")),), suggestions=self._examples())
        papers = {support.document.doc_id: (support.document, support.successor) for support in value.clauses[:1]}
        blocks: list[Block] = [Paragraph(self._say("policy.lead_more"))]
        blocks += self._notices(papers, (value.on, question.today))
        room = LONGEST_MORE
        for support in value.clauses:
            words = support.words(support.sentence)
            if len(words) > room:
                continue
            room -= len(words)
            mark = _mark(support.sentence, marks)
            section = "".join(support.clause.path[:2])
            blocks.append(
                Paragraph(self._say("policy.more_of", title=support.document.title, section=section, mark=mark))
            )
            blocks.append(Quote(marks.cite(support.sentence.doc_id, *_ends(support.sentence)).n, words))
        return Draft(Status.ANSWERED, tuple(blocks), suggestions=(self._say("policy.ask_status"),))

    def status(self, value: DocumentStatus, question: Question, marks: Marks) -> Draft:
        """The standing of a document, then the facts asked for, then the others on record."""
        if value.others:
            return self._side_by_side([value, *value.others], question, marks)
        mark = _mark(value.title, marks) if value.title else ""
        lines = self._standing.lines(value, mark)
        if value.on != question.today:
            lines.insert(1, self._standing.now(value.document, value.on, question.today))
        blocks = [Paragraph(line) for line in lines if line]
        status = Status.ANSWERED if value.answered else Status.NOT_FOUND
        next_step = Paragraph(self._standing.status_next_step(value, question.principal.role))
        return Draft(status, tuple(blocks), (next_step,), suggestions=(self._say("policy.ask_issuer"),))

    def _side_by_side(self, values: Sequence[DocumentStatus], question: Question, marks: Marks) -> Draft:
        """A line for each of the documents that a question names equally well."""
        shown = values[:_MOST_DOCUMENTS]
        lines = [self._say("policy.status_several")]
        lines += [
            self._standing.entry(each, _mark(each.title, marks) if each.title else "", question.today) for each in shown
        ]
        lines.append(self._say("policy.status_on", day=spoken(values[0].on)))
        key = "status_several_next" if len(values) == len(shown) else "status_several_more"
        status = Status.ANSWERED if any(each.answered for each in values) else Status.NOT_FOUND
        return Draft(status, tuple(map(Paragraph, lines)), (Paragraph(self._say(f"policy.{key}")),))

    def _answer(self, value: PolicyFinding, question: Question, marks: Marks) -> Draft:
        first, *others = value.supports
        blocks: list[Block] = [Paragraph(self._leading(value.shape, first, marks))]
        if value.unsaid:
            blocks.append(Paragraph(self._say("policy.unsaid", words="”“".join(value.unsaid))))
        blocks += [Paragraph(self._say(f"policy.silent_{name}")) for name in value.silent]
        if value.of_several:
            blocks.append(Paragraph(self._say("policy.papers", papers=self._papers(value.supports))))
        papers = {support.document.doc_id: (support.document, support.successor) for support in value.supports}
        blocks += self._notices(papers, (value.on, question.today))
        end: list[Block] = []
        if value.shape == "yes_no" and value.personal:
            end.append(Paragraph(self._say("policy.caveat_personal")))
        closing = (Paragraph(self._standing.next_step(first.document, question.today, question.principal.role)),)
        room = LONGEST_ANSWER - len(plain_text([*blocks, *end, *closing])) - 10
        blocks += self._support_blocks(first, others, marks, room)
        asks = tuple(self._say("policy.ask_heading", heading=_bare(heading)) for heading in value.related)
        suggestions = (*asks, self._say("policy.ask_status"))
        return Draft(Status.ANSWERED, (*blocks, *end), closing, suggestions=suggestions)

    def _papers(self, supports: Iterable[Support]) -> str:
        """The documents an answer rests on, by title and number, in order."""
        named = {
            support.document.doc_id: self._say("policy.titled", title=support.document.title) + support.document.number
            for support in supports
        }
        return "、".join(named.values())

    def _leading(self, shape: str, support: Support, marks: Marks) -> str:
        """The sentence that answers a question of a shape directly."""
        claim, mark = support.said, _marked(support, marks)
        if support.items and shape not in _YES_OR_NO:
            return self._say("policy.lead_items", items="、".join(support.items), mark=mark)
        if support.actor:
            return self._say("policy.lead_actor", actor=support.actor, claim=claim, mark=mark)
        return self._say(f"policy.lead_{shape}", claim=claim, mark=mark)

    def _further(self, support: Support, marks: Marks) -> str:
        if support.answers:
            return self._say("policy.another_part", answer=self._leading(support.answers, support, marks))
        return self._say("policy.further", claim=support.said, mark=_marked(support, marks))

    def _support_blocks(self, first: Support, others: Iterable[Support], marks: Marks, room: int) -> list[Block]:
        """Claims of further clauses and the quotes behind all of them, as far as there is room."""
        blocks: list[Block] = []
        rest = [support for support in (first, *others) if not support.listed]
        entries = [support for support in others if support.listed]
        if entries:
            said = "；".join(_cited(entry, marks) for entry in entries)
            listed = Paragraph(self._say("policy.entries", entries=said))
            blocks.append(listed)
            room -= len(plain_text([listed])) + 1
        for support in rest:
            sentence, claim = support.words(support.sentence), support.words(support.claim)
            added: list[Block] = []
            if support is not first:
                added.append(Paragraph(self._further(support, marks)))
            if len(claim) < _SAME_AS_CLAIM * len(sentence) or support.items or support.header:
                added += _quotes(support, marks)
            needed = len(plain_text(added)) + len(added)
            if needed <= room:
                blocks += added
                room -= needed
        return blocks

    def _refusal(self, value: PolicyFinding, marks: Marks) -> Draft:
        if value.reason in _REFUSED_PLAINLY:
            said = Paragraph(self._say(f"policy.{_REFUSED_PLAINLY[value.reason]}"))
            return Draft(Status.NOT_FOUND, (said,), suggestions=self._examples())
        blocks: list[Block] = [Paragraph(self._why(value))]
        for support in value.supports:
            if not self._standing.binds(support.document, value.on):
                unknown = support.document.validity(value.on) is Validity.UNKNOWN
                notice = "refusal_unknown_validity" if unknown else "refusal_not_in_force"
                blocks.append(Paragraph(self._say(f"policy.{notice}")))
            blocks += self._nearest(support, marks, with_title=value.reason is Reason.PERIOD)
        issuer = value.supports[0].document.issuer if value.supports else ""
        issuer = issuer or self._say("policy.issuer_unknown")
        closing = (Paragraph(self._say("policy.refuse_next", issuer=issuer)),)
        asks = tuple(self._say("policy.ask_heading", heading=_bare(heading)) for heading in value.related)
        return Draft(Status.NOT_FOUND, tuple(blocks), closing, suggestions=asks or self._examples())

    def _examples(self) -> tuple[str, ...]:
        """Questions that show what can be asked."""
        return tuple(self._say(f"policy.example_{topic}") for topic in ("support", "evaluation", "targets"))

    def _why(self, value: PolicyFinding) -> str:
        words = "”“".join(value.missing[:2]).replace("[", "〔").replace("]", "〕")
        if value.reason in _REFUSED_WITH_PLACE:
            return self._say(f"policy.{_REFUSED_WITH_PLACE[value.reason]}", words=words)
        particular = self._say(f"policy.particular_{value.demand}") if value.demand else ""
        how = "unwritten" if value.shape == STATED else "refuse"
        if particular and words:
            return self._say(f"policy.{how}_particular_missing", particular=particular, words=words)
        if particular:
            return self._say(f"policy.{how}_particular", particular=particular)
        return self._say(f"policy.{how}_missing", words=words) if words else self._say(f"policy.{how}_lacking")

    def _nearest(self, support: Support, marks: Marks, with_title: bool) -> list[Block]:
        document = support.document
        blocks: list[Block] = []
        start = document.text.find(document.title)
        if with_title and start >= 0:
            title = marks.cite(document.doc_id, start, start + len(document.title))
            blocks = [Paragraph(self._say("policy.period_of", mark=f"[{title.n}]")), Quote(title.n, title.quote)]
        citation = marks.cite(document.doc_id, *_ends(support.claim))
        section = "".join(support.clause.path[:2])
        heading = self._say("policy.nearest", title=document.title, section=section, mark=f"[{citation.n}]")
        return [*blocks, Paragraph(heading), Quote(citation.n, citation.quote)]

    def _notices(self, papers: Mapping[str, tuple[Document, Document | None]], days: tuple[date, date]) -> list[Block]:
        """A line for each document, with its successor, that does not bind on the day asked about.

        Where that is another day than today, the line is about that day, and says how the document stands today.
        """
        on, today = days
        said = (
            self._standing.notice(document, successor, on)
            if on == today
            else self._standing.then_and_now(document, successor, on, today)
            for document, successor in papers.values()
        )
        return [Paragraph(notice) for notice in said if notice]


def _marked(support: Support, marks: Marks) -> str:
    """The marks of a support: of its sentence, and of the header row that says what its cells are."""
    return _mark(support.sentence, marks) + (_mark(support.header, marks) if support.header else "")


def _quotes(support: Support, marks: Marks) -> list[Block]:
    spans = (support.header, support.sentence) if support.header else (support.sentence,)
    return [Quote(marks.cite(span.doc_id, *_ends(span)).n, support.words(span)) for span in spans]


def _cited(support: Support, marks: Marks) -> str:
    return support.said + _marked(support, marks)


def _mark(span: DocumentSpan, marks: Marks) -> str:
    return f"[{marks.cite(span.doc_id, span.start, span.end).n}]"


def _ends(span: DocumentSpan) -> tuple[int, int]:
    return span.start, span.end


def _bare(heading: str) -> str:
    """A heading without its number and dashes."""
    for mark in ("、", "）", ")"):
        number, found, words = heading.partition(mark)
        if found and len(number) <= 4 and words:
            return words
    return heading.strip("—─－- ")
