"""A case passes when its answer shows everything that was demanded, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.types import Answer, Paragraph, Question, Status
from bot.evaluation.cases import Case, CaseError, read_cases
from bot.evaluation.report import parts, report_json
from bot.evaluation.runs import default_files, run
from bot.evaluation.scoring import Demand, bare, score
from tests.cli.answers import FULL


def case(**demands: object) -> Case:
    return Case.model_validate({"id": "1", "q": "问", **demands})


@pytest.mark.parametrize(
    "demands",
    [
        {"must": ["公司债", "短期 融资券。"]},
        {"section": ["三、", "（四）"]},
        {"section": ["三、"]},
        {"value": 1234.5},
        {"value": ["1234.501"]},
        {"expect": "answered"},
        {"must": ["有四种"], "section": []},
        {"must": ["公司债"], "must_not": ["可转债"]},
    ],
)
def test_an_answer_that_shows_what_is_demanded_passes(demands: dict[str, object]) -> None:
    result = score(case(**demands), FULL)
    assert (result.scored, result.failures) == (True, ())


@pytest.mark.parametrize(
    ("demands", "missed"),
    [
        ({"must": ["公司债", "可转债"]}, Demand.WORDS),
        ({"must_not": ["公司 债"]}, Demand.ABSENT),
        ({"section": ["三、", "（五）"]}, Demand.SECTION),
        ({"section": ["三、", "（四）", "1."]}, Demand.SECTION),
        ({"value": 1234}, Demand.VALUE),
        ({"expect": "not_found"}, Demand.STATUS),
    ],
)
def test_an_answer_that_misses_one_thing_fails_for_it(demands: dict[str, object], missed: Demand) -> None:
    assert [failure.demand for failure in score(case(**demands), FULL).failures] == [missed]


def test_words_in_a_refusal_do_not_count_as_an_answer() -> None:
    refusal = replace(FULL, status=Status.NOT_FOUND)
    assert Demand.STATUS in [failure.demand for failure in score(case(must=["公司债"]), refusal).failures]


def test_a_case_that_demands_nothing_is_shown_and_not_scored() -> None:
    assert not score(case(asks="trend"), FULL).scored


def test_section_levels_must_stand_in_one_citation() -> None:
    crossed = replace(FULL.citations[0], section=("二、重点任务", "（四）别的"))
    answer = replace(FULL, citations=(crossed, replace(crossed, section=("三、推进措施", "（一）别的"))))
    assert not score(case(section=["三、", "（四）"]), answer).passed


@given(st.text())
def test_spaces_punctuation_and_width_make_no_difference(text: str) -> None:
    assert bare(f"（{text}）， 。") == bare(text)


def test_full_width_figures_equal_plain_ones() -> None:
    assert bare("２０００ 亿元") == bare("2000亿元")


def test_a_file_is_read_with_its_splits_and_empty_lines(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(
        '\ufeff{"id":"a","q":"甲","expect":"answered","split":"tune"}\n\n{"id":"b","q":"乙","must":["不在"],"split":"report"}\n',
        encoding="utf-8",
    )
    measured = parts("q", (score(one, FULL) for one in read_cases(path)))
    assert [(p.name, p.scored, p.passed) for p in measured] == [("q/tune", 1, 1), ("q/report", 1, 0)]
    assert [c["passed"] for c in report_json(measured)["cases"]] == [True, False]


@pytest.mark.parametrize(
    "line", ["{", '{"id": "a"}', '{"id":"a","q":"x","expect":"perhaps"}', '{"id":"a","q":"x","value":"much"}']
)
def test_a_line_that_is_no_case_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id":"ok","q":"x"}\n' + line, encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        read_cases(path)
    assert caught.value.line == 2


class Sessions:
    """Remembers the sessions it was asked in."""

    def __init__(self) -> None:
        self.sessions: list[str] = []

    def answer(self, question: Question) -> Answer:
        self.sessions.append(question.session)
        return Answer(question.text, Status.ANSWERED, (Paragraph("好"),))


def test_sessions_of_two_files_do_not_meet() -> None:
    assistant = Sessions()
    cases = (case(session="s"), case(session="s"))
    for namespace in ("a", "b"):
        list(run(cases, assistant.answer, date(2026, 1, 5), namespace))
    assert assistant.sessions == ["a:s", "a:s", "b:s", "b:s"]


def test_our_own_question_files_are_found_and_readable() -> None:
    files = default_files()
    assert {"policy_held_out.jsonl", "refusal.jsonl"} <= {path.name for path in files}
    for path in files:
        cases = read_cases(path)
        assert len({one.id for one in cases}) == len(cases)
        assert all(one.expected is not None or one.asks for one in cases)


def test_values_are_compared_at_two_decimals() -> None:
    close = replace(FULL.figures[0], value=Decimal("0.125"))
    assert score(case(value="0.13"), replace(FULL, figures=(close,))).passed
