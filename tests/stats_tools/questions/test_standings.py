"""Classes of size, exact places, clusters as the mark for others, growth a year over several years."""

from __future__ import annotations

import pytest

from tests.stats_tools.questions.asking import Desk
from tests.stats_tools.questions.figures import NATIONAL, Province

NAMES = {code: name for code, (name, _, _) in NATIONAL.items()}


def at_least(province: Province, bound: int, period: str) -> set[str]:
    held = {name: province.level(code, "revenue", period) for code, name in NAMES.items()}
    return {name for name, value in held.items() if value is not None and value >= bound}


class TestClassesOfSize:
    @pytest.mark.parametrize(
        ("text", "bound"),
        [
            ("千亿级集群2020年有几个", 1000),
            ("千亿集群2020年有哪些", 1000),
            ("2020年两千亿以上的集群", 2000),
            ("2020年营收百亿级的国家级集群有几个", 100),
        ],
    )
    def test_a_size_by_itself_is_a_lower_bound(self, desk: Desk, province: Province, text: str, bound: int) -> None:
        reply = desk.ask(text)
        assert {figure.cluster_name for figure in reply.figures} == at_least(province, bound, "2020Q4")
        assert f"不低于{bound}亿元" in reply.text

    def test_without_a_period_the_newest_is_said(self, desk: Desk) -> None:
        assert "这里用最新一期有数的2021年全年" in desk.ask("千亿级集群有几个").text

    @pytest.mark.parametrize(
        "text", ["到2021年底千亿集群要凑够几个", "两千亿以上的集群目标有几个", "千亿级企业要培育几家"]
    )
    def test_what_the_plan_wants_is_no_question_about_figures(self, desk: Desk, text: str) -> None:
        assert not desk.ask(text).reading.queries
