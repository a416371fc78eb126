"""Sentences quoted as entries: of a list that another sentence opens, or of what stands under a heading."""

from __future__ import annotations

from bot.assistant.policy.clause_index import ClauseIndex, Sentence
from bot.assistant.policy.extraction import END_MARKS
from bot.assistant.policy.findings import Outline, PolicyFinding, Span, Support
from bot.assistant.policy.reading import Reading

_MOST_OF_A_PART = 3


def part_of(listed: Outline, place: int, reading: Reading, index: ClauseIndex) -> Outline | PolicyFinding:
    """What stands under the heading at a place of an outline, -1 for the last; the outline where there is none."""
    parts = listed.parts
    if place > len(parts):
        return listed
    part = parts[place - 1 if place > 0 else -1]
    sentences = [
        sentence
        for sentence in index.sentences
        if part.label in index.clauses[sentence.clause].path and sentence.start >= part.span.start
    ]
    supports = tuple(entry(sentence, index, listed=False) for sentence in sentences[:_MOST_OF_A_PART])
    return PolicyFinding(reading.text, True, "plain", listed.on, supports) if supports else listed


def entry(sentence: Sentence, index: ClauseIndex, listed: bool) -> Support:
    """A sentence as support with all of it, but for its end mark, as its claim."""
    document = index.documents[index.document_of[sentence.clause]]
    span = Span(document.doc_id, sentence.start, sentence.end)
    words = document.text[sentence.start : sentence.end].rstrip(END_MARKS)
    claim = Span(document.doc_id, sentence.start, sentence.start + max(len(words), 1))
    clause, successor = index.clauses[sentence.clause], index.successor(document)
    return Support(document, clause, span, claim, listed=listed, successor=successor)


def whole(number: int, index: ClauseIndex) -> Support:
    """A clause as support with its whole text."""
    clause, document = index.clauses[number], index.documents[index.document_of[number]]
    span = Span(document.doc_id, clause.start, clause.end)
    return Support(document, clause, span, span, successor=index.successor(document))
