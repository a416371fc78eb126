"""A policy question from its words to a finding: read, select, decide."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from bot.assistant.policy import extraction, follow_up
from bot.assistant.policy.clause_index import ClauseIndex, DatedIndex
from bot.assistant.policy.decision import KIND, Decisions, features
from bot.assistant.policy.differing import differing
from bot.assistant.policy.document_status import document_status, standing
from bot.assistant.policy.findings import (
    STATED,
    DocumentStatus,
    Outline,
    PolicyFinding,
    Reason,
    Span,
    Support,
    WholeClauses,
)
from bot.assistant.policy.listed_parts import entry, part_of, whole
from bot.assistant.policy.outline import outline
from bot.assistant.policy.question_kinds import QuestionKinds
from bot.assistant.policy.question_types import QuestionTypes
from bot.assistant.policy.reading import Reader, Reading, Unit
from bot.assistant.policy.scope import Scope
from bot.assistant.policy.selection import MOST_CLAUSES, Candidate, Selection, select
from knowledge.folding import fold
from knowledge.sentences import Span as Whole
from knowledge.types import DatedLibrary, Document, Validity
from retrieval.types import Passage, PolicySearch, QuestionVector

Found = PolicyFinding | Outline | DocumentStatus | WholeClauses
SEARCHED = 12
"""Clauses asked of the search for one question."""

_PERSONAL = re.compile(r"我|咱|\b(?:we|our|my|i)\b")
_MOST_RELATED, _RELATED_ENOUGH = 2, 0.4
_SAYS_SOMETHING, _NOWHERE, _ALL_SAID = 0.3, 0.9, 0.8
_CLEARLY_MORE = 0.2
"""What a document of elsewhere has to carry of a question beyond those of home; 2 is all of it in one sentence."""


@dataclass(frozen=True, slots=True)
class Language:
    """The language files of the policy questions, read and checked."""

    reader: Reader
    types: QuestionTypes
    scope: Scope
    decisions: Decisions
    kinds: QuestionKinds


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """A question with everything the decision rests on."""

    reading: Reading
    selection: Selection
    passages: tuple[Passage, ...]
    features: Mapping[str, float]
    vector: QuestionVector


class PolicyDesk:
    """Answers policy questions from a library.

    Args:
        search: finds clauses by meaning and by words.
        library: the documents.
        language: how questions are read and decided.
    """

    def __init__(self, search: PolicySearch, library: DatedLibrary, language: Language) -> None:
        self._search = search
        self._index = DatedIndex(library)
        self._language = language

    def answer(self, question: str, on: date) -> Found:
        """What the documents say to a question; ``on`` is the day on which validity and relative years are judged.

        Raises:
            retrieval.errors.RetrievalError: the index cannot be used.
        """
        return self._answering(question, on)[0]

    def _answering(self, question: str, on: date) -> tuple[Found, ClauseIndex]:
        """What is found, and the index of the documents it was found in."""
        index = self._index.get(on)
        if (numbered := self._numbered(question, index)) is not None:
            # The 文号 says which document is meant; its words would lead to clauses that name such numbers.
            return self._answered(self._language.scope.numbers.without(fold(question)), numbered, on), numbered
        home = self._at_home(index)
        if home is not index:
            # What is found at home stands, whatever is added about elsewhere, unless that says more of what is asked.
            found = self._answered(question, home, on)
            if self._stands(found, question, index, home):
                return found, home
        return self._answered(question, index, on), index

    def _at_home(self, index: ClauseIndex) -> ClauseIndex:
        """The index of the documents that apply at home; the whole where all do or none does."""
        numbers = tuple(n for n, document in enumerate(index.documents) if self._language.scope.at_home(document))
        return index.part(numbers) if numbers else index

    def _numbered(self, question: str, index: ClauseIndex) -> ClauseIndex | None:
        """The index of the documents whose 文号 a question names; None where it names none, or one not at hand too."""
        text, numbers = fold(question), self._language.scope.numbers
        carriers = {document.doc_id for document in numbers.carriers(text, index.documents)}
        if not carriers or numbers.unknown(text, index.documents) or not numbers.without(text).strip():
            return None
        return index.part(tuple(n for n, document in enumerate(index.documents) if document.doc_id in carriers))

    def _stands(self, found: Found, question: str, index: ClauseIndex, home: ClauseIndex) -> bool:
        """Whether what was found at home is to be said though there are documents of elsewhere."""
        if isinstance(found, DocumentStatus):
            named = [paper for paper in self._language.scope.papers if paper in question]
            return all(paper in found.document.title for paper in named)
        if isinstance(found, PolicyFinding) and not found.answered:
            return False
        return not self._carried(question, index) - self._carried(question, home) > _CLEARLY_MORE

    def _carried(self, question: str, index: ClauseIndex) -> float:
        """How much of a question, as read against an index, its best sentence carries, with and without its context."""
        reading = self._language.reader.read(follow_up.place_meant(question)[0], index)
        looked_at = self.weigh(reading, index).selection.looked_at
        return max((candidate.coverage + candidate.own for candidate in looked_at), default=0.0)

    def _answered(self, question: str, index: ClauseIndex, on: date) -> Found:
        question, place = follow_up.place_meant(question)
        reading = self._language.reader.read(question, index)
        refused = self._out_of_scope(reading, index, on)
        if refused is not None and refused.reason not in (Reason.PLACE, Reason.PERIOD, Reason.NUMBER):
            return refused
        status = document_status(reading, index, self._language.scope, self._language.reader, on)
        if status is not None:
            return status
        if refused is not None:
            return self._with_nearest(refused, self.weigh(reading, index), index)
        listed = outline(reading, index, on)
        if listed is not None:
            return part_of(listed, place, reading, index) if place else listed
        return self._decided(self.weigh(reading, index), index, on)

    def standing(self, question: str, document: Document | None, on: date) -> Found:
        """The standing of a document, or of the one a question is about; else what the clauses answer."""
        index = self._index.get(on)
        if document is None:
            return self.answer(question, on)
        aspects = self._language.scope.aspects(fold(question))
        return standing(document, aspects, on, index)

    def mentions(self, words: str, on: date) -> bool:
        """Whether any text to go by on a day has the folded words in it, in its headings or its title."""
        return self._index.get(on).mentions(words)

    def whole_clauses(self, question: str, on: date) -> WholeClauses:
        """The clauses nearest to a question, whole, those of its answer first."""
        question, _ = follow_up.place_meant(question)
        found, index = self._answering(question, on)
        weighed = self.weigh(self._language.reader.read(question, index), index)
        supports = found.supports if isinstance(found, PolicyFinding) else ()
        numbers = [index.clause_numbers[support.clause.clause_id] for support in supports]
        if isinstance(found, Outline):
            parts = {part.label for part in found.parts}
            numbers = [n for n, clause in enumerate(index.clauses) if not parts.isdisjoint(clause.path)]
        if weighed.selection.best is not None and not isinstance(found, DocumentStatus):
            best = index.document_of[index.sentences[weighed.selection.best.row].clause]
            near = (index.sentences[candidate.row].clause for candidate in weighed.selection.looked_at)
            numbers += [number for number in near if index.document_of[number] == best][: MOST_CLAUSES * 2]
        return WholeClauses(question, tuple(whole(number, index) for number in dict.fromkeys(numbers)), on)

    def read(self, question: str) -> tuple[Reading, ClauseIndex]:
        """The question as understood, with the index it was read against."""
        index = self._index.get()
        return self._language.reader.read(question, index), index

    def weigh(self, reading: Reading, index: ClauseIndex) -> Weighed:
        """Search and select, and measure what decides."""
        among = {document.doc_id for document in index.documents}
        passages = tuple(self._search.search(reading.asked, SEARCHED, among))
        selection = select(reading, index, {passage.clause.clause_id: passage.score for passage in passages})
        measured = features(reading, selection, index)
        vector = self._search.vector(reading.asked)
        kind = self._language.kinds.score(vector) if self._learned(selection, index) else None
        if kind is not None:
            # Questions like one that the papers answer do not make up for a particular that stands nowhere near.
            measured[KIND] = min(kind, 0.0) if measured["unmet_demand"] > _NOWHERE else kind
        return Weighed(reading, selection, passages, measured, vector)

    def _learned(self, selection: Selection, index: ClauseIndex) -> bool:
        """Whether the kinds of questions were learned over the document of the best sentence.

        They know what those never give; a document added since may give just that, and there the words decide.
        """
        if selection.best is None:
            return False
        clause = index.sentences[selection.best.row].clause
        return index.documents[index.document_of[clause]].doc_id in self._language.kinds.documents

    def _out_of_scope(self, reading: Reading, index: ClauseIndex, on: date) -> PolicyFinding | None:
        outside = self._language.scope.not_a_question(reading.asked)
        if outside is None and index.sentences:
            outside = self._language.scope.elsewhere(reading.text, reading.core, index, on)
        if outside is not None:
            return _refusal(reading, on, Reason(outside.reason), (outside.words,))
        if not index.sentences:
            return _refusal(reading, on, Reason.NO_DOCUMENTS, ())
        speaking = any(_speaks(unit) for unit in reading.units) and not follow_up.wants_more(reading.text)
        asks = self._language.scope.aspects(reading.text)
        return None if speaking or asks else _refusal(reading, on, Reason.NO_CONTENT, ())

    def _decided(self, weighed: Weighed, index: ClauseIndex, on: date) -> PolicyFinding:
        weighed = self._without_story(weighed, index)
        reading, confidence = weighed.reading, self._confidence(weighed)
        parts = [self.weigh(part, index) for part in self._language.reader.parts(reading, index)]
        sure = [part for part in parts if self._answers(part)]
        # Asked of each of several matters whether it is written, those that are answer, and the others are named.
        each = bool(sure) and reading.shape is not None and reading.shape.name == STATED
        if not each and not self._answers(weighed) and not (parts and len(sure) == len(parts)):
            missing = _missing(reading)
            refused = _refusal(reading, on, Reason.LACKING, missing, confidence)
            return self._with_nearest(refused, weighed, index)
        differ = () if len(sure) > 1 else self._differing(sure[0] if sure else weighed, index, on)
        supports = differ or self._part_supports(sure, index)
        supports = supports or self._supports(sure[0] if each else weighed, index)
        supports = _binding_first(supports, on)
        elsewhere = self._elsewhere(weighed, index, on)
        if elsewhere is not None:
            return self._with_nearest(elsewhere, weighed, index)
        return PolicyFinding(
            question=reading.text,
            answered=True,
            shape=_shape(sure[0].reading if sure else reading),
            on=on,
            supports=supports,
            demand=reading.demand.name if reading.demand else "",
            personal=bool(_PERSONAL.search(reading.text)),
            confidence=confidence,
            related=_related(weighed, supports),
            of_several=len(index.documents) > 1,
            differs=bool(differ),
            unsaid=tuple(_matter(part.reading) for part in parts if part not in sure) if each else (),
            silent=self._language.types.silent(reading.text, " ".join(fold(s.words(s.sentence)) for s in supports)),
        )

    def _elsewhere(self, weighed: Weighed, index: ClauseIndex, on: date) -> PolicyFinding | None:
        """A refusal where the document of the best sentence is not about the place or the year asked about."""
        best = weighed.selection.best
        if best is None:
            return None
        alone = index.alone(int(index.document_of[index.sentences[best.row].clause]))
        outside = self._language.scope.elsewhere(weighed.reading.text, weighed.reading.core, alone, on)
        return _refusal(weighed.reading, on, Reason(outside.reason), (outside.words,)) if outside else None

    def _without_story(self, weighed: Weighed, index: ClauseIndex) -> Weighed:
        """The question proper where it is answered by itself, so that the story around it cannot lead elsewhere."""
        reading = weighed.reading
        if reading.core == reading.text or weighed.features["coverage"] >= _ALL_SAID:
            return weighed
        proper = self.weigh(self._language.reader.read(reading.core, index), index)
        return proper if self._answers(proper) else weighed

    def _confidence(self, weighed: Weighed) -> float:
        return self._language.decisions.rule(weighed.features).probability(weighed.features)

    def _answers(self, weighed: Weighed) -> bool:
        return self._confidence(weighed) >= self._language.decisions.rule(weighed.features).threshold

    def _differing(self, weighed: Weighed, index: ClauseIndex, on: date) -> tuple[Support, ...]:
        """What documents issued by the day state differently of the thing asked about; empty where they do not."""
        issued = np.array([each.issued is None or each.issued <= on for each in index.documents])
        of_row = (index.document_of[index.sentences[each.row].clause] for each in weighed.selection.looked_at)
        looked_at = [each for each, number in zip(weighed.selection.looked_at, of_row, strict=True) if issued[number]]
        found = differing(weighed.reading, looked_at, index)
        return tuple(self._support(weighed.reading, candidate, index) for candidate in found)

    def _part_supports(self, parts: Sequence[Weighed], index: ClauseIndex) -> tuple[Support, ...]:
        """What answers each part of a question, in its order; empty where one sentence answers all of them."""
        supports: dict[Span, Support] = {}
        for part in parts:
            first, *others = self._supports(part, index)
            if first.sentence in supports:
                continue
            supports[first.sentence] = replace(first, answers=_shape(part.reading)) if supports else first
            supports |= {other.sentence: other for other in others if other.listed and other.sentence not in supports}
        return tuple(supports.values()) if sum(not s.listed for s in supports.values()) > 1 else ()

    def _supports(self, weighed: Weighed, index: ClauseIndex) -> tuple[Support, ...]:
        """The chosen sentences, and after one that opens a list (…以下条件：) the clauses under it."""
        supports: list[Support] = []
        for group in weighed.selection.chosen:
            for candidate in group:
                supports.append(self._support(weighed.reading, candidate, index))
                if index.sentences[candidate.row].text.endswith(":"):
                    supports += [entry(sentence, index, listed=True) for sentence in index.under(candidate.row)]
        unique = {support.sentence: support for support in reversed(supports)}
        return tuple(sorted(unique.values(), key=supports.index))

    def _with_nearest(self, refused: PolicyFinding, weighed: Weighed, index: ClauseIndex) -> PolicyFinding:
        best = weighed.selection.best
        if best is None or not _speaks_of_it(weighed.reading, best):
            return refused
        nearest = self._support(weighed.reading, best, index)
        return replace(refused, supports=(nearest,), related=_related(weighed, (nearest,)))

    def _support(self, reading: Reading, candidate: Candidate, index: ClauseIndex) -> Support:
        sentence = index.sentences[candidate.row]
        clause = index.clauses[sentence.clause]
        document = index.documents[index.document_of[sentence.clause]]
        words = document.text[sentence.start : sentence.end]
        part = extraction.claim(reading, words) if sentence.header is None else Whole(0, len(words))
        shape = _shape(reading)
        return Support(
            document=document,
            clause=clause,
            sentence=Span(document.doc_id, sentence.start, sentence.end),
            claim=Span(document.doc_id, sentence.start + part.start, sentence.start + part.end),
            items=extraction.picked_items(reading.units, words, self._language.scope.all_places),
            actor=extraction.actor(reading, self._language.types, part.of(words)) if shape == "who" else "",
            carries=tuple(unit.text for unit in reading.units if unit.within(sentence.text) > 0),
            successor=index.successor(document),
            header=Span(document.doc_id, *sentence.header) if sentence.header else None,
        )


def _binding_first(supports: tuple[Support, ...], on: date) -> tuple[Support, ...]:
    """What binds on the day before what does not; parts of one question and entries of one list stay in their order."""
    if any(support.listed or support.answers for support in supports):
        return supports
    return tuple(sorted(supports, key=lambda support: support.document.validity(on) is not Validity.IN_FORCE))


def _speaks(unit: Unit) -> bool:
    """Whether a word can be all a question is about; a number only if the papers have it and it is not a bare digit."""
    return unit.found and len(unit.text) > 2 if unit.kind == "number" else unit.found or len(unit.text) > 1


def _matter(reading: Reading) -> str:
    return "".join(unit.text for unit in reading.units if unit.weight > _SAYS_SOMETHING)


def _missing(reading: Reading) -> tuple[str, ...]:
    """Words of content that nothing at hand has, but for those that only ask for a particular."""
    cues = reading.demand.cues if reading.demand else None
    lacking = (unit for unit in reading.units if unit.weight > _SAYS_SOMETHING and not unit.found)
    return tuple(u.text for u in lacking if len(u.text) > 1 and not (cues and cues.search(u.text)))


def _speaks_of_it(reading: Reading, best: Candidate) -> bool:
    """Whether a sentence holds at least one word of the question that is not a general one."""
    return any(u.weight > _SAYS_SOMETHING and held > 0.5 for u, held in zip(reading.units, best.held, strict=True))


def _shape(reading: Reading) -> str:
    return reading.shape.name if reading.shape else "plain"


def _refusal(
    reading: Reading, on: date, reason: Reason, missing: tuple[str, ...], confidence: float = 0.0
) -> PolicyFinding:
    demand = reading.demand.name if reading.demand and reading.demand.strict else ""
    return PolicyFinding(
        reading.text, False, _shape(reading), on, reason=reason, demand=demand, missing=missing, confidence=confidence
    )


def _related(weighed: Weighed, supports: Sequence[Support]) -> tuple[str, ...]:
    """Headings the search found that the answer does not rest on."""
    used = {support.clause.path[-1] for support in supports if support.clause.path}
    near = (passage for passage in weighed.passages if passage.score >= _RELATED_ENOUGH)
    headings = (passage.clause.path[-1] for passage in near if len(passage.clause.path) == 2)
    return tuple(dict.fromkeys(heading for heading in headings if heading not in used))[:_MOST_RELATED]
