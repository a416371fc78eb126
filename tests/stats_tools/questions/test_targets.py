"""Progress against the plan where a report is missing: what is known is told, and what the gap can still change."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.stats_tools.questions.figures import NATIONAL, Rows

LINYI = "linyi-biomedicine"


def revenues(*values: int) -> Rows:
    """Revenue of 2021 of the first national clusters, in their order; the others have not reported."""
    pairs = zip(NATIONAL, values, strict=False)
    return {(code, "revenue", 2021, 4): Fraction(value) for code, value in pairs}


def platforms(start: int, *ends: int) -> Rows:
    """National platforms at the baseline (the same of all) and at the end of 2021 of the first clusters."""
    held: Rows = {(code, "platforms_national", 2019, 4): Fraction(start) for code in NATIONAL}
    held |= {(c, "platforms_national", 2021, 4): Fraction(v) for c, v in zip(NATIONAL, ends, strict=False)}
    return held


class TestCounts:
    def test_enough_clusters_have_passed_whatever_the_missing_one_reports(self, desk_of) -> None:
        text = desk_of(revenues(2300, 2100, 1500, 900, 800, 700)).ask("过2000亿的目标完成了吗").text
        assert "有2个（济南信息技术服务2300亿元、青岛轨道交通装备2100亿元），已达到目标" in text
        assert "临沂生物医药没有可用的数（缺报或未公布），但其余6个集群已经够数" in text

    def test_the_missing_one_could_decide_it(self, desk_of) -> None:
        text = desk_of(revenues(2300, 2100, 1500, 900, 800, 700)).ask("过1000亿的目标完成了吗").text
        assert "有3个" in text
        assert "离目标还差1个" in text
        assert "补上后能否达到目标还不能确定" in text

    def test_even_the_missing_one_would_not_be_enough(self, desk_of) -> None:
        text = desk_of(revenues(1100, 800, 800, 800, 800, 800)).ask("过1000亿的目标完成了吗").text
        assert "离目标还差3个" in text
        assert "即使都过线也达不到目标" in text

    @pytest.mark.parametrize("asked", ["过2000亿的目标完成了吗", "过1000亿的目标完成了吗"])
    def test_both_readings_of_the_two_bands_are_told(self, desk_of, asked: str) -> None:
        text = desk_of(revenues(2300, 2100, 1500, 900, 800, 700)).ask(asked).text
        assert "过2000亿元的2个" in text
        assert "1000亿元到2000亿元之间的1个" in text
        assert "过1000亿元的合计3个" in text


class TestIncreases:
    def test_like_is_compared_with_like(self, desk_of) -> None:
        text = desk_of(platforms(5, 6, 6, 6, 6, 6, 6)).ask("国家级平台新增目标完成多少了").text
        assert "6个国家级集群国家级科技平台数量由2019年末的30个增至2021年末的36个，新增6个，完成60.00%" in text
        assert "离目标还差4个" in text
        assert "临沂生物医药没有可用的数" in text

    @pytest.mark.parametrize("asked", ["国家级集群新增国家级平台多少个了", "新增国家级平台现在多少了"])
    def test_what_was_added_is_counted_from_the_baseline_of_the_target(self, desk_of, asked: str) -> None:
        held = platforms(5, 6, 6, 6, 6, 6, 6, 6) | {
            (code, "platforms_national", 2020, 4): Fraction(6) for code in NATIONAL
        }
        text = desk_of(held).ask(asked).text
        assert "新增7个" in text
        assert "离目标还差3个" in text

    def test_what_was_added_in_a_year_is_the_growth_of_that_year(self, desk_of) -> None:
        held = platforms(5, 6, 6, 6, 6, 6, 6, 6) | {
            (code, "platforms_national", 2020, 4): Fraction(6) for code in NATIONAL
        }
        assert "目标" not in desk_of(held).ask("2021年国家级平台新增了多少个").text


def test_without_any_figure_nothing_is_judged(desk_of) -> None:
    text = desk_of({("yantai-biomedicine", "profit", 2021, 4): Fraction(1)}).ask("过2000亿的目标完成了吗").text
    assert "暂不能判断" in text
