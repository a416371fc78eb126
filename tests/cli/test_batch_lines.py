"""A batch is a line out for every line in, whatever stands in it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.access import Role
from bot.assistant.types import Answer, Paragraph, Question, Status
from bot.cli.batch import answer_lines

TODAY = date(2026, 1, 5)


class Echo:
    """Answers with what it was asked, and remembers the questions."""

    def __init__(self) -> None:
        self.questions: list[Question] = []

    def answer(self, question: Question) -> Answer:
        self.questions.append(question)
        return Answer(question.text, Status.ANSWERED, (Paragraph(question.text),))


def run(*lines: bytes, role: Role = Role.PUBLIC) -> tuple[list[dict[str, Any]], list[Question]]:
    echo = Echo()
    return [json.loads(text) for text, _ in answer_lines(lines, echo.answer, TODAY, role)], echo.questions


def test_order_and_ids_are_kept_whatever_their_type() -> None:
    records, _ = run(b'{"id": "b", "q": "x"}\n', b'{"id": 7, "q": "y"}\n', b'{"q": "z"}')
    assert [record["id"] for record in records] == ["b", 7, ""]
    assert [record["answer"] for record in records] == ["x", "y", "z"]


def test_session_and_role_of_a_line_reach_the_assistant() -> None:
    _, questions = run(
        '{"q": "营收", "session": "s1", "as": "official"}'.encode(), '{"q": "利润"}'.encode(), role=Role.ENTERPRISE
    )
    assert [(q.session, q.principal.role) for q in questions] == [("s1", Role.OFFICIAL), ("", Role.ENTERPRISE)]
    assert {q.today for q in questions} == {TODAY}


def test_a_later_line_may_follow_up_on_a_question_by_its_id() -> None:
    _, questions = run(
        b'{"id": "q1", "q": "x"}', b'{"id": "q2", "q": "y", "session": "q1"}', b'{"id": "q1", "q": "z"}', b'{"q": "z"}'
    )
    assert [question.session for question in questions] == ["q1", "q1", "", ""]


@pytest.mark.parametrize(
    ("line", "identity"),
    [
        (b"", ""),
        (b"not json", ""),
        (b"[1, 2]", ""),
        (b'{"id": "a"}', "a"),
        (b'{"id": "a", "q": 5}', "a"),
        (b'{"id": "a", "q": "x", "as": "king"}', "a"),
        (b'{"id": "a", "q": "x", "as": ["admin"]}', "a"),
        (b'{"id": "a", "q": "x", "session": {}}', "a"),
        (b"\xff\xfe{", ""),
        (b"[" * 100_000, ""),
    ],
)
def test_a_line_that_is_no_question_gets_a_line_that_says_what_to_do(line: bytes, identity: str) -> None:
    records, questions = run(line, b'{"id": "next", "q": "x"}')
    assert (records[0]["status"], records[0]["id"]) == ("error", identity)
    assert "第 1 行" in records[0]["answer"]
    assert "请" in records[0]["answer"] or "可用的身份" in records[0]["answer"]
    assert records[1]["id"] == "next"
    assert len(questions) == 1


def test_a_byte_order_mark_before_the_first_line_is_no_part_of_it() -> None:
    records, _ = run('\ufeff{"id": "1", "q": "营收"}'.encode())
    assert records[0]["status"] == "answered"


def test_lone_surrogates_come_back_as_text_every_output_can_hold() -> None:
    records, questions = run(b'{"id": "\\ud800", "q": "a\\udfffb"}')
    assert questions[0].text == "a\ufffdb"
    json.dumps(records, ensure_ascii=False).encode("utf-8")


@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), max_size=6))
def test_there_are_as_many_lines_out_as_in(lines: list[bytes]) -> None:
    records, _ = run(*lines)
    assert len(records) == len(lines)
    assert all(record["status"] in ("answered", "error") for record in records)
