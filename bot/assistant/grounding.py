"""The promise: nothing leaves that is not in the evidence, whichever engine wrote the sentence.

Every number with its unit, every document name and number, quotation and clause reference in a paragraph or a table
must stand in the evidence of the tool results, in the cited documents' own particulars, or in the question itself.  A
sentence or row with anything else is removed and logged; an answer of which nothing remains becomes "not found".
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from bot.assistant.statements import Amount, normal, statements
from bot.assistant.types import Block, Citation, Code, Draft, Paragraph, Question, Quote, Status, Table, ToolResult
from prompts import Wording

_log = logging.getLogger(__name__)
_LINE = re.compile(r"[^\n]+\n*|\n+")
_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]*")


class Grounds:
    """What may be said: the evidence of one answer.

    A line that the evidence has word for word needs no reading, so that a long table costs no more than a look-up a
    row; the evidence itself is read, once, for the first text that says something in words of its own.

    Args:
        texts: the evidence.
        citations: whose marks may be used.
    """

    def __init__(self, texts: Iterable[str], citations: Iterable[Citation]) -> None:
        self._joined = "\n".join(texts)
        self._lines = frozenset(self._joined.split("\n"))
        self._marks = frozenset(citation.n for citation in citations)

    def repeats(self, line: str) -> bool:
        """Whether a line stands in the evidence just so; one with a citation mark has to be read."""
        return line in self._lines and "[" not in line

    def lacks(self, text: str) -> list[str]:
        """What the text states that these grounds do not bear out; empty where all is borne out."""
        if self.repeats(text):
            return []
        said = statements(text)
        missing = [f"{a.written}{a.unit}" for a in said.amounts if not self._bears(a)]
        missing += [part for part in said.names | said.quotes | said.clauses if part not in self._text]
        missing += [f"[{mark}]" for mark in said.marks - self._marks]
        return missing

    def _bears(self, amount: Amount) -> bool:
        # Cells carry their unit in the header, and 1000亿 leaves its 元 unsaid: the value alone then decides.
        return amount in self._amounts or (not amount.unit and amount.value in self.values)

    @cached_property
    def _text(self) -> str:
        return normal(self._joined)

    @cached_property
    def _amounts(self) -> frozenset[Amount]:
        return frozenset(statements(self._joined).amounts)

    @cached_property
    def values(self) -> frozenset[Decimal]:
        """Every number of the evidence, in plain units and as written."""
        return frozenset(value for amount in self._amounts for value in (amount.value, amount.written))


class Grounding:
    """Checks a draft against the results it rests on."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def verify(self, draft: Draft, results: Sequence[ToolResult], question: Question) -> Draft:
        """The draft without what its evidence does not bear out.

        A draft that rests on no tool at all is a message of the wording files (a refusal, a question back) and makes no
        claim about documents or figures; it passes as it is.
        """
        if not results:
            return draft
        grounds = Grounds(_evidence(draft, results, question), draft.citations)
        blocks = tuple(kept for block in draft.blocks if (kept := self._kept(block, draft, grounds)) is not None)
        if draft.blocks and not any(isinstance(block, Paragraph | Table) for block in blocks):
            refusal = Paragraph(self._wording.say("assistant.ungrounded"))
            return Draft(Status.NOT_FOUND, (refusal,), suggestions=draft.suggestions)
        return replace(draft, blocks=blocks)

    def _kept(self, block: Block, draft: Draft, grounds: Grounds) -> Block | None:
        match block:
            case Paragraph(text):
                kept = "".join(_kept_of_line(line, grounds) for line in _LINE.findall(text))
                return Paragraph(kept) if kept.strip() else None
            case Quote(n, text):
                cited = any(citation.n == n and text in citation.quote for citation in draft.citations)
                if not cited:
                    _log.warning("quote [%d] dropped: not the words of its citation", n)
                return block if cited else None
            case Code(text, caption):
                return block if _borne(f"{caption}\n{text}", grounds) else None
            case Table(headers, rows, caption):
                kept_rows = tuple(row for row in rows if _borne("；".join(row), grounds))
                return Table(headers, kept_rows, caption) if kept_rows and _borne(caption, grounds) else None


def _kept_of_line(line: str, grounds: Grounds) -> str:
    if grounds.repeats(line.rstrip("\n")):
        return line
    return "".join(sentence for sentence in _SENTENCE.findall(line) if _borne(sentence, grounds))


def _borne(text: str, grounds: Grounds) -> bool:
    missing = grounds.lacks(text)
    if missing:
        _log.warning("dropped for lack of evidence of %s: %s", "、".join(missing), text)
    return not missing


def _evidence(draft: Draft, results: Sequence[ToolResult], question: Question) -> Iterable[str]:
    yield question.text
    yield question.today.isoformat()
    for result in results:
        yield from (evidence.text for evidence in result.outcome.evidence)
        yield result.outcome.message
    for citation in draft.citations:
        yield from _particulars(citation)


def _particulars(citation: Citation) -> Iterable[str]:
    yield f"《{citation.title}》{citation.doc_number}"
    yield citation.quote
    yield from citation.section
    if len(citation.section) >= 2:
        yield _reference(citation.section)
    for day in (citation.effective, citation.expires):
        if day is not None:
            yield f"{day.isoformat()} {day.year}年{day.month}月{day.day}日"


def _reference(section: Sequence[str]) -> str:
    """The short form of a section path: ``三（四）`` for 三、推进措施 ／（四）加大政策扶持力度."""
    return section[0].partition("、")[0] + section[1].partition("）")[0] + "）"
