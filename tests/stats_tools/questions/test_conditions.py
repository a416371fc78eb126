"""Several bounds at once, signs, means, distances, runs of growth; groups in one and at a glance; units asked for."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from bot.assistant.types import Status
from tests.stats_tools.questions.asking import Desk, DeskOf
from tests.stats_tools.questions.figures import NATIONAL, Province, Rows, two_decimals

JINAN, QINGDAO, ENERGY, ZIBO, *_ = NATIONAL
NAMES = {code: name for code, (name, _, _) in NATIONAL.items()}


def profits(**values: tuple[int, int]) -> Rows:
    """Profit of the first quarters of 2020 and 2021 by cluster."""
    codes = {"jinan": JINAN, "qingdao": QINGDAO, "energy": ENERGY, "zibo": ZIBO}
    return {
        (codes[name], "profit", year, 1): Fraction(value)
        for name, pair in values.items()
        for year, value in zip((2020, 2021), pair, strict=True)
    }


class TestLosses:
    HELD = profits(jinan=(5, -3), qingdao=(-2, 4), energy=(1, 2), zibo=(-1, -6))

    @pytest.mark.parametrize(
        "text",
        [
            "2021年一季度单季利润为负的集群",
            "亏损的集群有哪些",
            "2021年一季度利润是负数的有哪些集群",
            "哪些集群2021年一季度亏损",
        ],
    )
    def test_those_below_zero_are_named(self, desk_of: DeskOf, text: str) -> None:
        reply = desk_of(self.HELD).ask(text)
        assert [figure.cluster_name for figure in reply.figures] == [NAMES[ZIBO], NAMES[JINAN]]
        assert "有2个" in reply.text

    def test_without_a_period_the_newest_is_taken_and_said(self, desk_of: DeskOf) -> None:
        assert "这里用最新一期有数的2021年一季度" in desk_of(self.HELD).ask("亏损的集群有哪些").text

    def test_out_of_a_loss(self, desk_of: DeskOf) -> None:
        reply = desk_of(self.HELD).ask("2021年一季度哪些集群扭亏为盈了")
        assert f"有1个：{NAMES[QINGDAO]}" in reply.text

    def test_into_a_loss(self, desk_of: DeskOf) -> None:
        assert f"有1个：{NAMES[JINAN]}" in desk_of(self.HELD).ask("2021年一季度由盈转亏的集群").text


class TestSeveralBounds:
    def expected(self, province: Province, *tests: Callable[[str], bool]) -> list[str]:
        return [name for code, name in NAMES.items() if all(test(code) for test in tests)]

    def named(self, desk: Desk, text: str) -> list[str]:
        return list(dict.fromkeys(figure.cluster_name for figure in desk.ask(text).figures))

    @pytest.mark.parametrize("joint", ["且", "并且", "，", "同时"])
    def test_both_have_to_hold(self, desk: Desk, province: Province, joint: str) -> None:
        wanted = self.expected(
            province,
            lambda c: province.level(c, "revenue", "2020Q4") > 1000,
            lambda c: province.level(c, "profit", "2020Q4") > 100,
        )
        text = f"2020年营收超过1000亿{joint}利润超过100亿的集群有哪些"
        assert sorted(self.named(desk, text)) == sorted(wanted)

    def test_two_bounds_of_one_indicator_are_a_range(self, desk: Desk, province: Province) -> None:
        wanted = self.expected(province, lambda c: 800 < province.level(c, "revenue", "2020Q4") < 2000)
        assert sorted(self.named(desk, "2020年营收超过800亿且低于2000亿的集群")) == sorted(wanted)

    def test_a_bound_and_a_direction(self, desk: Desk, province: Province) -> None:
        wanted = self.expected(
            province,
            lambda c: province.level(c, "revenue", "2020Q4") > 500,
            lambda c: province.growth(c, "profit", "2020Q4", "2019Q4") < 0,
        )
        reply = desk.ask("2020年营收超过500亿但利润同比下降的集群")
        assert sorted(dict.fromkeys(f.cluster_name for f in reply.figures)) == sorted(wanted)

    def test_either_is_answered_one_by_one(self, desk: Desk) -> None:
        queries = desk.ask("2020年营收低于500亿或利润为负的集群").reading.queries
        assert [(q.indicators, q.threshold.comparison, q.threshold.value) for q in queries if q.threshold] == [
            (("revenue",), "lt", 500),
            (("profit",), "lt", 0),
        ]


class TestMarks:
    @pytest.mark.parametrize(("word", "above"), [("高于平均水平", True), ("平均值以上", True), ("低于平均", False)])
    def test_against_the_mean_of_the_group(self, desk: Desk, province: Province, word: str, above: bool) -> None:
        held = {name: province.level(code, "revenue", "2020Q4") for code, name in NAMES.items()}
        mean = sum(held.values()) / len(held)
        wanted = [name for name, value in held.items() if (value > mean if above else value < mean)]
        reply = desk.ask(f"2020年营收{word}的集群有哪些")
        assert sorted(figure.cluster_name for figure in reply.figures) == sorted(wanted)
        assert f"平均为{two_decimals(mean)}亿元" in reply.text

    def test_one_cluster_against_the_mean(self, desk: Desk) -> None:
        assert "低于7个国家级集群平均的" in desk.ask("临沂生物医药2020年营收高于平均吗").text

    def test_the_distance_to_a_bound(self, desk: Desk, province: Province) -> None:
        held = province.level(ZIBO, "revenue", "2020Q4")
        text = desk.ask("淄博新型功能材料2020年营收离9000亿还差多少").text
        assert f"离9000亿元还差{two_decimals(9000 - held)}亿元" in text

    def test_the_distance_is_none_once_the_bound_is_passed(self, desk: Desk) -> None:
        assert "已经达到100亿元，多出" in desk.ask("济南信息技术服务离100亿还差多少").text

    def test_both_ends_and_the_difference(self, desk: Desk, province: Province) -> None:
        held = sorted(province.level(code, "revenue", "2020Q4") for code in NAMES)
        text = desk.ask("2020年营收最高和最低的集群差多少").text
        assert f"相差{two_decimals(held[-1] - held[0])}亿元" in text


def heads() -> Rows:
    """Employment in the quarters of two years, growing over the year from the second quarter of 2021 on."""
    return {
        (JINAN, "employment", year, quarter): Fraction(value)
        for year, values in {2020: (100, 100, 100, 100), 2021: (90, 101, 102, 103)}.items()
        for quarter, value in enumerate(values, 1)
    }


class TestRuns:
    def test_how_many_quarters_in_a_row(self, desk_of: DeskOf) -> None:
        text = desk_of(heads()).ask("济南信息技术服务就业人数连续几个季度增长").text
        assert "到2021年末已连续3个季度同比增长（自2021年二季度末起" in text

    def test_who_has_grown_for_so_long(self, desk_of: DeskOf) -> None:
        desk = desk_of(heads())
        assert "的有1个：济南信息技术服务" in desk.ask("哪些集群就业人数连续三个季度增长").text
        assert "没有连续4个季度以上" in desk.ask("哪些集群就业人数连续4个季度增长").text

    def test_without_growth_in_the_newest_there_is_no_run(self, desk_of: DeskOf) -> None:
        assert "连续下降为0期" in desk_of(heads()).ask("济南信息技术服务就业人数连续几个季度下降").text


class TestWholes:
    @pytest.mark.parametrize("text", ["全省2020年就业人数", "七个国家级集群2020年就业人数"])
    def test_a_group_is_told_in_one_and_then_in_its_parts(self, desk: Desk, province: Province, text: str) -> None:
        reply = desk.ask(text)
        whole = province.together(tuple(NAMES), "employment", "2020Q4")
        assert f"合计{two_decimals(whole)}人" in reply.text
        assert len(reply.figures) == 8

    @pytest.mark.parametrize("text", ["各集群2020年就业人数", "七个国家级集群2020年就业人数分别是多少"])
    def test_asked_one_by_one_there_is_no_sum(self, desk: Desk, text: str) -> None:
        assert "合计" not in desk.ask(text).text

    def test_a_city_at_a_glance(self, desk: Desk, province: Province) -> None:
        reply = desk.ask("烟台2021年上半年情况怎么样")
        for code in ("yantai-biomedicine", "yantai-structural-materials"):
            assert two_decimals(province.level(code, "revenue", "2021Q2")) in reply.text
            assert f"{float(province.growth(code, 'profit', '2021Q2', '2020Q2')):.2f}%" in reply.text

    def test_an_indicator_alone_is_asked_back_and_every_choice_can_be_answered(self, desk: Desk) -> None:
        reply = desk.ask("营收")
        assert reply.status is Status.CLARIFY
        assert reply.reading.problem is not None

    def test_who_has_reported_can_be_asked_either_way(self, desk: Desk) -> None:
        assert "没有报：临沂生物医药" in desk.ask("有多少集群2021年上半年报了数据").text


class TestUnits:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("济南信息技术服务2020年利润是多少万元", "万元，即"),
            ("济南信息技术服务2020年利润，用万元表示", "万元，即"),
            ("济南信息技术服务2020年末就业多少万人", "万人，即"),
        ],
    )
    def test_the_unit_asked_for_comes_first_and_the_usual_one_after(self, desk: Desk, text: str, told: str) -> None:
        assert told in desk.ask(text).text

    def test_the_conversion_is_exact(self, desk_of: DeskOf) -> None:
        text = desk_of({(JINAN, "profit", 2020, 4): Fraction("75.4676")}).ask("济南信息技术服务2020年利润多少万元").text
        assert "为754676万元，即75.47亿元" in text

    def test_the_usual_unit_is_said_once(self, desk: Desk) -> None:
        assert "即" not in desk.ask("济南信息技术服务2020年利润是多少亿元").text.split("。")[0]


class TestRankings:
    def test_what_the_winner_has_besides_is_its_own_figure(self, desk: Desk, province: Province) -> None:
        best = max(NAMES, key=lambda code: province.level(code, "profit", "2020Q4"))
        reply = desk.ask("2020年利润最高的集群营收多少")
        assert f"{NAMES[best]}2020年全年主营业务收入为" in reply.text
        assert two_decimals(province.level(best, "revenue", "2020Q4")) in reply.text
        assert "主营业务收入最高" not in reply.text

    @pytest.mark.parametrize("text", ["2020年营收前三名合计多少", "2020年营收前三名占总量的比重"])
    def test_the_first_few_are_told_together_and_of_the_whole(self, desk: Desk, province: Province, text: str) -> None:
        held = sorted((province.level(code, "revenue", "2020Q4") for code in NAMES), reverse=True)
        told = f"这3个合计{two_decimals(sum(held[:3]))}亿元，占7个国家级集群合计的"
        assert told in desk.ask(text).text

    def test_the_best_year_of_one_cluster_is_no_place_among_others(self, desk: Desk) -> None:
        assert desk.ask("济南信息技术服务营收最高的一年").reading.queries[0].operation == "extreme"


class TestSeveralPeriods:
    def test_three_years_are_added(self, desk: Desk, province: Province) -> None:
        whole = sum(province.level(JINAN, "revenue", f"{year}Q4") for year in (2019, 2020, 2021))
        assert f"合计{two_decimals(whole)}亿元" in desk.ask("济南信息技术服务三年营收合计").text

    def test_the_mean_of_quarters_is_of_single_quarters(self, desk: Desk, province: Province) -> None:
        mean = province.level(JINAN, "revenue", "2020Q4") / 4
        assert f"平均为{two_decimals(mean)}亿元" in desk.ask("济南信息技术服务平均每季度营收2020年").text

    def test_half_years_are_not_set_against_each_other_by_their_quarters(self, desk: Desk) -> None:
        reply = desk.ask("2020年下半年青岛轨道交通营收比上半年增加多少")
        assert reply.status is Status.NOT_FOUND
        assert not reply.figures


class TestDirections:
    @pytest.mark.parametrize(
        ("text", "signs"),
        [
            ("2020年营收增长但利润下降的集群", (1, -1)),
            ("2020年营收下降而利润增长的集群有哪些", (-1, 1)),
            ("2020年营收和利润都增长的集群", (1, 1)),
            ("营收利润双增长的集群2020年", (1, 1)),
        ],
    )
    def test_each_indicator_keeps_its_own_direction(
        self, desk: Desk, province: Province, text: str, signs: tuple[int, int]
    ) -> None:
        growth = {
            code: [province.growth(code, each, "2020Q4", "2019Q4") for each in ("revenue", "profit")] for code in NAMES
        }
        wanted = {NAMES[c] for c, rates in growth.items() if all(r * s > 0 for r, s in zip(rates, signs, strict=True))}
        assert {figure.cluster_name for figure in desk.ask(text).figures} == wanted

    def test_whether_it_fell_is_answered_by_its_growth(self, desk: Desk) -> None:
        assert "同比" in desk.ask("济南信息技术服务2021年营收是不是下降了").text


class TestExceptions:
    @pytest.mark.parametrize(
        "text",
        ["不含青岛的国家级集群2020年营收合计", "除青岛外其他集群2020年营收合计", "2020年除了青岛以外各集群营收合计"],
    )
    def test_what_is_excepted_is_left_out_and_nothing_else(self, desk: Desk, province: Province, text: str) -> None:
        others = tuple(code for code in NAMES if not NAMES[code].startswith("青岛"))
        assert f"合计{two_decimals(province.together(others, 'revenue', '2020Q4'))}亿元" in desk.ask(text).text

    def test_a_share_of_a_city_is_not_a_share_of_all(self, desk: Desk, province: Province) -> None:
        pair = ("yantai-biomedicine", "yantai-structural-materials")
        part, whole = province.level(pair[0], "revenue", "2020Q4"), province.together(pair, "revenue", "2020Q4")
        text = desk.ask("烟台生物医药2020年营收占烟台的比重").text
        assert f"占烟台2个集群合计{two_decimals(whole)}亿元的{float(part * 100 / whole):.2f}%" in text

    def test_fields_are_compared_as_fields(self, desk: Desk) -> None:
        assert "新材料比生物高" in desk.ask("2020年生物领域和新材料领域营收对比").text

    def test_the_middle_of_the_year_is_not_its_end(self, desk: Desk) -> None:
        assert desk.ask("2020年中济南信息技术服务就业人数").reading.queries[0].periods == ("2020Q2",)

    def test_two_quarters_in_one_breath_are_both_told(self, desk: Desk) -> None:
        query = desk.ask("2020年三、四季度济南信息技术服务单季营收").reading.queries[0]
        assert query.periods == ("2020Q3", "2020Q4")

    def test_a_planned_figure_is_no_reported_one(self, desk: Desk) -> None:
        assert not desk.ask("烟台生物医药2021年计划营收").figures
