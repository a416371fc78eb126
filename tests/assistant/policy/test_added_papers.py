"""Papers an operator adds are answered as well as the one shipped: articles, a numbered notice, a guide of tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.assistant.policy.findings import DocumentStatus, PolicyFinding
from bot.evaluation.scoring import bare
from knowledge.catalogue import FolderLibrary
from knowledge.readers import read
from knowledge.sniffing import sniff
from tests.assistant.policy.exchanges import Asked, Desk

PAPERS = Path(__file__).parents[3] / "eval" / "papers"
QUESTIONS = [json.loads(line) for line in (PAPERS / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The plan and the three papers, each with what it says about itself, as ``knowledge add`` would store it."""
    library = FolderLibrary(added=tmp_path_factory.mktemp("added"))
    for path in sorted(PAPERS.glob("*.[th][xt]*")):
        reading = read(path)
        library.add(path.name, reading.text, {"title": reading.title, **sniff(reading.text).found})
    return Desk(library, tmp_path_factory.mktemp("added_index"))


def papers_of(asked: Asked) -> set[str]:
    value = asked.result.outcome.value
    if isinstance(value, DocumentStatus):
        return {value.document.doc_id}
    assert isinstance(value, PolicyFinding)
    return {support.document.doc_id for support in value.supports}


LEAST_SHARE = 0.95
"""As good as over the paper that comes with the program."""


def answered_rightly(asked: Asked, row: dict[str, str]) -> bool:
    if "must" not in row:
        return asked.status == "not_found"
    says = all(bare(words) in bare(asked.text) for words in row["must"])
    return asked.status == "answered" and says and row["paper"] in papers_of(asked)


@pytest.mark.parametrize("paper", ["measures", "notice", "guide", None])
def test_particulars_of_added_papers_are_answered_from_them_and_others_refused(added: Desk, paper: str | None) -> None:
    rows = [row for row in QUESTIONS if row.get("paper") == paper]
    wrong = [row["q"] for row in rows if not answered_rightly(added.ask(row["q"]), row)]
    assert len(wrong) <= max(1, (1 - LEAST_SHARE) * len(rows)), wrong


def test_a_row_of_a_table_is_said_under_its_headers_and_both_are_quoted(added: Desk) -> None:
    asked = added.ask("企业上云最多补助多少")
    assert "类别：企业上云；适用对象：中小企业；补助比例：云服务费的50%；最高补助额：10万元" in asked.text
    quotes = [citation.quote for citation in asked.draft.citations]
    assert "| 类别 | 适用对象 | 补助比例 | 最高补助额 | 申报窗口期 |" in quotes
    assert any(quote.startswith("| 企业上云 |") for quote in quotes)


def test_where_there_are_several_papers_an_answer_names_its_own(added: Desk) -> None:
    assert "依据：《云岭市先进制造业集群培育管理办法》云工信发〔2024〕18号。" in added.ask("集群发展基金规模多大").text


@pytest.mark.parametrize("question", ["济宁的智能工厂最高能补多少钱", "2030年智能工厂最高能补多少钱"])
def test_a_paper_of_another_place_or_time_does_not_answer(added: Desk, question: str) -> None:
    assert added.ask(question).status == "not_found"
