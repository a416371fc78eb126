"""``knowledge``: documents in, out, shown and checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Policybot

NOTICE = """关于组织申报省级集群的通知
一、申报时间。请于3月15日前将材料报送省发展改革委高技术处。
二、奖补标准。对新认定的集群给予300万元奖补。
"""


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "申报通知.txt"
    path.write_text(NOTICE, encoding="utf-8")
    return path


def test_the_plan_is_listed_with_its_number_and_standing(policybot: Policybot) -> None:
    run = policybot("knowledge", "list")
    assert run.code == 0
    assert "鲁发改工业〔2020〕194号" in run.out or "194号" in run.out
    assert "已过有效期" in run.out
    documents = policybot("knowledge", "list", "--json").record["documents"]
    assert documents[0]["expires"] == "2021-12-31"


def test_show_prints_the_text_as_stored(policybot: Policybot) -> None:
    doc_id = policybot("knowledge", "list", "--json").record["documents"][0]["doc_id"]
    record = policybot("knowledge", "show", doc_id, "--json").record
    assert "支持骨干企业发行公司债、企业债、中期票据、短期融资券" in record["text"]
    assert record["text"] in policybot("knowledge", "show", doc_id).out
    assert policybot("knowledge", "show", "no-such-id").code == 3


def test_show_names_what_documents_do_to_one_another(policybot: Policybot, notice: Path) -> None:
    doc_id = policybot("knowledge", "list", "--json").record["documents"][0]["doc_id"]
    relation = ("knowledge", "relate", "鲁测〔2022〕1号", "replaces", doc_id, "--since", "2022-01-01")
    assert policybot(*relation).code == 0
    assert "被替代：鲁测〔2022〕1号" in policybot("knowledge", "show", doc_id).out
    shown = policybot("knowledge", "show", doc_id, "--json").record
    assert shown["relations"] == {"replaced_by": ["鲁测〔2022〕1号"]}
    assert policybot(*relation, "--withdraw").code == 0
    assert policybot("knowledge", "show", doc_id, "--json").record["relations"] == {}
    assert "被替代" not in policybot("knowledge", "show", doc_id).out


def test_an_added_document_answers_and_a_removed_one_does_not(policybot: Policybot, notice: Path) -> None:
    question = "新认定的集群给予多少奖补？"
    assert policybot("ask", question).code == 3
    added = policybot("knowledge", "add", str(notice), "--number", "鲁发改〔2026〕1号", "--issued", "2026-01-04")
    assert added.code == 0, added.err
    answer = policybot("ask", question, "--json").record
    assert (answer["status"], "300万元" in answer["answer"]) == ("answered", True)
    assert answer["citations"][0]["doc_number"] == "鲁发改〔2026〕1号"
    doc_id = answer["citations"][0]["doc_id"]
    assert policybot("knowledge", "check").code == 0
    assert policybot("knowledge", "remove", doc_id).code == 0
    assert policybot("ask", question).code == 3


@pytest.mark.parametrize("turn", ["更多", "原文", "[1]", "这份通知还有效吗？", "第一条呢", "那截止日期呢？"])
def test_who_follows_up_an_answer_whose_document_was_removed_is_told_so(
    policybot: Policybot, notice: Path, turn: str
) -> None:
    asked = ("ask", "新认定的集群给予多少奖补？", "--session", f"removed {turn}", "--json")
    assert policybot("knowledge", "add", str(notice), "--number", "鲁发改〔2026〕1号").code == 0
    doc_id = policybot(*asked).record["citations"][0]["doc_id"]
    assert policybot("knowledge", "remove", doc_id).code == 0
    answer = policybot("ask", turn, *asked[2:]).record
    assert answer["status"] == "not_found"
    assert answer["citations"] == []
    assert "已于" in answer["answer"]
    assert "从资料库移除" in answer["answer"]
    assert "下一步" in answer["answer"]
    assert "300万元" not in answer["answer"]
    assert policybot("ask", "骨干企业可以发行哪些债券？", *asked[2:]).record["status"] == "answered"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("no-such-file.txt",), "no-such-file.txt"),
        (("申报通知.txt", "--issued", "三月"), "--issued"),
        (("申报通知.txt", "--effective", "2026-02-01", "--expires", "2026-01-01"), "2026-02-01"),
        (("申报通知.txt", "申报通知.txt", "--title", "一"), "--title"),
        (("http://127.0.0.1/a.html",), "保存为文件"),
        (("ftp://example.org/a.html",), "http://"),
        (("申报通知.txt", "申报通知.txt", "--replaces", "x"), "--replaces"),
        (("申报通知.txt", "--replaces", "没有这份"), "没有这份"),
        (("申报通知.txt", "空.txt"), "空.txt"),
        (("表.xlsx",), ".xlsx"),
        (("空.txt",), "空.txt"),
    ],
)
def test_a_document_that_cannot_be_added_is_refused_with_the_remedy(
    policybot: Policybot, notice: Path, arguments: tuple[str, ...], words: str
) -> None:
    Path("空.txt").write_text("\n\n", encoding="utf-8")
    Path("表.xlsx").write_bytes(b"PK")
    before = policybot("knowledge", "list").out
    run = policybot("knowledge", "add", *arguments)
    assert run.code in (1, 2)
    assert words in run.err
    assert policybot("knowledge", "list").out == before


def test_shipped_documents_stay(policybot: Policybot) -> None:
    doc_id = policybot("knowledge", "list", "--json").record["documents"][0]["doc_id"]
    run = policybot("knowledge", "remove", doc_id)
    assert run.code == 3
    assert doc_id in policybot("knowledge", "list").out
