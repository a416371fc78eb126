"""What the opening of a paragraph says about its place: number, heading words, lead sentence, table row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from knowledge.patterns import Level, patterns
from knowledge.sentences import Span

_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_LABEL_EDGE = " \t\u3000\xa0#。：:；;"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its label without the closing mark, its level (0 is outermost) and its span as printed."""

    label: str
    level: int
    span: Span


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a numbered paragraph opens.

    Args:
        kind: clause kind of the text under it.
        heading: the marker with the heading words, or the marker alone where no heading words follow it.
        marker_alone: the marker without the words; carries the label of ``heading``.
        words: everything after the marker, None where nothing follows.
    """

    kind: str
    heading: Heading
    marker_alone: Heading
    words: Span | None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph (or one table); ``body`` is what follows its heading, None where nothing does."""

    span: Span
    numbering: Numbering | None
    body: Span | None
    is_table: bool


@dataclass(frozen=True, slots=True)
class LeadSentence:
    """An unnumbered paragraph's own heading and the body after it."""

    kind: str
    heading: Heading
    body: Span


@dataclass(frozen=True, slots=True)
class Grammar:
    """The compiled patterns, applied to paragraphs."""

    levels: tuple[tuple[re.Pattern[str], Level], ...]
    leads: tuple[tuple[re.Pattern[str], str, re.Pattern[str]], ...]
    heading_end: re.Pattern[str]
    heading_length: int
    sentence: re.Pattern[str]
    goal: re.Pattern[str]
    table_row: re.Pattern[str]
    title: re.Pattern[str]
    longest_clause: int

    def paragraphs(self, text: str) -> tuple[Span | None, list[Paragraph]]:
        """The title line if there is one, and the paragraphs after it; neighbouring table rows are one paragraph."""
        spans = [span for match in _LINE.finditer(text) if (span := _trimmed(text, *match.span()))]
        title = spans[0] if len(spans) > 1 and self._is_title(text, spans[0]) else None
        return title, [self._read(text, span) for span in self._joined_tables(text, spans[1:] if title else spans)]

    def lead(self, text: str, span: Span, inside: str) -> LeadSentence | None:
        """The lead sentence of an unnumbered paragraph below the heading ``inside``, if it has one."""
        for pattern, kind, within in self.leads:
            match = pattern.match(text, span.start, span.end)
            if match and within.search(inside):
                body = _trimmed(text, match.end("stop"), span.end)
                heading = Heading(match["label"].strip(), len(self.levels), Span(span.start, match.end("stop")))
                return LeadSentence(kind, heading, body) if body else None
        return None

    def plain_kind(self, text: str, span: Span) -> str:
        """The kind of an unnumbered paragraph without a lead sentence."""
        return "goal" if self.goal.match(text, span.start, span.end) else "paragraph"

    def _is_title(self, text: str, span: Span) -> bool:
        numbering = self._numbering(text, span)
        # A markdown document marks its title as its outermost heading; any other number belongs to a clause.
        return self.title.fullmatch(text, *span) is not None and (numbering is None or text[span.start] == "#")

    def _joined_tables(self, text: str, spans: list[Span]) -> list[Span]:
        joined: list[Span] = []
        for span in spans:
            if joined and self._is_row(text, span) and self._is_row(text, joined[-1]):
                joined[-1] = Span(joined[-1].start, span.end)
            else:
                joined.append(span)
        return joined

    def _is_row(self, text: str, span: Span) -> bool:
        return self.table_row.match(text, *span) is not None

    def _read(self, text: str, span: Span) -> Paragraph:
        numbering = self._numbering(text, span)
        body = _trimmed(text, numbering.heading.span.end, span.end) if numbering else span
        return Paragraph(span, numbering, body, numbering is None and self._is_row(text, span))

    def _numbering(self, text: str, span: Span) -> Numbering | None:
        for depth, (marker, level) in enumerate(self.levels):
            match = marker.match(text, *span)
            if match and match.end() > span.start:
                end = self._heading_end(text, match.end(), span.end) if level.headed else match.end()
                heading = Heading(text[span.start : end].strip(_LABEL_EDGE), depth, Span(span.start, end))
                alone = Heading(heading.label, depth, Span(span.start, match.end()))
                return Numbering(level.kind, heading, alone, _trimmed(text, match.end(), span.end))
        return None

    def _heading_end(self, text: str, start: int, end: int) -> int:
        """Where the heading that starts after a marker ends; at the marker itself where a sentence follows it."""
        match = self.heading_end.search(text, start, end)
        stop = match.start() if match else end
        if stop - start > self.heading_length or (self.sentence.match(text, start, end) and stop + 1 >= end):
            return start
        return match.end() if match else end


@lru_cache(maxsize=1)
def grammar() -> Grammar:
    """The shipped patterns, compiled.

    Raises:
        ValueError: the pattern file is wrong; the message names the expression.
    """
    source = patterns()
    compiled = re.compile
    return Grammar(
        levels=tuple((compiled(source.expand(level.marker)), level) for level in source.levels),
        leads=tuple((compiled(lead.pattern), lead.kind, compiled(lead.within)) for lead in source.leads),
        heading_end=compiled(source.heading_end),
        heading_length=source.heading_length,
        sentence=compiled(source.sentence),
        goal=compiled(source.goal_without_lead),
        table_row=compiled(source.table_row),
        title=compiled(source.title),
        longest_clause=source.longest_clause,
    )


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """The span without white space at its ends, None where nothing else is in it."""
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    end = start + len(words.strip())
    return Span(start, end) if start < end else None
