"""What holds for every answer and every refusal, over the question sets and the whole library."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.assistant.types import Paragraph, Quote
from knowledge.folding import fold
from tests.assistant.policy.exchanges import Desk

EVAL = Path(__file__).parents[3] / "eval"
_MARK = re.compile(r"\[\d+\]")


def questions(name: str, split: str | None = None) -> list[dict[str, object]]:
    rows = [json.loads(line) for line in (EVAL / name).read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if split is None or row["split"] == split]


TUNE = [str(row["q"]) for row in questions("refusal.jsonl", "tune")][::3]


def every_promise_holds(desk: Desk, question: str) -> None:
    asked = desk.ask(question)
    assert asked.text
    assert len(asked.text) <= 900
    for citation in asked.draft.citations:
        document = desk.library.document(citation.doc_id)
        assert document is not None
        assert document.text[citation.start : citation.end] == citation.quote
    quoted = {citation.n: citation.quote for citation in asked.draft.citations}
    assert all(block.text in quoted[block.n] for block in asked.draft.blocks if isinstance(block, Quote))
    if asked.status == "answered":
        warned = "请注意" in asked.first_lines or "过期" in asked.first_lines
        assert warned or all(citation.in_force for citation in asked.draft.citations)
    else:
        assert numbers_outside_quotes(asked.text, question, quoted) == set()


def numbers_outside_quotes(text: str, question: str, quoted: dict[int, str]) -> set[str]:
    said = set(re.findall(r"\d+", _MARK.sub("", text)))
    allowed = re.findall(r"\d+", " ".join([question, fold(question), *quoted.values()]))
    titles = "".join(re.findall("《[^》]*》", text))
    return said - set(allowed) - set(re.findall(r"\d+", titles))


@pytest.mark.parametrize("question", TUNE)
def test_every_promise_holds_for_the_tuning_questions(desk: Desk, question: str) -> None:
    every_promise_holds(desk, question)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(min_size=1, max_size=60))
def test_every_promise_holds_for_any_text(desk: Desk, question: str) -> None:
    every_promise_holds(desk, question)


def test_every_sentence_of_the_library_asked_back_is_answered_from_its_own_clause(desk: Desk) -> None:
    from knowledge.sentences import sentences

    for document in desk.library.documents():
        for clause in desk.library.clauses(document.doc_id):
            for span in sentences(clause.text):
                words = span.of(clause.text)
                asked = desk.ask(f"文件里“{words[:40]}”是怎么写的？")
                spans = [(c.start, c.end) for c in asked.draft.citations if c.doc_id == document.doc_id]
                assert any(start < clause.end and clause.start < end for start, end in spans), words


def test_paragraphs_carry_no_sentence_that_grounding_would_remove(desk: Desk) -> None:
    asked = desk.ask("骨干企业可以通过哪些直接债务融资工具融资？")
    paragraphs = [block for block in asked.draft.blocks if isinstance(block, Paragraph)]
    assert len(paragraphs) == 3
