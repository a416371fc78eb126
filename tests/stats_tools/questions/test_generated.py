"""Every kind of question, generated, against answers computed without the product's code."""

from __future__ import annotations

import re
from collections import Counter

from tests.stats_tools.questions.asking import Desk, faults
from tests.stats_tools.questions.figures import Province
from tests.stats_tools.questions.generator import generated
from tests.stats_tools.questions.oracle import expected

EACH = 8
"""Questions a kind in the everyday run; ``make eval-stats`` asks all of them."""


def test_generated_questions_of_every_kind_are_answered_exactly(desk: Desk, province: Province) -> None:
    wrong: dict[str, list[str]] = {}
    lines = list(generated(EACH))
    for line in lines:
        for index, before in enumerate(line.get("before", ())):
            desk.ask(before, follow=index > 0)
        found = faults(desk.ask(line["q"], follow="before" in line), expected(province, line["want"]))
        if found:
            wrong[line["q"]] = found
    assert wrong == {}


_EMPTY = re.compile(r"为[，。；]|由的|至的|（）|、、|[：，]。|（单季）[^，。；：、至\n]*（单季）")
"""A sentence with a fact missing, or one that names the basis twice."""
_HARD = (
    "2019年一季度营收同比增长",
    "2019年各集群利润同比",
    "2019年一季度单季营收环比排名",
    "2021年各集群营收比2018年增长多少",
    "哪些集群2019年利润增长了",
    "各城市2019年营收同比",
)


def test_no_sentence_lacks_a_fact_or_says_its_basis_twice(desk: Desk) -> None:
    questions = [*_HARD, *(line["q"] for line in generated(4))]
    assert [(q, found[0]) for q in questions if (found := _EMPTY.search(desk.ask(q).text))] == []


def test_growth_from_a_quarter_that_nobody_reported_is_refused_with_what_is_missing(desk: Desk) -> None:
    reply = desk.ask("2019年一季度营收同比增长")
    assert "还需要2018年一季度的数据，而库里没有" in reply.text
    assert not reply.figures


def test_the_suite_holds_at_least_1500_questions_over_25_kinds() -> None:
    lines = list(generated(32))
    assert len(lines) >= 1500
    assert len(Counter(line["kind"] for line in lines)) >= 25
