"""One exchange for each kind of question that is easily answered with the wrong thing, or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.assistant.policy.exchanges import Asked

Ask = Callable[..., Asked]


@pytest.mark.parametrize(
    "question",
    [
        "退出集群后企业还能享受几年政策？",
        "“十强”产业分别是哪十个？",
        "“雁阵形”集群库里现在有多少个集群？",
        "每季度调度在当季第几个工作日？",
        "风险补偿资金池有多大规模？",
        "产业基金的盘子有多大？",
    ],
)
def test_what_a_clause_only_mentions_is_not_answered_from_it(ask: Ask, question: str) -> None:
    assert ask(question).status == "not_found"


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("方案所依据的国家通知，文号是什么？", ["发改高技〔2019〕1473号"]),
        ("季度、半年、一年各做什么工作，有什么区别？", ["每季度", "每半年", "每年"]),
        ("新增创新平台的数量，和优先支持建的平台类型分别是什么？", ["70家", "产业创新中心"]),
        ("项目的钱从哪里来，土地卡住又怎么办？", ["产业投资基金", "统筹调剂"]),
        ("金融扶持措施汇总", ["产业投资基金", "贷款风险补偿资金池", "白名单"]),
        ("对集群整体情况的评估多长时间做一回？", ["每年"]),
        ("Who is responsible for statistical monitoring at city level?", ["各市发展改革委"]),
        ("我做了十几年行政，最近调到园区，听说有个“双创”的东西。由谁来建“双创”示范基地？", ["产业园区和龙头企业"]),
    ],
)
def test_all_that_is_asked_is_in_the_answer(ask: Ask, question: str, holds: list[str]) -> None:
    asked = ask(question)
    assert asked.status == "answered"
    assert [words for words in holds if words not in asked.text] == []
