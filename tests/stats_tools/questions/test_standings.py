"""Classes of size, exact places, clusters as the mark for others, growth a year over several years."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bot.assistant.types import Status
from stats_tools.metric_query import Measure, MetricQuery
from stats_tools.periods import Basis
from tests.stats_tools.questions.asking import Desk, DeskOf
from tests.stats_tools.questions.figures import NATIONAL, Province, Rows, two_decimals

NAMES = {code: name for code, (name, _, _) in NATIONAL.items()}


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
            ("2020年千亿级集群是哪几个", 1000),
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


class TestGrowthAYear:
    @pytest.mark.parametrize(
        "text",
        [
            "青岛轨道交通2019年到2021年营收年均增速",
            "青岛轨道交通2019-2021年营收复合增长率",
            "2019年到2021年青岛轨道交通营收平均每年增长百分之几",
        ],
    )
    def test_it_is_compound_and_says_how_it_is_computed(self, desk: Desk, province: Province, text: str) -> None:
        first, last = (province.level("qingdao-rail-transit", "revenue", f"{year}Q4") for year in (2019, 2021))
        reply = desk.ask(text)
        assert f"为{((float(last) / float(first)) ** 0.5 - 1) * 100:.2f}%" in reply.text
        assert f"由{two_decimals(first)}亿元到{two_decimals(last)}亿元" in reply.text
        assert "（期末值÷期初值）开2次方再减1" in reply.text
        assert [figure.indicator for figure in reply.figures] == ["revenue_cagr"]

    @pytest.mark.parametrize(("ends", "told"), [((-5, 20), "-5亿元"), ((20, 0), "0亿元"), ((10, -3), "-3亿元")])
    def test_ends_that_are_not_positive_have_none(self, desk_of: DeskOf, ends: tuple[int, int], told: str) -> None:
        held = {**figured("profit", ends[:1], 2019), **figured("profit", ends[1:], 2021)}
        reply = desk_of(held).ask("济南信息技术服务2019年到2021年利润年均增速")
        assert "两端须都是正数" in reply.text
        assert told in reply.text
        assert not reply.figures

    @pytest.mark.parametrize(
        "text",
        [
            "青岛轨道交通营收年均增速",
            "青岛轨道交通2021年营收年均增速",
            "青岛轨道交通2019年上半年到2021年上半年营收年均增速",
        ],
    )
    def test_without_two_full_years_they_are_asked_for(self, desk: Desk, text: str) -> None:
        reply = desk.ask(text)
        assert "请写明起止年份再问" in reply.text
        assert not reply.figures

    def test_of_a_ratio_there_is_none(self, desk: Desk) -> None:
        reply = desk.ask("青岛轨道交通2019年到2021年研发投入强度年均增速")
        assert "本身是比率，不计算年均增速" in reply.text
        assert not reply.figures

    def test_a_group_is_taken_of_those_with_both_ends(self, desk_of: DeskOf) -> None:
        desk = desk_of({**figured("revenue", (100, 100, 50), 2019), **figured("revenue", (144, 144), 2021)})
        text = desk.ask("全省2019年到2021年营收年均增速").text
        assert "年均增速（复合）为20.00%：由200亿元到288亿元" in text
        assert "青岛节能环保2021Q4主营业务收入" in text

    def test_clusters_are_ranked_by_it(self, desk_of: DeskOf) -> None:
        desk = desk_of({**figured("revenue", (100, 100), 2019), **figured("revenue", (121, 144), 2021)})
        text = desk.ask("2019年到2021年营收年均增速最快的集群").text
        assert "年均复合增速最高的是青岛轨道交通装备，为20.00%" in text

    def test_the_span_holds_for_what_is_asked_next_but_not_for_other_growth(self, desk: Desk) -> None:
        desk.ask("青岛轨道交通2019年到2021年营收年均增速")
        assert "2019年全年至2021年全年主营业务收入年均增速" in desk.ask("济南信息技术服务呢", follow=True).text
        assert "请写明起止年份再问" in desk.ask("2020年呢", follow=True).text
        assert desk.ask("同比呢", follow=True).reading.queries[0].base is None

    def test_a_query_without_its_first_year_is_no_query(self) -> None:
        with pytest.raises(ValueError, match="cagr needs a base"):
            MetricQuery(indicators=("revenue",), measure=Measure.CAGR, periods=("2021Q4",), base="2021Q4")


class TestSetPhrases:
    @pytest.mark.parametrize(
        "text",
        [
            "2020年增收不增利的集群",
            "2020年哪些集群增收不增利",
            "2020年增收不增利的有几个",
            "2020年营收增长但利润没有增长的集群",
        ],
    )
    def test_revenue_grew_and_profit_did_not(self, desk: Desk, province: Province, text: str) -> None:
        wanted = set()
        for code, name in NAMES.items():
            grew = [
                (province.level(code, each, "2020Q4") or 0) > (province.level(code, each, "2019Q4") or 0)
                for each in ("revenue", "profit")
            ]
            wanted |= {name} if grew == [True, False] else set()
        reply = desk.ask(text)
        assert {figure.cluster_name for figure in reply.figures} == wanted
        assert "“主营业务收入同比增长”、“利润同比没有增长”" in reply.text

    def test_a_loss_that_stayed_counts_although_it_has_no_rate(self, desk_of: DeskOf) -> None:
        held = {
            **figured("revenue", (100, 100), 2020),
            **figured("revenue", (120, 120)),
            **figured("profit", (-5, -5), 2020),
            **figured("profit", (-5, -1)),
        }
        reply = desk_of(held).ask("2021年增收不增利的集群")
        assert {figure.cluster_name for figure in reply.figures} == {"济南信息技术服务"}

    def test_of_one_cluster_it_is_said_whether_with_its_figures(self, desk_of: DeskOf) -> None:
        held = {
            **figured("revenue", (100,), 2020),
            **figured("revenue", (120,)),
            **figured("profit", (5,), 2020),
            **figured("profit", (8,)),
        }
        text = desk_of(held).ask("济南信息技术服务2021年是不是增收不增利").text
        assert text.startswith("不是。")
        assert "20.00" in text

    def test_how_to_mend_it_is_no_question_about_figures(self, desk: Desk) -> None:
        assert not desk.ask("如何解决增收不增利的问题").reading.queries


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("营收里有百分之几拿去搞研发了，青岛节能环保2020年", {"indicators": ("rd_intensity",), "operation": "value"}),
        ("去掉前两个季度，2020年三季度青岛节能环保挣了多少利润", {"basis": Basis.QUARTER, "periods": ("2020Q3",)}),
        ("青岛节能环保2020年利润同比多赚了多少钱", {"measure": Measure.YOY_CHANGE, "indicators": ("profit",)}),
        ("青岛轨道交通单季利润啥时候最高", {"operation": "extreme", "basis": Basis.QUARTER}),
        ("2020年谁利润最高谁最低", {"operation": "rank", "k": None}),
        ("千亿集群还差几个达标", {"operation": "target_progress"}),
        ("济南和青岛哪个市营收高 2020年", {"operation": "compare", "by": "city"}),
        ("烟台生物医药2020年上半年营收和上年比", {"measure": Measure.YOY, "periods": ("2020Q2",)}),
        ("rev growth Qingdao rail H1 2020 yoy", {"measure": Measure.YOY, "periods": ("2020Q2",)}),
    ],
)
def test_half_typed_questions_come_to_the_query_that_was_meant(
    desk: Desk, text: str, expected: dict[str, object]
) -> None:
    (query,) = desk.ask(text).reading.queries
    assert {name: getattr(query, name) for name in expected} == expected
