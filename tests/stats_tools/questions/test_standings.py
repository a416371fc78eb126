"""Classes of size, exact places, clusters as the mark for others, growth a year over several years."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from bot.assistant.types import Status
from tests.stats_tools.questions.asking import Desk, filed, opened
from tests.stats_tools.questions.figures import NATIONAL, Province, Rows, two_decimals

NAMES = {code: name for code, (name, _, _) in NATIONAL.items()}
DeskOf = Callable[[Rows], Desk]


@pytest.fixture
def desk_of(tmp_path: Path) -> Iterator[DeskOf]:
    databases = []

    def make(held: Rows) -> Desk:
        database = opened()
        databases.append(database)
        filed(database, held)
        return Desk(database, tmp_path)

    yield make
    for database in databases:
        database.close()


def figured(indicator: str, values: tuple[int, ...], year: int = 2021) -> Rows:
    """The year's figures of the first national clusters."""
    return {(code, indicator, year, 4): Fraction(value) for code, value in zip(NATIONAL, values, strict=False)}


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


class TestPlaces:
    @pytest.mark.parametrize(
        ("text", "index"),
        [
            ("2020年营收第二高的集群", 1),
            ("2020年营收排名第三的集群是哪个", 2),
            ("2020年营收第二的是谁", 1),
            ("2020年营收倒数第二", -2),
            ("2020年营收第2低的集群", -2),
        ],
    )
    def test_exactly_that_place_is_named(self, desk: Desk, province: Province, text: str, index: int) -> None:
        held = sorted(((province.level(c, "revenue", "2020Q4"), name) for c, name in NAMES.items()), reverse=True)
        value, name = held[index]
        reply = desk.ask(text)
        assert [figure.cluster_name for figure in reply.figures] == [name]
        assert f"第{abs(index) if index < 0 else index + 1}位的是{name}，为{two_decimals(value)}亿元" in reply.text

    def test_clusters_that_share_a_place_are_all_named(self, desk_of: DeskOf) -> None:
        held = figured("revenue", (300, 200, 200, 100))
        text = desk_of(held).ask("2021年营收第三高的集群").text
        assert "并列第2位的是青岛轨道交通装备、青岛节能环保，都是200亿元" in text

    def test_a_place_beyond_the_last_is_refused(self, desk_of: DeskOf) -> None:
        reply = desk_of(figured("revenue", (300, 200))).ask("2021年营收第五高的集群")
        assert "只有2个有数，从高到低没有第5位" in reply.text
        assert not reply.figures

    def test_without_an_indicator_revenue_is_meant_and_said(self, desk: Desk) -> None:
        assert "您没有说指标，按主营业务收入理解" in desk.ask("排名第三的集群是哪个").text

    def test_a_place_can_be_asked_after_the_first(self, desk: Desk) -> None:
        desk.ask("2020年营收最高的集群")
        assert "第2位的是" in desk.ask("第二呢", follow=True).text
        assert "从低到高排第2位" in desk.ask("倒数第二", follow=True).text

    def test_what_that_cluster_has_besides_is_its_own_figure(self, desk: Desk, province: Province) -> None:
        held = sorted(NAMES, key=lambda code: province.level(code, "revenue", "2020Q4"), reverse=True)
        text = desk.ask("2020年营收第二高的集群利润是多少").text
        assert (
            f"{NAMES[held[1]]}2020年全年利润为{two_decimals(province.level(held[1], 'profit', '2020Q4'))}亿元" in text
        )

    def test_a_quarter_is_no_place(self, desk: Desk) -> None:
        assert desk.ask("2020年第二季度营收最高的集群").reading.queries[0].place is None


class TestMarksOfOthers:
    @pytest.mark.parametrize(
        ("text", "indicator", "mark", "above"),
        [
            ("2020年营收超过临沂生物医药的集群有哪些", "revenue", "linyi-biomedicine", True),
            ("2020年营收比淄博高的集群", "revenue", "zibo-functional-materials", True),
            ("哪些集群2020年营收超过了烟台生物医药", "revenue", "yantai-biomedicine", True),
            ("2020年营收超过淄博新型功能材料的国家级集群", "revenue", "zibo-functional-materials", True),
            ("2020年利润低于淄博新型功能材料的集群有几个", "profit", "zibo-functional-materials", False),
            ("2020年谁的研发投入比烟台先进结构材料少", "rd_spending", "yantai-structural-materials", False),
        ],
    )
    def test_the_others_are_held_against_its_figure(
        self, desk: Desk, province: Province, text: str, indicator: str, mark: str, above: bool
    ) -> None:
        held = {code: province.level(code, indicator, "2020Q4") or Fraction(0) for code in NAMES}
        wanted = {c for c, value in held.items() if (value > held[mark] if above else value < held[mark])}
        reply = desk.ask(text)
        assert {figure.cluster for figure in reply.figures} == wanted | {mark}
        word = "高于" if above else "低于"
        assert f"{word}{NAMES[mark]}（{two_decimals(held[mark])}亿元）" in reply.text
        assert f"的有{len(wanted)}个：" in reply.text or not wanted

    def test_nobody_above_the_first_is_said(self, desk_of: DeskOf) -> None:
        text = desk_of(figured("revenue", (300, 200, 100))).ask("2021年营收比济南高的集群").text
        assert "没有高于济南信息技术服务（300亿元）的" in text

    def test_a_city_with_several_clusters_is_answered_for_each(self, desk: Desk) -> None:
        text = desk.ask("2020年营收比青岛高的集群").text
        assert all(name in text for name in ("青岛轨道交通装备（", "青岛节能环保（"))

    def test_a_mark_without_a_figure_is_refused(self, desk_of: DeskOf) -> None:
        reply = desk_of(figured("revenue", (300, 200))).ask("2021年营收比淄博高的集群")
        assert reply.status is Status.NOT_FOUND
        assert not reply.figures

    def test_two_named_clusters_are_compared(self, desk: Desk) -> None:
        query = desk.ask("烟台生物医药2020年营收比临沂生物医药高多少").reading.queries[0]
        assert query.operation == "compare"
