"""Answers about registers in words: the answer, the rows, the clause of the plan, what it rests on; and its chart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from bot.assistant.composer import Phraser
from bot.assistant.figure_charts import ChartWords
from bot.assistant.finding_words import FindingWords
from bot.assistant.marks import Marks
from bot.assistant.types import Attachment, Block, Draft, Paragraph, Question, Quote, Status
from prompts import Wording
from stats_tools.operations.results import Fact
from stats_tools.registers.desk import View
from stats_tools.registers.query import RegisterResult

Writes = Callable[[Path, View], int]
"""Writes the rows that a view may show to a workbook."""
_BRACKETS = str.maketrans("[]“”", "［］''")
"""A name that somebody filed must not read as a citation mark or as a quotation of a document."""


class RegisterWords(FindingWords):
    """Says the parts of an answer about a register.

    Args:
        wording: the messages, topic ``register``.
    """

    def __init__(self, wording: Wording) -> None:
        super().__init__(wording, "register")

    def fact(self, fact: Fact) -> str:
        """One fact as it stands in a sentence."""
        return fact.translate(_BRACKETS) if isinstance(fact, str) else super().fact(fact)

    def evidence(self, result: RegisterResult) -> str:
        """All that may be said on the strength of an answer, as plain text."""
        lines = [self.say(finding) for finding in (*result.findings, *result.remarks, *result.suggestions)]
        if result.grid is not None:
            table = self.table(result.grid)
            lines += ["；".join(table.headers), *("；".join(row) for row in table.rows)]
        return "\n".join(lines)


class RegisterPhrasing:
    """Writes the draft of an answer about a register.

    Args:
        wording: the messages.
        folder: that charts and workbooks are written to; without it there are none.
        writes: writes a workbook of the rows that may be seen.
    """

    def __init__(self, wording: Wording, folder: Path | None, writes: Writes) -> None:
        self._wording = wording
        self._words = RegisterWords(wording)
        self._folder = folder
        self._writes = writes
        self._cues = ChartWords.load()

    def result(self, value: RegisterResult, question: Question, marks: Marks) -> Draft:
        """The direct answer, the rows, the clause a target rests on, then remarks."""
        blocks: list[Block] = [Paragraph("\n".join(self._words.say(finding) for finding in value.findings))]
        if value.grid is not None:
            blocks.append(self._words.table(value.grid))
        for clause in dict.fromkeys(value.clauses):
            citation = marks.cite_words(clause.doc_id, clause.quote)
            text = self._wording.say("register.clause", mark=f"[{citation.n}]")
            blocks += [Paragraph(text), Quote(citation.n, citation.quote)]
        if value.remarks:
            blocks.append(Paragraph("\n".join(self._words.say(remark) for remark in value.remarks)))
        return Draft(
            status=Status(value.ending),
            blocks=tuple(blocks),
            figures=value.figures,
            suggestions=tuple(self._words.say(each) for each in value.suggestions),
            attachments=(*self._chart(value, question.text), *self._workbook(value, question.text)),
        )

    def _chart(self, value: RegisterResult, question: str) -> tuple[Attachment, ...]:
        if self._folder is None or value.stack is None:
            return ()
        from stats_tools.chart_canvas import DARK, LIGHT, Caption
        from stats_tools.pipeline_chart import draw_stack  # matplotlib takes half a second to import

        name = value.definition.name
        period = value.figures[0].period if value.figures else ""
        title = self._wording.say("register.chart_title", register=name, period=period)
        mark = self._wording.say("register.chart_sample") if value.sample else ""
        caption = Caption(title, self._wording.say("register.chart_source", register=name), mark)
        theme = DARK if self._cues.wants_dark(question) else LIGHT
        return (Attachment("chart", draw_stack(value.stack, self._folder, caption, theme)),)

    def _workbook(self, value: RegisterResult, question: str) -> tuple[Attachment, ...]:
        """The rows that may be seen as a workbook, where one is asked for."""
        if self._folder is None or value.view is None or not value.view.rows or not self._cues.wants_table(question):
            return ()
        key = hashlib.sha256(repr((value.definition.code, value.view.rows)).encode()).hexdigest()[:16]
        path = self._folder / f"{value.definition.name}-{key}.xlsx"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._writes(path, value.view)
        return (Attachment("table", path),)


def register_phrasers(wording: Wording, folder: Path | None, writes: Writes) -> dict[type, Phraser]:
    """What puts the register tool's values into words; the arguments are those of :class:`RegisterPhrasing`."""
    return {RegisterResult: RegisterPhrasing(wording, folder, writes).result}
