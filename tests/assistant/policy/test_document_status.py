"""Questions about a paper itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.assistant.policy.exchanges import Asked, Desk

Ask = Callable[..., Asked]


@pytest.mark.parametrize("question", ["方案还管用吗", "文件到期了没有", "Is the plan still valid?", "方案失效了吗"])
def test_an_expired_paper_is_called_expired_with_its_last_day_in_the_first_line(ask: Ask, question: str) -> None:
    asked = ask(question)
    assert asked.status == "answered"
    assert asked.text.startswith("已经过期：")
    assert "2021年12月31日" in asked.first_lines
    assert "没有登记接续它的文件" in asked.first_lines


@pytest.mark.parametrize(
    ("question", "starts"),
    [
        ("这份文件谁印发的？", "发文机关：山东省发展和改革委员会[1]"),
        ("文号是多少", "文号：鲁发改高技〔2020〕194号[1]"),
        ("方案从什么时候开始执行？", "执行期自2020年1月1日起[1]"),
        ("适用于哪个地区？", "适用地区：山东省[1]"),
        ("方案什么时候印发的", "印发日期：文件没有写明。"),
    ],
)
def test_the_fact_asked_for_comes_first(ask: Ask, question: str, starts: str) -> None:
    assert ask(question).text.startswith(starts)


def test_validity_can_be_asked_as_of_another_day(ask: Ask) -> None:
    assert ask("2021年6月的时候这个方案有效吗？").text.startswith("仍在有效期内：")
    assert ask("2019年这个方案生效了吗？").text.startswith("执行期自2020年1月1日起[1]")


def test_the_validity_of_something_else_is_not_that_of_the_paper(ask: Ask) -> None:
    assert ask("科技型企业证书的有效期是几年？").status == "not_found"


def test_the_tool_tells_the_standing_of_a_named_document(desk: Desk) -> None:
    plan = desk.library.documents()[0]
    asked = desk.ask("还有效吗", tool="document_status", doc_id=plan.doc_id, as_of=date(2021, 1, 1))
    assert asked.text.startswith("仍在有效期内：")


def test_an_unknown_document_is_refused_with_the_command_that_lists_them(desk: Desk) -> None:
    asked = desk.ask("还有效吗", tool="document_status", doc_id="nowhere")
    assert asked.status == "not_found"
    assert "policybot knowledge list" in asked.text


def test_the_paper_is_the_one_whose_title_has_the_word(two_papers: Desk) -> None:
    assert two_papers.ask("这份方案过期了吗？").text.startswith("已经过期：《山东省")
    assert two_papers.ask("这个办法还有效吗？").text.startswith("仍在有效期内：《海州市")
