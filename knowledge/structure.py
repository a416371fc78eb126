"""A document's text as a tree of clauses, each with its section path and exact character span."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from knowledge.openings import Grammar, Heading, Numbering, Paragraph, grammar
from knowledge.patterns import FILE as PATTERN_FILE
from knowledge.sentences import Span, sentences, subclaims
from knowledge.types import Clause

_REVISION = "1"
"""To be raised whenever the code gives other clauses for the same text and patterns."""


@dataclass(frozen=True, slots=True)
class Structure:
    """What a text is made of; the three parts together hold every character that is not white space, once each.

    Args:
        title: the title line, None where the text opens with something else.
        headings: in order; ``span`` includes the marker and the closing mark.
        clauses: in order; their spans never overlap each other or a heading.
    """

    title: Span | None
    headings: tuple[Heading, ...]
    clauses: tuple[Clause, ...]


@lru_cache(maxsize=1)
def version() -> str:
    """Changes whenever the same text may give other clauses, because the code or the pattern file changed."""
    return f"{_REVISION}-{hashlib.sha256(PATTERN_FILE.read_bytes()).hexdigest()[:12]}"


def parse(doc_id: str, text: str) -> Structure:
    """The title, headings and clauses of a text, in reading order.

    Args:
        doc_id: the document the clauses belong to.
        text: the document's body; clause spans count its characters.
    """
    rules = grammar()
    title, paragraphs = rules.paragraphs(text)
    tree = _Tree(doc_id, text, rules)
    for paragraph, following in zip(paragraphs, [*paragraphs[1:], None], strict=False):
        tree.place(paragraph, following)
    return Structure(title, tuple(tree.headings), tuple(tree.clauses))


@dataclass(slots=True)
class _Tree:
    """The clauses so far and the headings that are open at this point of the text."""

    doc_id: str
    text: str
    rules: Grammar
    open_headings: list[Heading] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)

    def place(self, paragraph: Paragraph, following: Paragraph | None) -> None:
        if paragraph.numbering is not None:
            self._place_numbered(paragraph, paragraph.numbering, following)
        elif paragraph.is_table:
            self._write("table", paragraph.span, None)
        else:
            self._place_plain(paragraph)

    def _place_numbered(self, paragraph: Paragraph, numbering: Numbering, following: Paragraph | None) -> None:
        heading = numbering.heading
        while self.open_headings and self.open_headings[-1].level >= heading.level:
            self.open_headings.pop()
        self.open_headings.append(heading)
        holds_more = following is not None and (
            following.numbering is None or following.numbering.heading.level > heading.level
        )
        last_of_list = not paragraph.body and self._goes_on(heading)
        if paragraph.body or (holds_more and not last_of_list):
            self.headings.append(heading)
            self._write(numbering.kind, paragraph.body, heading)
        else:
            # A heading with nothing below it is an entry of a list: its words must be found and quoted like any others.
            marker = numbering.marker_alone
            self.headings.append(marker)
            self._write(numbering.kind, numbering.words, marker)
        if last_of_list:
            # What follows the list belongs to what the list belongs to.
            self.open_headings.pop()

    def _goes_on(self, heading: Heading) -> bool:
        """Whether the entry before, of the same level, ends with a semicolon, and this one with a full stop."""
        last = self.clauses[-1].text.rstrip() if self.clauses else ""
        siblings = len(self.clauses[-1].path) == len(self.open_headings) if self.clauses else False
        return siblings and last.endswith(("；", ";")) and heading.span.of(self.text).rstrip().endswith(("。", "."))

    def _place_plain(self, paragraph: Paragraph) -> None:
        inside = self.open_headings[-1].label if self.open_headings else ""
        lead = self.rules.lead(self.text, paragraph.span, inside)
        if lead is not None:
            self.headings.append(lead.heading)
            self._write(lead.kind, lead.body, lead.heading, (lead.heading.label,))
            return
        kind = self.rules.plain_kind(self.text, paragraph.span)
        self._write(kind if self.open_headings else "preamble", paragraph.span, None)

    def _write(self, kind: str, body: Span | None, heading: Heading | None, below: tuple[str, ...] = ()) -> None:
        if body is None:
            return
        path = (*(opened.label for opened in self.open_headings), *below)
        lead = body.start - heading.span.start if heading else 0
        for piece in _pieces(self.text, body, self.rules.longest_clause):
            clause_id = f"{self.doc_id}#{len(self.clauses) + 1}"
            self.clauses.append(
                Clause(clause_id, self.doc_id, path, kind, piece.of(self.text), piece.start, piece.end, lead)
            )
            lead = 0


def _pieces(text: str, span: Span, longest: int) -> Iterator[Span]:
    """The span whole, or cut at sentence ends into pieces of similar length none of which exceeds ``longest``."""
    length = span.end - span.start
    if length <= longest:
        yield span
        return
    target = -(-length // -(-length // longest))
    start = end = span.start
    for sentence in _short_spans(text, span, longest):
        if end > start and sentence.end - start > target:
            yield Span(start, end)
            start = sentence.start
        end = sentence.end
    yield Span(start, end)


def _short_spans(text: str, span: Span, longest: int) -> Iterator[Span]:
    """Sentences, their sub-claims where a sentence is too long, plain cuts where a sub-claim is too long as well."""
    words = span.of(text)
    for sentence in sentences(words):
        parts = (sentence,) if sentence.end - sentence.start <= longest else subclaims(sentence.of(words))
        offset = span.start if len(parts) == 1 and parts[0] is sentence else span.start + sentence.start
        for part in parts:
            for start in range(part.start, part.end, longest):
                yield Span(offset + start, offset + min(start + longest, part.end))
